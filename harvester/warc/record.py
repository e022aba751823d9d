"""Reading the records of a WARC (https://iipc.github.io/warc-specifications/, 1.0 and 1.1).

An ARC is read as well. warcio reads its first version only, and without bounds.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import cast

from warcio.statusandheaders import StatusAndHeaders

from harvester.warc.codings import TooLarge, begins_page, unchunked
from harvester.warc.headers import LONGEST_HEAD, BadHead, agrees, read_head, status_of, values
from harvester.warc.members import Dictionary, archive
from harvester.warc.stream import (
    CHUNK,
    GZIP,
    LONGEST_LINE,
    VERSION,
    Archive,
    BadRecord,
    Damaged,
    Torn,
    arc_headers,
    begins_record,
)

ANSWERS = ("response", "revisit")
WITHOUT_ANSWER = ("resource", "conversion")
PAGES = ("response", *WITHOUT_ANSWER)
LENGTH = re.compile(r"[0-9]{1,18}")
SHOWN = 20
"""Characters of a header that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record without its content: its place in the file, its headers, the length of its block.

    Header names are in lower case. `status` and `http` are the answer's, None if it can't be read.
    For a page without an answer, as in a resource record, they are what an answer would have.
    """

    place: int
    headers: Mapping[str, str]
    length: int
    status: int | None = None
    http: StatusAndHeaders | None = None

    @property
    def kind(self) -> str:
        """The record's type: "response", "revisit" and so on."""
        return self.header("WARC-Type").lower()

    @property
    def url(self) -> str:
        """The requested address, without the angle brackets of some versions of wget."""
        return self.header("WARC-Target-URI").strip("<>")

    @property
    def is_of_web(self) -> bool:
        """Whether it is of an address of the web, and not of a host's name or the crawler's own."""
        return self.url[:4].lower() == "http"

    def header(self, name: str) -> str:
        """A header of the record itself; empty if it lacks it."""
        return self.headers.get(name.lower(), "").strip()


Skip = Callable[[int, BadRecord], None]
"""Hears of a record that is skipped, with its place."""


def records(
    file: io.BufferedReader, skip: Skip | None = None, dictionary: Dictionary = None
) -> Iterator[Record]:
    """The records of a file, each after it was read to its end.

    Raises Damaged where the file can't be read on, and Torn where it ends within a record. Without
    `skip`, raises BadRecord for a bad one.
    """
    warc = archive(file, dictionary)
    for place in warc.places():
        try:
            yield _whole(place, warc)
        except BadRecord as bad:
            if skip is None:
                raise
            skip(place, bad)


def read_record(
    file: io.BufferedReader, limit: int, *, check: bool = True, dictionary: Dictionary = None
) -> tuple[Record, bytes]:
    """Reads the record at the file's position, and the content of the answer in it.

    It removes transfer codings, but not content codings. Raises TooLarge if the content has more
    than `limit` bytes, Damaged or Torn if it can't be read or is not all that the site sent; with
    `check`, also if its digest is another.
    """
    warc = archive(file, dictionary)
    for place in warc.places():
        record, block = _begin(place, warc)
        if record.length > limit + LONGEST_HEAD:
            raise TooLarge
        said = block.read(record.length)
        warc.end()
        record, content = _content(record, said, check)
        if len(content) > limit:
            raise TooLarge
        return record, content
    raise Torn


def only_record(packed: bytes) -> Record | None:
    """The record that some bytes are in gzip; None if they are anything else."""
    if not packed.startswith(GZIP):
        return None
    try:
        found = list(records(io.BufferedReader(cast(io.RawIOBase, io.BytesIO(packed)))))
    except Damaged:
        return None
    return found[0] if len(found) == 1 else None


def _whole(place: int, warc: Archive) -> Record:
    """Reads a record to its end. An answer that can't be parsed is no error yet."""
    record, block = _begin(place, warc)
    with suppress(BadHead):
        record = _with_answer(record, block)
    while block.read(CHUNK):
        pass
    warc.end()
    return record


def _begin(place: int, warc: Archive) -> tuple[Record, io.BufferedReader]:
    """Reads a record's own headers, and opens its block."""
    headers = _headers(warc)
    length = headers.get("content-length", "").strip()
    if not LENGTH.fullmatch(length):
        raise BadHead
    block: io.BufferedReader = io.BufferedReader(_Block(warc, int(length)), CHUNK)
    return Record(place, headers, int(length)), block


