"""Detects the kind of a path's content by its first bytes, and gives the pages in it."""

import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from harvester.outcomes import BadUsage
from harvester.sources import tar, tree, warc
from harvester.sources.captures import Capture, Skip
from harvester.sources.files import File, file_at, files_in
from harvester.warc.stream import GZIP, GZIP_WINDOW

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ARCHIVES = (".warc", ".gz", ".wacz", ".zip", ".tar", ".tgz", ".zst", ".tzst")
HEAD = 16 * 1024
BLOCK = 512
ZIP, ZSTD = b"PK\x03\x04", b"\x28\xb5\x2f\xfd"
USTAR = slice(257, 262)
Kind = Callable[[Path, str, Skip], Iterator[Capture]]


def check(path: Path) -> None:
    """Raises BadUsage unless there is something at a path that may hold pages."""
    if not path.is_dir() and kind_of(path) is None:
        raise BadUsage(
            f"{path} is neither a folder nor a WARC, a WACZ or a tar (as it is, .gz or .zst): give"
            " one of these as the source."
        )


def captures(path: Path, skip: Skip, *, limit: int) -> Iterator[Capture]:
    """The pages in a file, or in a folder and all below it; none of a tar has over `limit` bytes.

    Raises BadUsage if it can't be opened.
    """
    if not path.is_dir():
        yield from _in_archive(path, path.name, skip, limit)
        return
    files: dict[str, File] = {}
    for name, file in files_in(path):
        if name.lower().endswith(ARCHIVES) and kind_of(file):
            yield from _in_archive(file, name, skip, limit)
        else:
            files[name] = file_at(file)
    yield from tree.captures(files, path.resolve().name)


def kind_of(path: Path) -> str | None:
    """The kind of a file: "warc", "wacz", "tar", or None. Raises BadUsage if it can't be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise BadUsage(f"The source {path} can't be read: {error.strerror}.") from None
    if head.startswith(ZIP):
        return "wacz"
    plain = _decompressed(head)
    if plain.startswith(b"WARC/"):
        return "warc"
    return "tar" if plain[USTAR] == b"ustar" else None


def _in_archive(path: Path, name: str, skip: Skip, limit: int) -> Iterator[Capture]:
    kinds: dict[str | None, Kind] = {
        "warc": warc.captures,
        "wacz": warc.captures_in_wacz,
        "tar": partial(tar.captures, limit=limit),
    }
    return kinds[kind_of(path)](path, tree.shown(name), skip)


def _decompressed(head: bytes) -> bytes:
    """The first bytes of what a file holds."""
    try:
        if head.startswith(GZIP):
            return zlib.decompressobj(GZIP_WINDOW).decompress(head, BLOCK)
        if head.startswith(ZSTD):
            return zstd.ZstdDecompressor().decompress(head, BLOCK)
    except (zlib.error, zstd.ZstdError):
        return b""
    return head
