"""Markup "earlier": the site before today's, a list without a range, numbers for addresses."""

from collections.abc import Iterable
from html import escape

from .frame import fill, template
from .links import page_href
from .listing import Entry, Frame, Listing, Portrait, attribute, lines, paragraphs

PAGE = template("earlier")


def listing(page: Listing) -> str:
    """The main part of a listing."""
    return lines(
        '<h2 class="ttl">SEARCH RESULTS</h2>',
        '<h3 class="sub-ttl">Results:</h3>' if page.results_heading else "",
        f'<p class="cnt-res">{page.range_text}</p>' if page.range_text else "",
        '<h3 class="sub-ttl">Documents</h3>' if page.documents_heading else "",
        _items(page.entries) if page.entries else NO_RESULTS,
        _pager(page) if page.has_pager else "",
    )


def portrait(page: Portrait) -> str:
    """The main part of a page about a person, place or topic."""
    return lines(
        f'<h2 class="ttl">{_text(page.name)}</h2>',
        f'<div class="intro"><p>{_text(page.description)}</p></div>',
        '<h3 class="sub-ttl">Popular Documents</h3>',
        _items(page.entries),
    )


def whole(frame: Frame) -> str:
    """The whole page."""
    return fill(PAGE, frame, _popular(frame.documents))


NO_RESULTS = '<div class="search-res"><p class="none">Sorry, no records were found.</p></div>'


def _items(entries: Iterable[Entry]) -> str:
    return lines('<ul class="search-res">', *(_item(entry) for entry in entries), "</ul>")


def _item(entry: Entry) -> str:
    """An entry; a blank date leaves its element empty."""
    summary = (f'<p class="itm-txt">{_text(part)}</p>' for part in paragraphs(entry["summary"]))
    return lines(
        "<li>",
        f'<span class="itm-date">{_text(entry["date_text"])}</span>',
        f'<a class="lnk-res" href="{attribute(entry["href"])}">'
        f'<span class="itm-title">{_text(entry["title"])}</span></a>',
        *summary,
        "</li>",
    )


def _text(value: str | None) -> str:
    """Text with every quotation mark escaped, curly ones as numbers."""
    html = escape(value or "")
    for character in "’‘“”":
        html = html.replace(character, f"&#{ord(character)};")
    return html


def _pager(page: Listing) -> str:
    around = [_page(page, number) for number in range(page.page_count)][:9]
    before = _link(page_href(page.url, page.page - 1), "&laquo; Prev") if page.page else ""
    after = _link(page.next_link, "Next &raquo;") if page.next_link else ""
    return lines('<div class="pgr">', before, *around, after, "</div>")


def _page(page: Listing, number: int) -> str:
    if number == page.page:
        return f'<strong class="on">{number + 1}</strong>'
    return _link(page_href(page.url, number), str(number + 1))


def _link(href: str, label: str) -> str:
    return f'<a href="{attribute(href)}">{label}</a>'


def _popular(entries: Iterable[Entry]) -> str:
    items = [_item(entry) for entry in entries]
    opening = '<div class="box box-pop">\n<h3>Popular Documents</h3>\n<ul class="lst-pop">'
    return lines(opening, *items, "</ul>", "</div>") if items else ""
