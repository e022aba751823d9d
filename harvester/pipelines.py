"""From what a page says to rows: validate, date, deduplicate, store. They run in this order."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harvester import preparing
from harvester.detail_items import DetailsEnd, DetailsFailure, DetailsItem, DetailsStart
from harvester.items import Entry, PageItem, RunEnd, RunStart, SamePages
from harvester.outcomes import HarvestProblem
from harvester.scans.items import ScanItem, ScansEnd, ScansStart
from harvester.store.store import Rules, Store

logger = logging.getLogger(__name__)


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


class ValidatePipeline:
    """Lets no page pass of which an entry lacks its title or its link."""

    def process_item(self, item: Any) -> Any:
        """The item as it is. Raises Stopped if its page is not fit to be stored."""
        if isinstance(item, PageItem):
            with stopping():
                preparing.check(item.listing)
        elif isinstance(item, DetailsItem):
            with stopping():
                preparing.check_record(item)
        return item


class DatePipeline:
    """Reads the date of each entry, and counts those that have none or can't be understood."""

    def process_item(self, item: Any) -> Any:
        """The item, its entries dated."""
        if isinstance(item, PageItem):
            preparing.date(item)
        elif isinstance(item, DetailsItem):
            preparing.date_record(item)
        return item


class DeduplicatePipeline:
    """Numbers the entries of a listing, and takes out those that its walk has met before.

    What was met is in the database, not in memory, so that a listing may be of any length.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._walk = 0
        self._position = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "DeduplicatePipeline":
        """The store is that of the last pipeline."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """The item, without entries whose document an earlier one had. Raises Stopped."""
        if isinstance(item, RunStart):
            self._walk = 0
        elif isinstance(item, PageItem):
            self._number(item)
            self._deduplicate(item)
        elif isinstance(item, SamePages):
            for page in item.pages:
                self._number(page)
        return item

    def _number(self, page: PageItem) -> None:
        if page.walk != self._walk:
            self._walk, self._position = page.walk, 0
        for position, entry in enumerate(page.listing.entries, self._position + 1):
            entry.position = position
        self._position += page.read

    def _deduplicate(self, page: PageItem) -> None:
        stores = self._crawler.get_item_pipeline(StorePipeline)
        assert isinstance(stores, StorePipeline), "pages are deduplicated on their way to a store"
        page.listing.entries = stores.new_entries(page)
        page.duplicates = page.read - len(page.listing.entries)


class StorePipeline:
    """Writes runs and pages into the database, each page in one transaction."""

    def __init__(self, path: str, rules: Rules) -> None:
        self._path = path
        self._rules = rules
        self._store: Store | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StorePipeline":
        """Takes the database's path and the rules from the settings."""
        settings = crawler.settings
        rules = Rules(
            removed_after=settings.getint("HARVEST_REMOVED_AFTER"),
            most_missing=settings.getfloat("HARVEST_MOST_MISSING"),
            resume_hours=settings.getfloat("HARVEST_RESUME_HOURS"),
            recheck_days=settings.getfloat("HARVEST_RECHECK_DAYS"),
            lock_wait=settings.getfloat("HARVEST_LOCK_WAIT"),
        )
        return cls(settings["HARVEST_DB"], rules)

    def process_item(self, item: Any) -> Any:
        """The item, once it is stored. Raises Stopped if it can't be."""
        with stopping():
            self._write(item)
        return item

    def new_entries(self, page: PageItem) -> list[Entry]:
        """The entries that the page's walk has not met before. Raises Stopped."""
        with stopping():
            return self._opened().new_entries(page)

    def close_spider(self) -> None:
        """Closes the database; a run that nobody ended is marked as interrupted, by the next one if
        that can't be written now."""
        if self._store is not None:
            try:
                self._store.close()
            except HarvestProblem as problem:
                logger.error("%s", problem)

    def _opened(self) -> Store:
        if self._store is None:
            self._store = Store(self._path, self._rules)
        return self._store

    def _write(self, item: Any) -> None:
        if writer := WRITERS.get(type(item)):
            writer(self._opened(), item)


WRITERS: dict[type, Callable[[Store, Any], None]] = {
    RunStart: Store.start_run,
    PageItem: Store.store_page,
    SamePages: Store.store_same,
    RunEnd: Store.end_run,
    DetailsStart: Store.start_details,
    DetailsItem: Store.store_details,
    DetailsFailure: Store.fail_details,
    DetailsEnd: Store.end_details,
    ScansStart: Store.start_scans,
    ScanItem: Store.store_scan,
    ScansEnd: Store.end_scans,
}
