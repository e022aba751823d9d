"""Listings of which a profile says where entries, and what is in them, are."""

from pathlib import Path

import pytest

from harvester.items import Entry, Listing
from harvester.outcomes import Unreadable
from harvester.pages import read_listing
from harvester.sites.profile import read_profile
from harvester.sites.site import Site

URL = "https://a.example/list"
PROFILE = """
name = "Archive"
home = "https://a.example"
[documents]
address = "/record.php?id={id}"
[listing]
addresses = [{ path = "/list", parameter = "p", states_range = %s }]
"""
TABLE = """
entry = "table tr:has(td)"
title = "td.title"
date = "td.date"
summary = "td.text"
ignore = ["td.number"]
"""
ROWS = [
    ("1", "record.php?id=a", "Letter", "12 May 1950", "On peace."),
    ("2", "/record.php?x=1&amp;id=b", "Cable", "", ""),
    ("3", "record.php?id=c", "Cable", "1951", "On war."),
]
ROW = (
    '<tr><td class="number">{}</td><td class="title"><a href="{}">{}</a></td>'
    '<td class="date">{}</td><td class="text">{}</td></tr>'
)
HEAD = "<tr><th>No.</th><th>Title</th><th>Text</th><th>Date</th></tr>"
PAGE = "<html><body><h1>Results</h1><p>{}</p><table>{}{}</table><p>{}</p></body></html>"


def site(folder: Path, listing: str, *, stated: bool = True) -> Site:
    file = folder / "an-archive.toml"
    file.write_text(PROFILE % str(stated).lower() + listing)
    return read_profile(file)


def page(*rows: str, above: str = "1 - 3 of 3", below: str = "") -> str:
    return PAGE.format(above, HEAD, "".join(rows or ROWS_OF_TABLE), below)


ROWS_OF_TABLE = [ROW.format(*row) for row in ROWS]
READ = [
    ("a", "Letter", "12 May 1950", "On peace."),
    ("b", "Cable", None, None),
    ("c", "Cable", "1951", "On war."),
]


def said(listing: Listing) -> list[tuple[str | None, ...]]:
    return [
        (entry.document, entry.title, entry.date_text, entry.summary) for entry in listing.entries
    ]


def test_everything_that_is_named_is_read_there(tmp_path: Path) -> None:
    read = read_listing(page(), URL, site(tmp_path, TABLE))
    assert said(read) == READ
    assert read.entries[0] == Entry(
        "a", "https://a.example/record.php?id=a", "Letter", "12 May 1950", "On peace."
    )
    assert (read.first, read.last, read.total, read.next_url) == (1, 3, 3, None)


@pytest.mark.parametrize("stated", [True, False])
def test_range_may_stand_anywhere_or_nowhere(stated: bool, tmp_path: Path) -> None:
    """What is below entries may not belong to them, if a range below proves that they are all."""
    for above, below in (("Found", "1 - 3 of 3"), ("1 - 3 of 3", "1 - 3 of 3"), ("Found", "")):
        html = page(above=above, below=below)
        if stated and not below:
            with pytest.raises(Unreadable, match="states no range"):
                read_listing(html, URL, site(tmp_path, TABLE, stated=stated))
        else:
            assert said(read_listing(html, URL, site(tmp_path, TABLE, stated=stated))) == READ


