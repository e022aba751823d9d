"""Listings that need more than a selector for each part: entries that are several elements or loose
text, dates in headings above them, entries without a link, titles that are hidden at first, pagers
that are scripts."""

import re
from pathlib import Path

import pytest

from harvester.items import Listing
from harvester.outcomes import BadUsage, Unreadable
from harvester.pages import read_listing
from harvester.sites.profile import profile_in

URL = "https://a.example/list"
PROFILE = """
name = "Archive"
home = "https://a.example"
[documents]
address = "{address}"
[listing]
addresses = [{{ path = "/list", parameter = "p", states_range = {stated} }}]
{listing}
"""


def read(
    body: str,
    listing: str,
    *,
    stated: bool = False,
    address: str = "/{+id}",
    url: str = URL,
) -> Listing:
    """What a page says by a profile."""
    said = PROFILE.format(address=address, stated=str(stated).lower(), listing=listing)
    html = f"<html><body><h1>Letters</h1>{body}</body></html>"
    return read_listing(html, url, profile_in("an-archive", said))


def said(listing: Listing) -> list[tuple[str | None, ...]]:
    return [(one.document, one.title, one.date_text, one.summary) for one in listing.entries]


def refused(body: str, listing: str, **more: bool | str) -> str:
    with pytest.raises(Unreadable) as told:
        read(body, listing, **more)  # type: ignore[arg-type]
    return str(told.value)


