"""Reading recorded pages again: shows what differs, and writes it if that is wanted."""

import sqlite3
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from harvester.console import complain, is_terminal, tell
from harvester.outcomes import Outcome
from harvester.reparse.differences import differences
from harvester.reparse.reader import Chunk, Reader
from harvester.reparse.workers import Workers
from harvester.runs import Counts, Failure
from harvester.store import recorded
from harvester.store.connection import reading
from harvester.store.details import LISTED
from harvester.store.observations import values
from harvester.store.recorded import Alike, RecordedCollection, Reread
from harvester.timestamps import utc_now

if TYPE_CHECKING:
    from harvester.store.corrections import Corrections

CHUNK = 16
"""Pages of a task that a process gets at a time."""
WORSE = list(Outcome)
"""The outcomes of a run, from the best to the worst."""
Row = dict[str, Any]
Readers = Workers[Chunk, list[Reread | Alike]]
Number = TypeVar("Number")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The collections to read again, and the places of their recordings.

    A page may have `largest` bytes; `lock_wait` (in seconds) and `removed_after` are the settings.
    """

    database: Path
    collections: list[RecordedCollection]
    places: list[Path]
    processes: int
    write: bool
    largest: int
    lock_wait: float
    removed_after: int

    @property
    def pages(self) -> int:
        """The number of pages to read."""
        return sum(collection.recorded for collection in self.collections)


@dataclass(slots=True)
class Ended:
    """The worst outcome of all collections, and how many documents differ."""

    outcome: Outcome = Outcome.COMPLETE
    differing: int = 0

    def add(self, part: "Part") -> None:
        """Adds a collection's."""
        self.outcome = max(self.outcome, part.outcome, key=WORSE.index)
        self.differing += part.counts.changed + part.counts.added


def reparse(wanted: Wanted) -> Ended:
    """Reads and shows all pages, and writes all differences or none.

    Raises BadDatabase, Busy or Failed. The processes are forked before anything is open that they
    should not have.
    """
    processes = max(1, min(wanted.processes, wanted.pages))
    chunk = max(1, min(CHUNK, wanted.pages // processes))
    ended = Ended()
    with ExitStack() as stack:
        reader = Reader(wanted.database, wanted.places, wanted.largest)
        workers: Readers = stack.enter_context(Workers(reader, processes))
        corrections = stack.enter_context(_correcting(wanted))
        # Who opened the database first has to close it last: that leaves nothing beside it.
        stack.callback(workers.end)
        db = stack.enter_context(reading(wanted.database))
        parts = [Part(collection, corrections(collection)) for collection in wanted.collections]
        with watched("pages read again", wanted.pages) as advance:
            for part, tasks in _tasks(db, parts, chunk):
                part.add(chain.from_iterable(workers.map(tasks)), advance)
        for part in parts:
            part.end()
            ended.add(part)
    return ended


@contextmanager
def _correcting(wanted: Wanted) -> Iterator[Callable[[RecordedCollection], "Corrections | None"]]:
    """Gives a function that makes the corrections of a collection; None if nothing is written.

    The code that writes a database is loaded only if needed: it takes a twelfth of a start.
    """
    if not wanted.write:
        yield lambda collection: None
        return
    from harvester.store.corrections import Corrections, correcting

    with correcting(wanted.database, wanted.lock_wait) as db:
        yield lambda collection: Corrections(db, collection, utc_now(), wanted.removed_after)


@dataclass(slots=True)
class Part:
    """The pages of one collection. What differs is shown, counted, and written if that is wanted.

    `pages` were read, of the listing and of documents. `corrected` has the documents, by number,
    that are read otherwise, each with the fields of its listing that the database has not yet.
    `failures` has each failure once, with the number of its pages.
    """

    collection: RecordedCollection
    corrections: "Corrections | None"
    pages: int = 0
    corrected: dict[int, Row] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    gone: int = 0
    outcome: Outcome = Outcome.COMPLETE
    failures: dict[Failure, int] = field(default_factory=dict)

    def add(self, pages: Iterable[Reread | Alike], advance: Callable[[int], object]) -> None:
        """Shows what differs on some pages, writes it, and tells of each by `advance`."""
        for page in pages:
            self.counts.add(page.counts)
            if isinstance(page, Alike):
                self.pages += page.pages
                advance(page.pages)
                continue
            self._count(page)
            if text := differences(page):
                tell(text)
            if self.corrections and page.differs:
                self.corrections.put(page)
            advance(1)

    def end(self) -> None:
        """Sums up."""
        tell(self.summary())
        for failure, pages in self.failures.items():
            of_pages = "" if failure.url else f" Pages that it holds: {pages:,}."
            complain(f"{self.collection.name}: {failure.detail}{of_pages}")
        if self.corrections:
            self.corrections.end(self.outcome, self.counts, list(self.failures), utc_now())

    def summary(self) -> str:
        """One line: how many pages were read, and what differs."""
        counts, left = self.counts, self.collection.pages - self.collection.recorded
        read = f"{self.pages:,} of {self.collection.recorded:,} recorded pages read again"
        read += f", {left:,} were never recorded" if left else ""
        said = f"{counts.changed:,} read otherwise, {counts.added:,} new"
        said += f", {self.gone:,} not found any more" if self.gone else ""
        return f"{self.collection.name}: {read} ({said})"

    def _count(self, page: Reread) -> None:
        self.pages += page.failure is None
        self._correct(page)
        self.counts.added += len(page.additions)
        self.gone += len(page.gone)
        self.outcome = max(self.outcome, page.outcome, key=WORSE.index)
        if page.failure:
            self.failures[page.failure] = self.failures.get(page.failure, 0) + 1

    def _correct(self, page: Reread) -> None:
        for one in page.corrections:
            new = values(one.entry)
            self.corrected[one.document] = {
                name: new[name] for name in LISTED if name in one.before
            }
        if page.own:
            self.corrected.setdefault(page.own.row["number"], {})
        self.counts.changed = len(self.corrected)


def _tasks(
    db: sqlite3.Connection, parts: Sequence[Part], size: int
) -> Iterator[tuple[Part, Iterator[Chunk]]]:
    """The pages of each part, in chunks of a size.

    Documents' own pages come last, as they are compared with what all listings say by then.
    """
    for part in parts:
        yield part, map(Chunk, _parted(recorded.numbers(db, part.collection.id), size))
    corrected = ChainMap(*(part.corrected for part in parts))
    for part in parts:
        own = _parted(recorded.own_numbers(db, part.collection.id), size)
        yield part, (_own(some, corrected) for some in own)


def _own(pages: list[tuple[int, int]], corrected: Mapping[int, Row]) -> Chunk:
    new = {document: corrected[document] for _, document in pages if document in corrected}
    return Chunk([number for number, _ in pages], new)


def _parted(numbers: Iterator[Number], size: int) -> Iterator[list[Number]]:
    """The numbers, so many at a time."""
    while some := list(islice(numbers, size)):
        yield some


@contextmanager
def watched(what: str, number: int) -> Iterator[Callable[[int], object]]:
    """Gives a function that moves a progress bar on by so many of them, if this is a terminal.

    Only then is the bar's code loaded.
    """
    if not is_terminal():
        yield lambda more: None
        return
    from harvester.extensions.progress import Bar

    bar = Bar(what, number).begin()
    try:
        yield bar.advance
    finally:
        bar.end()
