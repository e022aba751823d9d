"""Documents' own pages from the site to whoever reads them: harvested, searched, exported."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archive import Archive
from detailed import as_stored, stored
from filled import real_records as read_records
from filled import store_details
from harvests import Harvest, scrapy
from shelf import Shelf, real_records

from harvester.store.read.queries import QUERIES, add_functions

Crawl = Callable[..., Harvest]
SATO = "Satō, Eisaku"


@pytest.fixture
def harvested(archive: Archive, crawl: Crawl) -> Path:
    """The eight real documents, harvested with their own pages."""
    Shelf(archive).put(real_records("today"))
    done = crawl(f"-aurl={archive.url}", "-aname=it", "-adetails=yes")
    assert done.code == 0
    return done.db


def test_what_is_harvested_is_exported(harvested: Path) -> None:
    done = scrapy("export", "--format", "csl-json", HARVEST_DB=str(harvested))
    items = {item["title"]: item for item in json.loads(done.stdout)}
    assert (done.returncode, done.stderr, len(items)) == (0, "", 8)
    for record in real_records("today"):
        item = items[record.title]
        assert len(item.get("author", [])) == len(record.names("author"))
        assert item["archive_location"] == record.source
        assert item["URL"].endswith(record.document)


def test_what_is_harvested_is_found(harvested: Path) -> None:
    with closing(sqlite3.connect(harvested)) as db:
        add_functions(db)
        (search,) = (query.sql for query in QUERIES if query.name == "search-texts")
        found = db.execute(search, {"search": '"fatal obstacle to trade"'}).fetchall()
        named = db.execute("SELECT people FROM records WHERE people LIKE ?", [f"%{SATO}%"])
        people = [name for (names,) in named for name in json.loads(names)]
    assert [len(found), SATO in people] == [1, True]
    assert "it may prove a ‹fatal obstacle to trade› between Japan and China" in str(found[0])


def test_databases_of_other_tests_are_as_a_harvest_leaves_them(tmp_path: Path) -> None:
    store_details(tmp_path / "filled.db", read_records())
    assert stored(tmp_path / "filled.db") == as_stored(read_records())
