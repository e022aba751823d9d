"""What tells a page from the others of its listing: its range, and its link to the next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harvester.pages.address import absolute, is_same_listing
from harvester.pages.elements import Element, fold
from harvester.pages.page import Page
from harvester.pages.problem import Unclear
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
        """The number of entries that the page has to have."""
        return self.last - self.first + 1 if self.total else 0

    def __str__(self) -> str:
        return f"{self.first} - {self.last} of {self.total}"


def find_range(page: Page, words: Words | None = None) -> ResultRange | None:
    """The first block of text that is a range and nothing else, in English unless it is said in
    which `words`; no link to a document is one."""
    range_in = (words or words_in(None)).range_in
    for place, piece in enumerate(page.pieces):
        if not piece.document and (found := range_in(piece.text)):
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
    """The page after this one; None on the last page, and where neither range nor link tell of one.

    The pager's own link is returned as it is, even if it leads to a page other than the next: who
    walks the listing sees by the next range that it loops or skips. A link that leads to another
    listing or host is not the pager's; then, or without a link, the address is reckoned, or Unclear
    is raised if it is not to be, or if there are links to later pages although no range tells that
    this is not the last one.
    """
    if stated and stated.last >= stated.total:
        return None
    found = index.ordered(index.tagged(("a", "link")))
    if leads := next(_signed(index, url, site, words, found), None):
        return leads
    if not reckon or not site.is_known:
        raise Unclear("it shows no link to the next page")
    number = site.page_number(url)
    if stated:
        return site.page_url(url, number + 1)
    leading = (_leads(link, url, site) for link in found)
    later = [leads for leads in leading if leads and site.page_number(leads) > number]
    if later and site.page_url(url, number + 1) not in later:
        raise Unclear(f"it shows no link to the next page, but one to {later[0]}")
    return (later and site.page_url(url, number + 1)) or None


def _leads(link: Element, url: str, site: Site) -> str | None:
    """The page of the same listing that a link leads to."""
    href = link.get("href")
    leads = absolute(url, href) if href else None
    return leads if leads and is_same_listing(url, leads, site) else None


def _signed(
    index: Index, url: str, site: Site, words: Words, links: Sequence[Element]
) -> Iterator[str]:
    """Where the links lead that are marked as those to the next page, the surest first."""
    named = site.listing_page.next
    marked = index.select(named) if named else _marked(links, words)
    yield from filter(None, (_leads(link, url, site) for link in marked))


def _marked(links: Sequence[Element], words: Words) -> Iterator[Element]:
    for is_next in SIGNS:
        yield from filter(is_next, links)
    for link in links:
        if any(map(words.is_next, _labels(link))):
            yield link


def _by_relation(link: Element) -> bool:
    """Sure in Drupal; its Bootstrap theme says "prev" of the first page and "last" of the last."""
    return "next" in (link.get("rel") or "").lower().split()


def _by_class(link: Element) -> bool:
    """Drupal gives the class to the item around the link."""
    item = link.getparent()
    classes = f"{link.get('class', '')} {item.get('class', '') if item is not None else ''}"
    return not NEXT_CLASSES.isdisjoint(classes.split())


def _labels(link: Element) -> Iterator[str]:
    said = ("".join(map(str, link.itertext())), link.get("title"), link.get("aria-label"))
    yield from (fold(one) for one in said if one)


SIGNS: tuple[Callable[[Element], bool], ...] = (_by_relation, _by_class)
"""The signs in the markup by which a pager marks its link to the next page."""
