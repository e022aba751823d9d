"""Items: pages of listings and of documents, with what was read from them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from harvester.dates import USUAL, Habits
from harvester.record import MEANS, REQUIRED, Record, means


@dataclass(slots=True)
class Entry:
    """A document as a page of a listing shows it.

    `document` is its identity, and `link` its address on the site itself; both are the same for a
    mirror's page. A value that the page lacks is None, never an empty text. Blank lines separate
    the paragraphs of a summary. An interface may know the document by another identity as well, its
    `alias`. One that is `withdrawn` is there no longer, as the archive says; it has no title.
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
    date_convention: str | None = means(
        'By which convention of ours it has these days; "thirds" for early, mid and late.'
    )
    listed_other: str | None = means(
        "What else its listing says, as JSON: the labels or headers, each with its values."
    )
    position: int | None = None
    alias: str | None = None
    withdrawn: bool = False

    @property
    def other(self) -> dict[str, list[str]]:
        """What else the entry says: values by their label, or by the header of their column."""
        return json.loads(self.listed_other) if self.listed_other else {}


def in_json(other: Mapping[str, list[str]]) -> str | None:
    """Other values as they are stored: equal content gives equal text, and none gives None."""
    said = {label: values for label, values in other.items() if values}
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else None


@dataclass(slots=True)
class Listing:
    """One page of a listing: its range ("11 - 15 of 15"), its entries, its next page.

    The first two numbers are None where the page states no range, the third where it states no
    total; all are 0 where the page itself says that nothing was found. A total that is `in_words`
    stands apart from a range, as in "21 results", so that it may count something else. `page_of` is
    the page's number and that of all pages, where it says "page 1 of 7".

    A listing may be in `parts`, each a listing of its own at an address, and each with its own
    total. If only the `newest` entries are shown, what the page lacks may still be there. The pages
    of an `archived` feed may have any size.
    An interface may say when it has `answered`, by its own clock, and give the `datestamps` of its
    first and last record, if all are in order ("2020-01-01/2020-01-31").

    If its `next_url` is but `reckoned`, there is such a page only as long as entries are missing
    from the total. `habits` are how the page writes its dates.
    """

    url: str
    first: int | None
    last: int | None
    total: int | None
    entries: list[Entry] = field(default_factory=list)
    next_url: str | None = None
    reckoned: bool = False
    habits: Habits = USUAL
    in_words: bool = False
    page_of: tuple[int, int] | None = None
    parts: list[str] = field(default_factory=list)
    newest: bool = False
    archived: bool = False
    answered: str | None = None
    datestamps: str | None = None

    @property
    def sure_total(self) -> int | None:
        """The total that goes with a range, or that an interface gives."""
        return None if self.in_words else self.total


PAGE_SOURCE = "page_source"
"""The key in a request's meta of the PageSource of the answer, set by what answers it."""

KNOWN_SOURCE = "known_source"
"""The key in a request's meta of the known page's PageSource, in a request for a changed page."""

CACHED = "cached"
"""Scrapy's flag for a response that did not come from the site."""

REREAD = "reread"
"""The key in a request's meta which says that another reader has read the page before. If
the page has not changed, it must be read again in our recording, at the `known_source`."""


ENCLOSED = "enclosed"
"""The key in a request's meta which says that it asks for one record of another archive's WARC. The
recording gets that record itself, so that it is read back as what was captured."""


@dataclass(frozen=True, slots=True)
class PageSource:
    """The place of the bytes that a page was read from, and when they were captured, in UTC.

    `file` is a path below the folder of recordings, or of the source; None if the bytes are kept
    nowhere. `offset` is the place of the record in it, None if it is no WARC. `digest` is WARC's of
    the payload there ("sha1:" and base 32). `url` is the captured address, whose host may be
    another. An unknown moment has a stand-in (see `timestamps`).
    """

    captured: str | None
    url: str
    file: str | None
    offset: int | None
    digest: str


@dataclass(slots=True)
class PageItem:
    """Item: a fetched page of a listing, with its entries.

    `fetched` is in UTC, the time of the capture if the page comes from a source; `sha256` is the
    body's. `walk` is the number of the walk in its run, `before` how many entries the walk saw
    before the page. The page has `read` entries, some `with_date` and `with_summary`; the pipelines
    count the rest. An unchanged page has no entries here: it is the `same_as` the page with that
    number in the database. `source` is None if the page is neither recorded nor from a source.
    `clock_ahead` is how many seconds our clock is ahead of the site's, as far as the run knows.
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
    """Item: consecutive pages that have not changed."""

    pages: list[PageItem]

    @property
    def listing(self) -> Listing:
        """The listing of the last of them."""
        return self.pages[-1].listing

    @property
    def url(self) -> str:
        """The address of the first."""
        return self.pages[0].listing.url


@dataclass(slots=True)
class DetailsItem:
    """Item: a document's own page, fetched and read.

    `document` is the one it was fetched for, `url` the address that it came from; other fields are
    as in a PageItem. An unchanged page has no record: it is the `same_as` the page with that number
    in the database. A page that the site was not `asked` for was read again in the recording. A
    pipeline sets `date_edtf`.
    """

    collection: str
    document: str
    url: str
    record: Record | None
    fetched: str
    status: int
    sha256: str
    same_as: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    source: PageSource | None = None
    date_edtf: str | None = None
    asked: bool = True
    habits: Habits = USUAL
