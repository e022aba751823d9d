"""`scrapy reparse` of documents' own pages: what they say today, beside what was read in them."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from archive import Archive, archive_on
from databases import checked
from detailed import all_said, changes, counts
from harvests import dump, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from rereading import Harvested, damage
from shelf import Shelf, entry_of, real_records
from stored import number

from harvester.store.said import in_json

TODAY = real_records("today")
EARLIER = real_records("earlier")
FIRST, SECOND, *OTHERS = TODAY
ONE, TWO = FIRST.document, SECOND.document
LISTED = entry_of(OTHERS[0], title="Listed otherwise")
PLACES = FIRST.names("place")
TOLD = "-adetails=yes"
NOTHING = "it: 9 of 9 recorded pages read again (0 read otherwise, 0 new)\n"


def shelf_on(archive: Archive) -> Shelf:
    """The eight real documents: one has a label that is not known, one is listed otherwise."""
    shelf = Shelf(archive)
    shelf.put(TODAY)
    shelf.change(TWO, other={"Folio": ["12", "13"]})
    shelf.archive.entries = [entry_of(FIRST), entry_of(SECOND), LISTED, *map(entry_of, OTHERS[1:])]
    return shelf


@pytest.fixture
def shelf(archive: Archive) -> Shelf:
    return shelf_on(archive)


@pytest.fixture(scope="module")
def once(make_httpserver: HTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """The documents and their own pages, harvested and recorded."""
    harvested = Harvested.within(tmp_path_factory.mktemp("once"))
    with archive_on(make_httpserver) as archive:
        assert harvested.crawl(shelf_on(archive).archive, TOLD).code == 0
    return harvested


@pytest.fixture
def it(once: Harvested, shelf: Shelf, tmp_path: Path) -> Harvested:
    """The same, for a test of its own; the site is as it was then."""
    return once.copied(tmp_path)


def said(it: Harvested) -> list[object]:
    """All that is known of documents."""
    return all_said(it.db)


def corrections(it: Harvested) -> list[tuple[str, str, str | None, str | None]]:
    """What the last run read otherwise."""
    found = rows(
        it.db,
        "SELECT * FROM changes WHERE kind = 'reread' AND run = (SELECT max(id) FROM runs)"
        " ORDER BY id",
    )
    return [(row["document"], row["field"], row["old"], row["new"]) for row in found]


def compact(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def own_page(it: Harvested, document: str) -> dict[str, int]:
    """Which of all pages is a document's own, and where it is recorded."""
    sql = "SELECT pages.* FROM documents JOIN pages ON pages.id = details WHERE documents.id = ?"
    (found,) = rows(it.db, sql, document)
    return found


OTHER_LINK = "https://x.example/other.pdf"
MISREAD = (
    f"UPDATE documents SET source = NULL, record_id = 'x' WHERE id = '{ONE}'",
    "INSERT INTO terms (kind, name) VALUES ('place', 'Grmany')",
    "UPDATE document_terms SET term = (SELECT id FROM terms WHERE name = 'Grmany')"
    f" WHERE document = {number(ONE)} AND term = (SELECT id FROM terms WHERE name = 'Germany')",
    f"UPDATE texts SET text = 'Garbled', language = NULL WHERE document = {number(ONE)}",
    f"INSERT INTO texts (document, position, text) VALUES ({number(ONE)}, 2, 'No text')",
    f"UPDATE scan_links SET url = '{OTHER_LINK}', label = NULL WHERE document = {number(ONE)}",
    f"DELETE FROM related WHERE document = {number(ONE)}",
    f"UPDATE documents SET other = NULL WHERE id = '{TWO}'",
)


def test_nothing_differs_after_a_harvest_with_details(it: Harvested) -> None:
    before, files = dump(it.db), sorted(it.db.parent.iterdir())
    done = it.reparse()
    assert (done.code, done.out, done.err) == (0, NOTHING, "")
    assert it.reparse("--write").out == NOTHING
    assert (dump(it.db), sorted(it.db.parent.iterdir())) == (before, files)


