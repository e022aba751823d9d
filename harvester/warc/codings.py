"""Decoding pages within a limit: chunks (RFC 9112, 7.1), gzip, deflate, br and zstd.

Chunks are read wholly or not at all. warcio's ChunkedDataReader, even with `raise_exceptions`,
refuses trailers and sizes that end in a bare newline, which browsers read, and takes a size below
0; without, it puts the sizes into the page after the first one that it can't read. FastWARC's
ChunkedReader takes chunk extensions, which the standard allows, for broken, and data without its
last chunk for whole.
"""

import re
import sys
import zlib
from collections.abc import Callable

import brotli

from harvester.warc.stream import GZIP, GZIP_WINDOW, BadRecord, Damaged

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,99}(?:<!doctype|<!--|<\?xml|<html|<head|<body|%PDF-)", re.IGNORECASE
)
NOTHING = re.compile(
    r"identity|none|plain|text|binary|[78]bit|utf-?(?:8|16|32)\w*|(?:us-?)?ascii|latin-?1"
    r"|iso-?8859-\d{1,2}|(?:windows-|cp)125\d|big5|gbk?\d*|euc-\w{2}|shift[_-]jis|koi8-[ru]"
)
"""Values of Content-Encoding that name no coding: servers put their charset there, or a word."""
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
SHOWS = 4096
"""Bytes within which compressed data shows that it is no text."""
MOST_MEMBERS = 100
"""Members of a gzip body: an honest one has few, and each costs a copy of the rest."""
CHUNKED = (b"transfer-encoding", b"chunked")
"""Signs of chunks, even in a broken header: otherwise the sizes would be read as text."""
SIZE_END = rb"[ \t]*(?:;[^\r\n]*)?(\r?\n)"
SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})" + SIZE_END)
TRAILERS = re.compile(rb"(?:[!#-'*+.^-z|~A-Z0-9-]++:[^\n]*+\n)*+\s*+\Z")
"""Trailers, up to the end."""
LIKE_SIZE = re.compile(rb"\s{0,20}(?:0x)?[0-9a-f]{1,20}" + SIZE_END, re.IGNORECASE)
LIKE_LAST = re.compile(rb"\n0+" + SIZE_END + rb"\s*\Z")
LAST = 80
"""Bytes at the end of a body that are searched for a last chunk."""


class TooLarge(Exception):
    """Raised for a record with more bytes than the limit; `beginning` are the first ones, if these
    were decoded."""

    def __init__(self, beginning: bytes = b"") -> None:
        super().__init__()
        self.beginning = beginning


def begins_page(body: bytes) -> bool:
    """Whether a body begins like a page or a PDF, and so is not encoded."""
    return PAGE.match(body) is not None


def decoded(codings: list[str], body: bytes, limit: int) -> bytes:
    """Decodes a body by the values of its Content-Encoding headers, in lower case.

    A body that is a page or another text is left alone: some programs decode it and keep the
    header, some servers put its charset there. Gzip is recognised without a header. Raises TooLarge
    if the content has more than `limit` bytes, Damaged if it can't be decoded.
    """
    for coding in reversed(telling(codings) or ["gzip"]):
        if begins_page(body):
            return body
        decode = DECODERS.get(coding)
        if decode is None:
            raise Damaged(f"holds a page in a coding that is not known ({coding})")
        try:
            body = decode(body, limit + 1)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            if body and not CONTROLS.search(body[:SHOWS]):
                return body
            raise Damaged(f"holds a page whose {coding} is broken ({error})") from None
        if len(body) > limit:
            raise TooLarge(body[:limit])
    return body


def telling(codings: list[str]) -> list[str]:
    """The values of Content-Encoding that name a coding."""
    return [coding for coding in codings if not NOTHING.fullmatch(coding)]


def _gzip(body: bytes, most: int) -> bytes:
    """Inflates gzip; some archives have decoded a body and kept the header."""
    return _inflated(body, most, GZIP_WINDOW) if body.startswith(GZIP) else body


def _deflate(body: bytes, most: int) -> bytes:
    """Inflates with zlib's header, as the standard wants, or without, as some servers send it."""
    try:
        return _inflated(body, most, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(body, most, -zlib.MAX_WBITS)


def _inflated(body: bytes, most: int, window: int) -> bytes:
    """Inflates all members in a row and ignores what follows, as browsers do."""
    content, members = b"", 0
    while not members or body.startswith(GZIP):
        if members == MOST_MEMBERS:
            raise EOFError("it has too many parts")
        inflater = zlib.decompressobj(window)
        content += inflater.decompress(body, most - len(content))
        if len(content) >= most:
            break
        body, members = inflater.unused_data, members + 1
        _check_whole(inflater.eof)
    return content


def _brotli(body: bytes, most: int) -> bytes:
    decoder = brotli.Decompressor()
    data: bytes = decoder.process(body, output_buffer_limit=most)
    _check_whole(decoder.is_finished() or len(data) >= most)
    return data


def _zstd(body: bytes, most: int) -> bytes:
    decoder = zstd.ZstdDecompressor()
    data = decoder.decompress(body, most)
    _check_whole(decoder.eof or len(data) >= most)
    return data


def _check_whole(whole: bool) -> None:
    if not whole:
        raise EOFError("it ends too early")


DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


def unchunked(head: bytes, body: bytes) -> bytes:
    """Joins the chunks of a body whose head names chunks.

    Many programs store a body without its chunks and keep the header. Raises BadRecord for a body
    that begins or ends like chunks without being any: it was cut or changed.
    """
    said = head.lower()
    if not any(word in said for word in CHUNKED):
        return body
    chunks = _chunks(body)
    if chunks is not None:
        return b"".join(chunks)
    if LIKE_SIZE.match(body) or LIKE_LAST.search(body, max(0, len(body) - LAST)):
        raise BadRecord("holds a page whose chunks are broken")
    return body


def _chunks(body: bytes) -> list[bytes] | None:
    """The contents of a body's chunks; None if it has anything else."""
    chunks: list[bytes] = []
    place = 0
    while size := SIZE.match(body, place):
        begin, length = size.end(), int(size[1], 16)
        if not length:
            return chunks if TRAILERS.match(body, begin) else None
        end = begin + length
        # Another end than that of the size's line would be a byte of the page's, or one too many.
        if not body.startswith(size[2], end):
            return None
        chunks.append(body[begin:end])
        place = end + len(size[2])
    return None
