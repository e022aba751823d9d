"""From what a page says to rows: validate, date, deduplicate, store. They run in this order."""

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
    """Raised by a pipeline when the harvest can't go on; `problem` says why."""

    def __init__(self, problem: HarvestProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@contextmanager
def stopping() -> Iterator[None]:
    """Tells Scrapy of problems in the block in its own way, by Stopped."""
    try:
        yield
    except HarvestProblem as problem:
        raise Stopped(problem) from problem


class Pipeline:
    """Base of the pipelines that have to do with the harvest of the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The harvest is the spider's."""
        return cls(crawler)

    @property
    def harvest(self) -> "Harvest":
        """The harvest that items belong to."""
        harvest: Harvest = getattr(self._crawler.spider, "harvest")  # noqa: B009
        return harvest


class ValidatePipeline(Pipeline):
    """Lets no page pass of which an entry lacks its title or its link, and no item twice."""

    def process_item(self, item: Any) -> Any:
        """The item as it is. Raises Stopped if its page is not fit to be stored, and DropItem if a
        spider middleware has doubled it."""
        if isinstance(item, ITEMS) and not self.harvest.steps.admit():
            raise DropItem("It came twice.")
        if isinstance(item, PageItem):
            with stopping():
                normalize.check(item.listing)
        elif isinstance(item, DetailsItem):
            with stopping():
                normalize.check_record(item)
        return item


class DatePipeline:
    """Reads the date of each entry, and counts those that have none or can't be understood."""

    def process_item(self, item: Any) -> Any:
        """The item, its entries dated."""
        if isinstance(item, PageItem):
            normalize.date(item)
        elif isinstance(item, DetailsItem):
            normalize.date_record(item)
        return item


class DeduplicatePipeline(Pipeline):
    """Numbers the entries of a listing, and takes out those that its walk has met before.

    What was met is in the database, not in memory, so that a listing may be of any length.
    """

    def process_item(self, item: Any) -> Any:
        """The item, without entries whose document an earlier one had. Raises Stopped."""
        if isinstance(item, PageItem):
            for position, entry in enumerate(item.listing.entries, item.before + 1):
                entry.position = position
            with stopping():
                item.listing.entries = self.harvest.new_entries(item)
            item.duplicates = item.read - len(item.listing.entries)
        return item


class StorePipeline(Pipeline):
    """Writes pages into the database, each in one transaction."""

    def process_item(self, item: Any) -> Any:
        """The item, once it is stored. Raises Stopped if it can't be."""
        if isinstance(item, ITEMS):
            with stopping():
                self.harvest.store(item)
        return item

    async def close_spider(self) -> None:
        """Ends the harvest, if it is one that crawls, and closes the database; a run that can't be
        ended now is marked as interrupted by the next one."""
        if not hasattr(self._crawler.spider, "harvest"):
            return
        try:
            await self.harvest.close()
        except HarvestProblem as problem:
            logger.error("%s", problem)
