"""What a complete run did not find: missing, then removed; and whether that can be believed."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from harvester.outcomes import Reason, Suspect
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.past import as_of, lacking, put_past_absences
from harvester.store.renames import find_renames, rename
from harvester.store.rows import select
from harvester.store.run import Run

FEW = 5
"""So many documents may always be missing."""

VANISHED = """
    SELECT document, missed, missing FROM memberships
    WHERE collection = :collection AND removed IS NULL AND document NOT IN
        (SELECT sightings.document FROM pages JOIN sightings ON page = coalesce(same_as, pages.id)
            WHERE run = :run AND walk = :walk)
    ORDER BY position"""
LIVE = "SELECT count(*) FROM memberships WHERE collection = ? AND missing IS NULL"
PUT_ABSENCE = """
    UPDATE memberships SET missed = :missed, missing = :missing, removed = :removed
    WHERE collection = :collection AND document = :document"""
REMOVE_DOCUMENT = """
    UPDATE documents SET removed = :at WHERE number = :document AND removed IS NULL AND NOT EXISTS
        (SELECT 1 FROM memberships WHERE document = documents.number AND removed IS NULL)"""

Row = dict[str, Any]


def note(db: sqlite3.Connection, run: Run, *, after: int, most_missing: float) -> None:
    """Notes what a complete run has not found, and which documents it has at another address.

    Raises Suspect if that can't be believed; nothing is written then.
    """
    if run.moment is None:
        return  # a listing from nobody knows when can't say what is no longer there
    if run.is_past(run.captured):
        _note_past(db, run, after, most_missing)
    else:
        _note_new(db, run, after, most_missing)


def _note_new(db: sqlite3.Connection, run: Run, after: int, most_missing: float) -> None:
    absent = _vanished(db, run)
    renames = find_renames(db, run, absent)
    old = {before["number"] for before, _ in renames}
    absent = [row for row in absent if row["document"] not in old]
    new = sum(row["missing"] is None for row in absent)
    _check(run, new, _live(db, run), most_missing)
    for before, now in renames:
        rename(db, run, before, now)
    _put_absences(db, run, absent, run.captured, after=after)


def _note_past(db: sqlite3.Connection, run: Run, after: int, most_missing: float) -> None:
    documents, new, there = lacking(db, run)
    _check(as_of(db, run, run.captured), new, there, most_missing)
    put_past_absences(db, run, documents, after=after)


def _vanished(db: sqlite3.Connection, run: Run) -> list[Row]:
    """The live memberships of the run's collection that its last walk did not see."""
    return list(
        select(db, VANISHED, {"collection": run.collection, "run": run.id, "walk": run.walk})
    )


def _live(db: sqlite3.Connection, run: Run) -> int:
    """How many documents the collection has that are not missing."""
    (count,) = db.execute(LIVE, [run.collection]).fetchone()
    return int(count)


def _check(run: Run, new: int, live: int, most_missing: float) -> None:
    """Raises Suspect if more has vanished than is likely, unless the run accepts that.

    `new` are missing anew, of `live` ones; `most_missing` is the share, 0 to 1, that may be.
    """
    if run.accept:
        return
    if new > FEW and new > most_missing * live:
        raise _suspect(f"{new} of {live} documents are no longer in the listing")
    _check_share(run, "date", "date_text")
    _check_share(run, "summary", "summary")


def _put_absences(
    db: sqlite3.Connection, run: Run, absent: Sequence[Row], at: str, *, after: int
) -> None:
    """Marks what a complete run did not find as missing, and as removed `after` so many of them."""
    for row in absent:
        put_changes(db, run, _absence(db, run, row, at, after))


def _absence(db: sqlite3.Connection, run: Run, row: Row, at: str, after: int) -> Iterator[Change]:
    document, missed = row["document"], row["missed"] + 1
    removed = at if missed >= after else None
    new = {"missed": missed, "missing": row["missing"] or at, "removed": removed}
    db.execute(PUT_ABSENCE, {"collection": run.collection, "document": document, **new})
    if row["missing"] is None:
        run.counts.missing += 1
        yield Change(document, Kind.MISSING, at, "missing", new=at)
    if removed:
        run.counts.removed += 1
        yield Change(document, Kind.REMOVED, at, "removed", new=at)
        if db.execute(REMOVE_DOCUMENT, {"at": at, "document": document}).rowcount:
            yield Change(document, Kind.REMOVED, at, "removed", new=at, of_document=True)


def _check_share(run: Run, what: str, name: str) -> None:
    now = run.shares()
    if now is None or run.before is None:
        return
    had, has = getattr(run.before, name), getattr(now, name)
    if has < had / 2:
        raise _suspect(f"{has:.0%} of the entries have a {what}, where {had:.0%} had one")


def _suspect(what: str) -> Suspect:
    return Suspect(
        f"{what}, so that nothing was marked missing: look at the site, and if it is true say"
        " -a accept=yes.",
        Reason.SUSPECT,
    )
