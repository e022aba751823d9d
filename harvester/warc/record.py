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

from harvester.warc.codings import begins_page
from harvester.warc.headers import BadHead, read_head, status_of
from harvester.warc.members import Dictionary, archive
from harvester.warc.stream import (
    CHUNK,
    GZIP,
    LONGEST_LINE,
    VERSION,
    Archive,
    BadRecord,
    Block,
    Damaged,
    Torn,
    arc_headers,
    begins_record,
)

ANSWERS = ("response", "revisit")
WITHOUT_ANSWER = ("resource", "conversion")
LENGTH = re.compile(r"[0-9]{1,18}")


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
    record, block = begin(place, warc)
    with suppress(BadHead):
        record = with_answer(record, block)
    while block.read(CHUNK):
        pass
    warc.end()
    return record


def begin(place: int, warc: Archive) -> tuple[Record, io.BufferedReader]:
    """Reads a record's own headers, and opens its block."""
    headers = _headers(warc)
    length = headers.get("content-length", "").strip()
    if not LENGTH.fullmatch(length):
        raise BadHead
    block: io.BufferedReader = io.BufferedReader(Block(warc, int(length)), CHUNK)
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


def with_answer(record: Record, block: io.BufferedReader) -> Record:
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
