"""A tar of saved pages (.tar, .tar.gz, .tar.zst): read in one pass, and never unpacked."""

import gzip
import io
import sys
import tarfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, cast

from harvester.sources import tree
from harvester.sources.captures import MOST, Capture, Skip
from harvester.sources.files import HEAD, LARGEST_NOTE, File, is_page, moment_of
from harvester.sources.page_cache import Spool
from harvester.warc.stream import CHUNK, Damaged, check_expansion

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST_HEADER = 1 << 20
BROKEN = (tarfile.TarError, zstd.ZstdError, zlib.error, EOFError, OSError, ValueError, Damaged)


def captures(path: Path, name: str, skip: Skip, *, limit: int) -> Iterator[Capture]:
    """The pages in a tar file, which is called `name` in the source; none has over `limit` bytes.

    The files that say where pages were saved from stand beside them, as in a folder.
    """
    files: dict[str, File] = {}
    try:
        for member, file in _files(path, skip, limit):
            files[f"{name}/{member}"] = file
    except BROKEN as error:
        said = error if isinstance(error, Damaged) else f"is broken ({error})"
        skip(f"{name} {said}: what follows in it is left out")
    return tree.captures(files, "")


def _files(path: Path, skip: Skip, limit: int) -> Iterator[tuple[str, File]]:
    """The pages in a tar file, and the notes beside them."""
    spool = Spool()
    with path.open("rb") as packed, tarfile.open(fileobj=_Forward(packed), mode="r:") as tar:
        for count, member in enumerate(tar):
            if count >= MOST:
                raise Damaged(f"holds more than {MOST} files")
            if member.isfile() and _has_sound_name(member, path, skip):
                content = cast(IO[bytes], tar.extractfile(member))
                if page := _page(member, content, limit):
                    read = partial(spool.get, spool.put(page))
                    yield member.name, File(moment_of(member.mtime), read)


def _page(member: tarfile.TarInfo, content: IO[bytes], limit: int) -> bytes | None:
    """The content of a member that may be a page or a note of one; a byte too much if too large."""
    if member.name.endswith(".json"):
        return content.read(LARGEST_NOTE)
    head = content.read(HEAD)
    return head + content.read(limit + 1 - len(head)) if is_page(member.name, head) else None


def _has_sound_name(member: tarfile.TarInfo, path: Path, skip: Skip) -> bool:
    """Whether a member's name stays within its archive: others are up to no good."""
    name = PurePosixPath(member.name)
    if sound := not name.is_absolute() and ".." not in name.parts:
        return sound
    skip(f"{path.name} holds a file that is called {member.name!r}: it is left out")
    return False


class _Forward(io.RawIOBase):
    """A tar file without its compression, which can be read forward only.

    It gives no more at once than any honest header of a tar needs. Raises Damaged if more is asked
    for, or if it grows too large.
    """

    def __init__(self, packed: io.BufferedReader) -> None:
        self._packed = packed
        self._file = _decompressed(packed)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end."""
        if not 0 <= size <= LARGEST_HEADER:
            raise Damaged("holds a header that is too large")
        data = self._file.read(size)
        self._at += len(data)
        check_expansion(self._at, self._packed.tell())
        return data

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Goes on to a place."""
        if whence != io.SEEK_SET or place < self._at:
            raise Damaged("is a tar that does not go on from file to file")
        while self._at < place and self.read(min(CHUNK, place - self._at)):
            pass
        return self._at


def _decompressed(packed: io.BufferedReader) -> IO[bytes]:
    magic = packed.peek(4)
    if magic.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=packed))
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return cast(IO[bytes], zstd.ZstdFile(packed))
    return packed
