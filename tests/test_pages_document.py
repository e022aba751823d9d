"""Reading a document's page: the real records in both of the site's markups, and what is none."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from make_fixtures import FIXTURES
from markup import Listing, change_tags, rename_classes, render, render_main
from markup_documents import LABELS, MARKUPS, SHAPES, Document
from markup_documents import render as render_document
from records import (
    DOCUMENTS,
    as_earlier,
    as_today,
    real_record,
    record_of,
    regrouped,
    unclassed,
    untitled,
)
from sites import WILSON

from harvester.fixture import record_data
from harvester.outcomes import Reason, Unreadable
from harvester.pages import read_document
from harvester.record import Record, Term, Transcript

SAVED = sorted(page.parent for page in FIXTURES.glob("document/*/page.json"))
OTHER = sorted(page.parent for page in FIXTURES.glob("other/*/page.json"))

VERSIONS: dict[str, Callable[[str], str]] = {
    "as-it-is": str,
    "classes-renamed": rename_classes,
    "tags-changed": change_tags,
    "both": lambda html: change_tags(rename_classes(html, seed=2)),
}


RENAMED = ("classes-renamed", "both")


def shown(record: Record, version: str) -> Record:
    """What a version of a page shows of a record."""
    record = untitled(record) if version == "both" else record
    return unclassed(record) if version in RENAMED else record


def name(path: Path) -> str:
    return path.stem[-30:]


def read(html: str, url: str) -> Record:
    return read_document(html, url, WILSON)


def real(markup: str) -> Record:
    """A record with authors, donors, a credit and a classification."""
    (path,) = (path for path in DOCUMENTS if path.stem.startswith("economic-cooperation"))
    return real_record(path, markup)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", SAVED, ids=name)
def test_saved_page_says_what_its_json_says(folder: Path, version: str) -> None:
    said = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    html = (folder / "page.html").read_text(encoding="utf-8")
    record = record_of(said["record"])
    got = read(VERSIONS[version](html), said["url"])
    assert record_data(got) == record_data(shown(record, version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", [None, *SHAPES])
@pytest.mark.parametrize("markup", MARKUPS)
def test_real_records_come_back_whole(markup: str, shape: str | None, version: str) -> None:
    for path in DOCUMENTS:
        record = real_record(path, markup)
        page = Document(record.link, record, shape=shape)
        got = read(VERSIONS[version](render_document(markup, page)), record.link)
        if shape:
            record = replace(record, terms=regrouped(record.terms, LABELS))
        assert got == shown(record, version), path.stem


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", [None, *SHAPES])
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("seed", range(3))
def test_labels_come_in_any_order(markup: str, shape: str | None, version: str, seed: int) -> None:
    record = real(markup)
    order = random.Random(seed).sample(list(LABELS), len(LABELS))
    html = render_document(markup, Document(record.link, record, tuple(order), shape))
    if markup == "earlier" and not shape:
        order = [kind for kind in order if kind != "subject"]
    want = replace(record, terms=regrouped(record.terms, order))
    assert read(VERSIONS[version](html), record.link) == shown(want, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", [None, *SHAPES])
@pytest.mark.parametrize("markup", MARKUPS)
def test_unknown_labels_are_kept(markup: str, shape: str | None, version: str) -> None:
    record = real(markup)
    record.other = {"Physical Form": ["Microfilm", "Carbon copy, faded"], "Folio": ["12"]}
    record.terms = regrouped(record.terms, LABELS if shape or markup == "today" else NO_SUBJECT)
    html = render_document(markup, Document(record.link, record, shape=shape))
    assert read(VERSIONS[version](html), record.link) == shown(record, version)


NO_SUBJECT = [kind for kind in LABELS if kind != "subject"]

LACKING = [
    ("date_text", None),
    ("summary", None),
    ("credit", None),
    ("rights", None),
    ("uploaded", None),
    ("classification", None),
    ("terms", []),
    ("transcripts", []),
    ("files", []),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(("field", "nothing"), LACKING)
def test_what_a_page_lacks_is_none(markup: str, version: str, field: str, nothing: object) -> None:
    record = replace(real(markup), **{field: nothing})
    if markup == "earlier":
        record = replace(as_earlier(record), **{field: nothing})
    html = render_document(markup, Document(record.link, record))
    assert read(VERSIONS[version](html), record.link) == shown(record, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", [None, *SHAPES])
@pytest.mark.parametrize("markup", MARKUPS)
def test_a_page_may_say_next_to_nothing(markup: str, shape: str | None, version: str) -> None:
    bare = Record("300641", WILSON.document_url("300641"), "Untitled", record_id="300641")
    record = replace(bare, document="untitled", link=WILSON.document_url("untitled"))
    record.aliases = ["300641"]
    record = record if markup == "today" else bare
    html = render_document(markup, Document(record.link, record, shape=shape))
    assert read(VERSIONS[version](html), record.link) == shown(record, version)


@pytest.mark.parametrize("hide", [False, True])
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_every_text_is_read_with_its_language(markup: str, version: str, hide: bool) -> None:
    record = real(markup)
    record.transcripts = [
        Transcript(
            "English Translation", "English", "The talks were conducted:\n\n[p. 2]\n\n[1] Sic."
        ),
        Transcript("Transcription", None, "Беседа состоялась.\n\nSource\n\nLanguage"),
        Transcript("Original Language (Russian)", "Russian", "Язык: русский"),
    ]
    html = render_document(markup, Document(record.link, record, hide=hide))
    assert read(VERSIONS[version](html), record.link) == shown(record, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(
    "text",
    [
        "Source",
        "Source\n\nRGANI, fond 80\n\nLanguage\n\nRussian\n\nRights\n\nNone",
        "Language: Russian\n\nSource: the embassy\n\nRecord ID: 7",
        "Document Information\n\nRecord ID\n\n12345\n\nAuthor(s)\n\nBrezhnev",
        "Associated Places\n\nMoscow\n\n1 - 5 of 5\n\nPopular Documents\n\nSubjects Discussed",
        "This document was made possible with support from nobody\n\n"
        '"A," History and Public Policy Program Digital Archive, RGANI',
    ],
)
def test_labels_in_a_text_are_text(markup: str, version: str, text: str) -> None:
    record = real(markup)
    record.transcripts[0].text = text
    html = render_document(markup, Document(record.link, record))
    assert read(VERSIONS[version](html), record.link) == shown(record, version)


@pytest.mark.parametrize("markup", MARKUPS)
def test_date_in_the_title_is_not_the_pages(markup: str) -> None:
    (path,) = (path for path in DOCUMENTS if "guterres" in path.stem)
    record = real_record(path, markup)
    got = read(render_document(markup, Document(record.link, record)), record.link)
    assert "17 October 1997" in got.title
    assert got.date_text == "October 22, 1997"


def test_both_generations_say_the_same() -> None:
    """But for what only one of them has: addresses, the node, the citation, the panes' names."""
    own = {"document": "", "link": "", "node": None, "citation": None, "citation_url": None}
    own |= {"files": [], "related": [], "aliases": []}
    for path in DOCUMENTS:
        said = []
        for markup in MARKUPS:
            record = real_record(path, markup)
            got = read(render_document(markup, Document(record.link, record)), record.link)
            texts = [text.text for text in got.transcripts]
            said.append((replace(got, **own, terms=sorted(got.terms), transcripts=[]), texts))
        assert said[0] == said[1]
        assert isinstance(said[0][0].terms[0], Term)


