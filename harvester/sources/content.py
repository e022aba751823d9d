"""Content codings (gzip, deflate, br, zstd), taken off within a limit."""

import sys
import zlib
from collections.abc import Callable

import brotli

from harvester.warc.record import TooLarge, begins_page
from harvester.warc.stream import GZIP, GZIP_WINDOW, Damaged

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST_MEMBERS = 100
"""Honest gzip has one or a few; each costs a copy of all that follow."""


def decoded(codings: list[str], body: bytes, limit: int) -> bytes:
    """The content that the codings of Content-Encoding headers, in lower case, were applied to.

    Some programs decode a page and leave the header, some servers name its charset there: what
    begins as a page is one. Gzip is known without a header. Raises TooLarge if the content has
    more than `limit` bytes, Damaged if it can't be decoded.
    """
    for coding in reversed(codings or ["gzip"]):
        if begins_page(body):
            return body
        decode = DECODERS.get(coding)
        if decode is None:
            raise Damaged(f"holds a page in a coding that is not known ({coding})")
        try:
            body = decode(body, limit + 1)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            raise Damaged(f"holds a page whose {coding} is broken ({error})") from None
        if len(body) > limit:
            raise TooLarge
    return body


def _gzip(body: bytes, most: int) -> bytes:
    """Some archives note the coding of a body that they decoded already."""
    return _inflated(body, most, GZIP_WINDOW) if body.startswith(GZIP) else body


def _deflate(body: bytes, most: int) -> bytes:
    """With zlib's header, as the standard has it, or without, as some servers do."""
    try:
        return _inflated(body, most, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(body, most, -zlib.MAX_WBITS)


def _inflated(body: bytes, most: int, window: int) -> bytes:
    """All members that follow one another; what else follows, browsers leave off, too."""
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
    "": lambda body, _: body,
    "identity": lambda body, _: body,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
