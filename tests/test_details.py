"""Documents' own pages: which are asked for, and what of them is stored."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from archive import Archive, html
from detailed import all_said, as_stored, changes, counts, failures, stored
from harvests import Harvest, harvest, rows
from records import RELATED
from shelf import Shelf, entry_of, real_records
from sites import WILSON

from harvester.record import KINDS, Record, Related, Term, Transcript

Crawl = Callable[..., Harvest]
TOLD = "-adetails=yes"
FOUND = "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?"


@pytest.fixture
def shelf(archive: Archive) -> Shelf:
    """The eight real documents, on a site of today."""
    shelf = Shelf(archive)
    shelf.put(real_records("today"))
    return shelf


@pytest.fixture
def detailed(shelf: Shelf, crawl: Crawl) -> Crawl:
    """Harvests that site with details."""
    return lambda *arguments, **settings: crawl(
        f"-aurl={shelf.archive.url}", "-aname=it", TOLD, *arguments, **settings
    )


def first(shelf: Shelf) -> str:
    return next(iter(shelf.records))


@pytest.mark.parametrize("markup", ["today", "earlier"])
def test_real_records_are_stored_whole(markup: str, archive: Archive, crawl: Crawl) -> None:
    shelf = Shelf(archive, markup)
    archive.markup = markup
    shelf.put(real_records(markup))
    done = crawl(f"-aurl={archive.url}", TOLD)
    assert (done.code, done.complaints) == (0, [])
    assert shelf.asked == list(shelf.records)
    assert stored(done.db) == as_stored(shelf.records.values())
    assert done.out.splitlines()[1].endswith(": details: 8 of 8")
    assert (counts(done.db), changes(done.db)) == ((8, 8, 0), {("added", None, None, None)})


def test_both_generations_give_the_same_database(archive: Archive, tmp_path: Path) -> None:
    """But for what only one of them has: addresses, the node, the citation, the tabs' names."""
    own = {"document": "", "link": "", "node": None, "citation": None, "citation_url": None}
    own |= {"files": [], "related": []}
    said = []
    shelf = Shelf(archive)
    for markup in ("today", "earlier"):
        shelf.markup = archive.markup = markup
        shelf.put(real_records(markup))
        done = harvest(f"-aurl={archive.url}", TOLD, HARVEST_DB=tmp_path / f"{markup}.db")
        got = [
            replace(one, **own, terms=sorted(one.terms), transcripts=texts(one))
            for one in stored(done.db)
        ]
        said.append(sorted(got, key=lambda one: str(one.record_id)))
    assert said[0] == said[1]
    assert len(said[0]) == 8


def texts(record: Record) -> list[Transcript]:
    return [replace(text, label=None, language=None) for text in record.transcripts]


def test_related_documents_are_replaced_as_a_whole_and_no_change(
    shelf: Shelf, detailed: Crawl
) -> None:
    """The site finds them by itself: what it finds says nothing of the document."""
    detailed()
    one, two, three = list(shelf.records)[:3]
    first, *others = RELATED
    new = Related(f"{WILSON.home}/document/new", "New", "1955", None, 7)
    for document, related in ((one, [new, *others]), (two, []), (three, [*others, first])):
        shelf.change(document, related=related)
    done = detailed("-afull=yes")
    assert (done.code, changes(done.db)) == (0, set())
    assert stored(done.db) == as_stored(shelf.records.values())
    assert detailed("-afull=yes").run["changed"] == 0
    assert stored(done.db) == as_stored(shelf.records.values())


def test_what_a_scan_is_called_is_a_field_like_others(shelf: Shelf, detailed: Crawl) -> None:
    detailed()
    one, two = list(shelf.records.values())[:2]
    (scan,) = one.files
    shelf.change(one.document, files=[replace(scan, label="Facsimile")])
    shelf.change(two.document, files=[])
    done = detailed("-afull=yes")
    assert changes(done.db) == {
        ("changed", "scan label", "Original Scan", "Facsimile"),
        ("changed", "scan label", "Original Scan", None),
    }
    assert stored(done.db) == as_stored(shelf.records.values())


def test_every_term_is_stored_once_as_given(shelf: Shelf, detailed: Crawl) -> None:
    done = detailed()
    given = {tuple(term) for record in shelf.records.values() for term in record.terms}
    kept = rows(done.db, "SELECT kind, name FROM terms")
    assert sorted(tuple(row.values()) for row in kept) == sorted(given)
    assert {kind for kind, _ in given} <= set(KINDS)
    assert {kind for kind, _ in given} >= {"author", "place", "subject", "donor", "language"}


