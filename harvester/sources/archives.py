"""Sources of every kind: folders, and archives, which are known by their first bytes.

Nothing is unpacked to the disk.
"""

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from harvester.outcomes import BadUsage
from harvester.sources import browsers, tars, warc, zips
from harvester.sources.captures import Capture, Skip
from harvester.sources.files import (
    File,
    captures_among,
    file_at,
    files_in,
    is_page,
    shown,
    unpacked_head,
)
from harvester.sources.replay import as_captured
from harvester.sources.segments import Segments
from harvester.warc.members import DICTIONARY, ZSTD
from harvester.warc.stream import GZIP, GZIP_WINDOW

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED = (".wacz", ".zip", ".maff", ".htz", ".tar", ".gz", ".tgz", ".zst", ".tzst")
"""Endings of what may be a zip or a tar of pages: .maff is Firefox's, .htz WebScrapBook's. Many
other files are zips as well."""
NAMED = re.compile(
    r"\.(?:w?arc(?:\.gz|\.zst)?(?:\.open)?|wacz|har|mht(?:ml)?|webarchive|tar(?:\.gz|\.zst)?|tgz|tzst)$",
    re.IGNORECASE,
)
"""Endings of what can be nothing but captures."""
HEAD = 16 * 1024
BLOCK = 512
ZIP = b"PK\x03\x04"
USTAR = slice(257, 262)
SINGLEFILE = b"data-sfz"
"""The mark of SingleFile in a page that is a zip as well."""
OF_BROWSERS = {
    "har": browsers.is_har,
    "mhtml": browsers.is_mhtml,
    "webarchive": browsers.is_webarchive,
}
Kind = Callable[[Path, str, Skip], Iterator[Capture]]


def check(path: Path) -> None:
    """Raises BadUsage unless a path is an archive, or a folder that has captures."""
    if path.is_dir():
        _check_folder(path)
        return
    kind = kind_of(path)
    if kind is None:
        raise BadUsage(
            f"{path} is neither a folder nor a WARC, an ARC, a WACZ, a HAR, an MHTML, a"
            " webarchive, a zip or a tar (as it is, .gz or .zst): give one of these as the source."
        )
    if kind == "zip":
        zips.check(path)


def _check_folder(folder: Path) -> None:
    first = "it is empty"
    for count, (name, file) in enumerate(files_in(folder, lambda _: None)):
        if NAMED.search(name) or _may_hold_page(name, file):
            return
        first = first if count else f"its first file is {shown(name)}"
    raise BadUsage(
        f"{folder} is a folder without captures or saved pages ({first}): give one that has WARCs,"
        " saved pages or the like as the source."
    )


def _may_hold_page(name: str, file: Path) -> bool:
    try:
        return _kind_in_folder(file) is not None or is_page(name, unpacked_head(_head(file)))
    except BadUsage:
        return True  # what can't be read is named when it is left out


def captures(path: Path, skip: Skip, *, limit: int) -> Iterator[Capture]:
    """The pages in a file, or in a folder and all below it; none of a tar has over `limit` bytes.

    Raises BadUsage if it can't be opened. What is unfit in a folder is left out.
    """
    return map(as_captured, _captures(path, skip, limit))


def _captures(path: Path, skip: Skip, limit: int) -> Iterator[Capture]:
    segments = Segments()
    if not path.is_dir():
        yield from _in_archive(path, path.name, skip, limit, segments)
        segments.end(skip)
        return
    files: dict[str, File] = {}
    for name, file in files_in(path, skip):
        try:
            if _kind_in_folder(file):
                yield from _in_archive(file, name, skip, limit, segments)
            elif NAMED.search(name):
                skip(f"{shown(name)} is not what its name says: it is left out")
            else:
                files[name] = file_at(file)
        except BadUsage as unfit:
            skip(f"{unfit}".partition(": give")[0].removesuffix(".") + ": it is left out")
        except OSError as error:
            skip(f"{shown(name)} can't be read ({error.strerror}): it is left out")
    segments.end(skip)
    yield from captures_among(files, path.resolve().name, skip)


def is_recording(path: Path) -> bool:
    """Whether a file is an archive of captures, or is called so, and no single page. Raises
    BadUsage if it can't be read."""
    return _kind_in_folder(path) is not None or NAMED.search(path.name) is not None


def _kind_in_folder(path: Path) -> str | None:
    kind = kind_of(path)
    packed = path.name.lower().endswith(PACKED)
    return kind if packed or kind not in ("zip", "tar") or _is_singlefile(path) else None


def _is_singlefile(path: Path) -> bool:
    return path.name.lower().endswith((".html", ".htm"))


def kind_of(path: Path) -> str | None:
    """The kind of a file: "warc", "zip", "tar", "har", "mhtml", "webarchive", or None.

    Raises BadUsage if it can't be read.
    """
    head = _head(path)
    # A first record that is broken does not show what the others are.
    broken = head.startswith((GZIP, ZSTD)) and not _decompressed(head)
    return "warc" if broken and zips.WARC.search(path.name) else _kind(head)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise BadUsage(f"The source {path} can't be read: {error.strerror}.") from None


def _kind(head: bytes) -> str | None:
    if head.startswith(ZIP) or (SINGLEFILE in head and is_page("", head)):
        return "zip"
    plain = b"WARC/" if head.startswith(DICTIONARY) else _decompressed(head)
    if plain.startswith((b"WARC/", b"filedesc:")):
        return "warc"
    known = (kind for kind, is_one in OF_BROWSERS.items() if is_one(plain))
    return next(known, "tar" if plain[USTAR] == b"ustar" else None)


def _in_archive(
    path: Path, name: str, skip: Skip, limit: int, segments: Segments
) -> Iterator[Capture]:
    kinds: dict[str | None, Kind] = {
        "warc": partial(warc.captures, segments=segments),
        "zip": zips.captures,
        "tar": partial(tars.captures, limit=limit, kind_of=_kind),
        "har": browsers.captures_in_har,
        "mhtml": browsers.captures_in_mhtml,
        "webarchive": browsers.captures_in_webarchive,
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
