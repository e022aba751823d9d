"""One document at two addresses: a slug today, and its record id on the earlier site."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from archive import Archive, Entry
from detailed import all_said, as_stored, changes, counts, failures, stored
from harvests import PROJECT, Harvest, raw_rows, rows
from shelf import Shelf, entry_of, real_records
from werkzeug import Response

from harvester.record import Record

Crawl = Callable[..., Harvest]
TOLD = "-adetails=yes"
TODAY = real_records("today")
EARLIER = real_records("earlier")
ONE, NUMBER = TODAY[0], str(TODAY[0].record_id)


@pytest.fixture
def shelf(archive: Archive) -> Shelf:
    """A site that has everything at both addresses, in either generation."""
    shelf = Shelf(archive)
    shelf.validators = True
    shelf.records = {record.document: record for record in (*TODAY, *EARLIER)}
    return shelf


@pytest.fixture
def visit(shelf: Shelf, crawl: Crawl) -> Callable[..., Harvest]:
    """Harvests the listing of one generation: a collection of its own for each."""

    def run(markup: str, *arguments: str, entries: list[Entry] | None = None) -> Harvest:
        shelf.markup = shelf.archive.markup = markup
        records = TODAY if markup == "today" else EARLIER
        shelf.archive.entries = entries or [shown(record, markup) for record in records]
        url = shelf.archive.url + f"&of={markup}"
        return crawl(f"-aurl={url}", f"-aname={markup}", *arguments)

    return run


def shown(record: Record, markup: str) -> Entry:
    """What a listing shows; the earlier site's had a spelling of its own."""
    if markup == "today":
        return entry_of(record)
    return entry_of(record, title=record.title.upper(), summary="As it was put before.")


def members(db: Path) -> set[tuple[int, str]]:
    found = rows(db, "SELECT collection, document FROM memberships WHERE missing IS NULL")
    return {(row["collection"], row["document"]) for row in found}


@pytest.mark.parametrize("details", [(TOLD, TOLD), ("-adetails=no", "-adetails=no")])
@pytest.mark.parametrize("order", [1, -1])
def test_slug_and_number_are_one_document(
    order: int, details: tuple[str, str], visit: Callable[..., Harvest]
) -> None:
    """Whichever was met first, once the page at the slug was read."""
    generations = ("today", "earlier")[::order]
    for markup, told in zip(generations, details, strict=True):
        assert visit(markup, told).code == 0
    done = visit("today", TOLD)
    slugs = {record.document for record in TODAY}
    assert {row["id"] for row in rows(done.db, "SELECT id FROM documents")} == slugs
    assert members(done.db) == {(one, slug) for one in (1, 2) for slug in slugs}
    aliases = rows(done.db, "SELECT slug AS alias, document FROM addresses")
    assert {(row["alias"], row["document"]) for row in aliases} == {
        (alias, record.document)
        for record in TODAY
        for alias in (record.document, record.record_id)
    }
    for record, listed in zip(stored(done.db), as_stored(TODAY), strict=True):
        assert (record.link, record.title, record.summary) == (
            listed.link,
            listed.title,
            listed.summary,
        )
    assert rows(done.db, "PRAGMA foreign_key_check") == []
    before = all_said(done.db)
    for markup in ("earlier", "today"):
        again = visit(markup, TOLD)
        assert (again.code, changes(again.db)) == (0, set())
    assert all_said(again.db) == before


def test_another_field_can_have_the_number(visit: Callable[..., Harvest], tmp_path: Path) -> None:
    """A site may call it otherwise than the first one does: here it is the classification."""
    profile = (PROJECT / "harvester/sites/wilson-center.toml").read_text(encoding="utf-8")
    swapped = {'"record_id"': '"classification"', '"classification"': '"record_id"'}
    either = re.compile("|".join(swapped))
    (tmp_path / "sites").mkdir()
    own = either.sub(lambda found: swapped[found.group()], profile)
    (tmp_path / "sites" / "wilson-center.toml").write_text(own, encoding="utf-8")
    collections = f"-sHARVEST_COLLECTIONS={tmp_path / 'collections.toml'}"
    for markup in ("earlier", "today"):
        done = visit(markup, TOLD, collections)
        assert done.code == 0
    numbers = {row["classification"] for row in rows(done.db, "SELECT * FROM documents")}
    assert numbers == {record.record_id for record in TODAY}
    assert {row["id"] for row in rows(done.db, "SELECT id FROM documents")} == {
        record.document for record in TODAY
    }


