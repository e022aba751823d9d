"""What stands between the walk and the network."""

import zlib
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import (
    DownloadCancelledError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

DEFAULT_PORTS = {"http": 80, "https": 443}
GZIP = 16 + zlib.MAX_WBITS
"""What zlib calls the format of gzip."""


class GzipMiddleware:
    """Asks for gzip, and unpacks it only if it is whole.

    Scrapy's own middleware passes on what it can make of a damaged answer: a part of a page would
    pass for a page.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GzipMiddleware":
        """Takes the largest size of an unpacked answer from the setting DOWNLOAD_MAXSIZE, unless a
        request has its own."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Says that an answer may come packed, unless the request says how it may."""
        request.headers.setdefault("Accept-Encoding", "gzip")

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, unpacked.

        Raises ResponseDataLossError if it is damaged, DownloadCancelledError if it gets too large,
        NotSupported if it is packed in a way that was not asked for.
        """
        packed = b",".join(response.headers.getlist("Content-Encoding")).strip().lower()
        if not response.body or packed in (b"", b"identity"):
            return response
        if packed not in (b"gzip", b"x-gzip"):
            raise NotSupported(f"it is packed as {packed.decode('latin-1')}, not as was asked for")
        largest = request.meta.get("download_maxsize", self._largest)
        body = unpacked(response.body, largest)
        del response.headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body)


def unpacked(data: bytes, largest: int) -> bytes:
    """What was packed by gzip. Raises ResponseDataLossError or DownloadCancelledError."""
    reader = zlib.decompressobj(wbits=GZIP)
    try:
        body = reader.decompress(data, largest + 1)
    except zlib.error as error:
        raise ResponseDataLossError(str(error)) from error
    if len(body) > largest:
        raise DownloadCancelledError(f"more than {largest} bytes")
    if not reader.eof:
        raise ResponseDataLossError("the end is missing")
    return body


class SameSiteRedirectMiddleware(RedirectMiddleware):
    """Follows redirects as Scrapy does, but only on the site that was asked.

    Raises IgnoreRequest for a redirect to another site or another scheme, or to no address at all.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The response itself, or the request that it redirects to."""
        try:
            answer = super().process_response(request, response)
            stays = not isinstance(answer, Request) or same_site(request.url, answer.url)
        except ValueError as error:
            raise IgnoreRequest(f"it redirects to what is no address ({error})") from error
        if not stays:
            raise IgnoreRequest(f"it redirects to another site, {answer.url}")
        return answer


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one site: hosts equal or one a subdomain of the other.

    Moving from http to https is allowed, any other change of port or scheme is not.
    """
    one, two = urlsplit(url), urlsplit(other)
    if two.scheme not in DEFAULT_PORTS or (one.scheme, two.scheme) == ("https", "http"):
        return False
    return _same_port(url, other) and _same_host(one.hostname or "", two.hostname or "")


def _same_host(one: str, two: str) -> bool:
    return one == two or one.endswith("." + two) or two.endswith("." + one)


def _same_port(url: str, other: str) -> bool:
    ports = []
    for parts in (urlsplit(url), urlsplit(other)):
        usual = DEFAULT_PORTS.get(parts.scheme)
        ports.append(None if parts.port in (None, usual) else parts.port)
    return ports[0] == ports[1]
