"""Entries without an element of their own: dates, titles and summaries side by side.

Between two titles stand the summary of the first and the date of the second. Where the kinds of
markup tell them apart, they decide; otherwise the text does; where neither can, the page is not
read.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from harvester.items import Entry
from harvester.pages.date_heuristics import Looks, looks
from harvester.pages.listing.entry import find_title, make_entry
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.row_groups import RowGroup
from harvester.pages.page import Piece
from harvester.pages.problem import Unclear

Kind = tuple[str, str]


def read_flat(context: ListingContext, rows: RowGroup) -> list[Entry]:
    """The entries of rows that hold titles only."""
    titles = [find_title(context, row) for row in rows.elements]
    gaps = _gaps(context, rows, titles)
    kinds = _Kinds(gaps[:-1], partial(looks, words=context.words))
    dates: list[str | None] = []
    summaries: list[list[str]] = []
    for gap in gaps[:-1]:
        dated = bool(gap) and kinds.is_date(gap[-1])
        dates.append(gap[-1].text if dated else None)
        summaries.append(_summary(context, gap[:-1] if dated else gap))
    known = {piece.signature for gap in gaps[1:-1] for piece in gap}
    known |= {gaps[0][-1].signature} if dates[0] else set()
    summaries.append(_last_summary(context, rows, gaps[-1], known))
    found = zip(titles, dates, summaries[1:], strict=True)
    return [make_entry(context, title, date, summary) for title, date, summary in found]


class _Kinds:
    """Which kinds of markup hold dates, and which hold other text."""

    def __init__(self, gaps: list[list[Piece]], looks: Callable[[str], Looks]) -> None:
        self._looks = looks
        last = [gap[-1] for gap in gaps if gap]
        inner = [piece for gap in gaps[1:] for piece in gap]
        dates = {piece.signature for piece in last if looks(piece.text) is Looks.DATE}
        texts = {piece.signature for piece in inner if looks(piece.text) is Looks.PROSE}
        self._both = dates & texts
        self._dates, self._texts = dates - texts, texts - dates

    def is_date(self, piece: Piece) -> bool:
        """Whether the text before a title is its date; loud where that can't be known."""
        look, kind = self._looks(piece.text), piece.signature
        if kind in self._texts:
            return False
        if kind in self._dates:
            known = look is Looks.DATE or bool(self._texts)
        elif kind in self._both:
            known = look is not Looks.UNCLEAR and not (self._dates or self._texts)
        else:
            known = look is Looks.PROSE
        if not known:
            raise Unclear(f'"{piece.text}" may be a date or the end of a summary')
        return look is Looks.DATE or kind in self._dates


def _gaps(context: ListingContext, rows: RowGroup, titles: list[int]) -> list[list[Piece]]:
    """The texts before the first title, between each two, and after the last."""
    span = context.span(rows.parent)
    edges = [span.start, *titles, span.stop]
    gaps = [
        [piece for _, piece in context.unlinked_texts(range(start, stop))]
        for start, stop in pairwise(edges)
    ]
    if any(piece.holder is rows.parent for gap in gaps for piece in gap):
        raise Unclear("text stands between its entries without an element of its own")
    return gaps


def _summary(context: ListingContext, pieces: list[Piece]) -> list[str]:
    for piece in pieces:
        if looks(piece.text, context.words) is Looks.DATE:
            raise Unclear(f'the date "{piece.text}" stands where no entry begins')
    return [piece.text for piece in pieces]


def _last_summary(
    context: ListingContext, rows: RowGroup, gap: list[Piece], known: set[Kind]
) -> list[str]:
    """The texts after the last title, if all of them surely belong to an entry."""
    own = context.page.span(rows.parent).start > context.after >= 0
    strange = [piece for piece in gap if piece.signature not in known]
    if strange and not own:
        raise Unclear(f'"{strange[0].text}" may be a summary or stand below the entries')
    return _summary(context, gap)
