"""Runs and their phases: how they begin, what they fetch and count, and their summaries."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Self

from harvester.items import PageItem, PageSource
from harvester.outcomes import Outcome, Reason, RunProblem


@dataclass(frozen=True, slots=True)
class RunStart:
    """Begins the run of a collection. `source` is "live" or the place of captured pages.

    `site` is the key of the listing's site, whatever host its address has; `pid` is the process.
    `accept` believes a change of any size. `profile` is the text of the one that was learned for
    the collection, if that reads its pages. With `since`, only what has changed since that moment
    is asked for, so that what is not met may be there all the same.
    """

    collection: str
    url: str
    started: str
    source: str = "live"
    accept: bool = False
    site: str = field(kw_only=True)
    pid: int = field(default_factory=os.getpid, kw_only=True)
    profile: str | None = field(default=None, kw_only=True)
    since: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A stored page, as it is stored again if it has not changed.

    It is `fresh` if a run that was interrupted a short while ago has fetched it, and `outdated` if
    another reader has read it, so that it must be read again.
    """

    page: PageItem
    fresh: bool = False
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A document whose own page is to be fetched, at `url` or, if it is not there, at `others`.

    If the site need only send it after a change, `page` is the known page's number in the database,
    with the hash, the validators and the source that it had. It is `outdated` if another reader has
    read it, so that it must be read again.
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
    """Begins the phase of documents' own pages, after the listing.

    `root` is the beginning of the listing's site, which may be a copy of the one at `home`;
    `url_of` gives the address of a document there. `full` asks for all pages in full. If the source
    does not support `asks_for_changes`, known pages are not asked for. The documents in `met` were
    asked for a moment ago. A document of which the link `has_page` denies is not asked for at all.
    """

    collection: str
    root: str
    home: str
    url_of: Callable[[str], str]
    full: bool = False
    asks_for_changes: bool = True
    met: Collection[str] = ()
    has_page: Callable[[str], bool] = bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure to fetch or read a page: its address, the reason, a sentence, and the tries."""

    url: str | None
    reason: Reason
    detail: str
    attempts: int = 1

    @classmethod
    def of(cls, problem: RunProblem) -> Self:
        """Makes a failure of a problem."""
        return cls(problem.url, problem.why, str(problem), problem.attempts)


@dataclass(slots=True)
class Counts:
    """Counts of a run: its pages, the entries on them, and what became of their documents.

    `added` are new to the collection, `changed` differ from before; `undated` have no date,
    `not_understood` a date that can't be read; `duplicates` were met before in the walk. `missing`
    and `removed` have left the listing, `restored` are back in it, `renamed` have a new address.
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
        """Adds other counts."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True, slots=True)
class RunEnd:
    """Ends the run of a collection, with the outcome by its pages.

    `reason` is a sentence unless the outcome is complete. `clock_ahead` is as in a PageItem.
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
    """A run after its end, which the store may have found suspect.

    `run` is its number; `warnings` are sentences about clocks. It is of what has changed `since` a
    moment, if that is given.
    """

    run: int
    collection: str
    outcome: Outcome
    stated_total: int | None
    reason: str | None
    counts: Counts
    warnings: list[str]
    since: str | None = None


class Phase(StrEnum):
    """The optional phases of a run, after the listing."""

    DETAILS = "details"
    """Documents' own pages."""
    SCANS = "scans"


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """A phase after its end: how many documents' pages or scans were wanted, fetched and failed.

    `failures` are those of single ones, `given_up` is why the others were not asked for.
    """

    run: int
    collection: str
    what: Phase
    wanted: int
    fetched: int
    failed: int
    failures: list[Failure]
    given_up: Failure | None = None
