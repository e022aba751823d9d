"""Candidates for a selector: all selectors that could find some elements, the simplest first.

A class comes before a position among siblings, and the element alone before its surroundings.
Classes that only number or style an element, such as "odd", are left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from harvester.pages.address import absolute, base_of
from harvester.pages.elements import Element
from harvester.pages.listing.pager import is_live, labels
from harvester.pages.markup import Tree
from harvester.sites.wording import Words

NAME = re.compile(r"-?[A-Za-z_][\w-]*")
"""A name that needs no escape in a selector."""
LABEL = re.compile(r"[\w ]{1,40}")
"""An attribute value that needs no escape, and contains no page number."""
NO_KIND_NAMES = """
    active alt alternate clearfix current even even-row first item-first last odd odd-row row
    selected sticky views-row
"""
NO_KIND = frozenset(NO_KIND_NAMES.split())
"""Classes for an element's state or position, not for what it is."""
HIGHEST = 10
"""Most levels of enclosing elements that are tried."""
MOST = 600
"""Most selectors that are tried for one part of an entry."""
CELLS = ("td", "th")


def candidates(
    elements: Sequence[Element], within: Sequence[Element] = (), holding: Sequence[str] = ()
) -> Iterator[str]:
    """Selectors that find all these elements, perhaps with others: first by what they have in
    common, then by their place or by what they contain, such as `holding`. `within` are the
    elements that they stand in."""
    return islice(_once(_selectors(elements, within, holding)), MOST)


def link_candidates(link: Element) -> Iterator[str]:
    """Selectors that find a link, first by its `rel`, `aria-label` or `title`."""
    return islice(_once(chain(_by_label(link), _selectors([link], (), ()))), MOST)


def _once(selectors: Iterable[str]) -> Iterator[str]:
    """Each selector once: elements one around the other may have nothing but the same tag."""
    met = set[str]()
    for css in selectors:
        if css not in met:
            met.add(css)
            yield css


def path_between(pairs: Iterable[tuple[Element, Element]]) -> str | None:
    """The path from each outer element to its inner one, as a selector, if all have the same."""
    paths = set()
    for outer, inner in pairs:
        steps = [inner, *inner.iterancestors()]
        inside = steps[: steps.index(outer)] if outer in steps else []
        paths.add(" > ".join(map(_step, reversed(inside))))
    return paths.pop() if len(paths) == 1 else None


def _step(element: Element) -> str:
    if element.tag in CELLS:
        return f"{element.tag}:nth-child({_column(element)})"
    return str(element.tag)


def _selectors(
    elements: Sequence[Element], within: Sequence[Element], holding: Sequence[str]
) -> Iterator[str]:
    levels = list(_around(elements, within))
    around = [list(islice(_own(level), MOST)) for level in levels]
    for own in (list(islice(_own(elements), MOST)), list(_placed(elements, holding))):
        yield from own
        for number, names in enumerate(around):
            sign = " > " if number == 0 else " "
            yield from (f"{name}{sign}{one}" for name in names for one in own)
        for outer in around[1:]:
            yield from (
                f"{name} {inner} > {one}" for name in outer for inner in around[0] for one in own
            )
    for sign in ("", *(f"{name} > " for names in around[1:2] for name in names)):
        yield from (
            f"{sign}{name} > {one}" for name in _apart(levels[:1]) for one in _own(elements)
        )


def _around(elements: Sequence[Element], within: Sequence[Element]) -> Iterator[list[Element]]:
    """The parents of all elements, then their parents, and so on."""
    stop = set(within)
    level = list(elements)
    for _ in range(HIGHEST):
        if not stop.isdisjoint(level):
            return
        parents = [parent for one in level if (parent := one.getparent()) is not None]
        if len(parents) < len(level):
            return
        level = list(dict.fromkeys(parents))
        yield level


def _apart(levels: Sequence[Sequence[Element]]) -> Iterator[str]:
    """Parents, distinguished by classes that only their siblings have, such as a pager in a list of
    its own."""
    for level in levels:
        if tag := _tag(level):
            yield from (f"{tag}:not(.{name})" for name in _classes_of_others(level, tag))


