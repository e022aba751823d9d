"""Items, which are pages with their entries, and what the parts of a harvest tell of runs."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from harvester.outcomes import Outcome, Reason

REQUIRED = "required"
"""The key in the metadata of a text that no item lacks; its value is what a sentence calls it."""
MEANS = "means"
"""The key in the metadata of a field that is a column of documents: what that is, in a sentence."""


def means(sentence: str, **more: object) -> Any:
    """A field that a page can lack, and what it is as a column of documents."""
    return field(default=None, metadata={MEANS: sentence, **more})


def columns(kind: type) -> dict[str, str]:
    """The fields of a class that are columns of documents, with what they mean."""
    return {one.name: one.metadata[MEANS] for one in fields(kind) if MEANS in one.metadata}


@dataclass(slots=True)
class Entry:
    """A document, as one page of a listing shows it.

    `document` is the document's identity, the same whatever host it was reached by; `link` is where
    the site itself shows it, the same for a mirror's page. A value that the page lacks is None,
    never an empty text. Paragraphs of a summary are parted by a blank line.
    """

    document: str = field(metadata={REQUIRED: "id"})
    link: str = field(metadata={REQUIRED: "link"})
    title: str = field(metadata={REQUIRED: "title", MEANS: "The title."})
    date_text: str | None = means("The date as the archive writes it.")
    summary: str | None = means("The summary; its paragraphs are parted by a blank line.")
    date_edtf: str | None = means(
        "What the date means, in EDTF (ISO 8601-2): 1962-08, 1950~, 195X."
    )
    date_earliest: str | None = means("The first day that the date can be.")
    date_latest: str | None = means("The last day that the date can be.")
    position: int | None = None


@dataclass(slots=True)
class Listing:
    """One page of a listing: its range ("11 - 15 of 15"), its entries, its next page.

    The three numbers are None where the page states no range; all are 0 where the page itself
    says that nothing was found.
    """

    url: str
    first: int | None
    last: int | None
    total: int | None
    entries: list[Entry] = field(default_factory=list)
    next_url: str | None = None


@dataclass(frozen=True, slots=True)
class RunStart:
    """The harvest of a collection begins. `source` is "live" or where captured pages are.

    `site` is the key of the site that the listing is of, whatever host its address has. `accept`
    says that the collection may have changed as much as it seems to have.
    """

    collection: str
    url: str
    started: str
    source: str = "live"
    accept: bool = False
    site: str = field(kw_only=True)


PAGE_SOURCE = "page_source"
"""The key in a request's meta under which whoever answers it puts the page's PageSource."""

KNOWN_SOURCE = "known_source"
"""The key under which whoever asks for a page only if it has changed may put that of the page as it
is known."""

CACHED = "cached"
"""The flag that a response bears, as in Scrapy, for which the site was not asked."""

REREAD = "reread"
"""The key under which whoever asks for a page says that another reader has read it before: if it
has not changed, it is to be read again in our recording of it, which is in the `known_source`."""


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where the bytes are kept that a page was read from, and when they were captured, in UTC.

    `file` is a path from the folder of recordings on, or from the source's, None if they are kept
    nowhere; `offset` is where in it a record begins, None if it is no WARC. `digest` is that of the
    payload as it is there, as WARC has it ("sha1:" and base 32). `url` is the address that was
    captured: its host may be another. The moment stands in for one if none is known (`timestamps`).
    """

    captured: str | None
    url: str
    file: str | None
    offset: int | None
    digest: str


@dataclass(slots=True)
class PageItem:
    """Item: a page that was fetched and read, with all of its entries.

    `fetched` is a UTC time, that of its capture if it comes from a source, `sha256` that of the
    body's bytes, `walk` says which walk of the run it belongs to, `before` how many entries that
    has seen before it. `read` is how many entries the page had, of which some `with_date` and
    `with_summary`; the pipelines count the rest. A page that is known not to have changed has no
    entries here, but is the `same_as` the page with that number in the database. `source` is
    None if the page was neither recorded nor taken from a source. `clock_ahead` is by how many
    seconds our clock is ahead of the site's, as far as the run knows by then.
    """

    collection: str
    listing: Listing
    fetched: str
    status: int
    sha256: str
    read: int
    with_date: int = 0
    with_summary: int = 0
    undated: int = 0
    not_understood: int = 0
    duplicates: int = 0
    walk: int = 1
    before: int = 0
    same_as: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    source: PageSource | None = None
    clock_ahead: int | None = None

    @property
    def url(self) -> str:
        """The page's address."""
        return self.listing.url


@dataclass(slots=True)
class UnchangedPages:
    """Item: pages one after another that are known not to have changed."""

    pages: list[PageItem]

    @property
    def listing(self) -> Listing:
        """The listing of the last of them."""
        return self.pages[-1].listing

    @property
    def url(self) -> str:
        """The address of the first."""
        return self.pages[0].listing.url


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
class Failure:
    """A failure to get or read something: the page, why in one word, a sentence, and the tries."""

    url: str | None
    reason: Reason
    detail: str
    attempts: int = 1


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
