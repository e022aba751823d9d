"""A text that may be a label, and the value that would follow it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from harvester.pages.document.document_context import DocumentContext
from harvester.pages.elements import Element, is_inline, signature

Signature = tuple[str, str]


@dataclass(slots=True, eq=False)
class Label:
    """A label's place and text, what it means, and where its value is to be found.

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
        return [
            place
            for place, expected in zip(places, count(places[0]), strict=False)
            if place == expected and _branch(self._context, label, place) == branch
        ]

    def _has_own_block(self, label: Label, *, itself: bool) -> bool:
        """Whether it is the only label in its parent, and others have parents marked up alike;
        `itself` says whether it is one of these labels."""
        return self._parents[label.parent] == itself and self._looks[label.kind[1]] > itself

    @cached_property
    def _parents(self) -> Counter[Element]:
        return Counter([label.parent for label in self._labels])

    @cached_property
    def _looks(self) -> Counter[Signature]:
        return Counter([label.kind[1] for label in self._labels])


def _branch(context: DocumentContext, label: Label, place: int) -> Signature | None:
    """The markup of that part of a label's parent in which a text stands; None if it is the
    parent's own text, or the parent is but a part of its line."""
    branch = context.branch(label.parent, place)
    return None if branch is None else signature(branch)