def _headers(warc: Archive) -> dict[str, str]:
    """A record's own headers; what those of an ARC would be in a WARC."""
    first = warc.first_line()
    if arc := arc_headers(first):
        return arc
    if not begins_record(first):
        raise BadRecord("holds what is no WARC record")
    if len(first) < len(VERSION):
        raise Torn
    pairs = read_head(warc.stream, first).headers
    return {name.lower(): said for name, said in reversed(pairs)}


def _with_answer(record: Record, block: io.BufferedReader) -> Record:
    """Reads the status and the headers of the answer from the block into the record."""
    kind = record.kind if record.is_of_web else ""
    if kind in WITHOUT_ANSWER or (kind == "response" and _is_bare(record, block)):
        headers = [("Content-Type", record.header("Content-Type"))]
        return replace(record, status=200, http=StatusAndHeaders("200 OK", headers))
    if kind not in ANSWERS or not (first := block.readline(LONGEST_LINE)):
        return record
    http = read_head(block, first)
    return replace(record, status=status_of(first), http=http)


def _is_bare(record: Record, block: io.BufferedReader) -> bool:
    """Whether a response has only its page, without a status, as some programs write it."""
    said = record.header("Content-Type").lower()
    return "http" not in said.partition(";")[0] and begins_page(block.peek(CHUNK))


def _content(record: Record, block: bytes, check: bool) -> tuple[Record, bytes]:
    """The record with its answer, and the answer's content. Raises BadRecord if that is cut."""
    rest: io.BufferedReader = io.BufferedReader(cast(io.RawIOBase, io.BytesIO(block)))
    record = _with_answer(record, rest)
    head, body = block[: rest.tell()], rest.read()
    page = record.kind in PAGES and record.is_of_web
    content = _page(record, head, body) if page else body
    if check:
        _check_digests(record, block, body, content)
    return record, content


def _page(record: Record, head: bytes, body: bytes) -> bytes:
    """The content of a page from the head and the body of its answer."""
    if record.status is None:
        raise BadRecord("holds an answer that is not HTTP")
    if cut := record.header("WARC-Truncated"):
        said = cut[:SHOWN] if cut.isprintable() else "unspecified"
        raise BadRecord(f"holds only the beginning of it (WARC-Truncated: {said})")
    if record.header("WARC-Segment-Number"):
        raise BadRecord("holds it in several segments, which can't be read")
    content = unchunked(head, body)
    if content is body and _is_short(record, body):
        raise BadRecord("holds less of it than the site sent, by its Content-Length")
    return content


def _is_short(record: Record, body: bytes) -> bool:
    """Whether the site sent more bytes. A compressed body tells by its end instead."""
    lengths = values(record.http, "Content-Length")
    return not values(record.http, "Content-Encoding") and any(
        LENGTH.fullmatch(length) and int(length) > len(body) for length in lengths
    )


def _check_digests(record: Record, block: bytes, body: bytes, content: bytes) -> None:
    """Raises BadRecord if the digest of the block, or else of the content, is another.

    Some programs hash a body in its chunks, others the body that they store. A body that was
    decoded before it was stored no longer has the digest of what was sent.
    """
    agreed = agrees(record.header("WARC-Block-Digest"), block)
    if agreed is None and record.kind in PAGES and not _is_decoded(record, body, content):
        agreed = agrees(record.header("WARC-Payload-Digest"), body, content)
    if agreed is False:
        raise BadRecord("holds a record that is not what its digest says")


def _is_decoded(record: Record, body: bytes, content: bytes) -> bool:
    """Whether an answer's body was stored without the codings that its headers name."""
    if content is body and values(record.http, "Transfer-Encoding"):
        return True
    return begins_page(body) and bool(values(record.http, "Content-Encoding"))


class _Block(io.RawIOBase):
    """The block of a record: the next so many bytes."""

    def __init__(self, warc: Archive, length: int) -> None:
        self._warc = warc
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Reads. Raises Torn, or BadRecord, if the file has fewer bytes."""
        wanted = min(len(buffer), self._left)
        data = self._warc.stream.read(wanted)
        while wanted and not data:
            if not self._warc.goes_on():
                raise Torn
            data = self._warc.stream.read(wanted)
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)
