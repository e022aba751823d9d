"""Text comes through a page as it is, but for white space."""

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from markup import MARKUPS, PLAIN, Listing, linked, render
from sites import WILSON

from harvester.dates import read_date, says_undated
from harvester.pages import read_listing
from harvester.pages.elements import fold

SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=x"

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"))
LINES = st.text(LETTERS, min_size=1, max_size=60).map(fold).filter(bool)
PROSE = LINES.map(lambda text: f"{text} is discussed at length, and then put aside again.")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        (" a  b\n", "a b"),
        ("a\tb\r\nc", "a b c"),
        ("a\u00a0b", "a b"),
        ("a \u00a0 b\u00a0", "a b"),
        ("a\u2009b\u200bc", "a\u2009b\u200bc"),
        ("\u00a0", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("html", "title", "summary"),
    [
        ("<a href='/document/a'>R&amp;D &lt;b&gt; &amp;amp;</a>", "R&D <b> &amp;", None),
        ("<a href='/document/a'>“Two Chinas.\"</a><p>in1955, it's [?]</p>", "“Two Chinas.\"",
         "in1955, it's [?]"),
        ("<a href='/document/a'>Ichir&#333; <i>K</i>ōno</a><p>Amerykańskiej&nbsp;</p>",
         "Ichirō Kōno", "Amerykańskiej"),
        ("<a href='/document/a'>金日成 — Совет</a><p>a<sup>2</sup> &mdash; b\n c</p><p> </p>",
         "金日成 — Совет", "a2 — b c"),
        ("<a href='/document/a'>A</a><div>one<p>two</p>three</div>", "A", "one\n\ntwo\n\nthree"),
    ],
)  # fmt: skip
def test_text_in_a_page(html: str, title: str, summary: str | None) -> None:
    page = f"<p>1 - 1 of 1</p><ul><li>{html}</li></ul>"
    (entry,) = read_listing(page, SEARCH, WILSON).entries
    assert (entry.title, entry.summary) == (title, summary)


@pytest.mark.parametrize("markup", MARKUPS)
@examples(80)
@given(titles=st.lists(LINES, min_size=1, max_size=4), prose=st.lists(PROSE, max_size=3))
def test_any_text_comes_through(markup: str, titles: list[str], prose: list[str]) -> None:
    entries = [
        {
            "href": f"/document/d{number}",
            "date_text": "May 1956" if number % 2 else None,
            "title": title,
            "summary": "\n\n".join(prose[number:]) or None,
        }
        for number, title in enumerate(titles)
    ]
    page = Listing(url=SEARCH, entries=entries, total=len(entries), range_form=PLAIN)
    read = read_listing(render(markup, page), SEARCH, WILSON).entries
    want = [
        (entry["date_text"], entry["title"], entry["summary"]) for entry in linked(markup, entries)
    ]
    assert [(entry.date_text, entry.title, entry.summary) for entry in read] == want


@examples(80)
@given(date=LINES.filter(lambda text: not (read_date(text) or says_undated(text))), prose=LINES)
def test_any_text_comes_through_where_the_markup_tells_it_apart(date: str, prose: str) -> None:
    said = {"date_text": date, "title": prose, "summary": f"{prose} is meant."}
    entries = [{"href": f"/document/{name}", **said} for name in "ab"]
    for markup in ("today", "views", "earlier"):
        page = Listing(url=SEARCH, entries=entries, total=2, range_form=PLAIN)
        read = read_listing(render(markup, page), SEARCH, WILSON).entries
        assert [(entry.date_text, entry.title, entry.summary) for entry in read] == [
            (date, prose, f"{prose} is meant.")
        ] * 2