def test_earlier_site_has_source_and_date_in_its_citation() -> None:
    record = real("earlier")
    said = replace(record, source=None, date_text=None)
    got = read(render_document("earlier", Document(record.link, said)), record.link)
    assert (got.source, got.date_text) == (record.source, record.date_text)


def test_title_in_capitals_is_taken_from_where_it_is_not() -> None:
    title = "Brazil-Argentina Foz do Iguaçu Joint Declaration on Regional Nuclear Policy"
    record = as_earlier(replace(real("earlier"), title=title))
    html = render_document("earlier", Document(record.link, record))
    assert "FOZ DO IGUAçU JOINT" in html
    assert read(html, record.link).title == title
    without = html.replace(f"<title>{title} |", "<title>Digital Archive |")
    assert read(without, record.link).title == title


@pytest.mark.parametrize(
    ("shown", "said", "title"),
    [
        ("ДОКЛАД ПОСЛА NIXON", "Доклад посла Nixon", "Доклад посла Nixon"),
        ("ДОКЛАД ПОСЛА Nixon", "Доклад посла Nixon", "ДОКЛАД ПОСЛА Nixon"),
        ("Доклад посла США", "ДОКЛАД ПОСЛА США", "Доклад посла США"),
        ("ΈΚΘΕΣΗ ΤΗΣ ΠΡΕΣΒΕΊΑΣ", "Έκθεση της πρεσβείας", "Έκθεση της πρεσβείας"),
        ("STRASSE DER EINHEIT", "Straße der Einheit", "Straße der Einheit"),
        ("会谈记录 1967", "会谈记录 1967", "会谈记录 1967"),
    ],
)
def test_title_in_capitals_of_any_script(shown: str, said: str, title: str) -> None:
    record = replace(real("today"), title=said)
    html = render_document("today", Document(record.link, record))
    heading = '<h1 class="title"><span>'
    assert heading + said in html
    assert read(html.replace(heading + said, heading + shown), record.link).title == title


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(
    "main",
    [
        "",
        "<h1>Log in</h1><form><label>Username</label><input name='name'></form>",
        "<h1>Page not found</h1><p>The requested page could not be found.</p>",
        "<h1>Error</h1><p>The website encountered an unexpected error.</p>",
        "<p>May 1956</p><h1>A</h1><h2>Language</h2><p>Russian</p>",
    ],
)
def test_other_pages_are_unreadable(markup: str, version: str, main: str) -> None:
    url = WILSON.document_url("a")
    html = VERSIONS[version](render_main(markup, url=url, title="Elsewhere", main=main))
    with pytest.raises(Unreadable, match=r"it has no title|it gives no information") as problem:
        read(html, url)
    assert str(problem.value).startswith(f"{url} can't be read as a document: ")
    assert problem.value.why is Reason.NO_DOCUMENT


