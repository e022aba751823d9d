"""Downloader middlewares between the walk and the network."""

import logging
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

from harvester.crawl.hosts import same_site
from harvester.crawl.robots import LARGEST, is_robots
from harvester.items import CACHED, KNOWN_SOURCE, PAGE_SOURCE, REREAD, PageSource
from harvester.outcomes import RunProblem
from harvester.timestamps import utc_now
from harvester.warc.stream import GZIP, Damaged

if TYPE_CHECKING:
    from harvester.sources.captures import Payload

logger = logging.getLogger(__name__)


class GzipMiddleware:
    """Asks for gzip, and unpacks an answer only if it is whole.

    Scrapy's own middleware passes on as much as it can unpack of a damaged answer, and a part of a
    page would pass for the page. Of robots.txt, the beginning is enough. An archive of the web
    hands on whatever codings the site used, and whatever it said of them; so these are read as in
    other captures.
    """

    def __init__(self, largest: int, *, archived: bool = False) -> None:
        self._largest = largest
        self._archived = archived

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GzipMiddleware":
        """Limits the size of unpacked answers by DOWNLOAD_MAXSIZE, unless a request has a limit."""
        settings = crawler.settings
        archived = bool(settings.getlist("HARVEST_SOURCE"))
        return cls(settings.getint("DOWNLOAD_MAXSIZE"), archived=archived)

    def process_request(self, request: Request) -> None:
        """Accepts gzip, unless the request has an Accept-Encoding of its own."""
        request.headers.setdefault("Accept-Encoding", "gzip")

    def process_response(self, request: Request, response: Response) -> Response:
        """Unpacks the response.

        Raises ResponseDataLossError if it is damaged, DownloadCancelledError if it is too large,
        NotSupported if it has an encoding that we did not accept.
        """
        said = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        if not response.body or not (said.strip(" ,") or self._undeclared(response)):
            return response
        largest = request.meta.get("download_maxsize", self._largest)
        names = [part.strip() for part in said.split(",") if part.strip()] or ["gzip"]
        if is_robots(request):
            body = _of_robots(names, response.body)
        elif self._archived:
            body = self._as_archived(names, response.body, largest)
        else:
            body = self._unpacked(names, response.body, largest)
        response.headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body)

    def _as_archived(self, said: list[str], body: bytes, largest: int) -> bytes:
        try:
            return _decoded(said, body, largest)
        except ResponseDataLossError as error:
            raise NotSupported(f"it {error}") from error  # and would be so the next time

    def _undeclared(self, response: Response) -> bool:
        """Whether the body is undeclared gzip, as sitemaps often are; partial answers never are."""
        return response.status != 206 and response.body.startswith(GZIP)

    def _unpacked(self, said: list[str], body: bytes, largest: int) -> bytes:
        names = _telling(said)
        if not names:
            return body
        if names not in (["gzip"], ["x-gzip"]):
            raise NotSupported(f"it is packed as {', '.join(said)}, not as was asked for")
        if not body.startswith(GZIP):
            raise ResponseDataLossError("it is no gzip")
        return _decoded(names, body, largest)


def _telling(said: list[str]) -> list[str]:
    # Most answers are of a site that packs nothing: they do without what this loads.
    from harvester.warc import codings

    return codings.telling([name for name in said if name])


def _of_robots(said: list[str], body: bytes) -> bytes:
    """The part of a robots.txt that counts, decoded if possible."""
    from harvester.warc import codings

    names = _telling(said)
    try:
        return codings.decoded(names, body, LARGEST)
    except codings.TooLarge as large:
        if names[1:]:
            raise NotSupported("it is packed several times") from large
        return large.beginning
    except Damaged as error:
        raise NotSupported(f"it {error}") from error


def _decoded(said: list[str], body: bytes, largest: int) -> bytes:
    from harvester.warc import codings

    try:
        return codings.decoded(_telling(said), body, largest)
    except codings.TooLarge:
        raise DownloadCancelledError(f"more than {largest} bytes") from None
    except Damaged as error:
        raise ResponseDataLossError(str(error)) from error


CONDITIONS = ("If-None-Match", "If-Modified-Since")
READ_AGAIN = "harvest/read_again"
"""Scrapy's statistic: pages read again from the recording because the reader has changed."""
ASKED_AGAIN = "harvest/asked_again"
"""Scrapy's statistic: such pages that were fetched again because the recording was missing."""
RECORDED = "recorded"
OF_THEN = ("Date", "Age")
"""Headers with the time of the answer; a recording's say nothing about today's clocks."""


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
        """The recorded page, with the headers of the site's new answer (RFC 9111, 4.3.4)."""
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
        """Reads a page from its recording; None if that is missing."""
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

    Raises IgnoreRequest for a redirect to another site or scheme, or to an invalid address, and for
    one too many.
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
        except IgnoreRequest as error:
            raise IgnoreRequest("it redirects again and again") from error
        if not stays:
            raise IgnoreRequest(f"it redirects to another site, {answer.url}{_by_way_of(request)}")
        return answer


def _by_way_of(request: Request) -> str:
    """The hosts in a chain of redirects, without the last."""
    urls = [*request.meta.get("redirect_urls", ()), request.url]
    hosts = list(dict.fromkeys(urlsplit(url).hostname or "" for url in urls))
    return f" (by way of {', '.join(hosts[1:])})" if hosts[1:] else ""
