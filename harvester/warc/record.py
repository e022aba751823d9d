"""Reading the records of a WARC (https://iipc.github.io/warc-specifications/, 1.0 and 1.1)."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from warcio.statusandheaders import StatusAndHeaders

from harvester.warc.codings import TooLarge, begins_page, unchunked
from harvester.warc.headers import LONGEST_HEAD, BadHead, agrees, read_head, status_of, values
from harvester.warc.stream import (
    CHUNK,
    LONGEST_LINE,
    VERSION,
    Archive,
    BadRecord,
    Torn,
    archive,
    begins_record,
)

ANSWERS, PAGES = ("response", "revisit"), ("response", "resource")
LENGTH = re.compile(r"[0-9]{1,18}")
SHOWN = 20
"""So much is shown of what a file says in a header."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record without its content: where it begins in its file, its headers, its block's length.

    The names of the headers are in lower case. `status` and `http` are those of the answer that it
    holds, None if it holds none that can be read; of a page by itself, as in a resource record,
    they are what an answer would have.
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
        """The address that was asked for, without the angle brackets of some versions of wget."""
        return self.header("WARC-Target-URI").strip("<>")

    def header(self, name: str) -> str:
        """A header of the record's own, empty if it has none such."""
        return self.headers.get(name.lower(), "").strip()


Skip = Callable[[int, BadRecord], None]
"""Told of a record that is passed over, and of the place where it begins."""


def records(file: io.BufferedReader, skip: Skip | None = None) -> Iterator[Record]:
    """The records of a file, each once it is certain that the whole of it is there.

    Raises Damaged where the file can't be read on, Torn where it ends within a record, and
    BadRecord for one of which nobody is told.
    """
    warc = archive(file)
    for place in warc.places():
        try:
            yield _whole(place, warc)
        except BadRecord as bad:
            if skip is None:
                raise
            skip(place, bad)


def read_record(file: io.BufferedReader, limit: int, *, check: bool = True) -> tuple[Record, bytes]:
    """The record that begins where the file stands, and the content of the answer in it.

    Transfer codings are taken off, content codings are left. Raises TooLarge if the content has
    more than `limit` bytes, Damaged or Torn if it can't be read, is not the whole of what the site
    sent or, unless nobody is to `check` that, is not what its digest says.
    """
    warc = archive(file)
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


def _whole(place: int, warc: Archive) -> Record:
    """A record, once all of it was read. What can't be read of its answer is of no matter yet."""
    record, block = _begin(place, warc)
    with suppress(BadHead):
        record = _with_answer(record, block)
    while block.read(CHUNK):
        pass
    warc.end()
    return record


def _begin(place: int, warc: Archive) -> tuple[Record, io.BufferedReader]:
    """A record by its own headers alone, and its block."""
    first = warc.first_line()
    if not begins_record(first):
        raise BadRecord("holds what is no WARC record")
    if len(first) < len(VERSION):
        raise Torn
    pairs = read_head(warc.stream, first).headers
    headers = {name.lower(): said for name, said in reversed(pairs)}
    length = headers.get("content-length", "").strip()
    if not LENGTH.fullmatch(length):
        raise BadHead
    block: io.BufferedReader = io.BufferedReader(_Block(warc, int(length)), CHUNK)
    return Record(place, headers, int(length)), block


def _with_answer(record: Record, block: io.BufferedIOBase) -> Record:
    """The record with the status and headers of its answer, after which the block then stands."""
    kind = record.kind if record.url.startswith("http") else ""
    if kind == "resource":
        headers = [("Content-Type", record.header("Content-Type"))]
        return replace(record, status=200, http=StatusAndHeaders("200 OK", headers))
    if kind not in ANSWERS or not (first := block.readline(LONGEST_LINE)):
        return record
    http = read_head(block, first)
    return replace(record, status=status_of(first), http=http)


def _content(record: Record, block: bytes, check: bool) -> tuple[Record, bytes]:
    """The record with its answer, and the content of that. Raises BadRecord if it is not whole."""
    rest = io.BytesIO(block)
    record = _with_answer(record, rest)
    head, body = block[: rest.tell()], rest.read()
    page = record.kind in PAGES and record.url.startswith("http")
    content = _page(record, head, body) if page else body
    if check:
        _check_digests(record, block, body, content)
    return record, content


def _page(record: Record, head: bytes, body: bytes) -> bytes:
    """The content of a page, given the head and the body of its answer."""
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
    """Whether the site sent more. Of what was compressed, the end says so itself."""
    lengths = values(record.http, "Content-Length")
    return not values(record.http, "Content-Encoding") and any(
        LENGTH.fullmatch(length) and int(length) > len(body) for length in lengths
    )


def _check_digests(record: Record, block: bytes, body: bytes, content: bytes) -> None:
    """Raises BadRecord if the block's digest, or else the content's, is another.

    Some programs take that of a body in chunks, others that of what they hold. What was decoded
    before it was stored has another one than was sent.
    """
    agreed = agrees(record.header("WARC-Block-Digest"), block)
    if agreed is None and record.kind in PAGES and not _is_decoded(record, body, content):
        agreed = agrees(record.header("WARC-Payload-Digest"), body, content)
    if agreed is False:
        raise BadRecord("holds a record that is not what its digest says")


def _is_decoded(record: Record, body: bytes, content: bytes) -> bool:
    """Whether an answer holds a body without the codings of which its headers speak."""
    if content is body and values(record.http, "Transfer-Encoding"):
        return True
    return begins_page(body) and bool(values(record.http, "Content-Encoding"))


class _Block(io.RawIOBase):
    """So many bytes of a record."""

    def __init__(self, warc: Archive, length: int) -> None:
        self._warc = warc
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """As for any stream. Raises Torn, or BadRecord, if there are fewer."""
        wanted = min(len(buffer), self._left)
        data = self._warc.stream.read(wanted)
        while wanted and not data:
            if not self._warc.goes_on():
                raise Torn
            data = self._warc.stream.read(wanted)
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)