def test_rows_can_be_traced_to_the_documents_page(shelf: Shelf, detailed: Crawl) -> None:
    done = detailed()
    traced = rows(
        done.db,
        "SELECT documents.id, pages.document, pages.url, pages.run, pages.sha256, entries"
        " FROM documents JOIN pages ON pages.id = details",
    )
    assert len(traced) == 8
    for row in traced:
        assert row["document"] == row["id"]
        assert row["url"].endswith(f"/document/{row['id']}")
        assert (row["run"], row["entries"], len(row["sha256"])) == (1, 0, 64)
    assert len(rows(done.db, "SELECT * FROM pages WHERE document IS NULL")) == 1


def test_without_details_no_document_is_asked_for(shelf: Shelf, crawl: Crawl) -> None:
    done = crawl(f"-aurl={shelf.archive.url}")
    assert (done.code, shelf.asked, counts(done.db)) == (0, [], (0, 0, 0))
    assert "details:" not in done.out


def test_what_the_page_says_otherwise_is_kept(shelf: Shelf, crawl: Crawl) -> None:
    """The listing's words count; a page's own that differ are not lost, nor is one told twice."""
    one, two, three, four, *_ = shelf.records.values()
    shelf.archive.entries = [
        entry_of(one, title="Listed", date_text="1955", summary=None),
        entry_of(two, title=two.title.replace(" ", "  "), date_text=None),
        entry_of(three, date_text=str(three.date_text).upper()),
        entry_of(four),
    ]
    shelf.change(four.document, other={"Title": ["Of the film"], "Folio": ["12", "13"]})
    done = crawl(f"-aurl={shelf.archive.url}", TOLD)
    got = {record.document: record for record in stored(done.db)}
    assert (got[one.document].title, got[one.document].date_text) == ("Listed", "1955")
    assert got[one.document].other == {
        "Date": [one.date_text],
        "Summary": [one.summary],
        "Title": [one.title],
    }
    assert got[two.document].other == {"Date": [two.date_text]}
    assert got[three.document].other == {}
    assert got[four.document].other == {"Folio": ["12", "13"], "Title": ["Of the film"]}


def test_what_the_page_says_besides_is_found_by_its_words(shelf: Shelf, detailed: Crawl) -> None:
    """Whoever asks the database with LIKE looks for "Übersetzung", not for "\\u00dcbersetzung"."""
    document = first(shelf)
    shelf.change(document, other={"Übersetzung": ["Žáček, 2 Bände"], "Folio": ["12"]})
    like = rows(detailed().db, "SELECT id, other FROM documents WHERE other LIKE '%Žáček%'")
    assert like == [{"id": document, "other": '{"Folio":["12"],"Übersetzung":["Žáček, 2 Bände"]}'}]


def test_known_pages_are_not_asked_for_again(shelf: Shelf, detailed: Crawl) -> None:
    done = detailed()
    before = all_said(done.db)
    shelf.forget()
    again = detailed()
    assert (again.code, shelf.asked, counts(again.db)) == (0, [], (0, 0, 0))
    assert all_said(again.db) == before
    assert "details:" not in again.out, "none was due"