def test_what_was_read_otherwise_is_shown_and_not_written(shelf: Shelf, it: Harvested) -> None:
    it.as_read_before(*MISREAD)
    before = dump(it.db)
    done = it.reparse()
    assert (done.code, dump(it.db)) == (0, before)
    assert f"/document/{ONE}, as it was at 20" in done.out
    assert f"    {FIRST.title} ({FIRST.date_text})\n      {FIRST.link}\n" in done.out
    (scan,) = FIRST.files
    opening = " ".join(FIRST.transcripts[0].text.split())[:70]
    for line in (
        f'source: (none) -> "{str(FIRST.source)[:70]}..."',
        f'record id: "x" -> "{FIRST.record_id}"',
        f'place: "{"; ".join(["Grmany", *PLACES[1:]])}" -> "{"; ".join(PLACES)}"',
        f'text: "Garbled" -> "{opening}..."',
        'text language: (none) -> "English"',
        'text 2: "No text" -> (none)',
        f'scan links: "{OTHER_LINK}" -> "{scan.url[:70]}..."',
        'scan label: (none) -> "Original Scan"',
        'other: (none) -> "{"Folio":["12","13"]}"',
    ):
        assert f"      {line}\n" in done.out
    assert done.out.endswith(
        "it: 9 of 9 recorded pages read again (2 read otherwise, 0 new)\n"
        "Nothing of this is written: add --write.\n"
    )


@pytest.mark.parametrize("processes", ["1", "3"])
def test_what_was_read_otherwise_is_written_with_its_history(processes: str, it: Harvested) -> None:
    right = said(it)
    it.as_read_before(*MISREAD)
    shown = it.reparse("--processes", processes).out
    done = it.reparse("--write", "--processes", processes)
    assert (done.code, done.out) == (0, shown.replace(shown.splitlines()[-1], "It is written."))
    assert said(it) == right
    text = FIRST.transcripts[0]
    assert sorted(corrections(it)) == sorted(
        [
            (ONE, "source", None, FIRST.source),
            (ONE, "record_id", "x", FIRST.record_id),
            (ONE, "place", compact(["Grmany", *PLACES[1:]]), compact(PLACES)),
            (ONE, "text", "Garbled", text.text),
            (ONE, "text language", None, text.language),
            (ONE, "text 2", "No text", None),
            (ONE, "scan links", compact([OTHER_LINK]), compact([one.url for one in FIRST.files])),
            (ONE, "scan label", None, "Original Scan"),
            (ONE, "related", None, in_json([asdict(one) for one in FIRST.related])),
            (TWO, "other", None, '{"Folio":["12","13"]}'),
        ]
    )
    run = done.run
    assert (run["source"], run["outcome"], run["changed"]) == ("reparse", "complete", 2)
    before = dump(it.db)
    assert (it.reparse("--write").out, dump(it.db)) == (NOTHING, before)
    checked(it.db)


def test_harvest_after_it_finds_nothing_changed(shelf: Shelf, it: Harvested) -> None:
    it.as_read_before(*MISREAD)
    it.reparse("--write")
    right = said(it)
    done = it.crawl(shelf.archive, TOLD, "-afull=yes")
    assert (done.code, said(it), changes(it.db)) == (0, right, set())
    assert counts(it.db) == (8, 8, 0)


@pytest.mark.parametrize(("arguments", "wanted"), [(["--write"], 0), ([], 8)])
def test_harvest_after_it_wants_no_page_that_it_has_read(
    arguments: list[str], wanted: int, shelf: Shelf, it: Harvested
) -> None:
    it.as_read_before("UPDATE runs SET reader = 'another'")
    it.reparse(*arguments)
    assert it.crawl(shelf.archive, TOLD).code == 0
    assert counts(it.db) == (wanted, wanted, 0)


def test_corrections_are_told_as_such(it: Harvested) -> None:
    it.as_read_before(*MISREAD)
    it.reparse("--write")
    told = scrapy("changes", f"-sHARVEST_DB={it.db}").stdout
    assert told.startswith("it\n  Read otherwise (2)\n")
    assert 'scan links: "https://x.example/other.pdf" -> ' in told


