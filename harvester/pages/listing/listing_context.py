"""A page together with its address, and with what is known of where its results are."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from harvester.pages.address import absolute, is_same_listing
from harvester.pages.elements import Element, all_around, all_within, is_inline, signature
from harvester.pages.listing.assembled import ENTRY
from harvester.pages.listing.columns import Below, cells_below
from harvester.pages.markup import Tree
from harvester.pages.page import Page, Piece, places_of
from harvester.pages.selectors import Index
from harvester.sites.listing_page import ListingPage
from harvester.sites.site import Site
from harvester.sites.wording import Words, words_in

SHORTEST_WORD = 4
SHOWN = ("title", "date")
"""The parts that are read where they are hidden: an entry has one of them, and no more."""
NEVER = frozenset(("script", "style", "template"))
"""Elements whose content is never text, whatever a profile says."""


@dataclass(frozen=True, slots=True)
class NamedParts:
    """What a profile's selectors find on a page, in page order.

    `entries` is None where the profile doesn't say what they are. `headings` have the dates of the
    entries below them, and `shared` is what has the date of an entry and stands in another one.
    `places` are those of the pieces in entries, and `begin` the first;
    `ignored` are those of what is no part of any.
    """

    entries: tuple[Element, ...] | None = None
    parts: Mapping[str, frozenset[Element]] = field(default_factory=dict)
    idle: tuple[Element, ...] = ()
    headings: tuple[Element, ...] = ()
    shared: Mapping[Element, Element] = field(default_factory=dict)
    places: frozenset[int] = frozenset()
    ignored: frozenset[int] = frozenset()
    begin: int = -1

    def within(self, entry: Element, part: str) -> list[Element]:
        """The elements in an entry with one of its parts."""
        known = self.parts[part]
        return [element for element in entry.iter("*") if element in known]

    def apart(self, document_of: Callable[[str], str | None]) -> frozenset[Element]:
        """Inline elements that separate text like a block; links to documents do so anyway."""
        found = frozenset(self.idle).union(*self.parts.values())
        return frozenset(
            element
            for element in found
            if is_inline(element)
            and not (element.tag == "a" and document_of(element.get("href", "")))
        )

    def idle_places(self, page: Page) -> set[int]:
        """The places to ignore."""
        return set(places_of(map(page.span, self.idle)))

    def shown(self, index: Index) -> frozenset[Element]:
        """What is read though it is hidden, or on a button: what named entries stand in, and a
        title or a date that is named, with what it stands in."""
        found = frozenset(self.entries or ()).union(*(self.parts.get(one, ()) for one in SHOWN))
        around = found | all_around(found)
        return frozenset(up for up in around & index.unseen if up.tag not in NEVER)

    def placed(self, page: Page, words: Words) -> "NamedParts":
        """The same with the places on the page. Where the profile says what entries are, a text
        outside of them that is a range tells nothing else."""
        ignored = self.idle_places(page)
        ignored.update(places_of(map(page.span, self.headings)))
        if self.entries is None:
            return replace(self, ignored=frozenset(ignored))
        places = set(places_of(map(page.span, self.entries)))
        ranges = (place for place, piece in enumerate(page.pieces) if words.range_in(piece.text))
        ignored.update(place for place in ranges if place not in places)
        begin = min(places, default=-1)
        return replace(self, places=frozenset(places), ignored=frozenset(ignored), begin=begin)


def other_part(label: str) -> str:
    """The name for the part of an entry with this label."""
    return f"other: {label}"


def find_parts(index: Index, said: ListingPage) -> NamedParts:
    """What the profile's selectors find; an entry in what is to be ignored is none, and outside of
    entries there are no parts of one."""
    idle = tuple(element for css in said.ignore for element in index.select(css))
    others = {other_part(label): css for label, css in said.other.items()}
    wanted = {**said.parts, **others, **({"unlinked": said.unlinked} if said.unlinked else {})}
    parts = {part: frozenset(index.select(css)) for part, css in wanted.items()}
    if not said.names_entries:
        return NamedParts(None, parts, idle)
    left_out = {*idle, *all_within(index.ordered(idle))}
    found = index.select(said.entry or ENTRY)
    headings = tuple(index.select(said.date_above)) if said.date_above else ()
    entries = tuple(one for one in found if one not in left_out)
    inside = {*entries, *all_within(entries)}
    below = cells_below(said.columns, entries) if said.columns else Below()
    for part, cells in below.cells.items():
        links = (link for cell in cells for link in cell.iter("a"))
        parts[part] = frozenset(links if part == "link" else cells)
    inner = {part: those & inside for part, those in parts.items()}
    return NamedParts(entries, inner, (*idle, *below.heads), headings, below.shared)


@dataclass(frozen=True)
class ListingContext:
    """A page of a listing while it is being read. `after` is the place of its range, or -1."""

    page: Page
    tree: Tree
    url: str
    site: Site
    after: int
    words: Words = field(default_factory=partial(words_in, None))
    named: NamedParts = field(default_factory=NamedParts)
    _tells: dict[int, bool] = field(default_factory=dict)
    _told: dict[Element, dict[tuple[str, str], int]] = field(default_factory=dict)

    @cached_property
    def begin(self) -> int:
        """The place from which on results may stand: after the range, but where a profile says
        what entries are anywhere."""
        return 0 if self.named.entries is not None else self.after + 1

    @cached_property
    def links(self) -> list[int]:
        """The places of all links to documents among the results, the page's frame apart."""
        pieces = self.page.within(range(self.begin, len(self.page.pieces)))
        return [place for place, piece in pieces if piece.document and not self.is_aside(place)]

    def span(self, element: Element) -> range:
        """The places of an element's pieces among the results."""
        start, begin = self.page.starts.get(element, 0), self.begin
        return range(start if start > begin else begin, self.page.stops.get(element, 0))

    def texts(self, places: range) -> Iterator[tuple[int, Piece]]:
        """The pieces with text, without the page's frame and the pager."""
        tells = self._tells
        for place, piece in self.page.within(places):
            if (told := tells.get(place)) is None:
                told = tells[place] = self._is_telling(place, piece)
            if told:
                yield place, piece

    def unlinked_texts(self, places: range) -> Iterator[tuple[int, Piece]]:
        """Texts that are not links to a document."""
        return ((place, piece) for place, piece in self.texts(places) if not piece.document)

    @cached_property
    def unlinked(self) -> list[int]:
        """The places of all texts that are no links to a document, among the results."""
        return [place for place, _ in self.unlinked_texts(range(self.begin, len(self.page.pieces)))]

    def unlinked_within(self, places: range) -> list[int]:
        """Those of them that are among some places."""
        first, end = (bisect_left(self.unlinked, place) for place in (places.start, places.stop))
        return self.unlinked[first:end]

    def last_told(self, around: Element) -> dict[tuple[str, str], int]:
        """The places in the tree of the last elements directly in another one that have such a
        text, by how they are marked up."""
        if around not in self._told:
            found = self._told[around] = {}
            for child in around.iterchildren("*"):
                if self.unlinked_within(self.span(child)):
                    found[signature(child)] = self.tree.index.places[child]
        return self._told[around]

    def date_above(self, element: Element) -> Element | None:
        """The last heading with a date above an element, if there is one."""
        number = bisect_left(self._headings, self.tree.index.places[element])
        return self.named.headings[number - 1] if number else None

    @cached_property
    def _headings(self) -> list[int]:
        return [self.tree.index.places[one] for one in self.named.headings]

    def is_teased(self, places: range) -> bool:
        """Whether a heading here says that the documents below it are not results."""
        pieces = self.page.within(places)
        return any(self.words.teasers.fullmatch(piece.text) for _, piece in pieces)

    def _is_telling(self, place: int, piece: Piece) -> bool:
        return bool(piece.text) and not self.is_aside(place) and not self._is_paging(place)

    def is_aside(self, place: int) -> bool:
        """Whether a piece is what a profile says to ignore, or in a part of the frame that doesn't
        hold the range, or the entries that a profile names, as well."""
        if place in self.named.ignored:
            return True
        if place in self.named.places:
            return False
        beside = self.after if self.named.entries is None else self.named.begin
        return self.page.is_aside(self.page.pieces[place], beside)

    def _is_paging(self, place: int) -> bool:
        """Whether a piece is of a pager: links to pages of this listing, and signs beside them."""
        if self._leads_on(place):
            return True
        text = self.page.pieces[place].text
        is_sign = len(text) < SHORTEST_WORD and not any(map(str.isalpha, text))
        return is_sign and (self._leads_on(place - 1) or self._leads_on(place + 1))

    def _leads_on(self, place: int) -> bool:
        if not 0 <= place < len(self.page.pieces):
            return False
        piece = self.page.pieces[place]
        if piece.loose or not piece.targets:
            return False
        leads = (absolute(self.url, target) for target in piece.targets)
        return all(lead and is_same_listing(self.url, lead, self.site) for lead in leads)
