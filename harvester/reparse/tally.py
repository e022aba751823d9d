"""What came of all pages of a collection."""

from dataclasses import dataclass, field, fields

from harvester.items import Counts, Failure
from harvester.outcomes import Outcome
from harvester.store.corrections import Reread


@dataclass(slots=True)
class Tally:
    """What was counted, and what failed: each sentence once, with the number of its pages."""

    counts: Counts = field(default_factory=Counts)
    gone: int = 0
    outcome: Outcome = Outcome.COMPLETE
    failures: dict[Failure, int] = field(default_factory=dict)

    def add(self, page: Reread) -> None:
        """Adds a page."""
        for one in fields(Counts):
            sum_of = getattr(self.counts, one.name) + getattr(page.counts, one.name)
            setattr(self.counts, one.name, sum_of)
        self.counts.changed += len(page.corrections)
        self.counts.added += len(page.additions)
        self.gone += len(page.gone)
        self.outcome = max(self.outcome, page.outcome, key=list(Outcome).index)
        if page.failure:
            self.failures[page.failure] = self.failures.get(page.failure, 0) + 1

    def complaints(self) -> list[str]:
        """The sentences, for people."""
        return [
            failure.detail if failure.url else f"{failure.detail} Pages that it holds: {pages:,}."
            for failure, pages in self.failures.items()
        ]
