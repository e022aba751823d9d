"""Totals stated apart from a range: "21 results", "page 1 of 7".

Such a number may count something else: the entries of the page, of a group, of a basket. It counts
as the listing's only if a block of text says nothing else, outside the entries and the page's
frame, and if the page states no other.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeVar

from harvester.items import Listing
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.row_groups import RowGroup

CONTROLS = frozenset(("button", "option", "select", "textarea"))
"""Controls: their texts are choices for the reader."""

Said = TypeVar("Said")


def put_totals(context: ListingContext, rows: RowGroup, listing: Listing) -> None:
    """Notes what a page without a range states about its listing.

    A number no larger than that of the page's entries can't be the total if more pages follow.
    """
    if not context.site.states_total(context.url):
        return
    texts = list(_texts(context, rows))
    total, here = _only(texts, context.words.total_in), len(listing.entries)
    if total and not (total <= here and listing.next_url):
        listing.total, listing.in_words = total, True
    listing.page_of = _only(texts, context.words.pages_in)


def _only(texts: list[str], read: Callable[[str], Said | None]) -> Said | None:
    """What these texts state, if they all state the same."""
    found = {said for text in texts if (said := read(text)) is not None}
    return found.pop() if len(found) == 1 else None


def _texts(context: ListingContext, rows: RowGroup) -> Iterator[str]:
    """The texts before and after the entries that may state something about the listing."""
    spans = [context.page.span(row) for row in rows.elements]
    begin, end = min(span.start for span in spans), max(span.stop for span in spans)
    pieces = context.page.pieces
    for place in chain(range(begin), range(end, len(pieces))):
        piece = pieces[place]
        is_link = piece.document or (piece.targets and not piece.loose)
        if not (is_link or piece.holder.tag in CONTROLS or context.page.is_aside(piece, begin)):
            yield piece.text