THREE = [("a", "On peace", "1 May 1950"), ("b", "On war", "2 June 1951"), ("c", "On ice", "1952")]
SHAPES = {
    # The profile's keys, what stands around entries, an entry, and what is read of its summary.
    "a heading and paragraphs": (
        'begins = "h3"\ntitle = "h3 a"\ndate = ".d"\nsummary = ".s"',
        "<div>{}</div>",
        '<h3><a href="/{0}">{1}</a></h3><p class=d>{2}</p><p class=s>About it.</p>',
        "About it.",
    ),
    "two rows of a table": (
        'begins = "tr.first"\ntitle = "a"\ndate = "td:nth-child(2)"\nsummary = "tr + tr td"',
        "<table>{}</table>",
        '<tr class=first><td><a href="/{0}">{1}</a></td><td>{2}</td></tr>'
        "<tr><td colspan=2>About it.</td></tr>",
        "About it.",
    ),
    "a term and its definitions": (
        'begins = "dt"\ntitle = "dt a"\ndate = "dd:last-child"\nsummary = "dt + dd"',
        "<dl>{}</dl>",
        '<dt><a href="/{0}">{1}</a></dt><dd>About it.</dd><dd>{2}</dd>',
        "About it.",
    ),
    "lines of a paragraph": (
        "lines = \"#l\"\nbegins = \"line:contains('Sent:')\"\ntitle = \"a\"\n"
        "date = \"line:contains('Sent:')\"\ndate_within = true\nnamed_only = true",
        "<p id=l><br>{}</p>",
        'Sent: {2}<br><a href="/{0}">{1}</a>, 3 pages<br><br>',
        None,
    ),
    "labels in a cell": (
        'lines = "td"\nentry = "tr"\ntitle = "line:contains(\'Title:\')"\n'
        "date = \"line:contains('Date:')\"\nlink = \"a\"\nignore = [\"line b\"]\nnamed_only = true",
        "<table>{}</table>",
        '<tr><td><b>Date:</b> {2}<br/><b>Title:</b> {1}<br/><a href="/{0}">PDF</a></td></tr>',
        None,
    ),
    "the first of a cell's lines": (
        'lines = "td.t"\nentry = "tr"\ntitle = "line:first-child"\ndate = ".d"\nlink = "a"\n'
        "named_only = true",
        "<table>{}</table>",
        '<tr><td class=t>{1}<br><i>By a clerk</i></td><td class=d>{2}</td>'
        '<td><a href="/{0}">PDF</a></td></tr>',
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_entry_is_what_a_profile_makes_of_several_elements(case: str) -> None:
    listing, around, entry, summary = SHAPES[case]
    wanted = [(name, title, date, summary) for name, title, date in THREE]
    whole = "".join(entry.format(*one) for one in THREE)
    assert said(read(around.format(whole), listing)) == wanted
    stated = f"<p>1 - 3 of 3</p>{around.format(whole)}"
    assert said(read(stated, listing, stated=True)) == wanted
    for lost in range(3):
        left = "".join(entry.format(*one) for number, one in enumerate(THREE) if number != lost)
        sentence = refused(f"<p>1 - 3 of 3</p>{around.format(left)}", listing, stated=True)
        assert "but 2 entries are where the profile has them" in sentence


def test_entry_that_begins_with_nothing_known_is_told() -> None:
    """An entry whose first element differs becomes a part of the one before, which is refused."""
    listing, around, entry, _ = SHAPES["a heading and paragraphs"]
    whole = "".join(entry.format(*one) for one in THREE)
    for other in ("b", "c"):
        torn = whole.replace(f'<h3><a href="/{other}"', f'<h4><a href="/{other}"')
        for more in ("", 'date = "h3 + .d"\nsummary = "h3 + p + p"\nnamed_only = true'):
            keys = f'begins = "h3"\ntitle = "h3 a"\n{more}' if more else listing
            assert "where the profile has" in refused(around.format(torn), keys)


GROUPS = (
    "<h2>May 1950</h2><ul><li><a href='/a'>A</a></li><li><a href='/b'>B</a></li></ul>"
    "<h2>June 1951</h2><ul><li><a href='/c'>C</a></li></ul>"
)
ABOVE = 'entry = "li"\ntitle = "a"\ndate_above = "h2"'


def dates(body: str, listing: str = ABOVE) -> list[str | None]:
    return [one.date_text for one in read(body, listing).entries]


@pytest.mark.parametrize(
    ("heading", "date"),
    [
        ("<h2>May 1950</h2>", "May 1950"),
        ("<h2>Sent in the week of 1 May 1950:</h2>", "1 May 1950"),
        ("<h2>Meetings of the Council in 1946<br>(latest first)</h2>", "1946"),
        ("<h2 hidden>1950</h2>", "1950"),
        ("<h2>undated</h2>", "undated"),
    ],
)
def test_heading_has_the_date_of_all_entries_below_it(heading: str, date: str) -> None:
    body = GROUPS.replace("<h2>May 1950</h2>", heading)
    assert dates(body) == [date, date, "June 1951"]


@pytest.mark.parametrize(
    ("own", "heading", "date"),
    [
        ("31 December", "Meetings in 1946", "31 December 1946"),
        ("31", "December 1946", "31 December 1946"),
        ("3 May 1947", "Meetings in 1946", "3 May 1947"),
        ("", "Meetings in 1946", "1946"),
    ],
)
def test_heading_completes_the_date_of_an_entry(own: str, heading: str, date: str) -> None:
    row = "<li><i>{}</i> <a href='/{}'>T</a></li>"
    body = f"<h2>{heading}</h2><ul>{''.join(row.format(own, name) for name in 'abcd')}</ul>"
    assert dates(body, f'{ABOVE}\ndate = "i"') == [date] * 4


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (GROUPS.replace("May 1950", "Letters"), 'the heading "Letters" has no date'),
        (GROUPS.replace("<h2>May 1950</h2>", ""), "no heading with a date stands above an entry"),
        (GROUPS.replace("h2>June", "h3>June"), "belongs to none of its entries"),
    ],
)
def test_heading_that_is_not_as_the_profile_has_it_is_told(body: str, sentence: str) -> None:
    assert sentence in refused(body, ABOVE)


