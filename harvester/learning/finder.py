"""Finding selectors for the entries of a page and their parts, from samples of their texts."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain

from harvester.dates.phrases import find_date
from harvester.learning.candidates import candidates, path_between
from harvester.learning.samples import (
    Headings,
    Sample,
    Texts,
    addresses_of,
    alike,
    date_places,
    link_places,
    other_places,
    summary_places,
    title_places,
)
from harvester.pages.elements import Element
from harvester.pages.listing.listing_context import other_part
from harvester.pages.listing.named_entry import without_label
from harvester.pages.selectors import Index


class Finder:
    """Finds selectors for the parts of samples on one page."""

    def __init__(
        self,
        index: Index,
        samples: Sequence[Sample],
        preferred: Mapping[str, str],
        *,
        others: bool,
    ) -> None:
        self._preferred = preferred
        self._others = others
        self._index = index
        self._texts = Texts(index)
        self._samples = samples
        self._entries = [sample.element for sample in samples]
        self._owner = {element: number for number, element in enumerate(self._entries)}

    def entry(self, title: str) -> str | None:
        """The selector that finds all entries and nothing else."""
        wanted = set(self._entries)
        titles = [found[0] for found in self._within(title)]
        path = path_between(zip(self._entries, titles, strict=True))
        holding = [title, *([f"> {path}"] if path else [])]
        usual = [css for css in (self._preferred.get("entry"),) if css]
        for css in chain(usual, candidates(self._entries, holding=holding)):
            found = set(self._index.select(css))
            if found == wanted or (self._others and self._may_be_more(found, wanted, title)):
                return css
        return None

    def _may_be_more(self, found: set[Element], wanted: set[Element], title: str) -> bool:
        """Whether elements can be the wanted entries and at most as many others: each with one
        title, and none inside another."""
        if not wanted <= found or len(found) > 2 * len(wanted):
            return False
        titles = self._index.select(title)
        around = ([up for up in (one, *one.iterancestors()) if up in found] for one in titles)
        held = [ups[0] for ups in around if len(ups) == 1]
        return len(held) == len(set(held)) == len(found)

    def title(self) -> str | None:
        """The selector that finds one element in each entry, with its title."""
        chains = [title_places(self._texts, sample) for sample in self._samples]
        return self._first("title", chains, self._says_titles)

    def link(self) -> str | None:
        """The selector that finds links in each entry, all with its address."""
        return self._first("link", [link_places(one) for one in self._samples], self._has_links)

    def date(self) -> str | None:
        """The selector that finds the date of each entry that has one, and nothing in the
        others."""
        dated = [one for one in self._samples if one.date]
        chains = [date_places(self._texts, sample) for sample in dated]
        alone = self._first("date", chains, self._says_dates)
        return alone or self._first("date", chains, self._hold_dates)

    def date_above(self) -> str | None:
        """The selector of the headings between entries; the one above an entry has its date."""
        headings = Headings(self._texts, self._index, self._entries)
        above = dict.fromkeys(map(headings.above, self._samples))
        known = [one for one in above if one is not None]
        if len(known) < len(above):
            return None
        usual = [css for css in (self._preferred.get("date_above"),) if css]
        tried = chain(usual, candidates(known))
        return next((css for css in tried if self._head(css, headings)), None)

    def _head(self, css: str, headings: Headings) -> bool:
        """Whether the nearest of the elements above each entry has its date, and is in none."""
        found = self._index.select(css)
        if not all(map(headings.is_outside, found)):
            return False
        places = [self._index.places[one] for one in found]
        above = [bisect_left(places, self._index.places[one.element]) for one in self._samples]
        if 0 in above:
            return False
        dates = [find_date(self._texts.of(found[number - 1])) for number in above]
        return [one and one.shown for one in dates] == [one.date for one in self._samples]

    def summary(self) -> str | None:
        """The selector that finds the summary of each entry that has one."""
        said = [one for one in self._samples if one.summary]
        chains = [summary_places(self._texts, sample) for sample in said]
        return self._first("summary", chains, self._says_summaries) if said else None

    def others(self) -> dict[str, str]:
        """The selectors for entries' other values, by labels, where there are any."""
        labels = dict.fromkeys(label for sample in self._samples for label in sample.other)
        found = {}
        for label in filter(str.isprintable, labels):
            said = [one for one in self._samples if label in one.other]
            chains = [other_places(self._texts, one, label) for one in said]
            css = self._first(other_part(label), chains, partial(self._says_other, label))
            if css is not None and not self._only_links(css):
                found[label] = css
        return found

    def apart(self, other: Mapping[str, str], parts: Iterable[str]) -> dict[str, str]:
        """The selectors that find nothing that those of an entry's parts find."""
        known = {one for css in parts for one in self._index.select(css)}
        return {
            label: css for label, css in other.items() if known.isdisjoint(self._index.select(css))
        }

    def _only_links(self, css: str) -> bool:
        """Whether a selector finds but links to the entries, which say what these lead to."""
        return all(
            one.tag == "a" and (one.get("href") or "").strip() == sample.href
            for sample, elements in zip(self._samples, self._within(css), strict=True)
            for one in elements
        )

    def is_linked(self, title: str) -> bool:
        """Whether titles are, contain, or are inside the links of their entries."""
        pairs = zip(self._samples, self._within(title), strict=True)
        return all(addresses_of(elements[0]) == {sample.href} for sample, elements in pairs)

    def is_within(self, date: str) -> bool:
        """Whether a date is inside a longer text, or together with its title."""
        return not self._says_dates(self._within(date), alone=True)

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
        for elements in alike(chains):
            for css in candidates(elements, self._entries):
                if fits(self._within(css)):
                    return css
        return None

    def _within(self, css: str) -> list[list[Element]]:
        """The elements that a selector finds in each entry."""
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
            {(one.get("href") or "").strip() for one in elements} == {sample.href}
            for sample, elements in zip(self._samples, found, strict=True)
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
        texts = (" ".join(map(self._texts.of, elements)) for elements in found)
        dates = [date.shown if (date := find_date(text)) else None for text in texts]
        return dates == [sample.date for sample in self._samples]

    def _says_summaries(self, found: list[list[Element]]) -> bool:
        return all(
            " ".join(map(self._texts.of, elements)) == sample.summary
            if sample.summary
            else len(elements) < 2
            for sample, elements in zip(self._samples, found, strict=True)
        )

    def _says_other(self, label: str, found: list[list[Element]]) -> bool:
        """Whether all that stands under a label is found, and nothing in entries without it."""
        said = (
            " ".join(without_label(self._texts.of(one), label) for one in elements)
            for elements in found
        )
        return [*said] == [sample.other.get(label, "") for sample in self._samples]
