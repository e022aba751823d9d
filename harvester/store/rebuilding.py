"""Rebuilding what follows from facts beyond a single page: renames, and after clocks were
corrected, everything.

A rename shows between two consecutive complete runs, and is noted for the later one.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from json import dumps

from harvester.store.connection import WANTED, put_rows
from harvester.store.folding import Known, fold, load, standing_on
from harvester.store.history.classes import Proof, between
from harvester.store.history.facts import Address
from harvester.store.history.listings import Listed, Listing
from harvester.store.history.state import MOST_WALKS, When
from harvester.store.merge import BY_JOININGS, by_joinings, linked, settle
from harvester.store.observations import Met
from harvester.store.run import Run
from harvester.timestamps import BEFORE_THE_WEB, is_known

LISTED = """
    SELECT address FROM runs CROSS JOIN pages ON pages.run = runs.id AND pages.walk = runs.walk
        CROSS JOIN readings ON readings.content = pages.content
        CROSS JOIN observations ON reading = readings.same_as
        CROSS JOIN statements ON statements.id = statement
    WHERE runs.collection = ? AND runs.moment = ? AND runs.seq = ?"""
"""The addresses that the complete runs of a moment list, by any reading."""
ONLY = f"{LISTED} EXCEPT {LISTED}"
NEWEST_PAGE = f"""
    SELECT fetched, coalesce((SELECT live.run * {MOST_WALKS} + live.walk
            FROM pages AS live JOIN runs ON runs.id = live.run
            WHERE live.content = pages.content AND live.fetched = pages.fetched
                AND source = 'live' ORDER BY live.run, live.walk DESC LIMIT 1), 0) AS seq
    FROM pages WHERE run = ? AND walk = ? ORDER BY fetched DESC, seq DESC LIMIT 1"""
RUNS = "SELECT id FROM runs WHERE collection = ? AND moment = ? AND seq = ?"
BEFORE = """
    SELECT moment, seq FROM runs WHERE collection = ? AND moment IS NOT NULL
        AND (moment, seq) < (?, ?) ORDER BY moment DESC, seq DESC LIMIT 1"""
AFTER = """
    SELECT moment, seq FROM runs WHERE collection = ? AND moment IS NOT NULL
        AND (moment, seq) > (?, ?) ORDER BY moment, seq LIMIT 1"""
ALL = """
    SELECT DISTINCT moment, seq FROM runs WHERE collection = ? AND moment IS NOT NULL
    ORDER BY moment, seq"""
STORED = "SELECT one, other FROM renames WHERE collection = ? AND moment = ? AND seq = ?"
FORGET = "DELETE FROM renames WHERE collection = ? AND moment = ? AND seq = ?"
FORGET_ALL = "DELETE FROM renames WHERE collection = ? RETURNING one, other"
PUT = "INSERT INTO renames (collection, moment, seq, one, other) VALUES {}"

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

Pair = tuple[int, int]
"""The numbers of two addresses, the smaller one first."""
Between = tuple[int, When, When]
"""A collection, and the moments of two consecutive complete runs."""


def rebuild(db: sqlite3.Connection, run: Run, collections: Iterable[int], after: int) -> None:
    """Derives everything again for some collections, and for those that share documents with
    them."""
    shared = db.execute(SHARING, [dumps(sorted(set(collections)))])
    wanted = sorted({collection for (collection,) in shared}.union(collections))
    addresses = {one for (one,) in db.execute(JOINED)}
    for collection in wanted:
        forgotten = db.execute(FORGET_ALL, [collection]).fetchall()
        addresses.update(one for pair in forgotten for one in pair)
        moments = [When(*one) for one in db.execute(ALL, [collection]).fetchall()]
        addresses |= rename(db, ((collection, *pair) for pair in pairwise(moments)))
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
        if (when := newest(db, number, walk)) != tuple(known)
    ]
    for when, number in moved:
        db.execute(PUT_WHEN, [*when, number])
    if moved:
        rebuild(db, run, [run.collection], after)


def reread(db: sqlite3.Connection, run: Run, contents: Iterable[int], after: int) -> None:
    """Derives again what follows from some bytes, after they were read again."""
    asked = [dumps(sorted(contents))]
    addresses = {one for (one,) in db.execute(ADDRESSES, asked)}
    addresses |= rename(db, _around(db, asked))
    settle(db, run, addresses, after)
    fold(db, run, set().union(*(standing_on(db, one) for one in contents)), after)


def seen_earlier(db: sqlite3.Connection, run: Run, met: Met, at: str, after: int) -> None:
    """Decides again which addresses are renamed, if a page turns out to be the first with an
    address that had seemed new in a complete run."""
    if not is_known(at):
        return
    asked = [dumps([one.address for one in met.places]), met.page, at]
    moments = {
        (collection, When(*when))
        for address, since in db.execute(FIRST_ELSEWHERE, asked).fetchall()
        for collection, *when in db.execute(FIRST_SEEN, [address, since]).fetchall()
    }
    pairs = [
        pair
        for collection, when in moments
        for pair in around(db, collection, when)
        if pair[-1] == when
    ]
    if changed := rename(db, pairs):
        settle(db, run, changed, after, counting=False)


def joined(
    db: sqlite3.Connection, run: Run, addresses: Iterable[int], after: int, *, counting: bool = True
) -> None:
    """Derives again what follows from joining some addresses."""
    found = set(addresses)
    folded = settle(db, run, found, after, counting=counting)
    if not folded:  # they were one already, by a rename: that it is proved may have to be told
        documents = db.execute(DOCUMENTS, [dumps(sorted(found))])
        fold(db, run, [document for (document,) in documents], after, counting=counting)
    contents = [one for (one,) in db.execute(CONTENTS, [dumps(sorted(found))])]
    if folded and contents and (changed := rename(db, _around(db, [dumps(contents)]))):
        settle(db, run, changed, after, counting=counting)


def newest(db: sqlite3.Connection, run: int, walk: int) -> When:
    """The moment of the newest page of a walk; a page that a live run has also met counts as that
    run's."""
    return When(*db.execute(NEWEST_PAGE, [run, walk]).fetchone())


