"""Compares what pages say today with what the database has from them: listings' and documents'."""

import json
import sqlite3
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harvester.items import DetailsItem, Entry, PageItem
from harvester.outcomes import Reason, Unreadable
from harvester.runs import Counts
from harvester.sites import site_for
from harvester.store import recorded
from harvester.store.aliases import check_same, numbered_by
from harvester.store.history.facts import FIELDS
from harvester.store.observations import values
from harvester.store.recorded import RecordedPage
from harvester.store.records import otherwise
from harvester.store.reread import Correction, OwnCorrection, Reread
from harvester.store.said import Said, known, lost, said_by

Row = dict[str, Any]


def compare(db: sqlite3.Connection, page: RecordedPage, item: PageItem) -> Reread:
    """What differs between a page as it is read now and what was read there before.

    A page that a later one has replaced has no say in what is said now.
    """
    known = recorded.known(db, page)
    entries = _placed(db, page, known, item)
    was = {name: (row["position"], _said(row)) for name, row in known.items()}
    is_alike = all(
        was.get(name) == (entry.position, values(entry)) for name, entry in entries.items()
    )
    return Reread(
        page,
        item.read,
        corrections=list(_corrections(known, entries)),
        additions=[entry for name, entry in entries.items() if name not in known],
        gone=[row for name, row in known.items() if name not in entries],
        found=None if is_alike else list(entries.values()),
        counts=_counts(item) if _is_present(db, page, known) else Counts(pages=1),
    )


def _placed(
    db: sqlite3.Connection, page: RecordedPage, known: Mapping[str, Row], item: PageItem
) -> dict[str, Entry]:
    """The entries in their places, but for those that the collection has from other pages: a
    listing that moves while it is walked shows an entry twice."""
    places = [row["position"] for row in known.values()]
    first = item.listing.first or min(places, default=1)
    found: dict[str, Entry] = {}
    for position, entry in enumerate(item.listing.entries, first):
        entry.position = position
        if entry.document in known or not recorded.is_member(db, page, entry.document):
            found.setdefault(entry.document, entry)
    return found


def _is_present(db: sqlite3.Connection, page: RecordedPage, known: Mapping[str, Row]) -> bool:
    """Whether the listing was like this when it was seen last."""
    live = any(row["stands"] and row["missing"] is None for row in known.values())
    return live and recorded.is_latest(db, page)


def _corrections(known: Mapping[str, Row], entries: Mapping[str, Entry]) -> Iterator[Correction]:
    """What documents say now by these bytes, and is read otherwise."""
    for name, entry in entries.items():
        row = known.get(name)
        if row and row["speaks"]:
            new = values(entry)
            if before := {field: row[field] for field in FIELDS if row[field] != new[field]}:
                yield Correction(row["document"], entry, before)


def _said(row: Row) -> Row:
    return {name: row[name] for name in FIELDS}


def _counts(item: PageItem) -> Counts:
    return Counts(
        pages=1,
        seen=item.read,
        undated=item.undated,
        not_understood=item.not_understood,
        with_date=item.with_date,
        with_summary=item.with_summary,
    )


def compare_own(
    db: sqlite3.Connection, page: RecordedPage, item: DetailsItem, corrected: Row
) -> Reread:
    """Compares a document's own page as it is read now with what is stored of it.

    A page that a newer one has replaced need only be readable. `corrected` has what the listing
    says of the document, where it was read otherwise. Raises Unreadable if it is another document's
    page, or lacks most of what was read in it before.
    """
    row = recorded.document_of(db, page)
    if row is None:
        return Reread(page, page.entries)
    assert item.record is not None
    meant = recorded.meant(db, page.site, item.record.document)
    check_same(row, item.record, meant, numbered_by(site_for(page.listing, page.site).identity))
    row |= corrected
    listed = [row, *({**row, **before} for before in recorded.listed_before(db, page))]
    old = known(db, row)
    new = said_by(item.record, _otherwise(listed, item, old))
    _check_lost(old, new, item.url)
    correction = OwnCorrection(row, old, new)
    return Reread(page, page.entries, own=correction if correction.differences else None)


def _otherwise(listed: Sequence[Row], item: DetailsItem, old: Said) -> dict[str, str]:
    """Labels and values of the page that differ from its listing's.

    `listed` is all that the listing has said since the page was read, the present first. Where
    these disagree, a difference counts only if it was told before.
    """
    beside = [otherwise(row, item) for row in listed]
    told = json.loads(old.fields["other"] or "{}")
    return {
        label: value
        for label, value in ChainMap(*beside).items()
        if all(label in one for one in beside) or value in told.get(label, ())
    }


def _check_lost(old: Said, new: Said, url: str) -> None:
    if much := lost(old.words, new.words):
        raise Unreadable(
            f"{url} lacks {much} that were read in it before: it is left as it is; if it is true,"
            " harvest it again with -a accept=yes.",
            Reason.FIELD_GONE,
            url,
        )
