"""What a historian does with documents' own pages, in a real browser before a real server."""

import json
import sqlite3
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from filled import hostile_record, real_records, store_details
from harvests import raw_rows
from playwright.sync_api import Page, expect
from reading import browsed, configured, read, served
from stored import entry, store
from test_browser import LINKS, SCRIPT, follow, titles

from harvester.record import Record

PETITION = "petition-opposition-coming-japan-taiwans-national-defense-minister-chiang"
KINDS = ("author", "place", "subject", "language", "donor")


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return real_records()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> Path:
    """The real records, three of them in a second collection too, and a document without."""
    data = configured(tmp_path_factory.mktemp("details"))
    db = data / "harvest.db"
    store_details(db, records)
    again = [one for one in records if "China" in one.names("place")]
    store(
        db, [entry(one.document, one.title, one.date_text, one.summary) for one in again], "china"
    )
    store(db, [entry("plain", "Not read yet", "1950")], "plain")
    return data


@pytest.fixture(scope="module")
def url(data: Path) -> Iterator[str]:
    with served(data) as address:
        yield address


@pytest.fixture(scope="module")
def page(url: str) -> Iterator[Page]:
    with browsed(url) as page:
        yield page


def facet(page: Page, name: str) -> dict[str, int]:
    """The names of a facet and how many documents it says that they have."""
    lines = page.locator(f"#facet-{name} li:not(.facet-truncated)").all_inner_texts()
    parts = [line.replace("✖", "").replace("·", "").rsplit(maxsplit=1) for line in lines]
    return {said.strip(): int(count) for said, count in parts}


def counted(records: list[Record], kind: str) -> dict[str, int]:
    return dict(Counter(name for one in records for name in one.names(kind)).most_common())


@pytest.mark.parametrize("text", ["fatal obstacle to trade", '"fatal obstacle"', "FATAL obstac*"])
def test_phrase_of_a_transcript_is_found_with_a_snippet(text: str, page: Page) -> None:
    page.goto("/harvest/records?_search=fatal")
    assert [title[:8] for title in titles(page)] == ["Petition"]
    page.goto("/")
    page.get_by_label("Search in texts").fill(text)
    follow(page.get_by_role("button", name="Find"))
    (passage,) = page.locator("td.col-passage").all_inner_texts()
    assert "‹fatal" in passage and "between Japan and China" in passage
    assert titles(page)[0].startswith("Petition on Opposition")
    follow(page.get_by_role("link", name="Read it"))
    assert "fatal obstacle to trade between Japan" in page.locator("td.col-text").inner_text()


def test_facets_count_the_documents(page: Page, records: list[Record]) -> None:
    page.goto("/")
    follow(page.get_by_role("link", name="All documents"))
    for kind in KINDS:
        want = counted(records, kind)
        shown = facet(page, kind)
        if len(want) > 20:
            assert shown.items() <= want.items()
            assert sorted(shown.values()) == sorted(want.values())[-len(shown) :]
        else:
            assert shown == want
    assert facet(page, "collection") == {"china": 4, "detailed": 8, "plain": 1}


def test_facets_narrow_together(page: Page, records: list[Record]) -> None:
    page.goto("/harvest/records")
    follow(page.locator("#facet-place").get_by_role("link", name="Japan", exact=True))
    left = [one for one in records if "Japan" in one.names("place")]
    expect(page.locator("h3").first).to_contain_text(f'{len(left)} rows where place is "Japan"')
    for kind in KINDS:
        assert facet(page, kind) == counted(left, kind)
    follow(page.locator("#facet-author").get_by_role("link", name="Kawase, Ikkan"))
    expect(page.locator("h3").first).to_contain_text("1 row where author is")
    assert page.locator("td.col-document").all_inner_texts() == [PETITION]
    page.get_by_label("Search:").fill("chiang")
    follow(page.get_by_role("button", name="Apply"))
    assert page.locator("td.col-document").all_inner_texts() == [PETITION]
    follow(page.locator("#facet-place a.cross").first)
    expect(page.locator("h3").first).not_to_contain_text("place is")
    assert page.locator("td.col-document").all_inner_texts() == [PETITION]


def test_two_places_are_both_asked_for(page: Page, records: list[Record]) -> None:
    page.goto("/harvest/records?_place=Japan&_place=United+States")
    left = [one for one in records if {"Japan", "United States"} <= set(one.names("place"))]
    assert page.locator("td.col-document").all_inner_texts() == [one.document for one in left]
    assert facet(page, "place") == counted(left, "place")


def test_collection_narrows_what_the_facets_count(page: Page, records: list[Record]) -> None:
    page.goto("/harvest/records?_collection=china")
    left = [one for one in records if "China" in one.names("place")]
    expect(page.locator("h3").first).to_contain_text(f"{len(left)} rows")
    assert facet(page, "place") == counted(left, "place")
    assert facet(page, "collection") == {"china": len(left), "detailed": len(left)}


