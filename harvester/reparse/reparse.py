"""Reading recorded pages again: what differs is shown as it goes, and written if that is wanted."""

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
from harvester.reparse.differences import WORSE, Stats, differences, summary
from harvester.reparse.reader import Chunk, Reader
from harvester.reparse.workers import Workers
from harvester.store import recorded
from harvester.store.connection import reading
from harvester.store.recorded import RecordedCollection
from harvester.store.reread import Alike, Reread
from harvester.timestamps import utc_now

if TYPE_CHECKING:
    from harvester.store.corrections import Corrections

CHUNK = 16
"""So many pages are a process's task at a time."""
Row = dict[str, Any]
Readers = Workers[Chunk, list[Reread | Alike]]
Number = TypeVar("Number")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which collections are to be read again, from recordings in which places.

    `largest` is how many bytes a page may have, `lock_wait` how many seconds a lock is waited for,
    `removed_after` the setting.
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
        """How many pages there are to read."""
        return sum(collection.recorded for collection in self.collections)


@dataclass(slots=True)
class Ended:
    """How it ended, and how many documents differ."""

    outcome: Outcome = Outcome.COMPLETE
    differing: int = 0

    def add(self, stats: Stats) -> None:
        """Adds what came of a collection."""
        self.outcome = max(self.outcome, stats.outcome, key=WORSE.index)
        self.differing += stats.counts.changed + stats.counts.added


def reparse(wanted: Wanted) -> Ended:
    """Reads and shows, and writes all or nothing. Raises BadDatabase, Busy or Failed.

    The processes are forked while nothing is open yet that they should not have.
    """
    processes = max(1, min(wanted.processes, wanted.pages))
    chunk = max(1, min(CHUNK, wanted.pages // processes))
    ended = Ended()
    with ExitStack() as stack:
        reader = Reader(wanted.database, wanted.places, wanted.largest)
        workers: Readers = stack.enter_context(Workers(reader, processes))
        corrections = stack.enter_context(_correcting(wanted))
        db = stack.enter_context(reading(wanted.database))
        # Who opened the database first has to close it last: that leaves nothing beside it.
        stack.callback(workers.end)
        parts = [Part(collection, corrections(collection)) for collection in wanted.collections]
        with _watched(wanted.pages) as advance:
            for part, tasks in _tasks(db, parts, chunk):
                part.add(chain.from_iterable(workers.map(tasks)), advance)
        for part in parts:
            ended.add(part.end())
    return ended


@contextmanager
def _correcting(wanted: Wanted) -> Iterator[Callable[[RecordedCollection], "Corrections | None"]]:
    """Makes the corrections of a collection, if they are to be written.

    All that writes a database is loaded only then: it takes a twelfth of a start.
    """
    if not wanted.write:
        yield lambda collection: None
        return
    from harvester.store.corrections import Corrections, correcting

    with correcting(wanted.database, wanted.lock_wait) as db:
        yield lambda collection: Corrections(db, collection, utc_now(), wanted.removed_after)


@dataclass(slots=True)
class Part:
    """The pages of one collection: what came of them is shown, and written if that is wanted."""

    collection: RecordedCollection
    corrections: "Corrections | None"
    stats: Stats = field(default_factory=Stats)

    def add(self, pages: Iterable[Reread | Alike], advance: Callable[[int], object]) -> None:
        """Shows what differs on some pages, writes it, and tells of each by `advance`."""
        for page in pages:
            self.stats.add(page)
            if isinstance(page, Alike):
                advance(page.pages)
                continue
            if text := differences(page):
                tell(text)
            if self.corrections and page.differs:
                self.corrections.put(page)
            advance(1)

    def end(self) -> Stats:
        """Sums up."""
        stats = self.stats
        tell(summary(self.collection, stats))
        for sentence in stats.complaints():
            complain(f"{self.collection.name}: {sentence}")
        if self.corrections:
            self.corrections.end(stats.outcome, stats.counts, list(stats.failures), utc_now())
        return stats


def _tasks(
    db: sqlite3.Connection, parts: Sequence[Part], size: int
) -> Iterator[tuple[Part, Iterator[Chunk]]]:
    """The pages of each part, so many at a time.

    Documents' own pages come last: they are compared with what all listings are found to say.
    """
    for part in parts:
        yield part, map(Chunk, _parted(recorded.numbers(db, part.collection.id), size))
    corrected = ChainMap(*(part.stats.corrected for part in parts))
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
def _watched(pages: int) -> Iterator[Callable[[int], object]]:
    """Tells whoever watches that so many more of the pages were read: a bar, on a terminal only.

    What draws it is loaded only then.
    """
    if not is_terminal():
        yield lambda more: None
        return
    from harvester.extensions.progress import Bar

    bar = Bar("pages read again", pages).begin()
    try:
        yield bar.advance
    finally:
        bar.end()