def test_year_alone_is_a_date_where_the_profile_says_that_one_is_there() -> None:
    listing = 'entry = "li"\ntitle = "a"\ndate = "i"\ndate_within = true'
    texts = ("(b. 1858)", "(b. 1825*, Lund)", "(1901/1902?)", "(Box 1234567)", "(b. 9999)", "")
    rows = "".join(f"<li><a href='/{n}'>T{n}</a> <i>{text}</i></li>" for n, text in
                   enumerate(texts))  # fmt: skip
    assert dates(f"<ul>{rows}</ul>", listing) == ["1858", "1825", None, None, None, None]


@pytest.mark.parametrize("text", ["2016年03月18日 23時5分", "等: 2016年03月18日"])
def test_date_in_chinese_or_japanese_signs_is_found_in_a_longer_text(text: str) -> None:
    listing = 'entry = "li"\ntitle = "a"\ndate = "i"\ndate_within = true'
    body = f"<ul><li><a href='/a'>A</a> <i>{text}</i></li></ul>"
    assert dates(body, listing) == ["2016年03月18日"]


def test_date_in_korean_letters_is_found() -> None:
    listing = 'entry = "li"\ntitle = "a"\ndate = "i"\ndate_within = true'
    body = "<ul><li><a href='/a'>A</a> <i>(2016년 3월 18일)</i></li></ul>"
    assert dates(body, listing) == ["2016년 3월 18일"]


HEADS = {"title": "Case Name", "date": "Filed", "link": "No.", "other": "Judge"}
CELLS = {"title": "{1}", "date": "{2}", "link": '<a href="/{0}">7</a>', "other": "A. Weber"}
COLUMNS = """
entry = "tr:has(a)"
columns = { title = "case name:", date = "Filed", link = "No." }
named_only = true
"""


def table(order: tuple[str, ...], rows: int = 3, head: str = "<tr>{}</tr>") -> str:
    heads = "".join(f"<td><b>{HEADS[name]}</b></td>" for name in order)
    row = "".join(f"<td>{CELLS[name]}</td>" for name in order)
    entries = "".join(f"<tr>{row.format(*one)}</tr>" for one in THREE[:rows])
    return f"<table>{head.format(heads)}{entries}</table>"


@pytest.mark.parametrize(
    "order",
    [
        ("title", "date", "link", "other"),
        ("other", "link", "date", "title"),
        ("link", "title", "other", "date"),
    ],
)
def test_columns_are_found_by_their_headers_wherever_they_stand(order: tuple[str, ...]) -> None:
    wanted = [(name, title, date, None) for name, title, date in THREE]
    assert said(read(table(order), COLUMNS)) == wanted
    above = "<tr><th colspan=4>Cases</th></tr><tr>{}</tr>"
    assert said(read(table(order, head=above), COLUMNS)) == wanted


def test_cells_that_span_several_columns_or_rows_are_counted() -> None:
    head = "<tr><th colspan=2>No.</th><th>Case Name</th><th>Filed</th></tr>"
    listing = COLUMNS.replace(', link = "No."', "")
    row = "<tr><td>{0}</td><td><a href='/{0}'>7</a></td><td>{1}</td><td>{2}</td></tr>"
    rows = "".join(row.format(*one) for one in THREE)
    wanted = [(name, title, date, None) for name, title, date in THREE]
    assert said(read(f"<table>{head}{rows}</table>", listing)) == wanted
    spread = rows.replace("<td>a</td>", "<td rowspan=3>x</td>")
    spread = spread.replace("<td>b</td>", "").replace("<td>c</td>", "")
    assert said(read(f"<table>{head}{spread}</table>", listing)) == wanted
    shared = rows.replace("<td>1 May 1950</td>", "<td rowspan=2>1 May 1950</td>")
    shared = shared.replace("<td>2 June 1951</td>", "")
    days = ["1 May 1950", "1 May 1950", "1952"]
    assert dates(f"<table>{head}{shared}</table>", listing) == days
    within = f"{listing}date_within = true"
    assert dates(f"<table>{head}{shared}</table>", within) == days
    titled = rows.replace("<td>On peace</td>", "<td rowspan=2>On peace</td>")
    sentence = refused(f"<table>{head}{titled.replace('<td>On war</td>', '')}</table>", listing)
    assert 'a cell below "case name:" belongs to several rows' in sentence


