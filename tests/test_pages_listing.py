"""Reading a listing's page: the saved ones, the real ones in every markup, and what is none."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from make_fixtures import FIXTURES, LISTINGS, folded
from markup import (
    GROUPED,
    LABELLED,
    MARKUPS,
    PLAIN,
    Listing,
    Portrait,
    change_tags,
    linked,
    rename_classes,
    render,
    render_portrait,
)
from sites import WILSON

from harvester.items import Entry
from harvester.items import Listing as Read
from harvester.outcomes import Unreadable
from harvester.pages import read_listing

SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=Cold%20War"
SAVED = sorted(page.parent for page in FIXTURES.glob("listing/*/page.json"))
OTHER = sorted(page.parent for page in FIXTURES.glob("other/*/page.json"))
REAL = sorted(LISTINGS.glob("*.json"))

VERSIONS: dict[str, Callable[[str], str]] = {
    "as-it-is": str,
    "classes-renamed": rename_classes,
    "classes-renamed-again": lambda html: rename_classes(html, seed=1),
    "tags-changed": change_tags,
    "both": lambda html: change_tags(rename_classes(html, seed=2)),
}


HOLDS_ALL = re.compile(r'<a href="[^"]*"><h3 class="sub-title">')
"""A link around title and summary: which is which, a heading's tag or class has to tell."""


def telling(html: str) -> list[Callable[[str], str]]:
    """The versions of a page that leave something to tell titles by."""
    left = {name: change for name, change in VERSIONS.items() if name != "both"}
    return [*(left if HOLDS_ALL.search(html) else VERSIONS).values()]


def name(path: Path) -> str:
    return path.stem


def read(html: str, url: str = SEARCH) -> Read:
    return read_listing(html, url, WILSON)


