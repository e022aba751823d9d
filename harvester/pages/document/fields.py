"""What the labels of a page stand for: its fields, each with its values."""

import re
from dataclasses import dataclass

from lxml.etree import _Element as Element

from harvester.pages.document.labels import Label, values
from harvester.pages.document.panes import text_of
from harvester.pages.document.sheet import Sheet
from harvester.pages.text import is_inline, is_unseen

BETWEEN = re.compile(r"[\s,;|/•·&]*")
"""What parts one name from the next; letters don't."""
DEEPEST = 8
"""How deep a name is looked for in links and the like."""


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value: as paragraphs, and as names that stand side by side."""

    label: str
    meaning: str | None
    paragraphs: list[str]
    names: list[str]


def read_fields(sheet: Sheet, labels: list[Label]) -> list[Field]:
    """The fields that have a value, in reading order; a heading with nothing below it is none."""
    telling = (label for label in labels if not label.idle)
    found = ((label, values(sheet, label, labels)) for label in telling)
    return [_field(sheet, label, places) for label, places in found if places]


def _field(sheet: Sheet, label: Label, places: list[int]) -> Field:
    pieces = [sheet.page.pieces[place] for place in places]
    paragraphs = [piece.text for piece in pieces]
    if not label.text.endswith(":") and (label.element.tail or "").lstrip().startswith(":"):
        # "Source" may be in bold and its colon not.
        paragraphs[0] = paragraphs[0].removeprefix(":").strip()
    names = _hinted(sheet, places) or [
        name
        for piece, text in zip(pieces, paragraphs, strict=True)
        for name in _split(piece.holder, text, label.element)
    ]
    return Field(label.text.rstrip(": "), label.meaning, paragraphs, names)


def _hinted(sheet: Sheet, places: list[int]) -> list[str]:
    inside = set(places)
    named = (name for name in sheet.hinted("name") if inside.issuperset(sheet.page.span(name)))
    return [text_of(name) for name in named]


def _split(element: Element, text: str, label: Element, depth: int = 0) -> list[str]:
    """The names in a text of an element's: those of its parts, if there is nothing else in it."""
    parts = [part for part in element.iterchildren("*") if is_inline(part) and part is not label]
    named = [(part, text_of(part)) for part in parts if not is_unseen(part)]
    named = [(part, name) for part, name in named if name and name in text]
    if not named or depth > DEEPEST or not _is_made_of(text, [name for _, name in named]):
        return [text]
    return [one for part, name in named for one in _split(part, name, label, depth + 1)]


def _is_made_of(text: str, names: list[str]) -> bool:
    """Whether a text is these names one after the other, and what may part them."""
    for name in names:
        before, found, text = text.partition(name)
        if not found or not BETWEEN.fullmatch(before):
            return False
    return bool(BETWEEN.fullmatch(text))
