"""The link to the next page of an unknown listing."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from harvester.pages.elements import Element, all_text, fold
from harvester.pages.general.outline import NUMBER, Outline
from harvester.sites.wording import Words

NEXT_NAME = re.compile(r"(?:^|[-_\s])(?:next|nextpage|pagenext)(?:$|[-_\s])", re.IGNORECASE)
ARROWS = ("›", "→", ">", "»", "≫", ">>", "►", "▶")
"""Arrows that stand for "next", the most certain first."""
PAGER = re.compile(
    r"pag(?:er|inat|ing|e-?nav|es?\b)|wp-pagenavi|nav-?links|results?-?nav", re.IGNORECASE
)
NO_PAGER = re.compile(
    r"carousel|slider|slick|gallery|swiper|calendar|month|date-?(?:nav|next|picker)", re.IGNORECASE
)
ICON = re.compile(
    r"(?:chevron|angle|arrow|caret)s?(?:-circle)?-(?:right|forward)|\bnext\b", re.IGNORECASE
)
CURRENT = ("active", "current", "selected", "is-active", "is-current")
"""Classes of a pager's link to the current page."""
NUMBERS = re.compile(r"\d+")
YEARS = range(1500, 2200)
"""Numbers that are more likely years than pages."""
LONGEST_LABEL = 40
NEAR = 5
"""Levels up within which a link's surroundings show whether it belongs to a pager."""


def next_link(outline: Outline, root: Element, words: Words) -> tuple[str | None, int | None]:
    """The target of the link to the next page, as written, and its place if it is shown; None if
    there is no such link.

    A link for a script ("#", "javascript:...") is returned as well: the caller must report that
    there is more than can be followed.
    """
    for link in root.iter("link"):
        if "next" in (link.get("rel") or "").lower().split() and link.get("href"):
            return str(link.get("href")), None
    links = [place for place, tag in enumerate(outline.tags) if tag == "a"]
    links = [place for place in links if not _is_carousel(outline, place)]
    for found in (
        _related(outline, links),
        _labelled(outline, links, words),
        _arrows(outline, links),
    ):
        if (place := next(found, None)) is not None:
            return _leads(outline.elements[place]), place
    for link in root.iterfind(".//noscript//a"):
        if words.is_next(fold(all_text(link))):
            return _leads(link), None
    place = next((one for one in _following(outline, links) if outline.href(one)), None)
    return (None if place is None else _leads(outline.elements[place])), place


def _leads(link: Element) -> str | None:
    return (link.get("href") or "").strip() or None


def _related(outline: Outline, links: list[int]) -> Iterator[int]:
    for place in links:
        element = outline.elements[place]
        if "next" in (element.get("rel") or "").lower().split():
            yield place


def _labelled(outline: Outline, links: list[int], words: Words) -> Iterator[int]:
    """Links whose text or class is "next", or "next 20"."""
    for place in links:
        labels = (NUMBERS.sub("", label) for label in _labels(outline, place))
        if any(len(label) < LONGEST_LABEL and words.is_next(label) for label in labels):
            yield place
    for place in links:
        near = (outline.elements[one] for one in (place, outline.parents[place]) if one >= 0)
        names = (element.get(name) for element in near for name in ("class", "id"))
        says = any(NEXT_NAME.search(name) for name in names if name)
        if says and outline.length(place) < LONGEST_LABEL and _in_pager(outline, place):
            yield place


def _arrows(outline: Outline, links: list[int]) -> Iterator[int]:
    labels = {place: next(_labels(outline, place), "") for place in links}
    for arrow in ARROWS:
        yield from (one for one in links if labels[one] == arrow and _in_pager(outline, one))
    for place in links:
        icons = (outline.elements[one].get("class") or "" for one in outline.within(place))
        if not outline.text(place) and any(map(ICON.search, icons)) and _in_pager(outline, place):
            yield place


def _following(outline: Outline, links: list[int]) -> Iterator[int]:
    """Among adjacent numbers, the one after the current page's, which is no link or is marked as
    current."""
    for place in links:
        text = outline.text(place)
        if not NUMBER.fullmatch(text) or int(text) in YEARS:
            continue
        around = outline.parents[place]
        if outline.tags[around] in ("li", "span", "td"):
            around = outline.parents[around]
        if int(text) - 1 in _own_numbers(outline, around):
            yield place


def _own_numbers(outline: Outline, place: int) -> set[int]:
    if outline.length(place) > 200:
        return set()
    links = (link for link in outline.within(place) if outline.href(link))
    linked = {
        one for link in links if not _is_current(outline, link) for one in outline.within(link)
    }
    texts = [
        text
        for one in outline.within(place)
        if one not in linked and outline.says[one]
        for text in outline.loose(one)
    ]
    return {int(text) for text in texts if NUMBER.fullmatch(text)}


def _is_current(outline: Outline, place: int) -> bool:
    """Whether a link of a pager is marked as the current page."""
    link, around = outline.elements[place], outline.elements[outline.parents[place]]
    names = f"{link.get('class', '')} {around.get('class', '')}".lower().split()
    return "page" in (link.get("aria-current"), around.get("aria-current")) or any(
        one in CURRENT for one in names
    )


def _labels(outline: Outline, place: int) -> Iterator[str]:
    element = outline.elements[place]
    for said in (outline.text(place), element.get("aria-label"), element.get("title")):
        if said and (label := fold(said)):
            yield label
    yield from (fold(image.get("alt") or "") for image in element.iter("img") if image.get("alt"))


def _is_carousel(outline: Outline, place: int) -> bool:
    return any(map(_is_no_pagers, _names_around(outline, place)))


def _in_pager(outline: Outline, place: int) -> bool:
    if any(map(_is_pagers, _names_around(outline, place))):
        return True
    around = outline.up(place, min(2, _depth(outline, place)))
    first, end = (bisect_left(outline.numbers, one) for one in (around, outline.ends[around]))
    return end - first > 1


@lru_cache(maxsize=4096)
def _is_no_pagers(name: str) -> bool:
    return NO_PAGER.search(name) is not None


@lru_cache(maxsize=4096)
def _is_pagers(name: str) -> bool:
    return PAGER.search(name) is not None


def _depth(outline: Outline, place: int) -> int:
    """The depth of an element, as far as that matters."""
    return sum(1 for _ in islice(outline.line(place), NEAR)) - 1


def _names_around(outline: Outline, place: int) -> Iterator[str]:
    for _ in range(NEAR):
        if place < 0:
            return
        element = outline.elements[place]
        yield from (value for name in ("class", "id") if (value := element.get(name)))
        place = outline.parents[place]
