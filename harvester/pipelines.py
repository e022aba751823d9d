"""From what a page says to rows: validate, date, deduplicate, store. They run in this order."""

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harvester.dates import read_date, says_undated
from harvester.items import Entry, PageItem, RunEnd, RunStart
from harvester.outcomes import HarvestProblem, Reason, Unreadable
from harvester.store import Store


class Stopped(DropItem):
    """Raised by a pipeline when the harvest can't go on; `problem` says why."""

    def __init__(self, problem: HarvestProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class ValidatePipeline:
    """Lets no page pass of which an entry lacks its title or its link."""

    def process_item(self, item: Any) -> Any:
        """The item as it is. Raises Stopped if its page is not fit to be stored."""
        if isinstance(item, PageItem):
            for number, entry in enumerate(item.listing.entries, 1):
                self._check(entry, number, item.listing.url)
        return item

    def _check(self, entry: Entry, number: int, url: str) -> None:
        for what, value in (("title", entry.title), ("link", entry.link), ("id", entry.document)):
            if not value.strip():
                sentence = f"Entry {number} of {url} has no {what}."
                raise Stopped(Unreadable(sentence, Reason.NO_LISTING, url))


class DatePipeline:
    """Reads the date of each entry, and counts those that have none or can't be understood."""

    def process_item(self, item: Any) -> Any:
        """The item, its entries dated."""
        if isinstance(item, PageItem):
            for entry in item.listing.entries:
                self._date(entry, item)
        return item

    def _date(self, entry: Entry, page: PageItem) -> None:
        if entry.date_text is None or says_undated(entry.date_text):
            page.undated += 1
        elif date := read_date(entry.date_text):
            entry.date_edtf = date.edtf
            entry.date_earliest, entry.date_latest = date.earliest, date.latest
        else:
            page.not_understood += 1


class DeduplicatePipeline:
    """Numbers the entries of a listing, and takes out those that were met before in the run."""

    def __init__(self) -> None:
        self._met: set[str] = set()
        self._position = 0

    def process_item(self, item: Any) -> Any:
        """The item, without entries whose document an earlier one had."""
        if isinstance(item, RunStart):
            self._met.clear()
            self._position = 0
        elif isinstance(item, PageItem):
            item.listing.entries = [entry for entry in item.listing.entries if self._is_new(entry)]
            item.duplicates = item.read - len(item.listing.entries)
        return item

    def _is_new(self, entry: Entry) -> bool:
        self._position += 1
        entry.position = self._position
        new = entry.document not in self._met
        self._met.add(entry.document)
        return new


class StorePipeline:
    """Writes runs and pages into the database, each page in one transaction."""

    def __init__(self, path: str, lock_wait: float) -> None:
        self._path = path
        self._lock_wait = lock_wait
        self._store: Store | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StorePipeline":
        """Takes the database's path from the setting HARVEST_DB."""
        settings = crawler.settings
        return cls(settings["HARVEST_DB"], settings.getfloat("HARVEST_LOCK_WAIT"))

    def process_item(self, item: Any) -> Any:
        """The item, once it is stored. Raises Stopped if it can't be."""
        try:
            self._write(item)
        except HarvestProblem as problem:
            raise Stopped(problem) from problem
        return item

    def close_spider(self) -> None:
        """Closes the database; a run that nobody ended is marked as stopped."""
        if self._store is not None:
            self._store.close()

    def _write(self, item: Any) -> None:
        if self._store is None:
            self._store = Store(self._path, self._lock_wait)
        if isinstance(item, RunStart):
            self._store.start_run(item)
        elif isinstance(item, PageItem):
            self._store.store_page(item)
        elif isinstance(item, RunEnd):
            self._store.end_run(item)