def test_joining_loses_nothing(visit: Callable[..., Harvest]) -> None:
    visit("earlier", TOLD)
    done = visit("today", TOLD)
    joined = [row for row in rows(done.db, "SELECT * FROM changes") if row["kind"] == "joined"]
    assert [row["document"] for row in joined] == [record.document for record in TODAY]
    said = json.loads(joined[0]["old"])
    assert (said["id"], said["title"]) == (NUMBER, EARLIER[0].title.upper())
    assert said["summary"] == "As it was put before."
    assert said["url"].endswith(f"/document/{NUMBER}")
    assert [row["collection"] for row in said["memberships"]] == [1]
    history = rows(done.db, "SELECT * FROM changes WHERE document = ?", ONE.document)
    assert {row["kind"] for row in history} == {"added", "joined", "renamed", "changed"}
    assert [row["old"] for row in history if row["field"] == "title"] == [said["title"]]
    assert [row["old"] for row in history if row["field"] == "citation"] == [EARLIER[0].citation]
    pages = rows(done.db, "SELECT url FROM pages WHERE document = ?", ONE.document)
    assert [row["url"].rpartition("/")[2] for row in pages] == [NUMBER, ONE.document]


@pytest.mark.parametrize("read_before", [True, False])
def test_related_documents_are_those_of_the_page_that_counts(
    read_before: bool, shelf: Shelf, visit: Callable[..., Harvest]
) -> None:
    """Whether or not the page at the slug was read before the documents were found to be one."""
    if read_before:
        shelf.change(ONE.document, record_id=None, citation=None, citation_url=None)
        visit("today", TOLD)
        shelf.records[ONE.document] = ONE
    db = visit("earlier", TOLD).db
    with closing(sqlite3.connect(db)) as by_hand, by_hand:
        put = (
            "INSERT INTO related (document, position, url)"
            " SELECT number, ?2, 'https://x.example/' FROM documents WHERE id = ?1"
        )
        by_hand.executemany(put, [(NUMBER, place) for place in (1, 9)])
    done = visit("today", TOLD, "-afull=yes")
    assert done.code == 0
    joined = rows(db, "SELECT document FROM changes WHERE kind = 'joined'")
    assert {"document": ONE.document} in joined
    assert raw_rows(db, "PRAGMA foreign_key_check") == []
    said = "SELECT document, url FROM related ORDER BY document, position"
    slugs = sorted(record.document for record in TODAY)
    assert rows(db, said) == [
        {"document": slug, "url": one.url} for slug in slugs for one in ONE.related
    ]


def test_joined_documents_are_told_of(visit: Callable[..., Harvest]) -> None:
    visit("earlier", TOLD)
    done = visit("today", TOLD, "--quiet")
    assert done.err == ""
    told = done.out
    assert "  Found to be one (8)\n" in told


def test_number_is_found_at_once_when_it_is_listed_later(
    shelf: Shelf, visit: Callable[..., Harvest]
) -> None:
    visit("today", TOLD)
    shelf.forget()
    done = visit("earlier")
    assert (done.run["added"], done.run["changed"]) == (8, 0)
    assert changes(done.db) == {("added", None, None, None)}
    assert len(rows(done.db, "SELECT id FROM documents")) == 8


def test_two_that_one_listing_has_stay_two(visit: Callable[..., Harvest]) -> None:
    both = [entry_of(ONE), entry_of(EARLIER[0])]
    done = visit("today", TOLD, entries=both)
    assert (done.code, counts(done.db)) == (0, (2, 2, 0))
    assert members(done.db) == {(1, ONE.document), (1, NUMBER)}
    again = visit("today", TOLD, entries=both)
    assert (again.code, changes(again.db)) == (0, set())
    assert members(again.db) == {(1, ONE.document), (1, NUMBER)}


