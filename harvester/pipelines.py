"""From what a page says to rows: validate, date, deduplicate, store. They run in this order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harvester import preparing
from harvester.items import Entry, PageItem, RunEnd, RunStart
from harvester.outcomes import HarvestProblem
from harvester.store import Rules, Store


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
        return item


class DatePipeline:
    """Reads the date of each entry, and counts those that have none or can't be understood."""

    def process_item(self, item: Any) -> Any:
        """The item, its entries dated."""
        if isinstance(item, PageItem):
            preparing.date(item)
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
            if item.same_as is None:
                self._deduplicate(item)
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
        """Closes the database; a run that nobody ended is marked as interrupted."""
        if self._store is not None:
            self._store.close()

    def _opened(self) -> Store:
        if self._store is None:
            self._store = Store(self._path, self._rules)
        return self._store

    def _write(self, item: Any) -> None:
        if isinstance(item, RunStart):
            self._opened().start_run(item)
        elif isinstance(item, PageItem):
            self._opened().store_page(item)
        elif isinstance(item, RunEnd):
            self._opened().end_run(item)