@pytest.mark.parametrize(
    ("span", "entries", "bodies"), [("2", 2, 1), ("150", 150, 1), ("0", 3, 2), ("9", 3, 2)]
)
def test_date_beside_several_rows_ends_with_them(span: str, entries: int, bodies: int) -> None:
    """0 rows are all that are left in a table's body, and no cell goes on in another."""
    head = "<tr><th>Filed</th><th>Case Name</th><th>No.</th></tr>"
    row = "<tr>{1}<td>T{0}</td><td><a href='/{0}'>7</a></td></tr>"
    day = f"<td rowspan={span}>1950</td>"
    rows = "".join(row.format(n, "" if n else day) for n in range(entries))
    last = row.format("x", "<td>1951</td>")
    between = "</tbody><tbody>" if bodies > 1 else ""
    body = f"<table>{head}<tbody>{rows}{between}{last}</tbody></table>"
    assert dates(body, COLUMNS) == ["1950"] * entries + ["1951"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Filed", "Date", 'has no row of headers with "case name:" and "No." and "Filed"'),
        ("Judge", "Filed", 'several columns are headed "Filed"'),
        ("table", "div", "an entry is in no table"),
    ],
)
def test_table_that_is_not_as_the_profile_has_it_is_told(old: str, new: str, sentence: str) -> None:
    body = table(("title", "date", "link", "other")).replace(old, new)
    assert sentence in refused(body, COLUMNS.replace("tr:has(a)", "tr:has(a), div"))


UNLINKED = 'entry = "tr"\ntitle = ".t"\ndate = ".d"\nunlinked = ".n"\nnamed_only = true'
ROW = "<tr><td class=n>{0}</td><td class=t>{1}</td><td class=d>{2}</td>{3}</tr>"
PDF = "<td><a href='/{}.pdf'>PDF</a></td>"


@pytest.mark.parametrize("url", [URL, f"{URL}?p=3&q=x#y"])
def test_entry_without_a_link_is_known_by_its_name_in_the_listing(url: str) -> None:
    rows = ROW.format("24-1", "Smith v. Doe", "1 May 1950", PDF.format("x"))
    rows += ROW.format("24/2 b", "Doe v. Smith", "2 May 1950", "")
    found = read(f"<table>{rows}</table>", UNLINKED, url=url).entries
    assert [one.document for one in found] == ["x.pdf", "list#24%2F2%20b"]
    assert [one.link for one in found] == [
        "https://a.example/x.pdf",
        "https://a.example/list#24%2F2%20b",
    ]
    free = read(f"<table>{rows}</table>", UNLINKED, address="{+url}").entries
    assert [one.document for one in free] == [one.link for one in found]


def test_entry_without_a_link_is_refused_if_nothing_names_it_alone() -> None:
    rows = [ROW.format("24-1", title, "1950", "") for title in ("A", "B")]
    same = "".join(rows)
    assert '2 entries without a link are named "24-1"' in refused(
        f"<table>{same}</table>", UNLINKED
    )
    bare = rows[0].replace("24-1", "")
    assert "no link to a document, and no name" in refused(f"<table>{bare}</table>", UNLINKED)
    assert "no link to a document" in refused(
        f"<table>{rows[0]}</table>", UNLINKED.replace('unlinked = ".n"', "")
    )


def test_link_that_is_not_where_the_profile_has_it_makes_no_entry_without_one() -> None:
    rows = ROW.format("24-1", "A", "1950", PDF.format("x"))
    assert "no link to a document" in refused(
        f"<table>{rows}</table>", f'{UNLINKED}\nlink = "a.full"'
    )


@pytest.mark.parametrize("hidden", ["<button>{}</button>", "<div hidden>{}</div>",
                                    '<div style="display: none">{}</div>'])  # fmt: skip