SHAPES = {
    # What the profile says, one row, and what is read.
    "only the entry": (
        'entry = "li"',
        '<li><p>1950</p><a href="record.php?id={0}">Letter {0}</a><p>On it.</p></li>',
        ("Letter {0}", "1950", "On it."),
    ),
    "only the date, after the title": (
        'date = ".when"',
        '<li><a href="record.php?id={0}">Letter {0}</a><p>On it.</p><i class=when>1950</i></li>',
        ("Letter {0}", "1950", "On it."),
    ),
    "a date in the line of a text": (
        'entry = "li"\ndate = ".when"',
        '<li><a href="record.php?id={0}">Letter {0}</a> kept, <i class=when>1950</i>, new</li>',
        ("Letter {0}", "1950", "kept,\n\n, new"),
    ),
    "a link around everything": (
        'entry = "a.card"\ntitle = "h2"\ndate = "time"',
        '<a class=card href="record.php?id={0}"><h2>Letter {0}</h2><time>1950</time>'
        "<p>On it.</p></a>",
        ("Letter {0}", "1950", "On it."),
    ),
    "a date beside a link around the rest": (
        'entry = "li"\ntitle = "h3"\ndate = "time"',
        '<li><time>1950</time><a href="record.php?id={0}"><h3>Letter {0}</h3>'
        "<p>On it.</p></a></li>",
        ("Letter {0}", "1950", "On it."),
    ),
    "more, and what is ignored, in a summary": (
        'entry = "li"\nsummary = "div"\nignore = ["div i"]',
        '<li><a href="record.php?id={0}">Letter {0}</a><div><p>On it. <i>New!</i></p>'
        '<a href="record.php?id={0}">Read more</a></div></li>',
        ("Letter {0}", None, "On it."),
    ),
    "a date inside the title": (
        'entry = "li"\ntitle = "h3"\ndate = "h3 span"',
        '<li><h3><span>1950</span> <a href="record.php?id={0}">Letter {0}</a></h3></li>',
        ("Letter {0}", "1950", None),
    ),
    "a title beside the link": (
        'entry = "li"\ntitle = "b"\nsummary = "p"\nignore = ["a"]\nlink = "a.full"',
        '<li><b>Letter {0}</b><a href="record.php?id=no">See also</a>'
        '<a class=full href="record.php?id={0}">Document</a><p>On it.</p><p>More.</p></li>',
        ("Letter {0}", None, "On it.\n\nMore."),
    ),
    "a second link that says no more": (
        'entry = "li"\ntitle = "b"',
        '<li><a href="record.php?id={0}"><b>Letter {0}</b></a><p>On it.</p>'
        '<a href="record.php?id={0}">Read more »</a></li>',
        ("Letter {0}", None, "On it."),
    ),
    "a title that is a link elsewhere": (
        'entry = "li"\ntitle = "a.out"\nlink = "a.full"\nsummary = "i"',
        '<li><a class=out href="https://b.example/x">Letter {0}</a> <i>On it.</i> '
        '<a class=full href="record.php?id={0}">View</a></li>',
        ("Letter {0}", None, "On it."),
    ),
    "in a part of the frame": (
        'entry = "aside li"\ntitle = "b"\ndate = "footer"',
        '<li><a href="record.php?id={0}"><b>Letter {0}</b></a><footer>1950</footer></li>',
        ("Letter {0}", "1950", None),
    ),
}


@pytest.mark.parametrize("case", SHAPES)
def test_shapes(case: str, tmp_path: Path) -> None:
    listing, row, (title, date, summary) = SHAPES[case]
    rows = "".join(row.format(name) for name in "ab")
    around = "aside" if "aside" in listing else "div"
    for above, stated in (("1 - 2 of 2", True), ("", False)):
        html = f"<html><p>{above}</p><{around}><ul>{rows}</ul></{around}></html>"
        if not stated and "entry" not in listing:
            continue
        read = read_listing(html, URL, site(tmp_path, listing, stated=stated))
        assert said(read) == [(name, title.format(name), date, summary) for name in "ab"]


