"""The progress bar, for a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from harvester.reparse.progress import PagesRead


class Bar(PagesRead):
    """Shows how far the reading is, and makes room for what is told meanwhile."""

    def __init__(self, pages: int) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("pages read again", total=pages)

    def __enter__(self) -> "Bar":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def advance(self, pages: int) -> None:
        """So many more pages are read."""
        self._bar.advance(self._task, pages)

    def tell(self, text: str) -> None:
        """Prints a text, if there is any, on standard output."""
        if text:
            self._bar.stop()
            super().tell(text)
            self._bar.start()
