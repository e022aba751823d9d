"""Documents and their memberships: what is new, what says something else, what is back."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from operator import attrgetter

from harvester.items import Entry, PageItem
from harvester.outcomes import Reason, Unreadable
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.identity import OF_IDS, is_by_number, move_aliases
from harvester.store.rows import Row, put_rows, select
from harvester.store.run import Run
from harvester.store.sightings import put_sightings
from harvester.timestamps import UNKNOWN, is_known

SAID = ("title", "summary", "date_text")
FIELDS = (*SAID, "date_edtf", "date_earliest", "date_latest", "url")
OF_ENTRY = attrgetter(*FIELDS[:-1], "link")
"""The same of an entry, whose address is its link."""
HAS_UNDATED = f"""
    SELECT 1 FROM memberships WHERE document IN ({OF_IDS}) AND first_seen LIKE '{UNKNOWN}%'
    LIMIT 1"""
STORED = "SELECT * FROM documents WHERE site = ? AND id IN ({})"
LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM documents"
NAMES = {"date_text": "date", "summary": "summary"}
"""What users call the fields that a whole page can lose."""

OF_DOCUMENT = ("document", "site", "id", *FIELDS, "seen", "changed", "page")
PUT_NEW_DOCUMENTS = f"""
    INSERT INTO documents (number, site, id, {", ".join(FIELDS)}, first_seen, last_changed, page)
    VALUES {{}}"""
PUT_DOCUMENTS = f"""{PUT_NEW_DOCUMENTS}
    ON CONFLICT DO UPDATE SET url = excluded.url, title = excluded.title,
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
    entries, at = list(enumerate(item.listing.entries, new_number(db))), item.fetched
    documents = [
        (number, run.site, entry.document, *OF_ENTRY(entry), at, at, page)
        for number, entry in entries
    ]
    put_rows(db, PUT_NEW_DOCUMENTS, documents)
    members = [(run.collection, number, entry.position, at, page) for number, entry in entries]
    put_rows(db, PUT_NEW_MEMBERSHIPS, members)
    put_sightings(db, page, [number for number, _ in entries])
    put_changes(db, run, [Change(number, Kind.ADDED, at) for number, _ in entries])
    run.counts.added += len(entries)


def put_entries(db: sqlite3.Connection, run: Run, item: PageItem, page: int) -> None:
    """Writes what is new or different on a page, and counts it.

    Raises Unreadable if the page lacks a field that its entries have to have.
    """
    entries = item.listing.entries
    known, numbers = known_documents(db, run, [entry.document for entry in entries])
    members = _members(db, run, list(numbers.values()))
    check_fields(run, item, known)
    rows = [
        row_of(run, entry, known.get(entry.document), item.fetched, page)
        | {"document": numbers[entry.document]}
        for entry in entries
    ]
    put_documents(db, [row for row in rows if row["differs"]])
    put_memberships(db, run, rows)
    put_sightings(db, page, numbers.values())
    move_aliases(db, run, entries, numbers)
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


def known_documents(
    db: sqlite3.Connection, run: Run, ids: Sequence[str]
) -> tuple[dict[str, Row], dict[str, int]]:
    """Those of some documents that are stored already, by id; and the numbers of all of them, which
    are new for those that are not.

    Those of which no time is known when they were seen are no part of the past that is known.
    """
    rows = list(select(db, STORED.format(_marks(ids)), [run.site, *ids]))
    stored, new = {row["id"]: row["number"] for row in rows}, count(new_number(db))
    numbers = {name: stored[name] if name in stored else next(new) for name in ids}
    return {row["id"]: row for row in rows if is_known(row["first_seen"])}, numbers


def new_number(db: sqlite3.Connection) -> int:
    """The number that the next new document gets."""
    return int(db.execute(LAST_NUMBER).fetchone()[0]) + 1


def has_undated(db: sqlite3.Connection, run: Run, entries: Sequence[Entry]) -> bool:
    """Whether of some of these documents no time is known when a collection had them."""
    ids = [entry.document for entry in entries]
    found = db.execute(HAS_UNDATED.format(_marks(ids)), [run.site, *ids]).fetchone()
    return found is not None


def _members(db: sqlite3.Connection, run: Run, documents: Sequence[int]) -> dict[int, Row]:
    """The memberships in this collection that are stored already, by document."""
    sql = f"SELECT * FROM memberships WHERE collection = ? AND document IN ({_marks(documents)})"
    return {row["document"]: row for row in select(db, sql, [run.collection, *documents])}


def _marks(ids: Sequence[object]) -> str:
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


def row_of(run: Run, entry: Entry, known: Row | None, seen: str, page: int) -> Row:
    """What to store of an entry, but for its document's number; "changed" is the moment when what
    it says last changed.

    What an earlier site says of a document does not take the place of what today's says.
    """
    new = values(entry)
    if known and is_by_number(entry.link, known["url"], known["record_id"]):
        new = {name: known[name] for name in FIELDS}
    says_else = known is not None and any(known[name] != new[name] for name in SAID)
    differs = known is None or any(known[name] != new[name] for name in FIELDS)
    return {
        **new,
        "site": run.site,
        "id": entry.document,
        "position": entry.position,
        "seen": seen,
        "page": page,
        "says_else": says_else,
        "differs": differs or (known is not None and known["removed"] is not None),
        "changed": known["last_changed"] if known and not says_else else seen,
    }


def _changes(
    rows: Iterable[Row], known: dict[str, Row], members: dict[int, Row]
) -> Iterator[Change]:
    for row in rows:
        document, at = row["document"], row["seen"]
        member, before = members.get(document), known.get(row["id"])
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


def _returns(document: int, member: Row, at: str) -> Iterator[Change]:
    for name in ("removed", "missing"):
        if member[name]:
            yield Change(document, Kind.RESTORED, at, name, member[name])


def _count(run: Run, rows: Iterable[Row], members: dict[int, Row]) -> None:
    for row in rows:
        member = members.get(row["document"])
        run.counts.added += member is None
        run.counts.changed += member is not None and row["says_else"]
        run.counts.restored += member is not None and member["missing"] is not None
