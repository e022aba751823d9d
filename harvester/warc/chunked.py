"""The chunked transfer coding (RFC 9112, section 7.1), read wholly or not at all.

warcio's ChunkedDataReader, even with `raise_exceptions`, refuses trailers and sizes that end in a
bare newline, which browsers read, and takes a size below 0; without, it puts the sizes into the
page after the first one that it can't read. FastWARC's ChunkedReader takes chunk extensions, which
the standard allows, for broken, and data without its last chunk for whole.
"""

import re

from harvester.warc.stream import BadRecord

SAID = (b"transfer-encoding", b"chunked")
"""Even a header that is broken says enough: without it, the sizes would be read as text."""
LINE = rb"[ \t]*(?:;[^\r\n]*)?(\r?\n)"
SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})" + LINE)
REST = re.compile(rb"(?:[!#-'*+.^-z|~A-Z0-9-]++:[^\n]*+\n)*+\s*+\Z")
"""Trailers, and the end."""
LIKE_SIZE = re.compile(rb"\s{0,20}(?:0x)?[0-9a-f]{1,20}" + LINE, re.IGNORECASE)
LIKE_LAST = re.compile(rb"\n0+" + LINE + rb"\s*\Z")
END = 80
"""So much of the end of a body is looked at for that."""


def unchunked(head: bytes, body: bytes) -> bytes:
    """The body of an answer, of which the chunks are taken off if its head speaks of chunks.

    Many programs store a body without its chunks, and leave the header. Raises BadRecord for one
    that begins or ends in chunks, but does not consist of them: it is cut, or was changed.
    """
    said = head.lower()
    if not any(word in said for word in SAID):
        return body
    chunks = _chunks(body)
    if chunks is not None:
        return b"".join(chunks)
    if LIKE_SIZE.match(body) or LIKE_LAST.search(body, max(0, len(body) - END)):
        raise BadRecord("holds a page whose chunks are broken")
    return body


def _chunks(body: bytes) -> list[bytes] | None:
    """What the chunks of a body hold; None if they are not all of it."""
    chunks: list[bytes] = []
    place = 0
    while size := SIZE.match(body, place):
        begin, length = size.end(), int(size[1], 16)
        if not length:
            return chunks if REST.match(body, begin) else None
        end = begin + length
        # Another end than that of the size's line would be a byte of the page's, or one too many.
        if not body.startswith(size[2], end):
            return None
        chunks.append(body[begin:end])
        place = end + len(size[2])
    return None
