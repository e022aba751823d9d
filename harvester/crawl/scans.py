"""The phase of a harvest that fetches scans, after documents' pages.

It uses no FilesPipeline (Scrapy 2.19, scrapy/pipelines/ and core/scraper.py), because a pipeline
that waits for a scan can't hear that the harvest is to end, and because we would replace all that
it does. It ignores robots.txt's delay and Retry-After, tries once, judges by a file's age whether
it has changed, writes in place under the site's own suffix, logs failures with tracebacks, and
knows no parts, no types and no equal contents.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Request

from harvester.crawl.details import failed_by_bug, not_asked_for
from harvester.crawl.download import PART, Limits, download
from harvester.crawl.fetch import Fetcher
from harvester.crawl.harvest import Harvest
from harvester.crawl.response_meta import texts_of
from harvester.outcomes import Busy, HarvestProblem, Interrupted, Reason, RunProblem
from harvester.runs import Failure, Phase
from harvester.scans.folder import Folder, named_errors, whole_parts
from harvester.scans.scan import Scan, ScanItem, ScansStart, WantedScan

logger = logging.getLogger(__name__)

PATIENCE = 3
"""Consecutive failures after which the remaining scans are given up."""
VAIN = frozenset(
    (
        *(Reason.NO_ANSWER, Reason.TIMEOUT, Reason.BUSY, Reason.SERVER_ERROR),
        *(Reason.FORBIDDEN, Reason.ROBOTS, Reason.LOST),
    )
)
"""Reasons for which the next scan would probably fail, too, unlike a single refusal."""


class Scans:
    """Fetches scans into the folder HARVEST_FILES; each is stored before the next is fetched.

    It makes and locks the folder with the first scan. A scan of several documents or collections is
    asked for once.
    """

    def __init__(self, crawler: Crawler, fetcher: Fetcher, harvest: Harvest) -> None:
        settings = crawler.settings
        self.path = Path(settings["HARVEST_FILES"]).absolute()
        self._keep_parts = 3600 * settings.getfloat("HARVEST_RESUME_HOURS")
        self._limits = Limits(
            settings.getint("HARVEST_FILE_MAXSIZE"), settings.getfloat("HARVEST_FILE_TIMEOUT")
        )
        self._fetcher = fetcher
        self._harvest = harvest
        self._folder: Folder | None = None
        self._met: dict[str, Scan | Failure] = {}
        self._failures: list[Failure] = []
        self._vain = 0
        self._signals = crawler.signals
        self._signals.connect(self.spider_closed, signals.spider_closed)

    async def items(self, collection: str, *, full: bool) -> AsyncGenerator[ScanItem, None]:
        """Yields the scans of one collection, and notes failures.

        Raises BadFiles if scans can't be kept, Busy if another run uses the folder, and Interrupted
        at the end if the program is asked to end.
        """
        self._signals.connect(self.headers_received, signals.headers_received)
        self._signals.connect(self.bytes_received, signals.bytes_received)
        self._failures, self._vain = [], 0
        start = ScansStart(collection, self.path, full, whole_parts(self.path))
        asked = self._harvest.begin_scans(start)
        with suppress(Busy):  # another run will see to it
            self._forget(*asked.settled)
        given_up, stopped = None, None
        try:
            for number, wanted in enumerate(asked.wanted, 1):
                async for item in self._scan(collection, wanted):
                    yield item
                if self._is_hopeless() and number < len(asked.wanted):
                    given_up = self._give_up(len(asked.wanted) - number)
                    break
        except Interrupted as problem:
            stopped = problem
        if self._folder:
            with named_errors(self.path):
                self._folder.check_place()
        self._harvest.end_phase(Phase.SCANS, self._failures, given_up)
        if stopped:
            raise stopped

    async def _scan(self, collection: str, wanted: WantedScan) -> AsyncGenerator[ScanItem, None]:
        """Yields a scan's item, or notes why the scan could not be fetched or stored."""
        got = await self._got(wanted)
        if isinstance(got, Scan):
            yield ScanItem(collection, wanted, got)
            try:
                self._harvest.steps.check()
            except Interrupted:
                raise
            except RunProblem as problem:
                got = Failure.of(problem)
            except HarvestProblem:
                raise
            except Exception as bug:
                got = failed_by_bug(wanted.url, bug)
            else:
                self._forget(wanted.url)
                self._vain = 0
                return
        logger.warning("%s: %s", collection, got.detail)
        self._vain = self._vain + 1 if got.reason in VAIN else 0
        self._failures.append(got)
        self._harvest.fail(Phase.SCANS, got)

    def _is_hopeless(self) -> bool:
        challenged = bool(self._failures) and self._failures[-1].reason is Reason.CHALLENGE
        return challenged or self._vain >= PATIENCE

    def _give_up(self, left: int) -> Failure:
        """Notes how many scans are given up, and why."""
        given_up = not_asked_for("scan was", "scans were", left, self._failures)
        self._harvest.fail(Phase.SCANS, given_up, left)
        return given_up

    def headers_received(self, headers: Headers, request: Request) -> None:
        """Passes the headers of a scan's answer to its part."""
        if part := request.meta.get(PART):
            part.begin(texts_of(headers))

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Passes more bytes of a scan's answer to its part."""
        if part := request.meta.get(PART):
            part.add(data)

    def spider_closed(self) -> None:
        """Unlocks the folder for other runs."""
        if self._folder:
            self._folder.close()

    async def _got(self, wanted: WantedScan) -> Scan | Failure:
        """Fetches a scan and adds the document to its note; or the reason why it failed."""
        with named_errors(self.path):
            if wanted.url not in self._met:
                self._met[wanted.url] = await self._fetched(wanted)
            got = self._met[wanted.url]
            if isinstance(got, Scan):
                self._opened().attach(got, wanted)
            return got

    async def _fetched(self, wanted: WantedScan) -> Scan | Failure:
        try:
            return await download(wanted, self._fetcher.file, self._opened(), self._limits)
        except Interrupted:
            raise
        except RunProblem as problem:
            return Failure.of(problem)

    def _opened(self) -> Folder:
        if self._folder is None:
            self._folder = Folder(self.path, self._keep_parts)
        return self._folder

    def _forget(self, *urls: str) -> None:
        """Removes the parts and notes of scans that are stored."""
        with named_errors(self.path):
            for url in urls:
                self._opened().part(url).discard()
