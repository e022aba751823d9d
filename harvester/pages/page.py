"""A page in pieces of text, which of them look like dates, and the proof that the page did not
break off inside what was read."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from itertools import accumulate, chain, pairwise

from harvester.dates import read_date, says_undated
from harvester.pages.elements import Element, signature
from harvester.pages.markup import BrokenOff, Tree, Unclear
from harvester.sites.wording import Words, words_in

OMISSIBLE_NAMES = """
    body colgroup dd dt html li optgroup option p rp rt tbody td tfoot th thead tr
"""
OMISSIBLE = frozenset(OMISSIBLE_NAMES.split())
"""Elements whose end tag may be omitted: https://html.spec.whatwg.org/#optional-tags."""
SHORT = 40
LONGEST_DATE = 80
"""In characters; a longer text is a date only where the markup says so."""
SENTENCE = re.compile(r"[^\W\d_]{4}[.!?][\"'’”)\]]?$")
"""Ends as a sentence does; abbreviations of months are shorter, or stand before a year."""


@dataclass(slots=True, eq=False)
class Piece:
    """Text that stands together: a block's, or that of a link to a document, which parts a block.

    A link without text is a piece too, of no text. `targets` are the addresses of the other links
    in the piece; it is `loose` if it has such and letters stand outside of them. It is `mixed` if
    it is made of several texts: those of an element and of what stands in it or beside it.
    """

    text: str
    holder: Element
    landmarks: tuple[Element, ...]
    link: Element | None = None
    document: str | None = None
    targets: tuple[str, ...] = ()
    loose: bool = False
    mixed: bool = False

    @property
    def signature(self) -> tuple[str, str]:
        """The block's tag and classes, which blocks of one kind share."""
        return signature(self.holder)


@dataclass
class Page:
    """The pieces of a page in reading order, and the range of pieces in each element."""

    pieces: list[Piece] = field(default_factory=list)
    starts: dict[Element, int] = field(default_factory=dict)
    stops: dict[Element, int] = field(default_factory=dict)

    def span(self, element: Element) -> range:
        """The places of an element's pieces; empty if the element was not read."""
        return range(self.starts.get(element, 0), self.stops.get(element, 0))

    def within(self, places: range) -> Iterator[tuple[int, Piece]]:
        """The pieces at these places, each with its place."""
        return zip(places, self.pieces[places.start : places.stop], strict=True)

    def documents(self, element: Element) -> set[str]:
        """The documents that an element links to."""
        pieces = self.pieces[self.starts.get(element, 0) : self.stops.get(element, 0)]
        return {piece.document for piece in pieces if piece.document}

    def leads(self, element: Element) -> bool:
        """Whether an element links to a document."""
        first, end = self._linked_within(element)
        return first < end

    def leads_apart(self, element: Element) -> bool:
        """Whether an element links to several documents."""
        first, end = self._linked_within(element)
        return first < end and self._changes[first] != self._changes[end - 1]

    def _linked_within(self, element: Element) -> tuple[int, int]:
        """The range of the links to documents in an element."""
        ends = self.starts.get(element, 0), self.stops.get(element, 0)
        first, end = (bisect_left(self._linked, place) for place in ends)
        return first, end

    @cached_property
    def _linked(self) -> list[int]:
        """The places of links to documents, when the page has been read."""
        return [place for place, piece in enumerate(self.pieces) if piece.document]

    @cached_property
    def _changes(self) -> list[int]:
        """For each of them, how often the document has changed up to there."""
        documents = [self.pieces[place].document for place in self._linked]
        return [0, *accumulate(one != other for one, other in pairwise(documents))]

    def is_aside(self, piece: Piece, after: int) -> bool:
        """Whether a piece is in a part of the frame that does not also hold the range."""
        if not piece.landmarks:
            return False
        return any(after not in self.span(landmark) for landmark in piece.landmarks)


class Looks(Enum):
    """The looks of a block of text."""

    DATE = auto()
    UNCLEAR = auto()
    PROSE = auto()


def looks(text: str, words: Words | None = None) -> Looks:
    """A date that we understand, a short text that might be another date, or neither, in English
    unless it is said in which `words`.

    A remark in parentheses leaves a date a date: "1985 (the month is uncertain)".
    """
    date, _, remark = text.partition(" (")
    if read_date(text) or says_undated(text) or (remark.endswith(")") and read_date(date)):
        return Looks.DATE
    may_be = len(text) <= SHORT and (words or words_in(None)).dates.search(text)
    if may_be and not SENTENCE.search(text):
        return Looks.UNCLEAR
    return Looks.PROSE


def merged(spans: Iterable[range]) -> list[range]:
    """The union of some ranges, which may be nested, as ranges in order."""
    found: list[range] = []
    for span in sorted(filter(None, spans), key=lambda one: one.start):
        if found and span.start <= found[-1].stop:
            found[-1] = range(found[-1].start, max(found[-1].stop, span.stop))
        else:
            found.append(span)
    return found


def places_of(spans: Iterable[range]) -> Iterator[int]:
    """The places in some ranges, in order and without repeats."""
    return chain.from_iterable(merged(spans))


def refuse_cut(tree: Tree, page: Page, holder: Element, end: int) -> None:
    """Raises BrokenOff unless it is certain that what was read ends at `end`, within its holder.

    It does if the source is finished or the holder has its end, or if anything follows.
    """
    if tree.finished or not tree.ends_in(holder):
        return
    if not any(piece.text or piece.document for piece in page.pieces[end:]):
        raise broken_off()


def broken_off() -> BrokenOff:
    """The error for a page that may have lost its last words."""
    return BrokenOff("it breaks off, and nothing proves that its last words are whole; get it anew")


@contextmanager
def told_of_break(tree: Tree) -> Iterator[None]:
    """Turns Unclear into BrokenOff if the page breaks off: then that is what is wrong with it."""
    try:
        yield
    except BrokenOff:
        raise
    except Unclear as problem:
        if breaks_off(tree):
            raise BrokenOff(f"it breaks off, and {problem}; get it anew") from None
        raise


def breaks_off(tree: Tree) -> bool:
    """Whether a source certainly ends too early: within a tag, or in an element that must be
    closed."""
    if tree.finished:
        return False
    return tree.unclosed is None or any(one.tag not in OMISSIBLE for one in tree.unclosed)
