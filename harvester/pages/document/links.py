"""The links of a document's page: to related documents, and to scans."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice, pairwise, takewhile
from urllib.parse import urldefrag, urlsplit

from harvester.pages.address import absolute, is_same_site, linked_document
from harvester.pages.document.document_context import DocumentContext, is_frame
from harvester.pages.document.panes import LONGEST_LABEL, Pane
from harvester.pages.elements import Element, is_landmark
from harvester.pages.listing.entry import read_row
from harvester.pages.listing.listing_context import ListingContext
from harvester.pages.markup import Tree, Unclear
from harvester.pages.page import Page
from harvester.pages.page_reader import read_page, text_of
from harvester.pages.selectors import Index
from harvester.record import Related, ScanLink
from harvester.sites.site import DocumentPage, Site

NODE = "data-history-node-id"
"""The attribute with the node that an element shows, in Drupal."""
MOST_BLOCKS = 50
"""No page has more lists of related documents."""
NUMBER = re.compile("[0-9]{1,17}")


SHOWN = {"embed": "src", "iframe": "src", "object": "data"}
"""Elements that show a scan, with the attribute that has its address."""
LINKS = {"a": "href"}
"""Elements that link to one."""


@dataclass(frozen=True, slots=True)
class Row:
    """Consecutive links to one document."""

    document: str
    links: list[Element]


def read_related(context: DocumentContext, source: Tree, url: str) -> list[Related]:
    """The rows below such headings, in the page's order, each read as a listing's entry is."""
    blocks = list(islice(filter(None, _blocks(context)), MOST_BLOCKS + 1))
    if len(blocks) > MOST_BLOCKS:
        raise Unclear(f"it has more than {MOST_BLOCKS} headings of related documents")
    return [related for block in blocks for related in _read_block(context, source, url, block)]


def _read_block(
    context: DocumentContext, source: Tree, url: str, block: range
) -> Iterator[Related]:
    """Each row of a block, with everything up to the neighbouring rows."""
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
    """The sibling elements that hold these places and everything between."""
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
    """The largest element around a link that holds only these places."""
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
    """The number of the only node that a row shows."""
    said = {one.get(NODE) for one in element.iter("*")} - {None}
    number = NUMBER.fullmatch(said.pop() or "") if len(said) == 1 else None
    return int(number[0]) if number else None


@dataclass(frozen=True, slots=True)
class FileLink:
    """An element that shows a scan or leads to it: the link as written, and its address."""

    element: Element
    link: str
    url: str


def file_links(index: Index, url: str, site: Site) -> list[FileLink]:
    """The links to scans on the same site, in reading order: to those that the page shows, or else
    to those that it only links to."""
    return _links(index, url, site, SHOWN) or _links(index, url, site, LINKS)


def scan_links(
    files: Iterable[FileLink], panes: Iterable[Pane], index: Index, form: DocumentPage
) -> list[ScanLink]:
    """The scans, each once, with the first label that one of its links gives it."""
    by_element = {pane.element: pane for pane in panes}
    labels: dict[str, str | None] = {}
    for file in files:
        labels[file.url] = labels.get(file.url) or _label(file.element, by_element, index, form)
    return [ScanLink(url, label) for url, label in labels.items()]


def _label(
    element: Element, panes: dict[Element, Pane], index: Index, form: DocumentPage
) -> str | None:
    """The label of the pane around a link; without a pane, the link's own text may be one."""
    around = next((panes[up] for up in element.iterancestors() if up in panes), None)
    if around:
        return around.label
    if element.tag not in LINKS:
        return None
    said = text_of(element, index)
    return said if len(said) <= LONGEST_LABEL and form.transcript.fullmatch(said) else None


def _links(index: Index, url: str, site: Site, by: dict[str, str]) -> list[FileLink]:
    may_be = site.document_page.file_path.search
    return [
        FileLink(element, link, urldefrag(lead).url)
        for element in index.tagged(by)
        if (link := element.get(by[str(element.tag)], ""))
        and may_be(link.partition("?")[0].partition("#")[0].strip())
        and (lead := absolute(url, link))
        and _is_file(lead, url, site)
        and not _is_in_frame(element)
    ]


def _is_file(lead: str, url: str, site: Site) -> bool:
    path = urlsplit(lead).path
    return is_same_site(url, lead, site) and bool(site.document_page.file_path.search(path))


def _is_in_frame(element: Element) -> bool:
    return any(is_landmark(up) and is_frame(up) for up in element.iterancestors())
