"""Letters with marks, composed or not: what is stored, what is a change, what is one name."""

import json
from collections.abc import Callable
from dataclasses import replace
from unicodedata import normalize

import pytest
from archive import Archive
from detailed import changes, stored
from harvests import Harvest, rows
from shelf import Shelf, real_records

from harvester import read_listing
from harvester.record import AS_WRITTEN, Record, Term, Transcript
from harvester.search.letters import STACK, nfc

Crawl = Callable[..., Harvest]
TITLE, SUMMARY, DATE = "Satō à Zürich, Việt Nam", "Über São Tomé", "août 1962"
FORMS = ["NFC", "NFD"]


def form(name: str, text: str) -> str:
    return normalize(name, text)  # type: ignore[arg-type]


@pytest.mark.parametrize("then", FORMS)
def test_listing_that_composes_its_letters_otherwise_has_not_changed(
    then: str, archive: Archive, crawl: Crawl
) -> None:
    """The title is as it was in every run; what the site wrote is kept beside it."""
    plain = archive.entries

    def show(name: str) -> None:
        written = {"title": form(name, TITLE), "summary": form(name, SUMMARY)}
        archive.entries = [{**plain[0], **written}, *plain[1:]]

    now = next(name for name in FORMS if name != then)
    for name in (then, now):
        show(name)
        done = crawl(f"-aurl={archive.url}", "-aname=it")
        found = done.entries()[0]
        assert (found["title"], found["summary"]) == (TITLE, SUMMARY)
        other = json.loads(found["listed_other"] or "{}")
        kept = [form("NFD", TITLE), form("NFD", SUMMARY)] if name == "NFD" else []
        assert other.get(AS_WRITTEN, []) == kept
    assert (done.code, done.run["changed"], done.run["unchanged"]) == (0, 0, 15)
    assert rows(done.db, "SELECT * FROM changes WHERE kind <> 'added'") == []
    show("NFD")
    archive.entries[0] = {**archive.entries[0], "title": form("NFD", TITLE.replace("V", "W"))}
    changed = crawl(f"-aurl={archive.url}", "-aname=it")
    assert changed.run["changed"] == 1, "another letter is a change still"


def in_form(name: str, record: Record) -> Record:
    return replace(
        record,
        source=form(name, "Archiv Zürich"),
        terms=[Term("author", form(name, "Satō, Eisaku")), Term("place", form(name, "São Tomé"))],
        transcripts=[Transcript(None, None, form(name, "Ein Gespräch über Köln."))],
    )


def test_documents_page_that_does_so_has_not_changed(archive: Archive, crawl: Crawl) -> None:
    shelf = Shelf(archive)
    first, second, *_ = real_records("today")
    for names in (("NFC", "NFD"), ("NFD", "NFC")):
        shelf.put([in_form(name, one) for name, one in zip(names, (first, second), strict=True)])
        done = crawl(f"-aurl={archive.url}", "-aname=it", "-adetails=yes", "-afull=yes")
        assert done.code == 0, done.err
        for name, found in zip(names, stored(done.db), strict=True):
            wanted = in_form("NFC", found)
            assert (found.source, found.terms) == (wanted.source, wanted.terms)
            assert found.transcripts[0].text == wanted.transcripts[0].text
            kept = found.other.get(AS_WRITTEN, [])
            assert (form("NFD", "Satō, Eisaku") in kept) is (name == "NFD")
        names_of = rows(done.db, "SELECT name FROM terms WHERE kind = 'author'")
        assert [one["name"] for one in names_of] == ["Satō, Eisaku"], "one name is one term"
    assert {kind for kind, *_ in changes(done.db)} <= {"added"}


def test_readers_of_programs_are_given_the_same(archive: Archive) -> None:
    archive.entries = [{**archive.entries[0], "title": form("NFD", TITLE)}, *archive.entries[1:]]
    read = read_listing(archive.page(0), archive.url, "wilson-center")
    assert read.entries[0].title == TITLE
    assert read.entries[0].other == {AS_WRITTEN: [form("NFD", TITLE)]}


@pytest.mark.parametrize("marks", [1, STACK, STACK + 1, 100_000])
def test_letter_under_more_marks_than_any_language_has_stays_as_it_is(marks: int) -> None:
    """Composing would sort the marks by insertion, which takes time by the square of them."""
    text = ("a" * 50 + "e" + "\u0301\u0323" * marks)[: 51 + marks]
    assert (nfc(text) == text) is (marks > STACK)


@pytest.mark.parametrize("name", ["हिन्दी", "ไทย", "Satō", "ハーベスト", "العربية"])
def test_collection_has_a_name_in_any_script_however_it_is_typed(
    name: str, archive: Archive, crawl: Crawl
) -> None:
    for written in FORMS:
        done = crawl(f"-aurl={archive.url}", f"-aname={form(written, name)}")
        assert (done.code, done.out.partition(":")[0]) == (0, form("NFC", name))
    assert len(rows(done.db, "SELECT * FROM collections")) == 1
