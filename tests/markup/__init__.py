"""Pages of the archive, rendered for tests: the same entries in several markups.

What the pages say is real (tests/listings); how they say it is rebuilt, and a guess in part. The
same arguments always give the same text.
"""

from collections.abc import Iterable
from dataclasses import replace

from . import bare, earlier, today, views
from .links import numbers, slugs
from .listing import (
    GROUPED,
    LABELLED,
    PLAIN,
    USUAL,
    Entry,
    Frame,
    Listing,
    Markup,
    Portrait,
    paragraphs,
)
from .popular import POPULAR
from .rewrite import change_tags, rename_classes

__all__ = [
    "GROUPED",
    "LABELLED",
    "MARKUPS",
    "PLAIN",
    "POPULAR",
    "USUAL",
    "Entry",
    "Listing",
    "Portrait",
    "change_tags",
    "linked",
    "numbers",
    "paragraphs",
    "rename_classes",
    "render",
    "render_main",
    "render_portrait",
    "slugs",
]

MARKUPS = {
    "today": Markup(today.listing, today.portrait, today.whole),
    "views": Markup(views.listing, views.portrait, views.whole),
    "earlier": Markup(
        earlier.listing, earlier.portrait, earlier.whole, hrefs=numbers, range_form=None
    ),
    "bare": Markup(bare.listing, bare.portrait, bare.whole),
}


def render(markup: str, page: Listing) -> str:
    """A page of a listing in one of the MARKUPS."""
    way = MARKUPS[markup]
    form = way.range_form if page.range_form == USUAL else page.range_form
    page = replace(page, range_form=form, entries=linked(markup, page.entries))
    return way.whole(Frame(page.url, page.title, way.listing(page), page.footer_documents))


def render_portrait(markup: str, page: Portrait) -> str:
    """A page about a person, place or topic, with its "Popular Documents"."""
    way = MARKUPS[markup]
    page = replace(page, entries=linked(markup, page.entries))
    return way.whole(Frame(page.url, page.name, way.portrait(page), page.footer_documents))


def render_main(markup: str, *, url: str, title: str, main: str) -> str:
    """Any other page: the HTML given, in the frame of a markup."""
    return MARKUPS[markup].whole(Frame(url, title, main))


def linked(markup: str, entries: Iterable[Entry]) -> list[Entry]:
    """The entries, each with an address: its own "href", or one as the markup's site makes it."""
    entries = list(entries)
    hrefs = MARKUPS[markup].hrefs(str(entry["title"]) for entry in entries)
    return [{"href": href, **entry} for href, entry in zip(hrefs, entries, strict=True)]
