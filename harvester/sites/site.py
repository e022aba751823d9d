"""A site: everything a harvest needs to know about it, from its profile or by default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from re import Pattern
from urllib.parse import quote, urlsplit

from harvester.dates import ENGLISH, Habits
from harvester.sites.identity import REST, Identity
from harvester.sites.json_listing import JsonListing
from harvester.sites.listing_page import ListingPage
from harvester.sites.paging import Form, Paging
from harvester.sites.phrases import Phrases
from harvester.sites.wording import NOTHING, Sayings, Words, words_in

HINTS = (
    *("title", "date", "credit", "summary", "label", "transcript"),
    *("kind", "language", "name", "citation", "scan"),
)
"""The parts of a document's page that a profile can give hints for."""

LONGEST_LABEL = 100
"""Most characters of a label; a longer text is none, whatever a profile says."""

NO_PHRASES = Phrases(())

FOR_PROGRAMS = re.compile(
    r"/(?:[\w.-]*sitemap[\w.-]*|feeds?|rss|atom|feed\.json)/?\Z|\.(?:xml|rss|atom|rdf)(?:\.gz)?\Z",
    re.IGNORECASE,
)
"""How paths of sitemaps and feeds usually end."""
ANY_ADDRESS = Paging((Form("/{+rest}", "page"),))


@dataclass(frozen=True)
class DocumentPage:
    """The layout of the pages on which a site shows its documents.

    `fields` and `terms` give the meaning of a label: a field of the Record, or a kind of term. A
    label is in lower case, with "s" for "(s)" and "and" for "&". `runs` are the two kinds of terms,
    in order, in a list that has both without naming them. `proofs` are the fields and kinds that no
    other page has.

    `hints` are CSS selectors, tried first and never trusted alone: of a title, a date, a credit, a
    summary, a label, a transcript's pane and the name of the shown one ("kind", "language"), a
    term's name, the citation, and what links to a scan or shows one.

    The phrases match a whole block of text. `credit` thanks sponsors, `furniture` says nothing of
    a document, `related` heads documents that the site finds to be related. `citation` has the
    groups title, date and source, `transcript` matches a transcript's label, with a language in its
    groups before and after, and `pane` the id of a pane, with the group language. `file_path`
    matches the path of a scan's address.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    runs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    proofs: frozenset[str] = frozenset()
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict.fromkeys(HINTS, ()))
    credit: Phrases = NO_PHRASES
    furniture: Phrases = NO_PHRASES
    related: Phrases = NO_PHRASES
    citation: Phrases = NO_PHRASES
    transcript: Phrases = NO_PHRASES
    pane: Phrases = NO_PHRASES
    file_path: Pattern[str] = re.compile(r"\.pdf$", re.IGNORECASE)

    @property
    def proves(self) -> bool:
        """Whether the profile tells a document's page from any other."""
        return bool(self.proofs or self.citation.phrases)

    def meaning(self, label: str) -> str | None:
        """The field or the kind of term for which a label stands; None if it is unknown."""
        if len(label) > LONGEST_LABEL:
            return None
        said = label.rstrip(": ").lower().replace("(s)", "s").replace("&", "and")
        return self._meanings.get(said)

    @cached_property
    def _meanings(self) -> dict[str, str]:
        return {**self.terms, **self.fields}


