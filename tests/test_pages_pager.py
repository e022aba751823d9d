"""Which page comes next."""

import pytest
from markup import MARKUPS, PLAIN, Listing, change_tags, rename_classes, render
from sites import WILSON

from harvester.pages import read_listing

SITE = "https://digitalarchive.wilsoncenter.org"
SEARCH = f"{SITE}/search?search_api_fulltext=Japan--Boundaries"
FACETS = f"{SITE}/search?f%255B0%255D=places%3A85924&f%5B0%5D=languages%3A3966&page=5"
EARLIER = f"{SITE}/search-results/2/%7B%22subject%22%3A%221%22%7D?recordType=Record"
ENTRIES = [{"date_text": "1956", "title": f"Cable {word}", "summary": "Short."} for word in "ABC"]
ROWS = '<ul><li><a href="/document/a">A</a></li><li><a href="/document/b">B</a></li></ul>'
RANGE = f"<p>1 - 2 of 5</p>{ROWS}"


def next_url(html: str, url: str) -> str | None:
    return read_listing(html, url, WILSON).next_url


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(
    ("url", "following"),
    [
        (SEARCH, f"{SEARCH}&page=1"),
        (f"{SEARCH}&page=3", f"{SEARCH}&page=4"),
        (
            FACETS,
            f"{SITE}/search?f%255B0%255D=places%3A85924&f%5B0%5D=languages%3A3966&page=6",
        ),
        (EARLIER, EARLIER.replace("/2/", "/3/")),
    ],
)
def test_next_page_of_the_renderers(markup: str, url: str, following: str) -> None:
    page = Listing(url=url, entries=ENTRIES, first=51, total=90, pages=9, range_form=PLAIN)
    html = render(markup, page)
    without = render(markup, Listing(**{**vars(page), "pager": False}))
    for version in (html, rename_classes(html), change_tags(html), without):
        assert next_url(version, url) == following


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ('<a rel="next" href="?search_api_fulltext=Japan--Boundaries&amp;page=1">x</a>', "&page=1"),
        ("<a rel='nofollow next' href='/search?search_api_fulltext=Japan%2D-Boundaries&page=1'>"
         "x</a>", None),
        ("<a rel=last href='?search_api_fulltext=Japan--Boundaries&page=4'>Last »</a>", "&page=1"),
        ("<a rel=prev href='?search_api_fulltext=Japan--Boundaries&page=0'>First</a>", "&page=1"),
        ("<a href='?search_api_fulltext=Japan--Boundaries&page=4'>Next year</a>", "&page=1"),
        ("<a href='?search_api_fulltext=Japan--Boundaries&page=7'>Next ›</a>", "&page=7"),
        ("<a href='?search_api_fulltext=Japan--Boundaries&page=7'>Next Page »</a>", "&page=7"),
        ("<li class='pager__item pager__item--next'><a "
         "href='?search_api_fulltext=Japan--Boundaries&page=7'>››</a></li>", "&page=7"),
        ("<a rel=next>Next</a>", "&page=1"),
        ("<a rel=next href>Next</a>", "&page=1"),
        ("<a rel=next href='?search_api_fulltext=Other&page=1'>Next</a>", "&page=1"),
        ("<a rel=next href='/document/a'>Next</a>", "&page=1"),
        ("<a rel=next href='https://elsewhere.example/search?search_api_fulltext=Japan--Boundaries"
         "&page=7'>Next</a>", "&page=1"),
        ("<a rel=next href='file:///search?search_api_fulltext=Japan--Boundaries&page=7'>Next</a>",
         "&page=1"),
        ("", "&page=1"),
    ],
)  # fmt: skip
def test_next_link(link: str, following: str | None) -> None:
    want = SEARCH + following if following else SEARCH.replace("--", "%2D-") + "&page=1"
    assert next_url(RANGE + f"<div>{link}</div>", SEARCH) == want


def test_last_page_has_no_next() -> None:
    link = "<p><a rel=next href='?search_api_fulltext=Japan--Boundaries&page=1'>Next</a></p>"
    assert next_url(RANGE.replace("of 5", "of 2") + link, SEARCH) is None


@pytest.mark.parametrize("frame", ["{0}{1}", "<main>{0}</main>{1}", "{0}<footer>{1}</footer>"])
def test_pager_is_found_wherever_it_stands(frame: str) -> None:
    link = "<p><a rel=next href='?search_api_fulltext=Japan--Boundaries&page=7'>Next</a></p>"
    following = next_url(f"<html><body>{frame.format(RANGE, link)}</body></html>", SEARCH)
    assert following == SEARCH + "&page=7"
