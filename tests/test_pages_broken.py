"""A page with one thing missing reads as before, or not at all: never with a wrong entry."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from examples import TIMES
from markup import MARKUPS, PLAIN, Listing, change_tags, render
from sites import WILSON

from harvester.items import Entry
from harvester.outcomes import Unreadable
from harvester.pages import read_listing

SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=x"
EARLIER = "https://digitalarchive.wilsoncenter.org/search-results/2/%7B%22subject%22%3A%221%22%7D"

DATED = {
    "date_text": "June 10, 1991",
    "title": "A Meeting",
    "summary": "Kohl and Major meet.\n\nThey part.",
}
UNDATED = {
    "date_text": None,
    "title": "Report (undated)",
    "summary": "Nobody knows when this was.",
}
SHORT = {"date_text": "1956", "title": "Cable", "summary": None}
TWIN = {"date_text": "November 1967", "title": "Cable", "summary": "Of the same title."}
BARE = {"date_text": None, "title": "A Title Only", "summary": None}

PAGES = {
    "four": [DATED, UNDATED, SHORT, TWIN],
    "undated-first": [UNDATED, SHORT, TWIN, DATED, BARE],
    "two": [SHORT, TWIN],
    "one": [DATED],
}
NEAR = 1_000
"""Characters around the entries."""
SCRIPT = re.compile(r"<script\b.*?</script>|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"</?[a-z][^>]*>")
TEXT = re.compile(r"(?<=>)[^<>]*[^<>\s][^<>]*(?=<)")

CASES = [
    (markup, name, url, changed)
    for markup in MARKUPS
    for name in PAGES
    for url in ([SEARCH + "&page=1", EARLIER] if markup == "earlier" else [SEARCH + "&page=1"])
    for changed in (False, True)
]


def page(markup: str, name: str, url: str, changed: bool) -> str:
    entries = PAGES[name]
    form, total = (None, None) if url == EARLIER else (PLAIN, 10 + len(entries))
    listing = Listing(url=url, entries=entries, first=11, total=total, range_form=form)
    html = SCRIPT.sub("", render(markup, listing))
    return change_tags(html) if changed else html


def read(html: str, url: str) -> list[Entry]:
    return read_listing(html, url, WILSON).entries


def without(
    html: str, what: re.Pattern[str], name: str, changed: bool
) -> Iterator[tuple[str, str]]:
    """The page without each match in turn; of the frame, only what is near, but for one page.

    Two pages differ in the names of tags alone: every other match is left out in the one, the rest
    in the other, unless more is asked for.
    """
    titles = [html.index(f">{entry['title']}<") for entry in PAGES[name]]
    start, stop = titles[0] - NEAR, titles[-1] + NEAR
    if name == "four" and not changed:
        start, stop = 0, len(html)
    matches = list(what.finditer(html, max(start, 0), stop))
    for found in matches if TIMES > 1 else matches[changed::2]:
        yield found[0], html[: found.start()] + html[found.end() :]


@pytest.mark.parametrize(("markup", "name", "url", "changed"), CASES)
def test_no_tag_can_go_missing_unnoticed(markup: str, name: str, url: str, changed: bool) -> None:
    html = page(markup, name, url, changed)
    whole = read(html, url)
    assert len(whole) == len(PAGES[name])
    for gone, rest in without(html, TAG, name, changed):
        try:
            assert read(rest, url) == whole, gone
        except Unreadable as problem:
            assert url in str(problem)


@pytest.mark.parametrize(("markup", "name", "url", "changed"), CASES)
def test_a_missing_text_is_all_that_is_missing(
    markup: str, name: str, url: str, changed: bool
) -> None:
    html = page(markup, name, url, changed)
    whole = read(html, url)
    for gone, rest in without(html, TEXT, name, changed):
        text = unescape(gone).strip()
        try:
            got = read(rest, url)
        except Unreadable:
            continue
        assert got == whole or got in [list(some) for some in lacking(whole, text)], gone


def lacking(entries: list[Entry], text: str) -> Iterator[Iterator[Entry]]:
    """The entries as they can be without a text: one entry without that date or paragraph."""
    for broken in entries:
        date = None if broken.date_text == text else broken.date_text
        kept = [part for part in (broken.summary or "").split("\n\n") if part and part != text]
        less = Entry(broken.document, broken.link, broken.title, date, "\n\n".join(kept) or None)
        yield (less if entry is broken else entry for entry in entries)
