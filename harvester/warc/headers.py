"""Reading the head of a record, or of the answer in it: a line, then headers up to a blank line.

warcio parses headers like a browser: it skips a line without a colon, ignores spaces before the
colon, and joins a line that begins with a space to the one before. This adds what it lacks: bounds,
going on after a line of spaces, and an error for a head without an end. Digests in headers are a
hash's name and its value in base 16 or 32.
"""

import base64
import binascii
import hashlib
import io
import re

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from harvester.warc.stream import LONGEST_LINE, BadRecord

LONGEST_HEAD = 256 * 1024
"""As in Chromium (net/http/http_stream_parser.h)."""
BLANK = re.compile(rb"\n[^!-~\n]*(?=\n)")
MARKUP_AS_NAME = re.compile(rb"\n(?:[^ \t:\n][^:\n]*)?<")
STATUS_LINE = re.compile(rb"\s{0,4}(?:HTTP(?:/[\d.]*)?|ICY|NCSA)[ \t]+(\d{1,3})\b", re.IGNORECASE)
"""As lenient as browsers, which read the status lines of old servers as well."""
parser = StatusAndHeadersParser([], verify=False)
HASHES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


class BadHead(BadRecord):
    """Raised for a head that can't be read."""

    def __init__(self) -> None:
        super().__init__("holds a record with broken headers")


def read_head(stream: io.BufferedIOBase, first: bytes) -> StatusAndHeaders:
    """Reads the rest of a head from a stream; `first` is its first line.

    Raises BadHead if it is too large, or runs into a page.
    """
    lines, size = [b"\n"], 0
    while (line := stream.readline(LONGEST_LINE + 1)).strip(b"\r\n"):
        size += len(line)
        if len(line) > LONGEST_LINE or size > LONGEST_HEAD:
            raise BadHead
        lines.append(line)
    headers = BLANK.sub(b"", b"".join(lines))
    if MARKUP_AS_NAME.search(headers):
        raise BadHead
    head: StatusAndHeaders = parser.parse(io.BytesIO(headers[1:]), first)
    return head


def status_of(line: bytes) -> int | None:
    """The status in an answer's first line; None if there is none."""
    found = STATUS_LINE.match(line)
    return int(found[1]) if found else None


def status_in(said: int) -> int:
    """The status that a number stands for, 0 if that is none."""
    return said if 0 < said < 1000 else 0


def value(head: StatusAndHeaders | None, name: str) -> str:
    """The value of the first header with a name, in any case; empty if there is none."""
    return (head.get_header(name) or "").strip() if head else ""


def values(head: StatusAndHeaders | None, name: str) -> list[str]:
    """The comma-separated values of all headers with a name, in lower case."""
    headers = head.headers if head else []
    said = ",".join(text for key, text in headers if key.lower() == name.lower())
    return [part.strip().lower() for part in said.split(",") if part.strip()]


def digest(content: bytes, algorithm: str = "sha1") -> str:
    """The digest of some bytes in base 32."""
    return f"{algorithm}:{base64.b32encode(_hash(content, algorithm)).decode('ascii')}"


def canonical(said: str) -> str:
    """A digest in base 32, however it was written; as it is if it is malformed or unknown."""
    algorithm, _, text = said.partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    value = _value(text.strip(), HASHES[algorithm]) if algorithm in HASHES else None
    return f"{algorithm}:{base64.b32encode(value).decode('ascii')}" if value else said


def agrees(said: str, *contents: bytes) -> bool | None:
    """Whether a digest is of one of these contents; None if it is malformed or unknown."""
    algorithm, _, text = said.partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    value = _value(text.strip(), HASHES[algorithm]) if algorithm in HASHES else None
    if value is None:
        return None
    return any(value == _hash(content, algorithm) for content in contents)


def _hash(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content, usedforsecurity=False).digest()


def _value(text: str, size: int) -> bytes | None:
    """Decodes a hash of so many bytes from base 16 or 32."""
    decode = base64.b16decode if len(text) == 2 * size else base64.b32decode
    try:
        value = decode(text + "=" * (-len(text) % 8 if decode is base64.b32decode else 0), True)
    except (binascii.Error, ValueError):
        return None
    return value if len(value) == size else None
