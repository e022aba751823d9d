"""The progress bar of a harvest: the settings have it on a terminal only."""

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester.bar import Bar
from harvester.crawl.signals import phase_begun, phase_ended, phase_failed, run_begun, run_ended
from harvester.detail_items import DetailsItem
from harvester.items import PageItem, UnchangedPages
from harvester.scans.items import ScanItem


class Progress:
    """Shows documents of the stated total, pages and the time left, for each collection."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._walk = 1

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        """Listens to what is stored, begins and ends. Raises NotConfigured if it is to be quiet."""
        if crawler.settings.getbool("HARVEST_QUIET"):
            raise NotConfigured
        progress = cls()
        for receiver, signal in (
            (progress.run_begun, run_begun),
            (progress.item_scraped, signals.item_scraped),
            (progress.phase_begun, phase_begun),
            (progress.phase_failed, phase_failed),
            *((progress.end, one) for one in (run_ended, phase_ended, signals.spider_closed)),
        ):
            crawler.signals.connect(receiver, signal)
        return progress

    def run_begun(self, collection: str) -> None:
        """A run has begun."""
        self._walk = 1
        self._begin(collection, None, "pages")

    def phase_begun(self, collection: str, what: str, wanted: int) -> None:
        """A run goes on with documents' pages or scans."""
        if wanted:
            self._begin(f"{collection}: {what}", wanted)

    def phase_failed(self, number: int) -> None:
        """So many of them could not be got."""
        if self._bar:
            self._bar.advance(number)

    def item_scraped(self, item: Any) -> None:
        """Something was stored: show how far the run is."""
        if isinstance(item, PageItem):
            self._advance([item])
        elif isinstance(item, UnchangedPages):
            self._advance(item.pages)
        elif isinstance(item, DetailsItem | ScanItem) and self._bar:
            self._bar.advance(1)

    def end(self) -> None:
        """All is done: leave the terminal as it was."""
        if self._bar:
            self._bar.end()
        self._bar = None

    def _begin(self, what: str, total: int | None, unit: str = "") -> None:
        self._bar = Bar(what, total, unit).begin()

    def _advance(self, pages: list[PageItem]) -> None:
        if pages[0].walk != self._walk:
            self._walk = pages[0].walk
            self._begin(pages[0].collection, None, "pages")
        if self._bar:
            read = sum(page.read for page in pages)
            self._bar.advance(read, total=pages[-1].listing.total, units=len(pages))
