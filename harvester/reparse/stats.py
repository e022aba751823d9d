"""What came of all pages of a collection."""

from dataclasses import dataclass, field
from typing import Any

from harvester.items import Counts, Failure
from harvester.outcomes import Outcome
from harvester.store.documents import values
from harvester.store.records import LISTED
from harvester.store.reread import Alike, Reread

Row = dict[str, Any]

WORSE = list(Outcome)
"""What a run can come to, the better before the worse."""


@dataclass(slots=True)
class Stats:
    """What was counted, and what failed: each sentence once, with the number of its pages.

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
