"""The phase of a harvest that fetches scans, after their documents' pages were read.

This is no FilesPipeline, for these reasons (Scrapy 2.19, scrapy/pipelines/ and core/scraper.py):
a pipeline that waits for a scan can't be told that the harvest is to end; and of what FilesPipeline
does, nothing would be left. It asks without waiting for robots.txt's delay,
Retry-After or a second try, takes a file for new by its age rather than by what the site says,
writes it in place under a name that has the site's own suffix, logs what can't be had with
tracebacks, and knows nothing of parts, of types, or of contents that are there already.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Request

from harvester.fetch import Fetcher
from harvester.items import Failure
from harvester.outcomes import Busy, Interrupted, Reason, RunProblem
from harvester.scans.download import PART, Limits, download, plain
from harvester.scans.folder import Folder, named_errors, whole_parts
from harvester.scans.items import ScanItem, ScansEnd, ScansStart
from harvester.scans.scan import Scan, WantedScan

PATIENCE = 3
"""After so many in a row that the site doesn't give, the other scans are not asked for."""
VAIN = frozenset(
    (
        *(Reason.NO_ANSWER, Reason.TIMEOUT, Reason.BUSY, Reason.SERVER_ERROR),
        *(Reason.FORBIDDEN, Reason.ROBOTS),
    )
)
"""Why the next scan will hardly fare better. One that is refused may be the only one that is."""

Item = ScansStart | ScanItem | ScansEnd
Stored = Callable[[], Awaitable[None]]


class Scans:
    """Fetches scans into the folder of HARVEST_FILES, each stored before the next is asked for.

    `stored` waits until the item that was made last is stored, and raises what kept it from that.
    The folder is made and locked when the first scan is wanted. What was asked for is remembered: a
    scan of several documents or collections is asked for once.
    """

    def __init__(self, crawler: Crawler, fetcher: Fetcher, stored: Stored) -> None:
        settings = crawler.settings
        self.path = Path(settings["HARVEST_FILES"]).absolute()
        self._keep_parts = 3600 * settings.getfloat("HARVEST_RESUME_HOURS")
        self._limits = Limits(
            settings.getint("HARVEST_FILE_MAXSIZE"), settings.getfloat("HARVEST_FILE_TIMEOUT")
        )
        self._fetcher = fetcher
        self._stored = stored
        self._folder: Folder | None = None
        self._met: dict[str, Scan | Failure] = {}
        self._signals = crawler.signals
        self._signals.connect(self.spider_closed, signals.spider_closed)

    async def items(self, collection: str, *, full: bool) -> AsyncIterator[Item]:
        """The items of one collection's phase: its beginning, its scans, its end.

        Raises BadFiles if scans can't be kept, Busy if another run uses the folder, and Interrupted
        after the end if the program is asked to end.
        """
        self._signals.connect(self.headers_received, signals.headers_received)
        self._signals.connect(self.bytes_received, signals.bytes_received)
        start = ScansStart(collection, self.path, full, whole_parts(self.path))
        end, stopped = ScansEnd(collection), None
        yield start
        await self._stored()
        with suppress(Busy):  # another run will see to it
            self._forget(*start.settled)
        try:
            async for item in self._scans(start, end):
                yield item
        except Interrupted as problem:
            stopped = problem
        if self._folder:
            with named_errors(self.path):
                self._folder.check_place()
        yield end
        await self._stored()
        if stopped:
            raise stopped

    async def _scans(self, start: ScansStart, end: ScansEnd) -> AsyncIterator[ScanItem]:
        """The items of all scans, as far as it is worth asking for them."""
        vain = 0
        for number, wanted in enumerate(start.wanted, 1):
            item = await self._item(start.collection, wanted)
            yield item
            await self._stored()
            if item.failure is None:
                self._forget(wanted.url)
                vain = 0
                continue
            end.failures.append(item.failure)
            vain = vain + 1 if item.failure.reason in VAIN else 0
            if vain >= PATIENCE or item.failure.reason is Reason.CHALLENGE:
                end.left = len(start.wanted) - number
                break

    def headers_received(self, headers: Headers, request: Request) -> None:
        """An answer begins; if it is to the request for a scan, its part is told."""
        if part := request.meta.get(PART):
            part.begin(plain(headers))

    def bytes_received(self, data: bytes, request: Request) -> None:
        """More of an answer has come."""
        if part := request.meta.get(PART):
            part.add(data)

    def spider_closed(self) -> None:
        """Lets other runs use the folder."""
        if self._folder:
            self._folder.close()

    async def _item(self, collection: str, wanted: WantedScan) -> ScanItem:
        """What became of a scan: it is in the folder, with what belongs to it, or it failed."""
        with named_errors(self.path):
            if wanted.url not in self._met:
                self._met[wanted.url] = await self._fetched(wanted)
            got = self._met[wanted.url]
            if isinstance(got, Failure):
                return ScanItem(collection, wanted, failure=got)
            self._opened().attach(got, wanted)
            return ScanItem(collection, wanted, scan=got)

    async def _fetched(self, wanted: WantedScan) -> Scan | Failure:
        try:
            return await download(wanted, self._fetcher.file, self._opened(), self._limits)
        except Interrupted:
            raise
        except RunProblem as problem:
            return Failure(problem.url, problem.why, str(problem), problem.attempts)

    def _opened(self) -> Folder:
        if self._folder is None:
            self._folder = Folder(self.path, self._keep_parts)
        return self._folder

    def _forget(self, *urls: str) -> None:
        """The scans at these addresses are stored: nothing need be known of how they came."""
        with named_errors(self.path):
            for url in urls:
                self._opened().part(url).discard()
