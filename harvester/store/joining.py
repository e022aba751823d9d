"""One document that was taken for two: what is known of both becomes that of one."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from harvester.outcomes import Reason, Unreadable
from harvester.record import Record
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.identity import find, numbered, put_alias, slug
from harvester.store.reading import FIELDS as DETAILS
from harvester.store.rows import select
from harvester.store.run import Run

BOTH_LIVE = """
    SELECT 1 FROM memberships AS one JOIN memberships AS two ON two.collection = one.collection
    WHERE one.document = ? AND two.document = ? AND one.missing IS NULL AND two.missing IS NULL"""
TAKEN = """
    SELECT 1 FROM documents WHERE site = :site AND id = :name AND number <> :document
    UNION ALL
    SELECT 1 FROM aliases WHERE site = :site AND alias = :name AND document <> :document"""
READDRESS = "UPDATE documents SET id = :id, url = :url WHERE number = :number"
HELD = {
    "memberships": "SELECT * FROM memberships WHERE document = ? ORDER BY collection",
    "terms": """SELECT kind, name FROM document_terms JOIN terms ON id = term
        WHERE document = ? ORDER BY position""",
    "texts": "SELECT label, language, text FROM texts WHERE document = ? ORDER BY position",
    "files": "SELECT * FROM files WHERE document = ? ORDER BY id",
}
"""What else a document has; `changes` keeps it of one that is joined to another."""
INTERNAL = ("number", "document")
"""What it keeps nothing of: numbers of documents mean nothing elsewhere."""

TAKE_DETAILS = f"""
    UPDATE documents SET ({", ".join(DETAILS)}, details) = (SELECT {", ".join(DETAILS)}, details
        FROM documents WHERE number = :other) WHERE number = :kept AND details IS NULL"""
MERGE = (
    """UPDATE documents SET first_seen = min(documents.first_seen, other.first_seen),
        removed = CASE WHEN other.removed IS NOT NULL THEN documents.removed END
        FROM documents AS other WHERE documents.number = :kept AND other.number = :other""",
    # Where a collection has had both, the one that it has now counts.
    """UPDATE memberships SET first_seen = min(memberships.first_seen, other.first_seen),
        (position, page, missed, missing, removed) = (
            SELECT position, page, missed, missing, removed
            FROM memberships AS one WHERE one.collection = memberships.collection
                AND one.document IN (:kept, :other)
            ORDER BY missing IS NOT NULL, document <> :kept LIMIT 1)
        FROM memberships AS other WHERE memberships.document = :kept AND other.document = :other
            AND other.collection = memberships.collection""",
)
MOVE = (
    "UPDATE OR IGNORE memberships SET document = :kept WHERE document = :other",
    "DELETE FROM memberships WHERE document = :other",
    "UPDATE changes SET document = :kept WHERE document = :other",
    "UPDATE aliases SET document = :kept WHERE document = :other",
    "UPDATE pages SET document = :kept WHERE document = :other",
    "UPDATE OR IGNORE sightings SET document = :kept WHERE document = :other",
    "DELETE FROM sightings WHERE document = :other",
    "UPDATE OR IGNORE document_terms SET document = :kept WHERE document = :other",
    "DELETE FROM document_terms WHERE document = :other",
    "UPDATE OR IGNORE texts SET document = :kept WHERE document = :other",
    "DELETE FROM texts WHERE document = :other",
    "UPDATE OR IGNORE related SET document = :kept WHERE document = :other",
    "DELETE FROM related WHERE document = :other",
    "UPDATE OR IGNORE scan_links SET document = :kept WHERE document = :other",
    "DELETE FROM scan_links WHERE document = :other",
    "UPDATE OR IGNORE files SET document = :kept WHERE document = :other",
    "DELETE FROM files WHERE document = :other",
    "DELETE FROM documents WHERE number = :other",
)

Row = dict[str, Any]


def settle(db: sqlite3.Connection, run: Run, row: Row, record: Record, at: str) -> Row:
    """The document that a record is of, as it is known then; it was read from the page of `row`.

    If the record's number proves that two documents are one, they are joined, and the one whose
    address is today's is kept. Raises Unreadable if the record is of some other document.
    """
    known = find(db, run.site, record.document)
    check_same(row, record, known["id"] if known else None)
    if record.record_id in (record.document, *record.aliases):
        row = numbered(db, _settled(db, run, row, record, at))
    if record.aliases:
        _put_aliases(db, run, row["number"], [row["id"], record.document, *record.aliases])
    return row


def check_same(row: Mapping[str, Any], record: Record, known: str | None) -> None:
    """Raises Unreadable if a record is not of the document in `row`.

    `known` is the document that the record's own address leads to.
    """
    names = {record.document, *record.aliases, known}
    same_number = record.record_id is not None and record.record_id == row["record_id"]
    if not same_number and names.isdisjoint((row["id"], slug(row["url"]))):
        sentence = f"{row['url']} leads to another document, {record.link}: it is not stored."
        raise Unreadable(sentence, Reason.NO_DOCUMENT, row["url"])


def move(db: sqlite3.Connection, kept: int, other: int) -> None:
    """Gives a document all that another has and it has not, and deletes that one."""
    for sql in MOVE:
        db.execute(sql, {"kept": kept, "other": other})


def _settled(db: sqlite3.Connection, run: Run, row: Row, record: Record, at: str) -> int:
    """The number of the document that is left."""
    record_id, document = str(record.record_id), int(row["number"])
    if row["id"] != record_id:
        other = find(db, run.site, record_id)
        if other and other["id"] == record_id and _are_one(db, row, other, record_id):
            _join(db, run, row, other, at)
        return document
    if record.document == record_id:
        return document
    kept = find(db, run.site, record.document)
    if kept is None or kept["number"] == document:
        _readdress(db, run, row, record, at)
        return document
    if not _are_one(db, kept, row, record_id):
        return document
    _join(db, run, kept, row, at)
    return int(kept["number"])


def _are_one(db: sqlite3.Connection, kept: Row, other: Row, record_id: str) -> bool:
    """Whether two documents with one record id are one: unless a listing has both of them now."""
    known = {kept["record_id"], other["record_id"]} - {None}
    both = db.execute(BOTH_LIVE, [kept["number"], other["number"]]).fetchone()
    return known <= {record_id} and both is None


def _join(db: sqlite3.Connection, run: Run, kept: Row, other: Row, at: str) -> None:
    """Makes one document of two; what the other one said is kept in `changes`."""
    names = {"kept": kept["number"], "other": other["number"]}
    said = {name: value for name, value in _external(other).items() if value is not None}
    held = {
        name: [_external(row) for row in select(db, sql, [other["number"]])]
        for name, sql in HELD.items()
    }
    if kept["details"] is None:
        del held["terms"], held["texts"]  # which it takes over
    else:
        for name in ("document_terms", "texts", "related"):
            db.execute(f"DELETE FROM {name} WHERE document = :other", names)
    for sql in (TAKE_DETAILS, *MERGE):
        db.execute(sql, names)
    move(db, kept["number"], other["number"])
    for name in (other["id"], slug(other["url"]), kept["id"]):
        put_alias(db, run, name, kept["number"])
    old = _json({**said, **{name: rows for name, rows in held.items() if rows}})
    put_changes(db, run, [Change(kept["number"], Kind.JOINED, at, "id", old, kept["id"])])


def _external(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in INTERNAL}


def _readdress(db: sqlite3.Connection, run: Run, row: Row, record: Record, at: str) -> None:
    """Makes today's address that of a document which was known by its record id alone."""
    number = row["number"]
    db.execute(READDRESS, {"id": record.document, "url": record.link, "number": number})
    said = {"id": (row["id"], record.document), "url": (row["url"], record.link)}
    changes = (
        Change(number, Kind.RENAMED, at, name, old, new)
        for name, (old, new) in said.items()
        if old != new
    )
    put_changes(db, run, changes)


def _put_aliases(db: sqlite3.Connection, run: Run, document: int, names: list[str]) -> None:
    """Notes further addresses of a document, but for those that are another's."""
    for name in names:
        said = {"site": run.site, "name": name, "document": document}
        if db.execute(TAKEN, said).fetchone() is None:
            put_alias(db, run, name, document)


def _json(said: Row) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)
