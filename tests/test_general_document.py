"""Documents' own pages on sites of which no profile says what only such pages have."""

import json
import re
from html import escape
from pathlib import Path

import pytest
from harvests import Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer

from harvester.outcomes import Reason, Unreadable
from harvester.pages import read_document
from harvester.record import Record, Term
from harvester.sites.profile import read_profile
from harvester.sites.site import general_site

URL = "https://a.example/letters/7"
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Letter 7 | The Archive</title></head><body>
<header><h1>The Archive</h1></header><nav><p>Menu: all</p><p>Language: English</p></nav>
<main><h2>Letter 7</h2><p>A note: not all of this is sure.</p>{}</main>
<footer><p>Phone: 12</p><p>Mail: me</p></footer></body></html>"""
SAID = {"Date": ["12 May 1950"], "People": ["A. Smith", "B. Jones"]}


def read(html: str, url: str = URL) -> Record:
    return read_document(html, url, general_site(url))


FORMS = {
    "list of terms": "<dl><dt>Date<dd>12 May 1950<dt>People</dt><dd>A. Smith<dd>B. Jones</dl>",
    "list of terms in divisions": "<dl><div><dt>Date:</dt><dd>12 May 1950</dd></div>"
    "<div><dt>People</dt><dd><ul><li>A. Smith<li>B. Jones</ul></dd></div></dl>",
    "table with headers": "<table><tr><th>Date</th><td>12 May 1950</td></tr>"
    "<tr><th>People</th><td>A. Smith<p>B. Jones</td></tr></table>",
    "table without": "<table><tr><td>Date:</td><td>12 May 1950</td></tr><tr><td colspan=2></td>"
    "</tr><tr><td>People</td><td><p>A. Smith</p><p>B. Jones</p></td></tr></table>",
    "bold in a line": "<p><b>Date:</b> 12 May 1950</p><p><b>People</b>: A. Smith<br>B. Jones</p>",
    "bold in one block": "<p><strong>Date:</strong> 12 <i>May</i> 1950<br/>"
    "<strong>People:</strong> A. Smith<br>B. Jones</p>",
    "fields": '<div class="field"><div class="field__label">Date</div><div>12 May 1950</div></div>'
    '<div class="field"><div class="field__label">People</div><div><p>A. Smith</p><p>B. Jones</p>'
    "</div></div>",
    "links in lines": "<dl><dt>Date</dt><dd>12 May 1950</dd><dt>People</dt><dd>"
    '<a href="/a">A. Smith</a><br> <a href="/b">B. Jones</a></dd></dl>',
    "links in lines of a table": "<table><tr><th>Date</th><td>12 May 1950</td></tr><tr><th>People"
    '</th><td><a href="/a">A. Smith</a><br/><a href="/b">B. Jones</a></td></tr></table>',
    "fields side by side": '<div><span class="label">Date:</span> <span>12 May 1950</span>'
    ' <span class="label">People:</span> <p>A. Smith</p><p>B. Jones</p></div>',
}


@pytest.mark.parametrize("form", FORMS)
def test_labels_and_values_stand_as_they_are(form: str) -> None:
    record = read(PAGE.format(FORMS[form]))
    assert (record.document, record.link, record.title) == ("letters/7", URL, "Letter 7")
    assert record.other == SAID
    assert (record.terms, record.date_text, record.aliases) == ([], None, [])


@pytest.mark.parametrize(
    "kind",
    [
        *("BreadcrumbList", "ListItem", "Organization", "SearchAction", "SiteNavigationElement"),
        *("WebSite", "WPHeader", "WPFooter", "WPSideBar", "ImageObject", "Person", "ItemList"),
        *("Manuscript", "PersonalLetter"),
    ],
)
def test_microdata_of_something_else_than_the_document_is_not_its(kind: str) -> None:
    said = f'<div itemscope itemtype="https://schema.org/{kind}"><b itemprop="text">Ink</b></div>'
    is_own = kind in ("Manuscript", "PersonalLetter")
    record = read(PAGE.format(FORMS["list of terms"] + said))
    assert record.other == SAID | ({"text": ["Ink"]} if is_own else {})


SINGLE = {
    "lines": ("<p>Date: 1950<br>Place: Oslo</p>", {"Date": ["1950"], "Place": ["Oslo"]}),
    "items": ("<ul><li>Date: 1950</li><li>Place: Oslo: the port</li></ul>",
              {"Date": ["1950"], "Place": ["Oslo: the port"]}),
    "headings": ("".join(f'<div class="property"><h4>{label}</h4><div>{label} 1</div></div>'
                         for label in ("Creator", "Date", "Publisher")),
                 {label: [f"{label} 1"] for label in ("Creator", "Date", "Publisher")}),
    "bold cells": ("".join(f'<div class="row"><div class="c3"><strong>{label}</strong></div>'
                           f'<div class="c9">{label} 1</div></div>'
                           for label in ("Creator", "Date", "Publisher")),
                   {label: [f"{label} 1"] for label in ("Creator", "Date", "Publisher")}),
    "bold without a colon": ("<ul>" + "".join(f"<li><b>{label}</b> {label} 1</li>"
                                              for label in ("Creator", "Date", "Publisher")),
                             {label: [f"{label} 1"] for label in ("Creator", "Date", "Publisher")}),
    "spans": ('<div><span class="part"><span class="label">By: </span>A. Smith</span> '
              '<span class="part"><span class="label">Year: </span><a href="/y">1950</a></span>',
              {"By": ["A. Smith"], "Year": ["1950"]}),
    "cells that are called labels": (
        '<table><tr><td class="label-cell">dc.date</td><td>1950</td><td>en</td></tr><tr>'
        '<td class="label-cell">dc.title</td><td>Letter</td><td></td></tr></table>',
        {"dc.date": ["1950", "en"], "dc.title": ["Letter"]}),
    "a side bar beside": (
        "<dl><dt>By<dd>A<dt>Place<dd>Oslo</dl>" + '<div class="sidebar">' + "".join(
            f'<div class="widget"><h3>{name}</h3><p>Some</p></div>' for name in ("A", "B", "C")
        ) + "</div>", {"By": ["A"], "Place": ["Oslo"]}),
    "microdata": ('<div itemscope itemtype="https://schema.org/Manuscript"><meta itemprop='
                  '"dateCreated" content="1950-05-12"><a itemprop="author" href="/a">A. Smith</a>'
                  '<div itemprop="publisher" itemscope itemtype="https://schema.org/Organization">'
                  '<b itemprop="name">P</b></div></div>',
                  {"dateCreated": ["1950-05-12"], "author": ["A. Smith"]}),
    "one label twice": ("<dl><dt>By<dd>A<dt>By<dd>B<dt>Date<dd>1950</dl>",
                        {"By": ["A", "B"], "Date": ["1950"]}),
    "hidden": ('<dl><dt>By<dd>A<dt>Date<dd>1950</dl><dl hidden><dt>Key<dd>5</dl>'
               '<dl style="display:none"><dt>Key<dd>6</dl>', {"By": ["A"], "Date": ["1950"]}),
    "no value": ("<dl><dt>By<dd> <dt>Date<dd>1950<dt>Place<dd>Oslo</dl>",
                 {"Date": ["1950"], "Place": ["Oslo"]}),
    "other letters": ("<dl><dt>Год<dd>1950<dt>場所<dd>東京</dl>",
                      {"Год": ["1950"], "場所": ["東京"]}),
    "a table of dates beside": (
        "<dl><dt>By<dd>A<dt>Place<dd>Oslo</dl><table><tr><td>1 May 1950</td><td>One</td></tr>"
        "<tr><td>2 May 1950</td><td>Two</td></tr></table>", {"By": ["A"], "Place": ["Oslo"]}),
}  # fmt: skip


@pytest.mark.parametrize("form", SINGLE)
def test_further_forms(form: str) -> None:
    html, said = SINGLE[form]
    assert read(PAGE.format(html)).other == said


def lines(form: str, names: list[str]) -> str:
    return "".join(form.format(name, number) for number, name in enumerate(names))


NOTHING = "nothing on it says that it is a document's: it has no labels such as"
REFUSED = {
    "prose": ("<p>It was said: no.</p><p>They came, they saw.</p>", NOTHING),
    "one label": ("<dl><dt>Date<dd>1950</dl>", NOTHING),
    "log-in": ("<form><p><label>User:</label> <input></p><p><label>Password:</label> <input></p>"
               "</form>", NOTHING),
    "a form for comments": (
        "<p><b>User:</b> as you like <select><option>A</select></p>"
        "<p><b>Words:</b> not many <textarea>B</textarea></p>"
        "<p><b>Remarks:</b> if any <textarea>C</textarea></p>",
        NOTHING,
    ),
    "talk in bold": (lines("<p><b>{}:</b> Words {}.</p>", ["Smith", "Jones"] * 3), NOTHING),
    "talk": (lines("<p>{}: Words {}.</p>", ["Smith", "Jones"] * 3), NOTHING),
    "sections": ("".join(f"<p><b>{name}</b> This is said.</p>" for name in "ABC"), NOTHING),
    "data": ("<table><tr><th>Date</th><th>Title</th></tr><tr><td>1950</td><td>A</td></tr></table>",
             NOTHING),
    "not found": ("<h3>Page not found</h3><p>Sorry, there is nothing here.</p>", NOTHING),
    "several": ('<div class="r"><p>Date: 1950<br>By: A</p></div>' * 3,
                'it shows several documents: "Date" stands 3 times on it'),
    "listing": ("<p>Results 1 - 10 of 12</p><dl><dt>By<dd>A<dt>Date<dd>1950</dl>",
                "it is a listing, which states 1 - 10 of 12"),
    "torn": ('<dl><dt>By<dd>A<dt>Date<dd>1950 <b class="x" <i>May</i></b></dl>',
             "a tag lacks its end"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_page_of_a_document_is_refused_by_name(case: str) -> None:
    html, sentence = REFUSED[case]
    with pytest.raises(Unreadable) as told:
        read(PAGE.format(html))
    assert sentence in str(told.value)
    assert str(told.value).startswith(f"{URL} can't be read as a document: ")
    assert told.value.why is Reason.NO_DOCUMENT


def test_page_without_a_title_is_refused() -> None:
    html = "<h3>A</h3><h3>B</h3><dl><dt>By<dd>A<dt>Date<dd>1950</dl>"
    with pytest.raises(Unreadable, match="it shows no title that is certain"):
        read(f"<!DOCTYPE html><html><body>{html}</body></html>")


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("Letter 7", "<h1>Letter 7</h1>", "Letter 7"),
        ("The Archive: Letter 7", "<header><h1>The Archive</h1></header><h2>Letter 7</h2>",
         "Letter 7"),
        ("Letter 7 - The Archive of us all", "<h1>The Archive of us all</h1><h2>Letter 7</h2>",
         "Letter 7"),
        ("Items", "<article><header><h1>Letter 7</h1></header></article>", "Letter 7"),
        ("Items", "<nav><h1>Menu</h1></nav><h1>Letter 7</h1>", "Letter 7"),
    ],
)  # fmt: skip
def test_title_is_the_document_s(head: str, body: str, title: str) -> None:
    labels = "<dl><dt>By</dt><dd>A</dd><dt>Date</dt><dd>1950</dd></dl>"
    page = f"<!DOCTYPE html><html><title>{head}</title><body>{body}{labels}</body></html>"
    assert read(page).title == title


def test_cut_page_is_whole_or_refused() -> None:
    """Wherever it is cut: it has all labels, or is refused; once it has begun to say something, for
    its end, so that it is asked for again."""
    html = PAGE.format(FORMS["list of terms in divisions"])
    whole = read(html)
    for length in range(html.index("<main>"), len(html)):
        try:
            assert read(html[:length]).other == whole.other, html[:length]
        except Unreadable as problem:
            begun = html.index("<dl>") < length < html.index("</main>")
            assert problem.why is Reason.BROKEN_OFF or not begun, html[:length]


PROFILE = """
name = "Letters"
home = "https://a.example"
[documents]
address = "/letters/{id}"
[listing]
addresses = [{ path = "/list" }]
[document.labels]
"by" = "author"
"kept at" = "archive"
"call number" = "source"
[document.hints]
title = [".name"]
date = [".when"]
summary = [".about"]
transcript = [".text"]
scan = [".scans a"]
"""
MAPPED = PAGE.format(
    '<p class="name">To the Minister</p><p class="when">12 May 1950</p>'
    '<div class="about"><p>On peace.</p><p>And war.</p></div>'
    "<dl><dt>By:</dt><dd>A. Smith</dd><dd>B. Jones</dd><dt>Kept at</dt><dd>Town hall</dd>"
    "<dt>Call number</dt><dd>L 7</dd><dt>Call number</dt><dd>L 8</dd><dt>Size</dt><dd>2 p.</dd>"
    '</dl><div class="text" lang="de"><p>Sehr geehrter Herr:</p><p><b>Ich:</b> bitte.</p></div>'
    '<div class="scans"><a href="/scans/7.pdf#page=1">Scan</a>'
    '<a href="https://b.example/7.pdf">Elsewhere</a></div>'
)


def test_profile_says_what_labels_mean_and_where_the_rest_is(tmp_path: Path) -> None:
    file = tmp_path / "letters.toml"
    file.write_text(PROFILE)
    record = read_document(MAPPED, URL, read_profile(file))
    assert (record.document, record.title, record.date_text) == (
        "7",
        "To the Minister",
        "12 May 1950",
    )
    assert record.summary == "On peace.\n\nAnd war."
    assert record.terms == [
        Term("author", "A. Smith"),
        Term("author", "B. Jones"),
        Term("archive", "Town hall"),
    ]
    assert (record.source, record.other) == ("L 7", {"Call number": ["L 8"], "Size": ["2 p."]})
    ((label, language, text),) = [(one.label, one.language, one.text) for one in record.transcripts]
    assert (label, language, text) == (None, "de", "Sehr geehrter Herr:\n\nIch: bitte.")
    assert [(one.url, one.label) for one in record.files] == [
        ("https://a.example/scans/7.pdf", "Scan")
    ]


def test_links_to_pdfs_are_scans_unless_a_profile_says_more() -> None:
    html = (
        FORMS["list of terms"] + '<a href="/7.pdf">Scan</a> <a href="https://b.example/8.pdf">8</a>'
    )
    assert [one.url for one in read(PAGE.format(html)).files] == ["https://a.example/7.pdf"]


def test_inspect_shows_the_record(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE.format(FORMS["table with headers"]))
    for more, document in (((), None), (("--url", URL), "letters/7")):
        done = scrapy("inspect", "--json", *more, str(file))
        said = json.loads(done.stdout)
        assert (done.returncode, said["kind"], said["refused"]) == (0, "document", None)
        assert (said["record"]["document"], said["record"]["other"]) == (document, SAID)
    file.write_text(PAGE.format(REFUSED["prose"][0]))
    assert scrapy("inspect", str(file)).returncode == 65


ROW = '<tr><td class="date">{1} May 1950</td><td><a href="/letters/{0}">Letter {0}</a></td></tr>'
LISTING = "<!DOCTYPE html><html><p>1 - {0} of {0}</p><table>{1}</table></html>"
LETTERS = ("7", "8", "9")


@pytest.fixture
def letters(httpserver: HTTPServer) -> HTTPServer:
    """A site that nobody knows, with a listing of three, and their own pages."""
    serve_listing(httpserver)
    for number in LETTERS:
        serve(httpserver, number, f"A & B {number}")
    return httpserver


def serve_listing(server: HTTPServer) -> None:
    server.expect_request("/robots.txt").respond_with_data("")
    rows_of = "".join(ROW.format(number, number) for number in LETTERS)
    listing = LISTING.format(len(LETTERS), rows_of)
    server.expect_request("/list").respond_with_data(listing, content_type="text/html")


def serve(server: HTTPServer, number: str, people: str) -> None:
    labels = f"<dl><dt>Date<dd>{number} May 1950<dt>People<dd>{escape(people)}</dl>"
    page = PAGE.format(labels).replace("Letter 7", f"Letter {number}")
    server.expect_request(f"/letters/{number}").respond_with_data(page, content_type="text/html")


def details_of(server: HTTPServer, folder: Path, *arguments: str, **more: object) -> Harvest:
    """They belong to a site that is named by its host."""
    wanted = (f"url={server.url_for('/list')}", f"site={server.host}:{server.port}", "name=letters")
    options = {"HARVEST_DB": folder / "harvest.db", **more}
    asked = (*wanted, "details=yes", *arguments)
    return harvest(*(part for one in asked for part in ("-a", one)), **options)


OTHER = "SELECT id, other FROM documents ORDER BY id"


def test_details_of_any_site_are_stored_and_their_changes_told(
    letters: HTTPServer, tmp_path: Path
) -> None:
    done = details_of(letters, tmp_path)
    assert (done.code, done.complaints, done.run["details_fetched"]) == (0, [], 3)
    assert [(row["id"], json.loads(row["other"])) for row in rows(done.db, OTHER)] == [
        (f"letters/{number}", {"Date": [f"{number} May 1950"], "People": [f"A & B {number}"]})
        for number in LETTERS
    ]
    letters.clear()
    serve_listing(letters)
    for number in LETTERS:
        serve(letters, number, "C" if number == "8" else f"A & B {number}")
    again = details_of(letters, tmp_path, "full=yes")
    assert (again.code, again.complaints) == (0, [])
    told = rows(
        again.db, "SELECT document, kind, field, old, new FROM changes WHERE kind = 'changed'"
    )
    ((document, field, old, new),) = [
        (row["document"], row["field"], json.loads(row["old"]), json.loads(row["new"]))
        for row in told
    ]
    assert (document, field) == ("letters/8", "other")
    assert (old["People"], new["People"]) == (["A & B 8"], ["C"])


def test_page_that_is_none_is_a_named_failure(letters: HTTPServer, tmp_path: Path) -> None:
    """The others are stored; so are recordings, which say the same when they are read again."""
    page = PAGE.format("<p>This letter was moved.</p>")
    letters.clear()
    serve_listing(letters)
    serve(letters, "7", "A")
    letters.expect_request("/letters/8").respond_with_data(page, content_type="text/html")
    serve(letters, "9", "B")
    recording = tmp_path / "warc"
    done = details_of(letters, tmp_path, HARVEST_WARC=recording)
    assert (done.code, done.run["outcome"], done.run["details_failed"]) == (75, "complete", 1)
    failed = rows(done.db, "SELECT reason, detail FROM failures")
    assert [row["reason"] for row in failed] == ["no-document"]
    assert re.search(r"/letters/8 can't be read as a document: nothing on it", failed[0]["detail"])
    settings = (f"-sHARVEST_DB={done.db}", f"-sHARVEST_WARC={recording}")
    again = scrapy("reparse", *settings)
    assert again.returncode == 0
    assert "0 read otherwise" in again.stdout