def test_known_pages_are_asked_whether_they_have_changed(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    before = all_said(detailed().db)
    shelf.forget()
    done = detailed()
    assert shelf.answered == [304] * 8
    assert (done.code, counts(done.db), changes(done.db)) == (0, (8, 8, 0), set())
    assert all_said(done.db) == before
    kept = "SELECT 1 FROM pages AS now JOIN pages AS was ON was.id = now.same_as"
    assert len(rows(done.db, f"{kept} WHERE now.status = 304 AND now.sha256 = was.sha256")) == 8
    marks = rows(done.db, "SELECT document, status, same_as FROM pages WHERE status = 304")
    originals = {row["id"]: row for row in rows(done.db, "SELECT * FROM pages WHERE run = 1")}
    assert [originals[row["same_as"]]["document"] for row in marks] == list(shelf.records)
    shelf.change(first(shelf), classification="Top Secret")
    shelf.forget()
    third = detailed()
    assert shelf.answered == [200] + [304] * 7
    assert changes(third.db) == {("changed", "classification", None, "Top Secret")}


def test_what_a_broken_off_run_got_is_not_asked_for_again_after_a_run_without_details(
    shelf: Shelf, detailed: Crawl, crawl: Crawl
) -> None:
    shelf.validators = True
    detailed()
    done = detailed()
    with closing(sqlite3.connect(done.db)) as db, db:
        db.execute("DELETE FROM pages WHERE run = 2 AND document > 3")
        (got,) = db.execute("SELECT count(*) FROM pages WHERE run = 2 AND document > 0").fetchone()
        db.execute(
            "UPDATE runs SET outcome = 'interrupted', details_fetched = ?1 WHERE id = 2", [got]
        )
    crawl(f"-aurl={shelf.archive.url}", "-aname=it")
    shelf.forget()
    assert (detailed().code, got, len(shelf.asked)) == (0, 3, 5)
    assert first(shelf) not in shelf.asked


def test_page_of_a_document_has_no_numbers_of_a_listing(shelf: Shelf, detailed: Crawl) -> None:
    numbers = ("with_date", "with_summary", "undated", "not_understood", "duplicates")
    done = detailed()
    pages = f"SELECT DISTINCT {', '.join(numbers)} FROM pages WHERE document IS NOT NULL"
    assert rows(done.db, pages) == [dict.fromkeys(numbers, 0)]


def test_pages_asked_for_lately_are_left_alone(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    detailed()
    shelf.forget()
    assert counts(detailed(HARVEST_RECHECK_DAYS=7).db) == (0, 0, 0)
    assert shelf.asked == []
    shelf.archive.entries = [
        {**shelf.archive.entries[0], "title": "Other"},
        *shelf.archive.entries[1:],
    ]
    detailed(HARVEST_RECHECK_DAYS=7)
    assert shelf.asked == [first(shelf)]


@pytest.mark.parametrize("field", ["title", "date_text", "summary"])
def test_listing_that_says_otherwise_has_the_page_asked_for(
    field: str, shelf: Shelf, detailed: Crawl
) -> None:
    detailed()
    entries = list(shelf.archive.entries)
    shelf.archive.entries = [{**entries[0], field: "1955"}, *entries[1:]]
    shelf.forget()
    detailed()
    assert shelf.asked == [first(shelf)]
    detailed()
    assert shelf.asked == [first(shelf)]


def test_full_and_another_reader_read_all_again(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    done = detailed()
    shelf.forget()
    detailed("-afull=yes")
    assert shelf.answered == [200] * 8
    with sqlite3.connect(done.db) as connection:
        connection.execute("UPDATE runs SET reader = 'another'")
    connection.close()
    shelf.forget()
    assert counts(detailed().db) == (8, 8, 0)
    assert shelf.answered == [200] * 8


def test_new_document_is_the_only_one_asked_for(shelf: Shelf, detailed: Crawl) -> None:
    records = list(shelf.records.values())
    shelf.put(records[:7])
    detailed()
    shelf.put(records)
    shelf.forget()
    assert counts(detailed().db) == (1, 1, 0)
    assert shelf.asked == [records[7].document]


def test_missing_documents_are_not_asked_for(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    detailed()
    shelf.archive.entries = shelf.archive.entries[1:]
    shelf.forget()
    done = detailed()
    assert (done.code, shelf.asked) == (0, list(shelf.records)[1:])
    assert len(stored(done.db)) == 8


def test_each_difference_is_a_change(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    record = next(one for one in shelf.records.values() if one.names("author"))
    record = shelf.change(
        record.document,
        transcripts=[Transcript("English Translation", "English", "One.\n\nTwo.")],
        classification="Secret",
    )
    detailed()
    places = [*record.names("place"), "Nowhere"]
    rest = [term for term in record.terms if term.kind not in ("place", "author")]
    new = shelf.change(
        record.document,
        classification=None,
        source="Elsewhere.",
        terms=[*(Term("place", name) for name in places), *rest],
        transcripts=[
            Transcript("English Translation", "English", "One.\n\nTwo!"),
            Transcript("Original", None, "Один."),
        ],
    )
    done = detailed()
    quoted = lambda names: "[" + ",".join(f'"{name}"' for name in names) + "]"  # noqa: E731
    assert changes(done.db) == {
        ("changed", "classification", "Secret", None),
        ("changed", "source", record.source, "Elsewhere."),
        ("changed", "place", quoted(record.names("place")), quoted(places)),
        ("changed", "author", quoted(record.names("author")), None),
        ("changed", "text", "One.\n\nTwo.", "One.\n\nTwo!"),
        ("changed", "text 2", None, "Один."),
        ("changed", "text 2 label", None, "Original"),
    }
    got = next(one for one in stored(done.db) if one.document == record.document)
    assert sorted(got.terms) == sorted(new.terms)
    assert got.transcripts == new.transcripts
    assert rows(done.db, "SELECT * FROM terms WHERE kind = 'author'") != []
    assert rows(done.db, FOUND, "два OR один") != []
    shelf.change(record.document, transcripts=new.transcripts[:1])
    done = detailed()
    assert changes(done.db) == {
        ("changed", "text 2", "Один.", None),
        ("changed", "text 2 label", "Original", None),
    }
    assert rows(done.db, FOUND, "один") == []


def test_texts_that_are_as_before_keep_their_rows(shelf: Shelf, detailed: Crawl) -> None:
    db, tables = detailed().db, ("texts", "words_fts_rows")
    before = [rows(db, f"SELECT * FROM {table}") for table in tables]
    detailed("-afull=yes")
    assert [rows(db, f"SELECT * FROM {table}") for table in tables] == before
    assert changes(db) == set()


def test_page_that_lost_nearly_all_is_not_believed(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    before = all_said(detailed().db)
    record = shelf.records[first(shelf)]
    shelf.records[record.document] = Record(
        record.document, record.link, record.title, record.date_text, record_id=record.record_id
    )
    done = detailed()
    assert (done.code, counts(done.db), failures(done.db)) == (75, (8, 7, 1), ["field-gone"])
    assert "-a accept=yes" in done.complaints[0]
    assert done.run["outcome"] == "complete"
    assert all_said(done.db) == before
    accepted = detailed("-aaccept=yes")
    assert (accepted.code, counts(accepted.db)) == (0, (8, 8, 0))
    got = next(one for one in stored(accepted.db) if one.document == record.document)
    assert (got.source, got.transcripts, got.terms) == (None, [], [])
    assert ("changed", "text", record.transcripts[0].text, None) in changes(accepted.db)


def test_renamed_document_keeps_its_details(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    detailed()
    record = shelf.records.pop(first(shelf))
    moved = replace(record, document="moved", link=record.link.rpartition("/")[0] + "/moved")
    shelf.put([moved, *shelf.records.values()])
    shelf.forget()
    done = detailed()
    assert (done.code, done.run["renamed"], shelf.answered) == (0, 1, [200] + [304] * 7)
    got = next(one for one in stored(done.db) if one.document == record.document)
    assert got == replace(as_stored([moved])[0], document=record.document)
    assert rows(done.db, "PRAGMA foreign_key_check") == []
    assert {kind for kind, *_ in changes(done.db)} == {"renamed"}


def test_document_of_two_collections_is_asked_for_once(
    shelf: Shelf, crawl: Crawl, tmp_path: Path
) -> None:
    shelf.validators = True
    shelf.answers[first(shelf)] = lambda _: html("<h1>Gone</h1>", 404)
    file = tmp_path / "collections.toml"
    url = shelf.archive.url
    file.write_text(
        f'[one]\nurl = "{url}"\ndetails = true\n[two]\nurl = "{url}&f=2"\ndetails = true\n'
        f'[three]\nurl = "{url}&f=3"\n'
    )
    done = crawl(HARVEST_COLLECTIONS=file)
    assert sorted(shelf.asked) == sorted(shelf.records)
    told = rows(done.db, "SELECT details_wanted AS w, details_fetched AS f FROM runs ORDER BY id")
    assert [tuple(row.values()) for row in told] == [(8, 7), (1, 0), (0, 0)]
    assert (done.code, len(done.complaints)) == (75, 2)
    shelf.forget()
    crawl(TOLD, HARVEST_COLLECTIONS=file)
    assert len(shelf.asked) == 8
    shelf.forget()
    crawl("-adetails=no", HARVEST_COLLECTIONS=file)
    assert shelf.asked == []


WRONG = {
    'details = "yes"': "can have details and files, each true or false",
    "details = [1]": "can have details and files, each true or false",
    "detail = true": "can have details and files, each true or false",
    "details = false\nfiles = true": "can't have files = true with details = false",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_words_in_the_file_are_named(line: str, crawl: Crawl, tmp_path: Path) -> None:
    file = tmp_path / "collections.toml"
    file.write_text(f'[one]\nurl = "https://example.org/search"\n{line}\n')
    done = crawl(HARVEST_COLLECTIONS=file)
    assert done.code == 64
    assert WRONG[line] in done.complaints[0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-adetails=maybe"], "The argument details is yes or no, not 'maybe'."),
        (["-adetails=no", "-afiles=yes"], "needs details=yes"),
    ],
)
def test_wrong_arguments_are_named(arguments: list[str], sentence: str, crawl: Crawl) -> None:
    done = crawl("-aurl=https://example.org/search", *arguments)
    assert done.code == 64
    assert sentence in done.complaints[0]


def test_quiet_harvest_tells_what_changed(shelf: Shelf, detailed: Crawl) -> None:
    shelf.validators = True
    detailed()
    assert detailed("--quiet").out == ""
    record = shelf.records[first(shelf)]
    shelf.change(record.document, source="Elsewhere.", terms=[*record.terms, Term("type", "Memo")])
    told = detailed("--quiet")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("it\n  Changed (1)\n")
    assert re.search(r'^      source: "BArch, .*" -> "Elsewhere."$', told.out, re.MULTILINE)
    assert '      type: (none) -> "Memo"\n' in told.out