A, B, C = ROWS_OF_TABLE
REFUSED = {
    # The rows; the sentence; whether a range makes no difference.
    "one too few": ((A, B), "it states 1 - 3 of 3, but 2 entries are where", False),
    "one too many": (
        (A, B, C, C),
        "but 4 entries are where the profile has",
        False,
    ),
    "no title": (
        (A, B.replace('class="title"', ""), C),
        'no element where the profile has an entry\'s title, in the row "2 Cable"',
        True,
    ),
    "two titles": (
        (A, B.replace("number", "title"), C),
        "several elements where the profile",
        True,
    ),
    "no text": (
        (A, B, C.replace(">Cable<", "><")),
        "an entry's title has no text, in the row",
        True,
    ),
    "no link": ((A, B.replace("href", "name"), C), "an entry has no link to a document, in", True),
    "a link elsewhere": ((A, B.replace("record.php", "x"), C), "has no link to a document", True),
    "two documents": (
        (A, B.replace("</a>", "</a><a href='record.php?id=d'>and</a>"), C),
        "an entry has links to several documents, in the row",
        True,
    ),
    "two dates": (
        (A, B, C.replace("text", "date")),
        "several elements where the profile has an",
        True,
    ),
    "a further text": (
        (A, B, C.replace("</tr>", "<td>Box 7</td></tr>")),
        'the text "Box 7" is none of what the profile has in an entry, in the row "3 Cable 1951',
        True,
    ),
    "a text between": ((A, "<tbody><tr><th>1951</th></tr>", B, C), "belongs to none of its", True),
    "a row within a row": (
        (A, B, C.replace("On war.", f"<table>{A}</table>")),
        "one entry is in another",
        True,
    ),
}


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_as_the_profile_has_it_is_refused(
    case: str, stated: bool, tmp_path: Path
) -> None:
    rows, sentence, always = REFUSED[case]
    if not stated and not always:
        return
    html = page(*rows, above="1 - 3 of 3" if stated else "Found")
    with pytest.raises(Unreadable) as told:
        read_listing(html, URL, site(tmp_path, TABLE, stated=stated))
    assert sentence in str(told.value)


UNLIKE = '<tr class="x"><td class="big"><a href="record.php?id=d">Note</a></td></tr>'


@pytest.mark.parametrize(
    ("rows", "below"),
    [((A, UNLIKE, B, C), ""), ((A, B, C, UNLIKE), ""), ((UNLIKE, A, B, C), ""),
     ((A, B, C), '<a href="record.php?id=d">Note</a>')],
)  # fmt: skip
def test_entries_that_a_selector_misses_are_told(
    rows: tuple[str, ...], below: str, tmp_path: Path
) -> None:
    """Without a range nothing else tells of them."""
    named = TABLE.replace("tr:has(td)", "tr:has(td.title)")
    with pytest.raises(Unreadable, match=r"more stand in another markup|belongs to none of its"):
        read_listing(
            page(*rows, above="Found", below=below), URL, site(tmp_path, named, stated=False)
        )
    ignoring = named.replace('"td.number"', '"td.number", "tr.x", "p a"')
    read = read_listing(
        page(*rows, above="Found", below=below), URL, site(tmp_path, ignoring, stated=False)
    )
    assert said(read) == READ


def test_no_entries_at_all_are_no_empty_listing(tmp_path: Path) -> None:
    other = TABLE.replace("table tr", "table.hits tr")
    with pytest.raises(Unreadable, match="shows no entries where the profile has them"):
        read_listing(page(above=""), URL, site(tmp_path, other, stated=False))
    with pytest.raises(Unreadable, match="but 0 entries are where"):
        read_listing(page(), URL, site(tmp_path, other))


def test_nothing_found_counts_unless_there_are_entries(tmp_path: Path) -> None:
    archive = site(tmp_path, TABLE, stated=False)
    assert read_listing("<html><p>No results found.</p></html>", URL, archive).total == 0
    assert said(read_listing(page(above="No results found."), URL, archive)) == READ


def test_each_entry_that_is_cut_out_is_missed(tmp_path: Path) -> None:
    """The proof of a profile: with one entry less, its page is refused."""
    for lost in range(len(ROWS_OF_TABLE)):
        left = [row for number, row in enumerate(ROWS_OF_TABLE) if number != lost]
        with pytest.raises(Unreadable, match="but 2 entries are where"):
            read_listing(page(*left), URL, site(tmp_path, TABLE))