@pytest.mark.parametrize("told", ["NULL", "json_object('Title', json_array(title))"])
def test_listing_that_was_misread_counts_as_it_is_read_now(told: str, it: Harvested) -> None:
    """Whether the page says otherwise than the listing is a matter of what that says today."""
    right = said(it)
    it.as_read_before(f"UPDATE documents SET title = 'Garbled', other = {told} WHERE id = '{ONE}'")
    done = it.reparse("--write")
    assert "(1 read otherwise, 0 new)" in done.out
    assert (done.code, said(it), done.run["changed"]) == (0, right, 1)
    assert (ONE, "title", "Garbled", FIRST.title) in corrections(it)
    assert len(corrections(it)) == (1 if told == "NULL" else 2)
    assert it.reparse("--write").out == NOTHING


def test_dates_that_mean_the_same_are_compared_as_they_are_read_now(
    shelf: Shelf, db: Path, tmp_path: Path
) -> None:
    shelf.archive.entries = [entry_of(record) for record in TODAY]
    shelf.archive.entries[0]["date_text"] = "22 October 1997"
    it = Harvested(db, tmp_path / "warc")
    it.crawl(shelf.archive, TOLD)
    right = said(it)
    it.as_read_before(
        "UPDATE documents SET date_edtf = NULL, date_earliest = NULL, date_latest = NULL,"
        f""" other = '{{"Date":["October 22, 1997"]}}' WHERE id = '{ONE}'"""
    )
    assert (it.reparse("--write").code, said(it)) == (0, right)
    assert it.reparse("--write").out == NOTHING


def test_what_only_the_page_says_is_found(shelf: Shelf, db: Path, tmp_path: Path) -> None:
    shelf.archive.entries = [entry_of(FIRST, title="Listed", date_text="1955", summary=None)]
    it = Harvested(db, tmp_path / "warc")
    it.crawl(shelf.archive, TOLD)
    right = said(it)
    it.as_read_before("""UPDATE documents SET other = '{"Title":["Misread"]}'""")
    assert (it.reparse("--write").code, said(it)) == (0, right)


@pytest.mark.parametrize("renamed", [False, True])
def test_listing_that_changed_since_is_no_other_reading(
    renamed: bool, shelf: Shelf, it: Harvested
) -> None:
    href = "/document/elsewhere" if renamed else f"/document/{ONE}"
    shelf.archive.entries = [
        entry_of(FIRST, title="Another", href=href),
        entry_of(SECOND, date_text="1955", summary=None),
        *map(entry_of, OTHERS),
    ]
    it.crawl(shelf.archive)
    kinds = {row["kind"] for row in rows(it.db, "SELECT kind FROM changes WHERE run = 2")}
    assert kinds == {"changed", "renamed"} if renamed else {"changed"}
    right = said(it)
    told = rows(it.db, "SELECT other FROM documents WHERE id = ?", OTHERS[0].document)
    assert told == [{"other": compact({"Title": [OTHERS[0].title]})}]
    assert it.reparse("--write").out == NOTHING.replace("9", "10")
    it.as_read_before(*MISREAD[:1], *MISREAD[-1:])
    assert (it.reparse("--write").code, said(it)) == (0, right)


@pytest.mark.parametrize("known_by", ["slug", "number"])
def test_nothing_differs_where_documents_have_two_addresses(
    known_by: str, shelf: Shelf, it: Harvested
) -> None:
    """Whether they were joined, or known to be one at once."""
    shelf.records |= {record.document: record for record in EARLIER}
    shelf.markup = shelf.archive.markup = "earlier"
    shelf.archive.entries = [entry_of(one, title=one.title.upper()) for one in EARLIER]
    settings = {"HARVEST_DB": it.db, "HARVEST_WARC": it.warc}
    wanted = (f"-aurl={shelf.archive.url}&of=earlier", "-aname=earlier", TOLD)
    if known_by == "number":
        it.db.unlink()
    harvest(*wanted, **settings)
    shelf.markup = shelf.archive.markup = "today"
    shelf.archive.entries = [entry_of(one) for one in TODAY]
    it.crawl(shelf.archive, TOLD, "-afull=yes")
    joined = rows(it.db, "SELECT * FROM changes WHERE kind = 'joined'")
    assert len(joined) == (8 if known_by == "number" else 0)
    before = dump(it.db)
    done = it.reparse("--write")
    assert (done.code, done.err, dump(it.db)) == (0, "", before)
    assert done.out.count(" (0 read otherwise, 0 new)\n") == 2 == len(done.out.splitlines())


