"""The fields of a document's page: its labels, each with its values."""

import re
from dataclasses import dataclass

from harvester.pages.document.document_context import DocumentContext
from harvester.pages.document.labels import Label, Labels
from harvester.pages.document.panes import text_of
from harvester.pages.elements import Element, is_inline
from harvester.pages.page import Piece
from harvester.pages.selectors import Index

BETWEEN = re.compile(r"[\s,;|/•·&]*")
"""Separates one name from the next; letters never do."""
DEEPEST = 8
"""Levels of elements in which names are looked for."""


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value: as paragraphs, and as names that stand side by side.

    `kinds` say of each name what it is: what the label means, or its run in a list of several.
    """

    label: str
    meaning: str | None
    paragraphs: list[str]
    names: list[str]
    kinds: list[str]


def read_fields(context: DocumentContext, labels: Labels) -> list[Field]:
    """The fields that have a value, in reading order; a heading with nothing below it is none."""
    telling = (label for label in labels if not label.idle)
    found = ((label, labels.values(label)) for label in telling)
    return [_field(context, label, places) for label, places in found if places]


def _field(context: DocumentContext, label: Label, places: list[int]) -> Field:
    pieces = [context.page.pieces[place] for place in places]
    paragraphs = [piece.text for piece in pieces]
    if not label.text.endswith(":") and (label.element.tail or "").lstrip().startswith(":"):
        # "Source" may be in bold and its colon not.
        paragraphs[0] = paragraphs[0].removeprefix(":").strip()
    names = _names(context, label, list(zip(places, pieces, paragraphs, strict=True)))
    kinds = _kinds(context, label, pieces, len(names))
    return Field(label.text.rstrip(": "), label.meaning, paragraphs, names, kinds)


def _names(
    context: DocumentContext, label: Label, texts: list[tuple[int, Piece, str]]
) -> list[str]:
    """The names in a value: those that are hinted at, or else those that its markup tells apart."""
    index, hinted = context.tree.index, _hinted(context, [place for place, _, _ in texts])
    names: list[str] = []
    for place, piece, text in texts:
        if place in hinted:
            names += hinted[place]
        elif not piece.mixed and not hinted:
            names.append(text)
        elif not hinted or not _is_beside(context, place, hinted):
            names += _split(index, piece.holder, text, label.element)
    return names


def _hinted(context: DocumentContext, places: list[int]) -> dict[int, list[str]]:
    """The names that the site's hints lead to, by the place where each begins."""
    inside, found = set(places), {}
    for place in filter(context.names.__contains__, places):
        names = [name for span, name in context.names[place] if inside.issuperset(span)]
        if names:
            found[place] = [text_of(name, context.tree.index) for name in names]
    return found


def _is_beside(context: DocumentContext, place: int, hinted: dict[int, list[str]]) -> bool:
    """Whether a text stands in an item of a list together with a name."""
    holder = context.page.pieces[place].holder
    items = (up for up in (holder, *holder.iterancestors()) if up.tag == "li")
    item = next(items, holder.getparent())
    return item is not None and any(near in hinted for near in context.page.span(item))


def _kinds(context: DocumentContext, label: Label, pieces: list[Piece], names: int) -> list[str]:
    """The kinds of a value's names, where the site has several kinds in one list."""
    meaning = label.meaning or ""
    kinds = context.site.document_page.runs.get(meaning)
    if kinds is None or len(pieces) != names:
        return [meaning] * names
    first = _first_run([piece.holder for piece in pieces])
    return [kinds[place >= first] for place in range(names)]


def _first_run(items: list[Element]) -> int:
    """The number of items in the first of two runs, which a blank line parts; either may be empty.

    None are where that is not certain. A run's own items stand on one line.
    """
    parent = items[0].getparent()
    if parent is None or list(parent.iterchildren("*")) != items:
        return 0
    *inner, last = [(item.tail or "").count("\n") for item in items]
    if not any(inner):
        return len(items) if last > 1 else 0
    parting = max(range(len(inner)), key=inner.__getitem__)
    certain = inner[parting] > 1 and sum(inner) == inner[parting]
    return parting + 1 if certain else 0


def _split(index: Index, element: Element, text: str, label: Element, depth: int = 0) -> list[str]:
    """The names in a text of an element's: those of its parts, if there is nothing else in it."""
    parts = [part for part in element.iterchildren("*") if is_inline(part) and part is not label]
    named = [(part, text_of(part, index)) for part in parts if part not in index.unseen]
    named = [(part, name) for part, name in named if name and name in text]
    if not named or depth > DEEPEST or not _is_made_of(text, [name for _, name in named]):
        return [text]
    return [one for part, name in named for one in _split(index, part, name, label, depth + 1)]


def _is_made_of(text: str, names: list[str]) -> bool:
    """Whether a text is these names one after the other, and what may part them."""
    for name in names:
        before, found, text = text.partition(name)
        if not found or not BETWEEN.fullmatch(before):
            return False
    return bool(BETWEEN.fullmatch(text))
