"""A document's page in pieces, and which of them may describe the document."""

from bisect import bisect_left
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from harvester.pages.document.panes import Pane, choose_panes, possible_panes
from harvester.pages.elements import Element, all_around, all_within
from harvester.pages.markup import Tree
from harvester.pages.page import Page, Piece, places_of
from harvester.pages.page_reader import read_page
from harvester.sites.site import LONGEST_LABEL, Site

ASIDE = frozenset(("aside", "complementary"))
"""Parts of the frame that may describe the document; menus and dialogues never do."""

ENTRY = 3
"""Texts of an entry: date, title, summary."""


@dataclass(frozen=True)
class DocumentContext:
    """A page, its panes, and the site whose wording it uses."""

    tree: Tree
    page: Page
    panes: list[Pane]
    site: Site

    def parted(self, labels: set[Element]) -> "DocumentContext":
        """The same page, read again with inline elements, such as labels, that divide a line."""
        page = _read(self.tree, self.panes, labels)
        return DocumentContext(self.tree, page, self.panes, self.site)

    def texts(self, places: range | None = None) -> list[tuple[int, Piece]]:
        """The pieces that may describe the document, with their places, outside frame, panes and
        tabs."""
        if places is None:
            return self._texts
        return self._texts[self._kept_before(places.start) : self._kept_before(places.stop)]

    def kept(self, start: int, stop: int) -> list[int]:
        """The places of such pieces from one place up to another."""
        return self._kept[self._kept_before(start) : self._kept_before(stop)]

    def text(self, place: int) -> str:
        """The text of a piece."""
        return self.page.pieces[place].text

    def meaning(self, place: int) -> str | None:
        """The field or the kind of term that a text would stand for as a label."""
        return self._meanings.get(place)

    def neighbour(self, place: int, step: int) -> int | None:
        """The place of the next text, or of the one before if the step is -1."""
        at = self._kept_before(place + 1) if step > 0 else self._kept_before(place) - 1
        return self._kept[at] if 0 <= at < len(self._kept) else None

    def hinted(self, field: str) -> list[Element]:
        """The elements that the site's hints find, hint by hint, if they have any text."""
        return [one for one in self._hinted(field) if self._tells(self.page.span(one))]

    def marks(self, field: str) -> bool:
        """Whether the site's hints find anything outside panes, even if empty."""
        return any(one not in self.in_panes for one in self._hinted(field))

    def every_other(self, parent: Element) -> set[Element]:
        """The first, third, fifth element in another one, and so on."""
        if parent not in self._every_other:
            self._every_other[parent] = set(islice(parent.iterchildren("*"), 0, None, 2))
        return self._every_other[parent]

    @cached_property
    def _every_other(self) -> dict[Element, set[Element]]:
        return {}

    @cached_property
    def names(self) -> dict[int, list[tuple[range, Element]]]:
        """The name elements that the site's hints find, by their first place, with all their
        places."""
        names: dict[int, list[tuple[range, Element]]] = {}
        for name in self.hinted("name"):
            span = self.page.span(name)
            names.setdefault(span.start, []).append((span, name))
        return names

    @cached_property
    def in_panes(self) -> set[Element]:
        """The elements that stand in panes."""
        return all_within(pane.element for pane in self.panes)

    @cached_property
    def pane_spans(self) -> list[range]:
        """The places of the panes; one without a text ends where it begins."""
        return [self.page.span(pane.element) for pane in self.panes]

    @cached_property
    def framed(self) -> frozenset[int]:
        """The places in parts of the page's frame that can't describe the document."""
        return frozenset(
            place
            for place, piece in enumerate(self.page.pieces)
            if piece.landmarks and any(map(is_frame, piece.landmarks))
        )

    def is_mere_link(self, place: int) -> bool:
        """Whether a text only leads elsewhere; a footnote's leads to another part of the page."""
        piece = self.page.pieces[place]
        away = [target for target in piece.targets if not target.startswith("#")]
        return bool(away) and not piece.loose

    def is_boilerplate(self, place: int) -> bool:
        """Whether a text is a heading or a button that says nothing of the document."""
        return bool(self.site.document_page.furniture.fullmatch(self.text(place)))

    @cached_property
    def teasers(self) -> dict[int, int]:
        """The headings of other documents, each with the link of the next entry."""
        may_head = self.site.words().teasers.fullmatch
        heads = [place for place, piece in enumerate(self.page.pieces) if may_head(piece.text)]
        links = ((place, self._teased_link(place)) for place in heads)
        return {place: link for place, link in links if link is not None}

    def _teased_link(self, place: int) -> int | None:
        if self._leads_to_document(self.page.pieces[place]):
            return None
        stop = min(place + 1 + ENTRY, len(self.page.pieces))
        entry = self.page.within(range(place + 1, stop))
        return next((near for near, piece in entry if self._leads_to_document(piece)), None)

    def _leads_to_document(self, piece: Piece) -> bool:
        return any(self.site.identity.leads(target) for target in piece.targets)

    def below(self, place: int, stop: int) -> range:
        """The places of other documents below a text, if that heads any before `stop`: what follows
        it in the same part of the page, up to the last link to a document, or to a label."""
        link = self.teasers.get(place)
        if link is None or link >= stop:
            return range(0)
        around, pieces = self.common(place, link), self.page.pieces
        below = range(link, min(stop, self.page.span(around).stop))
        said = range(link, next((near for near in below if self.meaning(near)), below.stop))
        leading = (near for near in reversed(said) if self._leads_to_document(pieces[near]))
        last = next(leading, link)
        branch = self.branch(around, last)
        end = last + 1 if branch is None else self.page.span(branch).stop
        return range(place + 1, min(end, stop))

    def _teased(self) -> Iterator[range]:
        """The places of all such documents; a further heading among them adds none."""
        below = range(0)
        for place, link in self.teasers.items():
            if link not in below:
                below = self.below(place, len(self.page.pieces))
                yield below

    def common(self, one: int, other: int) -> Element:
        """The innermost element that holds both places."""
        holder = self.page.pieces[other].holder
        around = (holder, *holder.iterancestors())
        return next(element for element in around if one in self.page.span(element))

    def branch(self, around: Element, place: int) -> Element | None:
        """The child of an element that holds a place; None if it is in the element's own text."""
        holder = self.page.pieces[place].holder
        path = (holder, *holder.iterancestors())
        return next((up for up in path if up.getparent() is around), None)

    def _hinted(self, field: str) -> Iterator[Element]:
        hints = self.site.document_page.hints[field]
        return chain.from_iterable(map(self.tree.index.select, hints))

    def _tells(self, places: range) -> bool:
        """Whether any of the pieces at these places may describe the document."""
        return self._kept_before(places.start) < self._kept_before(places.stop)

    def _kept_before(self, place: int) -> int:
        """The number of texts before a place."""
        return bisect_left(self._kept, place)

    @cached_property
    def _meanings(self) -> dict[int, str]:
        means = self.site.document_page.meaning
        return {
            place: meaning
            for place, piece in enumerate(self.page.pieces)
            if len(piece.text) <= LONGEST_LABEL and (meaning := means(piece.text))
        }

    @cached_property
    def _texts(self) -> list[tuple[int, Piece]]:
        elements = [element for pane in self.panes for element in (pane.element, pane.tab)]
        spans = [self.page.span(element) for element in elements if element is not None]
        out = self.framed.union(places_of([*spans, *self._teased()]))
        return [(place, piece) for place, piece in enumerate(self.page.pieces) if place not in out]

    @cached_property
    def _kept(self) -> list[int]:
        return [place for place, _ in self._texts]


def read_context(tree: Tree, site: Site) -> DocumentContext:
    """The page with its panes, including hidden ones."""
    possible = possible_panes(tree.index, site.document_page)
    page = _read(tree, possible)
    panes = choose_panes(possible, tree.index, page, site.document_page)
    if len(panes) < len(possible):
        page = _read(tree, panes)
    return DocumentContext(tree, page, panes, site)


def _read(tree: Tree, panes: list[Pane], labels: Container[Element] = ()) -> Page:
    """The page without the parts of its frame that can't describe the document."""
    shown = {pane.element for pane in panes}
    beside = all_around(shown) | shown | all_within(pane.element for pane in panes)

    def is_idle(part: Element) -> bool:
        return is_frame(part) and part not in beside

    return read_page(tree.root, apart=labels, shown=shown, passed_over=is_idle, index=tree.index)


def is_frame(landmark: Element) -> bool:
    """Whether a part of the page's frame can't describe the document."""
    return landmark.tag not in ASIDE and landmark.get("role") not in ASIDE
