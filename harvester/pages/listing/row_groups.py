"""Row groups: sibling elements, each with links to a single document, and so an entry each.

The rows may hold only titles, with dates and summaries beside them: between two titles are the
summary of the first and the date of the second. Markup tells them apart where it differs, otherwise
the text does. If neither can, the page is not read.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, pairwise

from harvester.items import Entry
from harvester.pages.elements import Element, all_around, is_landmark, signature
from harvester.pages.listing.entry import find_title, make_entry
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.pager import ResultRange
from harvester.pages.markup import Unclear
from harvester.pages.page import Looks, Piece, looks, merged

Kind = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The elements of the entries in reading order, and the one that holds them."""

    parent: Element
    elements: list[Element]


def named_rows(context: ListingContext, stated: ResultRange | None) -> RowGroup:
    """The rows that the site's profile names, which are as many as the page states; without a range
    no link to a document stands beside or after them."""
    rows = context.named.entries or ()
    if not all_around(rows).isdisjoint(rows):
        raise Unclear("one entry is in another where the profile has them")
    if stated and len(rows) != stated.count:
        raise Unclear(f"it states {stated}, but {len(rows)} entries are where the profile has them")
    if not rows:
        raise Unclear("it shows no entries where the profile has them")
    holders = set(rows[-1].iterancestors())
    parent = next((up for up in rows[0].iterancestors() if up in holders), rows[0])
    found = RowGroup(parent, list(rows))
    is_lax = context.site.listing_page.named_only
    return found if stated or is_lax else _complete(context, found)


def stated_rows(context: ListingContext, stated: ResultRange) -> RowGroup:
    """As many rows as the page states: those that the site's hints lead to, or the first ones.

    It never takes a later group just to make the number fit.
    """
    found = 0
    links = context.links
    for link in chain(hinted_links(context), links[:1]):
        rows = _rows_from(context, link)
        found = len(rows.elements)
        if found == stated.count:
            _refuse_teasers(context, range(stated.place, link))
            return rows
    raise Unclear(f"it states {stated}, but {found} of these {stated.count} entries can be read")


def unstated_rows(context: ListingContext) -> RowGroup:
    """The rows of a page without a range: those of the site's hints, or the first that say more
    than titles (menus hold links to documents too)."""
    for link in hinted_links(context):
        rows = _rows_from(context, link)
        if not _are_teasers(context, link):
            return _complete(context, rows)
    seen = -1
    for link in context.links:
        if link > seen:
            rows = _rows_from(context, link)
            if _say_more(context, rows) and not _are_teasers(context, link):
                return _complete(context, rows)
            seen = context.span(rows.elements[-1]).stop - 1
    raise Unclear("it shows no entries")


def hinted_links(context: ListingContext) -> Iterator[int]:
    """The first link that is in a row which a hint finds, hint by hint."""
    links = context.links
    for hint in context.site.listing_page.hints:
        spans = merged(map(context.span, context.tree.index.select(hint)))
        nearest = ((bisect_left(links, span.start), span) for span in spans)
        hits = (links[at] for at, span in nearest if at < len(links) and links[at] in span)
        yield from islice(hits, 1)


def _rows_from(context: ListingContext, link: int) -> RowGroup:
    """The rows of which the first holds this link; a single one is not to swallow headings."""
    row = _widest(context, link, wary=False)
    rows = _beside(context, row)
    return rows if len(rows.elements) > 1 else _beside(context, _widest(context, link, wary=True))


def _widest(context: ListingContext, link: int, *, wary: bool) -> Element:
    """The largest element around a link that holds no link to another document, nor the range."""
    row = context.page.pieces[link].link
    assert row is not None
    for up in row.iterancestors():
        start = context.page.span(up).start
        if start <= context.after or is_landmark(up) or context.page.leads_apart(up):
            break
        if wary and (_has_like(context, row) or not _leads_in(context, range(start, link))):
            break
        row = up
    return row


def _has_like(context: ListingContext, row: Element) -> bool:
    """Whether a sibling with the same markup has text: a row that lost its link."""
    around = row.getparent()
    if around is None:
        return False
    last = context.last_told(around).get(signature(row), -1)
    return last > context.tree.index.places[row]


def _leads_in(context: ListingContext, places: range) -> bool:
    """Whether the text before a title can be its date: none, or a single one that looks like a
    date."""
    texts = [context.page.pieces[place].text for place in context.unlinked_within(places)]
    return not texts or (len(texts) == 1 and looks(texts[0], context.words) is not Looks.PROSE)


def _beside(context: ListingContext, row: Element) -> RowGroup:
    """The row and the elements like it after it, up to the first that holds other links."""
    rows = [row]
    for sibling in row.itersiblings():
        if not context.page.leads(sibling) or is_landmark(sibling):
            continue
        if context.page.leads_apart(sibling) or sibling.tag != row.tag:
            break
        rows.append(sibling)
    parent = row.getparent()
    return RowGroup(row if parent is None else parent, rows)


def _say_more(context: ListingContext, rows: RowGroup) -> bool:
    start = context.span(rows.elements[0]).start
    return bool(context.unlinked_within(range(start, context.span(rows.parent).stop)))


def _are_teasers(context: ListingContext, link: int) -> bool:
    """Whether a heading just above the first title, or above its date, says that these are
    teasers."""
    return context.is_teased(range(max(link - 2, 0), link))


def _complete(context: ListingContext, rows: RowGroup) -> RowGroup:
    """The rows, if no other links to documents follow but teasers: nothing else tells of more."""
    end = context.span(rows.elements[-1]).stop
    left = next((place for place in context.links if place >= end), None)
    if left is not None and not context.is_teased(range(end, left)):
        raise Unclear(f"after {len(rows.elements)} entries, more stand in another markup")
    return rows


def _refuse_teasers(context: ListingContext, places: range) -> None:
    if context.is_teased(places):
        raise Unclear("what follows its range are documents under a heading for teasers")


def read_flat(context: ListingContext, rows: RowGroup) -> list[Entry]:
    """The entries of rows that hold only titles."""
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
    """The texts before the first title, between titles, and after the last."""
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
    """The texts after the last title, if all of them certainly belong to an entry."""
    own = context.page.span(rows.parent).start > context.after >= 0
    strange = [piece for piece in gap if piece.signature not in known]
    if strange and not own:
        raise Unclear(f'"{strange[0].text}" may be a summary or stand below the entries')
    return _summary(context, gap)