def test_newer_page_counts_and_the_older_is_read(shelf: Shelf, it: Harvested) -> None:
    old = own_page(it, ONE)
    shelf.change(ONE, source="A newer source")
    it.crawl(shelf.archive, TOLD, "-afull=yes")
    it.as_read_before(f"UPDATE documents SET source = 'Misread' WHERE id = '{ONE}'")
    done = it.reparse("--write")
    assert "18 of 18 recorded pages read again (1 read otherwise" in done.out
    assert corrections(it) == [(ONE, "source", "Misread", "A newer source")]
    it.as_recorded(old["id"], b"<html>No document</html>")
    before = dump(it.db)
    done = it.reparse("--write")
    assert (done.code, dump(it.db), len(done.complaints)) == (65, before, 1)
    assert f"/document/{ONE} can't be read as a document" in done.complaints[0]


def little(shelf: Shelf) -> str:
    """The page with hardly anything of what it said."""
    shelf.change(ONE, source=None, rights=None, uploaded=None, terms=[], transcripts=[], files=[])
    return shelf.page(ONE)


BAD = {
    "none": "can't be read as a document",
    "another": "leads to another document",
    "little": "things that were read in it before: it is left as it is",
}


@pytest.mark.parametrize("case", BAD)
def test_page_that_is_not_the_documents_is_named_and_left(
    case: str, shelf: Shelf, it: Harvested
) -> None:
    """As if yesterday's parser had taken it for that."""
    body = {
        "none": "<html>No document</html>",
        "another": shelf.page(TWO),
        "little": little(shelf),
    }[case]
    it.as_recorded(own_page(it, ONE)["id"], body.encode())
    if case == "another":
        it.as_read_before(f"UPDATE pages SET url = '{SECOND.link}' WHERE document = {number(ONE)}")
    kept = rows(it.db, f"SELECT * FROM documents WHERE id = '{ONE}'")
    it.as_read_before(*MISREAD[-1:])
    done = it.reparse("--write")
    assert (done.code, len(done.complaints)) == (65, 1)
    assert BAD[case] in done.complaints[0] and "it: 8 of 9 recorded pages" in done.out
    assert (done.run["outcome"], done.run["changed"]) == ("unreadable", 1)
    assert rows(it.db, f"SELECT * FROM documents WHERE id = '{ONE}'") == kept
    assert [one[:2] for one in corrections(it)] == [(TWO, "other")]


def test_damaged_recording_of_a_document_is_named(it: Harvested) -> None:
    damage(it, own_page(it, ONE)["warc_offset"])
    it.as_read_before(*MISREAD)
    done = it.reparse("--write")
    assert (done.code, len(done.complaints)) == (75, 1)
    assert f"/document/{ONE} at 20" in done.complaints[0] and it.file.name in done.complaints[0]
    assert [one[:2] for one in corrections(it)] == [(TWO, "other")]


def test_corrected_documents_are_new_for_exports(it: Harvested) -> None:
    it.as_read_before(
        *MISREAD,
        "UPDATE documents SET first_seen = '2020', last_changed = '2020'",
        "UPDATE memberships SET first_seen = '2020'",
        "UPDATE pages SET fetched = '2020-01-01T00:00:00Z'",
    )
    exported = ("export", "--format", "jsonl", "--since", "1d", f"-sHARVEST_DB={it.db}")
    assert scrapy(*exported).stdout == ""
    it.reparse("--write")
    told = [json.loads(line) for line in scrapy(*exported).stdout.splitlines()]
    assert [one["id"] for one in told] == sorted([ONE, TWO])