@pytest.mark.parametrize("folder", OTHER, ids=name)
def test_saved_pages_of_other_kinds_are_unreadable(folder: Path) -> None:
    html = (folder / "page.html").read_text(encoding="utf-8")
    with pytest.raises(Unreadable, match=r"no title|no information"):
        read(html, WILSON.document_url("a"))


@pytest.mark.parametrize("version", VERSIONS)
def test_listing_is_no_document(version: str) -> None:
    entry = {"date_text": "1956", "title": "A", "summary": "S"}
    url = "https://digitalarchive.wilsoncenter.org/search"
    html = VERSIONS[version](render("today", Listing(url, [entry], total=1)))
    with pytest.raises(Unreadable, match="address"):
        read(html, url)
    with pytest.raises(Unreadable, match="listing, which states 1 - 1 of 1"):
        read(html, WILSON.document_url("a"))


@pytest.mark.parametrize("html", ["<html></html>", "<p></p>", "text", "<title>T</title>"])
def test_empty_page_is_unreadable(html: str) -> None:
    with pytest.raises(Unreadable, match=r"no title|no information"):
        read(html, WILSON.document_url("a"))


def test_a_record_names_its_languages_and_archive() -> None:
    record = as_today(real("earlier"), "a")
    assert record.languages == ["Japanese"]
    assert record.original_archive == (
        "Diplomatic Archives of the Ministry of Foreign Affairs of Japan"
    )
    assert replace(record, terms=[]).original_archive is None
