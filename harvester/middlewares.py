"""Downloader middlewares between the walk and the network."""

import logging
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
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
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.statscollectors import StatsCollector

from harvester.items import CACHED, KNOWN_SOURCE, PAGE_SOURCE, REREAD, PageSource
from harvester.outcomes import RunProblem
from harvester.timestamps import utc_now

if TYPE_CHECKING:
    from harvester.sources.captures import Payload

logger = logging.getLogger(__name__)

DEFAULT_PORTS = {"http": 80, "https": 443}
GZIP = 16 + zlib.MAX_WBITS
"""zlib's number for the format of gzip."""


class GzipMiddleware:
    """Asks for gzip, and unpacks an answer only if it is whole.

    Scrapy's own middleware passes on as much as it can unpack of a damaged answer, and a part of a
    page would pass for the page.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GzipMiddleware":
        """Limits the size of unpacked answers by DOWNLOAD_MAXSIZE, unless a request has a limit."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Accepts gzip, unless the request has an Accept-Encoding of its own."""
        request.headers.setdefault("Accept-Encoding", "gzip")

    def process_response(self, request: Request, response: Response) -> Response:
        """Unpacks the response.

        Raises ResponseDataLossError if it is damaged, DownloadCancelledError if it is too large,
        NotSupported if it has an encoding that we did not accept.
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
    """Unpacks gzip. Raises ResponseDataLossError or DownloadCancelledError."""
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


CONDITIONS = ("If-None-Match", "If-Modified-Since")
READ_AGAIN = "harvest/read_again"
"""The statistic of pages of another reader that were read again in the recording."""
ASKED_AGAIN = "harvest/asked_again"
"""The statistic of such pages that were asked for again for lack of a recording."""
RECORDED = "recorded"
OF_THEN = ("Date", "Age")
"""Headers with the time of an answer, which in a recording says nothing of today's clocks."""


class RereadMiddleware:
    """Answers from our recording if `items.REREAD` is set in a request's meta.

    A conditional request goes to the site, whose 304 this replaces by the recorded page; any other
    does not reach the site at all. Without a recording, the page is asked for in full.
    """

    def __init__(self, places: list[Path], largest: int, stats: StatsCollector) -> None:
        self._places = places
        self._largest = largest
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RereadMiddleware":
        """Takes the recordings in the folder of HARVEST_WARC."""
        places = [Path(folder)] if (folder := crawler.settings["HARVEST_WARC"]) else []
        return cls(places, crawler.settings.getint("DOWNLOAD_MAXSIZE"), crawler.stats)

    def process_request(self, request: Request) -> Response | None:
        """Answers with the recorded page, unless the site has to be asked first."""
        if not request.meta.get(REREAD):
            return None
        request.meta[RECORDED] = self._recorded(request.meta.get(KNOWN_SOURCE))
        is_conditional = any(name in request.headers for name in CONDITIONS)
        if request.meta[RECORDED] is None:
            request.meta[REREAD] = False
            for name in CONDITIONS:
                request.headers.pop(name, None)
            self._stats.inc_value(ASKED_AGAIN)
        elif not is_conditional:
            return self._answer(request, request.meta[KNOWN_SOURCE], Headers(), CACHED)
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        """Replaces a 304 by the recorded page."""
        if response.status != 304 or not request.meta.get(REREAD):
            return response
        known = replace(request.meta[KNOWN_SOURCE], captured=utc_now())
        return self._answer(request, known, response.headers)

    def _answer(self, request: Request, source: PageSource, said: Headers, *flags: str) -> Response:
        """The recorded page with the headers that the site sends now (RFC 9111, 4.3.4)."""
        self._stats.inc_value(READ_AGAIN)
        payload: Payload = request.meta[RECORDED]
        request.meta[PAGE_SOURCE] = source
        headers = Headers(payload.headers)
        for name in OF_THEN:
            headers.pop(name, None)
        new = {name: values for name, values in said.items() if not name.startswith(b"Content-")}
        headers.update(new)
        return HtmlResponse(
            source.url, headers=headers, body=payload.body, request=request, flags=[*flags]
        )

    def _recorded(self, source: PageSource | None) -> "Payload | None":
        """Reads a page in its recording; None if that is missing."""
        if source is None or source.offset is None:
            return None
        # Most harvests read nothing again: they do without what it loads.
        from harvester.sources.recordings import Recordings

        recordings = Recordings(self._places, self._largest)
        try:
            return recordings.page(source)
        except RunProblem as problem:
            logger.info("It is asked for again: %s", problem)
            return None
        finally:
            recordings.close()


class SameSiteRedirectMiddleware(RedirectMiddleware):
    """Follows redirects as Scrapy does, but never to another site.

    Raises IgnoreRequest for a redirect to another site or scheme, or to an invalid address.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The response, or the request to which it redirects."""
        try:
            answer = super().process_response(request, response)
            stays = not isinstance(answer, Request) or same_site(request.url, answer.url)
        except ValueError as error:
            raise IgnoreRequest(f"it redirects to what is no address ({error})") from error
        if not stays:
            raise IgnoreRequest(f"it redirects to another site, {answer.url}")
        return answer


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one site: equal hosts, or one is the other's subdomain.

    http may change to https, but no other scheme or port may change.
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
