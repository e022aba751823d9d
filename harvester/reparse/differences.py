"""The differences between two readings: counted for a collection, and as plain text for a page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harvester.outcomes import Outcome
from harvester.runs import Counts, Failure
from harvester.store.observations import values
from harvester.store.recorded import RecordedCollection
from harvester.store.records import LISTED
from harvester.store.reread import Alike, Correction, OwnCorrection, Reread
from harvester.text_report import HEADINGS, documents_as_lines, plain

Row = dict[str, Any]
WORSE = list(Outcome)
"""The outcomes of a run, the better before the worse."""
GONE = "Not found any more, and left as it is"


@dataclass(slots=True)
class Stats:
    """Counts for a collection, and its failures: each sentence once, with the number of its pages.

    `pages` were read, of the listing and of documents; `corrected` has the numbers of the documents
    that were read otherwise, each with what its listing says now and the database has not yet.
    """

    pages: int = 0
    corrected: dict[int, Row] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    gone: int = 0
    outcome: Outcome = Outcome.COMPLETE
    failures: dict[Failure, int] = field(default_factory=dict)

    def add(self, page: Reread | Alike) -> None:
        """Adds a page, or pages that are alike."""
        self.counts.add(page.counts)
        if isinstance(page, Alike):
            self.pages += page.pages
            return
        self.pages += page.failure is None
        self._correct(page)
        self.counts.added += len(page.additions)
        self.gone += len(page.gone)
        self.outcome = max(self.outcome, page.outcome, key=WORSE.index)
        if page.failure:
            self.failures[page.failure] = self.failures.get(page.failure, 0) + 1

    def _correct(self, page: Reread) -> None:
        for one in page.corrections:
            new = values(one.entry)
            differing = {name: new[name] for name in LISTED if name in one.before}
            self.corrected[one.document] = differing
        if page.own:
            self.corrected.setdefault(page.own.row["number"], {})
        self.counts.changed = len(self.corrected)

    def complaints(self) -> list[str]:
        """The sentences, for people."""
        return [
            failure.detail if failure.url else f"{failure.detail} Pages that it holds: {pages:,}."
            for failure, pages in self.failures.items()
        ]


def differences(page: Reread) -> str:
    """The differences on a page, by kind; an empty text if there are none."""
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
    """A row by which a document is shown."""
    return {
        "site": site,
        "document": name,
        "title": document["title"],
        "date": document["date_text"],
        "url": document["url"],
        "field": None,
    }
