"""Documents that a complete run did not find become missing, then removed, if that is credible."""

import sqlite3
from dataclasses import replace

from harvester.outcomes import Outcome, Reason, Suspect
from harvester.runs import Failure, RunEnd
from harvester.store.connection import select
from harvester.store.folding import fold
from harvester.store.history.state import Lacked, When
from harvester.store.merge import settle
from harvester.store.rebuilding import around, newest, rename
from harvester.store.run import Run, as_of
from harvester.store.stepping import lack

LISTED = """
    SELECT addresses.document, address FROM pages
        CROSS JOIN readings ON readings.content = pages.content
        CROSS JOIN observations ON reading = readings.same_as
        CROSS JOIN statements ON statements.id = statement
        CROSS JOIN addresses ON addresses.id = address
    WHERE pages.run = :run AND pages.walk = :walk
        AND addresses.document IS NOT NULL"""
VANISHED = f"""
    SELECT document, missing FROM memberships
    WHERE collection = :collection AND removed IS NULL
        AND document NOT IN (SELECT document FROM ({LISTED}))
    ORDER BY position"""
TWICE = f"""
    SELECT min(address) FROM ({LISTED} AND title <> '') GROUP BY document
    HAVING count(DISTINCT address) > 1"""
LIVE = "SELECT count(*) FROM memberships WHERE collection = ? AND missing IS NULL"
STOOD = f"""
    SELECT document, coalesce((SELECT kind FROM changes WHERE changes.document = m.document
            AND changes.collection = m.collection AND field = 'missing' AND at <= :at
            ORDER BY at DESC, id DESC LIMIT 1), '') <> 'missing' AS present,
        document IN (SELECT document FROM ({LISTED})) AS seen
    FROM memberships AS m WHERE collection = :collection AND first_seen <= :at"""
MEMBERS = f"""
    SELECT document FROM memberships WHERE collection = :collection
        AND document NOT IN (SELECT document FROM ({LISTED}))"""
OTHERS = """
    FROM runs AS others CROSS JOIN pages ON pages.run = others.id AND pages.walk = others.walk
    WHERE others.collection = :collection AND others.moment = :moment AND others.seq = :seq
        AND others.id <> :run"""
"""Other complete runs of the same moment, which count as one with this: the same captures may have
been read by several."""
HAS_OTHERS = f"SELECT EXISTS (SELECT 1 {OTHERS})"
LISTED_ALONE = f"""
    SELECT document FROM ({LISTED}) EXCEPT SELECT addresses.document FROM (
        SELECT content {OTHERS}) AS met
        CROSS JOIN readings ON readings.content = met.content
        CROSS JOIN observations ON reading = readings.same_as
        CROSS JOIN statements ON statements.id = statement
        CROSS JOIN addresses ON addresses.id = address"""
PUT_WALK = "UPDATE runs SET outcome = ?, walk = ?, moment = ?, seq = ? WHERE id = ?"
RENAMED = """
    SELECT count(*) FROM renames JOIN addresses AS a ON a.id = one
        JOIN addresses AS b ON b.id = other AND b.document = a.document
    WHERE collection = ? AND moment = ? AND seq = ?"""
FEW = 5
"""This many documents may always be missing."""


def note(
    db: sqlite3.Connection, run: Run, end: RunEnd, *, after: int, most_missing: float
) -> RunEnd:
    """Notes what a complete run has not found, and which documents it found at another address.

    Returns the outcome of the run. If the absences are not credible, that is suspect, and nothing
    is noted.
    """
    try:
        _note(db, run, end.outcome, after, most_missing)
    except Suspect as problem:
        said = Failure(None, problem.why, str(problem))
        failures = [*end.failures, said]
        return replace(end, outcome=problem.outcome, reason=said.detail, failures=failures)
    return end


def _note(
    db: sqlite3.Connection, run: Run, outcome: Outcome, after: int, most_missing: float
) -> None:
    if run.moment is None:
        # A listing from nobody knows when can't say what is no longer there.
        _complete(db, run, outcome, None)
        settle(db, run, _twice(db, run), after, counting=False)
    elif run.is_past(run.captured):
        _note_past(db, run, outcome, after, most_missing)
    else:
        _note_new(db, run, outcome, after, most_missing)


