"""The head of a record, or of the answer in it: a line, and headers up to a blank one.

warcio reads the headers as browsers do: a line without a colon is passed over, spaces before the
colon are, a line that begins with a space goes on with the one before. Here is what it lacks:
bounds, going on after a line of nothing but spaces, and noticing that a head has no end.
"""

import io
import re

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from harvester.warc.stream import LONGEST_LINE, BadRecord

LONGEST_HEAD = 256 * 1024
"""As in Chromium (net/http/http_stream_parser.h)."""
BLANK = re.compile(rb"\n[^!-~\n]*(?=\n)")
MARKUP_AS_NAME = re.compile(rb"\n(?:[^ \t:\n][^:\n]*)?<")
STATUS_LINE = re.compile(rb"\s{0,4}HTTP/[\d.]+[ \t]+(\d{1,3})\b", re.IGNORECASE)


class BadHead(BadRecord):
    """Raised for a head that can't be read."""

    def __init__(self) -> None:
        super().__init__("holds a record with broken headers")


parser = StatusAndHeadersParser([], verify=False)


def read_head(stream: io.BufferedIOBase, first: bytes) -> StatusAndHeaders:
    """The head that begins with this line and goes on in a stream, which then is at its end.

    Raises BadHead if it is too large, or goes on into a page.
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
    """The status that an answer's first line says; None if it is none."""
    found = STATUS_LINE.match(line)
    return int(found[1]) if found else None


def value(head: StatusAndHeaders | None, name: str) -> str:
    """The first header of a name, in any case; empty if there is none."""
    return (head.get_header(name) or "").strip() if head else ""


def values(head: StatusAndHeaders | None, name: str) -> list[str]:
    """What all headers of a name list, parted by commas, in lower case."""
    headers = head.headers if head else []
    said = ",".join(text for key, text in headers if key.lower() == name.lower())
    return [part.strip().lower() for part in said.split(",") if part.strip()]
