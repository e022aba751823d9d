"""Today's pages of documents where they differ from those that were seen: each in one thing."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from lxml import html as lxml_html  # type: ignore[import-untyped]
from make_fixtures import chekist_anthology, kim_and_zhivkov
from markup_documents import LABELS, Document, render
from records import DOCUMENTS, real_record, record_of
from sites import WILSON

from harvester.pages import read_document
from harvester.record import Record, Related, Term, Transcript

Element = lxml_html.HtmlElement
Change = Callable[[Element], None]
ITEM = '<li class="pill-item"><a class="pill"><span class="name"><span>{}</span></span></a></li>'


def read(html: str, record: Record) -> Record:
    return read_document(html, record.link, WILSON)


def pages() -> dict[str, tuple[str, Record]]:
    """Pages by what is particular to each, with what they say."""
    made = {"conversation": kim_and_zhivkov(), "pdf": chekist_anthology()}
    said = {name: (one.html, record_of(one.page["record"])) for name, one in made.items()}
    record = real_record(next(path for path in DOCUMENTS if "economic" in path.stem), "today")
    texts = [Transcript("Transcript", None, "文\n\n本"), *record.transcripts]
    several = replace(record, transcripts=texts)
    alone = replace(record, files=[])
    pages = {"several texts": several, "one text": alone}
    return said | {
        name: (render("today", Document(one.link, one)), one) for name, one in pages.items()
    }


PAGES = pages()


def changed(html: str, *changes: Change) -> str:
    tree = lxml_html.document_fromstring(html)
    for change in changes:
        change(tree)
    return "<!DOCTYPE html>" + str(lxml_html.tostring(tree, encoding="unicode"))


def all_of(tree: Element, css: str) -> list[Element]:
    found: list[Element] = tree.cssselect(css)
    return found


def without(css: str, number: int | None = None) -> Change:
    """Takes away what a selector finds, or only one of it."""

    def change(tree: Element) -> None:
        found = all_of(tree, css)
        for element in found if number is None else found[number : number + 1]:
            element.drop_tree()

    return change


def added(css: str, html: str) -> Change:
    """Puts something behind the first element that a selector finds."""
    return lambda tree: all_of(tree, css)[0].addnext(lxml_html.fragment_fromstring(html))


def renamed(css: str, name: str, value: str) -> Change:
    return lambda tree: all_of(tree, css)[0].set(name, value)


def lacking(record: Record, *fields: str) -> Record:
    """A record without some fields, or kinds of terms."""
    gone = {one.name: None for one in dataclasses.fields(record) if one.name in fields}
    return replace(record, **gone, terms=[one for one in record.terms if one.kind not in fields])


def blocks() -> Iterator[tuple[str, int, str]]:
    """Each labelled block of each page, with what its label means."""
    meanings = {label: field for field, label in LABELS.items()}
    for name, (html, _) in PAGES.items():
        tree = lxml_html.document_fromstring(html)
        labels = all_of(tree, ".pill-block .title, .information-block .sub-title")
        for number, label in enumerate(labels):
            yield name, number, meanings[str(label.text_content()).strip()]


@pytest.mark.parametrize(("name", "number", "field"), [*blocks()])
def test_a_block_that_is_missing_is_all_that_is_missing(name: str, number: int, field: str) -> None:
    html, record = PAGES[name]
    got = read(changed(html, without(".pill-block, .information-block", number)), record)
    assert got == lacking(record, field)


SAME: dict[str, Change] = {
    "nothing": lambda tree: None,
    "summary without a class": lambda tree: all_of(tree, ".text-block")[0].attrib.pop("class"),
    "id of the pane on the title": renamed("h1", "id", "translation"),
    "id of the pane on the summary": renamed(".text-block", "id", "original"),
    "id of the pane in the footer": renamed("footer .text", "id", "transcript"),
    "id of the citation twice": renamed(".text-block", "id", "citation-text"),
    "no language but the pane's id": without(".dropdown-document-language"),
    "labels in the footer": added(
        "footer > div", '<div><h3 class="title">Source</h3><p>Of nothing</p></div>'
    ),
}
LACKING: dict[str, tuple[Change, tuple[str, ...]]] = {
    "summary": (without(".text-block"), ("summary",)),
    "text of the summary": (without(".text-block *"), ("summary",)),
    "date": (without("h2.date"), ("date_text",)),
    "citation": (without("#citation"), ("citation", "citation_url")),
    "authors": (without(".col-lg-4"), ("author", "participant")),
    "pills": (without(".pill-block"), ("place", "subject", "topic", "person")),
}


@pytest.mark.parametrize("how", SAME)
@pytest.mark.parametrize("name", PAGES)
def test_what_changes_nothing_that_is_said(name: str, how: str) -> None:
    html, record = PAGES[name]
    assert read(changed(html, SAME[how]), record) == record


RELATED: dict[str, tuple[Change, Callable[[list[Related]], list[Related]]]] = {
    "no block": (without(".documents"), lambda rows: []),
    "another heading": (
        lambda tree: setattr(all_of(tree, ".documents")[0].getprevious(), "text", "Documents"),
        lambda rows: [],
    ),
    "no first row": (without(".documents tr", 0), lambda rows: rows[1:]),
    "one row": (
        lambda tree: [row.drop_tree() for row in all_of(tree, ".documents tr")[1:]] and None,
        lambda rows: rows[:1],
    ),
    "no date": (
        without(".documents td.date p", 0),
        lambda rows: [replace(rows[0], date_text=None), *rows[1:]],
    ),
    "no summary": (
        without(".documents .text", 2),
        lambda rows: [*rows[:-1], replace(rows[-1], summary=None)],
    ),
    "no node": (
        lambda tree: [cell.attrib.clear() for cell in all_of(tree, "td.document")] and None,
        lambda rows: [replace(row, node=None) for row in rows],
    ),
}


@pytest.mark.parametrize("how", RELATED)
@pytest.mark.parametrize("name", PAGES)
def test_rows_of_related_documents_differ_by_themselves(name: str, how: str) -> None:
    """Nothing else that is read depends on them."""
    html, record = PAGES[name]
    change, want = RELATED[how]
    assert len(record.related) > 1
    got = read(changed(html, change), record)
    assert got.related == want(record.related)
    if how != "another heading":
        assert got == replace(record, related=got.related)


@pytest.mark.parametrize("name", PAGES)
def test_information_may_stand_before_the_text(name: str) -> None:
    html, record = PAGES[name]

    def first(tree: Element) -> None:
        information = all_of(tree, ".information-block")[0].getparent()
        all_of(tree, ".jumbotron-document")[0].addnext(information)

    got = read(changed(html, first), record)
    assert sorted(got.terms) == sorted(record.terms)
    assert replace(got, terms=record.terms) == record


@pytest.mark.parametrize("how", LACKING)
@pytest.mark.parametrize("name", PAGES)
def test_what_is_missing_is_none(name: str, how: str) -> None:
    html, record = PAGES[name]
    change, fields = LACKING[how]
    assert read(changed(html, change), record) == lacking(record, *fields)


@pytest.mark.parametrize("css", [".tab-pane", ".tab-content", ".document-frame", ".card-document"])
@pytest.mark.parametrize("name", PAGES)
def test_without_panes_there_is_no_text(name: str, css: str) -> None:
    """None is made of what else the page has, be it labels without values."""
    html, record = PAGES[name]
    want = replace(record, transcripts=[], files=[])
    assert read(changed(html, without(css)), record) == want
    bare = changed(html, without(css), without(".col-lg-4 ul"), without(".text-block *"))
    assert read(bare, record) == lacking(want, "summary", "author", "participant")


@pytest.mark.parametrize("name", PAGES)
def test_panes_may_stand_in_any_order_and_be_fewer(name: str) -> None:
    html, record = PAGES[name]

    def turned(tree: Element) -> None:
        (row,) = all_of(tree, "#documentTabs")
        row[:] = row[::-1]

    want = replace(record, transcripts=record.transcripts[::-1])
    assert read(changed(html, turned), record) == want
    no_scan = changed(html, without("#original"), without('[data-bs-target="#original"]'))
    shown = [one for one in record.files if "original_file" not in one.url]
    assert read(no_scan, record) == replace(record, files=shown)


@pytest.mark.parametrize("named", [True, False])
def test_a_translation_may_be_in_several_languages(named: bool) -> None:
    """Which they are in, a list of buttons tells, or else the panes' ids."""
    _, record = PAGES["one text"]
    texts = [
        Transcript("Translation", one, f"In {one}.") for one in ("English", "Russian", "Czech")
    ]
    several = replace(record, transcripts=texts)
    html = render("today", Document(several.link, several))
    assert (
        read(html if named else changed(html, without("button.dropdown-item")), several) == several
    )


