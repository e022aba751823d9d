"""What has to be known of a site to harvest it, and what is taken for one of which nothing is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from re import Pattern
from urllib.parse import urlsplit

from harvester.dates import ENGLISH, Habits
from harvester.sites.identity import REST, Identity
from harvester.sites.json_listing import JsonListing
from harvester.sites.paging import Form, Paging
from harvester.sites.wording import NOTHING, Phrases, Sayings, Words, words_in

HINTS = (
    *("title", "date", "credit", "summary", "label", "transcript"),
    *("kind", "language", "name", "citation", "scan"),
)
"""What a profile can have hints of."""

LONGEST_LABEL = 100
"""In characters; a longer text is none, whatever a profile says."""

PARTS = ("title", "link", "date", "summary")
"""What a profile can say where it is in an entry."""


@dataclass(frozen=True)
class ListingPage:
    """What has to be known of the pages of a site's listings, all as CSS selectors.

    `hints` are of an entry, tried first and never trusted alone. If `entry` is there, entries are
    what it finds and nothing else; `parts` are of what is in one, and what `ignore` finds is none
    of it. What no selector tells is found as on any page. `next` is the link to the next page,
    wherever on the site that has its address.

    `date_within` says that the date is the first one in a longer text, `named_only` that what no
    selector finds in an entry is left out. An address of a document has a path that begins with
    `links`; others on the page are of something else.
    """

    hints: tuple[str, ...] = ()
    entry: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    next: str | None = None
    date_within: bool = False
    named_only: bool = False
    links: str = ""

    @property
    def has_selectors(self) -> bool:
        """Whether it says what is in a page, or what is no part of it."""
        return bool(self.entry or self.parts or self.ignore)


@dataclass(frozen=True)
class DocumentPage:
    """What has to be known of the pages that a site shows its documents on.

    `fields` and `terms` say what a label means, which is written in lower case, "(s)" as "s" and
    "&" as "and": a field of the Record, or a kind of its terms. `runs` are the two kinds of terms
    in a list that has both without naming them, in their order. `proofs` are those fields and
    kinds that no other page has.

    `hints` are CSS selectors, tried first and never trusted alone, of a title, a date, a credit, a
    summary, a label, a transcript's pane and what the shown one is called ("kind", "language"), a
    term's name, what holds the citation, and what links to a scan or shows one.

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

    @property
    def proves(self) -> bool:
        """Whether the profile says what a document's page has and no other."""
        return bool(self.proofs or self.citation.phrases)

    def meaning(self, label: str) -> str | None:
        """The field or the kind of term that a label stands for; None if it is not known."""
        if len(label) > LONGEST_LABEL:
            return None
        said = label.rstrip(": ").lower().replace("(s)", "s").replace("&", "and")
        return self._meanings.get(said)

    @cached_property
    def _meanings(self) -> dict[str, str]:
        return {**self.terms, **self.fields}


@dataclass(frozen=True)
class Site:
    """The particulars of one site; all else in this project is the same for every site."""

    key: str
    """What the site is called by those who type, and in the database: a slug, or a host."""
    name: str
    keeper: str
    """Who keeps the archive, as citations name it."""
    home: str
    """The beginning of its addresses, without a slash at the end."""
    identity: Identity
    paging: Paging
    listing_page: ListingPage
    document_page: DocumentPage
    hosts: tuple[str, ...] = ()
    """Further hosts that have shown the same documents."""
    language: str | None = None
    """What its pages are in, whatever they say themselves."""
    date_order: str = ""
    """How it writes dates in numbers, "dmy" or "mdy"; empty if as its language does."""
    date_conventions: bool = True
    """Whether its dates are read by conventions of ours, too, where it says "early 1950s"."""
    sayings: Sayings = NOTHING
    """What it says otherwise than its language."""
    is_known: bool = True
    """Whether a profile says what the site is like."""
    profile_digest: str = ""
    """The digest of what its profile says; empty if it has none."""
    json: JsonListing | None = None
    """What its listings are like if they are sent as JSON."""
    document_form: str = ""
    """How the site writes the addresses of its documents by their ids, if an identity is more."""

    @property
    def is_kind(self) -> bool:
        """Whether a profile is of a kind of sites: those that one software makes, on any host."""
        return not self.home

    def at(self, url: str) -> "Site":
        """The site at an address, if this is a kind of sites: it is named by its host, and each
        document by its whole address, as on a site of which nothing is known."""
        if not self.is_kind:
            return self
        host, root = host_of(url), urlsplit(self.paging.root(url))
        home = f"{root.scheme}://{host}"
        form = self.identity.form and root.path + self.identity.form
        identity = Identity(home, f"/{REST}", self.identity.files)
        return replace(
            self,
            key=host,
            name=host,
            keeper=host,
            home=home,
            identity=identity,
            document_form=form,
        )

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
        """The beginning of a listing's address up to its path: a copy may have it lower, unless
        documents are known by their whole addresses."""
        if self.identity.is_free:
            return f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
        return self.paging.root(url)

    def document_url(self, document: str) -> str:
        """Where the site itself shows a document."""
        return self.identity.url(document)

    def named_document(self, said: str) -> str | None:
        """The document that an interface of the site's names by this id; None if it can't be."""
        return self.identity.named(said, self.document_form)

    def habits(self, language: str | None = None) -> Habits:
        """How its pages write dates; `language` is the one that a page says it is in."""
        return Habits(
            self.language or language or ENGLISH, self.date_order, conventions=self.date_conventions
        )

    def words(self, language: str | None = None) -> Words:
        """What its pages may say; `language` is the one that a page says it is in."""
        return words_in(self.language or language, self.sayings)


PORTS = {"http": 80, "https": 443}
NONE = Phrases(())


def general_site(url: str) -> Site:
    """The site at an address: named by its host, each document by its path and query.

    What its pages are like is not stated: a listing that can't be read by what is certain, or that
    shows no link to its next page, is refused.
    """
    host = host_of(url)
    home = f"{urlsplit(url).scheme}://{host}"
    return Site(
        key=host,
        name=host,
        keeper=host,
        home=home,
        identity=Identity(home, f"/{REST}"),
        paging=Paging((Form("/{+rest}", "page"),)),
        listing_page=ListingPage(),
        document_page=DOCUMENT_PAGE,
        is_known=False,
    )


def host_of(url: str) -> str:
    """The host of an address, with its port if that is not the usual one."""
    parts = urlsplit(url)
    usual = parts.port in (None, PORTS.get(parts.scheme))
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if usual else f"{host}:{parts.port}"


DOCUMENT_PAGE = DocumentPage(
    fields={},
    terms={},
    runs={},
    proofs=frozenset(),
    hints=dict.fromkeys(HINTS, ()),
    credit=NONE,
    furniture=NONE,
    related=NONE,
    citation=NONE,
    transcript=NONE,
    pane=NONE,
    file_path=re.compile(r"\.pdf$", re.IGNORECASE),
)
