"""The progress bar of a harvest on a terminal, and of other long tasks."""

from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Columns
from rich.table import Column
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester import console
from harvester.clean_text import one_line
from harvester.crawl.steps import phase_begun, phase_ended, phase_failed, run_begun, run_ended
from harvester.interrupt import interrupt
from harvester.items import DetailsItem, PageItem, UnchangedPages
from harvester.scans.scan import ScanItem

WIDE = 60
"""Columns of a terminal that has room for the bar and the time left."""
BESIDE_ALL, BESIDE_NUMBERS = 40, 26
"""Columns beside the task's name for everything else, or on a narrow terminal for the numbers."""
SELDOM = 10.0
"""Seconds between two lines on a terminal where nothing can be drawn (TERM=dumb)."""


class Progress:
    """Shows a collection's documents, of the stated total, its pages and the time left."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._walk = 1

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        """Listens to runs, phases and items. Raises NotConfigured if HARVEST_QUIET is set."""
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
        """Begins a bar for a run."""
        self._walk = 1
        self._begin(collection, None, "pages")

    def phase_begun(self, collection: str, what: str, wanted: int) -> None:
        """Begins a bar for documents' pages or scans."""
        if wanted:
            self._begin(f"{collection}: {what}", wanted)

    def phase_failed(self, number: int) -> None:
        """Counts some that failed."""
        if self._bar:
            self._bar.advance(number)

    def item_scraped(self, item: Any) -> None:
        """Counts an item that was stored."""
        if isinstance(item, PageItem):
            self._advance([item])
        elif isinstance(item, UnchangedPages):
            self._advance(item.pages)
        elif isinstance(item, DetailsItem | ScanItem) and self._bar:
            self._bar.advance(1)

    def end(self) -> None:
        """Ends the bar."""
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


class Bar:
    """A task's progress, always in one line below all other output; the line stays at the end.

    `what` names the task, `total` is None while it is unknown, `unit` names a second count.
    """

    def __init__(self, what: str, total: int | None, unit: str = "") -> None:
        screen = Console(stderr=True)
        self._plain = not screen.is_interactive
        self._said = monotonic()
        self._unit = unit
        self._bar = Columns(
            *_columns(console.columns(), unit),
            console=screen,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._bar.add_task(one_line(what), total=total, units=0)

    def begin(self) -> "Bar":
        """Draws the bar."""
        console.show(self)
        return self

    def advance(self, done: int, *, total: int | None = None, units: int = 0) -> None:
        """Counts what is done, and takes a new total if one is given."""
        units += self._bar.tasks[0].fields["units"]
        with interrupt.held():
            self._bar.update(self._task, advance=done, total=total, units=units)
        if self._plain and monotonic() - self._said >= SELDOM:
            self._said = monotonic()
            console.note(self._as_text())

    def end(self) -> None:
        """Leaves the last state on the terminal."""
        with interrupt.held():
            console.hide()
            if self._plain:
                console.note(self._as_text())
            else:
                self._bar.console.print(self._bar.get_renderable())

    def draw(self) -> None:
        """Draws the bar below the output."""
        if not self._plain:
            with interrupt.held():  # Rich can't stop what has not wholly begun
                self._bar.start()

    def erase(self) -> None:
        """Removes the bar, so that its line is free."""
        if not self._plain:
            with interrupt.held():
                self._bar.live.transient = True
                self._bar.stop()

    def _as_text(self) -> str:
        """The progress in words, for a terminal without a cursor to move."""
        (task,) = self._bar.tasks
        total = "?" if task.total is None else f"{task.total:.0f}"
        beside = f" {task.fields['units']} {self._unit}" if self._unit else ""
        done = f" {task.completed:.0f}/{total}{beside}"
        return task.description[: max(console.columns() - len(done), 0)] + done


def _columns(width: int, unit: str) -> list[ProgressColumn]:
    """The parts of the bar that fit on one line of so many columns."""
    wide = width >= WIDE
    room = max(width - (BESIDE_ALL if wide else BESIDE_NUMBERS), 8)
    columns: list[ProgressColumn] = [TextColumn(f"{{task.description:.{room}}}", markup=False)]
    columns += [BarColumn()] if wide else []
    columns += [MofNCompleteColumn(table_column=Column(no_wrap=True))]
    columns += [TextColumn(f"{{task.fields[units]}} {unit}", markup=False)] if unit else []
    columns += [TimeRemainingColumn(table_column=Column(no_wrap=True))] if wide else []
    return columns
