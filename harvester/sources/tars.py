"""Tars of saved pages (.tar, .tar.gz, .tar.zst), which are read in one pass."""

import gzip
import io
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, cast

from harvester.sources.captures import MOST, Capture, Skip
from harvester.sources.files import (
    PAGE_HEAD,
    File,
    Spool,
    captures_among,
    is_page,
    moment_of,
    unpacked_head,
)
from harvester.sources.notes import LARGEST_NOTE
from harvester.warc.members import ZSTD
from harvester.warc.stream import CHUNK, GZIP, Damaged, check_expansion

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST_HEADER = 1 << 20
BROKEN = (tarfile.TarError, zstd.ZstdError, zlib.error, EOFError, OSError, ValueError, Damaged)
KindOf = Callable[[bytes], str | None]


def captures(
    path: Path, name: str, skip: Skip, *, limit: int, kind_of: KindOf
) -> Iterator[Capture]:
    """The pages in a tar, which the source calls `name`; none has over `limit` bytes.

    As in a folder, a page may have its note in a file beside it. `kind_of` knows an archive by its
    first bytes.
    """
    files: dict[str, File] = {}
    try:
        for member, file in _files(path, skip, limit, kind_of):
            files[f"{name}/{member}"] = file
    except BROKEN as error:
        said = error if isinstance(error, Damaged) else f"is broken ({error})"
        skip(f"{name} {said}: what follows in it is left out")
    return captures_among(files, "", skip)


def _files(path: Path, skip: Skip, limit: int, kind_of: KindOf) -> Iterator[tuple[str, File]]:
    """The pages in a tar file, and the notes beside them."""
    spool = Spool()
    with path.open("rb") as packed, tarfile.open(fileobj=_Forward(packed), mode="r:") as tar:
        for count, member in enumerate(tar):
            if count >= MOST:
                raise Damaged(f"holds more than {MOST} files")
            if member.isfile() and _has_sound_name(member, path, skip):
                content = cast(IO[bytes], tar.extractfile(member))
                if page := _page(member, content, limit, skip, kind_of):
                    read = partial(spool.get, spool.put(page))
                    yield member.name, File(moment_of(member.mtime), read)


def _page(
    member: tarfile.TarInfo, content: IO[bytes], limit: int, skip: Skip, kind_of: KindOf
) -> bytes | None:
    """Reads a page or a note; of a page that is too large, one byte too many."""
    if member.name.endswith(".json"):
        return content.read(LARGEST_NOTE)
    head = content.read(PAGE_HEAD)
    if kind := kind_of(head):
        skip(f"{member.name} is a {kind.upper()} within a tar: unpack that, and give the folder")
        return None
    page = is_page(member.name, unpacked_head(head))
    return head + content.read(limit + 1 - len(head)) if page else None


def _has_sound_name(member: tarfile.TarInfo, path: Path, skip: Skip) -> bool:
    """Whether a member's name stays within its archive; a hostile one may not."""
    name = PurePosixPath(member.name)
    if sound := not name.is_absolute() and ".." not in name.parts:
        return sound
    skip(f"{path.name} holds a file that is called {member.name!r}: it is left out")
    return False


class _Forward(io.RawIOBase):
    """Decompresses a tar, forward only.

    Raises Damaged if a header asks for more bytes at once than an honest one needs, or if the
    content grows too large.
    """

    def __init__(self, packed: io.BufferedReader) -> None:
        self._packed = packed
        self._file = _unpacked(packed)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Reads so many bytes, fewer only at the end."""
        if not 0 <= size <= LARGEST_HEADER:
            raise Damaged("holds a header that is too large")
        data = self._file.read(size)
        self._at += len(data)
        check_expansion(self._at, self._packed.tell())
        return data

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Skips forward to a place."""
        if whence != io.SEEK_SET or place < self._at:
            raise Damaged("is a tar that does not go on from file to file")
        while self._at < place and self.read(min(CHUNK, place - self._at)):
            pass
        return self._at


def _unpacked(packed: io.BufferedReader) -> IO[bytes]:
    magic = packed.peek(4)
    if magic.startswith(GZIP):
        return cast(IO[bytes], gzip.GzipFile(fileobj=packed))
    if magic.startswith(ZSTD):
        return cast(IO[bytes], zstd.ZstdFile(packed))
    return packed