def test_title_and_date_that_are_named_are_read_where_they_are_hidden(hidden: str) -> None:
    """An accordion has them on buttons; of the rest, what is hidden stays so."""
    head = hidden.format("<b>{1}</b><time>{2}</time>")
    entry = f'<li>{head}<p hidden>Not shown.</p><a href="/{{0}}">View</a></li>'
    listing = 'entry = "li"\ntitle = "b"\ndate = "time"\nsummary = "p"\nnamed_only = true'
    body = f"<ul>{''.join(entry.format(*one) for one in THREE)}</ul>"
    wanted = [(name, title, date, None) for name, title, date in THREE]
    assert said(read(body, listing)) == wanted
    tabs = f"<div hidden>{body}</div>"
    assert said(read(tabs, listing)) == wanted
    scripted = f"<script>{body}</script>"
    assert "shows no entries where the profile has them" in refused(scripted, listing)


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("<b>{2}</b> — {1}", "On peace"),
        ("{1}, <b>{2}</b>", "On peace"),
        ("<b>{2}</b> {1}", "On peace"),
        ("<b>{2}</b>: - {1}", "On peace"),
    ],
)
def test_what_parts_a_title_from_its_date_is_in_neither(link: str, title: str) -> None:
    entry = f'<li><a href="/{{0}}">{link}</a></li>'
    body = f"<ul>{''.join(entry.format(*one) for one in THREE)}</ul>"
    found = read(body, 'entry = "li"\ntitle = "a"\ndate = "b"').entries
    assert (found[0].title, found[0].date_text) == (title, "1 May 1950")


ENTRIES = "<ul><li><a href='/a'>A</a></li><li><a href='/b'>B</a></li></ul>"
LISTING = 'entry = "li"\ntitle = "a"\n'


@pytest.mark.parametrize(
    ("pager", "following"),
    [
        ('<a class=n href="#">Next</a>', "?p=1"),
        ('<a class=n href="javascript:go(2)">Next</a>', "?p=1"),
        ('<a class=n onclick="go(2)">Next</a>', "?p=1"),
        ("<button class=n>Next</button>", "?p=1"),
        ("<button class=n disabled>Next</button>", None),
        ('<a class=n href="#" aria-disabled=true>Next</a>', None),
        ("<span class=n>Next</span>", None),
        ("", None),
    ],
)
def test_page_that_a_script_turns_is_reckoned(pager: str, following: str | None) -> None:
    """Where the profile names what is pressed for the next page, and how pages are numbered."""
    found = read(ENTRIES + pager, f'{LISTING}next = ".n"').next_url
    assert found == (following and URL + following)


def test_page_that_a_script_turns_is_refused_if_pages_have_no_numbers() -> None:
    said = PROFILE.replace(', parameter = "p"', "").format(
        address="/{+id}", stated="false", listing=f'{LISTING}next = ".n"'
    )
    html = f"<html>{ENTRIES}<a class=n href='#'>Next</a></html>"
    with pytest.raises(Unreadable, match="shows no link to the next page"):
        read_listing(html, URL, profile_in("an-archive", said))


def test_listing_of_one_page_has_no_next_one() -> None:
    """Unless a range says that there must be one."""
    body = f'{ENTRIES}<a href="#">Next</a> <a href="?p=4">Last</a>'
    assert "may show further entries" in refused(body.replace('href="?p=4"', ""), LISTING)
    one = f"{LISTING}one_page = true"
    assert read(body, one).next_url is None
    sentence = refused(f"<p>1 - 2 of 9</p>{body}", one, stated=True)
    assert "1 - 2 of 9, and its profile says that there is no other page" in sentence
    assert read(f"<p>1 - 2 of 2</p>{body}", one, stated=True).total == 2