def _note_new(
    db: sqlite3.Connection, run: Run, outcome: Outcome, after: int, most_missing: float
) -> None:
    """Runs in a savepoint: a document that moved to another address is not missing, and only
    written rows show which moved."""
    when, live = _newest(db, run), _live(db, run)
    db.execute("SAVEPOINT complete")
    _complete(db, run, outcome, when)
    folded = _settle(db, run, when, after)
    gone = {row["document"]: row["missing"] for row in select(db, VANISHED, _asked(run))}
    try:
        missing = sum(since is None for since in gone.values())
        _check_absences(run, missing, live, most_missing)
    except Suspect:
        db.execute("ROLLBACK TO complete")
        raise
    finally:
        db.execute("RELEASE complete")
    _count_renamed(db, run, when)
    left = [document for document in gone if document not in folded]
    if run.live and not _has_others(db, run, when):
        event = Lacked(when, run.collection, outcome is Outcome.COMPLETE)
        lack(db, run, left, event, after)
    else:
        fold(db, run, left, after)


def _note_past(
    db: sqlite3.Connection, run: Run, outcome: Outcome, after: int, most_missing: float
) -> None:
    when = _newest(db, run)
    stood = list(select(db, STOOD, {**_asked(run), "at": when.moment}))
    new, there = (
        sum(row["present"] for row in some)
        for some in ([row for row in stood if not row["seen"]], stood)
    )
    _check_absences(as_of(db, run, when.moment), new, there, most_missing)
    _complete(db, run, outcome, when)
    folded = _settle(db, run, when, after)
    concerned = {document for (document,) in db.execute(MEMBERS, _asked(run))}
    if _has_others(db, run, when):
        asked = {**_asked(run), "moment": when.moment, "seq": when.seq}
        concerned.update(document for (document,) in db.execute(LISTED_ALONE, asked))
    fold(db, run, concerned - folded, after)


def _has_others(db: sqlite3.Connection, run: Run, when: When) -> bool:
    """Whether there are other complete runs of the same moment."""
    asked = {**_asked(run), "moment": when.moment, "seq": when.seq}
    return bool(db.execute(HAS_OTHERS, asked).fetchone()[0])


def _asked(run: Run) -> dict[str, int]:
    return {"collection": run.collection, "run": run.id, "walk": run.walk}


def _newest(db: sqlite3.Connection, run: Run) -> When:
    """The moment of the whole listing: that of the newest page of the complete walk."""
    when = newest(db, run.id, run.walk)
    return When(when.moment, run.seq) if run.live else when


def _complete(db: sqlite3.Connection, run: Run, outcome: Outcome, when: When | None) -> None:
    db.execute(PUT_WALK, [outcome, run.walk, *(when or (None, None)), run.id])


def _settle(db: sqlite3.Connection, run: Run, when: When, after: int) -> set[int]:
    """Unites what this run, or its neighbours, show as renamed, and separates what it lists side by
    side; returns the documents that differ from before."""
    renamed = rename(db, around(db, run.collection, when))
    return settle(db, run, renamed | _twice(db, run), after, counting=False)


def _twice(db: sqlite3.Connection, run: Run) -> set[int]:
    """An address of each document that the run lists twice."""
    return {address for (address,) in db.execute(TWICE, _asked(run))}


def _count_renamed(db: sqlite3.Connection, run: Run, when: When) -> None:
    (renamed,) = db.execute(RENAMED, [run.collection, *when]).fetchone()
    run.counts.renamed += renamed
    run.counts.added -= renamed


def _live(db: sqlite3.Connection, run: Run) -> int:
    """The number of documents in the collection that are not missing."""
    (count,) = db.execute(LIVE, [run.collection]).fetchone()
    return int(count)


def _check_absences(run: Run, new: int, live: int, most_missing: float) -> None:
    """Raises Suspect if more documents have vanished than is likely, unless the run accepts that.

    `new` are missing anew, of `live` ones; `most_missing` is the share, 0 to 1, that may be.
    """
    if run.accept:
        return
    if new > FEW and new > most_missing * live:
        raise _suspect(f"{new} of {live} documents are no longer in the listing")
    _check_share(run, "date", "date_text")
    _check_share(run, "summary", "summary")


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
