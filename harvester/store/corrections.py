"""Writing what recorded pages say when they are read again: as a run, with all that was before."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from harvester.interrupt import interrupt
from harvester.items import Counts, Failure, RunEnd, RunStart
from harvester.outcomes import Outcome
from harvester.store import clocks, indexes
from harvester.store import run as runs
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.database import named_errors, open_database, transaction
from harvester.store.documents import FIELDS, SAID, new_number, put_documents, values
from harvester.store.identity import find
from harvester.store.recorded import RecordedCollection
from harvester.store.reread import Correction, OwnCorrection, Reread
from harvester.store.run import REPARSE, Run
from harvester.store.said import put_said
from harvester.store.sightings import put_sightings
from harvester.timestamps import shifted

CORRECT = f"""
    UPDATE documents SET {", ".join(f"{name} = :{name}" for name in FIELDS)},
        last_changed = coalesce(:changed, last_changed) WHERE number = :document"""
ADD_MEMBERSHIP = """
    INSERT INTO memberships (collection, document, position, first_seen, page)
    VALUES (:collection, :document, :position, :seen, :page) ON CONFLICT DO NOTHING"""
RETURNED = "UPDATE documents SET removed = NULL WHERE number = ?"

Row = dict[str, Any]


@contextmanager
def correcting(path: Path, wait: float) -> Iterator[sqlite3.Connection]:
    """A database, for one transaction of corrections and nobody else's runs meanwhile.

    Raises Busy or BadDatabase; nothing is written then, unless to a database that was moved.
    """
    database = open_database(path, wait)
    try:
        with transaction(database.conn, path):
            yield database.conn
            interrupt.too_late()
        database.check_place()
    finally:
        with named_errors(path):
            database.close()


class Corrections:
    """The run that corrects a collection; it begins with the first page that differs.

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

    def put(self, page: Reread) -> None:
        """Writes what differs on a page."""
        run = self._begun()
        put_changes(self._db, run, list(self._correct(page.corrections)))
        put_changes(self._db, run, list(self._add(run, page)))
        if page.own:
            put_changes(self._db, run, list(self._correct_own(page.own, page.page.id)))

    def end(self, outcome: Outcome, counts: Counts, failures: list[Failure], at: str) -> None:
        """Ends the run, which has counted so much, if it has begun at all."""
        run = self._run
        if run is None:
            return
        run.counts = replace(counts, added=run.counts.added)
        total, reason = self._collection.stated_total, failures[0].detail if failures else None
        end = RunEnd(self._collection.name, outcome, at, total, reason, failures)
        runs.end_run(self._db, run, end)

    def _begun(self) -> Run:
        if self._run is None:
            collection = self._collection
            start = RunStart(
                *(collection.name, collection.url, self._at, REPARSE),
                site=collection.site,
            )
            indexes.make(self._db)
            self._run = runs.start_run(self._db, start)
            clocks.begin(self._db, self._run, self._at, after=self._after)
            self._at = shifted(self._at, self._run.moved)
        return self._run

    def _correct(self, corrections: Iterable[Correction]) -> Iterator[Change]:
        for one in corrections:
            new, document = values(one.entry), one.document
            says_else = not one.before.keys().isdisjoint(SAID)
            changed = self._at if says_else else None
            self._db.execute(CORRECT, {**new, "document": document, "changed": changed})
            for name, old in one.before.items():
                yield Change(document, Kind.REREAD, self._at, name, old, new[name])

    def _correct_own(self, own: OwnCorrection, page: int) -> Iterator[Change]:
        document = own.row["number"]
        put_said(self._db, document, own.before, own.now, page)
        for name, old, new in own.differences:
            yield Change(document, Kind.REREAD, self._at, name, old, new)

    def _add(self, run: Run, page: Reread) -> Iterator[Change]:
        for entry in page.additions:
            found = find(self._db, run.site, entry.document)
            document = found["number"] if found else new_number(self._db)
            row: Row = {"page": page.page.id, "seen": page.page.fetched, "document": document}
            if found is None:
                new = {"site": run.site, "id": entry.document, "changed": self._at}
                put_documents(self._db, [{**values(entry), **row, **new}])
            row |= {"collection": run.collection, "position": entry.position}
            if self._db.execute(ADD_MEMBERSHIP, row).rowcount:
                run.counts.added += 1
                put_sightings(self._db, page.page.id, [document])
                yield Change(document, Kind.ADDED, self._at)
            if found and found["removed"]:
                self._db.execute(RETURNED, [document])
                yield Change(
                    *(document, Kind.RESTORED, self._at, "removed", found["removed"]),
                    of_document=True,
                )
