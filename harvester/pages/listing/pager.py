"""The link to the next page of a listing."""

import re
from collections.abc import Callable

from harvester.pages.address import absolute, is_same_listing
from harvester.pages.elements import Element
from harvester.pages.listing.result_range import ResultRange
from harvester.pages.problem import Unclear
from harvester.pages.text import fold
from harvester.sites.site import Site

NEXT = re.compile(r"\W*(?:(?:go to )?(?:the )?next(?: page)?\W*){1,2}", re.IGNORECASE)
NEXT_CLASSES = frozenset(("pager__item--next", "pager-next", "next"))


def next_url(
    root: Element, url: str, site: Site, stated: ResultRange | None, *, reckon: bool
) -> str | None:
    """The page after this one; None on the last page, and where neither range nor link tell of one.

    The pager's own link is returned as it is, even if it leads to a page other than the next: who
    walks the listing sees by the next range that it loops or skips. A link that leads to another
    listing or host is not the pager's; then, or without a link, the address is reckoned, or Unclear
    is raised if it is not to be.
    """
    if stated and stated.last >= stated.total:
        return None
    for is_next in SIGNS:
        for link in filter(is_next, root.iter("a")):
            href = link.get("href")
            leads = absolute(url, href) if href else None
            if leads and is_same_listing(url, leads, site):
                return leads
    if not reckon or not site.reckons:
        raise Unclear("it shows no link to the next page")
    return site.page_url(url, site.page_number(url) + 1) if stated else None


def _by_relation(link: Element) -> bool:
    """Sure in Drupal; its Bootstrap theme says "prev" of the first page and "last" of the last."""
    return "next" in (link.get("rel") or "").lower().split()


def _by_class(link: Element) -> bool:
    """Drupal gives the class to the item around the link."""
    item = link.getparent()
    classes = f"{link.get('class', '')} {item.get('class', '') if item is not None else ''}"
    return not NEXT_CLASSES.isdisjoint(classes.split())


def _by_label(link: Element) -> bool:
    labels = ("".join(map(str, link.itertext())), link.get("title"), link.get("aria-label"))
    return any(label and NEXT.fullmatch(fold(label)) for label in labels)


SIGNS: tuple[Callable[[Element], bool], ...] = (_by_relation, _by_class, _by_label)
"""The signs by which a pager marks its link to the next page, the surest first."""
