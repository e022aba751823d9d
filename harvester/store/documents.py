"""Documents and their memberships: what is new, what says something else, what is back."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from harvester.items import Entry, PageItem
from harvester.moments import UNKNOWN, is_known
from harvester.outcomes import Reason, Unreadable
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.identity import is_by_number, move_aliases
from harvester.store.rows import Row, put_rows, select
from harvester.store.run import Run
from harvester.store.sightings import put_sightings

SAID = ("title", "summary", "date_text")
FIELDS = (*SAID, "date_edtf", "date_earliest", "date_latest", "url")
OF_ENTRY = attrgetter(*FIELDS[:-1], "link")
"""The same of an entry, whose address is its link."""
HAS_UNDATED = f"""
    SELECT 1 FROM memberships WHERE document IN ({{}}) AND first_seen LIKE '{UNKNOWN}%' LIMIT 1"""
NAMES = {"date_text": "date", "summary": "summary"}
"""What users call the fields that a whole page can lose."""

OF_DOCUMENT = ("document", *FIELDS, "seen", "changed", "page")
PUT_NEW_DOCUMENTS = f"""
    INSERT INTO documents (id, {", ".join(FIELDS)}, first_seen, last_changed, page) VALUES {{}}"""
PUT_DOCUMENTS = f"""{PUT_NEW_DOCUMENTS}
    ON CONFLICT (id) DO UPDATE SET url = excluded.url, title = excluded.title,
        summary = excluded.summary, date_text = excluded.date_text,
        date_edtf = excluded.date_edtf, date_earliest = excluded.date_earliest,
        date_latest = excluded.date_latest, last_changed = excluded.last_changed,
        page = excluded.page, removed = NULL"""
OF_MEMBERSHIP = ("document", "position", "seen", "page")
PUT_NEW_MEMBERSHIPS = """
    INSERT INTO memberships (collection, document, position, first_seen, page) VALUES {}"""
PUT_MEMBERSHIPS = f"""{PUT_NEW_MEMBERSHIPS}
    ON CONFLICT (collection, document) DO UPDATE SET position = excluded.position,
        page = excluded.page, missed = 0, missing = NULL, removed = NULL"""


def put_new_entries(db: sqlite3.Connection, run: Run, item: PageItem, page: int) -> None:
    """Writes a page of which no document is known at all, and counts it."""
    entries, at = item.listing.entries, item.fetched
    documents = [(entry.document, *OF_ENTRY(entry), at, at, page) for entry in entries]
    put_rows(db, PUT_NEW_DOCUMENTS, documents)
    members = [(run.collection, entry.document, entry.position, at, page) for entry in entries]
    put_rows(db, PUT_NEW_MEMBERSHIPS, members)
    put_sightings(db, page, entries)
    put_changes(db, run, [Change(entry.document, Kind.ADDED, at) for entry in entries])
    run.counts.added += len(entries)


def put_entries(db: sqlite3.Connection, run: Run, item: PageItem, page: int) -> None:
    """Writes what is new or different on a page, and counts it.

    Raises Unreadable if the page lacks a field that its entries have to have.
    """
    entries = item.listing.entries
    ids = [entry.document for entry in entries]
    known, members = known_documents(db, ids), _members(db, run, ids)
    check_fields(run, item, known)
    rows = [row_of(entry, known.get(entry.document), item.fetched, page) for entry in entries]
    put_documents(db, [row for row in rows if row["differs"]])
    put_memberships(db, run, rows)
    put_sightings(db, page, entries)
    move_aliases(db, run, entries)
    put_changes(db, run, _changes(rows, known, members))
    _count(run, rows, members)


def put_documents(db: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Writes what documents say now."""
    put_rows(db, PUT_DOCUMENTS, [[row[name] for name in OF_DOCUMENT] for row in rows])


def put_memberships(db: sqlite3.Connection, run: Run, rows: Sequence[Row]) -> None:
    """Writes that documents are in the run's collection."""
    said = ([row[name] for name in OF_MEMBERSHIP] for row in rows)
    put_rows(db, PUT_MEMBERSHIPS, [[run.collection, *row] for row in said])


