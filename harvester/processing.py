"""Sending what a spider makes through the item pipelines, one item after another."""

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.python.failure import Failure

from harvester.detail_items import DetailsEnd
from harvester.items import RunEnd
from harvester.outcomes import BadRecording, Failed
from harvester.recording import RecordMiddleware
from harvester.scans.items import ScansEnd


class Processing:
    """Has each item processed to its end, and tells who made it what kept it from being stored.

    Scrapy would process an item that a spider's `start` yields beside what comes after it. When it
    closes a spider, it waits until all are processed, but looks only when an answer has been: then
    a harvest that is stopped while an item is on its way never ends (Scrapy 2.19,
    scrapy/core/scraper.py).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._unstored: BaseException | None = None
        for signal, receiver in (
            (signals.item_scraped, self.item_scraped),
            (signals.item_dropped, self.item_dropped),
            (signals.item_error, self.item_error),
        ):
            crawler.signals.connect(receiver, signal)

    async def process(self, item: Any) -> None:
        """Sends an item through the pipelines, and waits for its end there.

        No phase ends before it is seen that what it recorded is there.
        """
        if isinstance(item, RunEnd | DetailsEnd | ScansEnd) and (problem := self._misplaced()):
            self._unstored = problem
            return
        self._unstored = Failed(f"{type(item).__name__} got lost in a pipeline: please report it.")
        await self._crawler.engine.scraper.start_itemproc_async(item, response=None)

    async def stored(self) -> None:
        """Raises what kept the item that was made last from being stored."""
        if self._unstored is not None:
            raise self._unstored

    def item_scraped(self) -> None:
        """An item has passed all pipelines."""
        self._unstored = None

    def item_dropped(self, exception: BaseException) -> None:
        """A pipeline refused an item; it says why in the exception's `problem`."""
        self._unstored = getattr(exception, "problem", exception)

    def item_error(self, failure: Failure) -> None:
        """There is a bug in a pipeline."""
        self._unstored = failure.value

    async def end(self) -> None:
        """Lets Scrapy close the spider after the last item."""
        if self._crawler.engine.needs_backout():
            await self._let_close()

    async def _let_close(self) -> None:
        """Gives the sign that closing waits for, if an extension began that while an item was on
        its way: a request has been processed, namely one that is ignored."""
        ignored: Failure = Failure(IgnoreRequest())  # type: ignore[no-untyped-call]
        await maybe_deferred_to_future(
            self._crawler.engine.scraper.enqueue_scrape(ignored, Request("data:,"))
        )

    def _misplaced(self) -> BadRecording | None:
        """That what was recorded is not where it is looked for."""
        recording = self._crawler.get_downloader_middleware(RecordMiddleware)
        try:
            if recording:
                recording.check_place()
        except BadRecording as problem:
            return problem
        return None