@dataclass(frozen=True)
class Site:
    """Everything particular to a site; all other code is the same for every site."""

    key: str
    """The site's name for users and in the database: a slug, or a host."""
    name: str
    keeper: str
    """The archive's keeper in citations."""
    home: str
    """The beginning of its addresses, without a slash at the end."""
    identity: Identity
    paging: Paging
    listing_page: ListingPage
    document_page: DocumentPage
    hosts: tuple[str, ...] = ()
    """Further hosts with the same documents."""
    language: str | None = None
    """The language of its pages, which overrides their own statement."""
    date_order: str = ""
    """How it writes dates in numbers, "dmy" or "mdy"; empty if as its language does."""
    date_conventions: bool = True
    """Whether its dates are read by conventions of ours, too, where it says "early 1950s"."""
    sayings: Sayings = NOTHING
    """The phrases that differ from its language's."""
    is_known: bool = True
    """Whether it is known how its pages are to be read: by a profile, or a protocol."""
    profile_digest: str = ""
    """The digest of its profile's content; empty without a profile."""
    json: JsonListing | None = None
    """The form of its listings if they are JSON."""
    oai: bool = False
    """Whether its listings are lists of records that a repository answers by OAI-PMH."""
    document_form: str = ""
    """How the site writes the addresses of its documents by their ids, if an identity is more."""

    @property
    def is_kind(self) -> bool:
        """Whether the profile describes a kind of site: any host that runs a certain software."""
        return not self.home

    def at(self, url: str) -> "Site":
        """The site at an address, if this is a kind of sites: it is named by its host, and each
        document by its whole address, as on a site of which nothing is known."""
        if not self.is_kind:
            return self._as_list(url)
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

    def _as_list(self, url: str) -> "Site":
        """The site, where one of its sitemaps or feeds is the listing."""
        if self.is_listing_url(url) or not FOR_PROGRAMS.search(urlsplit(url).path):
            return self
        return replace(self, paging=ANY_ADDRESS, json=None)

    def is_listing_url(self, url: str) -> bool:
        """Whether an address is one of a listing."""
        return self.paging.is_listing(url)

    def unlinked_document(self, url: str, name: str) -> str | None:
        """The document with a name, and no address, in the listing at an address: the name within
        that listing, whatever its page. None on a site where no id can say so."""
        first = urlsplit(self.page_url(url, 0))
        listing = self.identity.linked(url, first._replace(query="", fragment="").geturl())
        return f"{listing or ''}#{quote(name, safe='')}" if self.identity.is_free else None

    def states_range(self, url: str) -> bool:
        """Whether a listing at this address states its range."""
        return self.paging.states_range(url)

    def states_total(self, url: str) -> bool:
        """Whether "21 results" on a page of this listing is its total."""
        return self.paging.states_total(url)

    def page_number(self, url: str) -> int:
        """Which page of its listing an address is, counted from 0."""
        return self.paging.number(url)

    def page_url(self, url: str, page: int) -> str:
        """The address of a page of the listing, counted from 0."""
        return self.paging.url(url, page)

    def root(self, url: str) -> str:
        """The beginning of a listing's address up to its path, which a copy may have in a folder,
        unless whole addresses identify documents."""
        if self.identity.is_free:
            return f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
        return self.paging.root(url)

    def document_url(self, document: str) -> str:
        """The address of a document on the site itself."""
        return self.identity.url(document)

    def named_document(self, said: str) -> str | None:
        """The document with an id in the site's interface; None if no document can have it."""
        return self.identity.named(said, self.document_form)

    def habits(self, language: str | None = None) -> Habits:
        """How its pages write dates; `language` is the language that a page declares."""
        return Habits(
            self.language or language or ENGLISH, self.date_order, conventions=self.date_conventions
        )

    def words(self, language: str | None = None) -> Words:
        """The phrases of its pages; `language` is the language that a page declares."""
        return words_in(self.language or language, self.sayings)


PORTS = {"http": 80, "https": 443}


def general_site(url: str) -> Site:
    """The site of an address without a profile: the host is its key, a path and query an id.

    Nothing is known of its pages, so a listing is refused if it can't be read for certain or has no
    link to its next page.
    """
    host = host_of(url)
    home = f"{urlsplit(url).scheme}://{host}"
    return Site(
        key=host,
        name=host,
        keeper=host,
        home=home,
        identity=Identity(home, f"/{REST}"),
        paging=ANY_ADDRESS,
        listing_page=ListingPage(),
        document_page=DocumentPage(),
        is_known=False,
    )


def host_of(url: str) -> str:
    """The host of an address, with its port if that is not the usual one."""
    parts = urlsplit(url)
    usual = parts.port in (None, PORTS.get(parts.scheme))
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if usual else f"{host}:{parts.port}"
