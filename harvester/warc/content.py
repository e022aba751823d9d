"""Reading the content of a record of a WARC: whole, without transfer codings, by its digests."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from harvester.warc.codings import TooLarge, begins_page, unchunked
from harvester.warc.headers import LONGEST_HEAD, agrees, values
from harvester.warc.members import Dictionary, archive
from harvester.warc.record import LENGTH, WITHOUT_ANSWER, Record, begin, with_answer
from harvester.warc.stream import BadRecord, Torn

PAGES = ("response", *WITHOUT_ANSWER)
OF_SEGMENTS = ("warc-segment-number", "warc-block-digest", "warc-payload-digest")
OTHER = "holds a record that is not what its digest says"
SHOWN = 20
"""Characters of a header that a sentence quotes."""
Rest = Callable[[Record, int], bytes]
"""Gives the blocks of the further segments of a record, of at most so many bytes. Raises TooLarge
or Damaged."""


def read_record(
    file: io.BufferedReader,
    limit: int,
    *,
    check: bool = True,
    dictionary: Dictionary = None,
    rest: Rest | None = None,
) -> tuple[Record, bytes]:
    """Reads the record at the file's position, and the content of the answer in it; of the first
    of several segments with those that `rest` gives.

    It removes transfer codings, but not content codings. Raises TooLarge if the content has more
    than `limit` bytes, Damaged or Torn if it can't be read or is not all that the site sent; with
    `check`, also if its digest is another.
    """
    record, block = _next_block(file, limit + LONGEST_HEAD, dictionary)
    if rest and record.header("WARC-Segment-Number"):
        record, content = _content(_joined(record, block), block + rest(record, limit), check)
    else:
        record, content = _content(record, block, check)
    if len(content) > limit:
        raise TooLarge
    return record, content


def read_block(file: io.BufferedReader, limit: int, dictionary: Dictionary = None) -> bytes:
    """Reads the block of the record at the file's position. Raises as `read_record` does."""
    record, block = _next_block(file, limit, dictionary)
    _check_block(record, block)
    return block


def _next_block(
    file: io.BufferedReader, limit: int, dictionary: Dictionary
) -> tuple[Record, bytes]:
    warc = archive(file, dictionary)
    for place in warc.places():
        record, block = begin(place, warc)
        if record.length > limit:
            raise TooLarge
        said = block.read(record.length)
        warc.end()
        return record, said
    raise Torn


def _joined(record: Record, block: bytes) -> Record:
    """The first of several segments as the whole, of which its headers say all but digests."""
    _check_block(record, block)
    said = {name: value for name, value in record.headers.items() if name not in OF_SEGMENTS}
    return replace(record, headers=said)


def _check_block(record: Record, block: bytes) -> None:
    if agrees(record.header("WARC-Block-Digest"), block) is False:
        raise BadRecord(OTHER)


def _content(record: Record, block: bytes, check: bool) -> tuple[Record, bytes]:
    """The record with its answer, and the answer's content. Raises BadRecord if that is cut."""
    rest: io.BufferedReader = io.BufferedReader(cast(io.RawIOBase, io.BytesIO(block)))
    record = with_answer(record, rest)
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
        raise BadRecord("holds it in several segments: give the WARCs as the source")
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
        raise BadRecord(OTHER)


def _is_decoded(record: Record, body: bytes, content: bytes) -> bool:
    """Whether an answer's body was stored without the codings that its headers name."""
    if content is body and values(record.http, "Transfer-Encoding"):
        return True
    return begins_page(body) and bool(values(record.http, "Content-Encoding"))