def _own(elements: Sequence[Element]) -> Iterator[str]:
    """What all the elements share: id, classes, column or tag."""
    tag = _tag(elements)
    if len(elements) == 1 and (name := elements[0].get("id") or "") and NAME.fullmatch(name):
        yield f"#{name}"
    classes = _shared_classes(elements)
    yield from (f"{tag}.{name}" for name in classes)
    if not tag:
        return
    columns = _places(elements, "*") if tag in CELLS else set()
    if len(columns) == 1:
        yield f"{tag}:nth-child({columns.pop()})"
    yield tag
    yield from (f"{tag}.{one}.{two}" for one in classes for two in classes if one < two)


def _placed(elements: Sequence[Element], holding: Sequence[str]) -> Iterator[str]:
    """By what all the elements contain, by classes that only their siblings have, by their
    place."""
    if not (tag := _tag(elements)):
        return
    yield from (f"{tag}:has({inner})" for inner in (("td", "a", *holding) if holding else ()))
    yield from (f"{tag}:not(.{name})" for name in _classes_of_others(elements, tag))
    if tag not in CELLS:
        yield from _by_place(elements, tag)


def _tag(elements: Sequence[Element]) -> str:
    """The tag of all the elements; empty if they have several."""
    tags = {str(one.tag) for one in elements}
    return tags.pop() if len(tags) == 1 else ""


def _by_place(elements: Sequence[Element], tag: str) -> Iterator[str]:
    """By the place among siblings of the same tag, if all have one; else if the first is none."""
    places = _places(elements, tag)
    if len(elements) > 1 and len(places) == 1:
        yield f"{tag}:nth-of-type({places.pop()})"
    elif 1 not in places:
        yield f"{tag} + {tag}"


def _places(elements: Sequence[Element], tag: str) -> set[int]:
    """The positions of elements among their siblings with a tag, from 1."""
    wanted, parents = set(elements), dict.fromkeys(one.getparent() for one in elements)
    return {
        place
        for parent in parents
        if parent is not None
        for place, one in enumerate(parent.iterchildren(tag), 1)
        if one in wanted
    } or {1}


def _column(cell: Element) -> int:
    return len(list(cell.itersiblings("*", preceding=True))) + 1


def _shared_classes(elements: Iterable[Element]) -> list[str]:
    """The classes that all elements share, in the order of the first."""
    first, *others = map(_classes, elements)
    shared = set(first).intersection(*others)
    return [name for name in first if name in shared]


def _classes(element: Element) -> list[str]:
    """An element's classes, without those for its number, state or position."""
    named = (element.get("class") or "").split()
    kept = (name for name in named if name.lower() not in NO_KIND and NAME.fullmatch(name))
    return [name for name in kept if not any(map(str.isdigit, name))]


def _classes_of_others(elements: Sequence[Element], tag: str) -> list[str]:
    """Classes that siblings of these elements have and these lack."""
    own = set(elements)
    taken = {name for one in elements for name in _classes(one)}
    parents = dict.fromkeys(one.getparent() for one in elements)
    siblings = (one for up in parents if up is not None for one in up.iterchildren(tag))
    named = [name for one in siblings if one not in own for name in _classes(one)]
    return [name for name in dict.fromkeys(named) if name not in taken][:4]


def _by_label(link: Element) -> Iterator[str]:
    """By attributes that say where a link leads."""
    if "next" in (link.get("rel") or "").lower().split():
        yield f'{link.tag}[rel~="next"]'
    for name in ("aria-label", "title"):
        if (said := link.get(name)) and LABEL.fullmatch(said):
            yield f'{link.tag}[{name}="{said}"]'


def next_selector(source: Tree, url: str, following: str) -> str | None:
    """The selector that finds the link to the next page, and only links with its address."""
    base = base_of(source.root, url)
    links = [
        link
        for link in (*source.root.iter("link"), *source.root.iter("a"))
        if (href := link.get("href")) and absolute(base, href) == following
    ]
    for link in links:
        for css in link_candidates(link):
            found = source.index.select(css)
            if found and all(absolute(base, one.get("href") or "") == following for one in found):
                return css
    return None


def turning(source: Tree, words: Words) -> list[Element]:
    """What can be clicked for the next page, by its text."""
    tagged = source.index.tagged(("a", "button", "input"))
    return [one for one in tagged if is_live(one) and any(map(words.is_next, labels(one)))]


def turning_selector(source: Tree, words: Words) -> str | None:
    """The selector that finds only what is clicked for the next page."""
    controls = turning(source, words)
    for control in controls:
        for css in link_candidates(control):
            found = source.index.select(css)
            if found and all(one in controls for one in found):
                return css
    return None
