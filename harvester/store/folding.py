"""Folding documents again: all that they were and are is made anew of their own facts."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from json import dumps

from harvester.store import current
from harvester.store.connection import WANTED
from harvester.store.history.facts import Address
from harvester.store.history.fold import document
from harvester.store.loading import load
from harvester.store.run import Run

MOST = 100
"""Documents whose facts are in memory at once."""
OF_DOCUMENTS = f"""
    SELECT document, id, site, slug, rank FROM addresses WHERE document IN {WANTED}"""

STANDING = """
    SELECT DISTINCT addresses.document FROM readings
        CROSS JOIN observations ON reading = readings.same_as
        CROSS JOIN statements ON statements.id = statement
        CROSS JOIN addresses ON addresses.id = address
    WHERE content = ? AND addresses.document IS NOT NULL"""

NOTHING: Mapping[str, str] = {}


def fold(
    db: sqlite3.Connection,
    run: Run,
    documents: Iterable[int],
    after: int,
    *,
    counting: bool = True,
    held: Mapping[str, str] = NOTHING,
) -> None:
    """Folds the documents with these numbers, and counts what the run has found out by that.

    `after` so many complete runs without it, a document is removed from a collection.
    """
    wanted = sorted(set(documents))
    for start in range(0, len(wanted), MOST):
        _fold(db, run, wanted[start : start + MOST], after, counting, held)


def standing_on(db: sqlite3.Connection, content: int) -> set[int]:
    """The documents that any reading has found in some bytes."""
    return {document for (document,) in db.execute(STANDING, [content])}


def _fold(
    db: sqlite3.Connection,
    run: Run,
    numbers: list[int],
    after: int,
    counting: bool,
    held: Mapping[str, str],
) -> None:
    groups: dict[int, set[Address]] = defaultdict(set)
    ids = []
    for number, row, *address in db.execute(OF_DOCUMENTS, [dumps(numbers)]).fetchall():
        groups[number].add(Address(*address))
        ids.append(row)
    known = load(db, ids)
    for number, group in sorted(groups.items()):
        found = document(known.evidence, frozenset(group), after)
        if found is not None:
            new = current.put(db, run, number, found, known, held)
            if counting:
                current.count(run, new)
