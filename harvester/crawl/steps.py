"""Handing a harvest's items to Scrapy, one step at a time, and telling extensions how far it is.

Pages that have not changed are one item together: what is to be noted of each is little.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from time import monotonic

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response
from scrapy.statscollectors import MemoryStatsCollector
from twisted.python.failure import Failure

from harvester.items import DetailsItem, PageItem, UnchangedPages
from harvester.outcomes import Interrupted, Lost, RunProblem
from harvester.scans.scan import ScanItem

Item = PageItem | UnchangedPages | DetailsItem | ScanItem
"""All that a harvest hands to Scrapy."""
NAMES: dict[type, str] = {
    PageItem: "The page",
    UnchangedPages: "The page",
    DetailsItem: "The document's page",
    ScanItem: "The scan",
}
STEP = "about:step"
"""The address of the request whose callback gives the next item; it never gets to the network."""
RECEIVED = "response_received_count"
"""Scrapy's statistic of answers, of which it logs as well how many pages were crawled."""
SCHEDULER = "scheduler/"
"""How the names of the scheduler's statistics begin."""
STOPPED = "shutdown"
"""Scrapy's word for an end by a signal."""
MOST_TOGETHER = 100
"""So many pages are stored together at the most."""
LONGEST_TOGETHER = 1.0
"""Seconds after which pages are stored, however few they are: no more is lost by a kill, which
costs asking for them again."""
run_begun = object()
"""A run has begun: `collection`, and the number of the `run`."""
run_ended = object()
"""A run is stored to its end: `ended`, a RunSummary."""
phase_begun = object()
"""A run goes on with `what`, "details" or "scans": its `collection`, and how many are `wanted`."""
phase_failed = object()
"""So many, a `number`, of the pages or scans that are wanted could not be got."""
phase_ended = object()
"""All of that was got or has failed: `ended`, a PhaseSummary."""


class StepMiddleware:
    """Answers the requests for steps."""

    def process_request(self, request: Request) -> Response | None:
        """An empty answer for a step; None, so that Scrapy goes on, for all else."""
        return Response(STEP) if request.url == STEP else None


class PageStats(MemoryStatsCollector):
    """Scrapy's statistics without its scheduler's, through which nothing but steps goes."""

    def inc_value(
        self, key: str, count: int = 1, start: int = 0, spider: Spider | None = None
    ) -> None:
        """Counts, unless it is the scheduler that does."""
        if not key.startswith(SCHEDULER):
            super().inc_value(key, count, start)


class Steps:
    """The items of a harvest on their way through spider middlewares and pipelines.

    Each step is a request, and its callback gives one item. When the step is done, Scrapy says that
    the spider is idle: it has nothing on its way any more. So an item of which nothing was heard by
    then is lost, whoever lost it, and only then the harvest goes on, with the next step.

    Were the items given by the spider's `start`, or by one callback, Scrapy would not tell when it
    is done with one of them; and when it closes a spider, it waits for items of `start` without
    ever looking whether they are done (Scrapy 2.19, scrapy/core/scraper.py).
    """

    def __init__(self, crawler: Crawler, items: AsyncGenerator[Item, None]) -> None:
        self._crawler = crawler
        self._items = items
        self._is_asked = False
        self._is_over = False
        self._is_expected = False
        self._problem: BaseException | None = None
        self._is_interrupted = False
        for signal, receiver in (
            (signals.item_dropped, self.item_dropped),
            (signals.item_error, self.item_error),
            (signals.spider_error, self.spider_error),
            (signals.spider_idle, self.spider_idle),
            (signals.response_received, self.response_received),
        ):
            crawler.signals.connect(receiver, signal)

    def ask(self) -> Request:
        """The request for the next step."""
        self._is_asked = True
        return Request(STEP, dont_filter=True)

    async def take(self) -> Item | None:
        """The next item, if there is one; None too for a request that somebody has doubled."""
        if not self._is_asked:
            return None
        self._is_asked = False
        try:
            item = await anext(self._items)
        except (StopAsyncIteration, Interrupted) as end:
            self._is_over = True
            self._is_interrupted = isinstance(end, Interrupted)
            return None
        self._is_expected, self._problem = True, Lost(NAMES[type(item)], item.url)
        return item

    def admit(self) -> bool:
        """Whether an item is due. It is not if it was doubled on its way."""
        is_expected, self._is_expected = self._is_expected, False
        return is_expected

    def stored(self) -> None:
        """The item that is due is where it belongs."""
        self._problem = None

    def check(self) -> None:
        """Raises what kept the last item from being stored."""
        if self._problem is not None:
            raise self._problem

    async def end(self) -> None:
        """Tells a harvest that Scrapy closes before its end so, where it stands.

        Raises Lost if Scrapy does that for lack of a step, else Interrupted.
        """
        problem = Lost("A step of the harvest") if self._is_asked else Interrupted()
        while not self._is_over:
            try:
                await self._items.athrow(problem)
            except StopAsyncIteration:
                break

    def item_dropped(self, exception: BaseException) -> None:
        """A pipeline refused an item; a pipeline of ours says why in the exception's `problem`."""
        if isinstance(self._problem, Lost):
            self._problem = getattr(exception, "problem", self._problem.because(exception))

    def item_error(self, failure: Failure) -> None:
        """There is a bug in a pipeline."""
        self._problem = failure.value

    def spider_error(self, failure: Failure) -> None:
        """There is a bug in a spider middleware."""
        if isinstance(self._problem, Lost):
            self._problem = failure.value

    def response_received(self, response: Response) -> None:
        """Takes a step out of Scrapy's count of answers, which is of those that a site gave."""
        if response.url == STEP:
            self._crawler.stats.inc_value(RECEIVED, -1)

    def spider_idle(self) -> None:
        """All that was on its way has arrived, or never will: time for the next step."""
        if self._is_interrupted:
            raise CloseSpider(STOPPED)
        if not self._is_over and not self._is_asked:
            self._crawler.engine.crawl(self.ask())
            raise DontCloseSpider


async def batched(
    pages: AsyncIterator[PageItem], check: Callable[[], None]
) -> AsyncGenerator[PageItem | UnchangedPages, None]:
    """The pages, in their order; those that have not changed together as long as they come quickly.

    One that has changed is stored before the next is asked for: `check` raises what kept the item
    that was made last from being stored. Raises what `pages` raises, when all that came before is
    stored.
    """
    same: list[PageItem] = []
    last, problem = -LONGEST_TOGETHER, None
    try:
        async for page in pages:
            has_changed = page.same_as is None
            if not has_changed:
                same.append(page)
            if same and (
                has_changed or len(same) == MOST_TOGETHER or monotonic() >= last + LONGEST_TOGETHER
            ):
                batch, same = same, []
                yield UnchangedPages(batch)
                check()
                last = monotonic()
            if has_changed:
                yield page
                check()
    except RunProblem as raised:
        problem = raised
    if same:
        yield UnchangedPages(same)
        check()
    if problem:
        raise problem
