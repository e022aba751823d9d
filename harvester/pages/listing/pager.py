"""The pager of a listing: the range of a page, and its link to the next."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import chain

from harvester.pages.address import absolute, is_same_host, is_same_listing
from harvester.pages.elements import Element, fold
from harvester.pages.markup import Unclear
from harvester.pages.page import Page
from harvester.pages.selectors import Index
from harvester.sites.site import Site
from harvester.sites.wording import Words, words_in

NEXT_CLASSES = frozenset(("pager__item--next", "pager-next", "next"))


@dataclass(frozen=True, slots=True)
class ResultRange:
    """A range, and its place among the page's pieces."""

    place: int
    first: int
    last: int
    total: int

    @property
    def count(self) -> int:
        """The number of entries that the page must have."""
        return self.last - self.first + 1 if self.total else 0

    def __str__(self) -> str:
        return f"{self.first} - {self.last} of {self.total}"


def find_range(
    page: Page, words: Words | None = None, ignored: Container[int] = ()
) -> ResultRange | None:
    """The first block of text that is a range and nothing else, in English unless it is said in
    which `words`; no link to a document is one, nor what stands at an `ignored` place."""
    range_in = (words or words_in(None)).range_in
    for place, piece in enumerate(page.pieces):
        if piece.document or place in ignored:
            continue
        if found := range_in(piece.text):
            return _checked(ResultRange(place, *found))
    return None


def _checked(stated: ResultRange) -> ResultRange:
    if stated.total == stated.last == 0:
        return ResultRange(stated.place, 0, 0, 0)
    if not 1 <= stated.first <= stated.last <= stated.total:
        raise Unclear(f'it states a range that can\'t be, "{stated}"')
    return stated


def next_url(
    index: Index,
    url: str,
    site: Site,
    words: Words,
    stated: ResultRange | None,
    *,
    reckon: bool,
) -> str | None:
    """The page after this one; None on the last page.

    The pager's own link is returned as it is, even if it leads to a page other than the next: who
    walks the listing sees by the next range that it loops or skips. A link that leads to another
    listing or host is not the pager's; then, or without a link, the address is reckoned, or Unclear
    is raised if it is not to be. Where no range tells whether there is a next page, Unclear is
    raised if anything else does.
    """
    if stated and stated.last >= stated.total:
        return None
    if site.listing_page.one_page:
        _refuse_more(stated)
        return None
    pager = _Pager(index, url, site, words)
    leads = next(filter(None, map(pager.follows, pager.marked())), None)
    if leads is None and (not reckon or not site.is_known):
        raise Unclear("it shows no link to the next page")
    if leads is None and (stated or pager.turns()):
        return _reckoned(url, site)
    return leads or pager.beyond()


def _refuse_more(stated: ResultRange | None) -> None:
    """Raises Unclear if there must be another page although the profile says there is none."""
    if stated:
        raise Unclear(f"it states {stated}, and its profile says that there is no other page")


def _reckoned(url: str, site: Site) -> str:
    """The address of the next page by its number. Raises Unclear if the site's have none."""
    reckoned = site.page_url(url, site.page_number(url) + 1)
    if reckoned == site.page_url(url, site.page_number(url)):
        raise Unclear("it shows no link to the next page")
    return reckoned


@dataclass(frozen=True, slots=True)
class _Pager:
    """The links and buttons of a page."""

    index: Index
    url: str
    site: Site
    words: Words

    def leads(self, link: Element) -> str | None:
        """The page of the same listing that a link leads to."""
        leads = self._address(link)
        return leads if leads and is_same_listing(self.url, leads, self.site) else None

    def follows(self, link: Element) -> str | None:
        """The page that a link which is marked as the pager's leads to; if the site's profile names
        that link, the address of the page need not be like this one's."""
        leads = self._address(link)
        if leads and self.site.listing_page.next and is_same_host(self.url, leads):
            return leads if self.site.is_listing_url(leads) else None
        return self.leads(link)

    def _address(self, link: Element) -> str | None:
        href = link.get("href", "").strip()
        return absolute(self.url, href) if href and not href.startswith(SCRIPTED) else None

    def marked(self) -> Iterator[Element]:
        """What is marked as the link to the next page, the surest first: what the site's profile
        says, or else any sign that a pager gives it."""
        if self.site.listing_page.next:
            yield from self.index.select(self.site.listing_page.next)
            return
        links = self._tagged("a", "link", "button", "input")
        for is_next in (*SIGNS, self._says_next):
            yield from filter(is_next, links)

    def turns(self) -> bool:
        """Whether what the site's profile names as the way to the next page is there, and is a
        script's."""
        named = self.marked() if self.site.listing_page.next else ()
        return any(is_live(control) and self._address(control) is None for control in named)

    def beyond(self) -> str | None:
        """A link by the number of the next page, where none is marked so. Raises Unclear if there
        are only links to later ones, or something that shows further entries and is no link."""
        number = self.site.page_number(self.url)
        links = filter(None, map(self.leads, self._tagged("a")))
        later = [leads for leads in links if self.site.page_number(leads) > number]
        for leads in later:
            if self.site.page_number(leads) == number + 1:
                return leads
        if later:
            raise Unclear(f"it shows no link to the next page, but one to {later[0]}")
        for control in filter(is_live, chain(self.marked(), self._loading())):
            said = next(labels(control), None) or control.get("href") or control.tag
            raise Unclear(f'its "{said}" may show further entries, and is no link to their page')
        return None

    def _tagged(self, *tags: str) -> list[Element]:
        return list(self.index.tagged(tags))

    def _says_next(self, link: Element) -> bool:
        return any(map(self.words.is_next, labels(link)))

    def _loading(self) -> Iterator[Element]:
        """Buttons, and links that act as buttons, that offer further entries."""
        if self.site.listing_page.next:
            return
        for control in self._tagged("a", "button", "input"):
            is_button = control.tag != "a" or control.get("href", "").startswith(SCRIPTED)
            if is_button and any(map(self.words.is_load, labels(control))):
                yield control


def is_live(control: Element) -> bool:
    """Whether something can be clicked."""
    names = control.keys()
    if "disabled" in names or control.get("aria-disabled") == "true" or control.tag == "link":
        return False
    return control.tag in ("button", "input") or "href" in names or "onclick" in names


def _by_relation(link: Element) -> bool:
    """Sure in Drupal; its Bootstrap theme says "prev" of the first page and "last" of the last."""
    return "next" in (link.get("rel") or "").lower().split()


def _by_class(link: Element) -> bool:
    """Drupal gives the class to the item around the link."""
    item = link.getparent()
    classes = f"{link.get('class', '')} {item.get('class', '') if item is not None else ''}"
    return not NEXT_CLASSES.isdisjoint(classes.split())


def labels(link: Element) -> Iterator[str]:
    """The text of a link or a button, or of its attributes."""
    said = ["".join(map(str, link.itertext())), *map(link.get, LABELS)]
    yield from filter(None, (fold(one) for one in said if one))


LABELS = ("title", "aria-label", "value")
"""The attributes that can name a link or a button."""
SCRIPTED = ("#", "javascript:")
"""Beginnings of `href`s that lead nowhere."""
SIGNS: tuple[Callable[[Element], bool], ...] = (_by_relation, _by_class)
"""The ways in which markup marks the link to the next page."""
