"""What a harvest asks of the site and of the database: so much a page, however many there are.

A test can't keep a time. It can keep what times follow from: how many requests a harvest makes, and
how many statements it runs, which must not grow with entries that are stored one by one, nor with
the pages that were before.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from archive import PER_PAGE, Archive
from harvests import Harvest, rows, scrapy_anew

from harvester.items import Entry, Listing, PageItem, UnchangedPages
from harvester.outcomes import Outcome
from harvester.runs import RunEnd, RunStart
from harvester.store.store import Rules, Store

URL = "https://example.org/search"
NOW = "2026-11-24T05:06:07Z"
FEW, MANY = 5, 50
UNSEARCHED = 100
"""Of so many pages of a first harvest searches find nothing yet, as docs/reading.md says."""


@dataclass
class Work:
    """The statements that were run, one for each row of an executemany, and SQLite's own steps."""

    statements: int = 0
    steps: int = 0

    def step(self) -> None:
        self.steps += 1


class Counted(sqlite3.Connection):
    """A connection that counts what it does."""

    work: Work

    def execute(self, *asked: Any) -> sqlite3.Cursor:
        self.work.statements += 1
        return super().execute(*asked)

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        rows = list(rows)
        self.work.statements += len(rows)
        return super().executemany(sql, rows)

    def set_progress_handler(self, *_: Any) -> None:
        """Leaves out the program's own, which hears of signals: a connection has only one."""


