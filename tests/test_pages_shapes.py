"""Markups that no renderer here writes: entries found and taken apart by reading order alone."""

import pytest
from sites import WILSON

from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.pages.page import Looks, looks

SEARCH = "https://digitalarchive.wilsoncenter.org/search?search_api_fulltext=x"
A, B = '<a href="/document/a">A</a>', '<a href="/document/b">B</a>'
BOTH = [("a", "1956", "A", "S"), ("b", None, "B", None)]
LIST = f"<ul><li><p>1956</p>{A}<p>S</p></li><li>{B}</li></ul>"


def entries(html: str, url: str = SEARCH) -> list[tuple[str | None, ...]]:
    page = read_listing(html, url, WILSON)
    return [(entry.document, entry.date_text, entry.title, entry.summary) for entry in page.entries]


@pytest.mark.parametrize(
    "html",
    [
        f"<p>1 - 2 of 2</p>{LIST}",
        f"<p>Results: 1 – 2 of 2 documents</p>{LIST}",
        f"<p>Displaying 1 - 2 of 2</p>{LIST}",
        f"<p>Showing&nbsp;1&nbsp;—&nbsp;2 of 2 results.</p>{LIST}",
        f"<p>\n <b>1</b> -\n<b>2</b> of <b>1,591</b></p>{LIST}",
        f"<p>1 - 2 of 1&#160;591</p>{LIST}",
        f"<p>About 1 - 2 of 9 things</p><p>1 - 2 of 2</p>{LIST}<p>1 - 5 of 5</p>",
        f"<div>1 - 2 of 2 {LIST}</div>",
    ],
)
def test_ranges(html: str) -> None:
    assert entries(html) == BOTH


@pytest.mark.parametrize(
    "html",
    [
        # an entry's own footer is part of it
        f"<p>1 - 2 of 2</p><ul><li><p>1956</p>{A}<footer>S</footer></li><li>{B}</li></ul>",
        # facets and menus around, and between the range and the entries
        f'<nav>Home</nav><p>1 - 2 of 2</p><aside>1970 <a href="?f[0]=x">Moscow</a></aside>{LIST}',
        # the range in a part of the frame, its words in several elements
        f"<nav><b>1</b> - <b>2</b> of<i> 2</i></nav>{LIST}",
        # the entries in a part of the frame, with the range
        f"<aside><p>1 - 2 of 2</p>{LIST}</aside>",
    ],
)
def test_main_part_is_read_as_the_whole_page_is(html: str) -> None:
    assert entries(f"<main>{html}</main>") == entries(html) == BOTH


@pytest.mark.parametrize(
    "html",
    [
        # an image and "Read more" lead to the same document
        f'<ul><li><a href="/document/a"><img src="x"></a><i>1956</i><h3>{A}</h3>'
        f'<p>S <a href="/document/a">Read more</a></p></li><li><h3>{B}</h3></li></ul>',
        # a link around the whole entry
        '<ul><li><a href="/document/a"><p>1956</p><h3>A</h3><p>S</p></a></li>'
        '<li><a href="/document/b"><p class="card-title">B</p></a></li></ul>',
        # one cell each
        f"<table><tr><th>Date<th>Title<th>Summary</tr><tr><td>1956<td>{A}<td>S</tr>"
        f"<tr><td>&nbsp;<td>{B}<td></tr></table>",
        # all on one level, told apart by class
        f'<div><p class="d">1956</p><h3>{A}</h3><p class="s">S</p><h3>{B}</h3></div>',
        # facets, a menu and teasers around the results
        '<div><h4>Places</h4><ul><li><a href="?f[0]=places:1">Moscow</a> (12)</li></ul></div>'
        f'<nav><a href="/document/c">C</a></nav>{LIST}'
        '<aside>1970 <a href="/document/d">D</a></aside>',
        # hidden text, comments and scripts are no text
        f'<ul><li><span hidden>x</span><p>1956</p><p style="display: none">y</p>{A}<!-- z -->'
        f'<script>1</script><p>S</p></li><li><b class="sr-only">Title</b>{B}</li></ul>',
        # a pager right after the entries
        LIST.replace("</ul>", '<li><a href="?page=1&amp;search_api_fulltext=x">2</a></li></ul>'),
        # links as an archive of the web or a mirror writes them
        LIST.replace("/document/a", "/web/2024id_/https://digitalarchive.wilsoncenter.org/document/a/")
        .replace("/document/b", "http://mirror.example/document/b?x=1#top"),
    ],
)  # fmt: skip
def test_shapes(html: str) -> None:
    assert entries("<p>1 - 2 of 2</p>" + html) == BOTH


