"""The progress bar of whatever takes its time, on a terminal."""

from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from harvester import console

WIDE = 60
"""On fewer columns there is no room for the bar itself, nor for the time left."""
BESIDE_ALL, BESIDE_NUMBERS = 40, 26
"""Columns that the task's name leaves to all the rest, or where it is narrow to the numbers."""
SELDOM = 10.0
"""Seconds between two lines on a terminal where nothing can be drawn (TERM=dumb)."""


class Bar:
    """How much of a task is done: always one line, below all that is printed meanwhile.

    `what` names the task, `total` is None as long as it is not known; `unit` is what is counted
    beside. Once it is done, the line stays.
    """

    def __init__(self, what: str, total: int | None, unit: str = "") -> None:
        screen = Console(stderr=True)
        self._plain = not screen.is_interactive
        self._said = monotonic()
        self._unit = unit
        self._bar = Progress(
            *_columns(console.columns(), unit),
            console=screen,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._bar.add_task(what, total=total, units=0)

    def begin(self) -> "Bar":
        """Draws it."""
        console.show(self)
        return self

    def advance(self, done: int, *, total: int | None = None, units: int = 0) -> None:
        """So much more is done, of another total if one is given."""
        units += self._bar.tasks[0].fields["units"]
        self._bar.update(self._task, advance=done, total=total, units=units)
        if self._plain and monotonic() - self._said >= SELDOM:
            self._said = monotonic()
            console.note(self._as_text())

    def end(self) -> None:
        """Leaves its last state on the terminal."""
        console.hide()
        if self._plain:
            console.note(self._as_text())
        else:
            self._bar.console.print(self._bar.get_renderable())

    def draw(self) -> None:
        """Draws it below what is printed."""
        if not self._plain:
            self._bar.start()

    def erase(self) -> None:
        """Takes it away, so that its line is free."""
        if not self._plain:
            self._bar.live.transient = True
            self._bar.stop()

    def _as_text(self) -> str:
        """The same in words, for a terminal where nothing can be drawn."""
        (task,) = self._bar.tasks
        total = "?" if task.total is None else f"{task.total:.0f}"
        beside = f" {task.fields['units']} {self._unit}" if self._unit else ""
        done = f" {task.completed:.0f}/{total}{beside}"
        return task.description[: max(console.columns() - len(done), 0)] + done


def _columns(width: int, unit: str) -> list[ProgressColumn]:
    """What is shown on so many columns; nothing of it ever takes a second line."""
    wide = width >= WIDE
    room = max(width - (BESIDE_ALL if wide else BESIDE_NUMBERS), 8)
    columns: list[ProgressColumn] = [TextColumn(f"{{task.description:.{room}}}", markup=False)]
    columns += [BarColumn()] if wide else []
    columns += [MofNCompleteColumn(table_column=Column(no_wrap=True))]
    columns += [TextColumn(f"{{task.fields[units]}} {unit}", markup=False)] if unit else []
    columns += [TimeRemainingColumn(table_column=Column(no_wrap=True))] if wide else []
    return columns
