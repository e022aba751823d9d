"""The fields of a document's page: its labels, each with its values."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, takewhile

from harvester.pages.document.document_context import DocumentContext
from harvester.pages.elements import Element, is_inline, signature
from harvester.pages.page import Piece
from harvester.pages.page_reader import text_of
from harvester.pages.selectors import Index

Signature = tuple[str, str]


BETWEEN = re.compile(r"[\s,;|/•·&]*")
"""Separators between names; letters are never separators."""
MOST_MISSED = 20
"""So many parts of an element may say what is not in its text, such as what a break cuts off."""
DEEPEST = 8
"""Levels of elements in which names are looked for."""


@dataclass(slots=True, eq=False)
class Label:
    """A label: its place, text and meaning, and where its value is.

    `meaning` is None if the label is not known, and `idle` if what it heads is nothing of the
    document's. `holder` is its block, or its part of a line; `element` holds nothing else either,
    and beside it in the parent stands its value. `within` are the places of that parent. `kind`
    says how the holder and the parent are marked up.
    """

    place: int
    text: str
    meaning: str | None
    idle: bool
    holder: Element
    element: Element
    parent: Element
    within: range
    kind: tuple[Signature, Signature]


def as_label(context: DocumentContext, place: int) -> Label:
    """A text as the label that it may be."""
    page = context.page
    piece, starts, stops = page.pieces[place], page.starts, page.stops
    holder = element = piece.holder
    up = element.getparent()
    while up is not None and starts.get(up) == place and stops[up] == place + 1:
        if next(element.itersiblings("*"), None) is not None:
            break
        holder = up if is_inline(holder) else holder
        element, up = up, up.getparent()
    parent = element if up is None else up
    meaning = context.meaning(place)
    idle = meaning is None and (context.is_boilerplate(place) or place in context.teasers)
    kind = signature(holder), signature(parent)
    within = page.span(parent)
    return Label(place, piece.text, meaning, idle, holder, element, parent, within, kind)


class Labels:
    """Some labels of a page, each of which ends the value of the one before it."""

    def __init__(self, context: DocumentContext, labels: Sequence[Label]) -> None:
        self._context = context
        self._labels = labels
        self._values: dict[int, list[int]] = {}
        self._places = sorted(label.place for label in labels)

    def __iter__(self) -> Iterator[Label]:
        return iter(self._labels)

    def __bool__(self) -> bool:
        return bool(self._labels)

    def values(self, label: Label) -> list[int]:
        """The places of a label's value: what follows it in its parent, up to the next label.

        Where the parent holds more than this label and its value, the value ends where the markup
        changes.
        """
        if label.place not in self._values:
            self._values[label.place] = self._read_values(label)
        return self._values[label.place]

    @cached_property
    def taken(self) -> set[int]:
        """The places of the labels and their values."""
        return {place for label in self for place in (label.place, *self.values(label))}

    def _read_values(self, label: Label) -> list[int]:
        after = bisect_right(self._places, label.place)
        stop = min([label.within.stop, *self._places[after : after + 1]])
        places = self._context.kept(label.place + 1, stop)
        itself = after > 0 and self._places[after - 1] == label.place
        if not places or self._has_own_block(label, itself=itself):
            return places
        branch = _branch(self._context, label, places[0])
        following = zip(places, count(places[0]), strict=False)
        alike = takewhile(
            lambda one: one[0] == one[1] and _branch(self._context, label, one[0]) == branch,
            following,
        )
        return [place for place, _ in alike]

    def _has_own_block(self, label: Label, *, itself: bool) -> bool:
        """Whether it is the only label in its parent, and others have parents marked up alike;
        `itself` says whether it is one of these labels."""
        parents, looks = self._numbers
        return parents[label.parent] == itself and looks[label.kind[1]] > itself

    @cached_property
    def _numbers(self) -> tuple[dict[Element, int], dict[Signature, int]]:
        """In how many labels' parents it is: an element, and one that is marked up so."""
        parents: dict[Element, int] = defaultdict(int)
        looks: dict[Signature, int] = defaultdict(int)
        for label in self._labels:
            parents[label.parent] += 1
            looks[label.kind[1]] += 1
        return parents, looks


def _branch(context: DocumentContext, label: Label, place: int) -> Signature | None:
    """The markup of that part of a label's parent in which a text stands; None if it is the
    parent's own text, or the parent is but a part of its line."""
    branch = context.branch(label.parent, place)
    return None if branch is None else signature(branch)


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value, as paragraphs and as separate names.

    `kinds` has the kind of each name: the label's meaning, or that of its run in a list of several
    kinds.
    """

    label: str
    meaning: str | None
    paragraphs: list[str]
    names: list[str]
    kinds: list[str]


def read_fields(context: DocumentContext, labels: Labels) -> list[Field]:
    """The fields with a value, in reading order; a heading with nothing below it is not a field."""
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
    """The names in a value: those that hints find, or else those that its markup separates."""
    index, hinted = context.tree.index, _hinted(context, [place for place, _, _ in texts])
    names: list[str] = []
    near = sorted(hinted)
    for place, piece, text in texts:
        if place in hinted:
            names += hinted[place]
        elif not piece.mixed and not hinted:
            names.append(text)
        elif not hinted or not _is_beside(context, place, near):
            names += _split(index, piece.holder, text, label.element)
    return names


def _hinted(context: DocumentContext, places: list[int]) -> dict[int, list[str]]:
    """The names that the site's hints lead to, by the place where each begins."""
    inside, found = set(places), {}
    for place in filter(context.names.__contains__, places):
        names = [(span, name) for span, name in context.names[place] if inside.issuperset(span)]
        if names:
            found[place] = [_name(context, span, name) for span, name in names]
    return found


def _name(context: DocumentContext, span: range, element: Element) -> str:
    """The text of an element with these places."""
    piece = context.page.pieces[span.start]
    is_all = len(span) == 1 and not piece.mixed
    return piece.text if is_all else text_of(element, context.tree.index)


def _is_beside(context: DocumentContext, place: int, hinted: list[int]) -> bool:
    """Whether a text stands in an item of a list together with a name, at one of these places."""
    holder = context.page.pieces[place].holder
    items = (up for up in (holder, *holder.iterancestors()) if up.tag == "li")
    item = next(items, holder.getparent())
    if item is None:
        return False
    span = context.page.span(item)
    return bisect_left(hinted, span.start) < bisect_left(hinted, span.stop)


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

    0 if that is not certain. The items of a run are on one line.
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
    if depth > DEEPEST or (named := _in_order(index, element, text, label)) is None:
        return [text]
    return [one for part, name in named for one in _split(index, part, name, label, depth + 1)]


def _in_order(
    index: Index, element: Element, text: str, label: Element
) -> list[tuple[Element, str]] | None:
    """An element's parts, each with its text, if its whole text is these one after the other, and
    what may part them."""
    named: list[tuple[Element, str]] = []
    at = missed = 0
    for part in element.iterchildren("*"):
        if not is_inline(part) or part is label or part in index.unseen:
            continue
        if not (name := text_of(part, index)):
            continue
        if (found := text.find(name, at)) < 0:
            missed += 1
            if name in text or missed > MOST_MISSED:
                return None
        elif not BETWEEN.fullmatch(text, at, found):
            return None
        else:
            named.append((part, name))
            at = found + len(name)
    return named if named and BETWEEN.fullmatch(text, at) else None
