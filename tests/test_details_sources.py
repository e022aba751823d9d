"""Documents' pages from captures: a recording, saved pages, the Wayback Machine."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from archive import Archive
from detailed import all_said, as_stored, changes, counts, failures, stored
from harvests import Harvest, harvest, rows
from markup_documents import Document, render
from pytest_httpserver import HTTPServer
from shelf import Shelf, entry_of, real_records
from wayback import Wayback

from harvester.record import Record

Crawl = Callable[..., Harvest]
TOLD = "-adetails=yes"
HOME = "https://digitalarchive.wilsoncenter.org"


@pytest.fixture
def shelf(archive: Archive) -> Shelf:
    """The eight real documents, on a site of today."""
    shelf = Shelf(archive)
    shelf.put(real_records("today"))
    return shelf


def test_recorded_harvest_is_repeated_without_the_site(
    shelf: Shelf, crawl: Crawl, tmp_path: Path
) -> None:
    shelf.validators = True
    url, warc = shelf.archive.url, tmp_path / "warc"
    live = crawl(f"-aurl={url}", TOLD, HARVEST_WARC=warc)
    crawl(f"-aurl={url}", TOLD, HARVEST_WARC=warc)
    kept = rows(live.db, "SELECT document, warc, warc_offset, payload_digest FROM pages")
    assert all(row["warc"] and row["payload_digest"] for row in kept)
    shelf.forget()
    other = tmp_path / "other.db"
    for _ in range(2):
        done = harvest(f"-aurl={url}", f"-asource={warc}", TOLD, HARVEST_DB=other)
        assert (done.code, counts(other)) == (0, (8, 8, 0))
    assert (shelf.asked, changes(other)) == ([], set())
    assert all_said(other) == all_said(live.db)


def saved(folder: Path, url: str, html: str, day: int) -> None:
    """Saves a page as a browser would, on a day of 2026."""
    folder.mkdir(exist_ok=True)
    name = url.rpartition("/")[2].partition("?")[0]
    file = folder / f"{name}.html"
    file.write_text(f"<!-- saved from url=({len(url):04}){url} -->\n{html}", encoding="utf-8")
    moment = 1_767_225_600 + day * 86_400
    os.utime(file, (moment, moment))


def save_all(shelf: Shelf, folder: Path, day: int, *, without: int = 0) -> None:
    saved(folder, shelf.archive.url, shelf.archive.page(0), day)
    for record in list(shelf.records.values())[without:]:
        url = shelf.archive.url.partition("/search")[0] + f"/document/{record.document}"
        saved(folder, url, shelf.page(record.document), day)


def test_what_was_not_saved_is_missing(shelf: Shelf, crawl: Crawl, tmp_path: Path) -> None:
    save_all(shelf, tmp_path / "saved", 10, without=1)
    done = crawl(f"-aurl={shelf.archive.url}", f"-asource={tmp_path / 'saved'}", TOLD)
    assert (done.code, done.run["outcome"], counts(done.db)) == (75, "complete", (8, 7, 1))
    assert failures(done.db) == ["not-saved"]
    assert "is not in" in done.complaints[0]
    times = rows(done.db, "SELECT DISTINCT fetched FROM pages")
    assert times == [{"fetched": "2026-01-11T00:00:00Z"}]


def test_older_capture_takes_nothing_away(shelf: Shelf, crawl: Crawl, tmp_path: Path) -> None:
    url = f"-aurl={shelf.archive.url}"
    save_all(shelf, tmp_path / "new", 20)
    new = list(shelf.records.values())
    crawl(url, f"-asource={tmp_path / 'new'}", TOLD)
    shelf.change(new[0].document, source="As it was.")
    save_all(shelf, tmp_path / "old", 10)
    saved(tmp_path / "old", shelf.archive.url, shelf.archive.page(0), 20)
    done = crawl(url, f"-asource={tmp_path / 'old'}", TOLD)
    assert (done.code, counts(done.db), changes(done.db)) == (0, (8, 8, 0), set())
    assert stored(done.db) == as_stored(new)
    save_all(shelf, tmp_path / "newer", 30)
    later = crawl(url, f"-asource={tmp_path / 'newer'}", TOLD)
    assert changes(later.db) == {("changed", "source", new[0].source, "As it was.")}
    (row,) = rows(later.db, "SELECT at FROM changes WHERE field = 'source'")
    assert row["at"] == "2026-01-31T00:00:00Z"


def test_page_is_found_at_the_address_that_a_source_has(
    shelf: Shelf, crawl: Crawl, tmp_path: Path
) -> None:
    """A document that is known by its slug was saved when it still had its number."""
    before = stored(crawl(f"-aurl={shelf.archive.url}", TOLD).db)
    shelf.markup = shelf.archive.markup = "earlier"
    shelf.put(real_records("earlier"))
    shelf.archive.url += "&of=2"
    save_all(shelf, tmp_path / "saved", 10)
    done = crawl(f"-aurl={shelf.archive.url}", f"-asource={tmp_path / 'saved'}", TOLD)
    assert (done.code, done.complaints, counts(done.db)) == (0, [], (8, 8, 0))
    told = {(kind, field) for kind, field, *_ in changes(done.db)}
    assert told == {("added", None), ("joined", "id"), ("renamed", "url")}
    assert stored(done.db) == before


LISTING = f"{HOME}/search?search_api_fulltext=Japan"


def captured(wayback: Wayback, moment: str, record: Record, **changes: object) -> None:
    """Adds a capture of a document's page."""
    page = render("today", Document(record.link, replace(record, **changes)))
    wayback.add(moment, record.link, page)


def test_wayback_gives_the_latest_capture_that_holds_the_page(
    httpserver: HTTPServer, archive: Archive, crawl: Crawl
) -> None:
    wayback = Wayback(httpserver)
    one, two, three = real_records("today")[:3]
    archive.url = LISTING
    archive.entries = [entry_of(record) for record in (one, two, three)]
    wayback.add("20250101000000", LISTING, archive.page(0))
    captured(wayback, "20240101000000", one, source="Before.")
    captured(wayback, "20250201000000", one, source="By then.")
    captured(wayback, "20260101000000", one, source="Too late.")
    captured(wayback, "20240101000000", two)
    wayback.add("20250101000000", two.link, "<html><h1>Log in</h1></html>")
    done = crawl(
        f"-aurl={LISTING}",
        "-asource=wayback:2025",
        TOLD,
        HARVEST_WAYBACK=wayback.url,
        DOWNLOAD_DELAY=0,
    )
    assert (done.code, counts(done.db), failures(done.db)) == (75, (3, 2, 1), ["not-saved"])
    assert three.link in done.complaints[0]
    got = {record.document: record for record in stored(done.db)}
    assert got[one.document].source == "By then."
    assert got[two.document] == as_stored([two])[0]
    times = rows(done.db, "SELECT fetched FROM pages WHERE document IS NOT NULL ORDER BY id")
    assert [row["fetched"][:10] for row in times] == ["2025-02-01", "2024-01-01"]
