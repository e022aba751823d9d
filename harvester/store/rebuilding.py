"""Making anew what follows from facts beyond the documents on a page: which addresses are renamed,
and after clocks were put right, everything."""

import sqlite3
from collections.abc import Iterable
from json import dumps

from harvester.store import renaming
from harvester.store.connection import WANTED
from harvester.store.folding import fold, standing_on
from harvester.store.history.state import When
from harvester.store.merge import settle
from harvester.store.observations import Met
from harvester.store.run import Run
from harvester.timestamps import BEFORE_THE_WEB, is_known

SHARING = f"""
    SELECT DISTINCT others.collection FROM memberships
        JOIN memberships AS others ON others.document = memberships.document
    WHERE memberships.collection IN {WANTED}"""
MEMBERS = f"SELECT DISTINCT document FROM memberships WHERE collection IN {WANTED}"
JOINED = "SELECT one FROM joinings"
ADDRESSES = f"""
    SELECT DISTINCT address FROM readings CROSS JOIN observations ON reading = readings.same_as
        CROSS JOIN statements ON statements.id = statement WHERE content IN {WANTED}"""
COMPLETE_WITH = f"""
    SELECT DISTINCT collection, moment, seq FROM pages
        CROSS JOIN runs ON runs.id = run AND runs.walk = pages.walk
    WHERE content IN {WANTED} AND moment IS NOT NULL"""
SEEN = """
    FROM statements CROSS JOIN observations ON statement = statements.id
        CROSS JOIN readings ON readings.same_as = reading
        CROSS JOIN pages ON pages.content = readings.content"""
CONTENTS = f"SELECT DISTINCT readings.content {SEEN} WHERE address IN {WANTED}"
FIRST_SEEN = f"""
    SELECT DISTINCT collection, moment, seq {SEEN}
        CROSS JOIN runs ON runs.id = pages.run AND runs.walk = pages.walk AND moment IS NOT NULL
    WHERE address = ? AND pages.fetched = ?"""
FIRST_ELSEWHERE = f"""
    SELECT address, min(fetched) {SEEN}
    WHERE address IN {WANTED} AND pages.id <> ? AND fetched >= '{BEFORE_THE_WEB}'
    GROUP BY address HAVING min(fetched) >= ?"""

DOCUMENTS = f"""
    SELECT DISTINCT document FROM addresses WHERE id IN {WANTED} AND document IS NOT NULL"""

CAPTURED_THEN = f"""
    SELECT DISTINCT captured.run, runs.walk, moment, seq
    FROM pages AS met JOIN pages AS captured
            ON captured.content = met.content AND captured.fetched = met.fetched
        JOIN runs ON runs.id = captured.run AND runs.walk = captured.walk
    WHERE met.id IN {WANTED} AND source <> 'live' AND moment IS NOT NULL"""
PUT_WHEN = "UPDATE runs SET moment = ?, seq = ? WHERE id = ?"

Pair = tuple[int, When, When]
"""A collection, and two complete runs of it that follow each other."""


def rebuild(db: sqlite3.Connection, run: Run, collections: Iterable[int], after: int) -> None:
    """Makes everything of some collections anew, and of those that share documents with them."""
    shared = db.execute(SHARING, [dumps(sorted(set(collections)))])
    wanted = sorted({collection for (collection,) in shared}.union(collections))
    addresses = {one for (one,) in db.execute(JOINED)}
    for collection in wanted:
        addresses |= renaming.forget(db, collection)
        addresses |= _rename(db, ((collection, *pair) for pair in renaming.every(db, collection)))
    settle(db, run, addresses, after, counting=False)
    members = [document for (document,) in db.execute(MEMBERS, [dumps(wanted)])]
    fold(db, run, members, after, counting=False)


def met_captured(db: sqlite3.Connection, run: Run, pages: Iterable[int], after: int) -> None:
    """Gives complete runs of captures another place, if a live run has met one of their pages in
    the same second as whoever captured it: then that is one page, and the live run's."""
    found = db.execute(CAPTURED_THEN, [dumps(sorted(pages))]).fetchall()
    moved = [
        (when, number)
        for number, walk, *known in found
        if (when := renaming.newest(db, number, walk)) != tuple(known)
    ]
    for when, number in moved:
        db.execute(PUT_WHEN, [*when, number])
    if moved:
        rebuild(db, run, [run.collection], after)


def reread(db: sqlite3.Connection, run: Run, contents: Iterable[int], after: int) -> None:
    """Makes anew what follows from some bytes, now that they were read again."""
    asked = [dumps(sorted(contents))]
    addresses = {one for (one,) in db.execute(ADDRESSES, asked)}
    addresses |= _rename(db, _around(db, asked))
    settle(db, run, addresses, after)
    fold(db, run, set().union(*(standing_on(db, one) for one in contents)), after)


def seen_earlier(db: sqlite3.Connection, run: Run, met: Met, at: str, after: int) -> None:
    """Makes anew which addresses are renamed, if a page is the first that has an address which was
    new in a complete run, by what was known."""
    if not is_known(at):
        return
    asked = [dumps([one.address for one in met.places]), met.page, at]
    pairs: set[Pair] = set()
    for address, since in db.execute(FIRST_ELSEWHERE, asked).fetchall():
        for collection, *when in db.execute(FIRST_SEEN, [address, since]).fetchall():
            around = renaming.around(db, collection, When(*when))
            pairs.update((collection, *pair) for pair in around if pair[1] == tuple(when))
    if changed := _rename(db, pairs):
        settle(db, run, changed, after, counting=False)


def joined(
    db: sqlite3.Connection, run: Run, addresses: Iterable[int], after: int, *, counting: bool = True
) -> None:
    """Makes anew what follows from a joining of some addresses."""
    found = set(addresses)
    folded = settle(db, run, found, after, counting=counting)
    if not folded:  # they were one already, by a rename: that it is proved may have to be told
        documents = db.execute(DOCUMENTS, [dumps(sorted(found))])
        fold(db, run, [document for (document,) in documents], after, counting=counting)
    contents = [one for (one,) in db.execute(CONTENTS, [dumps(sorted(found))])]
    if folded and contents and (changed := _rename(db, _around(db, [dumps(contents)]))):
        settle(db, run, changed, after, counting=counting)


def _around(db: sqlite3.Connection, contents: list[str]) -> set[Pair]:
    """The complete runs that have met some bytes, with those before and after them."""
    return {
        (collection, *pair)
        for collection, *when in db.execute(COMPLETE_WITH, contents).fetchall()
        for pair in renaming.around(db, collection, When(*when))
    }


def _rename(db: sqlite3.Connection, pairs: Iterable[Pair]) -> set[int]:
    """Notes what is renamed between complete runs; returns the addresses of which that says
    something else than was noted."""
    changed: set[int] = set()
    for collection, before, now in sorted(pairs):
        shown = renaming.shown(db, collection, before, now)
        changed |= renaming.put(db, collection, now, shown)
    return changed