def test_range_that_is_ignored_counts_no_entries() -> None:
    """A page may state what a script shows of its entries."""
    body = f"<p class=r>1 - 1 of 2</p>{ENTRIES}"
    assert "but 2 entries are where" in refused(body, LISTING)
    found = read(body, f'{LISTING}ignore = [".r"]')
    assert (found.total, len(found.entries)) == (None, 2)


def test_documents_may_be_on_any_host() -> None:
    links = ["https://b.example/x?y=1", "//C.example/z", "/list/a", "http://a.example/b#c"]
    rows = "".join(f"<li><a href='{link}'>T{n}</a></li>" for n, link in enumerate(links))
    body = f"<ul>{rows}</ul><p><a href='mailto:clerk@a.example'>Write</a></p>"
    found = read(body, LISTING, address="{+url}").entries
    assert [one.link for one in found] == [
        "https://b.example/x?y=1",
        "https://c.example/z",
        "https://a.example/list/a",
        "https://a.example/b",
    ]
    assert [one.document for one in found] == [one.link for one in found]
    assert "has no link to a document" in refused(body, LISTING)


@pytest.mark.parametrize(
    ("listing", "address", "sentence"),
    [
        ('begins = "h3"\nentry = "li"', "/{+id}", "'begins' is for entries that are no single"),
        ('date_above = "h2"', "/{+id}", "'date_above' needs entry or begins"),
        ('one_page = true\nnext = "a"', "/{+id}", "'one_page' is for listings without a next page"),
        ('unlinked = "b"', "/{+id}", "'unlinked' needs entry or begins, and title"),
        (
            'unlinked = "b"\nentry = "li"\ntitle = "b"',
            "/x/{id}",
            "'unlinked' is for sites of which",
        ),
        ('lines = "p["', "/{+id}", "'lines' can't be used: 'p[' is no CSS selector"),
        ('begins = "p::text"', "/{+id}", "'begins' has 'p::text', which finds no element"),
        (
            'entry = "tr"\ntitle = "b"\ncolumns = { title = "Name" }',
            "/{+id}",
            "'title' is a column,",
        ),
        ('columns = { title = "Name" }', "/{+id}", "'columns' needs entry or begins"),
        ('entry = "tr"\ncolumns = { name = "Name" }', "/{+id}", "'name' is not known"),
        ('entry = "tr"\ncolumns = { date = "*" }', "/{+id}", "'date' is the text of a column's"),
        ("one_page = 1", "/{+id}", "'one_page' is true or false"),
        ("", "x{+url}", "'address' begins with / and has {id} or {+id} in it once, or is {+url}"),
    ],
)
def test_keys_that_contradict_each_other_are_told(
    listing: str, address: str, sentence: str
) -> None:
    said = PROFILE.format(address=address, stated="false", listing=listing)
    with pytest.raises(BadUsage) as told:
        profile_in("an-archive", said)
    assert sentence in str(told.value) and "line " in str(told.value)


DOCS = Path(__file__).parents[1] / "docs" / "profiles.md"
SHOWN = re.compile(
    r"### ([^\n]+)\n(?:(?!\n### ).)*?```html\n(.*?)```\s+```toml\n(.*?)```", re.DOTALL
)
TOLD = {
    "Entries of several elements": (
        "case/7",
        "Smith v. Doe",
        "3 May 1950",
        "On the rent of a mill.",
    ),
    "Loose text": ("7.pdf", "Smith v. Doe", "3 May 1950", None),
    "Columns of a table": ("7.pdf", "Smith v. Doe", "3 May 1950", None),
    "Dates in headings": ("s/88", "Greek complaint", "31 December 1946", None),
}


def test_examples_of_the_documentation_are_read_as_it_says() -> None:
    shown = {name: (html, toml) for name, html, toml in SHOWN.findall(DOCS.read_text("utf-8"))}
    assert shown.keys() == TOLD.keys()
    for name, (html, toml) in shown.items():
        rows = re.sub(r"(?s)^<td.*", r"<table><tr>\g<0></tr></table>", html)
        assert said(read(rows, toml)) == [TOLD[name]]
