"""Reading recorded pages again: shown as it goes, and written if that is wanted."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from harvester.clock import utc_now
from harvester.extensions.report import complain
from harvester.outcomes import Outcome
from harvester.reparse.progress import PagesRead
from harvester.reparse.reader import Reader
from harvester.reparse.tally import Tally
from harvester.reparse.telling import differences, summary
from harvester.reparse.workers import Workers
from harvester.store import recorded
from harvester.store.corrections import Corrections, Reread, correcting
from harvester.store.reading import reading
from harvester.store.recorded import RecordedCollection

CHUNK = 16
"""So many pages are a process's task at a time."""

Readers = Workers[list[int], list[Reread]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which collections are to be read again, from recordings in which places.

    `largest` is how many bytes a page may have, `lock_wait` how many seconds a lock is waited for.
    """

    database: Path
    collections: list[RecordedCollection]
    places: list[Path]
    processes: int
    write: bool
    largest: int
    lock_wait: float

    @property
    def pages(self) -> int:
        """How many pages there are to read."""
        return sum(collection.recorded for collection in self.collections)


@dataclass(slots=True)
class Ended:
    """How it ended, and how many documents differ."""

    outcome: Outcome = Outcome.COMPLETE
    differing: int = 0

    def add(self, tally: Tally) -> None:
        """Adds what came of a collection."""
        self.outcome = max(self.outcome, tally.outcome, key=list(Outcome).index)
        self.differing += tally.counts.changed + tally.counts.added


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
        writing = correcting(wanted.database, wanted.lock_wait) if wanted.write else nullcontext()
        writer = stack.enter_context(writing)
        db = stack.enter_context(reading(wanted.database))
        # Who opened the database first has to close it last: that leaves nothing beside it.
        stack.callback(workers.end)
        bar = stack.enter_context(PagesRead(wanted.pages))
        for collection in wanted.collections:
            numbers = chunks(recorded.numbers(db, collection.id), chunk)
            pages = chain.from_iterable(workers.map(numbers))
            corrections = Corrections(writer, collection, utc_now()) if writer else None
            ended.add(_reread(collection, pages, corrections, bar))
    return ended


def chunks(numbers: Iterator[int], size: int) -> Iterator[list[int]]:
    """The numbers, so many at a time."""
    while chunk := list(islice(numbers, size)):
        yield chunk


def _reread(
    collection: RecordedCollection,
    pages: Iterable[Reread],
    corrections: Corrections | None,
    bar: PagesRead,
) -> Tally:
    """Shows what differs in a collection, and writes it."""
    tally = Tally()
    for page in pages:
        tally.add(page)
        bar.tell(differences(page))
        if corrections and page.differs:
            corrections.put(page)
        bar.advance()
    bar.tell(summary(collection, tally))
    for sentence in tally.complaints():
        complain(f"{collection.name}: {sentence}")
    if corrections:
        corrections.end(tally.outcome, tally.counts, list(tally.failures), utc_now())
    return tally