def around(db: sqlite3.Connection, collection: int, when: When) -> list[Between]:
    """The pairs of a complete run with its predecessor and its successor, if any."""
    found = (db.execute(sql, [collection, *when]).fetchone() for sql in (BEFORE, AFTER))
    before, after = (When(*one) if one else None for one in found)
    moments = (one for one in (before, when, after) if one)
    return [(collection, *pair) for pair in pairwise(moments)]


def rename(db: sqlite3.Connection, pairs: Iterable[Between]) -> set[int]:
    """Notes the renames between complete runs; returns the addresses for which these are new or
    different."""
    changed: set[int] = set()
    for collection, before, now in sorted(pairs):
        changed |= _put(db, collection, now, _shown(db, collection, before, now))
    return changed


def _around(db: sqlite3.Connection, contents: list[str]) -> set[Between]:
    """The complete runs that met some bytes, paired with their neighbours."""
    return {
        pair
        for collection, *when in db.execute(COMPLETE_WITH, contents).fetchall()
        for pair in around(db, collection, When(*when))
    }


def _shown(db: sqlite3.Connection, collection: int, before: When, after: When) -> set[Pair]:
    """The pairs of addresses that these two complete runs show as renamed."""
    gone = _only(db, collection, before, after)
    came = _only(db, collection, after, before) if gone else []
    if not came:
        return set()
    some = linked(db, [*gone, *came], BY_JOININGS)
    known = load(db, some.numbers.values())
    listings = (_listing(db, collection, when, known) for when in (before, after))
    proofs = between(known.evidence, by_joinings(db, some), *listings)
    return {_numbers(some.numbers, proof) for proof in proofs}


def _put(db: sqlite3.Connection, collection: int, when: When, wanted: Iterable[Pair]) -> set[int]:
    """Notes what a complete run shows next to its predecessor; returns the addresses for which that
    is news."""
    stored = set(db.execute(STORED, [collection, *when]).fetchall())
    changed = stored.symmetric_difference(wanted)
    if changed:
        db.execute(FORGET, [collection, *when])
        put_rows(db, PUT, [(collection, *when, *pair) for pair in sorted(wanted)])
    return {one for pair in changed for one in pair}


def _only(db: sqlite3.Connection, collection: int, one: When, other: When) -> list[int]:
    rows = db.execute(ONLY, [collection, *one, collection, *other])
    return [address for (address,) in rows]


def _listing(db: sqlite3.Connection, collection: int, when: When, known: Known) -> Listing:
    """The known addresses that complete runs list."""
    runs = frozenset(run for (run,) in db.execute(RUNS, [collection, *when]))
    entries = defaultdict(list)
    for run in runs:
        for page in known.walks.get(run, ()):
            readings = known.evidence.readings[page.content]
            at = known.evidence.when(page)
            for address in readings.addresses:
                said = Listed(at, page.content, readings.of(address).latest)
                entries[address].append(said)
    first = {address: min(some, key=Listed.place) for address, some in entries.items()}
    return Listing(collection, runs, when, first, frozenset(first))


def _numbers(numbers: dict[Address, int], proof: Proof) -> Pair:
    one, other = sorted((numbers[proof.one], numbers[proof.other]))
    return one, other
