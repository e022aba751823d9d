"""All entries of a page, and the proof that no text of theirs was left over."""

from harvester.items import Entry
from harvester.pages.date_heuristics import Looks, looks
from harvester.pages.ending import refuse_cut
from harvester.pages.listing.entry import read_row
from harvester.pages.listing.flat_layout import read_flat
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.misplaced import refuse_behind, refuse_misplaced
from harvester.pages.listing.row_groups import RowGroup
from harvester.pages.problem import Unclear


def read_entries(context: ListingContext, rows: RowGroup) -> list[Entry]:
    """The entries of these rows, in reading order."""
    if _is_flat(context, rows):
        _refuse_beside(context, rows)
        entries, around = read_flat(context, rows), context.span(rows.parent)
        places = range(around.start, 1 + max(place for place, _ in context.texts(around)))
    else:
        _refuse_leftovers(context, rows)
        entries = [read_row(context, row) for row in rows.elements]
        first, last = context.span(rows.elements[0]), context.span(rows.elements[-1])
        places = range(first.start, last.stop)
        refuse_behind(context, rows, places)
    refuse_misplaced(context, rows, places)
    _refuse_lost_date(context, places.start)
    refuse_cut(context.tree, context.page, rows.parent, places.stop)
    return entries


def _is_flat(context: ListingContext, rows: RowGroup) -> bool:
    """Whether the rows hold titles only, and other text stands between or around them."""
    if any(len(list(context.texts(context.span(row)))) > 1 for row in rows.elements):
        return False
    return any(context.unlinked_texts(context.span(rows.parent)))


def _refuse_leftovers(context: ListingContext, rows: RowGroup) -> None:
    """No text between rows, nor after them unless it can't be theirs.

    It can't if its markup is another and the range stands in the same element, so that this holds
    more than entries. Without a range, a row before the first may have lost its link.
    """
    spans = [context.span(row) for row in rows.elements]
    inside = {place for span in spans for place in span}
    unlinked_texts = context.unlinked_texts(context.span(rows.parent))
    if not (left := [(place, piece) for place, piece in unlinked_texts if place not in inside]):
        return
    kinds = {piece.signature for span in spans for _, piece in context.texts(span)}
    begin, end = spans[0].start, spans[-1].stop
    own = context.page.span(rows.parent).start > context.after
    for place, piece in left:
        between = begin <= place < end
        alike = piece.signature in kinds and (place >= end or context.after < 0)
        if between or alike or (own and place >= end):
            raise Unclear(f'the text "{piece.text}" belongs to none of its entries')


def _refuse_beside(context: ListingContext, rows: RowGroup) -> None:
    """No text right after a list of titles and texts that is marked up like those in it."""
    kinds = {piece.signature for _, piece in context.unlinked_texts(context.span(rows.parent))}
    for sibling in rows.parent.itersiblings():
        if texts := [piece for _, piece in context.unlinked_texts(context.span(sibling))]:
            if len(texts) == 1 and texts[0].signature in kinds:
                raise Unclear(f'the text "{texts[0].text}" may belong to its last entry')
            return


def _refuse_lost_date(context: ListingContext, start: int) -> None:
    """No text like a date right before the entries: it would be the first one's."""
    before = [piece for _, piece in context.unlinked_texts(range(context.after + 1, start))][-1:]
    for piece in before:
        linked = piece.targets and not piece.loose
        if not linked and looks(piece.text) is not Looks.PROSE:
            raise Unclear(f'the text "{piece.text}" stands before its entries, in none of them')
