"""What is cut out of a page to be read: never anything else than the whole page says."""

from functools import partial

import pytest
from costs import takes_at_most
from markup import MARKUPS, PLAIN, Listing, render
from sites import WILSON
from test_pages_broken import PAGES

from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.pages.listing.listing_reader import main_part

SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=x"
MARK = '<a id="main-content" tabindex="-1"></a>'
OLD = '<p>1 - 1 of 1</p><ul><li><a href="/document/old">Old</a></li></ul>'
LIST = '<ul><li><a href="/document/a">A</a></li><li><a href="/document/b">B</a></li></ul>'
OTHER = LIST.replace("/document/", "/document/x")
REAL = f"<p>1 - 2 of 2</p>{LIST}"
END = "<footer>The end</footer>"


def documents(html: str) -> list[str]:
    return [entry.document for entry in read_listing(html, SEARCH, WILSON).entries]


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", PAGES)
def test_main_part_says_what_the_whole_page_says(markup: str, name: str) -> None:
    entries = PAGES[name]
    html = render(markup, Listing(SEARCH, entries, total=len(entries), range_form=PLAIN))
    whole = html.replace("main-content", "elsewhere").replace("<main", "<div")
    whole = whole.replace("</main", "</div").replace("footer", "div")
    assert main_part(whole) is None
    assert read_listing(html, SEARCH, WILSON) == read_listing(whole, SEARCH, WILSON)


@pytest.mark.parametrize(("base", "own"), [("/other/", ""), ("/search", "&sort=")])
def test_head_that_says_from_where_links_lead_is_read_too(base: str, own: str) -> None:
    """A link to another listing is not the pager's: the next page is reckoned then."""
    pager = '<p class="next"><a href="?search_api_fulltext=x&amp;page=1&amp;sort=">»</a></p>'
    listing = f"<p>1 - 2 of 4</p>{LIST}{pager}"
    html = f'<head><BASE href="{base}"></head><section> {MARK}{listing}</section>{END}'
    assert read_listing(html, SEARCH, WILSON).next_url == f"{SEARCH}&page=1{own}"


@pytest.mark.parametrize("again", ["", f"<p>{MARK}</p>"])
def test_only_the_main_part_is_read(again: str) -> None:
    head = '<head><title>1956</title></head><div class="sr-only">Menu<input type="hidden"></div>'
    html = f"{head}<section> {MARK}{REAL}{again}</section>{END}"
    assert main_part(html) == f"<section> {MARK}{REAL}{again}</section>"
    assert documents(html) == ["a", "b"]


@pytest.mark.parametrize(
    "html",
    [
        # the mark stands in what is no part of the page, or not shown
        f"<!-- <main>{MARK}{OLD}</main> --><main>{REAL}</main>",
        f"<!-- <main>{MARK} --><main>{REAL}</main>",
        f"<template><main>{MARK}{OLD}</main></template>{REAL}{END}",
        f"<template><style></style><main>{MARK}{OLD}</main></template>{REAL}{END}",
        f"<SCRIPT>'<main>{MARK}{OLD}</main>'</SCRIPT>{REAL}{END}",
        f"<textarea><main>{MARK}{OLD}</main></textarea>{REAL}{END}",
        f'<div hidden=""><main>{MARK}{OLD}</main></div>{REAL}{END}',
        f'<div style="display: none"><main>{MARK}{OLD}</main></div>{REAL}{END}',
        # in a part of the frame
        f"<p>1 - 2 of 2</p><aside><div>{MARK}{OTHER}</div></aside>{LIST}{END}",
        # twice, once hidden
        f"<div hidden><div></div><div>{MARK}{OLD}</div></div><main>{MARK}{REAL}</main>",
        # after the range, alone or with the entries, and in the midst of them
        f"<p>1 - 2 <b>of</b>&nbsp;<i>2</i></p>{LIST}<main>{MARK}{OLD}</main>",
        f"<p>1 - 2 <b>of</b>&nbsp;<i>2</i></p><main>{MARK}{LIST}</main>",
        f"<p>1 - 2 of 2</p>{LIST.replace('<li>', f'<li>{MARK}', 1)}{END}",
        # it is the mark of nothing, and of an element that text stands in before
        f"{MARK}{REAL}{END}",
        f"<main>Results {MARK}{REAL}</main>",
    ],
)
def test_page_whose_main_part_is_uncertain_is_read_as_a_whole(html: str) -> None:
    assert documents(html) == ["a", "b"]


