"""Listings that no profile describes: read for certain, or refused with what speaks against it."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from costs import takes_at_most

from harvester.pages.general import GeneralListing, read_any_listing

TITLES = (
    "Minutes of the Harbour Board",
    "Letter on the Northern Fisheries",
    "Report to the Council of Ministers",
    "Memorandum on Grain Prices",
    "Telegram from the Embassy in Lima",
    "Draft of a Treaty on Rivers",
    "Notes of a Talk with the Mayor",
    "Survey of Coastal Villages",
)
MONTHS = ("January", "March", "April", "June", "July", "October", "November", "December")
PLACES = ("Lima", "Oslo", "Riga", "Bonn", "Kobe", "Cork", "Bari", "Kyiv")


def link(number: int) -> str:
    return f"/papers/{1000 + number * 7}"


def date(number: int) -> str:
    return f"{MONTHS[number]} {number + 2}, 196{number}"


def summary(number: int) -> str:
    asked = f"and asks for one by {MONTHS[number]}."
    return f"The writer describes what was agreed on in {PLACES[number]}, {asked}"


SUMMARY = summary(0)
SUMMARIES = [summary(number) for number in range(len(TITLES))]


def titled(number: int) -> str:
    return f'<a href="{link(number)}">{TITLES[number]}</a>'


def page(*parts: str) -> str:
    menu = "".join(f'<li><a href="/about/{n}">About the {n}</a></li>' for n in ("house", "shop"))
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html><html lang="en"><head><title>Papers</title></head><body>'
        f"<nav><ul>{menu}</ul></nav><main><h1>Papers</h1>{body}</main></body></html>"
    )


def many(row: Callable[[int], str]) -> str:
    return "".join(row(number) for number in range(len(TITLES)))


def table(*, header: str, row: Callable[[int], str]) -> str:
    return f"<table>{header}<tbody>{many(row)}</tbody></table>"


HEADERS = "<tr><td>Date</td><td>Case</td><td>Case title</td></tr>"
NOTE = '<td colspan=2>Those with a star were <a href="/star">revised</a></td>'
CARDS = many(
    lambda n: (
        f'<div class="card"><h3>{titled(n)}</h3><p class="when">{date(n)}</p>'
        f"<p>{summary(n)}</p></div>"
    )
)
SHAPES = {
    "cards": CARDS,
    "a list, the date after the title": "<ul>"
    + many(lambda n: f"<li>{titled(n)} ({date(n)})</li>")
    + "</ul>",
    "a table with headers": table(
        header="<tr><th>Date</th><th>Title</th><th>Pages</th></tr>",
        row=lambda n: f"<tr><td>{date(n)}</td><td>{titled(n)}</td><td>{n + 3}</td></tr>",
    ),
    "headers that are cells like others": table(
        header="<tr><td>Filed</td><td>Case Name</td><td>Number</td></tr>",
        row=lambda n: f"<tr><td>{date(n)}</td><td>{titled(n)}</td><td>{n}/77</td></tr>",
    ),
    "a body for each row": "<table>"
    + many(lambda n: f"<tbody><tr><td>{titled(n)}</td><td>{date(n)}</td></tr></tbody>")
    + "</table>",
    "a link around all": many(
        lambda n: f'<a class="tile" href="{link(n)}"><h2>{TITLES[n]}</h2><time>{date(n)}</time></a>'
    ),
    "the title beside the link": table(
        header="<tr><th>Date</th><th>Title</th><th>File</th></tr>",
        row=lambda n: (
            f'<tr><td>{date(n)}</td><td>{TITLES[n]}</td><td><a href="{link(n)}">PDF</a></td></tr>'
        ),
    ),
    "dates in headings": "".join(
        f"<h3>{date(n)}</h3><ul><li>{titled(n)}</li><li>{titled(n + 1)}</li></ul>"
        for n in (0, 2, 4, 6)
    ),
    "a day's cell beside several rows": table(
        header="<tr><th>Date</th><th>Title</th><th>Kind</th></tr>",
        row=lambda n: (
            f"<tr>{'' if n % 2 else f'<td rowspan=2>{date(n)}</td>'}<td>{titled(n)}</td>"
            "<td>Letter</td></tr>"
        ),
    ),
    "the only text without a label": many(
        lambda n: (
            f"<div class=result><p><b>{n}-CA-{n + 17}</b></p><p>{TITLES[n]}</p>"
            f"<p><b>Decree:</b> Affirmed in part</p><p><b>Filed:</b> {date(n)}</p>"
            f'<p><a href="{link(n)}">View Document</a></p></div>'
        )
    ),
    "the headers again in every month": table(
        header="",
        row=lambda n: (
            ("" if n % 4 else f"<tr><td colspan=3><h3>{MONTHS[n]} 1960</h3></td></tr>{HEADERS}")
            + f'<tr><td>{date(n)}</td><td><a href="{link(n)}">{n}-1</a></td>'
            + f"<td>{TITLES[n]}</td></tr>"
        ),
    ),
    "a note beside every month": table(
        header="",
        row=lambda n: (
            ("" if n % 4 else f"<tr><td>{MONTHS[n]} 1960</td>{NOTE}</tr>{HEADERS}")
            + f'<tr><td>{date(n)}</td><td><a href="{link(n)}">{n}-1</a></td>'
            + f"<td>{TITLES[n]}</td></tr>"
        ),
    ),
    "another link to another site": table(
        header="<tr><th>Opinion</th><th>Docket</th><th>Filed</th><th>Title</th></tr>",
        row=lambda n: (
            f'<tr><td><a href="{link(n)}">{n}-17P</a></td><td><a href="https://register.example/'
            f'c{n}">{n}-17</a></td><td>{date(n)}</td><td>{TITLES[n]}</td></tr>'
        ),
    ),
    "a title that a header names, beside linked persons": table(
        header="<tr><th>Bill</th><th>Title</th><th>Sponsor</th><th>Introduced</th></tr>",
        row=lambda n: (
            f'<tr><td><a href="{link(n)}">H. {n + 17}</a></td><td>{TITLES[n]}</td>'
            f'<td><a href="/s/{n % 3}">Member for {MONTHS[n]}</a></td><td>{date(n)}</td></tr>'
        ),
    ),
    "an index of files": table(
        header="<tr><th>Name</th><th>Last modified</th><th>Size</th></tr>"
        '<tr><td><a href="../">Parent Directory</a></td><td></td><td></td></tr>',
        row=lambda n: f"<tr><td>{titled(n)}</td><td>{date(n)}</td><td>{n + 1}.2M</td></tr>",
    ),
    "the next page in a list like the entries'": "<div><ul>"
    + many(lambda n: f"<li>{titled(n)} <i>{date(n)}</i></li>")
    + '</ul></div><div><ul><li><a href="/other">Next</a></li></ul></div>',
    "a pager in a list like the entries'": "<ul>"
    + many(lambda n: f"<li>{titled(n)} ({date(n)})</li>")
    + '</ul><ul class="pager"><li><a href="?page=1">To the first</a></li></ul>',
    "each of other classes": many(
        lambda n: (
            f'<div class="row-{n} {"odd" if n % 2 else "even"}"><h3 class="t{n}">{titled(n)}</h3>'
            f'<span class="d{n}">{date(n)}</span></div>'
        )
    ),
}


def read(html: str) -> GeneralListing:
    found = read_any_listing(html)
    assert not found.refused, found.refused
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_entries_are_read_whatever_their_shape(shape: str) -> None:
    entries = read(page(SHAPES[shape])).entries
    assert [entry.title for entry in entries] == list(TITLES)
    assert [entry.href for entry in entries] == [link(n) for n in range(len(TITLES))]
    grouped = shape in ("dates in headings", "a day's cell beside several rows")
    dates = [date(n - n % 2 if grouped else n) for n in range(len(TITLES))]
    assert [entry.date_text for entry in entries] == dates


def summaries(*parts: str) -> list[str | None]:
    return [entry.summary for entry in read(page(*parts)).entries]


def test_summary_may_be_in_the_link_of_its_title() -> None:
    html = many(
        lambda n: (
            f'<a class="tile" href="{link(n)}"><h2>{TITLES[n]}</h2><time>{date(n)}</time>'
            f"<p>{summary(n)}</p></a>"
        )
    )
    assert summaries(html) == SUMMARIES


@pytest.mark.parametrize(
    "body",
    [
        "<h3>{title}</h3><i>{date}</i><p>{said}</p>",
        # Behind the title in its own block, behind a date, and before a link that says "more".
        "<i>{date}</i><p>{title}. {said}</p>",
        "<h3>{title}</h3><p>{date} \u2013 {said}</p>",
        '<h3>{title}</h3><i>{date}</i><p>{said} <a href="{link}">Continue reading</a></p>',
        '<h3>{title}</h3><i>{date}</i><p>{said}</p><p><a href="{link}">Read more</a></p>',
        # Beside a text that is longer, but names things, or says the same each time.
        "<h3>{title}</h3><i>{date}</i><p>{said}</p><p>Quarterly Review of Foreign Relations, Vol."
        " {number}, No. 2, New Series, Lima, Riga, Oslo, Bonn, pp. 1-{number}. ISSN 0012-3456</p>",
        "<h3>{title}</h3><i>{date}</i><p>{said}</p><p>This text has not been checked by anybody,"
        " and may be used for whatever purpose as long as you tell where it is from</p>",
    ],
)
def test_summary_is_what_an_entry_says_in_sentences(body: str) -> None:
    def row(number: int) -> str:
        said = {"title": titled(number), "date": date(number), "said": summary(number)}
        return f"<li>{body.format(number=number + 11, link=link(number), **said)}</li>"

    assert summaries(f"<ul>{many(row)}</ul>") == SUMMARIES


def test_summary_is_the_same_part_of_every_entry() -> None:
    long = "and the whole of this was read out to the members once more by the secretary"
    rows = many(
        lambda n: (
            f"<li><h3>{titled(n)}</h3><i>{date(n)}</i><p>{summary(n)}</p>"
            f"<div class=note>{n} {long if n == 3 else 'copies'}</div></li>"
        )
    )
    assert summaries(f"<ul>{rows}</ul>") == SUMMARIES


def test_summary_has_all_its_paragraphs_with_links_or_without() -> None:
    def said(number: int) -> str:
        half, rest = SUMMARIES[number].split(", ")
        parts = (f'{half}, <a href="/x">{rest}</a>', f"{half},</p><p>{rest}", SUMMARIES[number])
        return f"<p>{parts[number % 3]}</p>"

    rows = many(lambda n: f"<li><h3>{titled(n)}</h3><i>{date(n)}</i>{said(n)}</li>")
    assert summaries(f"<ul>{rows}</ul>") == SUMMARIES


def test_names_and_numbers_are_no_summary() -> None:
    rows = many(lambda n: f"<li>{titled(n)} <i>{date(n)}</i><p>FO 371/{n}, {n}, 7{n}, A1</p></li>")
    assert summaries(f"<ul>{rows}</ul>") == [None] * len(TITLES)


def test_values_of_one_cell_are_joined_as_the_page_joins_them() -> None:
    html = table(
        header="<tr><th>Date</th><th>Title</th><th>Authors</th></tr>",
        row=lambda n: (
            f"<tr><td>{date(n)}</td><td>{titled(n)}</td>"
            f'<td><em><a href="/a/1">Ono, {n}</a>; <a href="/a/2">Sato, {n}</a></em></td></tr>'
        ),
    )
    assert [one.other["Authors"] for one in read(page(html)).entries] == [
        f"Ono, {n}; Sato, {n}" for n in range(len(TITLES))
    ]


def test_other_columns_are_kept_under_their_headers() -> None:
    entries = read(page(SHAPES["a table with headers"])).entries
    assert [entry.other for entry in entries] == [{"Pages": str(n + 3)} for n in range(8)]


LABELLED = {
    "in bold": "<b>Judge:</b> {judge}<br><b>Court:</b> {court}",
    "in one text": "<p>Judge: {judge}</p><p>Court: {court}</p>",
    "as definitions": "<dl><dt>Judge</dt><dd>{judge}</dd><dt>Court</dt><dd>{court}</dd></dl>",
}


@pytest.mark.parametrize("way", LABELLED)
def test_labelled_values_are_kept_under_their_labels(way: str) -> None:
    judges = ("A. Weber", "B. Novak", "C. Moreau")
    courts = ("Lima", "Oslo")
    labelled = [LABELLED[way].format(judge=judges[n % 3], court=courts[n % 2]) for n in range(8)]
    rows = many(lambda n: f"<li><h3>{titled(n)}</h3><i>{date(n)}</i><div>{labelled[n]}</div></li>")
    entries = read(page(f"<ul>{rows}</ul>")).entries
    assert [entry.other for entry in entries] == [
        {"Judge": judges[n % 3], "Court": courts[n % 2]} for n in range(8)
    ]


def test_title_is_told_by_its_label() -> None:
    rows = many(
        lambda n: (
            f'<li><a href="{link(n)}">View</a><br><b>Court:</b> The Court of {MONTHS[n]}<br>'
            f"<b>Filed:</b> {date(n)}<br><b>Case title:</b> {TITLES[n]}</li>"
        )
    )
    entries = read(page(f"<ul>{rows}</ul>")).entries
    assert [entry.title for entry in entries] == list(TITLES)
    assert [entry.date_text for entry in entries] == [date(n) for n in range(8)]


@pytest.mark.parametrize(
    "hiding", ['class="sr-only"', 'style="display: none"', "hidden", 'class="visually-hidden"']
)
def test_what_is_hidden_is_no_part_of_a_title(hiding: str) -> None:
    rows = many(lambda n: f"<li>{titled(n)} <i>{date(n)}</i></li>")
    rows = rows.replace("</a>", f" <span {hiding}>(opens in a new window)</span></a>")
    assert [entry.title for entry in read(page(f"<ul>{rows}</ul>")).entries] == list(TITLES)


def test_comments_are_no_end_of_a_page() -> None:
    rows = many(lambda n: f"<!-- {n} --><li>{titled(n)}<!-- of --> <i>{date(n)}</i></li>")
    entries = read(page(f"<!-- list --><ul>{rows}</ul>")).entries
    assert [entry.title for entry in entries] == list(TITLES)
    assert [entry.date_text for entry in entries] == [date(n) for n in range(len(TITLES))]


def test_a_day_in_pieces_is_one_date() -> None:
    rows = many(
        lambda n: (
            f"<div><p><b>{n + 2}</b> <i>{MONTHS[n]}</i> <u>196{n}</u></p><h3>{titled(n)}</h3></div>"
        )
    )
    dates = [entry.date_text for entry in read(page(rows)).entries]
    assert dates == [f"{n + 2} {MONTHS[n]} 196{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("said", "proof"),
    [("8 results", "total"), ("Number of items: <b>8</b>.", "total"), ("9 results", "none")],
)
def test_stated_total_proves_the_entries_of_an_only_page(said: str, proof: str) -> None:
    found = read(page(f"<p>{said}</p>", CARDS))
    assert (found.proof, found.total) == (proof, int("".join(filter(str.isdigit, said))))
    assert bool(found.findings) == (proof == "none")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("5. října 2012 - 20:35", "5. října 2012 - 20:35"),
        ("18 marzo, 2016", "18 marzo, 2016"),
        ("Posted by A. Clerk on Friday 20th of July, 2012", "Friday 20th of July, 2012"),
        ("2012-07-20", "2012-07-20"),
        ("20.07.2012", "20.07.2012"),
        ("SUMMER 2006", "SUMMER 2006"),
        ("3 days ago", "3 days ago"),
    ],
)
def test_dates_are_shown_as_they_are_written(said: str, shown: str) -> None:
    rows = many(lambda n: f"<li><b>{titled(n)}</b> <span>{said}</span></li>")
    assert {entry.date_text for entry in read(page(f"<ul>{rows}</ul>")).entries} == {shown}


@pytest.mark.parametrize("said", ["19/35", "2023-F1", "No. 22-1234", "2022-MP-09", "room 12/3b"])
def test_numbers_are_no_dates(said: str) -> None:
    rows = many(lambda n: f"<li><b>{titled(n)}</b> <span>{said}</span></li>")
    assert {entry.date_text for entry in read(page(f"<ul>{rows}</ul>")).entries} == {None}


BARE = f"<ul>{many(lambda n: f'<li>{titled(n)}</li>')}</ul>"
PICTURES = many(
    lambda n: f'<div class="c"><a href="{link(n)}"><img src="/{n}"> {TITLES[n]}</a></div>'
)
UNDATED = {
    "a pager behind": BARE + '<p>1 <a href="?page=2">2</a> <a href="?page=2">Next</a></p>',
    "their number above": f"<p>8 results</p>{BARE}",
    "pictures and numbers": PICTURES,
}


@pytest.mark.parametrize("sign", UNDATED)
def test_links_alone_are_a_listing_by_a_sign_that_no_menu_has(sign: str) -> None:
    entries = read(page(UNDATED[sign])).entries
    assert [(entry.title, entry.date_text) for entry in entries] == [(one, None) for one in TITLES]


MENUS = {
    "no sign": BARE,
    "a number of something else": BARE.replace("<ul>", '<div class="b"><ul>')
    + "</div><p>8 results</p>",
    "a pager of something else": BARE
    + f"<h2>Found</h2><p>{SUMMARY}</p>"
    + '<p>1 <a href="?page=2">Next</a></p>',
    "pictures of topics": PICTURES.translate(str.maketrans("0123456789", "abcdefghij")),
    "a pager behind the second of two lists": f"<div>{BARE}</div>".replace("/papers", "/m")
    + f'<div class="c">{BARE}</div><p>1 <a href="?page=2">2</a> <a href="?page=2">Next</a></p>',
    "rows between": BARE.replace("</li>", "</li></ul><p>Filed long ago, in the archive</p><ul>")
    + '<p>1 <a href="?page=2">2</a> <a href="?page=2">Next</a></p>',
}


@pytest.mark.parametrize("menu", MENUS)
def test_links_alone_are_a_menu_without_such_a_sign(menu: str) -> None:
    assert "as those of a menu are" in (read_any_listing(page(MENUS[menu])).refused or "nothing")


def test_days_with_nothing_but_a_file_are_titles() -> None:
    row = '<tr><td>{}</td><td><a href="{}">Download</a></td></tr>'
    entries = read(page(table(header="", row=lambda n: row.format(date(n), link(n))))).entries
    assert [(one.title, one.date_text) for one in entries] == [(date(n), date(n)) for n in range(8)]
    assert [one.href for one in entries] == [link(n) for n in range(8)]


@pytest.mark.parametrize("words", [TITLES, ("Minutes",) * 8])
def test_links_that_begin_with_days_are_entries(words: tuple[str, ...]) -> None:
    rows = many(lambda n: f"<li><a href={link(n)}>{date(n)} {words[n]}</a></li>")
    entries = read(page(f"<ul>{rows}</ul>")).entries
    assert [one.date_text for one in entries] == [date(n) for n in range(8)]


@pytest.mark.parametrize("said", ["{month} 1960", "Minutes of {month} 1960", "{day}"])
def test_links_to_months_or_days_are_no_entries(said: str) -> None:
    rows = many(
        lambda n: f"<li><a href={link(n)}>{said.format(month=MONTHS[n], day=date(n))}</a></li>"
    )
    assert "links to months" in (read_any_listing(page(f"<ul>{rows}</ul>")).refused or "nothing")


def test_a_heading_dates_no_entry_outside_of_what_it_heads() -> None:
    dated = f"<div>{SHAPES['dates in headings']}</div>"
    others = "".join(f'<li><a href="/shop/{n}">{TITLES[-n][::-1]}</a></li>' for n in range(4))
    found = read_any_listing(page(dated, f"<div><ul>{others}</ul></div>"))
    assert len(found.entries) in (0, 8)


def test_number_before_a_date_is_no_day_of_it() -> None:
    rows = many(lambda n: f"<li><b>{titled(n)}</b> <i>Room {n + 1}, {date(n)}</i></li>")
    entries = read(page(f"<ul>{rows}</ul>")).entries
    assert [entry.date_text for entry in entries] == [date(n) for n in range(8)]


def test_a_date_that_is_no_link_is_rather_the_entrys_than_one_that_is() -> None:
    rows = many(
        lambda n: (
            f'<div class=e><p class=a><a href="{link(n)}">May {n + 1}, 1970</a></p>'
            f"<h3>{titled(n)}</h3><p class=b>{date(n)}</p></div>"
        )
    )
    entries = read(page(rows)).entries
    assert [entry.date_text for entry in entries] == [date(n) for n in range(8)]


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        (["Kept (May 5, 1960)"], "May 5, 1960"),
        (["Kept (May 5, 1960)", "Seen (May 5, 1960)"], "May 5, 1960"),
        (["Kept (May 5, 1960)", "Seen (May 6, 1960)"], None),
        (["Kept (in May)"], None),
    ],
)
def test_entry_without_a_date_in_its_place_has_the_only_one_in_brackets(
    notes: list[str], found: str | None
) -> None:
    instead = "".join(f"<p class=n{number}>{note}</p>" for number, note in enumerate(notes))
    rows = many(
        lambda n: f"<div class=e><h3>{titled(n)}</h3>{f'<i>{date(n)}</i>' if n else instead}</div>"
    )
    entries = read(page(rows)).entries
    assert [entry.date_text for entry in entries] == [found, *map(date, range(1, 8))]


@pytest.mark.parametrize("item", ["<li>{}</li>", '<li class="short">{}</li>'])
def test_the_same_entries_without_dates_elsewhere_are_no_other_list(item: str) -> None:
    dated = SHAPES["a list, the date after the title"]
    again = f"<ul>{many(lambda n: item.format(titled(n)))}</ul>"
    entries = read(page(dated, again)).entries
    assert [(entry.title, entry.date_text) for entry in entries] == [
        (TITLES[n], date(n)) for n in range(8)
    ]


def before_titles(*offices: str) -> str:
    """Entries of which the title is no link, each behind the name of an office."""
    row = "<tr><td>{}</td><td>{}</td><td><a href='{}'>PDF</a></td></tr>"
    return table(header="", row=lambda n: row.format(offices[n % len(offices)], TITLES[n], link(n)))


def test_what_stands_before_titles_could_be_one_only_if_it_differs() -> None:
    doubt = 'is a title, rather than "North Office"'
    one, two = (
        read_any_listing(page(before_titles(*names))).refused or ""
        for names in (["North Office"], ["North Office", "South Office"])
    )
    assert doubt not in one and "nothing on the page says" in one
    assert doubt in two


@pytest.mark.parametrize(
    "address", ["/files/{}.pdf", "/files/v{0}.{0}.pdf", "/{}/file", "/f?id={}"]
)
@pytest.mark.parametrize(("number", "is_read"), [(2, True), (3, False)])
def test_links_elsewhere_to_addresses_like_the_entries_are_left_over(
    address: str, number: int, is_read: bool
) -> None:
    rows = many(lambda n: f'<li><a href="{address.format(n)}">{TITLES[n]}</a> {date(n)}</li>')
    links = "".join(
        f' <a href="{address.format(n + 50)}">The {n}th part,</a>' for n in range(number)
    )
    found = read_any_listing(page(f"<ul>{rows}</ul><p>See also{links} which say more.</p>"))
    if is_read:
        assert found.refused is None
    else:
        assert "3 links elsewhere on the page lead to addresses like" in (found.refused or "")


@pytest.mark.parametrize(
    "last", ["A letter", "<b>A letter</b>", "<i>May 5, 1960</i>", "A letter (May 5, 1960)"]
)
def test_what_is_like_the_entries_behind_the_last_is_left_over(last: str) -> None:
    rows = many(lambda n: f"<li>{titled(n)} ({date(n)})</li>")
    found = read_any_listing(page(f"<ul>{rows}<li>{last}</li></ul>"))
    assert "beside the 8 entries, 1 like them are left" in (found.refused or "")


DOUBTFUL = {
    "few, as the parts of a page are": "".join(
        f'<section><h2>{TITLES[n]}</h2><p>{SUMMARY}</p><a href="{link(n)}">Learn more</a></section>'
        for n in range(4)
    ),
    "nothing but a link, and the other entries say more": table(
        header="",
        row=lambda n: (
            f"<tr><td>{titled(n)}</td><td>{date(n) if n else ''}</td>"
            f"<td>{SUMMARY if n else ''}</td></tr>"
        ),
    ),
    "like them are left": many(
        lambda n: (
            f'<div class="c"><h5>{TITLES[n] if n % 4 else "Map"}</h5><p>{date(n) if n % 4 else ""}'
            f'</p><a href="{link(n)}"></a></div>'
        )
    ),
    "are few for so many places": "<div>"
    + "".join(
        f"<ul>{''.join(f'<li>{titled(n)} {date(n)}</li>' for n in some)}</ul><p>{SUMMARY}</p>"
        for some in ((0, 1, 2), (3,))
    )
    + "</div>",
    'Board" is a title': table(
        header="<tr><th>Filed</th><th>Title</th><th>File</th><th></th></tr>",
        row=lambda n: (
            f'<tr><td>{date(n)}</td><td>Map</td><td><a href="{link(n)}">PDF</a></td>'
            f"<td>{TITLES[n]}</td></tr>"
        ),
    ),
    "nothing on the page says": table(
        header="",
        row=lambda n: (
            f"<tr><td>{date(n)}</td><td>Anna {MONTHS[n]}</td>"
            f'<td><a href="{link(n)}">PDF</a></td></tr>'
        ),
    ),
    "goes on with what stands before it": many(
        lambda n: f'<li><h3>{date(n)}</h3> - {TITLES[n]} <a href="{link(n)}">PDF</a></li>'
    ),
    "part of the page's frame": f"<p>{SUMMARY * 20}</p>"
    + f'<div class="menu">{many(lambda n: f"<p>{titled(n)}</p>")}</div>',
    "two parts of an entry could be its title": many(
        lambda n: f'<div><p>{titled(n)}</p><p><a href="/of/{n}">{TITLES[-1 - n]}</a></p></div>'
    ),
    "looks like a title": table(
        header="<tr><th>Docket</th><th>Date</th></tr>",
        row=lambda n: f'<tr><td><a href="{link(n)}">{n}/66</a></td><td>{date(n)}</td></tr>',
    ),
    "differ in their numbers alone": many(
        lambda n: f'<div><a href="{link(n)}">Document number {n} of the series</a> {date(n)}</div>'
    ),
    "its title is none of them": table(
        header="<tr><th>Title</th><th>Record</th><th>Scan</th></tr>",
        row=lambda n: (
            f'<tr><td>{TITLES[n]}</td><td><a href="{link(n)}">Record</a></td>'
            f'<td><a href="{link(n)}.pdf">Scan</a></td></tr>'
        ),
    ),
    "says that": table(
        header="",
        row=lambda n: (
            f"<tr><td>{TITLES[n]}</td><td>{TITLES[n - 3][:12]}</td>"
            f'<td><a href="{link(n)}">PDF</a></td></tr>'
        ),
    ),
    "elements are of the same kind": "<div>"
    + many(lambda n: f'<p class="c">{titled(n)} <i>{date(n)}</i></p>')
    + "".join(f"<p><a href='/x/{n}'>A paper of another kind, {n}</a></p>" for n in range(3))
    + "</div>",
    "dates stand outside": many(
        lambda n: f"<div><h3>{titled(n)}</h3><p>{summary(n)}</p></div><p>Added {date(n)}</p>"
    ),
    "two lists of the page could be meant": f"<ul>{many(lambda n: f'<li>{titled(n)}</li>')}</ul>"
    + "<ol>"
    + many(lambda n: f'<li><a href="/other/{n}">{TITLES[n][::-1]}</a></li>')
    + "</ol>",
}


@pytest.mark.parametrize("doubt", DOUBTFUL)
def test_what_is_not_certain_is_refused_and_says_why(doubt: str) -> None:
    found = read_any_listing(page(DOUBTFUL[doubt]))
    assert doubt in (found.refused or "nothing")
    assert (found.entries, bool(found.best)) == ([], True)


def test_page_without_anything_repeated_is_refused() -> None:
    found = read_any_listing("<html><body><p>We have moved.</p></body></html>")
    assert found.refused == "nothing on it is repeated as the entries of a listing are"


def test_an_entry_whose_title_is_not_where_the_others_have_it_is_not_left_out() -> None:
    broken = CARDS.replace(f"<h3>{titled(3)}</h3>", f"<b>{TITLES[3]}</b>")
    assert "8 elements are of the same kind" in (read_any_listing(page(broken)).refused or "")


PAGERS = {
    "rel": '<div class="pager"><a href="?page=2" rel="next">»</a></div>',
    "word": '<div><a href="?page=0">Previous</a> <a href="?page=2">Next page</a></div>',
    "word and number": '<div><a href="?page=2">Next 20 results</a></div>',
    "arrow": '<ul class="pagination"><li><a href="?page=0">‹</a><li><a href="?page=2">›</a></ul>',
    "numbers": '<p><span>1</span> <a href="?page=2">2</a> <a href="?page=3">3</a></p>',
    "numbers, the page's own marked": (
        '<ul><li class="active"><a href="?page=1">1</a><li><a href="?page=2">2</a>'
        '<li><a href="?page=3">3</a></ul>'
    ),
    "numbers, the page's own said": (
        '<p><a aria-current="page" href="?page=1">1</a> <a href="?page=2">2</a></p>'
    ),
    "older posts": '<div class="nav-links"><a href="?page=2">← Older posts</a></div>',
    "icon": '<div class="pager"><a href="?page=2"><i class="fa fa-chevron-right"></i></a></div>',
    "label": '<div class="pager"><a href="?page=2" aria-label="Next">→</a></div>',
}


@pytest.mark.parametrize("pager", PAGERS)
def test_next_page_is_found(pager: str) -> None:
    found = read(page(CARDS, PAGERS[pager]))
    assert (found.next, found.proof) == ("?page=2", "pager")


@pytest.mark.parametrize(
    "no_pager",
    [
        '<div class="carousel"><a href="?slide=2" class="next">Next</a></div>',
        '<p><a href="?page=1">1</a> <a href="?page=2">2</a> <span>3</span></p>',
        '<p><a href="?page=1">1</a> <a class="current" href="?page=2">2</a></p>',
        '<p><a class="active" href="/1923">1923</a> <a href="/1924">1924</a></p>',
        '<p><span>2023</span> <a href="/2024">2024</a></p>',
        '<p><a href="/2024">2024</a> <a href="/2023">2023</a></p>',
        '<div class="date-nav"><ul class="pager"><li><a href="?mini=1960-03">»</a></li></ul></div>',
        '<p><a href="/next-steps">Next steps of the archive</a></p>',
    ],
)
def test_other_links_are_no_next_page(no_pager: str) -> None:
    found = read(page(CARDS, no_pager))
    assert (found.next, found.proof) == (None, "none")


def test_stated_range_proves_the_entries() -> None:
    found = read(page("<p>1 - 8 of 20</p>", CARDS))
    assert (found.first, found.last, found.total, found.proof) == (1, 8, 20, "range")
    assert found.findings == []


def test_stated_range_that_contradicts_the_page_is_told() -> None:
    found = read(page("<p>1 - 9 of 20</p>", CARDS))
    assert found.proof != "range"
    assert found.findings == ["it states 1 - 9 of 20, and has 8 entries"]


def wrapped(html: str, chance: random.Random) -> str:
    """The same page with other tags and classes around its entries."""
    for _ in range(chance.randrange(4)):
        name = chance.choice(("content", "region", "panel", "box"))
        html = f'<div class="{name}-{chance.randrange(9)}">{html}</div>'
    return html


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", SHAPES)
def test_what_stands_around_the_entries_makes_no_difference(shape: str, seed: int) -> None:
    chance = random.Random(seed)
    aside = "<aside><p>News: we have moved to another house by the river.</p></aside>"
    entries = read(page(wrapped(SHAPES[shape], chance), aside)).entries
    assert [entry.title for entry in entries] == list(TITLES)


HOSTILE = {
    "nested divs": lambda size: "<div>x" * size,
    "nested spans": lambda size: "<span>x" * size,
    "nested lists": lambda size: "<ul><li>x" * size,
    "nested links' holders": lambda size: '<p><a href="/x">A long enough word</a><div>' * size,
    "links": lambda size: '<a href="/x/1">A long enough title</a>' * size,
    "rows": lambda size: "<table>" + "<tr><td>1 May 1950<td>A long title" * size,
    "one text": lambda size: "<p>" + "1 May " * size,
    "classes": lambda size: "".join(f'<div class="c{n} d-{n}x">A text</div>' for n in range(size)),
}


@pytest.mark.parametrize("bait", HOSTILE)
def test_cost_grows_with_the_page_and_no_faster(bait: str) -> None:
    small, large = (
        partial(read_any_listing, f"<html><body>{HOSTILE[bait](size)}") for size in (1_000, 4_000)
    )
    assert takes_at_most(3 * 4, large, small)
