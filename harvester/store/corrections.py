"""Writing what re-read pages say, as a run of its own that keeps everything from before."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from harvester.interrupt import interrupt
from harvester.outcomes import Outcome
from harvester.reader_digest import reader_digest
from harvester.runs import Counts, Failure, RunEnd, RunStart
from harvester.sites import site_for
from harvester.store import clocks, current
from harvester.store import run as runs
from harvester.store.connection import named_errors
from harvester.store.database import open_database
from harvester.store.history.state import Kind
from harvester.store.migrating import make_indexes
from harvester.store.observations import read_again
from harvester.store.rebuilding import reread
from harvester.store.recorded import OwnCorrection, RecordedCollection, Reread
from harvester.store.rows import Told
from harvester.store.run import Run
from harvester.store.said import put_said
from harvester.store.schema import REPARSE
from harvester.timestamps import shifted


@contextmanager
def correcting(path: Path, wait: float) -> Iterator[sqlite3.Connection]:
    """A database, locked for one transaction of corrections.

    Raises Busy or BadDatabase; nothing is written then, unless to a database that was moved.
    """
    database = open_database(path, wait)
    try:
        with database.writing() as db:
            yield db
            interrupt.too_late()
    finally:
        with named_errors(path):
            database.close()


class Corrections:
    """The run that corrects a collection; it begins with the first page that differs, or when all
    is read alike by another reader than before: then no harvest has to read it once more.

    `after` so many complete runs without it, a document is removed. Runs of several
    collections may go on at once: what each is, is noted when it ends.
    To be used within a transaction.
    """

    def __init__(
        self, db: sqlite3.Connection, collection: RecordedCollection, at: str, after: int
    ) -> None:
        self._db = db
        self._after = after
        self._collection = collection
        self._at = at
        self._run: Run | None = None
        self._contents: set[int] = set()

    def put(self, page: Reread) -> None:
        """Writes what differs on a page."""
        run = self._begun()
        if page.found is not None and page.page.content is not None:
            read_again(self._db, run, page.page.content, self._at, page.found)
            self._contents.add(page.page.content)
        if page.own:
            put_said(self._db, page.own.row["number"], page.own.before, page.own.now, page.page.id)
            current.tell(self._db, run, list(self._told(page.own)))

    def end(self, outcome: Outcome, counts: Counts, failures: list[Failure], at: str) -> None:
        """Ends the run with these counts, if there is anything to note."""
        is_news = outcome is Outcome.COMPLETE and self._is_read_by_another()
        if self._run is None and not is_news:
            return
        run = self._begun()
        reread(self._db, run, self._contents, self._after)
        run.counts = replace(counts, added=run.counts.added)
        total, reason = self._collection.stated_total, failures[0].detail if failures else None
        end = RunEnd(self._collection.name, outcome, at, total, reason, failures)
        runs.end_run(self._db, run, end)

    def _is_read_by_another(self) -> bool:
        collection = self._collection
        reader = reader_digest(site_for(collection.url, collection.site))
        return runs.is_read_by_another(self._db, collection.id, reader)

    def _begun(self) -> Run:
        if self._run is None:
            collection = self._collection
            start = RunStart(
                *(collection.name, collection.url, self._at, REPARSE),
                site=collection.site,
            )
            make_indexes(self._db)
            self._run = runs.start_run(self._db, start)
            clocks.begin(self._db, self._run, self._at, after=self._after)
            self._at = shifted(self._at, self._run.moved)
        return self._run

    def _told(self, own: OwnCorrection) -> Iterator[Told]:
        for difference in own.differences:
            yield Told(own.row["number"], Kind.REREAD, self._at, *difference)
