"""What a profile's selectors find on a page of a listing: its entries, and what is in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from harvester.pages.elements import Element, is_inline
from harvester.pages.page import Page
from harvester.pages.selectors import Index
from harvester.sites.site import ListingPage
from harvester.sites.wording import Words


@dataclass(frozen=True, slots=True)
class NamedParts:
    """The elements, in the page's order; `entries` is None where the profile doesn't say where they
    are. `places` are those of the pieces in entries, `ignored` those that are no part of any."""

    entries: tuple[Element, ...] | None = None
    parts: Mapping[str, frozenset[Element]] = field(default_factory=dict)
    idle: tuple[Element, ...] = ()
    places: frozenset[int] = frozenset()
    ignored: frozenset[int] = frozenset()
    begin: int = -1

    def within(self, entry: Element, part: str) -> list[Element]:
        """The elements in an entry that hold one of its parts."""
        known = self.parts[part]
        return [element for element in entry.iter("*") if element in known]

    def apart(self, document_of: Callable[[str], str | None]) -> frozenset[Element]:
        """Inline elements that are to part text as a block does; a link to a document does so by
        itself."""
        found = frozenset(self.idle).union(*self.parts.values())
        return frozenset(
            element
            for element in found
            if is_inline(element)
            and not (element.tag == "a" and document_of(element.get("href", "")))
        )

    def placed(self, page: Page, words: Words) -> "NamedParts":
        """The same with the places on the page. Where the profile says what entries are, a text
        outside of them that is a range tells nothing else."""
        ignored = {place for element in self.idle for place in page.span(element)}
        if self.entries is None:
            return replace(self, ignored=frozenset(ignored))
        places = {place for entry in self.entries for place in page.span(entry)}
        ranges = (place for place, piece in enumerate(page.pieces) if words.range_in(piece.text))
        ignored.update(place for place in ranges if place not in places)
        begin = min(places, default=-1)
        return replace(self, places=frozenset(places), ignored=frozenset(ignored), begin=begin)


def find_parts(index: Index, said: ListingPage) -> NamedParts:
    """What the profile's selectors find; an entry in what is to be ignored is none."""
    idle = tuple(element for css in said.ignore for element in index.select(css))
    parts = {part: frozenset(index.select(css)) for part, css in said.parts.items()}
    if said.entry is None:
        return NamedParts(None, parts, idle)
    left_out = frozenset(idle)
    found = index.select(said.entry)
    entries = (one for one in found if left_out.isdisjoint((one, *one.iterancestors())))
    return NamedParts(tuple(entries), parts, idle)