class Harvesting:
    """A store on a real file, and how much it does for a page; `together` is how many statements it
    ran to store those that a run has found unchanged."""

    def __init__(self, db: Path) -> None:
        self.work = Work()
        self.together = 0
        with patch.object(sqlite3, "connect", self._connect(sqlite3.connect)):
            self.store = Store(str(db), Rules())

    def run(self, pages: list[PageItem], *, full: bool = False) -> Work:
        """Harvests the pages; what it does for the last of them, found unchanged if it is known,
        unless the harvest is a full one."""
        same = list[PageItem]()
        self.store.start_run(RunStart("all", URL, NOW, site="wilson-center"))
        for page in pages:
            self.work.statements = self.work.steps = 0
            known = None if full else self.store.recall(page.listing.url)
            if known is None:
                page.listing.entries = self.store.new_entries(page)
                self.store.store_page(page)
            else:
                same.append(known.page)
        done = replace(self.work)
        if same:
            self.store.store_same(UnchangedPages(same))
        self.together = self.work.statements - done.statements
        self.store.end_run(RunEnd("all", Outcome.INCOMPLETE, NOW))
        return done

    def _connect(self, connect: Callable[..., sqlite3.Connection]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Counted:
            connection = connect(*arguments, **options, factory=Counted)
            assert isinstance(connection, Counted)
            connection.work = self.work
            sqlite3.Connection.set_progress_handler(connection, self.work.step, 1)
            return connection

        return counted


@pytest.fixture
def harvesting(db: Path) -> Iterator[Harvesting]:
    harvesting = Harvesting(db)
    yield harvesting
    harvesting.store.close()


def listed(number: int, entries: int = PER_PAGE) -> PageItem:
    """A page of a listing, as it comes to the store."""
    first = number * entries + 1
    found = [
        Entry(f"d{n}", f"{URL}/d{n}", f"Title {n}", "1956", f"Summary {n}", "1956", position=n)
        for n in range(first, first + entries)
    ]
    listing = Listing(f"{URL}?page={number}", first, first + entries - 1, 10**6, found)
    return PageItem("all", listing, NOW, 200, "", entries, entries, entries, etag='"1"')


def test_statements_for_a_page_do_not_grow_with_its_entries(harvesting: Harvesting) -> None:
    harvesting.run([listed(0, 10)])
    ten = harvesting.run([listed(1, 10)])
    forty = harvesting.run([listed(2, 40)])
    assert ten.statements == forty.statements


def test_work_for_a_page_does_not_grow_with_the_pages_before(harvesting: Harvesting) -> None:
    harvesting.run([listed(FEW + MANY)])
    after_few = harvesting.run([listed(number) for number in range(FEW)])
    after_many = harvesting.run([listed(number) for number in range(FEW, FEW + MANY)])
    assert after_many.statements == after_few.statements
    assert after_many.steps < 1.2 * after_few.steps


def test_work_for_a_page_of_a_new_database_grows_with_nothing(tmp_path: Path) -> None:
    done = []
    for pages, entries in ((FEW, 10), (MANY, 10), (FEW, 40)):
        harvesting = Harvesting(tmp_path / f"{pages}-{entries}.db")
        done.append(harvesting.run([listed(number, entries) for number in range(pages)]))
        harvesting.store.close()
    few, many, large = done
    assert few.statements == many.statements == large.statements
    assert many.steps < 1.2 * few.steps


def test_unchanged_page_is_only_looked_up(harvesting: Harvesting) -> None:
    pages = [listed(number) for number in range(MANY)]
    new = harvesting.run(pages)
    after_few, after_many = harvesting.run(pages[:FEW]), harvesting.run(pages)
    assert after_few.statements == after_many.statements < new.statements / 2
    assert after_many.steps < new.steps / 5
    assert after_many.steps < 1.2 * after_few.steps


def test_unchanged_pages_are_stored_in_one_transaction(harvesting: Harvesting) -> None:
    pages = [listed(number) for number in range(20)]
    harvesting.run(pages)
    harvesting.run(pages[:1])
    one = harvesting.together
    harvesting.run(pages)
    assert 0 < harvesting.together < one + len(pages)


def test_unchanged_page_is_looked_up_as_quickly_after_many_runs(harvesting: Harvesting) -> None:
    pages = [listed(number) for number in range(FEW)]
    harvesting.run(pages)
    after_one = harvesting.run(pages)
    for _ in range(MANY):
        after_many = harvesting.run(pages)
    assert after_many.statements == after_one.statements
    assert after_many.steps < 1.2 * after_one.steps


@pytest.mark.parametrize("before", ["unchanged", "read again"])
def test_page_that_is_read_again_costs_the_same_after_many_runs(
    harvesting: Harvesting, before: str
) -> None:
    pages = [listed(number) for number in range(FEW)]
    harvesting.run(pages)
    after_one = harvesting.run(pages, full=True)
    for _ in range(MANY):
        harvesting.run(pages, full=before == "read again")
    after_many = harvesting.run(pages, full=True)
    assert after_many.statements == after_one.statements
    assert after_many.steps < 1.2 * after_one.steps


def test_index_of_searches_is_written_once_a_page(harvesting: Harvesting, db: Path) -> None:
    """SQLite keeps what is written at once as a segment, and merges them as they become many."""
    harvesting.run([listed(0, 40)])
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as reader:
        (segments,) = reader.execute("SELECT count(DISTINCT segid) FROM words_fts_idx").fetchone()
    reader.close()
    assert segments == 1


@pytest.mark.parametrize("pages", [2, FEW])
def test_run_asks_for_each_page_once(
    archive: Archive, crawl: Callable[..., Harvest], pages: int
) -> None:
    archive.validators = "ETag"
    archive.entries = [entry for _ in range(pages) for entry in archive.entries][: pages * PER_PAGE]
    archive.entries = [
        {**entry, "href": f"/document/d{n}", "title": f"Title {n}"}
        for n, entry in enumerate(archive.entries)
    ]
    for status in (200, 304):
        archive.asked.clear()
        archive.answered.clear()
        assert crawl("-a", f"url={archive.url}").code == 0
        assert archive.asked == list(range(pages))
        assert set(archive.answered) == {status}


def test_first_run_leaves_all_indexes_of_a_new_database(harvesting: Harvesting, db: Path) -> None:
    before = indexes(db)
    harvesting.run([listed(0)])
    assert indexes(db) == before


def test_searches_find_the_pages_of_a_first_run_while_it_goes_on(
    harvesting: Harvesting, db: Path
) -> None:
    harvesting.store.start_run(RunStart("all", URL, NOW, site="wilson-center"))
    pages = [listed(number) for number in range(UNSEARCHED + 1)]
    for page in pages:
        page.listing.entries = harvesting.store.new_entries(page)
        harvesting.store.store_page(page)
    assert found(db, "summary") == UNSEARCHED * PER_PAGE
    harvesting.store.end_run(RunEnd("all", Outcome.INCOMPLETE, NOW))
    assert found(db, "summary") == len(pages) * PER_PAGE


CHANGES = (
    "UPDATE documents SET title = 'Corrected' WHERE number = 3",
    "UPDATE documents SET summary = NULL",
    "DELETE FROM memberships WHERE document = 4",
    "DELETE FROM changes WHERE document = 4",
    "DELETE FROM documents WHERE number = 4",
    "INSERT INTO texts (document, position, text) VALUES (5, 1, 'A corrected text')",
)
"""What other programs may do while a first harvest goes on."""


def test_other_programs_change_documents_that_no_search_finds_yet(
    harvesting: Harvesting, db: Path
) -> None:
    store = harvesting.store
    store.start_run(RunStart("all", URL, NOW, site="wilson-center"))
    page = listed(0)
    page.listing.entries = store.new_entries(page)
    store.store_page(page)
    with closing(sqlite3.connect(db, isolation_level=None)) as by_hand:
        assert found(db, "title") == 0
        for sql in CHANGES:
            by_hand.execute(sql)
        by_hand.execute("INSERT INTO words_fts (words_fts) VALUES ('integrity-check')")
    store.end_run(RunEnd("all", Outcome.INCOMPLETE, NOW))
    assert (found(db, "corrected"), found(db, "title")) == (2, PER_PAGE - 2)


def test_listing_that_is_walked_twice_in_a_first_run_is_stored_once(
    harvesting: Harvesting, db: Path
) -> None:
    before = indexes(db)
    harvesting.store.start_run(RunStart("all", URL, NOW, site="wilson-center"))
    for walk, word in ((1, "Summary"), (2, "Precis")):
        for number in range(FEW):
            at = NOW.replace("07Z", f"0{6 + walk}Z")
            page = replace(listed(number), walk=walk, fetched=at, sha256=word)
            for entry in page.listing.entries:
                entry.summary = f"{word} {entry.position}"
            page.listing.entries = harvesting.store.new_entries(page)
            assert len(page.listing.entries) == PER_PAGE
            harvesting.store.store_page(page)
    again = replace(listed(0), walk=2)
    assert harvesting.store.new_entries(again) == []
    harvesting.store.end_run(RunEnd("all", Outcome.INCOMPLETE, NOW))
    assert (found(db, "summary"), found(db, "precis")) == (0, FEW * PER_PAGE)
    assert indexes(db) == before


@pytest.mark.parametrize("command", ["changes", "runs", "export --format csv", "reparse"])
def test_command_that_reads_loads_nothing_that_writes(
    harvesting: Harvesting, db: Path, command: str
) -> None:
    harvesting.run([listed(0)])
    done = scrapy_anew(*command.split(), f"-sHARVEST_DB={db}", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "harvester.store.connection" in loaded
    assert not loaded & {"sqlite_utils", "harvester.store.store"}


def found(db: Path, word: str) -> int:
    """How many documents a search finds."""
    sql = "SELECT count(*) AS number FROM documents_fts WHERE documents_fts MATCH ?"
    return int(rows(db, sql, word)[0]["number"])


def indexes(db: Path) -> list[dict[str, Any]]:
    """The indexes that readers find, and what keeps that of searches up to date."""
    sql = "SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') ORDER BY name"
    return rows(db, sql)


def captured(number: int, title: str) -> PageItem:
    """The first page of the listing, as it was captured in one of many hours."""
    page = listed(0)
    for entry in page.listing.entries:
        entry.title = f"{title} {entry.document}"
    at = f"20{number // 8760:02}-{number % 12 + 1:02}-{number // 24 % 28 + 1:02}"
    return replace(page, fetched=f"{at}T{number % 24:02}:00:00Z", sha256=title)


def archived(db: Path, others: int) -> Work:
    """What it takes to read an older capture after so many complete runs without its documents."""
    harvesting = Harvesting(db)
    store = harvesting.store
    for turn, page in enumerate([captured(200_000, "New"), captured(190_000, "Newer")]):
        read(store, "all", page, str(turn))
    with sqlite3.connect(db) as by_hand:
        by_hand.execute("PRAGMA busy_timeout = 9000")
        by_hand.executemany(
            "INSERT INTO runs"
            " (collection, source, started, finished, outcome, seen, captured, walk, moment, seq)"
            " VALUES (1, 'x', ?1, ?1, 'complete', 9, ?1, 1, ?1, 0)",
            [
                (f"2023-01-{1 + n // 3600:02}T01:{n // 60 % 60:02}:{n % 60:02}Z",)
                for n in range(others)
            ],
        )
    by_hand.close()
    store.start_run(RunStart("all", URL, NOW, "x", site="wilson-center", accept=True))
    page = captured(150_000, "Old")
    page.listing.entries = store.new_entries(page)
    harvesting.work.statements = harvesting.work.steps = 0
    store.store_page(page)
    done = replace(harvesting.work)
    store.close()
    return done


def read(store: Store, name: str, page: PageItem, source: str) -> None:
    store.start_run(RunStart(name, URL, NOW, source, site="wilson-center", accept=True))
    page.listing.entries = store.new_entries(page)
    store.store_page(page)
    store.end_run(RunEnd(name, Outcome.COMPLETE, NOW))


def test_older_capture_costs_what_its_documents_have_to_tell(tmp_path: Path) -> None:
    """However many complete runs there were without them."""
    few, many = (archived(tmp_path / f"{others}.db", others) for others in (10, 5_000))
    assert many.statements == few.statements
    assert many.steps < 1.2 * few.steps
