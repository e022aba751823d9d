"""Markup "bare": no class, no wrapper; dates, titles and summaries are siblings in one list."""

from collections.abc import Iterable
from html import escape

from .frame import fill, template
from .links import page_href
from .listing import Entry, Frame, Listing, Portrait, attribute, lines, paragraphs

PAGE = template("bare")


def listing(page: Listing) -> str:
    """The main part of a listing."""
    return lines(
        "<h2>Results:</h2>" if page.results_heading else "",
        f"<p>{page.range_text}</p>" if page.range_text else "",
        "<h2>Documents</h2>" if page.documents_heading else "",
        _flat(page.entries) if page.entries else NO_RESULTS,
        _pager(page) if page.has_pager else "",
    )


def portrait(page: Portrait) -> str:
    """The main part of a page about a person, place or topic."""
    return lines(
        f"<h1>{_text(page.name)}</h1>",
        f"<p>{_text(page.description)}</p>",
        "<h2>Popular Documents</h2>",
        _flat(page.entries),
    )


def whole(frame: Frame) -> str:
    """The whole page."""
    popular = lines("<aside>", "<h2>Popular Documents</h2>", _flat(frame.documents), "</aside>")
    return fill(PAGE, frame, popular if frame.documents else "")


NO_RESULTS = "<p>There are no documents to show.</p>"


def _flat(entries: Iterable[Entry]) -> str:
    return lines("<dl>", *(_siblings(entry) for entry in entries), "</dl>")


def _siblings(entry: Entry) -> str:
    """An entry; what is blank has no element."""
    return lines(
        f"<dd>{_text(entry['date_text'])}</dd>" if entry["date_text"] else "",
        f'<dt><a href="{attribute(entry["href"])}">{_text(entry["title"])}</a></dt>',
        *(f"<dd>{_text(paragraph)}</dd>" for paragraph in paragraphs(entry["summary"])),
    )


def _text(value: str | None) -> str:
    """Text in plain letters only: every other character is a number."""
    return escape(value or "").encode("ascii", "xmlcharrefreplace").decode()


def _pager(page: Listing) -> str:
    before = page_href(page.url, page.page - 1) if page.page else None
    return lines("<p>", _link(before, "‹ Previous"), _link(page.next_link, "Next ›"), "</p>")


def _link(href: str | None, label: str) -> str:
    return f'<a href="{attribute(href)}">{label}</a>' if href else ""
