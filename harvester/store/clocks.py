"""Putting right what a wrong clock has dated: all moments of a run are moved alike.

`history.clock` says which runs, and by how much. What follows from a run's pages (rows of
documents, memberships and changes) moves with them; if captures lie between the old moment and the
new one, it is made anew.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from harvester.store.history.clock import shifts
from harvester.store.history.facts import Clock
from harvester.store.refolding import Refolding
from harvester.store.rows import select
from harvester.store.run import NEWEST, Run
from harvester.timestamps import EARLIEST, differs, seconds_of, spoken

LATEST = """
    SELECT max(started), max(finished), max(captured), (SELECT max(fetched) FROM pages
        WHERE run = (SELECT max(id) FROM runs WHERE source = 'live' AND id < :run))
    FROM runs WHERE id < :run"""
RUNS = """
    SELECT id, source = 'live' AS live, started, max(started, coalesce(finished, ''),
            CASE source WHEN 'live' THEN coalesce(
                (SELECT max(fetched) FROM pages WHERE run = runs.id), '') ELSE '' END) AS ended,
        clock_ahead AS ahead, clock_moved AS moved,
        CASE WHEN source <> 'live' THEN (SELECT max(fetched) FROM pages
            WHERE run = runs.id AND same_as IS NULL AND document IS NULL) END AS captured
    FROM runs ORDER BY id"""
PUT_AHEAD = "UPDATE runs SET clock_ahead = ? WHERE id = ?"
MAKE = (
    "CREATE TABLE moved_runs (id INTEGER PRIMARY KEY)",
    "CREATE TABLE moved (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID",
)
FORGET = ("DROP TABLE moved", "DROP TABLE moved_runs")
TAKE_RUN = "INSERT INTO moved_runs VALUES (:id)"
LATER = "strftime('%Y-%m-%dT%H:%M:%SZ', {}, :seconds || ' seconds')"
TAKE = f"""
    INSERT OR IGNORE INTO moved SELECT at, {LATER.format("at")} FROM (
        SELECT fetched AS at FROM pages WHERE run = :id
        UNION SELECT fetched FROM files WHERE run = :id
        UNION SELECT at FROM changes WHERE run = :id)
    WHERE at BETWEEN :started AND :ended"""
MOVE_RUN = f"""
    UPDATE runs SET started = {LATER.format("started")}, finished = {LATER.format("finished")},
        clock_moved = clock_moved + :seconds WHERE id = :id"""
MOVE = """
    UPDATE {table} SET {column} = (SELECT new FROM moved WHERE old = {table}.{column})
    WHERE {column} IN (SELECT old FROM moved) {more}"""
OWN = "AND run IN (SELECT id FROM moved_runs)"
DATED = (
    # Another capture may have been made at the same second; what was read again moves along.
    ("pages", "fetched", OWN.replace("run IN", "(same_as IS NOT NULL OR run IN") + ")"),
    ("files", "fetched", OWN),
    ("runs", "captured", ""),
    ("changes", "at", ""),
    *(("changes", name, "AND field IN ('missing', 'removed')") for name in ("old", "new")),
    *(("memberships", name, "") for name in ("first_seen", "missing", "removed")),
    *(("documents", name, "") for name in ("first_seen", "last_changed", "removed")),
)
"""All columns that have the moment of a page."""
HAS_PAGES = "SELECT EXISTS (SELECT 1 FROM pages WHERE run = ?)"
CAPTURED = """
    SELECT 1 FROM pages JOIN runs ON runs.id = run
    WHERE source <> 'live' AND same_as IS NULL AND fetched BETWEEN ? AND ? LIMIT 1"""

Row = dict[str, Any]


def begin(db: sqlite3.Connection, run: Run, started: str, *, after: int) -> None:
    """Notes whether the clock of a run that begins contradicts what is known.

    A live run waits for what the site's clock says; any other is put right at once. `after` so many
    complete runs without it, a document is removed.
    """
    latest = db.execute(LATEST, {"run": run.id}).fetchone()
    known = max(EARLIEST, *(moment or "" for moment in latest))
    run.is_doubtful = started < known
    if differs(seconds_of(started) - seconds_of(known)) and run.is_doubtful:
        run.resumes = None  # what seems to be fresh may be old
    if run.is_doubtful and not run.live:
        settle(db, run, after=after)


def see(db: sqlite3.Connection, run: Run, ahead: int | None, *, after: int) -> None:
    """Takes note of what the site's clock says, if it says more than before, and puts right what
    that decides."""
    ahead = run.ahead if ahead is None else ahead
    news = differs(ahead) != differs(run.ahead) or (ahead is None) != (run.ahead is None)
    if ahead != run.ahead:
        run.ahead = ahead
        db.execute(PUT_AHEAD, [ahead, run.id])
    if run.is_doubtful and (news or not run.is_settled):
        settle(db, run, after=after)


def settle(db: sqlite3.Connection, run: Run, *, after: int) -> None:
    """Moves the runs whose clocks were wrong to where they belong."""
    rows = list(select(db, RUNS, []))
    wanted = shifts(list(_readings(rows)))
    moves = {row["id"]: wanted[row["id"]] - row["moved"] for row in rows}
    moved = [{**row, "seconds": moves[row["id"]]} for row in rows if moves[row["id"]]]
    if moved:
        _move(db, run, moved, after)
    run.captured = _captured(db, run) if run.live else run.captured
    run.moved, run.is_settled = wanted[run.id], True
    run.put_right |= {row["id"] for row in moved if differs(row["seconds"])} - {run.id}
    run.newest = db.execute(f"{NEWEST} WHERE id <> ?", [run.id]).fetchone()[0] or ""


def warnings(run: Run) -> list[str]:
    """What is to be said of clocks when a run has ended: sentences."""
    found = []
    if run.ahead is not None and differs(run.ahead):
        where = "ahead" if run.ahead > 0 else "behind"
        found.append(
            f"This machine's clock was {spoken(run.ahead)} {where}, by the site's clock or by what"
            " it was set to meanwhile: see to it."
        )
    elif differs(run.moved):
        later = "later" if run.moved > 0 else "earlier"
        found.append(
            f"The clock contradicts what is known: this run is dated {spoken(run.moved)} {later}."
        )
    if run.put_right:
        numbers = ", ".join(map(str, sorted(run.put_right)))
        found.append(f"The clock was wrong in earlier runs ({numbers}): they are dated anew.")
    return found


def _readings(rows: Sequence[Row]) -> Iterator[Clock]:
    """What the clocks of all runs said by themselves."""
    captured: int | None = None
    for row in rows:
        first, last = (seconds_of(row[name]) - row["moved"] for name in ("started", "ended"))
        yield Clock(row["id"], first, last, row["ahead"], captured if row["live"] else None)
        if row["captured"]:
            captured = max(captured or 0, seconds_of(row["captured"]))


def _move(db: sqlite3.Connection, run: Run, moved: Sequence[Row], after: int) -> None:
    refolding = Refolding(db) if any(_passes_captures(db, row) for row in moved) else None
    with _moments(db, moved):
        for table, column, more in DATED:
            db.execute(MOVE.format(table=table, column=column, more=more))
        db.executemany(MOVE_RUN, moved)
        if refolding:
            refolding.refold(dict(db.execute("SELECT old, new FROM moved")), run, after)


@contextmanager
def _moments(db: sqlite3.Connection, moved: Sequence[Row]) -> Iterator[None]:
    """The moments to be moved, and the runs that they are of, in tables for as long as it lasts."""
    for sql in MAKE:
        db.execute(sql)
    db.executemany(TAKE_RUN, moved)
    db.executemany(TAKE, moved)
    yield
    for sql in FORGET:
        db.execute(sql)


def _passes_captures(db: sqlite3.Connection, row: Row) -> bool:
    """Whether a run that has read something moves from one side of a capture to the other."""
    if not row["live"] or not db.execute(HAS_PAGES, [row["id"]]).fetchone()[0]:
        return False
    (new,) = db.execute(f"SELECT {LATER.format(':started')}", row).fetchone()
    (end,) = db.execute(f"SELECT {LATER.format(':ended')}", row).fetchone()
    span = [min(new, row["started"]), max(end, row["ended"])]
    return db.execute(CAPTURED, span).fetchone() is not None


def _captured(db: sqlite3.Connection, run: Run) -> str:
    sql = "SELECT max(fetched) FROM pages WHERE run = ? AND document IS NULL"
    return db.execute(sql, [run.id]).fetchone()[0] or ""
