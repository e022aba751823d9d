"""The entries of a page: which of them are new to the walk, and what follows from reading them.

What a live run meets is later than everything known, so documents move on by one step. What was
captured may lie anywhere in their past.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from harvester.items import Entry, PageItem
from harvester.store import clocks, current
from harvester.store.aliases import names_on, new_records
from harvester.store.folding import fold
from harvester.store.observations import Met, meet
from harvester.store.pages import check_fields, put_page
from harvester.store.rebuilding import joined, met_captured, reread, seen_earlier
from harvester.store.run import Run, as_of
from harvester.store.stepping import go_on, go_on_unchanged


def unmet(
    db: sqlite3.Connection, run: Run, entries: Sequence[Entry], *, all_new: bool
) -> list[Entry]:
    """The entries that the walk has not met before."""
    if run.by_records:
        return new_records(db, run, entries, all_new=all_new)
    new: dict[str, Entry] = {}
    for entry in entries:
        if entry.document not in run.met:
            new.setdefault(entry.document, entry)
    return list(new.values())


def put(db: sqlite3.Connection, run: Run, page: PageItem, *, after: int, all_new: bool) -> None:
    """Appends what was read from a page, and writes what follows from it.

    Raises Unreadable if a field that nearly all entries had is gone from the page.
    """
    past = run.is_past(page.fetched)
    check_fields(db, as_of(db, run, page.fetched) if past else run, page)
    met = meet(db, run, page, all_new=all_new)
    if all_new:
        current.put_new(db, run, met, page.fetched)
    else:
        _follow(db, run, met, page.fetched, after)


def _follow(db: sqlite3.Connection, run: Run, met: Met, at: str, after: int) -> None:
    """Writes what follows for the documents of a page, some of them known."""
    left = go_on(db, run, met, at, after) if run.live else {one.document for one in met.places}
    if met.read_anew:
        reread(db, run, [met.content], after)
    if not run.live:
        seen_earlier(db, run, met, at, after)
    fold(db, run, left, after)
    if named := [*met.joined, *(one.address for one in met.places if one.was_named)]:
        joined(db, run, named, after)
    if run.live and met.page != met.content:
        met_captured(db, run, [met.page], after)


def put_unchanged(
    db: sqlite3.Connection, run: Run, pages: Iterable[PageItem], *, after: int
) -> set[str]:
    """Writes that pages have not changed, and what follows; returns the ids on them."""
    stored = []
    for known in pages:
        run.go_on_to(known.walk)
        page = clocks.dated(db, run, known, after=after)
        number, _ = put_page(db, run, page)
        stored.append((number, page))
        run.count(page)
    numbers = [number for number, _ in stored]
    met = go_on_unchanged(db, run, stored, after=after)
    if run.by_records:
        met |= names_on(db, numbers)
    met_captured(db, run, numbers, after)
    return met