@pytest.mark.parametrize("name", ["Nobody", "' OR 1=1 --", '"', "", "\\"])
def test_name_that_no_document_has_finds_none(name: str, url: str) -> None:
    shown = read(f"{url}/harvest/records?_author={quote(name)}&_facet_name=nothing")
    assert shown.css("section.content") and not shown.css("td.col-title")


def test_document_shows_its_names_texts_scans_and_history(page: Page) -> None:
    page.goto(f"/harvest/documents/wilson-center/{PETITION}")
    assert page.locator("dd.names-author a").all_inner_texts() == [
        "Kawase, Ikkan",
        "Japan-China Import-Export Association",
    ]
    scan = page.locator("dd.scans")
    expect(scan).to_contain_text("300639-1.pdf (application/pdf, 2,048 bytes)")
    expect(scan).to_contain_text("Rights: The History and Public Policy Program welcomes reuse")
    address = scan.get_by_role("link", name="the archive's page").get_attribute("href")
    assert address is not None and address.endswith(f"/document/{PETITION}")
    assert page.get_by_role("link", name="What became of it").count() == 1
    follow(page.locator("dd.texts a"))
    assert page.locator("td.col-text").inner_text().startswith("No. 594, Tokyo General")
    follow(page.locator("td.col-document a"))
    follow(page.get_by_role("link", name="Chiang, Ching-kuo (Jiang Jingguo)"))
    assert len(titles(page)) == 3


def test_document_without_details_is_shown_as_before(page: Page) -> None:
    page.goto("/harvest/documents/wilson-center/plain")
    assert page.locator("dl.record dt").all_inner_texts() == ["history"]
    page.goto("/harvest/records?_search=%22read+yet%22")
    assert page.locator("td.col-authors, td.col-places").all_inner_texts() == ["\xa0", "\xa0"]


def test_names_are_found_without_diacritics_and_lead_to_documents(page: Page) -> None:
    page.goto("/")
    follow(page.get_by_role("link", name="Authors, places, subjects"))
    page.get_by_label("name").fill("sato, e")
    follow(page.get_by_role("button", name="Run SQL"))
    assert page.locator("td.col-kind").all_inner_texts() == ["person"]
    follow(page.get_by_role("link", name="Satō, Eisaku"))
    assert len(titles(page)) == 2


def test_scans_have_their_rights_and_the_archives_page(page: Page, records: list[Record]) -> None:
    page.goto("/")
    follow(page.get_by_role("link", name="Scans"))
    assert page.locator("td.col-path").count() == len(records)
    for name in ("rights", "link"):
        assert all(page.locator(f"td.col-{name}").all_inner_texts())


def test_names_of_a_document_are_shown_by_their_labels(page: Page, data: Path) -> None:
    sql = "SELECT number FROM documents WHERE id = ?"
    (row,) = raw_rows(data / "harvest.db", sql, PETITION)
    page.goto(f"/harvest/document_terms?document={row['number']}&_sort=position")
    assert "Kawase, Ikkan" in page.locator("td.col-term a").all_inner_texts()


def test_what_people_take_away_is_narrowed_too(url: str) -> None:
    narrowed = urlencode({"_author": "Nehru, Jawaharlal", "_shape": "array", "_json": "places"})
    with urllib.request.urlopen(f"{url}/harvest/records.json?{narrowed}") as answer:
        (found,) = json.load(answer)
    assert found["places"] == ["India", "China", "Southeast Asia", "Pakistan"]


def test_details_are_shown_as_text(page: Page, data: Path) -> None:
    store_details(data / "harvest.db", [hostile_record(1, SCRIPT), hostile_record(2, LINKS)], "odd")
    with closing(sqlite3.connect(data / "harvest.db")) as db:
        db.execute(
            "INSERT INTO files (document, url, path, sha256, size, media_type, fetched, run)"
            " SELECT number, 'javascript:alert(6)', ?, '', 1, '', '', 1 FROM documents"
            " WHERE id = 'hostile-01'",
            [SCRIPT],
        )
        db.commit()
    places = ("records?_collection=odd", "texts?_search=alert", "search-texts?search=alert")
    more = (
        "documents/wilson-center/hostile-01",
        "documents/wilson-center/hostile-02",
        "names?name=alert",
        "scans?_size=50",  # another test has asked for them: Chromium may have kept the page
    )
    for place in (*places, *more, "terms?name__contains=alert"):
        page.goto(f"/harvest/{place}")
        assert page.locator("section.content").get_by_text("alert(").count() > 0
        assert page.locator("a[href^='javascript:']").count() == 0
        assert page.locator("td img, td script, dd img, dd script, li img, li script").count() == 0
    page.goto("/harvest/documents/wilson-center/hostile-01")
    follow(page.locator("dd.names-author a"))
    assert page.locator("td.col-document").all_inner_texts() == ["hostile-01"]
