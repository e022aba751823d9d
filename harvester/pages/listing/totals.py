"""How many entries or pages a listing has, where a page says so apart from a range: "21 results",
"page 1 of 7".

Such a number may count something else: the entries of the page, of a group, of a basket. It is
taken for the listing's only if it is all that a block of text says, outside of the entries and of
the page's frame, and if the page states no other.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeVar

from harvester.items import Listing
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.row_groups import RowGroup

CONTROLS = frozenset(("button", "option", "select", "textarea"))
"""What they say is what a reader may choose."""

Said = TypeVar("Said")


def put_totals(context: ListingContext, rows: RowGroup, listing: Listing) -> None:
    """Notes in a page without a range what it states of its listing.

    A number that is not larger than that of the page's entries can't be the total where more
    follow.
    """
    if not context.site.states_total(context.url):
        return
    texts = list(_texts(context, rows))
    total, here = _only(texts, context.words.total_in), len(listing.entries)
    if total and not (total <= here and listing.next_url):
        listing.total, listing.in_words = total, True
    listing.page_of = _only(texts, context.words.pages_in)


def _only(texts: list[str], read: Callable[[str], Said | None]) -> Said | None:
    """What is read in the texts, if that is one thing alone."""
    found = {said for text in texts if (said := read(text)) is not None}
    return found.pop() if len(found) == 1 else None


def _texts(context: ListingContext, rows: RowGroup) -> Iterator[str]:
    """The texts before and after the entries that may state something of the listing."""
    spans = [context.page.span(row) for row in rows.elements]
    begin, end = min(span.start for span in spans), max(span.stop for span in spans)
    pieces = context.page.pieces
    for place in chain(range(begin), range(end, len(pieces))):
        piece = pieces[place]
        is_link = piece.document or (piece.targets and not piece.loose)
        if not (is_link or piece.holder.tag in CONTROLS or context.page.is_aside(piece, begin)):
            yield piece.text
