"""The pages in WARCs (.warc, .warc.gz, .warc.zst), which crawlers record, as this program does.

ARCs are read as well.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from harvester.sources.captures import Capture, Payload, Skip
from harvester.sources.segments import Segments
from harvester.sources.wayback_captures import read_memento
from harvester.timestamps import first_second
from harvester.warc.codings import decoded
from harvester.warc.content import Rest, read_block, read_record
from harvester.warc.headers import canonical, digest, value, values
from harvester.warc.members import Dictionary, read_dictionary
from harvester.warc.record import Record, records
from harvester.warc.stream import BadRecord, Damaged, Torn

NO_PAGES = ("image/", "audio/", "video/", "font/", "application/font", "application/x-font")
"""Types of contents that are no pages. All others may be, whatever they are called: a harvest of
the site itself does not go by that either."""
RECORDS = ("response", "resource", "revisit", "conversion")
MOST_TOLD = 20
"""Bad records of a file that are reported one by one; of more, only the number is."""
NOT_KEPT = frozenset(("content-encoding", "transfer-encoding", "content-length"))
BROKEN = (
    *(Damaged, OSError, EOFError, OverflowError, RuntimeError),
    *(struct.error, zipfile.BadZipFile, zlib.error),
)
"""What reading a page in a WARC or a WACZ can raise if the file is damaged."""
Open = Callable[[int], io.BufferedReader]
"""Opens a WARC at one of its bytes."""


def captures(
    path: Path, name: str, skip: Skip, segments: Segments | None = None
) -> Iterator[Capture]:
    """The pages in a WARC file, which the source calls `name`; `segments` are those of all its
    files."""
    yield from captures_of(partial(_open, path), name, skip, segments)


def captures_of(
    opened: Open, name: str, skip: Skip, segments: Segments | None = None
) -> Iterator[Capture]:
    """The pages in a WARC, up to the first damage that can't be skipped."""
    bad, parts = _Bad(name, skip), segments or Segments()
    with opened(0) as file:
        try:
            dictionary = read_dictionary(file)
            for record in records(file, bad.add, dictionary):
                parts.add(record, name, partial(_block, opened, dictionary, record.place))
                if capture := _capture(record, partial(_payload, opened, dictionary, parts), name):
                    yield capture
        except Torn as tear:
            skip(f"{name} {tear}, which is left out")
        except Damaged as damage:
            skip(f"{name} {damage}: what follows in it is left out")
    bad.end()
    if segments is None:
        parts.end(skip)


class _Bad:
    """Reports the bad records of a file."""

    def __init__(self, name: str, skip: Skip) -> None:
        self._name = name
        self._skip = skip
        self._count = 0

    def add(self, place: int, record: BadRecord) -> None:
        self._count += 1
        if self._count <= MOST_TOLD:
            self._skip(f"{self._name} {record}, at byte {place}: it is left out")

    def end(self) -> None:
        """Reports how many more there were."""
        if self._count > MOST_TOLD:
            more = self._count - MOST_TOLD
            self._skip(f"{self._name} holds {more:,} more records that can't be read")


def _capture(record: Record, read: Callable[[int, int], Payload], name: str) -> Capture | None:
    """The page that a record holds or revisits; None for any other record.

    A broken answer counts as a page, so that a request for it reports the damage.
    """
    if record.kind not in RECORDS or not record.is_of_web:
        return None
    if not _may_be_page(record):
        return None
    memento = read_memento(record.url)
    url, moment = memento or (record.url, first_second(record.header("WARC-Date")))
    return Capture(
        url=url,
        moment=moment,
        # Some crawlers write 0 for a status that their browser did not tell them.
        status=record.status or 200,
        file=name,
        read=partial(read, record.place),
        offset=record.place,
        digest=canonical(record.header("WARC-Payload-Digest")),
        revisits=_revisited(record) if record.kind == "revisit" else None,
        original=record.header("WARC-Refers-To-Target-URI").strip("<>"),
        converted=record.kind == "conversion",
        memento=record.url if memento else None,
    )


def _revisited(record: Record) -> str:
    """The moment of the page that a revisit record refers to; empty if it gives none."""
    return first_second(record.header("WARC-Refers-To-Date")) or ""


def _may_be_page(record: Record) -> bool:
    """Whether a record's type, if any, may be a page's or a scan's, and no image's or the like."""
    return not value(record.http, "Content-Type").lower().startswith(NO_PAGES)


def _payload(
    opened: Open, dictionary: Dictionary, segments: Segments, place: int, limit: int
) -> Payload:
    with opened(place) as file:
        return read_payload(file, limit, dictionary=dictionary, rest=segments.rest)


def _block(opened: Open, dictionary: Dictionary, place: int, limit: int) -> bytes:
    with opened(place) as file:
        return read_block(file, limit, dictionary)


def read_payload(
    file: io.BufferedReader,
    limit: int,
    *,
    check: bool = True,
    dictionary: Dictionary = None,
    rest: Rest | None = None,
) -> Payload:
    """Reads the page in the record at a file's position. Raises as `read_record` does."""
    record, content = read_record(file, limit, check=check, dictionary=dictionary, rest=rest)
    return as_payload(record, content, limit)


def as_payload(record: Record, content: bytes, limit: int) -> Payload:
    """The page in a record, decoded. Raises TooLarge or Damaged."""
    said = record.http.headers if record.http else []
    headers = [_header(*header) for header in said if header[0].lower() not in NOT_KEPT]
    codings = values(record.http, "Content-Encoding")
    return Payload(headers, decoded(codings, content, limit), digest(content))


def _header(name: str, value: str) -> tuple[str, str]:
    """A header; a redirect to a memento becomes one to the captured address."""
    leads = read_memento(value) if name.lower() == "location" else None
    return name, leads[0] if leads else value


def _open(path: Path, place: int) -> io.BufferedReader:
    file = path.open("rb")
    file.seek(place)
    return file