def test_a_pane_gives_only_what_stands_within_it() -> None:
    """And nothing in it is taken for anything else."""
    inner = """<div><h3 class="sub-title">Source</h3><p>Nowhere</p><h2 class="title">Author(s):</h2>
        <ul><li>Nobody</li></ul><div class="information-block"><h3 class="sub-title">Type</h3>
        <div class="text">Fake</div></div><div class="text-block">No summary</div><h2 class="date">
        1900</h2><p class="donated">Nobody</p><div role="dialog"><p>"A", Wilson Center Digital
        Archive</p></div><a href="#translation">Translation</a></div>"""
    html, record = PAGES["several texts"]
    lines = ["Source", "Nowhere", "Author(s):", "Nobody", "Type", "Fake", "No summary", "1900"]
    lines += ["Nobody", '"A", Wilson Center Digital Archive', "Translation"]
    text = replace(record.transcripts[1], text="\n\n".join([record.transcripts[1].text, *lines]))
    got = read(changed(html, added("#translation-English > span", inner)), record)
    assert got == replace(record, transcripts=[record.transcripts[0], text])


@pytest.mark.parametrize("name", PAGES)
def test_labels_that_are_not_known_are_kept(name: str) -> None:
    html, record = PAGES[name]
    pills = ITEM.format("Suez") + ITEM.format("Yalta")
    pill = f'<div class="pill-block"><h3 class="title">Events</h3><ul>{pills}</ul></div>'
    block = '<div class="information-block"><h3 class="sub-title">Folio</h3><div>\n12 </div></div>'
    got = read(
        changed(html, added(".pill-block", pill), added(".information-block", block)), record
    )
    assert got == replace(record, other={"Events": ["Suez", "Yalta"], "Folio": ["12"]})