def load(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def shown(entry: Entry) -> tuple[str | None, ...]:
    return entry.link, entry.date_text, entry.title, entry.summary


def expected(entries: list[Any]) -> list[tuple[str | None, ...]]:
    """What is to be read; a document's link is the site's own, from whatever host a page is."""
    return [
        (urljoin(WILSON.home, entry["href"]), entry["date_text"], entry["title"], entry["summary"])
        for entry in entries
    ]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", SAVED, ids=name)
def test_saved_page_says_what_its_json_says(folder: Path, version: str) -> None:
    said = load(folder / "page.json")
    html = (folder / "page.html").read_text(encoding="utf-8")
    if version == "both" and HOLDS_ALL.search(html):
        with pytest.raises(Unreadable, match="no heading tells its title"):
            read(VERSIONS[version](html), said["url"])
        return
    page = read(VERSIONS[version](html), said["url"])
    assert [shown(entry) for entry in page.entries] == expected(said["entries"])
    assert (page.first, page.last, page.total) == (said["first"], said["last"], said["total"])
    assert page.next_url == said["next"]
    assert page.url == said["url"]


@pytest.mark.parametrize("folder", SAVED, ids=name)
def test_page_that_a_browser_stored_says_the_same(folder: Path) -> None:
    """It ends a paragraph before the next begins, and makes one of an end without a beginning."""
    said = load(folder / "page.json")
    html = (folder / "page.html").read_text(encoding="utf-8")
    stored = html.replace("<p><p>", "<p></p><p>").replace("</p></p>", "</p><p></p>")
    assert (stored != html) == bool(HOLDS_ALL.search(html))
    assert [shown(entry) for entry in read(stored, said["url"]).entries] == expected(
        said["entries"]
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", OTHER, ids=name)
def test_other_page_is_empty_or_unreadable(folder: Path, version: str) -> None:
    said = load(folder / "page.json")
    html = VERSIONS[version]((folder / "page.html").read_text(encoding="utf-8"))
    if said["problem"] == "empty-listing":
        page = read(html, said["url"])
        assert (page.first, page.last, page.total, page.entries) == (0, 0, 0, [])
        assert page.next_url is None
    else:
        with pytest.raises(Unreadable, match="states no range") as problem:
            read(html, said["url"])
        assert said["url"] in str(problem.value)


def real_page(data: dict[str, Any], **changes: Any) -> Listing:
    """A real page with as many entries as are known, at a listing's address."""
    url = data["url"] if WILSON.is_listing_url(data["url"]) else SEARCH
    last = (data["first"] or 1) + len(data["entries"]) - 1
    total = max(data["total"] or 0, last)
    return Listing.of(data, **{"url": url, "last": last, "total": total, **changes})


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("path", REAL, ids=name)
def test_real_page_in_every_markup(path: Path, markup: str) -> None:
    for form in (PLAIN, LABELLED, GROUPED):
        page = real_page(load(path), range_form=form)
        want = expected([folded(entry) for entry in linked(markup, page.entries)])
        html = render(markup, page)
        for change in telling(html) if form == PLAIN else [str]:
            got = read(change(html), page.url)
            assert [shown(entry) for entry in got.entries] == want, form
            assert (got.first, got.last, got.total) == (page.first, page.last, page.total), form


@pytest.mark.parametrize(
    "path", [path for path in REAL if load(path)["layout"] == "old-search"], ids=name
)
def test_earlier_site_needs_no_range(path: Path) -> None:
    page = real_page(load(path), range_form=None)
    want = expected([folded(entry) for entry in linked("earlier", page.entries)])
    for change in VERSIONS.values():
        got = read(change(render("earlier", page)), page.url)
        assert [shown(entry) for entry in got.entries] == want
        assert (got.first, got.last, got.total, got.next_url) == (None, None, None, None)


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(
    "path", [path for path in REAL if load(path)["header"] == "popular-documents"], ids=name
)
def test_popular_documents_are_no_listing(path: Path, markup: str) -> None:
    data = load(path)
    portrait = Portrait(data["url"], "Pusan", "A port.", data["entries"])
    html = render_portrait(markup, portrait)
    for url in (data["url"], SEARCH, SEARCH.replace("/search?", "/search-results/1/x?")):
        for change in VERSIONS.values():
            with pytest.raises(Unreadable):
                read(change(html), url)


REMARKED = (
    "December 1st, 1985 (year is approximate, month is uncertain and approximate, and day is "
    "uncertain)"
)
WORDED = (
    "some time after the return of the delegation from the talks in the capital, early in spring"
)


@pytest.mark.parametrize("version", ["as-it-is", "classes-renamed", "tags-changed"])
@pytest.mark.parametrize("place", [0, 4, 9])
@pytest.mark.parametrize(
    ("markup", "date"),
    [
        *((markup, REMARKED) for markup in MARKUPS),
        *((markup, WORDED) for markup in MARKUPS if markup != "bare"),
    ],
)
def test_a_long_date_is_kept_as_it_is(markup: str, date: str, place: int, version: str) -> None:
    """Where the markup, or other rows, say that it is one: in "bare" a summary looks the same."""
    data = load(REAL[0])
    entries = [{**entry} for entry in data["entries"]]
    entries[place]["date_text"] = date
    page = real_page({**data, "entries": entries}, range_form=PLAIN)
    got = read(VERSIONS[version](render(markup, page)), page.url)
    want = expected([folded(entry) for entry in linked(markup, page.entries)])
    assert len(date) > 80
    assert [shown(entry) for entry in got.entries] == want


@pytest.mark.parametrize("markup", ["today", "views", "earlier"])
def test_prose_before_a_title_is_no_date(markup: str) -> None:
    """Not even a short list of it: there is no row to compare it with."""
    entry = {"date_text": WORDED, "title": "A", "summary": None}
    html = rename_classes(
        render(markup, Listing(SEARCH, [entry, entry], total=2, range_form=PLAIN))
    )
    with pytest.raises(Unreadable, match=r"stands more than a date|states 1 - 2 of 2"):
        read(html)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_a_listing_that_says_it_is_empty(markup: str, version: str) -> None:
    page = read(VERSIONS[version](render(markup, Listing(url=SEARCH, entries=()))))
    assert (page.first, page.last, page.total, page.entries) == (0, 0, 0, [])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_a_listing_that_lost_its_rows_is_not_read(markup: str, version: str) -> None:
    """Not even if as many popular documents stand below it as the range states."""
    entries = load(REAL[0])["entries"][:3]
    full = render(markup, Listing(url=SEARCH, entries=entries, total=3, range_form=PLAIN))
    start = full.index("1 - 3 of 3") + len("1 - 3 of 3")
    stop = full.index("Popular Documents")
    closing = full[full.rindex("</", start, stop) :]
    for html in (full[:start] + "</div>" + closing, full[:start]):
        with pytest.raises(Unreadable, match=r"1 - 3 of 3|heading for teasers"):
            read(VERSIONS[version](html))


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(("last", "total"), [(9, 15), (11, 15), (10, 12)])
def test_the_range_must_fit_the_entries(markup: str, last: int, total: int) -> None:
    entries = load(REAL[0])["entries"]
    page = Listing(url=SEARCH, entries=entries, last=last, total=total, range_form=PLAIN)
    html = render(markup, page)
    if last == len(entries):
        assert len(read(html).entries) == last
    else:
        with pytest.raises(Unreadable, match=f"it states 1 - {last} of {total}, but"):
            read(html)
