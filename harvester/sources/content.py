"""Content codings (gzip, deflate, br, zstd), taken off within a limit."""

import sys
import zlib
from collections.abc import Callable

import brotli

from harvester.warc.record import TooLarge
from harvester.warc.stream import GZIP, GZIP_WINDOW, Damaged

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def decoded(codings: str, body: bytes, limit: int) -> bytes:
    """The content that a Content-Encoding header's codings were applied to.

    Raises TooLarge if it has more than `limit` bytes, Damaged if it can't be decoded.
    """
    for coding in reversed([name.strip().lower() for name in codings.split(",")]):
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
    inflater = zlib.decompressobj(window)
    return _all_of(inflater.decompress(body, most), most, whole=inflater.eof)


def _brotli(body: bytes, most: int) -> bytes:
    decoder = brotli.Decompressor()
    data: bytes = decoder.process(body, output_buffer_limit=most)
    return _all_of(data, most, whole=decoder.is_finished())


def _zstd(body: bytes, most: int) -> bytes:
    decoder = zstd.ZstdDecompressor()
    return _all_of(decoder.decompress(body, most), most, whole=decoder.eof)


def _all_of(data: bytes, most: int, *, whole: bool) -> bytes:
    if not whole and len(data) < most:
        raise EOFError("it ends too early")
    return data


DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "": lambda body, _: body,
    "identity": lambda body, _: body,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