@pytest.mark.parametrize("tag", ["h1", "h2", "h3", "h4", "h5", "h6"])
def test_heading_of_any_level_is_a_title(tag: str) -> None:
    """Within a link that goes around a whole entry."""
    rows = (("a", f"<p>1956</p><{tag}>A</{tag}><p>S</p>"), ("b", f"<{tag}>B</{tag}>"))
    shown = "".join(f'<li><a href="/document/{name}">{text}</a></li>' for name, text in rows)
    assert entries(f"<p>1 - 2 of 2</p><ul>{shown}</ul>") == BOTH


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<div><p>1956</p><h3>{A}</h3><p>S</p></div>", ("a", "1956", "A", "S")),
        (f"<p>1956</p><h3>{A}</h3><p>S</p><footer>End</footer>", ("a", "1956", "A", "S")),
        (f"<div><h2>Documents</h2><ul><li>{A}</li></ul></div>", ("a", None, "A", None)),
        (f"<ul><li>n.d. {A}<p>S</p><p>T</p></li></ul>", ("a", "n.d.", "A", "S\n\nT")),
        (f"<ul><li>{A} S<br>T<br><br>U</li></ul>", ("a", None, "A", "S T\n\nU")),
        (
            '<p><a href="/document/%61%c3%a9~x%27">A</a></p>',
            ("a%C3%A9~x%27", None, "A", None),
        ),
    ],
)
def test_a_single_entry(html: str, expected: tuple[str | None, ...]) -> None:
    assert entries("<p>1 - 1 of 1</p>" + html) == [expected]


def test_note_between_the_range_and_the_entries_is_none_of_them() -> None:
    """Even where the range is the page's first text, and the note is marked up as a summary."""
    rows = f"<article><p>1956</p>{A}<p>S</p></article><article>{B}</article>"
    assert entries(f"<div><p>1 - 2 of 2</p><p>A note.</p>{rows}</div>") == BOTH