@pytest.mark.parametrize("before", ["", "<p>Results</p>"])
def test_what_stands_beside_the_main_part_is_no_entry(before: str) -> None:
    range_, rows = "<p>1 - 3 of 3</p>", LIST[4:-5]
    beside = '<li><a href="/document/c">C</a></li>'
    html = f"<div>{before}{MARK}{range_}{rows}</div>{beside}{END}"
    with pytest.raises(Unreadable, match="1 - 3 of 3, but 2 of these 3 entries"):
        documents(html)


@pytest.mark.parametrize("row", ["<li>{}</li>", "<article>{}</article>", "<section>{}</section>"])
@pytest.mark.parametrize("after", ["", "<p>Contact</p>", "<SCRIPT>1</SCRIPT></body></html>"])
def test_footer_of_the_last_entry_is_not_that_of_the_page(row: str, after: str) -> None:
    last = row.format('<a href="/document/b">B</a><footer>Summary</footer>')
    html = f"<p>1 - 2 of 2</p><div>{row.format('<a href=/document/a>A</a>')}{last}</div>{after}"
    read = read_listing(html, SEARCH, WILSON)
    assert [entry.summary for entry in read.entries] == [None, "Summary"]


@pytest.mark.parametrize("holder", ["article", "dd", "li", "section", "td"])
def test_footer_that_may_be_an_entrys_is_no_end(holder: str) -> None:
    html = f"<div>{REAL}<{holder}>C<footer>Summary</footer></{holder}></div>"
    assert main_part(html) is None
    assert main_part(f"{html}{END}") == html
    assert main_part(f"{html}{END}</{holder.upper()}>") is None


CERTAIN = {
    # What stands before the main part, and whether that is sure to begin there.
    **{"": True, "<p>Results</p>": True, "<!-- a -->": True, "<title>a</title>": True},
    **{"<!-- a": False, "<title>": False, "<script></script><script>": False},
    **{"<base href=x>": False, "<p>1 of 2</p>": False},
    # words that hide something are in a text, in what is no tag, and in tags
    **{"<div>Nothing is hidden": True, "<div>1 < 2 hidden": True, "<p>a</p hidden>": True},
    **{"<img hidden>": True, "<input type=hidden>": True, "<link hidden>": True},
    **{"<meta content=none>": True, "<div hidden>": False, "<div style='display:none'>": False},
    **{"<div class=sr-only>": False, "<div hidden></div>": True, "<DIV HIDDEN></DIV>": True},
    **{"<div hidden><p></p></div>": True, "<div hidden><div></div>": False},
    **{"<div hidden></div><p hidden>": False, "<h1 hidden></h1>": True},
    **{f"<p {'a' * 1990} hidden></p>": True, f"<p {'a' * 2010} hidden></p>": False},
}


@pytest.mark.parametrize("before", CERTAIN)
def test_main_part_begins_with_its_tag_if_nothing_before_it_may_hide_it(before: str) -> None:
    part = f"<main>{MARK}{REAL}</main>"
    assert main_part(f"{before}{part}") == (part if CERTAIN[before] else f"{before}{part}")


@pytest.mark.parametrize(
    "before", ["hidden ", "<p hidden></p>", "<p hidden ", "<!--", "of ", "of<b> ", "<title>"]
)
def test_whatever_stands_before_takes_no_longer_than_it_is_long(before: str) -> None:
    short, long = (
        partial(main_part, f"{before * 10_000 * times}<main>{MARK}{REAL}</main>")
        for times in (1, 8)
    )
    assert takes_at_most(24, long, short)
