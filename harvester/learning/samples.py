"""Samples: entries of a page with known texts, and the elements with these texts.

The texts come from a reading without a profile, or from what the database knows about a listing.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import iterwalk

from harvester.dates.phrases import find_date
from harvester.pages.elements import Element, fold
from harvester.pages.listing.named_entry import without_label
from harvester.pages.selectors import Index

SHORTEST_SUMMARY = 12
"""Fewest characters of a summary; a shorter text could be anything."""

LONGEST_HEADING = 160
"""Most characters of a heading with a date."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry's element, and what it says; `href` is the address as the page writes it, `other`
    what else it says, by labels."""

    element: Element
    title: str
    href: str | None = None
    date: str | None = None
    summary: str | None = None
    other: Mapping[str, str] = field(default_factory=dict)


class Texts:
    """The visible texts of a page's elements; each is computed once."""

    def __init__(self, index: Index) -> None:
        self._unseen = index.unseen
        self._known: dict[Element, str] = {}

    def of(self, element: Element) -> str:
        """All that a reader sees in an element."""
        if element not in self._known:
            self._known[element] = fold("".join(self._pieces(element)))
        return self._known[element]

    def is_shown(self, element: Element) -> bool:
        """Whether an element is, by itself, one that is shown."""
        return isinstance(element.tag, str) and element not in self._unseen

    def within(self, element: Element) -> Iterator[Element]:
        """The element and all in it that is shown."""
        hidden: set[Element] = set()
        for one in element.iter():
            if not self.is_shown(one) or (one is not element and one.getparent() in hidden):
                hidden.add(one)
            else:
                yield one

    def _pieces(self, element: Element) -> Iterator[str]:
        walk = iterwalk(element, events=("start", "end", "comment", "pi"))
        for event, one in walk:
            if event == "start" and one in self._unseen:
                walk.skip_subtree()
            elif event == "start":
                yield one.text or ""
            elif one is not element:
                yield one.tail or ""


def title_places(texts: Texts, sample: Sample) -> list[Element]:
    """The elements that say the title of an entry and nothing else, the innermost first; the one
    that holds it with more if there are none."""
    inside = list(texts.within(sample.element))
    exact = [one for one in inside if texts.of(one) == sample.title]
    if exact:
        linked = [one for one in exact if sample.href in addresses_of(one)]
        first = _chain(linked or exact)
        return [*first, *(one for one in exact if one in set(first[-1].iterancestors()))]
    return smallest(texts, inside, sample.title)[:1]


def _chain(elements: list[Element]) -> list[Element]:
    """The first of some elements in reading order, and those nested in it, from the inside out."""
    first = elements[0]
    return [one for one in elements if one is first or first in one.iterancestors()][::-1]


def addresses_of(element: Element) -> set[str]:
    """The addresses of the links that an element is, holds, or stands in, as the page has them."""
    links = (*element.iter("a"), *element.iterancestors("a"))
    return {href.strip() for link in links if (href := link.get("href"))}


def link_places(sample: Sample) -> list[Element]:
    """The links of an entry with its address."""
    inside = [*sample.element.iter("a"), *sample.element.iterancestors("a")]
    return [one for one in inside if (one.get("href") or "").strip() == sample.href]


def smallest(texts: Texts, inside: Iterable[Element], said: str) -> list[Element]:
    """The smallest elements with a text, in reading order."""
    holding = [one for one in inside if said in texts.of(one)]
    around = {up for one in holding for up in one.iterancestors()}
    return [one for one in holding if one not in around]


def date_places(texts: Texts, sample: Sample) -> list[Element]:
    """The smallest elements that hold an entry's date: first those that hold nothing else, last
    those that hold the title, too."""
    assert sample.date is not None
    found = smallest(texts, texts.within(sample.element), sample.date)
    return sorted(found, key=lambda one: (sample.title in texts.of(one), len(texts.of(one))))


def summary_places(texts: Texts, sample: Sample) -> list[Element]:
    """The smallest elements that hold an entry's summary."""
    said = sample.summary or ""
    if len(said) < SHORTEST_SUMMARY:
        return []
    return smallest(texts, texts.within(sample.element), said)


def other_places(texts: Texts, sample: Sample, label: str) -> list[Element]:
    """The smallest elements that hold what an entry says under a label, first those that hold
    nothing else."""
    value = sample.other[label]
    found = smallest(texts, texts.within(sample.element), value)
    return sorted(found, key=lambda one: without_label(texts.of(one), label) != value)


class Headings:
    """The short elements of a page outside of its entries, by the dates that they say."""

    def __init__(self, texts: Texts, index: Index, entries: Iterable[Element]) -> None:
        self._index = index
        self._inside = {place for one in entries for place in index.span(one)}
        self._dated: dict[str, list[int]] = {}
        for place, one in enumerate(index.elements):
            if place in self._inside or not texts.is_shown(one):
                continue
            text = texts.of(one)
            if len(text) <= LONGEST_HEADING and (date := find_date(text)):
                self._dated.setdefault(date.shown, []).append(place)

    def above(self, sample: Sample) -> Element | None:
        """The nearest one before an entry that has its date."""
        places = self._dated.get(sample.date or "", [])
        before = bisect_left(places, self._index.places[sample.element])
        return self._index.elements[places[before - 1]] if before else None

    def is_outside(self, element: Element) -> bool:
        """Whether an element is none of the entries, and in none."""
        return self._index.places[element] not in self._inside


def alike(chains: Sequence[Sequence[Element]]) -> Iterator[list[Element]]:
    """The elements of one tag that every chain has, links first; then the first of each."""
    if not all(chains):
        return
    tags = list(dict.fromkeys(str(one.tag) for one in chains[0]))
    for tag in sorted(tags, key=lambda tag: tag != "a"):
        same = [[one for one in chain if one.tag == tag] for chain in chains]
        if all(same):
            yield [found[0] for found in same]
    if len({chain[0].tag for chain in chains}) > 1:
        yield [chain[0] for chain in chains]
