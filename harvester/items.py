"""Items: the pages of listings and of documents, and what is read in them."""

from dataclasses import dataclass, field

from harvester.dates import USUAL, Habits
from harvester.record import MEANS, REQUIRED, Record, means


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
    date_convention: str | None = means(
        'By which convention of ours it has these days; "thirds" for early, mid and late.'
    )
    position: int | None = None


@dataclass(slots=True)
class Listing:
    """One page of a listing: its range ("11 - 15 of 15"), its entries, its next page.

    The first two numbers are None where the page states no range, the third where it states no
    total; all are 0 where the page itself says that nothing was found. If its `next_url` is but
    `reckoned`, there is such a page only as long as entries are missing from the total. `habits`
    are how the page writes its dates.
    """

    url: str
    first: int | None
    last: int | None
    total: int | None
    entries: list[Entry] = field(default_factory=list)
    next_url: str | None = None
    reckoned: bool = False
    habits: Habits = USUAL


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


@dataclass(slots=True)
class DetailsItem:
    """Item: a document's own page that was fetched and read.

    `document` is the one that it was asked for, `url` the address that it was sent from; the rest
    is as in a PageItem. A page that has not changed has no record, but is the `same_as` the page
    with that number in the database. One that was not `asked` for was read again in the recording.
    The pipelines say what the record's date means.
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
