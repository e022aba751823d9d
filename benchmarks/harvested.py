"""Databases after years of harvests: the first ones are made by the store, the others are copies of
the last, moved by a day each."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from harvester.items import Entry, Listing, PageItem, PageSource, UnchangedPages
from harvester.outcomes import Outcome
from harvester.runs import RunEnd, RunStart
from harvester.store.store import Rules, Store

BEGAN = datetime(2027, 1, 4, 5, 6, 7, tzinfo=UTC)
HOST = "https://archive.example"
ON_PAGE = 10
COPY_RUNS = """
    INSERT INTO runs (id, {columns}, started, finished, captured, moment, seq)
    SELECT id + :runs, {columns}, {started}, {finished}, {captured}, {moment}, seq + :runs * :walks
    FROM runs WHERE id > :after"""
COPY_PAGES = """
    INSERT INTO pages (id, run, fetched, {columns})
    SELECT id + :pages, run + :runs, {fetched}, {columns} FROM pages WHERE run > :after"""


def moment(day: int, second: int = 0) -> str:
    """A moment of a day since all began."""
    return (BEGAN + timedelta(days=day, seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def listing(name: str) -> str:
    """The address of a collection's listing."""
    return f"{HOST}/search?subject={name}"


def entry(number: int, title: str = "") -> Entry:
    """An entry of a listing, with about as many letters as entries have."""
    said = title or f"Letter {number} of the ambassador on the negotiations about fishing rights"
    made = Entry(f"d{number}", f"{HOST}/document/d{number}", said, "May 1, 1962", "A summary. " * 9)
    made.date_edtf = made.date_earliest = made.date_latest = "1962-05-01"
    return made


def page(name: str, entries: list[Entry], number: int, total: int, fetched: str) -> PageItem:
    """A page of a collection's listing."""
    url = listing(name) + (f"&page={number}" if number else "")
    first = number * ON_PAGE + 1
    for position, one in enumerate(entries, first):
        one.position = position
    found = Listing(url, first, first + len(entries) - 1, total, entries)
    digest = sha256(repr(entries).encode()).hexdigest()
    read = len(entries)
    made = PageItem(name, found, fetched, 200, digest, read, with_date=read, with_summary=read)
    made.source = PageSource(fetched, url, "made.warc.gz", number, f"sha1:{digest[:32].upper()}")
    return made


def harvest(store: Store, name: str, entries: list[Entry], at: str) -> int:
    """Harvests a collection that lists these entries; returns the run's number."""
    run = store.start_run(RunStart(name, listing(name), at, site="archive.example"))
    for number in range(-(-len(entries) // ON_PAGE)):
        some = entries[number * ON_PAGE : (number + 1) * ON_PAGE]
        store.store_page(page(name, some, number, len(entries), at))
    store.end_run(RunEnd(name, Outcome.COMPLETE, at, len(entries)))
    return run


def visit(store: Store, name: str, at: str, pages: int = 1) -> int:
    """Harvests a collection of which no page has changed; returns the run's number."""
    run = store.start_run(RunStart(name, listing(name), at, site="archive.example"))
    urls = [listing(name), *(f"{listing(name)}&page={number}" for number in range(1, pages))]
    known = [store.recall(url) for url in urls]
    same = [replace(one.page, collection=name, fetched=at) for one in known if one is not None]
    assert len(same) == pages
    store.store_same(UnchangedPages(same))
    store.end_run(RunEnd(name, Outcome.COMPLETE, at, same[-1].listing.total))
    return run


def capture(store: Store, name: str, entries: list[Entry], captured: str, at: str) -> int:
    """Reads a page of a collection that was captured at another time; returns the run's number."""
    start = RunStart(name, listing(name), at, source="captures", site="archive.example")
    run = store.start_run(start)
    store.store_page(page(name, entries, 0, len(entries), captured))
    store.end_run(RunEnd(name, Outcome.COMPLETE, at, len(entries)))
    return run


def visited(path: Path, names: Iterable[str], runs: int, documents: int = 2) -> None:
    """Writes a database in which each collection was harvested so often, a day after the other.

    Nothing has changed after the first harvest.
    """
    names = list(names)
    store = Store(str(path), Rules())
    for number, name in enumerate(names):
        entries = [entry(number * documents + one) for one in range(documents)]
        harvest(store, name, entries, moment(0, number))
    for day in (1, 2)[: runs - 1]:
        for number, name in enumerate(names):
            visit(store, name, moment(day, number), -(-documents // ON_PAGE))
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN")
        for day in range(3, runs):
            _copy_last_day(db, len(names), day)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy_last_day(db: sqlite3.Connection, collections: int, day: int) -> None:
    """The runs of one more day, like those of the day before."""
    (last,) = db.execute("SELECT max(id) FROM runs").fetchone()
    after = last - collections
    first, newest = db.execute(
        "SELECT min(id), max(id) FROM pages WHERE run > ?", [after]
    ).fetchone()
    asked = {"runs": collections, "after": after, "pages": newest - first + 1, "walks": 1000}
    later = {
        name: f"strftime('%Y-%m-%dT%H:%M:%SZ', {name}, '1 day')"
        for name in ("started", "finished", "captured", "moment", "fetched")
    }
    for sql, table, other in (
        (COPY_RUNS, "runs", {"id", "started", "finished", "captured", "moment", "seq"}),
        (COPY_PAGES, "pages", {"id", "run", "fetched"}),
    ):
        there = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        columns = ", ".join(name for name in there if name not in other)
        db.execute(sql.format(columns=columns, **later), asked)
