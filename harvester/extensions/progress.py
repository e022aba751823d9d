"""The progress bar: the settings have it on a terminal only."""

from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bar,
)
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester.detail_items import DetailsEnd, DetailsFailure, DetailsItem, DetailsStart
from harvester.items import PageItem, RunEnd, RunStart, SamePages
from harvester.scans.items import ScanItem, ScansEnd, ScansStart


class Progress:
    """Shows documents of the stated total, pages and the time left, for each collection."""

    def __init__(self, console: Console) -> None:
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pages]} pages", markup=False),
            TimeRemainingColumn(),
            console=console,
        )
        self._task: TaskID

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        """Listens to the items that are stored. Raises NotConfigured if it is to be quiet."""
        if crawler.settings.getbool("HARVEST_QUIET"):
            raise NotConfigured
        progress = cls(Console(stderr=True))
        crawler.signals.connect(progress.item_scraped, signals.item_scraped)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def item_scraped(self, item: Any) -> None:
        """Something was stored: show how far the run is."""
        if isinstance(item, RunStart):
            self._bar.start()
            self._task = self._bar.add_task(item.collection, total=None, pages=0)
        elif isinstance(item, PageItem):
            self._advance([item])
        elif isinstance(item, SamePages):
            self._advance(item.pages)
        elif isinstance(item, DetailsStart):
            description = f"{item.collection}: details"
            self._task = self._bar.add_task(description, total=len(item.wanted), pages=0)
            self._bar.start()
        elif isinstance(item, DetailsItem):
            self._bar.update(self._task, advance=1, pages=self._pages() + 1)
        elif isinstance(item, DetailsFailure):
            self._bar.update(self._task, advance=item.documents)
        elif isinstance(item, ScansStart):
            description = f"{item.collection}: scans"
            self._task = self._bar.add_task(description, total=len(item.wanted), pages=0)
            self._bar.start()
        elif isinstance(item, ScanItem):
            self._bar.update(self._task, advance=1)
        elif isinstance(item, RunEnd | DetailsEnd | ScansEnd):
            self._bar.stop()

    def spider_closed(self) -> None:
        """All is done: leave the terminal as it was."""
        self._bar.stop()

    def _advance(self, pages: list[PageItem]) -> None:
        self._bar.update(
            self._task,
            total=pages[-1].listing.total,
            advance=sum(page.read for page in pages),
            pages=self._pages() + len(pages),
        )

    def _pages(self) -> int:
        """How many pages the task has read."""
        (task,) = (task for task in self._bar.tasks if task.id == self._task)
        return int(task.fields["pages"])
