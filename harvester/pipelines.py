"""The pipelines, in the order in which they run: validate, date, deduplicate, store."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harvester import normalize
from harvester.items import DetailsItem, PageItem, UnchangedPages
from harvester.outcomes import HarvestProblem
from harvester.scans.scan import ScanItem

if TYPE_CHECKING:
    from harvester.crawl.harvest import Harvest

logger = logging.getLogger(__name__)

ITEMS = (PageItem, UnchangedPages, DetailsItem, ScanItem)


class Stopped(DropItem):
    """Raised by a pipeline when the harvest can't continue; `problem` says why."""

    def __init__(self, problem: HarvestProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@contextmanager
def stopping() -> Iterator[None]:
    """Turns a HarvestProblem of the block into Stopped, which Scrapy understands."""
    try:
        yield
    except HarvestProblem as problem:
        raise Stopped(problem) from problem


class Pipeline:
    """Base of the pipelines that use the spider's harvest."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Makes the pipeline."""
        return cls(crawler)

    @property
    def harvest(self) -> "Harvest":
        """The spider's harvest."""
        harvest: Harvest = getattr(self._crawler.spider, "harvest")  # noqa: B009
        return harvest


class ValidatePipeline(Pipeline):
    """Refuses pages with an entry that lacks its title or link, and duplicated items."""

    def process_item(self, item: Any) -> Any:
        """Passes the item on. Raises Stopped if its page is invalid, and DropItem if a spider
        middleware has duplicated it."""
        if isinstance(item, ITEMS) and not self.harvest.steps.admit():
            raise DropItem("It came twice.")
        if isinstance(item, PageItem):
            with stopping():
                normalize.check(item.listing)
        elif isinstance(item, DetailsItem):
            if item.record:
                normalize.compose_record(item.record)
            with stopping():
                normalize.check_record(item)
        return item


class DatePipeline:
    """Reads the date of each entry, and counts the dates that are missing or not understood."""

    def process_item(self, item: Any) -> Any:
        """Passes the item on with dates."""
        if isinstance(item, PageItem):
            normalize.date(item)
        elif isinstance(item, DetailsItem):
            normalize.date_record(item)
        return item


class DeduplicatePipeline(Pipeline):
    """Numbers the entries of a listing, and removes those that the walk has met before.

    The database remembers them, so that a listing of any length takes no memory.
    """

    def process_item(self, item: Any) -> Any:
        """Passes the item on without entries of documents that were met before. Raises Stopped."""
        if isinstance(item, PageItem):
            for position, entry in enumerate(item.listing.entries, item.before + 1):
                entry.position = position
            with stopping():
                item.listing.entries = self.harvest.new_entries(item)
            item.duplicates = item.read - len(item.listing.entries)
        return item


class StorePipeline(Pipeline):
    """Stores each item in one transaction."""

    def process_item(self, item: Any) -> Any:
        """Passes the item on once it is stored. Raises Stopped if that fails."""
        if isinstance(item, ITEMS):
            with stopping():
                self.harvest.store(item)
        return item

    async def close_spider(self) -> None:
        """Ends the harvest and closes the database. If a run can't be ended now, the next one marks
        it as interrupted. A spider without a harvest, as of `save-fixture`, has none to end."""
        if not hasattr(self._crawler.spider, "harvest"):
            return
        try:
            await self.harvest.close()
        except HarvestProblem as problem:
            logger.error("%s", problem)
