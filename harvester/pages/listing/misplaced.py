"""Text of entries that is in the page, but where none is read: it must not get lost without a word.

A tag that is wrong moves it there: into a part of the page's frame, into a button, or behind all
entries.
"""

from collections.abc import Iterator
from itertools import islice, takewhile

from harvester.pages.date_heuristics import Looks, looks
from harvester.pages.elements import HEADINGS, LANDMARKS, Element, is_landmark, signature
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.row_groups import RowGroup
from harvester.pages.page import Piece
from harvester.pages.problem import Unclear
from harvester.pages.text import all_text, fold
from harvester.pages.torn import refuse_torn

CONTROLS = ("button", "datalist", "object", "select", "template", "textarea")
LONGEST_LABEL = 60
"""In characters; what says more is no control, or was not meant for one."""
TEXTUAL = HEADINGS | {"a", "li", "p", "td"}
"""No control holds these."""
PLAIN = (("div", ""), ("div", ""))
"""Markup that tells nothing."""
LISTS = frozenset(("dl", "ol", "table", "tbody", "ul"))
"""They hold no part of the page's frame."""


def refuse_misplaced(context: ListingContext, rows: RowGroup, places: range) -> None:
    """Raises Unclear if any text of the entries at these places may be where none is read."""
    start = context.after + 1 if context.after >= 0 else max(places.start - 1, 0)
    refuse_torn(piece.text for _, piece in context.page.within(range(start, places.stop)))
    if next(rows.parent.iter(*LANDMARKS, *CONTROLS), None) is None:
        return
    for element in _stretch(rows):
        _refuse_framed(context, element)
        _refuse_controls(element)


def refuse_behind(context: ListingContext, rows: RowGroup, places: range) -> None:
    """Raises Unclear if text that is marked up as the rows' texts are stands right behind them."""
    end = max(places.stop, context.span(rows.parent).stop)
    for _, behind in islice(context.unlinked_texts(range(end, len(context.page.pieces))), 1):
        if any(_are_alike(piece, behind) for _, piece in context.texts(places)):
            raise Unclear(f'the text "{behind.text}" may belong to its last entry')


def _refuse_framed(context: ListingContext, element: Element) -> None:
    """No part of the page's frame with a text in an entry, nor one with a document among them."""
    for part in element.iter(*LANDMARKS):
        if part is element and not context.page.documents(element):
            continue
        if is_landmark(part) and (text := fold(all_text(part))):
            raise Unclear(f'the text "{text}" of an entry is in a part of the page\'s frame')


def _refuse_controls(element: Element) -> None:
    """No control that holds more than a control does."""
    for control in element.iter(*CONTROLS):
        if not (text := fold(all_text(control))):
            continue
        inner = {str(part.tag) for part in control.iterdescendants("*")}
        bare = control.tag == "select" and (control.text or "").strip()
        long = control.tag != "select" and len(text) > LONGEST_LABEL
        told = bare or long or looks(text) is Looks.DATE
        if told or not TEXTUAL.isdisjoint(inner):
            raise Unclear(f'the text "{text}" of an entry may be in a <{control.tag}>')


def _are_alike(one: Piece, other: Piece) -> bool:
    """Whether two texts are marked up alike: by a class, or by what is around them as well."""
    if (kind := one.signature) != other.signature:
        return False
    around = [piece.holder.getparent() for piece in (one, other)]
    kinds = [("", "") if up is None else signature(up) for up in around]
    return bool(kind[1]) or (kinds[0] == kinds[1] and (kind, kinds[0]) != PLAIN)


def _stretch(rows: RowGroup) -> Iterator[Element]:
    """The elements from the first row to the last; in a list, all."""
    if rows.parent.tag in LISTS:
        yield from rows.parent.iterchildren("*")
        return
    first, last = rows.elements[0], rows.elements[-1]
    yield first
    yield from takewhile(lambda element: element is not last, first.itersiblings("*"))
    yield last
