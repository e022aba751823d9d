"""Row groups: elements side by side, each with links to one document and so an entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from harvester.pages.date_heuristics import Looks, looks
from harvester.pages.elements import Element, is_landmark, signature
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.listing.pager import ResultRange
from harvester.pages.problem import Unclear


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The elements of the entries in reading order, and the one that holds them."""

    parent: Element
    elements: list[Element]


def named_rows(context: ListingContext, stated: ResultRange | None) -> RowGroup:
    """The rows that the site's profile names, which are as many as the page states; without a range
    no link to a document stands beside or after them."""
    rows = context.named.entries or ()
    around = {up for row in rows for up in row.iterancestors()}
    if not around.isdisjoint(rows):
        raise Unclear("one entry is in another where the profile has them")
    if stated and len(rows) != stated.count:
        raise Unclear(f"it states {stated}, but {len(rows)} entries are where the profile has them")
    if not rows:
        raise Unclear("it shows no entries where the profile has them")
    holders = set(rows[-1].iterancestors())
    parent = next((up for up in rows[0].iterancestors() if up in holders), rows[0])
    found = RowGroup(parent, list(rows))
    return found if stated else _complete(context, found)


def stated_rows(context: ListingContext, stated: ResultRange) -> RowGroup:
    """As many rows as the page states: those that the site's hints lead to, or the first ones.

    A later group is never taken to make the number fit.
    """
    found = 0
    links = context.links()
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
    for link in context.links():
        if link > seen:
            rows = _rows_from(context, link)
            if _say_more(context, rows) and not _are_teasers(context, link):
                return _complete(context, rows)
            seen = context.span(rows.elements[-1]).stop - 1
    raise Unclear("it shows no entries")


def hinted_links(context: ListingContext) -> Iterator[int]:
    """The first link that is in a row which a hint finds, hint by hint."""
    links = context.links()
    for hint in context.site.listing_page.hints:
        spans = [context.span(row) for row in context.tree.index.select(hint)]
        hits = (link for link in links if any(link in span for span in spans))
        yield from islice(hits, 1)


def _rows_from(context: ListingContext, link: int) -> RowGroup:
    """The rows of which the first holds this link; a single one is not to swallow headings."""
    row = _widest(context, link, wary=False)
    rows = _beside(context, row)
    return rows if len(rows.elements) > 1 else _beside(context, _widest(context, link, wary=True))


def _widest(context: ListingContext, link: int, *, wary: bool) -> Element:
    """The largest element around a link that leads to no other document, the range not in it."""
    row = context.page.pieces[link].link
    assert row is not None
    for up in row.iterancestors():
        start = context.page.span(up).start
        if start <= context.after or is_landmark(up) or len(context.page.documents(up)) > 1:
            break
        if wary and (_has_like(context, row) or not _leads_in(context, range(start, link))):
            break
        row = up
    return row


def _has_like(context: ListingContext, row: Element) -> bool:
    """Whether text stands beside an element in one marked up as it is: a row without its link."""
    alike = (other for other in row.itersiblings() if signature(other) == signature(row))
    return any(any(context.unlinked_texts(context.span(other))) for other in alike)


def _leads_in(context: ListingContext, places: range) -> bool:
    """Whether what stands before a title can be its date: nothing, or one text like a date."""
    texts = [piece.text for _, piece in context.unlinked_texts(places)]
    return not texts or (len(texts) == 1 and looks(texts[0], context.words) is not Looks.PROSE)


def _beside(context: ListingContext, row: Element) -> RowGroup:
    """The row and the elements like it after it, up to the first that holds other links."""
    rows = [row]
    for sibling in row.itersiblings():
        documents = context.page.documents(sibling)
        if not documents or is_landmark(sibling):
            continue
        if len(documents) > 1 or sibling.tag != row.tag:
            break
        rows.append(sibling)
    parent = row.getparent()
    return RowGroup(row if parent is None else parent, rows)


def _say_more(context: ListingContext, rows: RowGroup) -> bool:
    start = context.span(rows.elements[0]).start
    return any(context.unlinked_texts(range(start, context.span(rows.parent).stop)))


def _are_teasers(context: ListingContext, link: int) -> bool:
    """Whether a heading just above a first title, or above its date, says so."""
    return context.is_teased(range(max(link - 2, 0), link))


def _complete(context: ListingContext, rows: RowGroup) -> RowGroup:
    """The rows, if no other links to documents follow but teasers: nothing else tells of more."""
    end = context.span(rows.elements[-1]).stop
    left = next((place for place in context.links() if place >= end), None)
    if left is not None and not context.is_teased(range(end, left)):
        raise Unclear(f"after {len(rows.elements)} entries, more stand in another markup")
    return rows


def _refuse_teasers(context: ListingContext, places: range) -> None:
    if context.is_teased(places):
        raise Unclear("what follows its range are documents under a heading for teasers")
