"""What has to be known of a site to harvest it."""

from collections.abc import Callable
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True)
class Site:
    """The particulars of one site; all else in this project is the same for every site.

    `document_path` matches the path of a document's address; its group "id" is the document's
    identity, whatever host, scheme, query or mirror's prefix surrounds it. `row_hints` are CSS
    selectors of an entry, tried first and never trusted alone. `nothing_found` matches a whole
    block of text by which the site says that a listing is empty, `teasers` one that heads documents
    which are no results.
    """

    name: str
    home: str
    document_path: Pattern[str]
    row_hints: tuple[str, ...]
    nothing_found: Pattern[str]
    teasers: Pattern[str]
    is_listing_url: Callable[[str], bool]
    """Whether an address is one of a listing."""
    states_range: Callable[[str], bool]
    """Whether a listing at this address states its range (the earlier site's never did)."""
    page_number: Callable[[str], int]
    """Which page of its listing an address is, counted from 0."""
    page_url: Callable[[str, int], str]
    """The address of a page of the listing, counted from 0."""

    def document_url(self, document: str) -> str:
        """Where the site itself shows a document."""
        return f"{self.home}/document/{document}"
