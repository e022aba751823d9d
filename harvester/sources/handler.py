"""Answers a harvest's requests with captures, without a network."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response

from harvester.crawl.response_meta import challenger
from harvester.interrupt import interrupt
from harvester.items import PAGE_SOURCE, PageSource
from harvester.outcomes import Reason, Unreadable
from harvester.scans.scan import begins_pdf
from harvester.sources.archives import captures
from harvester.sources.captures import (
    AHEAD,
    OK,
    PASSED_OVER,
    Capture,
    Captures,
    NoEarlier,
    Payload,
)
from harvester.sources.warc import BROKEN
from harvester.timestamps import ago, last_second, stand_in, usable
from harvester.warc.codings import TooLarge

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Undated:
    """Counts the captures whose time is missing or impossible."""

    count: int = 0
    first: Capture | None = None

    def add(self, capture: Capture) -> None:
        """Counts a capture."""
        self.first = self.first or capture
        self.count += 1

    def __str__(self) -> str:
        assert self.first is not None
        said = f"it says {self.first.moment}" if self.first.moment else "it says none"
        others = f" and {self.count - 1:,} more in the source" if self.count > 1 else ""
        return (
            f"When {self.first.url} was captured is not known ({self.first.file}: {said}){others}:"
            " what has no time only fills gaps, and overwrites nothing that has one."
        )


class SourceHandler(BaseDownloadHandler):
    """Answers requests with the captures in the paths of the setting HARVEST_SOURCE.

    It puts the place of a capture into the request's meta, as `items.PAGE_SOURCE`.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._paths = [Path(path) for path in settings.getlist("HARVEST_SOURCE")]
        self._limit = settings.getint("DOWNLOAD_MAXSIZE")
        self._until = last_second(settings["HARVEST_CAPTURED_BEFORE"])
        self._skipped: list[str] = []
        self._captures: Captures | None = None

    async def download_request(self, request: Request) -> Response:
        """The best capture of the request's address; a captured bot check only for lack of a page.

        A request may ask for an earlier one. Raises Incomplete if there is none, Unreadable if it
        can't be read, BadUsage if the source can't be opened.
        """
        if self._captures is None:
            self._captures = Captures(self._all(), self._until)
        found = self._captures.of(request.url, self._named())
        if passed_over := request.meta.get(PASSED_OVER, 0):
            return self._earlier(request, found, passed_over)
        checks: list[Capture] = []
        for capture, answer in self._answers(request, found):
            if challenger(answer) is None:
                self._tell_checks(request.url, checks)
                return answer
            checks.append(capture)
        return self._answer(request, checks[0])

    def _tell_checks(self, url: str, checks: list[Capture]) -> None:
        for check in checks:
            self._skip(
                f"{url} in {check.file} is a check for robots: an earlier capture of it is read"
            )

    def _earlier(self, request: Request, found: list[Capture], passed_over: int) -> Response:
        """The best capture of a page after skipping some. Raises NoEarlier if there are no more."""
        pages = [capture for capture in found if capture.status == OK]
        try:
            answers = (answer for _, answer in self._answers(request, pages))
            good = (answer for answer in answers if challenger(answer) is None)
            return next(islice(good, passed_over, None))
        except StopIteration:
            raise NoEarlier from None
        except Unreadable as problem:
            raise NoEarlier(problem) from None

    def _all(self) -> Iterator[Capture]:
        """All captures, without times that can't be true."""
        latest, undated = ago(-AHEAD), Undated()
        for path in self._paths:
            for capture in captures(path, self._skip, limit=self._limit):
                interrupt.check()
                moment = usable(capture.moment, latest)
                if moment is None:
                    undated.add(capture)
                yield replace(capture, moment=moment)
        if undated.count:
            logger.warning("%s", undated)

    def _skip(self, sentence: str) -> None:
        if sentence not in self._skipped:
            logger.warning("%s.", sentence)
            self._skipped.append(sentence)

    def _named(self) -> str:
        """The source's name, with the first damage in it, which may be why a page is missing."""
        names = " and ".join(map(str, self._paths))
        return f"{names} ({self._skipped[0]})" if self._skipped else names

    def _answers(
        self, request: Request, found: list[Capture]
    ) -> Iterator[tuple[Capture, Response]]:
        """The captures one after another. Reports and skips a broken one if another page follows,
        and not just a redirect; otherwise raises Unreadable."""
        for number, capture in enumerate(found, 1):
            try:
                answer = self._answer(request, capture)
            except Unreadable as broken:
                others = any(other.status == OK for other in found[number:])
                if broken.why is not Reason.BROKEN_OFF or not others:
                    raise
                self._skip(f"{str(broken).removesuffix('.')}: an earlier capture of it is read")
            else:
                yield capture, answer

    def _answer(self, request: Request, capture: Capture) -> Response:
        limit = request.meta.get("download_maxsize", self._limit)
        payload = self._read(request.url, capture, limit)
        request.meta[PAGE_SOURCE] = PageSource(
            captured=capture.moment or stand_in(f"{capture.url} {payload.digest}"),
            url=capture.url,
            file=capture.file,
            offset=capture.offset,
            digest=payload.digest,
        )
        kind = Response if begins_pdf(payload.body) else HtmlResponse
        return kind(
            request.url,
            status=capture.status,
            headers=payload.headers,
            body=payload.body,
            request=request,
        )

    def _read(self, url: str, capture: Capture, limit: int) -> Payload:
        try:
            return capture.read(limit)
        except TooLarge:
            raise Unreadable(
                f"{url} can't be read: in {capture.file} it has more than {limit:,} bytes, which"
                " DOWNLOAD_MAXSIZE allows.",
                Reason.TOO_LARGE,
                url,
            ) from None
        except BROKEN as error:
            sentence = f"{url} can't be read: {capture.file} {error}."
            raise Unreadable(sentence, Reason.BROKEN_OFF, url) from None
