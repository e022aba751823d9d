"""Readings of a page without a profile, each with a profile that would read the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urldefrag, urlsplit

from harvester.budget import bounded
from harvester.learning.addresses import PLAIN, Documents, Pages, anywhere, documents, pages
from harvester.learning.candidates import next_selector, turning, turning_selector
from harvester.learning.draft import Draft, Entry, why_not
from harvester.learning.samples import Sample
from harvester.learning.selectors import Selectors, learn
from harvester.outcomes import Unreadable
from harvester.pages.address import absolute, base_of, is_same_host
from harvester.pages.elements import Element, fold
from harvester.pages.general import Found, GeneralListing, read_any_listing
from harvester.pages.general.reading import Reading
from harvester.pages.markup import Tree, Unclear, language_of
from harvester.sites.identity import ANYWHERE, REST
from harvester.sites.site import host_of
from harvester.sites.wording import words_in
from harvester.visit import SavedPage

SITE_NAMES = (("property", "og:site_name"), ("name", "application-name"))
"""The attributes of a `meta` that names the site: https://ogp.me/#optional and, in HTML's standard,
https://html.spec.whatwg.org/#meta-application-name."""
LONGEST_NAME = 80
DEEPEST = 100
"""Levels of elements in which a profile is looked for; real pages have some 30. To try a selector
takes up to the third power of the levels."""
SECONDS = 60.0
"""CPU time for one page, with which hundreds of selectors may be tried."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reading of a page, and the profile for it; `against` says why there is none."""

    entries: list[Entry]
    draft: Draft | None
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Proposals:
    """The readings of a page that are worth showing, the best first.

    `refused` says why the first is not certain. `following` is the address of the next page.
    """

    found: list[Proposal]
    refused: str | None
    following: str | None

    def next_on(self, url: str) -> str | None:
        """The next page, if it is another one on the host of this page."""
        if self.following is None or not is_same_host(url, self.following):
            return None
        return None if urldefrag(self.following).url == urldefrag(url).url else self.following


def propose(
    page: SavedPage,
    language: str | None = None,
    *,
    whole_paths: bool = False,
    second: str | None = None,
) -> Proposals:
    """Reads a page without a profile, and looks for a profile that would read the same.

    With `whole_paths`, a document's id is all of its address after the host, as on hosts without a
    profile. `second` is the address of the next page as somebody knows it: it counts where the page
    says that there is more, but not where.
    """
    try:
        return bounded(partial(_propose, page, language, whole_paths, second), page.name, SECONDS)
    except (Unclear, Unreadable) as problem:
        return Proposals([], str(problem).removesuffix("."), None)


def _propose(
    page: SavedPage, language: str | None, whole_paths: bool, second: str | None
) -> Proposals:
    listing = read_any_listing(page.html, language)
    if listing.source is None:
        return Proposals([], listing.refused, None)
    base = base_of(listing.source.root, page.url)
    following = absolute(base, listing.next) if listing.next else None
    is_turned = _is_turned(page, listing, following, second)
    following = second if is_turned else following
    drafting = Drafting(page, listing.source, following, whole_paths, is_turned=is_turned)
    read = listing.best if listing.refused else listing.best[:1]
    found = [_proposal(drafting, reading, base) for reading in read]
    said = Proposals(found, listing.refused, following)
    if listing.next and said.next_on(page.url) is None:
        where = f"leads to {listing.next}" if following else "is followed by a script"
        against = f"the link to its next page {where}, not to another page of this site"
        found = [Proposal(one.entries, None, against) for one in found]
    return replace(said, found=found)


def _is_turned(
    page: SavedPage, listing: GeneralListing, following: str | None, second: str | None
) -> bool:
    """Whether a page says that it is not the only one of its listing, and has no link to the next
    one, of which a `second` page's address may then be taken to be the address."""
    if second is None or not is_same_host(page.url, second):
        return False
    if Proposals([], None, following).next_on(page.url) is not None:
        return False
    if listing.next is not None or (listing.total or 0) > (listing.last or len(listing.entries)):
        return True
    assert listing.source is not None
    return bool(turning(listing.source, words_in(language_of(page.html))))


