"""Markup "views": Drupal's own, one article a row, no date element where a date is blank."""

from collections.abc import Iterable
from html import escape

from .frame import fill, template
from .listing import Entry, Frame, Listing, Portrait, attribute, lines, paragraphs, text
from .pager import CORE, drupal_pager

PAGE = template("views")
FIRST_NODE = 99_001


def listing(page: Listing) -> str:
    """The main part of a listing."""
    return lines(
        '<div class="views-element-container">',
        '<div class="view view-search view-id-search view-display-id-page">',
        "<h2>Results:</h2>" if page.results_heading else "",
        f'<div class="view-header">{page.range_text}</div>' if page.range_text else "",
        "<h2>Documents</h2>" if page.documents_heading else "",
        _rows(page.entries) if page.entries else NO_RESULTS,
        drupal_pager(page, CORE),
        "</div></div>",
    )


def portrait(page: Portrait) -> str:
    """The main part of a page about a person, place or topic."""
    return lines(
        '<div class="taxonomy-term vocabulary-archive">',
        '<div class="clearfix text-formatted field field--name-description field__item">',
        f"<p>{text(page.description)}</p>",
        "</div></div>",
        '<div class="view view-popular"><h2>Popular Documents</h2>',
        _rows(page.entries),
        "</div>",
    )


def whole(frame: Frame) -> str:
    """The whole page."""
    return fill(PAGE, frame, _popular(frame.documents))


NO_RESULTS = '<div class="view-empty"><p>No results found.</p></div>'


def _rows(entries: Iterable[Entry]) -> str:
    rows = (_row(entry, node) for node, entry in enumerate(entries, FIRST_NODE))
    return lines('<div class="view-content">', *rows, "</div>")


def _row(entry: Entry, node: int) -> str:
    href = attribute(entry["href"])
    return lines(
        '<div class="views-row">',
        f'<article data-history-node-id="{node}" role="article"'
        ' class="node node--type-document node--promoted node--view-mode-teaser">',
        _date(entry["date_text"]),
        f'<h2 class="node__title"><a href="{href}" rel="bookmark">'
        f'<span class="field field--name-title field--type-string field--label-hidden">'
        f"{escape(entry['title'] or '')}</span></a></h2>",
        _summary(entry["summary"]),
        "</article>",
        "</div>",
    )


def _date(date: str | None) -> str:
    field = "field field--name-field-date field--type-string field--label-hidden field__item"
    return f'<div class="{field}">{text(date)}</div>' if date else ""


def _summary(summary: str | None) -> str:
    """A summary as an editor's tool leaves it: curly quotation marks are named."""
    inner = [f"<p>{_named(text(paragraph))}</p>" for paragraph in paragraphs(summary)]
    field = "clearfix text-formatted field field--name-body field--label-hidden field__item"
    opening = f'<div class="node__content"><div class="{field}">'
    return lines(opening, *inner, "</div></div>") if inner else ""


def _named(html: str) -> str:
    for character, name in {"’": "rsquo", "‘": "lsquo", "“": "ldquo", "”": "rdquo"}.items():
        html = html.replace(character, f"&{name};")
    return html


def _popular(entries: Iterable[Entry]) -> str:
    rows = [_row(entry, node) for node, entry in enumerate(entries, FIRST_NODE - 100)]
    opening = (
        '<aside class="layout-sidebar-second" role="complementary">\n'
        '<div id="block-popular" class="block block-views"><h2>Popular Documents</h2>'
    )
    return lines(opening, *rows, "</div>", "</aside>") if rows else ""