@pytest.mark.parametrize(
    ("length", "markup", "is_read"),
    [
        (80, "<p>{}</p>", True),
        (81, "<p>{}</p>", False),
        # unless the markup says that it is a date
        (81, '<p class="date">{}</p>', True),
        (81, '<div class="date"><p>{}</p></div>', True),
        (81, '<div class="date"><div><p>{}</p></div></div>', True),
        (81, "<time><p>{}</p></time>", True),
        (81, '<p class="update">{}</p>', False),
        (81, '</li><li class="date"><p>{}</p>', False),
    ],
)
def test_date_in_words_has_80_characters_at_the_most(
    length: int, markup: str, is_read: bool
) -> None:
    words = "w" * length
    html = f"<p>1 - 2 of 2</p>{LIST.replace('<p>1956</p>', markup.format(words))}"
    if is_read:
        assert entries(html)[0] == ("a", words, "A", "S")
    else:
        with pytest.raises(Unreadable, match="more than a date"):
            entries(html.replace("<li></li>", ""))


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("June 10, 1991", Looks.DATE),
        ("undated", Looks.DATE),
        ("February 30, 1960", Looks.UNCLEAR),
        ("some time in May", Looks.UNCLEAR),
        ("1" * 40, Looks.UNCLEAR),
        ("1" * 41, Looks.PROSE),
        ("They met in 1960, and parted.", Looks.PROSE),
        ("A plain remark", Looks.PROSE),
    ],
)
def test_short_text_with_a_number_or_a_month_may_be_a_date(text: str, look: Looks) -> None:
    assert looks(text) is look


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p>2 - 1 of 2</p>", "states a range that can't be"),
        ("<p>1 - 5 of 2</p>", "states a range that can't be"),
        (f"<p>0 - 1 of 2</p>{LIST}", "states a range that can't be"),
        (f"<p>0 - 2 of 2</p>{LIST}", "states a range that can't be"),
        (f"<p>1 - 0 of 2</p>{LIST}", "states a range that can't be"),
        ("", "states no range"),
        (LIST, "states no range"),
        (f"<p>1 - 2 of 2 pages</p>{LIST}", "states no range"),
        (f"<p>1 - 3 of 3</p>{LIST}", "2 of these 3"),
        (f"{LIST}<p>1 - 2 of 2</p>", "0 of these 2"),
        (f"<p>1 - 2 of 2</p><h2>Popular Documents</h2>{LIST}", "heading for teasers"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('<p>', '<p>Memo</p><p>')}", "more than a date"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('1956', 'word ' * 20)}", "more than a date"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('1956', '').replace('>S', '>1956')}", "a date after it"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('>A<', '> <')}", "no title"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('>S', f'>{A[:-5]}Another</a>')}", "several titles"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('</li><li>', '</li>Stray<li>')}", "belongs to none"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('</ul>', '<li>Lost</li></ul>')}", "belongs to none"),
        (f"<p>1 - 2 of 2</p><p>1957</p>{LIST}", "stands before its entries"),
        (f"<p>1 - 2 of 2</p>{LIST.replace('S', '<a href=/x>PDF</a>')}", "no part of one"),
        (
            '<p>1 - 2 of 2</p><a href="/document/a"><p>1956</p><p>A</p></a>'
            '<a href="/document/b"><p>B</p></a>',
            "no heading tells",
        ),
        (f"<p>1 - 2 of 2</p><div>1956 {A}<br>S<br>1957 {B}</div>", "without an element"),
        (
            f"<p>1 - 2 of 2</p><div><p>1956</p><h3>{A}</h3><p>S</p><p class=d>1957</p>"
            f"<h3>{B}</h3></div>",
            "may be a date or the end of a summary",
        ),
        (f"<p>1 - 2 of 2</p><dl><dt>{A}<dd>February 30, 1960<dt>{B}</dl>", "may be a date"),
        (f"<p>1 - 2 of 2</p><dl><dt>{A}<dd>1960<dd>S<dt>{B}</dl>", "where no entry begins"),
        (f"<p>1 - 2 of 2</p><dl><dd>1955<dd>1956<dt>{A}<dd>S<dt>{B}</dl>", "where no entry begins"),
        (f"<p>1 - 2 of 2</p><h3>{A}</h3><p>S</p><h3>{B}</h3><div>End</div>", "below the entries"),
        (
            f"<p>1 - 2 of 2</p><dl><dd>1956<dt>{A}<dd>S<dt>{B}</dl><dd>T</dd>",
            "may belong to its last entry",
        ),
        *(
            (f"<p>1 - 2 of 2</p><div><h3>{A}</h3><p>S</p><h3>{B}</h3></div>{stray}", "its last")
            for stray in (
                "<div><p>T</p></div>",
                "<div><p>T</p><p>U</p></div>",
                "<div><div><p>T</p></div><p>U</p><p>V</p></div>",
            )
        ),
    ],
)
def test_what_is_not_certain_is_not_read(html: str, reason: str) -> None:
    with pytest.raises(Unreadable) as problem:
        entries(html)
    assert reason in str(problem.value)
    assert str(problem.value).startswith(SEARCH)
    assert str(problem.value).endswith(".")


@pytest.mark.parametrize(
    "html",
    [
        "<p>0 - 0 of 0</p>",
        "<p>0 results</p>",
        "<div>No results found.</div>",
        "<p>Your search returned no documents.</p>",
        "<p>Sorry, no records were found.</p><h2>Popular Documents</h2>" + LIST,
    ],
)
def test_an_empty_listing(html: str) -> None:
    assert entries(html) == []


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<p>No results found.</p>", "https://digitalarchive.wilsoncenter.org/people/major-john"),
        ("<p>We are sorry that no results found their way here.</p>", SEARCH),
        (
            '<div class="views-row"><a href="/document/a">A</a></div><p>No results found.</p>',
            SEARCH,
        ),
        ("<nav>No results found.</nav>", SEARCH),
    ],
)
def test_not_an_empty_listing(html: str, url: str) -> None:
    with pytest.raises(Unreadable, match="states no range"):
        entries(html, url)
