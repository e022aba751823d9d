"""Addresses of documents on a site: which document each leads to, and which of them are
equivalent."""

import sqlite3
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from harvester.store.connection import put_rows
from harvester.store.history.facts import Rule
from harvester.store.run import Run

NOBODY = 0
"""Stands for the document of an address that was only ever seen as withdrawn."""
NEXT = """
    SELECT (SELECT coalesce(max(id), 0) + 1 FROM addresses),
        max((SELECT coalesce(max(number), 0) FROM documents),
            (SELECT coalesce(max(document), 0) FROM addresses)) + 1"""
"""Numbers are never reused, even if another program has deleted the document."""
KNOWN = "SELECT slug, id, document FROM addresses WHERE site = ? AND slug IN ({})"
PUT_ADDRESSES = "INSERT INTO addresses (id, site, slug, rank, document) VALUES {}"
ASSIGN = "UPDATE addresses SET document = ? WHERE id = ?"
PUT_JOINING = """
    INSERT INTO joinings (one, other, rule, run, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
    RETURNING 1"""


@dataclass(frozen=True, slots=True)
class Noted:
    """The numbers of an address and of its document; the document `is_new` if it is not stored yet.

    `was_known` says whether the address was noted before.
    """

    number: int
    document: int
    is_new: bool
    was_known: bool


def note(
    db: sqlite3.Connection,
    run: Run,
    slugs: Sequence[str],
    withdrawn: Container[str],
    *,
    all_new: bool = False,
) -> dict[str, Noted]:
    """Notes the new addresses of a page, and pairs every address with its document.

    The document is NOBODY if the address was only ever seen as `withdrawn`.
    """
    known = {} if all_new else known_addresses(db, run, slugs)
    next_number, next_document = map(count, db.execute(NEXT).fetchone())
    found, new = {}, []
    for slug in slugs:
        number, document = known.get(slug, (None, None))
        is_new = document is None
        if document is None:
            document = NOBODY if slug in withdrawn else next(next_document)
        if number is None:
            number = next(next_number)
            rank = run.identity.rank(slug)
            new.append((number, run.site, slug, rank, document or None))
        elif is_new and document != NOBODY:
            db.execute(ASSIGN, [document, number])
        found[slug] = Noted(number, document, is_new, slug in known)
    put_rows(db, PUT_ADDRESSES, new)
    return found


def address(db: sqlite3.Connection, run: Run, slug: str) -> tuple[int, int | None]:
    """The number of an address of the run's site, which is noted if it is new, and the number of
    the document it leads to, if any."""
    for _, number, document in _known(db, run, [slug]):
        return number, document
    number = next_address(db)
    put_rows(db, PUT_ADDRESSES, [(number, run.site, slug, run.identity.rank(slug), None)])
    return number, None


def put_joining(
    db: sqlite3.Connection, run: Run, one: int, other: int, rule: Rule, at: str
) -> bool:
    """Appends that two addresses belong to one document; returns whether that is news."""
    first, second = sorted((one, other))
    row = [first, second, rule.name.lower(), run.id, at]
    return bool(db.execute(PUT_JOINING, row).fetchall())


def known_addresses(
    db: sqlite3.Connection, run: Run, slugs: Sequence[str]
) -> Mapping[str, tuple[int | None, int | None]]:
    """The numbers of the addresses that are noted already, and of their documents."""
    found = _known(db, run, slugs)
    return {slug: (number, document) for slug, number, document in found}


def next_address(db: sqlite3.Connection) -> int:
    """The number for the next new address."""
    return int(db.execute(NEXT).fetchone()[0])


def _known(db: sqlite3.Connection, run: Run, slugs: Sequence[str]) -> sqlite3.Cursor:
    return db.execute(KNOWN.format(", ".join("?" * len(slugs))), [run.site, *slugs])
