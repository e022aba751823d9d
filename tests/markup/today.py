"""Markup "today": one table row an entry, as programs of 2025 read it; the rest is a guess."""

from collections.abc import Iterable
from html import escape

from .frame import fill, template
from .listing import Entry, Frame, Listing, Portrait, attribute, lines, paragraphs, text
from .pager import BOOTSTRAP, drupal_pager

PAGE = template("today")
FIRST_NODE = 99_001


def listing(page: Listing) -> str:
    """The main part of a listing."""
    return lines(
        '<div class="views-element-container form-group"><div class="view view-search">',
        '<h2 class="results-title">Results:</h2>' if page.results_heading else "",
        _range(page.range_text),
        '<h2 class="documents-title">Documents</h2>' if page.documents_heading else "",
        _table(page.entries) if page.entries else NO_RESULTS,
        drupal_pager(page, BOOTSTRAP),
        "</div></div>",
    )


def portrait(page: Portrait) -> str:
    """The main part of a page about a person, place or topic."""
    return lines(
        '<article class="taxonomy full clearfix">',
        f'<h1 class="title"><span>{_title(page.name)}</span></h1>',
        f'<div class="text-block"><p>{text(page.description)}</p></div>',
        '<div class="view view-popular-documents">',
        '<h2 class="title">Popular Documents</h2>',
        _table(page.entries),
        '<div class="more-link"><a href="/search">View all documents</a></div>',
        "</div>",
        "</article>",
    )


def whole(frame: Frame) -> str:
    """The whole page."""
    return fill(PAGE, frame, _popular(frame.documents))


NO_RESULTS = """<div class="view-empty">
<p>Your search returned no documents.</p>
<p>Try fewer words, or take away a filter.</p>
</div>"""


def _range(words: str | None) -> str:
    return f'<div class="view-header">\n{words}\n</div>' if words else ""


def _table(entries: Iterable[Entry]) -> str:
    rows = (_row(entry, node) for node, entry in enumerate(entries, FIRST_NODE))
    return lines(
        '<div class="view-content"><div class="table-responsive">',
        '<table class="table table-hover table-striped"><tbody>',
        *rows,
        "</tbody></table>",
        "</div></div>",
    )


def _row(entry: Entry, node: int) -> str:
    return lines(
        "<tr>",
        '<td class="document contextual-region">',
        f'<div data-contextual-id="node:node={node}:langcode=en" data-contextual-token="t{node}"'
        ' data-drupal-ajax-container=""></div>',
        _said(entry),
        "</td>",
        "</tr>",
    )


def _said(entry: Entry) -> str:
    """What an entry says; a blank date leaves its element empty, a blank summary leaves none."""
    return lines(
        f'<div class="date">{text(entry["date_text"])}</div>',
        f'<h3 class="title"><a href="{attribute(entry["href"])}" hreflang="en">'
        f"{_title(entry['title'])}</a></h3>",
        _summary(entry["summary"]),
    )


def _summary(summary: str | None) -> str:
    inner = [f"<p>{text(paragraph)}</p>" for paragraph in paragraphs(summary)]
    return lines('<div class="text-block">', *inner, "</div>") if inner else ""


def _title(title: str | None) -> str:
    """A title the way a template escapes it, straight quotation marks as numbers."""
    return escape(title or "").replace("&#x27;", "&#039;")


def _popular(entries: Iterable[Entry]) -> str:
    cards = [_card(entry) for entry in entries]
    opening = '<section class="container popular-documents">\n<h2>Popular Documents</h2>'
    return lines(opening, '<div class="row">', *cards, "</div>", "</section>") if cards else ""


def _card(entry: Entry) -> str:
    return lines('<div class="col-sm-4"><div class="document">', _said(entry), "</div></div>")
