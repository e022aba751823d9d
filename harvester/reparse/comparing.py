"""What a page says today, beside what the database has from it."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from harvester.items import Counts, Entry, PageItem
from harvester.store import recorded
from harvester.store.documents import FIELDS, values
from harvester.store.identity import is_by_number
from harvester.store.recorded import RecordedPage
from harvester.store.reread import Correction, Reread

Row = dict[str, Any]


def compare(db: sqlite3.Connection, page: RecordedPage, item: PageItem) -> Reread:
    """What differs between a page as it is read now and what is stored of it.

    A page that a later one has replaced has no say in what is new.
    """
    known = recorded.known(db, page)
    if not known:
        return Reread(page, item.read, counts=Counts(pages=1))
    entries = _by_document(db, page, known, item)
    is_present = _is_present(db, page, known)
    return Reread(
        page,
        item.read,
        corrections=list(_corrections(page, known, entries)),
        additions=list(_additions(db, page, known, entries)) if is_present else [],
        gone=[row for name, row in known.items() if name not in entries],
        counts=_counts(item) if is_present else Counts(pages=1),
    )


def _by_document(
    db: sqlite3.Connection, page: RecordedPage, known: Mapping[str, Row], item: PageItem
) -> dict[str, Entry]:
    """The entries in their places, by the documents that their addresses lead to."""
    at_url = {row["url"]: name for name, row in known.items()}
    places = [row["position"] for row in known.values() if row["seen_on"] == page.id]
    first = item.listing.first or min(places, default=1)
    found: dict[str, Entry] = {}
    for position, entry in enumerate(item.listing.entries, first):
        entry.position = position
        entry.document = at_url.get(entry.link, entry.document)
        if entry.document not in known:
            entry.document = recorded.meant(db, page.site, entry.document)
        found.setdefault(entry.document, entry)
    return found


def _is_present(db: sqlite3.Connection, page: RecordedPage, known: Mapping[str, Row]) -> bool:
    """Whether the listing was like this when it was seen last."""
    live = any(row["seen_on"] == page.id and row["missing"] is None for row in known.values())
    return live and recorded.is_latest(db, page)


def _corrections(
    page: RecordedPage, known: Mapping[str, Row], entries: Mapping[str, Entry]
) -> Iterator[Correction]:
    for name, entry in entries.items():
        row = known.get(name)
        if row and row["page"] == page.id and not _is_by_number(entry, row):
            new = values(entry)
            if before := {field: row[field] for field in FIELDS if row[field] != new[field]}:
                yield Correction(row["number"], entry, before)


def _is_by_number(entry: Entry, row: Row) -> bool:
    """Whether an earlier site says it, which does not take the place of what today's says."""
    return is_by_number(entry.link, row["url"], row["record_id"])


def _additions(
    db: sqlite3.Connection,
    page: RecordedPage,
    known: Mapping[str, Row],
    entries: Mapping[str, Entry],
) -> Iterator[Entry]:
    for name, entry in entries.items():
        if name not in known and not recorded.is_member(db, page, name):
            yield entry


def _counts(item: PageItem) -> Counts:
    return Counts(
        pages=1,
        seen=item.read,
        undated=item.undated,
        not_understood=item.not_understood,
        with_date=item.with_date,
        with_summary=item.with_summary,
    )
