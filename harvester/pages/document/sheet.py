"""A document's page in pieces, and which of them can tell of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, takewhile

from lxml.etree import _Element as Element
from parsel import Selector

from harvester.pages.document.panes import Pane
from harvester.pages.page import Page, Piece, read_page
from harvester.sites.site import Site

ASIDE = frozenset(("aside", "complementary"))
"""What stands beside a text may well tell of it; menus, dialogues and the like never do."""

ENTRY = 3
"""How many texts an entry has: date, title, summary."""


@dataclass(frozen=True)
class Sheet:
    """A page, its panes, and the site whose words it uses."""

    selector: Selector
    page: Page
    panes: list[Pane]
    site: Site

    def texts(self, places: range | None = None) -> Iterator[tuple[int, Piece]]:
        """The pieces that may tell of the document, with their places: no frame, pane or tab."""
        everywhere = range(len(self.page.pieces))
        for place, piece in self.page.within(everywhere if places is None else places):
            if place not in self._kept_out:
                yield place, piece

    def text(self, place: int) -> str:
        """The text of a piece."""
        return self.page.pieces[place].text

    def neighbour(self, place: int, step: int) -> int | None:
        """The place of the next text, or of the one before if the step is -1."""
        places = range(place + step, len(self.page.pieces) if step > 0 else -1, step)
        return next((near for near in places if near not in self._kept_out), None)

    def hinted(self, field: str) -> list[Element]:
        """The elements that the site's hints lead to, hint by hint, if they have any text."""
        found = (self.selector.css(hint) for hint in self.site.document_page.hints[field])
        elements = (one.root for some in found for one in some)
        return [one for one in elements if any(self.texts(self.page.span(one)))]

    def marks(self, field: str) -> bool:
        """Whether the site's hints lead to anything outside of panes, be it empty."""
        panes = {pane.element for pane in self.panes}
        found = (self.selector.css(hint) for hint in self.site.document_page.hints[field])
        elements = (one.root for some in found for one in some)
        return any(panes.isdisjoint(one.iterancestors()) for one in elements)

    @cached_property
    def names(self) -> list[tuple[range, Element]]:
        """The elements of names that the site's hints lead to, with their places."""
        return [(self.page.span(name), name) for name in self.hinted("name")]

    @cached_property
    def pane_spans(self) -> list[range]:
        """The places of the panes; one without a text ends where it begins."""
        return [self.page.span(pane.element) for pane in self.panes]

    def is_mere_link(self, place: int) -> bool:
        """Whether a text only leads elsewhere; a footnote's leads to another part of the page."""
        piece = self.page.pieces[place]
        away = [target for target in piece.targets if not target.startswith("#")]
        return bool(away) and not piece.loose

    def is_furniture(self, place: int) -> bool:
        """Whether a text is a heading or a button that says nothing of the document."""
        return bool(self.site.document_page.furniture.fullmatch(self.text(place)))

    def is_teaser(self, place: int) -> bool:
        """Whether a text heads other documents: it says so, and the next entry is a link to one."""
        return self._teased_link(place) is not None

    def _teased_link(self, place: int) -> int | None:
        piece = self.page.pieces[place]
        if not self.site.teasers.fullmatch(piece.text) or self._leads_to_document(piece):
            return None
        stop = min(place + 1 + ENTRY, len(self.page.pieces))
        entry = self.page.within(range(place + 1, stop))
        return next((near for near, piece in entry if self._leads_to_document(piece)), None)

    def _leads_to_document(self, piece: Piece) -> bool:
        return any(self.site.identity.leads(target) for target in piece.targets)

    def below(self, place: int, stop: int) -> range:
        """The places of other documents below a text, if that heads any before `stop`: what follows
        it in the same part of the page, up to the last link to a document, or to a label."""
        link = self._teased_link(place)
        if link is None or link >= stop:
            return range(0)
        means = self.site.document_page.meaning
        around = self.common(place, link)
        below = self.page.within(range(link, min(stop, self.page.span(around).stop)))
        said = takewhile(lambda one: means(one[1].text) is None, below)
        last = max((near for near, piece in said if self._leads_to_document(piece)), default=link)
        holder = self.page.pieces[last].holder
        branches = (up for up in (holder, *holder.iterancestors()) if up.getparent() is around)
        end = max((self.page.span(branch).stop for branch in branches), default=last + 1)
        return range(place + 1, min(end, stop))

    def _teased(self) -> Iterator[range]:
        """The places of all such documents; a further heading among them adds none."""
        below = range(0)
        for place in range(len(self.page.pieces)):
            if (link := self._teased_link(place)) is not None and link not in below:
                below = self.below(place, len(self.page.pieces))
                yield below

    def common(self, one: int, other: int) -> Element:
        """The innermost element that holds both places."""
        holder = self.page.pieces[other].holder
        around = (holder, *holder.iterancestors())
        return next(element for element in around if one in self.page.span(element))

    @cached_property
    def _kept_out(self) -> frozenset[int]:
        elements = [element for pane in self.panes for element in (pane.element, pane.tab)]
        spans = [self.page.span(element) for element in elements if element is not None]
        frame = (
            place
            for place, piece in enumerate(self.page.pieces)
            if any(map(is_frame, piece.landmarks))
        )
        return frozenset((*chain.from_iterable((*spans, *self._teased())), *frame))


def read_sheet(
    selector: Selector, panes: list[Pane], site: Site, stands_apart: Callable[[Element], bool]
) -> Sheet:
    """The page, hidden panes too; `stands_apart` tells which of its inline elements are labels."""
    inside = {part for pane in panes for part in pane.element.iterdescendants("*")}
    page = read_page(
        selector.root,
        stands_apart=lambda element: element not in inside and stands_apart(element),
        shown={pane.element for pane in panes},
    )
    return Sheet(selector, page, panes, site)


def is_frame(landmark: Element) -> bool:
    """Whether a part of the page's frame can't tell of the document."""
    return landmark.tag not in ASIDE and landmark.get("role") not in ASIDE
