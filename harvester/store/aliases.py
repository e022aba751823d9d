"""By which addresses a document is known, and which others its own page gives it."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from harvester.items import DetailsItem, Entry
from harvester.outcomes import Reason, Unreadable
from harvester.record import Record
from harvester.sites import site_of
from harvester.sites.identity import Identity
from harvester.store.connection import Row, select
from harvester.store.folding import fold
from harvester.store.history.facts import FIELDS, Rule
from harvester.store.history.state import MOST_WALKS
from harvester.store.observations import address, put_joining, read_again
from harvester.store.rebuilding import joined
from harvester.store.run import Run

DOCUMENT = """
    SELECT documents.* FROM addresses JOIN documents ON number = document
    WHERE addresses.site = ? AND slug = ?"""
RANK = """
    SELECT rank FROM statements JOIN addresses ON addresses.id = address WHERE statements.id = ?"""
PLACE = "SELECT position FROM memberships WHERE document = ? AND collection = ?"
NO_LISTING = f"UPDATE pages SET content = id, walk = {MOST_WALKS - 1} WHERE id = ?"
"""What the page says counts as what was seen in the listing, after all walks through that."""
NUMBERED = "SELECT * FROM documents WHERE number = ?"


def find(db: sqlite3.Connection, site: str, name: str) -> Row | None:
    """The document of a site to which an id leads."""
    return next(select(db, DOCUMENT, [site, name]), None)


def slug(url: str) -> str:
    """The identity that an address alone gives a document."""
    return site_of(url).identity.document(url) or url


def numbered_by(identity: Identity) -> str:
    """The field of a record by which a site numbers its documents."""
    return identity.number_field or "record_id"


def check_same(row: Mapping[str, Any], record: Record, known: str | None, field: str) -> None:
    """Raises Unreadable if a record is not of the document in `row`.

    `known` is the document that the record's own address leads to; the `field` has its number.
    """
    names = {record.document, *record.aliases, known}
    number = getattr(record, field)
    if (number is None or number != row[field]) and names.isdisjoint((row["id"], slug(row["url"]))):
        sentence = f"{row['url']} leads to another document, {record.link}: it is not stored."
        raise Unreadable(sentence, Reason.NO_DOCUMENT, row["url"])


def join(db: sqlite3.Connection, run: Run, row: Row, record: Record, at: str, after: int) -> Row:
    """Notes which other addresses a record gives the document in `row`; returns the document as it
    is known then. Raises Unreadable if the record is of some other document."""
    known = find(db, run.site, record.document)
    check_same(row, record, known["id"] if known else None, numbered_by(run.identity))
    own, _ = address(db, run, row["id"])
    new = [
        one
        for one in _others(db, run, row, record)
        if put_joining(db, run, own, one, Rule.RECORD, at)
    ]
    if new:
        joined(db, run, [own, *new], after, counting=False)
    found = find(db, run.site, row["id"])
    assert found is not None
    return found


def shown_at(
    db: sqlite3.Connection, run: Run, row: Row, item: DetailsItem, page: int, after: int
) -> Row:
    """The document in `row`, once it is noted that it was shown at a better address than any that a
    listing has given: who asked for a number was led to a slug, say."""
    record = item.record
    assert record is not None
    (rank,) = db.execute(RANK, [row["statement"]]).fetchone() or (0,)
    place = db.execute(PLACE, [row["number"], run.collection]).fetchone()
    if rank <= run.identity.rank(record.document) or place is None:
        return row
    said = {name: row[name] for name in FIELDS if name != "url"}
    entry = Entry(record.document, record.link, **said, position=place[0])
    db.execute(NO_LISTING, [page])
    read_again(db, run, page, item.fetched, [entry])
    fold(db, run, [row["number"]], after, counting=False)
    found = find(db, run.site, record.document)
    assert found is not None
    return found


def _others(db: sqlite3.Connection, run: Run, row: Row, record: Record) -> Iterator[int]:
    """The other addresses of a record's document, but for those that are another's by what is
    known of it."""
    names = [record.document, *record.aliases] if record.aliases else []
    own = getattr(record, numbered_by(run.identity))
    if own == record.document:
        names.append(record.document)
    proved = (record.document, own)
    for name in dict.fromkeys(names):
        if name != row["id"]:
            number, document = address(db, run, name)
            is_own = document is None or document == row["number"]
            if is_own or (name in proved and _may_be(db, run, row, int(document or 0), own)):
                yield number


def _may_be(db: sqlite3.Connection, run: Run, row: Row, document: int, number: str | None) -> bool:
    """Whether another document may be this one: if nothing else than this number is known."""
    field = numbered_by(run.identity)
    known = {other[field] for other in select(db, NUMBERED, [document])}
    return number is not None and {*known, row[field]} <= {number, None}
