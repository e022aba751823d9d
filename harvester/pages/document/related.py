"""Other documents, which a page shows below a heading as related to its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise, takewhile

from lxml.etree import _Element as Element

from harvester.pages.address import linked_document
from harvester.pages.document.sheet import Sheet
from harvester.pages.entry import read_row
from harvester.pages.markup import Tree
from harvester.pages.page import Page, read_page
from harvester.pages.problem import Unclear
from harvester.pages.scene import Scene
from harvester.record import Related

NODE = "data-history-node-id"
"""Where Drupal says which node something shows."""
NUMBER = re.compile("[0-9]{1,17}")


@dataclass(frozen=True, slots=True)
class Row:
    """Links to one document that follow each other."""

    document: str
    links: list[Element]


def read_related(sheet: Sheet, source: Tree, url: str) -> list[Related]:
    """The rows below such headings, in the page's order, each read as a listing's entry is."""
    blocks = filter(None, _blocks(sheet))
    return [related for block in blocks for related in _read_block(sheet, source, url, block)]


def _read_block(sheet: Sheet, source: Tree, url: str, block: range) -> Iterator[Related]:
    """Each row of a block, with all that stands between the rows beside it."""
    above = block.start - 1
    document_of = partial(linked_document, url, sheet.site)
    page = read_page(_parts(sheet, above, block.stop - 1), document_of, index=source.index)
    heading = page.span(sheet.page.pieces[above].holder).start
    scene = Scene(page, source, url, sheet.site, heading)
    rows = list(_rows(sheet, page, block))
    starts = [sheet.page.span(row.links[0]).start for row in rows[1:]]
    stops = [sheet.page.span(row.links[-1]).stop for row in rows[:-1]]
    edges = zip(rows, [block.start, *stops], [*starts, block.stop], strict=True)
    for row, start, stop in edges:
        places = range(max(start, block.start), min(stop, block.stop))
        yield _related(scene, _widest(sheet, row.links[0], places), row)


def _parts(sheet: Sheet, first: int, last: int) -> list[Element]:
    """The elements side by side that hold these places and all between them."""
    around = sheet.common(first, last)
    begin, end = (sheet.branch(around, place) for place in (first, last))
    if begin is None or end is None:
        return [around]
    between = takewhile(lambda part: part is not end, begin.itersiblings())
    return [begin, *between, end] if begin is not end else [begin]


def _blocks(sheet: Sheet) -> Iterator[range]:
    """The places below each heading, up to the next one that heads documents."""
    panes = {place for span in sheet.pane_spans for place in span}
    for place, stop in pairwise([*sheet.teasers, len(sheet.page.pieces)]):
        is_related = sheet.site.document_page.related.fullmatch(sheet.text(place))
        if is_related and place not in panes and place not in sheet.framed:
            yield sheet.below(place, stop)


def _rows(sheet: Sheet, page: Page, block: range) -> Iterator[Row]:
    links = {piece.link: piece.document for piece in page.pieces if piece.link is not None}
    inside = (
        (document, link)
        for link, document in links.items()
        if document and sheet.page.span(link).start in block
    )
    for document, some in groupby(inside, key=lambda one: one[0]):
        yield Row(document, [link for _, link in some])


def _widest(sheet: Sheet, link: Element, places: range) -> Element:
    """The largest element around a link that has nothing but these places."""
    row = link
    for up in link.iterancestors():
        span = sheet.page.span(up)
        if span.start < places.start or span.stop > places.stop:
            break
        row = up
    return row


def _related(scene: Scene, element: Element, row: Row) -> Related:
    link, node = scene.site.document_url(row.document), _node(element)
    try:
        entry = read_row(scene, element)
    except Unclear:
        return Related(link, node=node)
    return Related(link, entry.title, entry.date_text, entry.summary, node)


def _node(element: Element) -> int | None:
    """The number of the one node that a row shows."""
    said = {one.get(NODE) for one in element.iter("*")} - {None}
    number = NUMBER.fullmatch(said.pop() or "") if len(said) == 1 else None
    return int(number[0]) if number else None
