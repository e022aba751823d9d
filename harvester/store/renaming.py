"""Renames: what two complete runs that follow each other show, noted for the later of them."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from harvester.store.connection import put_rows
from harvester.store.history.classes import Proof, between
from harvester.store.history.facts import Address
from harvester.store.history.listings import Listed, Listing
from harvester.store.history.state import MOST_WALKS, When
from harvester.store.loading import Known, load
from harvester.store.merge import BY_JOININGS, joined, linked

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

Pair = tuple[int, int]


def newest(db: sqlite3.Connection, run: int, walk: int) -> When:
    """When the newest page of a walk was; one that a live run has met as well is that run's."""
    return When(*db.execute(NEWEST_PAGE, [run, walk]).fetchone())


def around(db: sqlite3.Connection, collection: int, when: When) -> list[tuple[When, When]]:
    """A complete run's moment and its neighbours', as pairs: the earlier and the later one."""
    found = (db.execute(sql, [collection, *when]).fetchone() for sql in (BEFORE, AFTER))
    before, after = (When(*one) if one else None for one in found)
    return list(pairwise(one for one in (before, when, after) if one))


def every(db: sqlite3.Connection, collection: int) -> list[tuple[When, When]]:
    """All pairs of complete runs that follow each other."""
    return list(pairwise(When(*one) for one in db.execute(ALL, [collection]).fetchall()))


def shown(db: sqlite3.Connection, collection: int, before: When, after: When) -> set[Pair]:
    """The addresses that are one by what these two complete runs show, by their numbers."""
    gone = _only(db, collection, before, after)
    came = _only(db, collection, after, before) if gone else []
    if not came:
        return set()
    some = linked(db, [*gone, *came], BY_JOININGS)
    known = load(db, some.numbers.values())
    listings = (_listing(db, collection, when, known) for when in (before, after))
    proofs = between(known.evidence, joined(db, some), *listings)
    return {_numbers(some.numbers, proof) for proof in proofs}


def put(db: sqlite3.Connection, collection: int, when: When, wanted: Iterable[Pair]) -> set[int]:
    """Notes what a complete run shows beside the one before it; returns the addresses of which
    that says something else than was noted."""
    stored = set(db.execute(STORED, [collection, *when]).fetchall())
    changed = stored.symmetric_difference(wanted)
    if changed:
        db.execute(FORGET, [collection, *when])
        put_rows(db, PUT, [(collection, *when, *pair) for pair in sorted(wanted)])
    return {one for pair in changed for one in pair}


def forget(db: sqlite3.Connection, collection: int) -> set[int]:
    """Forgets all renames of a collection; returns their addresses."""
    return {one for pair in db.execute(FORGET_ALL, [collection]).fetchall() for one in pair}


def _only(db: sqlite3.Connection, collection: int, one: When, other: When) -> list[int]:
    rows = db.execute(ONLY, [collection, *one, collection, *other])
    return [address for (address,) in rows]


def _listing(db: sqlite3.Connection, collection: int, when: When, known: Known) -> Listing:
    """What complete runs list of the addresses that are known."""
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
