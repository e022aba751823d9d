"""The differences between what the database has from a page and what is read in it today."""

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
from harvester.store.details import otherwise
from harvester.store.history.facts import FIELDS
from harvester.store.observations import values
from harvester.store.recorded import Correction, OwnCorrection, RecordedPage, Reread
from harvester.store.said import Said, known, lost, said_by
from harvester.text_report import HEADINGS, documents_as_lines, plain

Row = dict[str, Any]
GONE = "Not found any more, and left as it is"


def compare(db: sqlite3.Connection, page: RecordedPage, item: PageItem) -> Reread:
    """Compares a listing's page, as it is read today, with what was read there before.

    A page that a later one has replaced does not count for what its documents say now.
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
    """The entries by document, with their positions. Leaves out those that the collection has from
    another page: a listing that moves during its walk shows an entry twice."""
    places = [row["position"] for row in known.values()]
    first = item.listing.first or min(places, default=1)
    found: dict[str, Entry] = {}
    for position, entry in enumerate(item.listing.entries, first):
        entry.position = position
        if entry.alias and entry.alias in known and entry.document not in known:
            entry.document, entry.alias = entry.alias, None
        if entry.document in known or not recorded.is_member(db, page, entry.document):
            found.setdefault(entry.document, entry)
    return found


def _is_present(db: sqlite3.Connection, page: RecordedPage, known: Mapping[str, Row]) -> bool:
    """Whether the page is part of the listing as the last run saw it."""
    live = any(row["stands"] and row["missing"] is None for row in known.values())
    return live and recorded.is_latest(db, page)


def _corrections(known: Mapping[str, Row], entries: Mapping[str, Entry]) -> Iterator[Correction]:
    """The entries that are read otherwise, of documents whose present words are from this page."""
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
    """Compares a document's own page, as it is read today, with what is stored of it.

    A page that a newer one has replaced need only be readable. `corrected` has the fields of the
    listing that a page before this one corrected. Raises Unreadable if the page is another
    document's, or lacks most of what was read in it before.
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
    """The page's values, by label, that differ from the listing's.

    `listed` has the listing's values since the page was read, the present ones first. Where these
    disagree, a difference counts only if it is stored already.
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


def differences(page: Reread) -> str:
    """The differences on a page as plain text, by kind; empty if there are none."""
    site = page.page.site
    new = [_named(site, entry.document, values(entry)) for entry in page.additions]
    gone = [_named(site, row["id"], row) for row in page.gone]
    corrected = [row for one in page.corrections for row in _fields(site, one)]
    corrected += _own_fields(page.own) if page.own else []
    lines = [
        line
        for heading, rows in (
            (HEADINGS["reread"], corrected),
            (HEADINGS["added"], new),
            (GONE, gone),
        )
        if rows
        for line in documents_as_lines(heading, rows)
    ]
    if not (page.failure or lines) and page.entries != page.page.entries:
        lines = [f"  It has {page.entries} entries, where {page.page.entries} were read before"]
    if not lines:
        return ""
    where = f"{plain(page.page.url)}, as it was at {page.page.fetched}"
    return "\n".join([where, *lines])


def _fields(site: str, correction: Correction) -> Iterator[Row]:
    new = values(correction.entry)
    said = _named(site, correction.entry.document, new)
    for name, old in correction.before.items():
        yield {**said, "field": name, "old": old, "new": new[name]}


def _own_fields(own: OwnCorrection) -> Iterator[Row]:
    said = _named(own.row["site"], own.row["id"], own.row)
    for name, old, new in own.differences:
        yield {**said, "field": name, "old": old, "new": new}


def _named(site: str, name: str, document: Row) -> Row:
    """The row of a document for `documents_as_lines`."""
    return {
        "site": site,
        "document": name,
        "title": document["title"],
        "date": document["date_text"],
        "url": document["url"],
        "field": None,
    }
