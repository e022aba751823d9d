"""The addresses a document is known by, and those that its own page adds."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from json import dumps
from typing import Any

from harvester.items import DetailsItem, Entry
from harvester.outcomes import Reason, Unreadable
from harvester.record import Record
from harvester.sites import site_of
from harvester.sites.identity import Identity
from harvester.store.addresses import address, put_joining
from harvester.store.connection import WANTED, Row, select
from harvester.store.folding import fold
from harvester.store.history.facts import FIELDS, Rule
from harvester.store.history.state import MOST_WALKS
from harvester.store.observations import read_again
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
NAMES_ON = f"""
    SELECT DISTINCT names.slug FROM pages CROSS JOIN readings ON readings.content = pages.content
        CROSS JOIN observations ON reading = readings.same_as
        CROSS JOIN statements ON statements.id = statement
        CROSS JOIN addresses AS listed ON listed.id = address
        CROSS JOIN addresses AS names
            ON names.id = listed.id OR names.document = listed.document
    WHERE pages.id IN {WANTED}"""
KNOWN = f"""
    SELECT slug, document FROM addresses
    WHERE site = ? AND slug IN {WANTED} AND document IS NOT NULL"""
NUMBERED = "SELECT * FROM documents WHERE number = ?"


def find(db: sqlite3.Connection, site: str, name: str) -> Row | None:
    """The document that an id leads to."""
    return next(select(db, DOCUMENT, [site, name]), None)


def new_records(
    db: sqlite3.Connection, run: Run, entries: Iterable[Entry], *, all_new: bool = False
) -> list[Entry]:
    """The entries of records that the walk has not met before.

    A record is identified by its identifier. That also becomes the document's id if the walk has
    met another record with the same address, or if the address is known to belong to another
    document.
    """
    records: dict[str, Entry] = {}
    for entry in entries:
        if (key := entry.alias or entry.document) not in run.met:
            records.setdefault(key, entry)
    apart = set() if all_new else _apart(db, run, records.values())
    taken: set[str] = set()
    for key, entry in records.items():
        if entry.alias and (key in apart or entry.document in taken or entry.document in run.met):
            entry.document, entry.alias = entry.alias, None
        taken.add(entry.document)
    return list(records.values())


def names_on(db: sqlite3.Connection, pages: Iterable[int]) -> set[str]:
    """All ids of the documents on some pages of a listing."""
    return {name for (name,) in db.execute(NAMES_ON, [dumps(list(pages))])}


def _apart(db: sqlite3.Connection, run: Run, entries: Iterable[Entry]) -> set[str]:
    """The identifiers of records that are one document, and their addresses another."""
    aliases = {entry.alias: entry.document for entry in entries if entry.alias}
    found = dict(db.execute(KNOWN, [run.site, dumps([*aliases, *aliases.values()])]).fetchall())
    both = ((one, found.get(one), found.get(address)) for one, address in aliases.items())
    return {one for one, own, other in both if None not in (own, other) and own != other}


def slug(url: str) -> str:
    """The id that an address alone gives a document."""
    return site_of(url).identity.document(url) or url


def numbered_by(identity: Identity) -> str:
    """The field in which a site's records number documents."""
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
    """Whether another document may be this one: only if nothing but this number is known of it."""
    field = numbered_by(run.identity)
    known = {other[field] for other in select(db, NUMBERED, [document])}
    return number is not None and {*known, row[field]} <= {number, None}
