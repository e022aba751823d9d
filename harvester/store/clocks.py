"""Correcting what a wrong clock has dated: all moments of a run are moved by the same amount.

`history.clock` says which runs, and by how much. The rows that follow from a run's pages
(documents, memberships, changes) are then derived again.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harvester.items import PageItem
from harvester.store import current
from harvester.store.connection import Row, select
from harvester.store.history.clock import shifts
from harvester.store.history.facts import Clock
from harvester.store.pages import recorded_at
from harvester.store.rebuilding import rebuild
from harvester.store.run import NEWEST, Run
from harvester.store.schema import LATEST
from harvester.timestamps import EARLIEST, differs, seconds_of, shifted, spoken

LATEST_BEFORE = f"""
    SELECT (SELECT {LATEST} AS latest FROM runs WHERE id < :run ORDER BY latest DESC LIMIT 1),
        (SELECT max(fetched) FROM pages
            WHERE run = (SELECT max(id) FROM runs WHERE source = 'live' AND id < :run))"""
RUNS = """
    SELECT id, collection, source = 'live' AS live, started, max(started, coalesce(finished, ''),
            CASE source WHEN 'live' THEN coalesce(
                (SELECT max(fetched) FROM pages WHERE run = runs.id), '') ELSE '' END) AS ended,
        clock_ahead AS ahead, clock_moved AS moved,
        CASE WHEN source <> 'live' THEN (SELECT max(fetched) FROM pages
            WHERE run = runs.id AND same_as IS NULL AND document IS NULL) END AS captured
    FROM runs ORDER BY id"""
PUT_AHEAD = "UPDATE runs SET clock_ahead = ? WHERE id = ?"
LATER = "strftime('%Y-%m-%dT%H:%M:%SZ', {}, :seconds || ' seconds')"
SPAN = "{} BETWEEN :started AND :ended"
MOVE = (
    # What was captured by a live run of ours is dated as that is.
    f"""UPDATE pages SET fetched = {LATER.format("fetched")} WHERE run IN (SELECT id FROM runs
        WHERE source <> 'live') AND EXISTS (SELECT 1 FROM pages AS own WHERE own.run = :id
            AND own.content = pages.content AND own.fetched = pages.fetched) AND :live""",
    f"UPDATE pages SET fetched = {LATER.format('fetched')} WHERE run = :id AND :live",
    f"""UPDATE files SET fetched = {LATER.format("fetched")}
        WHERE run = :id AND {SPAN.format("fetched")}""",
    f"UPDATE readings SET made = {LATER.format('made')} WHERE run = :id",
    f"UPDATE joinings SET at = {LATER.format('at')} WHERE run = :id",
    f"""UPDATE runs SET started = {LATER.format("started")}, finished = {LATER.format("finished")},
        clock_moved = clock_moved + :seconds WHERE id = :id""",
)
NEW_CAPTURED = """
    UPDATE runs SET captured = (SELECT max(fetched) FROM pages WHERE run = runs.id
            AND document IS NULL),
        moment = CASE WHEN moment IS NOT NULL THEN (SELECT max(fetched) FROM pages
            WHERE run = runs.id AND walk = runs.walk AND document IS NULL) END
    WHERE captured IS NOT NULL"""


def begin(db: sqlite3.Connection, run: Run, started: str, *, after: int) -> None:
    """Notes whether the clock contradicts what is known when a run begins.

    A live run waits for the site's clock; any other is corrected at once. A document is removed
    after `after` complete runs without it.
    """
    latest = db.execute(LATEST_BEFORE, {"run": run.id}).fetchone()
    known = max(EARLIEST, *(moment or "" for moment in latest))
    run.is_doubtful = started < known
    if differs(seconds_of(started) - seconds_of(known)) and run.is_doubtful:
        run.resumes = None  # what seems to be fresh may be old
    if run.is_doubtful and not run.live:
        settle(db, run, after=after)


def see(db: sqlite3.Connection, run: Run, ahead: int | None, *, after: int) -> None:
    """Notes what the site's clock says, if that is news, and makes the corrections that follow."""
    ahead = run.ahead if ahead is None else ahead
    news = differs(ahead) != differs(run.ahead) or (ahead is None) != (run.ahead is None)
    if ahead != run.ahead:
        run.ahead = ahead
        db.execute(PUT_AHEAD, [ahead, run.id])
    if run.is_doubtful and (news or not run.is_settled):
        settle(db, run, after=after)


def settle(db: sqlite3.Connection, run: Run, *, after: int) -> None:
    """Moves the runs with wrong clocks to where they belong."""
    rows = list(select(db, RUNS, []))
    wanted = shifts(list(_readings(rows)))
    moves = {row["id"]: wanted[row["id"]] - row["moved"] for row in rows}
    moved = [{**row, "seconds": moves[row["id"]]} for row in rows if moves[row["id"]]]
    if moved:
        _move(db, run, moved, after)
    run.captured = _captured(db, run) if run.live else run.captured
    run.moved, run.is_settled = wanted[run.id], True
    (run.started,) = db.execute("SELECT started FROM runs WHERE id = ?", [run.id]).fetchone()
    run.put_right |= {row["id"] for row in moved if differs(row["seconds"])} - {run.id}
    run.newest = db.execute(f"{NEWEST} WHERE id <> ?", [run.id]).fetchone()[0] or ""


def dated(db: sqlite3.Connection, run: Run, page: PageItem, *, after: int) -> PageItem:
    """A page with its moment corrected, if a wrong clock gave it."""
    if run.live:
        see(db, run, page.clock_ahead, after=after)
        fetched = shifted(page.fetched, run.moved)
    else:
        fetched = recorded_at(db, page) or page.fetched
    return page if fetched == page.fetched else replace(page, fetched=fetched)


def warnings(run: Run) -> list[str]:
    """Sentences about clocks for the end of a run."""
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
    """What the clocks of all runs said, uncorrected."""
    captured: int | None = None
    for row in rows:
        first, last = (seconds_of(row[name]) - row["moved"] for name in ("started", "ended"))
        yield Clock(row["id"], first, last, row["ahead"], captured if row["live"] else None)
        if row["captured"]:
            captured = max(captured or 0, seconds_of(row["captured"]))


def _move(db: sqlite3.Connection, run: Run, moved: Sequence[Row], after: int) -> None:
    """Moves all moments of some runs, and derives again what follows from them."""
    for row in moved:
        for sql in MOVE:
            db.execute(sql, row)
        current.move_told(db, row["id"], row["seconds"], (row["started"], row["ended"]))
    db.execute(NEW_CAPTURED)
    rebuild(db, run, {row["collection"] for row in moved}, after)


def _captured(db: sqlite3.Connection, run: Run) -> str:
    sql = "SELECT max(fetched) FROM pages WHERE run = ? AND document IS NULL"
    return db.execute(sql, [run.id]).fetchone()[0] or ""
