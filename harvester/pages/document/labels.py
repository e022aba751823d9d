"""A text that may be a label, and the value that would follow it."""

from dataclasses import dataclass
from itertools import count

from lxml.etree import _Element as Element

from harvester.pages.document.sheet import Sheet
from harvester.pages.page import signature
from harvester.pages.text import is_inline

Kind = tuple[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A label's place and text, what it means, and where its value is to be found.

    `meaning` is None if the label is not known, and `idle` if what it heads is nothing of the
    document's. `holder` is its block, or its part of a line; `element` holds nothing else either,
    and beside it in the parent stands its value. `within` are the places of that parent.
    """

    place: int
    text: str
    meaning: str | None
    idle: bool
    holder: Element
    element: Element
    parent: Element
    within: range

    @property
    def kind(self) -> Kind:
        """How it is marked up."""
        return signature(self.holder), signature(self.parent)


def as_label(sheet: Sheet, place: int) -> Label:
    """A text as the label that it may be."""
    piece, alone = sheet.page.pieces[place], range(place, place + 1)
    holder = element = piece.holder
    while (up := element.getparent()) is not None and sheet.page.span(up) == alone:
        if next(element.itersiblings("*"), None) is not None:
            break
        holder = up if is_inline(holder) else holder
        element = up
    parent = element if up is None else up
    meaning = sheet.site.document_page.meaning(piece.text)
    idle = meaning is None and (sheet.is_furniture(place) or sheet.is_teaser(place))
    within = sheet.page.span(parent)
    return Label(place, piece.text, meaning, idle, holder, element, parent, within)


def values(sheet: Sheet, label: Label, labels: list[Label]) -> list[int]:
    """The places of a label's value: what follows it in its parent, up to the next label.

    Where the parent holds more than this label and its value, the value ends where the markup
    changes.
    """
    stop = label.within.stop
    stop = min((other.place for other in labels if label.place < other.place < stop), default=stop)
    places = [place for place, _ in sheet.texts(range(label.place + 1, stop))]
    if not places or _has_own_block(label, labels):
        return places
    branch = _branch(sheet, label, places[0])
    return [
        place
        for place, expected in zip(places, count(places[0]), strict=False)
        if place == expected and _branch(sheet, label, place) == branch
    ]


def _has_own_block(label: Label, labels: list[Label]) -> bool:
    """Whether it is the only label in its parent, and others have parents marked up alike."""
    others = [other for other in labels if other is not label]
    mine = signature(label.parent)
    return all(other.parent is not label.parent for other in others) and any(
        signature(other.parent) == mine for other in others
    )


def _branch(sheet: Sheet, label: Label, place: int) -> tuple[str, str] | None:
    """How the part of a label's parent is marked up in which a text stands."""
    holder = sheet.page.pieces[place].holder
    path = [holder, *holder.iterancestors()]
    inside = path[: path.index(label.parent)]
    return signature(inside[-1]) if inside else None