UNLABELLED: dict[str, tuple[Change, list[str]]] = {
    "a notice": (added(".information-block", "<p>A notice.</p>"), ["A notice."]),
    "a notice beside the summary": (added(".text-block", "<div>A notice.</div>"), ["A notice."]),
    "places": (without(".pill-block .title", 0), ["China", "North Korea"]),
    "source": (
        without(".information-block .sub-title", 0),
        ["From the personal collection of former Bulgarian diplomat Georgi Mitov. Translated by "
         "Donna Kovacheva."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", UNLABELLED)
def test_what_has_no_label_is_kept_apart(how: str) -> None:
    html, record = PAGES["conversation"]
    change, texts = UNLABELLED[how]
    want = lacking(record, *{"places": ("place",), "source": ("source",)}.get(how, ()))
    assert read(changed(html, change), record) == replace(want, other={"": texts})


RUNS = {
    "both": ("\n  \n{A}\n  \n{B}\n ", "pa"),
    "both, several": ("\n  \n{A}{B}\n  \n{C}\n ", "ppa"),
    "first only": ("\n  \n{A}{B}\n  \n ", "pp"),
    "second only": ("\n  \n  \n{A}{B}\n ", "aa"),
    "a line each": ("\n{A}\n{B}\n{C}\n", "aaa"),
    "blank lines between all": ("\n\n{A}\n\n{B}\n\n{C}\n\n", "aaa"),
    "on one line": ("{A}{B}", "aa"),
    "spaces": (" {A} {B} ", "aa"),
    "none": ("\n  \n  \n ", ""),
}


@pytest.mark.parametrize("how", RUNS)
def test_two_runs_of_one_list_are_told_apart_by_a_blank_line(how: str) -> None:
    """Where there is none, or there are more, all are what the label says."""
    listed, kinds = RUNS[how]
    html, record = PAGES["conversation"]
    items = {name: ITEM.format(name) for name in "ABC"}
    start = html.index('<ul class="pill-list">') + len('<ul class="pill-list">')
    html = html[:start] + listed.format(**items) + html[html.index("</ul>", start) :]
    full = {"p": "participant", "a": "author"}
    terms = [Term(full[kind], name) for kind, name in zip(kinds, "ABC", strict=False)]
    rest = [term for term in record.terms if term.kind not in full.values()]
    assert read(html, record) == replace(record, terms=[*terms, *rest])


def test_space_that_does_not_break_is_a_space() -> None:
    html, record = PAGES["conversation"]
    donor = "ROK Ministry of Unification and Leon Levy Foundation"
    assert donor in html
    got = read(html.replace(donor, donor.replace(" ", "&nbsp;")), record)
    assert got == record


def test_a_name_without_a_class_is_a_name() -> None:
    html, record = PAGES["conversation"]
    assert (
        read(re.sub(r'<span class="name">(<span>China</span>)</span>', r"\1", html), record)
        == record
    )