def test_two_that_one_listing_had_stay_two_when_it_has_lost_one(
    visit: Callable[..., Harvest],
) -> None:
    visit("today", TOLD, entries=[entry_of(ONE), entry_of(EARLIER[0])])
    done = visit("today", TOLD, "-afull=yes", entries=[entry_of(ONE)])
    assert members(done.db) == {(1, ONE.document)}
    documents = rows(done.db, "SELECT id, record_id FROM documents ORDER BY id")
    assert {row["id"] for row in documents} == {ONE.document, NUMBER}
    assert changes(done.db) == {("missing", "missing", None, done.run["captured"])}


def test_entry_listed_twice_by_its_number_is_one(visit: Callable[..., Harvest]) -> None:
    """A listing that moves while it is walked shows an entry on two pages."""
    visit("today", TOLD)
    many = [entry_of(replace(EARLIER[0], document=f"other-{n}")) for n in range(9)]
    twice = shown(EARLIER[0], "earlier")
    done = visit("earlier", entries=[twice, *many, twice])
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert rows(done.db, "SELECT id FROM documents WHERE id = ?", NUMBER) == []


def redirect(place: str) -> Callable[[object], Response]:
    return lambda _: Response("", 302, headers={"Location": place})


def test_number_that_leads_to_a_slug_is_known_by_it(
    shelf: Shelf, visit: Callable[..., Harvest]
) -> None:
    """Today's site may send who asks for a number on to the document's present address."""
    shelf.answers[NUMBER] = redirect(f"/document/{ONE.document}")
    alone = [entry_of(EARLIER[0])]
    done = visit("today", TOLD, entries=alone)
    (row,) = rows(done.db, "SELECT * FROM documents")
    assert (row["id"], row["url"], row["record_id"]) == (ONE.document, ONE.link, NUMBER)
    was = f"{ONE.link.rpartition('/')[0]}/{NUMBER}"
    assert ("renamed", "url", was, ONE.link) in changes(done.db)
    assert members(done.db) == {(1, ONE.document)}
    before = all_said(done.db)
    again = visit("today", TOLD, entries=alone)
    assert (again.code, changes(again.db), all_said(again.db)) == (0, set(), before)


def test_number_that_leads_to_a_known_slug_is_joined(
    shelf: Shelf, visit: Callable[..., Harvest], crawl: Crawl
) -> None:
    shelf.answers[NUMBER] = redirect(f"/document/{ONE.document}")
    shelf.archive.entries = [entry_of(ONE)]
    crawl(f"-aurl={shelf.archive.url}&of=slugs", "-aname=slugs")
    done = visit("today", TOLD, entries=[entry_of(EARLIER[0])])
    assert [row["id"] for row in rows(done.db, "SELECT id FROM documents")] == [ONE.document]
    assert members(done.db) == {(1, ONE.document), (2, ONE.document)}


def test_two_numbers_are_two_documents(shelf: Shelf, visit: Callable[..., Harvest]) -> None:
    """A page that names another document's number takes nothing from it."""
    visit("earlier", TOLD)
    other = str(TODAY[1].record_id)
    shelf.change(other, record_id="77")
    visit("earlier", TOLD, "-afull=yes")
    shelf.change(ONE.document, record_id=other)
    done = visit("today", TOLD, entries=[entry_of(ONE)])
    assert done.code == 0
    ids = {row["id"] for row in rows(done.db, "SELECT id FROM documents")}
    assert ids == {record.document for record in EARLIER} | {ONE.document}


STRANGE = {
    "home": redirect("/search?search_api_fulltext=Japan"),
    "another document": redirect(f"/document/{TODAY[1].document}"),
}


@pytest.mark.parametrize("case", STRANGE)
def test_page_of_something_else_is_not_stored(
    case: str, shelf: Shelf, visit: Callable[..., Harvest]
) -> None:
    shelf.answers[ONE.document] = STRANGE[case]
    done = visit("today", TOLD)
    assert (done.code, counts(done.db), failures(done.db)) == (75, (8, 7, 1), ["no-document"])
    assert ONE.document not in {record.document for record in stored(done.db)}
    assert len(rows(done.db, "SELECT * FROM documents")) == 8