def values(entry: Entry) -> Row:
    """An entry's part of a row of documents."""
    return dict(zip(FIELDS, OF_ENTRY(entry), strict=True))


def known_documents(db: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Row]:
    """The documents that are stored already, by id.

    Those of which no time is known when they were seen are no part of the past that is known.
    """
    sql = f"SELECT * FROM documents WHERE id IN ({_marks(ids)})"
    rows = select(db, sql, list(ids))
    return {row["id"]: row for row in rows if is_known(row["first_seen"])}


def has_undated(db: sqlite3.Connection, entries: Sequence[Entry]) -> bool:
    """Whether of some of these documents no time is known when a collection had them."""
    ids = [entry.document for entry in entries]
    return db.execute(HAS_UNDATED.format(_marks(ids)), ids).fetchone() is not None


def _members(db: sqlite3.Connection, run: Run, ids: Sequence[str]) -> dict[str, Row]:
    """The memberships in this collection that are stored already, by document."""
    sql = f"SELECT * FROM memberships WHERE collection = ? AND document IN ({_marks(ids)})"
    return {row["document"]: row for row in select(db, sql, [run.collection, *ids])}


def _marks(ids: Sequence[str]) -> str:
    return ", ".join("?" * len(ids))


def check_fields(run: Run, item: PageItem, known: dict[str, Row]) -> None:
    """A field that nearly every entry had does not vanish from a whole page, unless accepted.

    Entries that are known to lack it say nothing. Raises Unreadable if it does.
    """
    if run.accept or run.before is None:
        return
    for name in run.before.usual:
        entries = [entry for entry in item.listing.entries if not _lacked(entry, name, known)]
        if entries and not any(getattr(entry, name) for entry in entries):
            raise Unreadable(
                f"No entry of {item.listing.url} has a {NAMES[name]}, which nearly all had before:"
                " the layout may have changed; if it is true, say -a accept=yes.",
                Reason.FIELD_GONE,
                item.listing.url,
            )


def _lacked(entry: Entry, name: str, known: dict[str, Row]) -> bool:
    before = known.get(entry.document)
    return before is not None and before[name] is None and getattr(entry, name) is None


def row_of(entry: Entry, known: Row | None, seen: str, page: int) -> Row:
    """What to store of an entry; "changed" is the moment when what it says last changed.

    What an earlier site says of a document does not take the place of what today's says.
    """
    new = values(entry)
    if known and is_by_number(entry.link, known["url"], known["record_id"]):
        new = {name: known[name] for name in FIELDS}
    says_else = known is not None and any(known[name] != new[name] for name in SAID)
    differs = known is None or any(known[name] != new[name] for name in FIELDS)
    return {
        **new,
        "document": entry.document,
        "position": entry.position,
        "seen": seen,
        "page": page,
        "says_else": says_else,
        "differs": differs or (known is not None and known["removed"] is not None),
        "changed": known["last_changed"] if known and not says_else else seen,
    }


def _changes(
    rows: Iterable[Row], known: dict[str, Row], members: dict[str, Row]
) -> Iterator[Change]:
    for row in rows:
        document, at = row["document"], row["seen"]
        member, before = members.get(document), known.get(document)
        if member is None:
            yield Change(document, Kind.ADDED, at)
        else:
            yield from _returns(document, member, at)
        if before is not None:
            for name in FIELDS:
                if before[name] != row[name]:
                    yield Change(document, Kind.CHANGED, at, name, before[name], row[name])
            if before["removed"]:
                yield Change(
                    document, Kind.RESTORED, at, "removed", before["removed"], of_document=True
                )


def _returns(document: str, member: Row, at: str) -> Iterator[Change]:
    for name in ("removed", "missing"):
        if member[name]:
            yield Change(document, Kind.RESTORED, at, name, member[name])


def _count(run: Run, rows: Iterable[Row], members: dict[str, Row]) -> None:
    for row in rows:
        member = members.get(row["document"])
        run.counts.added += member is None
        run.counts.changed += member is not None and row["says_else"]
        run.counts.restored += member is not None and member["missing"] is not None
