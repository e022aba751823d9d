"""Runs and their phases: how they begin, what they ask for, what they count, how they end."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Self

from harvester.items import PageItem, PageSource
from harvester.outcomes import Outcome, Reason, RunProblem


@dataclass(frozen=True, slots=True)
class RunStart:
    """The harvest of a collection begins. `source` is "live" or where captured pages are.

    `site` is the key of the site that the listing is of, whatever host its address has. `accept`
    says that the collection may have changed as much as it seems to have. `profile` is the text of
    the one that was learned for the collection, if it is read by that.
    """

    collection: str
    url: str
    started: str
    source: str = "live"
    accept: bool = False
    site: str = field(kw_only=True)
    profile: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page that was stored before, as it is to be stored again if it has not changed.

    It is `fresh` if a run that was interrupted a short while ago has fetched it, and `outdated` if
    another reader has read it: then it is to be read again.
    """

    page: PageItem
    fresh: bool = False
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A document whose own page is to be asked for, at `url`, or if it is not there at `others`.

    If it is known and need only be sent if it has changed, `page` is its number in the database,
    and the rest is as it was when it was read: what it was sent with, and where it is kept. It is
    `outdated` if another reader has read it: then it is to be read again.
    """

    document: str
    url: str
    others: tuple[str, ...] = ()
    page: int | None = None
    sha256: str = ""
    etag: str | None = None
    last_modified: str | None = None
    source: PageSource | None = None
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class DetailsStart:
    """The run of a collection has ended, and documents' own pages are to be read: which?

    `root` is where the site begins that has the listing, which may be a copy of that at `home`, and
    `url_of` says where it shows a document. `full` asks for all of them, in full.
    `asks_for_changes` says that the source can tell what has changed; if not, what is known is not
    asked for again. Those of the documents in `met` were asked for a moment ago.
    """

    collection: str
    root: str
    home: str
    url_of: Callable[[str], str]
    full: bool = False
    asks_for_changes: bool = True
    met: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure to get or read something: the page, why in one word, a sentence, and the tries."""

    url: str | None
    reason: Reason
    detail: str
    attempts: int = 1

    @classmethod
    def of(cls, problem: RunProblem) -> Self:
        """The failure that a problem is."""
        return cls(problem.url, problem.why, str(problem), problem.attempts)


@dataclass(slots=True)
class Counts:
    """Counts of a run: pages read and entries seen on them, and what became of their documents.

    `added` are new to the collection, `changed` say something else than before; `undated` have no
    date, `not_understood` a date that could not be read; `duplicates` were met before in the walk.
    `missing` and `removed` are no longer in the listing, `restored` are in it again, `renamed` have
    another address.
    """

    pages: int = 0
    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    undated: int = 0
    not_understood: int = 0
    duplicates: int = 0
    with_date: int = 0
    with_summary: int = 0
    missing: int = 0
    removed: int = 0
    restored: int = 0
    renamed: int = 0

    def add(self, other: "Counts") -> None:
        """Adds what another has counted."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True, slots=True)
class RunEnd:
    """The harvest of a collection has ended, and how, as far as its pages tell.

    `reason` is one sentence unless the outcome is complete. `clock_ahead` is as in a PageItem.
    """

    collection: str
    outcome: Outcome
    finished: str
    stated_total: int | None = None
    reason: str | None = None
    failures: list[Failure] = field(default_factory=list)
    clock_ahead: int | None = None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as the store has noted it, which may find that a complete one is suspect.

    `run` is its number; `warnings` are what there is to say of clocks.
    """

    run: int
    collection: str
    outcome: Outcome
    stated_total: int | None
    reason: str | None
    counts: Counts
    warnings: list[str]


class Phase(StrEnum):
    """The parts of a harvest after its listing, if they are wanted."""

    DETAILS = "details"
    """Documents' own pages."""
    SCANS = "scans"


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """How many of the documents' pages, or of the scans, that a run wanted it got.

    `failures` are those of single ones, `given_up` says why others were not asked for.
    """

    run: int
    collection: str
    what: Phase
    wanted: int
    fetched: int
    failed: int
    failures: list[Failure]
    given_up: Failure | None = None
