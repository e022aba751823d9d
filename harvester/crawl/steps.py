"""Handing a harvest's items to Scrapy one step at a time; the signals that extensions hear.

Consecutive unchanged pages become one item, as each has little to store.
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
"""The items of a harvest."""
NAMES: dict[type, str] = {
    PageItem: "The page",
    UnchangedPages: "The page",
    DetailsItem: "The document's page",
    ScanItem: "The scan",
}
STEP = "about:step"
"""The address of a request whose callback gives the next item; it never reaches the network."""
RECEIVED = "response_received_count"
"""Scrapy's statistic of responses, which its log calls crawled pages."""
SCHEDULER = "scheduler/"
"""How the names of the scheduler's statistics begin."""
STOPPED = "shutdown"
"""Scrapy's reason for an end by a signal."""
MOST_TOGETHER = 100
"""Most pages stored in one transaction."""
LONGEST_TOGETHER = 1.0
"""Seconds after which pages are stored, however few: a kill costs asking for the rest again."""
run_begun = object()
"""A run has begun: its `collection` and its number, `run`."""
run_ended = object()
"""A run has ended: `ended`, a RunSummary."""
phase_begun = object()
"""A phase has begun: its `collection`, `what` ("details" or "scans"), the number `wanted`."""
phase_failed = object()
"""A `number` of the wanted pages or scans have failed."""
phase_ended = object()
"""A phase has ended: `ended`, a PhaseSummary."""


class StepMiddleware:
    """Answers the requests for steps."""

    def process_request(self, request: Request) -> Response | None:
        """Answers a step with an empty response; None lets Scrapy go on with any other request."""
        return Response(STEP) if request.url == STEP else None


class PageStats(MemoryStatsCollector):
    """Scrapy's statistics, without the scheduler's: nothing but steps goes through that."""

    def inc_value(
        self, key: str, count: int = 1, start: int = 0, spider: Spider | None = None
    ) -> None:
        """Counts everything but the scheduler's statistics."""
        if not key.startswith(SCHEDULER):
            super().inc_value(key, count, start)


class Steps:
    """The items of a harvest on their way through spider middlewares and pipelines.

    Each step is a request whose callback gives one item. When Scrapy has finished a step, it says
    that the spider is idle. An item that was not stored by then is lost, whoever lost it, and only
    then the harvest goes on with the next step.

    If `start` or a single callback gave all items, Scrapy would not say when it has finished one.
    And when it closes a spider, it waits for the items of `start` without checking whether they are
    finished (Scrapy 2.19, scrapy/core/scraper.py).
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
        """The next item; None at the end, and for a duplicated request."""
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
        """Whether an item is expected; a duplicate is not."""
        is_expected, self._is_expected = self._is_expected, False
        return is_expected

    def stored(self) -> None:
        """Notes that the item is stored."""
        self._problem = None

    def check(self) -> None:
        """Raises the problem that prevented the last item from being stored."""
        if self._problem is not None:
            raise self._problem

    async def end(self) -> None:
        """Ends a harvest that Scrapy closes early, by an exception at its current place.

        Raises Lost if Scrapy closes it for lack of a step, else Interrupted.
        """
        problem = Lost("A step of the harvest") if self._is_asked else Interrupted()
        while not self._is_over:
            try:
                await self._items.athrow(problem)
            except StopAsyncIteration:
                break

    def item_dropped(self, exception: BaseException) -> None:
        """Notes why a pipeline dropped the item; ours says so in the exception's `problem`."""
        if isinstance(self._problem, Lost):
            self._problem = getattr(exception, "problem", self._problem.because(exception))

    def item_error(self, failure: Failure) -> None:
        """Notes a bug in a pipeline."""
        self._problem = failure.value

    def spider_error(self, failure: Failure) -> None:
        """Notes a bug in a spider middleware."""
        if isinstance(self._problem, Lost):
            self._problem = failure.value

    def response_received(self, response: Response) -> None:
        """Takes a step out of Scrapy's count of responses, which then has only the site's."""
        if response.url == STEP:
            self._crawler.stats.inc_value(RECEIVED, -1)

    def spider_idle(self) -> None:
        """Schedules the next step when the last one is finished."""
        if self._is_interrupted:
            raise CloseSpider(STOPPED)
        if not self._is_over and not self._is_asked:
            self._crawler.engine.crawl(self.ask())
            raise DontCloseSpider


async def batched(
    pages: AsyncIterator[PageItem], check: Callable[[], None]
) -> AsyncGenerator[PageItem | UnchangedPages, None]:
    """Gives the pages in order, unchanged ones in a batch as long as they come quickly.

    A changed page is stored before the next is asked for: `check` raises the problem that prevented
    the last item from being stored. A RunProblem of `pages` is raised when all before it is stored.
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
