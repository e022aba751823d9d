"""What came of reading pages again, in plain text."""

from collections.abc import Iterator
from typing import Any

from harvester.reparse.stats import Stats
from harvester.store.documents import values
from harvester.store.recorded import RecordedCollection
from harvester.store.reread import Correction, OwnCorrection, Reread
from harvester.text_report import HEADINGS, documents_as_lines, plain

Row = dict[str, Any]

GONE = "Not found any more, and left as it is"


def differences(page: Reread) -> str:
    """What differs on a page, by kind; an empty text if nothing does."""
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


def summary(collection: RecordedCollection, stats: Stats) -> str:
    """One line on a collection: how many pages were read, and what is not as it was."""
    counts = stats.counts
    read = f"{stats.pages:,} of {collection.recorded:,} recorded pages read again"
    left = collection.pages - collection.recorded
    read += f", {left:,} were never recorded" if left else ""
    said = f"{counts.changed:,} read otherwise, {counts.added:,} new"
    said += f", {stats.gone:,} not found any more" if stats.gone else ""
    return f"{collection.name}: {read} ({said})"


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
    """What a document is shown by."""
    return {
        "site": site,
        "document": name,
        "title": document["title"],
        "date": document["date_text"],
        "url": document["url"],
        "field": None,
    }
