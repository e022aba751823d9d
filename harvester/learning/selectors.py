"""The selectors by which a profile says where entries are on a page, and what is in them.

A selector is the plainest that finds what it should in every sample and nothing else on the page:
a class before a place among siblings, nothing around it before what is around it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from harvester.dates.phrases import find_date
from harvester.learning.samples import (
    Sample,
    Texts,
    date_places,
    link_places,
    summary_places,
    title_places,
)
from harvester.pages.address import absolute, base_of
from harvester.pages.elements import Element
from harvester.pages.markup import Tree
from harvester.pages.selectors import Index

NAME = re.compile(r"-?[A-Za-z_][\w-]*")
"""What needs no escape in a selector."""
LABEL = re.compile(r"[\w ]{1,40}")
"""An attribute's value that needs no escape in one, and has no number of a page."""
NO_KIND_NAMES = """
    active alt alternate clearfix current even even-row first item-first last odd odd-row row
    selected sticky views-row
"""
NO_KIND = frozenset(NO_KIND_NAMES.split())
"""Classes that tell an element from its neighbours, not from other things."""
HIGHEST = 10
"""So many of the elements around are looked at."""
MOST = 600
"""So many selectors are tried for one thing."""
CELLS = ("td", "th")


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors under the keys of a profile's `[listing]`.

    None is what need not be said, such as the link of a title that is one. `date_within` says that
    the date stands in a longer text, `named_only` that what no selector finds in an entry is left
    out, `ignore` finds what is no part of any.
    """

    entry: str
    title: str
    link: str | None = None
    date: str | None = None
    date_within: bool = False
    summary: str | None = None
    named_only: bool = False
    ignore: tuple[str, ...] = ()
    next: str | None = None

    def said(self) -> dict[str, str | bool | list[str]]:
        """What is not as it is by default, by its key."""
        said: dict[str, str | bool | list[str]] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if value:
                said[name] = list(value) if isinstance(value, tuple) else value
        return said


def learn(
    index: Index,
    samples: Sequence[Sample],
    *,
    preferred: Mapping[str, str] | None = None,
    others: bool = False,
) -> list[Selectors]:
    """The selectors that samples on a page have in common, the strictest first; none if entries,
    their titles, links or dates can't be told by selectors.

    Those are taken that are `preferred`, by their keys, if they do. With `others`, further elements
    may be entries as well, of which no sample is there.
    """
    finder = _Finder(index, Texts(index), samples, preferred or {}, others=others)
    title = finder.title()
    entry = finder.entry(title) if title else None
    if entry is None or title is None:
        return []
    found = Selectors(entry, title)
    if not finder.is_linked(title):
        link = finder.link()
        if link is None:
            return []
        found = replace(found, link=link)
    if any(sample.date for sample in samples):
        date = finder.date()
        if date is None:
            return []
        found = replace(found, date=date, date_within=finder.is_within(date))
    summary = finder.summary()
    ways = [replace(found, summary=summary), found] if summary else [found]
    return [replace(one, named_only=lax) for one in ways for lax in (False, True)]


class _Finder:
    """Finds selectors for the parts of samples on one page."""

    def __init__(
        self,
        index: Index,
        texts: Texts,
        samples: Sequence[Sample],
        preferred: Mapping[str, str],
        *,
        others: bool,
    ) -> None:
        self._preferred = preferred
        self._others = others
        self._index = index
        self._texts = texts
        self._samples = samples
        self._entries = [sample.element for sample in samples]
        self._owner = {element: number for number, element in enumerate(self._entries)}

    def entry(self, title: str) -> str | None:
        """What finds all entries and nothing else."""
        wanted = set(self._entries)
        path = _path(zip(self._entries, (found[0] for found in self._within(title)), strict=True))
        holding = [title, *([f"> {path}"] if path else [])]
        usual = [css for css in (self._preferred.get("entry"),) if css]
        for css in chain(usual, islice(_selectors(self._entries, (), holding), MOST)):
            found = set(self._index.select(css))
            if found == wanted or (self._others and self._may_be_more(found, wanted, title)):
                return css
        return None

    def _may_be_more(self, found: set[Element], wanted: set[Element], title: str) -> bool:
        """Whether elements can be the entries that are wanted and as many others at the most, each
        of which has one title, and stands in no other."""
        if not wanted <= found or len(found) > 2 * len(wanted):
            return False
        titles = self._index.select(title)
        around = ([up for up in (one, *one.iterancestors()) if up in found] for one in titles)
        held = [ups[0] for ups in around if len(ups) == 1]
        return len(held) == len(set(held)) == len(found)

    def title(self) -> str | None:
        """What finds one element in each entry, which says its title."""
        chains = [title_places(self._texts, sample) for sample in self._samples]
        return self._first("title", chains, self._says_titles)

    def link(self) -> str | None:
        """What finds links in each entry, all of its address."""
        return self._first("link", [link_places(one) for one in self._samples], self._has_links)

    def date(self) -> str | None:
        """What finds the date of each entry that has one, and nothing in the others."""
        dated = [one for one in self._samples if one.date]
        chains = [date_places(self._texts, sample) for sample in dated]
        alone = self._first("date", chains, self._says_dates)
        return alone or self._first("date", chains, self._hold_dates)

    def summary(self) -> str | None:
        """What finds the summary of each entry that has one."""
        said = [one for one in self._samples if one.summary]
        chains = [summary_places(self._texts, sample) for sample in said]
        return self._first("summary", chains, self._says_summaries) if said else None

    def is_linked(self, title: str) -> bool:
        """Whether titles are, hold, or stand in the links of their entries."""
        found = self._within(title)
        return all(
            sample.href is not None and self._is_linked(elements[0], sample.href)
            for sample, elements in zip(self._samples, found, strict=True)
        )

    def is_within(self, date: str) -> bool:
        """Whether a date stands in a longer text, or together with its title."""
        return not self._says_dates(self._within(date), alone=True)

    def _is_linked(self, title: Element, href: str) -> bool:
        links = {
            (link.get("href") or "").strip()
            for link in (*title.iter("a"), *title.iterancestors("a"))
            if link.get("href")
        }
        return links == {href}

    def _first(
        self,
        key: str,
        chains: Sequence[Sequence[Element]],
        fits: Callable[[list[list[Element]]], bool],
    ) -> str | None:
        """The first selector that fits: the one that is preferred for a key, or one of those for
        places that all chains have."""
        if (usual := self._preferred.get(key)) and fits(self._within(usual)):
            return usual
        for elements in _levels(chains):
            for css in islice(_selectors(elements, self._entries), MOST):
                if fits(self._within(css)):
                    return css
        return None

    def _within(self, css: str) -> list[list[Element]]:
        """What a selector finds in each entry."""
        found: list[list[Element]] = [[] for _ in self._entries]
        for element in self._index.select(css):
            for up in (element, *element.iterancestors()):
                if (number := self._owner.get(up)) is not None:
                    found[number].append(element)
                    break
        return found

    def _says_titles(self, found: list[list[Element]]) -> bool:
        return all(
            len(elements) == 1 and self._texts.of(elements[0]) == sample.title
            for sample, elements in zip(self._samples, found, strict=True)
        )

    def _has_links(self, found: list[list[Element]]) -> bool:
        return all(
            bool(elements) and {(one.get("href") or "").strip() for one in elements} == {one_.href}
            for one_, elements in zip(self._samples, found, strict=True)
        )

    def _says_dates(self, found: list[list[Element]], *, alone: bool = False) -> bool:
        """Whether the dates stand in one element each, `alone` or with other text, and entries
        without a date have nothing there."""
        return all(
            self._says_date(sample, [text for one in elements if (text := self._texts.of(one))])
            and (len(elements) < 2 and not (alone and self._is_longer(sample, elements)))
            for sample, elements in zip(self._samples, found, strict=True)
        )

    def _says_date(self, sample: Sample, said: list[str]) -> bool:
        return sample.date in said[0] if said and sample.date else not said and not sample.date

    def _is_longer(self, sample: Sample, elements: list[Element]) -> bool:
        return any(sample.date != self._texts.of(one) for one in elements if sample.date)

    def _hold_dates(self, found: list[list[Element]]) -> bool:
        """Whether the first date of each text is the entry's, and there is none where it has none,
        as they are read where a profile says `date_within`."""
        for sample, elements in zip(self._samples, found, strict=True):
            first = find_date(" ".join(map(self._texts.of, elements)))
            if (first.shown if first else None) != sample.date:
                return False
        return True

    def _says_summaries(self, found: list[list[Element]]) -> bool:
        return all(
            " ".join(map(self._texts.of, elements)) == sample.summary
            if sample.summary
            else len(elements) < 2
            for sample, elements in zip(self._samples, found, strict=True)
        )


def _levels(chains: Sequence[Sequence[Element]]) -> Iterator[list[Element]]:
    """The elements of one tag that every chain has, links first; then the first of each."""
    if not all(chains):
        return
    tags = list(dict.fromkeys(str(one.tag) for one in chains[0]))
    for tag in sorted(tags, key=lambda tag: tag != "a"):
        alike = [[one for one in chain if one.tag == tag] for chain in chains]
        if all(alike):
            yield [found[0] for found in alike]
    if len({chain[0].tag for chain in chains}) > 1:
        yield [chain[0] for chain in chains]


def _path(pairs: Iterable[tuple[Element, Element]]) -> str | None:
    """The way from entries to their titles, if it is the same for all."""
    paths = set()
    for entry, title in pairs:
        steps = [title, *title.iterancestors()]
        inside = steps[: steps.index(entry)] if entry in steps else []
        paths.add(" > ".join(map(_step, reversed(inside))))
    return paths.pop() if len(paths) == 1 else None


def _step(element: Element) -> str:
    if element.tag in CELLS:
        return f"{element.tag}:nth-child({_column(element)})"
    return str(element.tag)


def _selectors(
    elements: Sequence[Element], within: Sequence[Element], holding: Sequence[str] = ()
) -> Iterator[str]:
    """Selectors that find elements, perhaps among others, the plainest first: by what all of them
    have in common, then by their place or by what is in them, such as `holding`. `within` is what
    they stand in."""
    around = [list(_own(level)) for level in _around(elements, within)]
    for own in (list(_own(elements)), list(_placed(elements, holding))):
        yield from own
        for number, names in enumerate(around):
            sign = " > " if number == 0 else " "
            yield from (f"{name}{sign}{one}" for name in names for one in own)
        for outer in around[1:]:
            yield from (
                f"{name} {inner} > {one}" for name in outer for inner in around[0] for one in own
            )


def _around(elements: Sequence[Element], within: Sequence[Element]) -> Iterator[list[Element]]:
    """The parents of all elements, their parents, and so on."""
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


def _own(elements: Sequence[Element]) -> Iterator[str]:
    """What all the elements have in common: their id, classes, column or tag."""
    tag = _tag(elements)
    if len(elements) == 1 and (name := elements[0].get("id") or "") and NAME.fullmatch(name):
        yield f"#{name}"
    classes = _shared_classes(elements)
    yield from (f"{tag}.{name}" for name in classes)
    if not tag:
        return
    column = _shared({_column(one) for one in elements}) if tag in CELLS else None
    if column:
        yield f"{tag}:nth-child({column})"
    yield tag
    yield from (f"{tag}.{one}.{two}" for one in classes for two in classes if one < two)


def _placed(elements: Sequence[Element], holding: Sequence[str]) -> Iterator[str]:
    """By what is in all the elements, by what others beside them are, by their place."""
    if not (tag := _tag(elements)):
        return
    yield from (f"{tag}:has({inner})" for inner in (("td", "a", *holding) if holding else ()))
    yield from (f"{tag}:not(.{name})" for name in _classes_of_others(elements, tag))
    if tag not in CELLS:
        yield from _by_place(elements, tag)


def _tag(elements: Sequence[Element]) -> str:
    """The tag of all the elements; nothing if they have several."""
    tags = {str(one.tag) for one in elements}
    return tags.pop() if len(tags) == 1 else ""


def _by_place(elements: Sequence[Element], tag: str) -> Iterator[str]:
    """By the place among siblings of the same tag, if all have one; else if the first is none."""
    places = {len(list(one.itersiblings(tag, preceding=True))) + 1 for one in elements}
    if len(elements) > 1 and len(places) == 1:
        yield f"{tag}:nth-of-type({places.pop()})"
    elif 1 not in places:
        yield f"{tag} + {tag}"


def _column(cell: Element) -> int:
    return len(list(cell.itersiblings("*", preceding=True))) + 1


def _shared(values: set[int]) -> int | None:
    return values.pop() if len(values) == 1 else None


def _shared_classes(elements: Iterable[Element]) -> list[str]:
    """The classes that all have, in the order of the first."""
    first, *others = map(_classes, elements)
    return [name for name in first if all(name in other for other in others)]


def _classes(element: Element) -> list[str]:
    """The classes that neither number an element nor say where among others it stands."""
    named = (element.get("class") or "").split()
    kept = (name for name in named if name.lower() not in NO_KIND and NAME.fullmatch(name))
    return [name for name in kept if not any(map(str.isdigit, name))]


def _classes_of_others(elements: Sequence[Element], tag: str) -> list[str]:
    """Classes of siblings that are none of these elements, which none of them has."""
    own = set(elements)
    taken = {name for one in elements for name in _classes(one)}
    parents = dict.fromkeys(one.getparent() for one in elements)
    siblings = (one for up in parents if up is not None for one in up.iterchildren(tag))
    named = [name for one in siblings if one not in own for name in _classes(one)]
    return [name for name in dict.fromkeys(named) if name not in taken][:4]


def next_selector(source: Tree, url: str, following: str) -> str | None:
    """What finds the link to the next page, and links with its address alone."""
    base = base_of(source.root, url)
    links = [
        link
        for link in (*source.root.iter("link"), *source.root.iter("a"))
        if (href := link.get("href")) and absolute(base, href) == following
    ]
    for link in links:
        for css in islice(chain(_by_label(link), _selectors([link], ())), MOST):
            found = source.index.select(css)
            if found and all(absolute(base, one.get("href") or "") == following for one in found):
                return css
    return None


def _by_label(link: Element) -> Iterator[str]:
    """By what says that a link leads on, and is no text."""
    if "next" in (link.get("rel") or "").lower().split():
        yield f'{link.tag}[rel~="next"]'
    for name in ("aria-label", "title"):
        if (said := link.get(name)) and LABEL.fullmatch(said):
            yield f'{link.tag}[{name}="{said}"]'
