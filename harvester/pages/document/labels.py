"""Which texts of a page are labels: those in the site's words, and those that look like them.

A word alone makes no label: a subject or a paragraph can be "Source" too. What is marked up alike
is judged together: labels are mostly known, each is followed by a value that is marked up
otherwise, and none is said twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, islice

from lxml.etree import _Element as Element

from harvester.pages.document.sheet import Sheet
from harvester.pages.page import signature

MOST = 100
"""No page has more labels."""
STRONG = 2
"""So many different labels, marked up alike, are labels even where text could stand."""


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A label's place and text, what it means, and where its value is to be found.

    `meaning` is None if the label is not known; `element` holds nothing else, beside it in the
    parent stands its value.
    """

    place: int
    text: str
    meaning: str | None
    holder: Element
    element: Element
    parent: Element

    @property
    def kind(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """How it is marked up."""
        return signature(self.holder), signature(self.parent)


def find_labels(sheet: Sheet, title: int, barred: range = range(0)) -> list[Label]:
    """The labels in reading order; `barred` are places where a single one is not to be trusted."""
    texts = [_label(sheet, place) for place, _ in sheet.texts() if place != title]
    found: list[Label] = []
    for group in _groups(sheet, texts):
        taken = {place for label in found for place in (label.place, *values(sheet, label, found))}
        free = [label for label in group if label.place not in taken]
        if _are_labels(sheet, free, found) and not _are_doubtful(free, barred):
            found += free
    return sorted(found, key=lambda label: label.place)


def values(sheet: Sheet, label: Label, labels: list[Label]) -> list[int]:
    """The places of a label's value: what follows it in its parent, up to the next label.

    Where the parent holds more than this label and its value, the value ends where the markup
    changes.
    """
    stop = sheet.page.span(label.parent).stop
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


def _label(sheet: Sheet, place: int) -> Label:
    """A text as the label that it may be."""
    piece = sheet.page.pieces[place]
    element, up = piece.holder, piece.holder.getparent()
    while up is not None and sheet.page.span(up) == range(place, place + 1):
        if next(element.itersiblings("*"), None) is not None:
            break
        element, up = up, up.getparent()
    meaning = sheet.site.document_page.meaning(piece.text)
    return Label(place, piece.text, meaning, piece.holder, element, element if up is None else up)


def _groups(sheet: Sheet, texts: list[Label]) -> list[list[Label]]:
    """Texts marked up alike, those with the most known labels first, then the purest.

    Where values are marked up as labels are, the first one in each parent can be a label, or every
    other one in a parent.
    """
    groups: dict[tuple[object, ...], list[Label]] = {}
    even = _every_other({text.parent for text in texts if text.meaning})
    for text in texts:
        groups.setdefault(text.kind, []).append(text)
        if text.place == sheet.page.span(text.parent).start:
            groups.setdefault((*text.kind, "first"), []).append(text)
        groups.setdefault((*text.kind, text.parent, text.element in even), []).append(text)

    def rank(group: list[Label]) -> tuple[int, float, int, int]:
        known = [label for label in group if label.meaning]
        width = min(len(sheet.page.span(label.parent)) for label in known)
        return -len(_meanings(known)), len(group) / len(known), width, group[0].place

    return sorted((group for group in groups.values() if _meanings(group)), key=rank)


def _every_other(parents: Iterable[Element]) -> set[Element]:
    """The first, third, fifth part of each of these elements."""
    return {part for parent in parents for part in islice(parent.iterchildren("*"), 0, None, 2)}


def _are_labels(sheet: Sheet, group: list[Label], found: list[Label]) -> bool:
    """Whether enough of a group is known, is not said elsewhere, and has a value."""
    known = [label for label in group if label.meaning]
    if not known or len(group) > min(2 * len(known), MOST):
        return False
    if _meanings(known) & _meanings(found):
        return False
    return any(values(sheet, label, [*found, *group]) for label in known)


def _are_doubtful(group: list[Label], barred: range) -> bool:
    return len(_meanings(group)) < STRONG and any(label.place in barred for label in group)


def _meanings(labels: Iterable[Label]) -> set[str]:
    return {label.meaning for label in labels if label.meaning}


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
