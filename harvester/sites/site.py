"""What has to be known of a site to harvest it."""

from collections.abc import Mapping
from dataclasses import dataclass
from re import Pattern

from harvester.sites.identity import Identity
from harvester.sites.paging import Paging
from harvester.sites.phrases import Phrases

HINTS = (
    *("title", "date", "credit", "summary", "label", "transcript"),
    *("kind", "language", "name", "citation"),
)
"""What a profile can have hints of."""


@dataclass(frozen=True)
class DocumentPage:
    """What has to be known of the pages that a site shows its documents on.

    `fields` and `terms` say what a label means, which is written in lower case, "(s)" as "s" and
    "&" as "and": a field of the Record, or a kind of its terms. `runs` are the two kinds of terms
    in a list that has both without naming them, in their order. `proofs` are those fields and
    kinds that no other page has.

    `hints` are CSS selectors, tried first and never trusted alone, of a title, a date, a credit, a
    summary, a label, a transcript's pane and what the shown one is called ("kind", "language"), a
    term's name, and what holds the citation.

    The phrases match a whole block of text: `credit` thanks who paid, `furniture` says nothing of
    a document, `related` heads other documents that the site itself finds to be related to it,
    `citation` has the groups title, date and source; `transcript` matches the label of
    one, with a language in its groups before and after; `pane` matches the id of a pane, with the
    group language. `file_path` is found in the path of a scan's address.
    """

    fields: Mapping[str, str]
    terms: Mapping[str, str]
    runs: Mapping[str, tuple[str, str]]
    proofs: frozenset[str]
    hints: Mapping[str, tuple[str, ...]]
    credit: Phrases
    furniture: Phrases
    related: Phrases
    citation: Phrases
    transcript: Phrases
    pane: Phrases
    file_path: Pattern[str]

    def meaning(self, label: str) -> str | None:
        """The field or the kind of term that a label stands for; None if it is not known."""
        said = label.rstrip(": ").lower().replace("(s)", "s").replace("&", "and")
        return self.fields.get(said) or self.terms.get(said)


@dataclass(frozen=True)
class Site:
    """The particulars of one site; all else in this project is the same for every site.

    `row_hints` are CSS selectors of an entry, tried first and never trusted alone. `nothing_found`
    matches a whole block of text by which the site says that a listing is empty, `teasers` one that
    heads documents which are no results.
    """

    key: str
    """What the site is called by those who type, and in the database: a slug, or a host."""
    name: str
    keeper: str
    """Who keeps the archive, as citations name it."""
    home: str
    """The beginning of its addresses, without a slash at the end."""
    identity: Identity
    row_hints: tuple[str, ...]
    nothing_found: Phrases
    teasers: Phrases
    paging: Paging
    document_page: DocumentPage
    hosts: tuple[str, ...] = ()
    """Further hosts that have shown the same documents."""
    reckons: bool = True
    """Whether the address of a next page is known where the page has no link to it."""
    profile_digest: str = ""
    """The digest of what its profile says; empty if it has none."""

    def is_listing_url(self, url: str) -> bool:
        """Whether an address is one of a listing."""
        return self.paging.is_listing(url)

    def states_range(self, url: str) -> bool:
        """Whether a listing at this address states its range."""
        return self.paging.states_range(url)

    def page_number(self, url: str) -> int:
        """Which page of its listing an address is, counted from 0."""
        return self.paging.number(url)

    def page_url(self, url: str, page: int) -> str:
        """The address of a page of the listing, counted from 0."""
        return self.paging.url(url, page)

    def root(self, url: str) -> str:
        """The beginning of a listing's address up to its path: a copy may have it lower."""
        return self.paging.root(url)

    def document_url(self, document: str) -> str:
        """Where the site itself shows a document."""
        return self.identity.url(document)
