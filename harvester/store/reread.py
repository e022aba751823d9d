"""What came of reading a recorded page again, beside what the database has from it."""

from dataclasses import dataclass, field

from harvester.items import Entry
from harvester.outcomes import Outcome
from harvester.runs import Counts, Failure
from harvester.store.connection import Row
from harvester.store.recorded import RecordedPage
from harvester.store.said import Difference, Said, differences


@dataclass(frozen=True, slots=True)
class Correction:
    """A document that was read otherwise: its number, how it is read now, and the fields that
    differ as they are in the database."""

    document: int
    entry: Entry
    before: Row


@dataclass(frozen=True, slots=True)
class OwnCorrection:
    """A document, whose own page was read otherwise: what the database has of it, and what the page
    says."""

    row: Row
    before: Said
    now: Said

    @property
    def differences(self) -> list[Difference]:
        """What was read otherwise."""
        return list(differences(self.before.all_words, self.now.all_words))


@dataclass(slots=True)
class Reread:
    """What came of reading a page again, which has so many `entries` now.

    `additions` are entries that nobody found there before, `gone` the documents that had been found
    there and are not any more; `found` is all that is read there now, if that is not what was;
    `own` is what differs on a document's own page. `counts` are those of the page if its entries
    are the present ones. If the page can't be read, `failure` says why, and `outcome` what that
    makes of the whole.
    """

    page: RecordedPage
    entries: int
    corrections: list[Correction] = field(default_factory=list)
    additions: list[Entry] = field(default_factory=list)
    found: list[Entry] | None = None
    gone: list[Row] = field(default_factory=list)
    own: OwnCorrection | None = None
    counts: Counts = field(default_factory=Counts)
    outcome: Outcome = Outcome.COMPLETE
    failure: Failure | None = None

    @property
    def differs(self) -> bool:
        """Whether there is something to write."""
        return self.found is not None or self.own is not None

    @property
    def is_alike(self) -> bool:
        """Whether there is nothing to tell of it, either."""
        told = self.differs or self.gone or self.failure
        return not told and self.entries == self.page.entries


@dataclass(slots=True)
class Alike:
    """So many pages that are read as the database has them, and what they count together."""

    pages: int = 0
    counts: Counts = field(default_factory=Counts)

    def add(self, page: Reread) -> None:
        """Adds such a page."""
        self.pages += 1
        self.counts.add(page.counts)