def _proposal(drafting: "Drafting", reading: Reading, base: str) -> Proposal:
    entries = [_entry(one, base) for one in reading.entries]
    samples = [
        Sample(element, one.title, one.href, one.date_text, one.summary, _beside(one))
        for element, one in zip(reading.elements, reading.entries, strict=True)
    ]
    draft, against = drafting.draft(samples, entries)
    return Proposal(entries, draft, against)


def _beside(found: Found) -> dict[str, str]:
    """An entry's other values, without its title, date and summary."""
    known = (found.title, found.date_text, found.summary)
    return {label: text for label, text in found.other.items() if text not in known}


def _entry(found: Found, base: str) -> Entry:
    url = absolute(base, found.href) if found.href else None
    return Entry(found.title, url, found.date_text, found.summary)


@dataclass(frozen=True, slots=True)
class Drafting:
    """Looks for a profile by which the strict reading finds the known entries.

    The page `is_turned` if a script leads to the `following` one.
    """

    page: SavedPage
    source: Tree
    following: str | None
    whole_paths: bool = False
    is_turned: bool = False

    def draft(
        self, samples: Sequence[Sample], entries: Sequence[Entry]
    ) -> tuple[Draft | None, str | None]:
        """The strictest profile that reads the page so, or why there is none."""
        urls = [one.url for one in entries if one.url]
        if len(urls) < len(entries):
            return None, f"{len(entries) - len(urls)} of its entries have no link"
        if (levels := _depth(self.source.root)) > DEEPEST:
            return None, f"its elements are nested {levels} deep, and {DEEPEST} is the most"
        where = documents(urls, self.page.url)
        if where is None or (self.whole_paths and not is_same_host(where.home, self.page.url)):
            where = anywhere(self.page.url)
        forms = pages(self.page.url, self.following, len(entries))
        if not forms or not PLAIN.fullmatch(urlsplit(where.home).netloc):
            return None, "its addresses have signs that a profile can't have"
        if not (learned := learn(self.source.index, samples)):
            return None, "no selectors find its entries, their titles, links and dates alone"
        against = None
        for draft in self._drafts(where, forms, learned):
            against = why_not(draft, self.page, entries, self.following)
            if against is None:
                return draft, None
        return None, against

    def _drafts(
        self, where: Documents, forms: Sequence[Pages], learned: Sequence[Selectors]
    ) -> Iterator[Draft]:
        """Profiles that may do, the strictest first."""
        host = host_of(self.page.url)
        name = site_name(self.source) or host
        hosts = () if host_of(where.home) == host else (host,)
        links = where.begins if self.whole_paths and where.begins != "/" else ""
        if self.whole_paths and where.address != ANYWHERE:
            where = replace(where, address=f"/{REST}")
        following = self.following and self._next_selector(self.following)
        for selectors in learned:
            for states_range in (True, False):
                draft = Draft(name, where, tuple(forms), states_range, selectors, hosts, links)
                yield draft
                if following:
                    yield replace(draft, selectors=replace(selectors, next=following))

    def _next_selector(self, following: str) -> str | None:
        if not self.is_turned:
            return next_selector(self.source, self.page.url, following)
        return turning_selector(self.source, words_in(language_of(self.page.html)))


def site_name(source: Tree) -> str | None:
    """The name that a page gives its site, by Open Graph or by HTML. None if it gives no name that
    fits on a line."""
    metas = [*source.index.tagged(("meta",))]
    for kind, what in SITE_NAMES:
        for said in (fold(one.get("content") or "") for one in metas if one.get(kind) == what):
            if said.isprintable() and any(map(str.isalpha, said)) and len(said) <= LONGEST_NAME:
                return said
    return None


def _depth(root: Element) -> int:
    """How many levels of elements there are below one."""
    levels, level = 0, [root]
    while level := [child for one in level for child in one.iterchildren("*")]:
        levels += 1
    return levels
