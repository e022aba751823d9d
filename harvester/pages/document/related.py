"""Other documents, which a page shows below a heading as related to its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise, takewhile

from harvester.pages.address import linked_document
from harvester.pages.document.document_context import DocumentContext
from harvester.pages.elements import Element
from harvester.pages.listing.entry import read_row
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.markup import Tree
from harvester.pages.page import Page, read_page
from harvester.pages.problem import Unclear
from harvester.record import Related

NODE = "data-history-node-id"
"""The attribute in which Drupal gives the node that something shows."""
NUMBER = re.compile("[0-9]{1,17}")


@dataclass(frozen=True, slots=True)
class Row:
    """Links to one document that follow each other."""

    document: str
    links: list[Element]


def read_related(context: DocumentContext, source: Tree, url: str) -> list[Related]:
    """The rows below such headings, in the page's order, each read as a listing's entry is."""
    blocks = filter(None, _blocks(context))
    return [related for block in blocks for related in _read_block(context, source, url, block)]


def _read_block(
    context: DocumentContext, source: Tree, url: str, block: range
) -> Iterator[Related]:
    """Each row of a block, with all that stands between the rows beside it."""
    above = block.start - 1
    document_of = partial(linked_document, url, context.site)
    page = read_page(_parts(context, above, block.stop - 1), document_of, index=source.index)
    heading = page.span(context.page.pieces[above].holder).start
    listing = ListingContext(page, source, url, context.site, heading)
    rows = list(_rows(context, page, block))
    starts = [context.page.span(row.links[0]).start for row in rows[1:]]
    stops = [context.page.span(row.links[-1]).stop for row in rows[:-1]]
    edges = zip(rows, [block.start, *stops], [*starts, block.stop], strict=True)
    for row, start, stop in edges:
        places = range(max(start, block.start), min(stop, block.stop))
        yield _related(listing, _widest(context, row.links[0], places), row)


def _parts(context: DocumentContext, first: int, last: int) -> list[Element]:
    """The elements side by side that hold these places and all between them."""
    around = context.common(first, last)
    begin, end = (context.branch(around, place) for place in (first, last))
    if begin is None or end is None:
        return [around]
    between = takewhile(lambda part: part is not end, begin.itersiblings())
    return [begin, *between, end] if begin is not end else [begin]


def _blocks(context: DocumentContext) -> Iterator[range]:
    """The places below each heading, up to the next one that heads documents."""
    panes = {place for span in context.pane_spans for place in span}
    for place, stop in pairwise([*context.teasers, len(context.page.pieces)]):
        is_related = context.site.document_page.related.fullmatch(context.text(place))
        if is_related and place not in panes and place not in context.framed:
            yield context.below(place, stop)


def _rows(context: DocumentContext, page: Page, block: range) -> Iterator[Row]:
    links = {piece.link: piece.document for piece in page.pieces if piece.link is not None}
    inside = (
        (document, link)
        for link, document in links.items()
        if document and context.page.span(link).start in block
    )
    for document, some in groupby(inside, key=lambda one: one[0]):
        yield Row(document, [link for _, link in some])


def _widest(context: DocumentContext, link: Element, places: range) -> Element:
    """The largest element around a link that has nothing but these places."""
    row = link
    for up in link.iterancestors():
        span = context.page.span(up)
        if span.start < places.start or span.stop > places.stop:
            break
        row = up
    return row


def _related(listing: ListingContext, element: Element, row: Row) -> Related:
    link, node = listing.site.document_url(row.document), _node(element)
    try:
        entry = read_row(listing, element)
    except Unclear:
        return Related(link, node=node)
    return Related(link, entry.title, entry.date_text, entry.summary, node)


def _node(element: Element) -> int | None:
    """The number of the one node that a row shows."""
    said = {one.get(NODE) for one in element.iter("*")} - {None}
    number = NUMBER.fullmatch(said.pop() or "") if len(said) == 1 else None
    return int(number[0]) if number else None
