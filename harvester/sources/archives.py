"""Sources of every kind: folders, and archives, which are known by their first bytes.

Nothing is unpacked to the disk. A tar (.tar, .tar.gz, .tar.zst) is read in one pass.
"""

import gzip
import io
import re
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, cast

from harvester.outcomes import BadUsage
from harvester.sources import browsers, warc, zips
from harvester.sources.captures import MOST, Capture, Skip, Spool
from harvester.sources.files import (
    PAGE_HEAD,
    File,
    captures_among,
    file_at,
    files_in,
    is_page,
    moment_of,
    shown,
    unpacked_head,
)
from harvester.sources.notes import LARGEST_NOTE
from harvester.sources.replay import as_captured
from harvester.warc.members import DICTIONARY, ZSTD
from harvester.warc.stream import CHUNK, GZIP, GZIP_WINDOW, Damaged, check_expansion

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED = (".wacz", ".zip", ".tar", ".gz", ".tgz", ".zst", ".tzst")
"""Endings of what may be a zip or a tar of pages. Many other files are zips as well."""
NAMED = re.compile(
    r"\.(?:w?arc(?:\.gz|\.zst)?(?:\.open)?|wacz|har|mht(?:ml)?|tar(?:\.gz|\.zst)?|tgz|tzst)$",
    re.IGNORECASE,
)
"""Endings of what can be nothing but captures."""
HEAD = 16 * 1024
BLOCK = 512
ZIP = b"PK\x03\x04"
USTAR = slice(257, 262)
SINGLEFILE = b"data-sfz"
"""The mark of SingleFile in a page that is a zip as well."""
LARGEST_HEADER = 1 << 20
BROKEN = (tarfile.TarError, zstd.ZstdError, zlib.error, EOFError, OSError, ValueError, Damaged)
Kind = Callable[[Path, str, Skip], Iterator[Capture]]


def check(path: Path) -> None:
    """Raises BadUsage unless a path is a folder or an archive."""
    if path.is_dir():
        return
    kind = kind_of(path)
    if kind is None:
        raise BadUsage(
            f"{path} is neither a folder nor a WARC, an ARC, a WACZ, a HAR, an MHTML, a zip or a"
            " tar (as it is, .gz or .zst): give one of these as the source."
        )
    if kind == "zip":
        zips.check(path)


def captures(path: Path, skip: Skip, *, limit: int) -> Iterator[Capture]:
    """The pages in a file, or in a folder and all below it; none of a tar has over `limit` bytes.

    Raises BadUsage if it can't be opened. What is unfit in a folder is left out.
    """
    return map(as_captured, _captures(path, skip, limit))


def _captures(path: Path, skip: Skip, limit: int) -> Iterator[Capture]:
    if not path.is_dir():
        yield from _in_archive(path, path.name, skip, limit)
        return
    files: dict[str, File] = {}
    for name, file in files_in(path, skip):
        try:
            if _kind_in_folder(file):
                yield from _in_archive(file, name, skip, limit)
            elif NAMED.search(name):
                skip(f"{shown(name)} is not what its name says: it is left out")
            else:
                files[name] = file_at(file)
        except BadUsage as unfit:
            skip(f"{unfit}".partition(": give")[0].removesuffix(".") + ": it is left out")
        except OSError as error:
            skip(f"{shown(name)} can't be read ({error.strerror}): it is left out")
    yield from captures_among(files, path.resolve().name, skip)


def _kind_in_folder(path: Path) -> str | None:
    kind = kind_of(path)
    packed = path.name.lower().endswith(PACKED)
    return kind if packed or kind not in ("zip", "tar") or _is_singlefile(path) else None


def _is_singlefile(path: Path) -> bool:
    return path.name.lower().endswith((".html", ".htm"))


def kind_of(path: Path) -> str | None:
    """The kind of a file: "warc", "zip", "tar", "har", "mhtml", or None.

    Raises BadUsage if it can't be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise BadUsage(f"The source {path} can't be read: {error.strerror}.") from None
    # A first record that is broken does not show what the others are.
    broken = head.startswith((GZIP, ZSTD)) and not _decompressed(head)
    return "warc" if broken and zips.WARC.search(path.name) else _kind(head)


def _kind(head: bytes) -> str | None:
    if head.startswith(ZIP) or (SINGLEFILE in head and is_page("", head)):
        return "zip"
    plain = b"WARC/" if head.startswith(DICTIONARY) else _decompressed(head)
    if plain.startswith((b"WARC/", b"filedesc:")):
        return "warc"
    if browsers.is_har(plain) or browsers.is_mhtml(plain):
        return "har" if browsers.is_har(plain) else "mhtml"
    return "tar" if plain[USTAR] == b"ustar" else None


def _in_archive(path: Path, name: str, skip: Skip, limit: int) -> Iterator[Capture]:
    kinds: dict[str | None, Kind] = {
        "warc": warc.captures,
        "zip": zips.captures,
        "tar": partial(_in_tar, limit=limit),
        "har": browsers.captures_in_har,
        "mhtml": browsers.captures_in_mhtml,
    }
    return kinds[kind_of(path)](path, shown(name), skip)


def _decompressed(head: bytes) -> bytes:
    """Decompresses the first bytes of a file."""
    try:
        if head.startswith(GZIP):
            return zlib.decompressobj(GZIP_WINDOW).decompress(head, BLOCK)
        if head.startswith(ZSTD):
            return zstd.ZstdDecompressor().decompress(head, BLOCK)
    except (zlib.error, zstd.ZstdError):
        return b""
    return head


def _in_tar(path: Path, name: str, skip: Skip, *, limit: int) -> Iterator[Capture]:
    """The pages in a tar, which the source calls `name`; none has over `limit` bytes.

    As in a folder, a page may have its note in a file beside it.
    """
    files: dict[str, File] = {}
    try:
        for member, file in _files(path, skip, limit):
            files[f"{name}/{member}"] = file
    except BROKEN as error:
        said = error if isinstance(error, Damaged) else f"is broken ({error})"
        skip(f"{name} {said}: what follows in it is left out")
    return captures_among(files, "", skip)


def _files(path: Path, skip: Skip, limit: int) -> Iterator[tuple[str, File]]:
    """The pages in a tar file, and the notes beside them."""
    spool = Spool()
    with path.open("rb") as packed, tarfile.open(fileobj=_Forward(packed), mode="r:") as tar:
        for count, member in enumerate(tar):
            if count >= MOST:
                raise Damaged(f"holds more than {MOST} files")
            if member.isfile() and _has_sound_name(member, path, skip):
                content = cast(IO[bytes], tar.extractfile(member))
                if page := _page(member, content, limit, skip):
                    read = partial(spool.get, spool.put(page))
                    yield member.name, File(moment_of(member.mtime), read)


def _page(member: tarfile.TarInfo, content: IO[bytes], limit: int, skip: Skip) -> bytes | None:
    """Reads a page or a note; of a page that is too large, one byte too many."""
    if member.name.endswith(".json"):
        return content.read(LARGEST_NOTE)
    head = content.read(PAGE_HEAD)
    if kind := _kind(head):
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


def _unpacked(packed: io.BufferedReader) -> IO[bytes]:
    magic = packed.peek(4)
    if magic.startswith(GZIP):
        return cast(IO[bytes], gzip.GzipFile(fileobj=packed))
    if magic.startswith(ZSTD):
        return cast(IO[bytes], zstd.ZstdFile(packed))
    return packed
