"""Captures that are read after newer ones: they fill history in and disturb nothing."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archive import Archive, Entry, html, japan
from captured import write_warc
from harvests import Harvest, raw_rows, rows, scrapy

from harvester import items
from harvester.store.read.queries import QUERIES

Crawl = Callable[..., Harvest]
Read = Callable[..., Harvest]

FIRST, SECOND, THIRD = japan()[:3]
ID = str(FIRST["href"]).removeprefix("/document/")
ONLY_THEN: Entry = {"href": "/document/then", "title": "T", "date_text": "1955", "summary": "S"}


def moment(year: int) -> str:
    return f"{year}-01-02T03:04:05Z"


@pytest.fixture
def read(archive: Archive, crawl: Crawl, tmp_path: Path) -> Read:
    """Harvests what was captured in a year: these entries, or some pages of them."""

    def run(year: int, entries: list[Entry], *pages: int) -> Harvest:
        archive.entries = entries
        urls = {number: archive.url + (f"&page={number}" if number else "") for number in (0, 1)}
        wanted = pages or range((len(entries) - 1) // 10 + 1)
        source = tmp_path / f"{year}.warc.gz"
        write_warc(source, [(urls[n], archive.page(n)) for n in wanted], moment(year))
        return crawl("-a", f"url={archive.url}", "-a", "name=it", "-a", f"source={source}")

    return run


def titled(title: str) -> list[Entry]:
    return [{**FIRST, "title": title}, SECOND, THIRD]


def stored(db: Path) -> list[object]:
    """All that is said of documents: the runs and the pages by which it was read are not."""
    tables = ("documents", "memberships", "changes", "observations", "addresses", "collections")
    return [rows(db, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def test_older_capture_fills_history_in(read: Read, db: Path) -> None:
    read(2020, titled("New title"))
    done = read(2015, titled("Old title"))
    assert (done.code, done.complaints) == (0, [])
    assert "complete, 3 of 3 (0 new, 1 changed" in done.out
    (row,) = rows(db, "SELECT * FROM documents WHERE id = ?", ID)
    assert (row["title"], row["first_seen"]) == ("New title", moment(2015))
    assert row["last_changed"] == moment(2020)
    members = rows(db, "SELECT first_seen, missing FROM memberships")
    assert members == 3 * [{"first_seen": moment(2015), "missing": None}]
    history = next(query.sql for query in QUERIES if query.name == "history")
    told = [
        (row["at"], row["kind"], row["old"], row["new"])
        for row in raw_rows(db, history.replace(":document", "?1").replace(":site", "''"), ID)
    ]
    assert told == [
        (moment(2015), "added", None, None),
        (moment(2020), "changed", "Old title", "New title"),
    ]


def test_what_an_older_capture_found_is_told(read: Read, db: Path) -> None:
    read(2020, titled("New title"))
    read(2015, [*titled("Old title"), ONLY_THEN])
    told = scrapy("changes", f"-sHARVEST_DB={db}").stdout
    for kind in ("New", "Changed", "Missing"):
        assert f"  {kind} (1)" in told.splitlines()
    assert '      title: "Old title" -> "New title"' in told.splitlines()


def test_value_between_two_that_were_alike_is_two_changes(read: Read, db: Path) -> None:
    for year, title in ((2012, "One"), (2020, "One"), (2016, "Two")):
        read(year, titled(title))
    found = rows(db, "SELECT old, new, at FROM changes WHERE field = 'title' ORDER BY at")
    assert [tuple(row.values()) for row in found] == [
        ("One", "Two", moment(2016)),
        ("Two", "One", moment(2020)),
    ]


def test_what_only_an_older_capture_has_is_gone_by_now(read: Read, db: Path) -> None:
    for year in (2020, 2021):
        read(year, [FIRST, SECOND])
    done = read(2015, [FIRST, SECOND, ONLY_THEN])
    (row,) = rows(db, "SELECT * FROM memberships WHERE document = 'then'")
    assert [row[name] for name in ("first_seen", "missing", "removed", "missed")] == [
        *(moment(2015), moment(2020), moment(2021)),
        2,
    ]
    assert rows(db, "SELECT removed FROM documents WHERE id = 'then'") == [
        {"removed": moment(2021)}
    ]
    assert "(1 new, 0 changed, 0 undated, 1 missing, 1 removed)" in done.out


def test_what_an_older_capture_lacks_was_missing_for_a_while(read: Read, db: Path) -> None:
    for year in (2010, 2020):
        read(year, [FIRST, SECOND, THIRD])
    read(2015, [SECOND, THIRD])
    kinds = rows(db, "SELECT kind, at FROM changes WHERE document = ? ORDER BY at", ID)
    assert [tuple(row.values()) for row in kinds] == [
        ("added", moment(2010)),
        ("missing", moment(2015)),
        ("restored", moment(2020)),
    ]
    assert rows(db, "SELECT 1 FROM memberships WHERE missing IS NOT NULL") == []


def test_document_that_comes_back_says_what_it_said(read: Read, db: Path) -> None:
    """That it was gone is no change of its words."""
    for year, entries in ((2010, [FIRST]), (2011, []), (2012, []), (2013, [FIRST])):
        read(year, [*entries, SECOND, THIRD])
    assert rows(db, "SELECT last_changed, removed FROM documents WHERE id = ?", ID) == [
        {"last_changed": moment(2010), "removed": None}
    ]
    kinds = rows(db, "SELECT DISTINCT kind FROM changes WHERE document = ? ORDER BY id", ID)
    assert [row["kind"] for row in kinds] == ["added", "missing", "removed", "restored"]


def test_capture_that_is_read_again_changes_nothing(read: Read, db: Path) -> None:
    years = {2020: titled("New"), 2015: [*titled("Old"), ONLY_THEN], 2017: titled("Old")[1:]}
    for year, entries in years.items():
        read(year, entries)
    before = stored(db)
    for year, entries in years.items():
        done = read(year, entries)
        assert (done.code, stored(db)) == (0, before)
        assert "(0 new, 0 changed, 0 undated)" in done.out


def test_older_capture_with_a_gap_fills_in_what_it_has(read: Read, db: Path) -> None:
    read(2020, japan())
    done = read(2015, japan(), 0)
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    years = rows(db, "SELECT first_seen, count(*) AS n FROM documents GROUP BY 1 ORDER BY 1")
    assert [tuple(row.values()) for row in years] == [(moment(2015), 10), (moment(2020), 5)]
    assert rows(db, "SELECT 1 FROM memberships WHERE missing IS NOT NULL") == []


def test_live_harvest_goes_on_from_the_newest(archive: Archive, crawl: Crawl, read: Read) -> None:
    live = ["-a", f"url={archive.url}", "-a", "name=it"]
    archive.validators = "ETag"
    crawl(*live)
    read(2015, [*titled("Old"), *japan()[3:9]])
    archive.entries = japan()
    archive.answered.clear()
    done = crawl(*live)
    assert (archive.answered, "15 of 15 (0 new, 0 changed" in done.out) == ([304, 304], True)
    assert rows(done.db, "SELECT stated_total FROM collections") == [{"stated_total": 15}]
    assert [row["title"] for row in done.entries()] == [entry["title"] for entry in japan()]


@pytest.mark.parametrize("totals", [(3, 2), (2, 3)])
def test_total_of_captures_of_one_second_does_not_depend_on_their_order(
    totals: tuple[int, int], read: Read, db: Path
) -> None:
    for total in totals:
        assert read(2015, japan()[:total]).code == 0
    assert rows(db, "SELECT stated_total FROM collections") == [{"stated_total": 3}]


def test_recording_of_a_moved_run_does_not_set_the_total_back(
    archive: Archive, crawl: Crawl, db: Path, tmp_path: Path
) -> None:
    """Its clock was put right, to the second of the run after it."""
    it = ("-a", f"url={archive.url}", "-a", "name=it")
    archive.entries = japan()[:2]
    crawl(*it, HARVEST_WARC=tmp_path / "then")
    archive.entries = japan()[:3]
    crawl(*it, HARVEST_WARC=tmp_path / "now")
    second = "(SELECT max(fetched) FROM pages)"
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(f"UPDATE pages SET fetched = {second}")
        connection.execute(f"UPDATE runs SET captured = {second}, clock_moved = 86400")
    again = crawl(*it, "-a", f"source={tmp_path / 'then'}")
    assert (again.code, again.run["stated_total"]) == (0, 2)
    assert rows(db, "SELECT stated_total FROM collections") == [{"stated_total": 3}]


def test_own_recording_changes_nothing(
    archive: Archive, crawl: Crawl, read: Read, tmp_path: Path
) -> None:
    collection = ["-a", f"url={archive.url}", "-a", "name=it"]
    read(2020, japan())
    archive.entries = japan()[1:]
    crawl(*collection, HARVEST_WARC=tmp_path / "warc")
    before = stored(tmp_path / "harvest.db")
    again = crawl(*collection, "-a", f"source={tmp_path / 'warc'}")
    assert (again.code, stored(again.db)) == (0, before)
    assert rows(again.db, "SELECT DISTINCT missed FROM memberships ORDER BY 1") == [
        {"missed": 0},
        {"missed": 1},
    ]


def test_field_that_a_site_got_later_is_not_missed_before(
    archive: Archive, crawl: Crawl, read: Read
) -> None:
    full = [{**entry, "summary": entry["summary"] or "S"} for entry in japan()]
    bare = [{**entry, "summary": None} for entry in japan()]
    read(2020, full)
    assert read(2015, bare).code == 0
    archive.answers[0] = lambda _: html(archive.page(0))
    done = crawl("-a", f"url={archive.url}", "-a", "name=it")
    assert (done.code, done.run["outcome"]) == (65, "unreadable")
    assert all(row["summary"] for row in done.entries())


def test_what_was_missing_by_then_is_not_missed_anew(read: Read) -> None:
    """Five may be missing at once of so few, and those that were are not among them."""
    shown = japan()
    for year in (2010, 2020):
        read(year, shown)
    assert [read(2014, shown[5:]).code, read(2016, shown[8:]).code] == [0, 0]
    done = read(2017, shown[14:])
    assert (done.code, "6 of 7 documents" in done.complaints[0]) == (65, True)


def entry(name: str, title: str) -> items.Entry:
    return items.Entry(name, f"https://example.org/document/{name}", title)


def test_renamed_document_is_known_in_older_captures(
    archive: Archive, crawl: Crawl, read: Read, db: Path
) -> None:
    archive.entries = [FIRST, SECOND, THIRD]
    crawl("-a", f"url={archive.url}", "-a", "name=it")
    archive.entries = [{**FIRST, "href": "/document/moved"}, SECOND, THIRD]
    assert crawl("-a", f"url={archive.url}", "-a", "name=it").run["renamed"] == 1
    read(2015, titled("Old title"))
    documents = raw_rows(db, "SELECT * FROM documents ORDER BY number")
    assert [row["first_seen"] for row in documents] == 3 * [moment(2015)]
    assert documents[0]["url"].endswith("/document/moved")
    assert documents[0]["title"] == FIRST["title"]
    told = rows(db, "SELECT kind, field, old FROM changes WHERE document = ? ORDER BY at, id", ID)
    assert sorted(tuple(row.values()) for row in told if row["field"]) == [
        ("changed", "title", "Old title"),
        ("renamed", "url", f"https://digitalarchive.wilsoncenter.org{FIRST['href']}"),
    ]


def test_capture_from_the_future_overwrites_nothing(
    archive: Archive, crawl: Crawl, read: Read
) -> None:
    done = read(2999, titled("From a clock that was wrong"))
    assert (done.code, len(done.entries())) == (0, 3)
    assert f"it says {moment(2999)}" in done.err
    archive.entries = titled("New title")
    done = crawl("-a", f"url={archive.url}", "-a", "name=it")
    assert done.entries()[0]["title"] == "New title"
    read(2999, titled("From a clock that was wrong"))
    assert done.entries()[0]["title"] == "New title"


def test_captures_of_one_moment_count_as_one(read: Read, db: Path) -> None:
    """What either has was there then."""
    read(2020, [FIRST, SECOND])
    read(2015, [FIRST, SECOND, THIRD])
    read(2020, [FIRST, SECOND, THIRD])
    assert rows(db, "SELECT 1 FROM memberships WHERE missing IS NOT NULL") == []
    kinds = {row["kind"] for row in rows(db, "SELECT kind FROM changes")}
    assert kinds == {"added"}
