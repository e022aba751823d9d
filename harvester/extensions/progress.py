"""The progress bar of a harvest: the settings have it on a terminal only."""

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester.bar import Bar
from harvester.detail_items import DetailsEnd, DetailsFailure, DetailsItem, DetailsStart
from harvester.items import PageItem, RunEnd, RunStart, SamePages
from harvester.scans.items import ScanItem, ScansEnd, ScansStart


class Progress:
    """Shows documents of the stated total, pages and the time left, for each collection."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._walk = 1

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        """Listens to the items that are stored. Raises NotConfigured if it is to be quiet."""
        if crawler.settings.getbool("HARVEST_QUIET"):
            raise NotConfigured
        progress = cls()
        crawler.signals.connect(progress.item_scraped, signals.item_scraped)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def item_scraped(self, item: Any) -> None:
        """Something was stored: show how far the run is."""
        if isinstance(item, RunStart):
            self._walk = 1
            self._begin(item.collection, None, "pages")
        elif isinstance(item, PageItem):
            self._advance([item])
        elif isinstance(item, SamePages):
            self._advance(item.pages)
        elif isinstance(item, DetailsStart | ScansStart) and item.wanted:
            what = "details" if isinstance(item, DetailsStart) else "scans"
            self._begin(f"{item.collection}: {what}", len(item.wanted))
        elif isinstance(item, DetailsItem | ScanItem) and self._bar:
            self._bar.advance(1)
        elif isinstance(item, DetailsFailure) and self._bar:
            self._bar.advance(item.documents)
        elif isinstance(item, RunEnd | DetailsEnd | ScansEnd):
            self._end()

    def spider_closed(self) -> None:
        """All is done: leave the terminal as it was."""
        self._end()

    def _begin(self, what: str, total: int | None, unit: str = "") -> None:
        self._bar = Bar(what, total, unit).begin()

    def _advance(self, pages: list[PageItem]) -> None:
        if pages[0].walk != self._walk:
            self._walk = pages[0].walk
            self._begin(pages[0].collection, None, "pages")
        if self._bar:
            read = sum(page.read for page in pages)
            self._bar.advance(read, total=pages[-1].listing.total, units=len(pages))

    def _end(self) -> None:
        if self._bar:
            self._bar.end()
        self._bar = None
