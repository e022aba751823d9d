"""Writing what recorded pages say when they are read again: as a run, with all that was before."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from harvester.items import Counts, Entry, Failure, RunEnd, RunStart
from harvester.outcomes import Outcome
from harvester.store import indexes
from harvester.store import run as runs
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.database import named_errors, open_database, transaction
from harvester.store.documents import FIELDS, SAID, put_documents, values
from harvester.store.recorded import RecordedCollection, RecordedPage
from harvester.store.run import REPARSE, Run
from harvester.store.said import Difference, Said, differences, put_said
from harvester.store.sightings import put_sightings

CORRECT = f"""
    UPDATE documents SET {", ".join(f"{name} = :{name}" for name in FIELDS)},
        last_changed = coalesce(:changed, last_changed) WHERE id = :document"""
ADD_MEMBERSHIP = """
    INSERT INTO memberships (collection, document, position, first_seen, page)
    VALUES (:collection, :document, :position, :seen, :page) ON CONFLICT DO NOTHING"""
KNOWN = "SELECT removed FROM documents WHERE id = ?"
RETURNED = "UPDATE documents SET removed = NULL WHERE id = ?"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Correction:
    """A document that was read otherwise: as it is read now, and the fields that differ as they
    are in the database."""

    entry: Entry
    before: Row


@dataclass(frozen=True, slots=True)
class OwnCorrection:
    """A document, whose own page was read otherwise: what the database has of it, and what the page
    says."""

    row: Row
    before: Said
    now: Said

    @property
    def differences(self) -> list[Difference]:
        """What was read otherwise."""
        return list(differences(self.before.all_words, self.now.all_words))


@dataclass(slots=True)
class Reread:
    """What came of reading a page again, which has so many `entries` now.

    `additions` are entries that nobody found there before, `gone` the documents that had been found
    there and are not any more; `own` is what differs on a document's own page. `counts` are those
    of the page if its entries are the present ones. If the page can't be read, `failure` says why,
    and `outcome` what that makes of the whole.
    """

    page: RecordedPage
    entries: int
    corrections: list[Correction] = field(default_factory=list)
    additions: list[Entry] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    own: OwnCorrection | None = None
    counts: Counts = field(default_factory=Counts)
    outcome: Outcome = Outcome.COMPLETE
    failure: Failure | None = None

    @property
    def differs(self) -> bool:
        """Whether there is something to write."""
        return bool(self.corrections or self.additions or self.own)


@contextmanager
def correcting(path: Path, wait: float) -> Iterator[Database]:
    """A database, for one transaction of corrections and nobody else's runs meanwhile.

    Raises Busy or BadDatabase; nothing is written then.
    """
    db = open_database(path, wait)
    try:
        with transaction(db, path):
            yield db
    finally:
        with named_errors(path):
            db.close()


class Corrections:
    """The run that corrects a collection; it begins with the first page that differs.

    Runs of several collections may go on at once: what each is, is noted when it ends.
    To be used within a transaction.
    """

    def __init__(self, db: Database, collection: RecordedCollection, at: str) -> None:
        self._db = db
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
            start = RunStart(self._collection.name, self._collection.url, self._at, REPARSE)
            indexes.make(self._db)
            self._run = runs.start_run(self._db, start)
        return self._run

    def _correct(self, corrections: Iterable[Correction]) -> Iterator[Change]:
        for one in corrections:
            new, document = values(one.entry), one.entry.document
            says_else = not one.before.keys().isdisjoint(SAID)
            changed = self._at if says_else else None
            self._db.execute(CORRECT, {**new, "document": document, "changed": changed})
            for name, old in one.before.items():
                yield Change(document, Kind.REREAD, self._at, name, old, new[name])

    def _correct_own(self, own: OwnCorrection, page: int) -> Iterator[Change]:
        document = str(own.row["id"])
        put_said(self._db, document, own.before, own.now, page)
        for name, old, new in own.differences:
            yield Change(document, Kind.REREAD, self._at, name, old, new)

    def _add(self, run: Run, page: Reread) -> Iterator[Change]:
        for entry in page.additions:
            document = entry.document
            row: Row = {"page": page.page.id, "seen": page.page.fetched, "document": document}
            found = self._db.execute(KNOWN, [document]).fetchone()
            if found is None:
                put_documents(self._db, [{**values(entry), **row, "changed": self._at}])
            row |= {"collection": run.collection, "position": entry.position}
            if self._db.execute(ADD_MEMBERSHIP, row).rowcount:
                run.counts.added += 1
                put_sightings(self._db, page.page.id, [entry])
                yield Change(document, Kind.ADDED, self._at)
            if found and found[0]:
                self._db.execute(RETURNED, [document])
                yield Change(
                    document, Kind.RESTORED, self._at, "removed", found[0], of_document=True
                )
