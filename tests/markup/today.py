"""Markup "today": a table of 2025, with a row's cells as seen in "Related Documents".

Seen: rows, the frame. Very likely: that listings have such rows, too. A guess: what stands around
the table, the facets, the pager, how a blank date's cell looks.
"""

from collections.abc import Iterable
from html import escape
from itertools import count
from urllib.parse import urlencode

from .frame import fill, template, words
from .listing import Entry, Frame, Listing, Portrait, attribute, lines, paragraphs, text
from .pager import BOOTSTRAP, drupal_pager

PAGE = template("today")
FIRST_NODE = 99_001
FACETS = {
    "places": {"85924": "Moscow", "85925": "Beijing", "86078": "Hanoi"},
    "people": {"105634": "Major, John", "82265": "Kim, Il Sung"},
}


def listing(page: Listing) -> str:
    """The main part of a listing."""
    return lines(
        '<section class="jumbotron"><div class="container"><h1 class="title">Search</h1></div>',
        "</section>",
        '<section class="search-results"><div class="container"><div class="row">',
        _facets(page.url),
        '<div class="col-lg-8">',
        '<h2 class="title">Results:</h2>' if page.results_heading else "",
        f'<div class="results-count">\n\n{page.range_text}\n\n</div>' if page.range_text else "",
        documents_table("Documents" if page.documents_heading else "", page.entries)
        if page.entries
        else NO_RESULTS,
        drupal_pager(page, BOOTSTRAP),
        "</div></div></div></section>",
    )


def portrait(page: Portrait) -> str:
    """The main part of a page about a person, place or topic."""
    return lines(
        '<section class="jumbotron"><div class="container">',
        f'<h1 class="title"><span>{_title(page.name)}</span></h1></div></section>',
        '<section class="container">',
        f'<div class="text-block"><p>{text(page.description)}</p></div>',
        documents_table("Popular Documents", page.entries),
        '<div class="more-link"><a href="/search">View all documents</a></div>',
        "</section>",
    )


def whole(frame: Frame) -> str:
    """The whole page."""
    popular = documents_table("Popular Documents", frame.documents)
    opening, closing = '<section class="container popular-documents">', "</section>"
    return fill(PAGE, frame, lines(opening, popular, closing) if popular else "")


def documents_table(
    heading: str, entries: Iterable[Entry], nodes: Iterable[int] | None = None
) -> str:
    """A table of documents, below a heading; nothing without any."""
    numbers = count(FIRST_NODE) if nodes is None else nodes
    rows = [_row(entry, node) for node, entry in zip(numbers, entries, strict=False)]
    if not rows:
        return ""
    return lines(
        f'<h3 class="title">{heading}</h3>' if heading else "",
        '        <div class="documents">\n          <div class="card table-responsive">',
        '            <table class="table table-hover table-striped">\n              <tbody>\n',
        "".join(rows),
        "\n              </tbody>\n            </table>\n          </div>\n        </div>",
    )


NO_RESULTS = """<div class="view-empty">
<p>Your search returned no documents.</p>
<p>Try fewer words, or take away a filter.</p>
</div>"""


def _row(entry: Entry, node: int) -> str:
    """An entry; a blank date leaves its cell's paragraph empty, a blank summary its element."""
    return (
        f'<tr><td class="date"><p>{text(entry["date_text"])}</p></td>'
        f'<td data-history-node-id="{node}" class="document contextual-region">'
        f'<a href="{attribute(entry["href"])}"><h3 class="sub-title"><span>'
        f'{_title(entry["title"])}</span></h3><div class="text">{_summary(entry["summary"])}</div>'
        "</a></td></tr>"
    )


def _summary(summary: str | None) -> str:
    """As the server sends it: paragraphs within one."""
    inner = "".join(f"<p>{text(paragraph)}</p>" for paragraph in paragraphs(summary))
    return f"<p>{inner}</p>" if inner else ""


def _title(title: str | None) -> str:
    """A title the way a template escapes it, straight quotation marks as numbers."""
    return escape(title or "").replace("&#x27;", "&#039;")


def _facets(url: str) -> str:
    carry = "&" + urlencode({"search_api_fulltext": words(url)}) if words(url) else ""
    blocks = (
        lines(
            f'<h3 class="title">{facet.capitalize()}</h3>',
            f'<ul data-drupal-facet-id="{facet}" class="item-list__links">',
            *(_facet(facet, name, shown, carry) for name, shown in names.items()),
            "</ul>",
        )
        for facet, names in FACETS.items()
    )
    return lines('<div class="col-lg-4">', *blocks, "</div>")


def _facet(facet: str, name: str, shown: str, carry: str) -> str:
    href = f"/search?f%5B0%5D={facet}%3A{name}&fo%5B0%5D={name}{carry}"
    return (
        f'<li class="facet-item"><a href="{attribute(href)}" rel="nofollow">'
        f'<span class="facet-item__value">{text(shown)}</span>'
        f' <span class="facet-item__count">({len(shown)})</span></a></li>'
    )
