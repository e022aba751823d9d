"""Other documents, which a page shows below a heading as related to its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise

from lxml.etree import _Element as Element

from harvester.pages.address import linked_document
from harvester.pages.document.sheet import Sheet, is_frame
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
    """Links to one document that follow each other, and the places that can be theirs alone."""

    block: range
    document: str
    links: list[Element]


def read_related(sheet: Sheet, source: Tree, url: str) -> list[Related]:
    """The rows below such headings, in the page's order, each read as a listing's entry is."""
    blocks = list(filter(None, _blocks(sheet)))
    if not blocks:
        return []
    page = read_page(source.root, partial(linked_document, url, sheet.site))
    rows = list(_rows(sheet, page, blocks))
    befores = [range(0), *(sheet.page.span(row.links[-1]) for row in rows)]
    afters = [*(sheet.page.span(row.links[0]) for row in rows[1:]), None]
    related = []
    for row, before, after in zip(rows, befores, afters, strict=False):
        start = max(row.block.start, before.stop)
        stop = min(row.block.stop, after.start if after else row.block.stop)
        heading = sheet.page.pieces[row.block.start - 1].holder
        scene = Scene(page, source, url, sheet.site, page.span(heading).start)
        related.append(_related(scene, _widest(sheet, row.links[0], range(start, stop)), row))
    return related


def _blocks(sheet: Sheet) -> Iterator[range]:
    """The places below each heading, up to the next one that heads documents."""
    panes = {place for span in sheet.pane_spans for place in span}
    ends = len(sheet.page.pieces)
    headings = [place for place in range(ends) if sheet.is_teaser(place)]
    for place, stop in pairwise([*headings, ends]):
        piece = sheet.page.pieces[place]
        is_related = sheet.site.document_page.related.fullmatch(piece.text)
        if is_related and place not in panes and not any(map(is_frame, piece.landmarks)):
            yield sheet.below(place, stop)


def _rows(sheet: Sheet, page: Page, blocks: list[range]) -> Iterator[Row]:
    block_of = {place: block for block in blocks for place in block}
    links = {piece.link: piece.document for piece in page.pieces if piece.link is not None}
    inside = (
        (block, document, link)
        for link, document in links.items()
        if document and (block := block_of.get(sheet.page.span(link).start))
    )
    for (block, document), some in groupby(inside, key=lambda one: one[:2]):
        yield Row(block, document, [link for *_, link in some])


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