NEXT = {
    "named": ('next = "b a"', '<b><a href="?p=1">forth</a></b>', "?p=1"),
    "named, in the head": ('next = "link[rel=next]"', '<link rel=next href="/list?p=1">', "?p=1"),
    "in the head": ("", '<link rel="next" href="/list?p=1">', "?p=1"),
    "numbered": ("", '<a href="?p=1">2</a> <a href="?p=2">3</a>', "?p=1"),
    "the last": ("", '<a href="/list">1</a>', None),
    "named, but not there": ('next = "b a"', '<a href="/x?p=1">Next</a>', None),
    "named, and no link here": ('next = "a.n"', "<a class=n>Next</a>", None),
    "a label": ("", "<b>Next</b> <a>Next</a> <a rel=next>2</a>", None),
    "disabled": ("", "<button disabled>Load more</button>", None),
    "another listing's": ("", '<a href="/list?q=x&amp;p=1">2</a>', None),
}


@pytest.mark.parametrize("case", NEXT)
def test_next_page_where_nothing_states_that_there_is_one(case: str, tmp_path: Path) -> None:
    listing, pager, following = NEXT[case]
    archive = site(tmp_path, TABLE + listing, stated=False)
    found = read_listing(page(above="Found", below=pager), URL, archive).next_url
    assert found == (following and URL + following)


FURTHER = {
    "a script": '<a class="next" href="#">»</a>',
    "another script": '<a href="javascript:more()">Next page</a>',
    "a button": '<button type="button">Load more</button>',
    "another button": '<input type="submit" value="Show more results">',
    "a link that is a button": '<a href="#">View all</a>',
    "a listing that is another": '<a href="/list?q=x&amp;p=1">Next</a>',
    "a relation": '<a rel="next" href="https://b.example/list?p=1">2</a>',
}


@pytest.mark.parametrize("case", FURTHER)
def test_further_entries_that_no_link_leads_to_are_told(case: str, tmp_path: Path) -> None:
    """Nothing else tells that the listing goes on; where a range does, they don't matter, nor where
    the profile says which link leads on."""
    html = page(above="Found", below=FURTHER[case])
    with pytest.raises(Unreadable, match="may show further entries, and is no link to their page"):
        read_listing(html, URL, site(tmp_path, TABLE, stated=False))
    named = site(tmp_path, TABLE + 'next = "a.on"', stated=False)
    assert read_listing(html, URL, named).next_url is None
    stated = page(above="1 - 3 of 3", below=FURTHER[case])
    assert read_listing(stated, URL, site(tmp_path, TABLE)).next_url is None


def test_named_link_that_leads_elsewhere_is_told(tmp_path: Path) -> None:
    html = page(above="Found", below='<a class=on href="https://b.example/list?p=1">Next</a>')
    with pytest.raises(Unreadable, match='its "Next" may show further entries'):
        read_listing(html, URL, site(tmp_path, TABLE + 'next = "a.on"', stated=False))


