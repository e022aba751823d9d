"""Saved pages in files, on the disk or in an archive: saved one by one, or mirrored.

A file may be compressed with gzip, whatever its name is.
"""

import os
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from weakref import finalize

from harvester.scans.scan import begins_pdf
from harvester.sources.captures import Capture, Payload, Skip
from harvester.sources.mirrors import Mirror, is_cut
from harvester.sources.notes import LARGEST_NOTE, Note, noted
from harvester.sources.replay import without_replay
from harvester.timestamps import since_1970, usable, utc_now
from harvester.warc.codings import TooLarge, decoded
from harvester.warc.headers import digest
from harvester.warc.stream import GZIP, GZIP_WINDOW

PAGE_HEAD = 4096
"""Bytes in which a page shows that it is one, and where it was saved from."""
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file. `moment` is when it was last written, in UTC; `read` returns so many first bytes."""

    moment: str | None
    read: Callable[[int], bytes]


Files = Mapping[str, File]
"""Files by their paths below the source's folder, with "/" between the parts."""


def files_in(folder: Path, skip: Skip) -> Iterator[tuple[str, Path]]:
    """Yields all files below a folder, each with its path from there. Follows no link to a
    folder."""

    def unreadable(error: OSError) -> None:
        skip(f"{error.filename} can't be read ({error.strerror}): it is left out")

    for where, folders, names in os.walk(folder, onerror=unreadable):
        folders.sort()
        for path in (Path(where, name) for name in sorted(names)):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path


def file_at(path: Path) -> File:
    """A file on the disk."""
    return File(moment_of(path.stat().st_mtime), partial(_read, path))


def moment_of(seconds: float) -> str | None:
    """A file's time in UTC; None for one at which no page was saved, such as 1970 or the future."""
    return usable(since_1970(seconds), utc_now())


def is_page(name: str, head: bytes) -> bool:
    """Whether a file is a page or a scan, by its name or its first bytes."""
    if name.lower().endswith(".json"):
        return False
    named = name.lower().endswith((".html", ".htm"))
    return named or bool(MARKUP.search(head)) or begins_pdf(head)


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def captures_among(files: Files, folder: str, skip: Skip) -> Iterator[Capture]:
    """The pages among the files of a folder of this name."""
    names = {_plain_name(name, files): name for name in files}
    mirror = Mirror(folder, names)

    def look(name: str) -> bytes | None:
        found = names.get(name)
        return None if found is None else files[found].read(LARGEST_NOTE)

    for name, packed in names.items():
        try:
            head = unpacked_head(files[packed].read(PAGE_HEAD))
        except OSError as error:
            skip(f"{shown(name)} can't be read ({error.strerror}): it is left out")
            continue
        if mirror.is_replaced(name) or not is_page(name, head):
            continue
        note = noted(look, name, head)
        if note is None and is_cut(name):
            skip(
                f"{shown(name)} has a name that was cut, so that its address is not known: it is"
                " left out"
            )
        else:
            yield _capture(files[packed], name, note, mirror)


def _capture(file: File, name: str, note: Note | None, mirror: Mirror) -> Capture:
    if note:
        mirror.noted[name] = note.url
    moment = note.moment if note and note.moment is not None else mirror.moment(name)
    return Capture(
        url=mirror.url(name),
        moment=file.moment if moment is None else moment,
        status=note.status if note else 200,
        file=shown(name),
        read=partial(_page, file, name, note, mirror),
        caseless=note is None and mirror.caseless,
    )


def _page(file: File, name: str, note: Note | None, mirror: Mirror, limit: int) -> Payload:
    """Reads a page. Raises TooLarge, or Damaged if it is compressed and broken."""
    saved = file.read(limit + 1)
    if len(saved) > limit:
        raise TooLarge
    page = decoded([], saved, limit)
    replay = note.replay if note else mirror.moment(name)
    if replay:
        page = without_replay(page, replay)
    if (note is None or note.mirror) and not begins_pdf(page):
        page = mirror.restored(name, page)
    return Payload(note.headers if note else [], page, digest(saved))


def unpacked_head(head: bytes) -> bytes:
    """The first bytes of a file, decompressed if they are gzip."""
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(GZIP_WINDOW).decompress(head, PAGE_HEAD)
    except zlib.error:
        return head


def shown(name: str) -> str:
    """A file's name as valid Unicode, whatever bytes the disk has for it."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _plain_name(name: str, files: Files) -> str:
    """The name of a file without the ending of gzip, unless another one has that."""
    plain = name.removesuffix(".gz")
    return name if plain in files else plain


class Spool:
    """Compressed pages, in a file without a name that is gone with the spool or the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        finalize(self, self._file.close)

    def put(self, page: bytes) -> int:
        """Keeps a page, and returns its place."""
        packed = zlib.compress(page, 1)
        place = self._file.seek(0, 2)
        self._file.write(len(packed).to_bytes(8) + packed)
        return place

    def get(self, place: int, most: int) -> bytes:
        """The first bytes of the page at a place."""
        self._file.seek(place)
        size = int.from_bytes(self._file.read(8))
        return zlib.decompressobj().decompress(self._file.read(size), most)
