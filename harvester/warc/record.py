"""Reading the records of a WARC (https://iipc.github.io/warc-specifications/, 1.0 and 1.1)."""

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from warcio.bufferedreaders import ChunkedDataReader

from harvester.warc.stream import CHUNK, Damaged, Torn, streams

LONGEST_LINE = 64 * 1024
LONGEST_HEAD = 256 * 1024
MOST_HEADERS = 100
FIELD = re.compile(rb"([!-9;-~]+):[ \t]*([^\r\n]*)\r?\n")
"""A header on one line, as nearly all are; Python's own parser, which is slow, reads all others."""
STATUS_LINE = re.compile(rb"HTTP/[\d.]+ +(\d{3})\b")
HASHES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


class TooLarge(Exception):
    """Raised for a record that holds more than was asked for."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record without its content: where it begins in its file, its headers, its block's length.

    `status` and `http` are those of the answer that it holds, None if it holds none.
    """

    place: int
    headers: Message
    length: int
    status: int | None = None
    http: Message | None = None

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
        value = str(self.headers.get(name, "")).strip()
        return value.encode("latin-1", "replace").decode("utf-8", "replace")


def records(file: io.BufferedReader) -> Iterator[Record]:
    """The records of a file, each once it is certain that the whole of it is there.

    Raises Damaged where the file stops being a WARC, Torn where it ends within a record.
    """
    whole = None
    for place, stream in streams(file):
        if whole is not None:
            yield whole
        whole = _whole(place, stream)
    if whole is not None:
        yield whole


def read_record(file: io.BufferedReader, limit: int, *, check: bool = True) -> tuple[Record, bytes]:
    """The record that begins where the file stands, and the content of the answer in it.

    Transfer codings are taken off, content codings are left. Raises TooLarge if the content has
    more than `limit` bytes, Damaged or Torn if it can't be read or, unless nobody is to `check`
    that, is not what its digest says.
    """
    for place, stream in streams(file):
        record, block = _begin(place, stream)
        if record.length > limit + LONGEST_HEAD:
            raise TooLarge
        said = block.read(record.length)
        if check:
            check_digest(record.header("WARC-Block-Digest"), said)
        rest = io.BytesIO(said)
        record = _with_answer(record, rest)
        content = _unchunked(record, rest)
        if len(content) > limit:
            raise TooLarge
        return record, content
    raise Torn


def digest(content: bytes, algorithm: str = "sha1") -> str:
    """The hash of some bytes as WARC has it: its name and, in base 32, its value."""
    return f"{algorithm}:{base64.b32encode(_hash(content, algorithm)).decode('ascii')}"


def check_digest(said: str, content: bytes) -> None:
    """Raises Damaged if a digest is not that of the content; one not understood says nothing."""
    algorithm, _, text = said.partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    if algorithm in HASHES:
        value = _value(text.strip(), HASHES[algorithm])
        if value is not None and value != _hash(content, algorithm):
            raise Damaged("holds a record that is not what its digest says")


def _whole(place: int, stream: io.BufferedReader) -> Record:
    record, block = _begin(place, stream)
    record = _with_answer(record, block)
    while block.read(CHUNK):
        pass
    return record


def _begin(place: int, stream: io.BufferedReader) -> tuple[Record, io.BufferedReader]:
    """A record by its own headers alone, and its block."""
    if not stream.readline(LONGEST_LINE).startswith(b"WARC/"):
        raise Damaged("holds what is no WARC record")
    headers = _headers(stream)
    length = str(headers.get("Content-Length", "")).strip() if headers else ""
    if headers is None or not re.fullmatch(r"[0-9]{1,18}", length):
        raise Damaged("holds a record with broken headers")
    block: io.BufferedReader = io.BufferedReader(_Block(stream, int(length)), CHUNK)
    return Record(place, headers, int(length)), block


def _with_answer(record: Record, block: io.BufferedIOBase) -> Record:
    """The record with the answer's status and headers, if an answer begins the block."""
    if record.kind not in ("response", "revisit"):
        return record
    if "application/http" not in record.header("Content-Type").lower():
        return record
    found = STATUS_LINE.match(block.readline(LONGEST_LINE))
    http = _headers(block)
    if found is None or http is None:
        return record
    return Record(record.place, record.headers, record.length, int(found[1]), http)


def _unchunked(record: Record, rest: io.BytesIO) -> bytes:
    """What follows the headers, without the chunks that wget keeps; others leave these off."""
    coding = str(record.http.get("Transfer-Encoding", "")) if record.http else ""
    content: bytes = ChunkedDataReader(rest).read() if "chunked" in coding.lower() else rest.read()
    return content


def _headers(stream: io.BufferedIOBase) -> Message | None:
    """The headers up to a blank line; None if these are none."""
    lines = []
    while (line := stream.readline(LONGEST_LINE + 1)).strip(b"\r\n"):
        lines.append(line)
        if len(line) > LONGEST_LINE or len(lines) > MOST_HEADERS:
            return None
    fields = [FIELD.fullmatch(line) for line in lines]
    headers = Message()
    for field in fields:
        if field is None:
            return HeaderParser().parsestr(b"".join(lines).decode("latin-1"))
        headers[field[1].decode("latin-1")] = field[2].decode("latin-1")
    return headers


def _hash(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content, usedforsecurity=False).digest()


def _value(text: str, size: int) -> bytes | None:
    """A hash of so many bytes from base 16 or 32."""
    decode = base64.b16decode if len(text) == 2 * size else base64.b32decode
    try:
        value = decode(text + "=" * (-len(text) % 8 if decode is base64.b32decode else 0), True)
    except (binascii.Error, ValueError):
        return None
    return value if len(value) == size else None


class _Block(io.RawIOBase):
    """So many bytes of a stream."""

    def __init__(self, stream: io.BufferedReader, length: int) -> None:
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """As for any stream. Raises Torn if there are fewer."""
        data = self._stream.read(min(len(buffer), self._left))
        if not data and self._left:
            raise Torn
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)