@pytest.mark.parametrize(
    ("links", "refused"),
    [("/minutes/", None), ("", "no part of one"), ("minutes/", "no link to a document")],
)
def test_links_that_do_not_begin_as_the_profile_says_are_no_documents(
    links: str, refused: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "an-archive.toml"
    any_address = PROFILE.replace("/record.php?id={id}", "/{+id}") % "false"
    file.write_text(f'{any_address}entry = "li"\ntitle = "b"\nlinks = "{links}"\n')
    row = '<li><a href="{}"><b>A</b></a> <a href="/about">{}</a></li>'
    rows = [row.format(href, "" if links else "About") for href in ("minutes/a", "/minutes/b")]
    html = f"<ul>{''.join(rows)}</ul>"
    if refused is None:
        assert [one[0] for one in said(read_listing(html, URL, read_profile(file)))] == [
            "minutes/a",
            "minutes/b",
        ]
    else:
        with pytest.raises(Unreadable, match=refused):
            read_listing(html, URL, read_profile(file))


@pytest.mark.parametrize("listing", ["", 'next = "a.next"'])
def test_last_page_that_knows_a_later_one_is_refused(listing: str, tmp_path: Path) -> None:
    """A pager whose next link is not found must not end a listing early."""
    archive = site(tmp_path, TABLE + listing, stated=False)
    html = page(above="Found", below='<a href="?p=4">Last</a>')
    with pytest.raises(Unreadable, match=r"no link to the next page, but one to .*p=4"):
        read_listing(html, URL, archive)


@pytest.mark.parametrize(
    ("form", "urls"),
    [
        ('path = "/list", parameter = "at", step = 10', ["/list", "/list?at=10", "/list?at=20"]),
        ('path = "/list", parameter = "from", first = 1, step = 5', ["/list", "/list?from=6"]),
        ('path = "/list[/page/{page}]", first = 1', ["/list/", "/list/page/2/", "/list/page/3/"]),
        ('path = "/list[-{page}.html]", first = 1', ["/list", "/list-2.html"]),
    ],
)  # fmt: skip
def test_forms_of_addresses(form: str, urls: list[str], tmp_path: Path) -> None:
    file = tmp_path / "an-archive.toml"
    file.write_text(PROFILE.replace('path = "/list", parameter = "p"', form) % "true")
    archive = read_profile(file)
    for number, url in enumerate(urls):
        url = f"https://a.example{url}"
        assert archive.is_listing_url(url)
        assert archive.page_number(url) == number
        assert archive.page_url(url, 0) == f"https://a.example{urls[0]}"
        for other, there in enumerate(urls):
            assert archive.page_url(url, other) == f"https://a.example{there}"


OWN = {
    # Further lines of a profile, what the page says, and whether it is read.
    "the page's language": ("", "de", "Treffer 1 - 3 von 3", True),
    "none": ("", "en", "Treffer 1 - 3 von 3", False),
    "the profile's language": ('language = "de"', "en", "Treffer 1 - 3 von 3", True),
    "English besides": ('language = "de"', "fr", "1 - 3 of 3", True),
    "not the page's, if the profile has one": ('language = "de"', "fr", "1 à 3 sur 3", False),
    "words of its own": (
        '[words]\nrange = ["nos. {first} - {last} \\\\({total}\\\\)"]',
        *("xx", "Nos. 1–3 (3)", True),
    ),
}


@pytest.mark.parametrize("case", OWN)
def test_words_that_a_profile_chooses(case: str, tmp_path: Path) -> None:
    more, language, stated, is_read = OWN[case]
    top, words = ("", more) if more.startswith("[") else (more, "")
    file = tmp_path / "an-archive.toml"
    file.write_text(f"{top}\n{PROFILE % 'true'}{TABLE}{words}\n")
    html = page(above=stated).replace("<html>", f'<html lang="{language}">')
    if is_read:
        assert said(read_listing(html, URL, read_profile(file))) == READ
    else:
        with pytest.raises(Unreadable, match="states no range"):
            read_listing(html, URL, read_profile(file))


def test_what_a_profile_names_is_not_guessed_in_a_flat_listing(tmp_path: Path) -> None:
    """Dates, titles and summaries side by side: which is which, only the reading of such a listing
    tells, and that asks no selector."""
    flat = "".join(
        f'<p class=d>1950</p><h3><a href="record.php?id={name}">{name}</a></h3><p>On it.</p>'
        for name in "ab"
    )
    html = f"<html><p>1 - 2 of 2</p><div>{flat}</div></html>"
    assert [entry.date_text for entry in read_listing(html, URL, site(tmp_path, "")).entries]
    with pytest.raises(Unreadable, match="belongs to none of its entries"):
        read_listing(html, URL, site(tmp_path, 'date = ".d"'))
