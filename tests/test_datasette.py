"""What makes a harvest readable: the search index, the view, the questions, their descriptions."""

import asyncio
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from examples import ANYTHING, examples
from filled import real_records, store_details
from harvests import raw_rows, rows
from hypothesis import given
from hypothesis import strategies as st
from stored import PUT, entry, number, store

from benchmarks.reading import PAGES, PARAMETERS, PLANNED, TABLE, measure
from benchmarks.synthetic import fill
from harvester.datasette.metadata import metadata
from harvester.descriptions import COLUMNS, TABLES, VIEWS
from harvester.store.read.facets import COLUMNS as NAME_COLUMNS
from harvester.store.read.queries import QUERIES, add_functions, expression

FOUND = """SELECT id FROM documents WHERE number IN (
    SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?) ORDER BY id"""


@pytest.fixture
def kono(db: Path) -> Path:
    """Two documents in a collection, one of them in another too."""
    visit = entry("visit", "Meeting with Ichirō Kōno", "October 9, 1956", "On fishing rights")
    store(db, [visit, entry("note", "Note on 'Fishermen'")])
    store(db, [entry("visit", "Meeting with Ichirō Kōno", None, "On fishing rights")], "japan")
    return db


@pytest.fixture
def open_db(kono: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(kono, isolation_level=None)) as connection:
        yield connection


def found(db: sqlite3.Connection, text: str) -> list[str]:
    return [name for (name,) in db.execute(FOUND, [expression(text)])]


def check_index(db: sqlite3.Connection) -> None:
    """Raises DatabaseError if the index is damaged; each document has a row of its own there."""
    db.execute("INSERT INTO words_fts (words_fts) VALUES ('integrity-check')")
    rows = "SELECT document FROM words_fts_rows JOIN words_fts_docsize USING (id)"
    documents = "SELECT number FROM documents"
    assert sorted(db.execute(rows)) == sorted(db.execute(documents))


SEARCHES = {
    "Kono": ["visit"],
    "kōno": ["visit"],
    "KÔNO": ["visit"],
    "fishing": ["visit"],
    "fish*": ["note", "visit"],
    "fish": [],
    '"ichiro kono"': ["visit"],
    '"kono ichiro"': [],
    '"ichiro ko"*': ["visit"],
    '"ichiro ko': [],
    '"meeting with': ["visit"],
    "kono OR note": ["note", "visit"],
    "kono or note": ["note", "visit"],
    "meeting -note": ["visit"],
    "meeting -kono": [],
    "kono NOT meeting": [],
    "title:kono": [],
    "": [],
    '"""': [],
    "*": [],
    "--": [],
    "kono -- *": ["visit"],
}


@pytest.mark.parametrize("text", SEARCHES)
def test_search_finds(text: str, open_db: sqlite3.Connection) -> None:
    assert found(open_db, text) == SEARCHES[text]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("empty") / "harvest.db"
    store(path, [])
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@examples(80, most=4_000)
@given(st.text(ANYTHING) | st.text(alphabet="\"*()^:+-{}\\ab \0'ORNT"))
def test_no_text_breaks_the_search(empty: sqlite3.Connection, text: str) -> None:
    assert found(empty, text) == []


def test_index_follows_what_is_written(open_db: sqlite3.Connection) -> None:
    open_db.execute("UPDATE documents SET title = 'Corrected' WHERE id = 'note'")
    assert (found(open_db, "corrected"), found(open_db, "fishermen")) == (["note"], [])
    open_db.execute("UPDATE documents SET summary = NULL WHERE id = 'visit'")
    assert found(open_db, "rights") == []
    open_db.execute(f"DELETE FROM memberships WHERE document = {number('visit')}")
    open_db.execute("DELETE FROM documents WHERE id = 'visit'")
    assert found(open_db, "kono") == []
    check_index(open_db)


def test_index_follows_a_rollback(open_db: sqlite3.Connection) -> None:
    open_db.execute("BEGIN")
    open_db.execute("UPDATE documents SET title = 'Corrected'")
    open_db.execute("ROLLBACK")
    assert (found(open_db, "kono"), found(open_db, "corrected")) == (["visit"], [])
    check_index(open_db)


def test_what_is_unchanged_writes_nothing_to_the_index(open_db: sqlite3.Connection) -> None:
    (row,) = open_db.execute(
        "SELECT site, id, url, title, summary, date_text, date_edtf, date_earliest, date_latest,"
        " first_seen, last_changed, page FROM documents WHERE id = 'note'"
    )
    before = open_db.total_changes
    open_db.execute("UPDATE documents SET title = title, summary = summary WHERE id = 'note'")
    open_db.execute(PUT, row)
    assert open_db.total_changes - before == 1  # the first UPDATE, which is told to write
    check_index(open_db)


def test_vacuum_leaves_the_index_right(open_db: sqlite3.Connection) -> None:
    open_db.execute("DELETE FROM memberships")
    open_db.execute("DELETE FROM documents WHERE rowid = 1")
    open_db.execute("VACUUM")
    assert found(open_db, "fishermen") == ["note"]
    check_index(open_db)


SEARCHES_IN_TEXTS = {
    "obstacle": 1,
    '"fatal obstacle to trade"': 1,
    '"obstacle fatal"': 0,
    "bonn chancellor*": 4,
    "KASHMIR": 1,
    "petition": 1,
    "": 0,
    '"': 0,
}


@pytest.fixture(scope="module")
def detailed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real records."""
    path = tmp_path_factory.mktemp("detailed") / "harvest.db"
    store_details(path, real_records())
    return path


@pytest.mark.parametrize("text", SEARCHES_IN_TEXTS)
def test_search_in_texts_finds_and_marks(text: str, detailed: Path) -> None:
    found = ask(detailed, "search-texts", search=text)
    assert len(found) == SEARCHES_IN_TEXTS[text]
    assert all("‹" in row["passage"] and "›" in row["passage"] for row in found)


def test_search_in_texts_follows_what_is_written(detailed: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(detailed, tmp_path / "harvest.db"))
    (before,) = ask(path, "search-texts", search="kashmir")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE texts SET text = 'Corrected' WHERE id = ?", [before["text"]])
        db.execute("DELETE FROM texts WHERE id <> ?", [before["text"]])
        db.commit()
        check_index(db)
    assert documents(path, "search-texts", search="kashmir") == []
    assert documents(path, "search-texts", search="corrected") == [before["document"]]


def test_names_are_found_whatever_their_capitals_and_diacritics(detailed: Path) -> None:
    for text in ("sato", "SATŌ, E", "satô"):
        (found,) = ask(detailed, "names", name=text)
        assert tuple(found) == ("person", "Satō, Eisaku", 2)
    assert [row["documents"] for row in ask(detailed, "names", name="japan-china")] == [1, 1]
    assert len(ask(detailed, "names", name="")) == len(rows(detailed, "SELECT id FROM terms"))


def test_what_is_named_together_is_counted(detailed: Path) -> None:
    found = {
        (row["kind"], row["name"]): row["documents"]
        for row in ask(detailed, "together", name="Nehru, Jawaharlal")
    }
    assert found == {
        ("place", "India"): 1,
        ("place", "China"): 1,
        ("place", "Southeast Asia"): 1,
        ("place", "Pakistan"): 1,
        ("subject", "India--Foreign relations--Pakistan"): 1,
    }


def test_records_are_one_row_a_document_with_its_names(detailed: Path) -> None:
    found = rows(detailed, "SELECT * FROM records ORDER BY document")
    for row, record in zip(
        found, sorted(real_records(), key=lambda one: one.document), strict=True
    ):
        assert (row["document"], row["title"]) == (record.document, record.title)
        names = {column: json.loads(row[column] or "[]") for column in NAME_COLUMNS}
        assert names == {column: record.names(kind) for column, kind in NAME_COLUMNS.items()}


DATES = {
    "October 9, 1956": (1956, "1950s", "1956-10-09"),
    "November 1967": (1967, "1960s", "1967-11-01"),
    "c. 1950": (1950, "1950s", "1950-01-01"),
    "1950s": (None, "1950s", "1950-01-01"),
    "1958-1961": (None, None, "1958-01-01"),
    "before 1950": (None, None, "1949-12-31"),
    "after lunch": (None, None, "undated"),
    None: (None, None, "undated"),
}


@pytest.mark.parametrize("date", DATES)
def test_entries_have_the_year_that_is_certain(date: str | None, db: Path) -> None:
    store(db, [entry("a", "A", date, "S")])
    (row,) = rows(db, "SELECT * FROM entries")
    assert (row["year"], row["decade"], row["sort_date"]) == DATES[date]
    assert (row["date"], row["title"], row["summary"]) == (date, "A", "S")
    assert (row["collection"], row["document"]) == ("listing", "a")
    assert row["link"].endswith("/document/a")


IN_TIME = (
    *("5000 BC", "5th century BC", "450 to 200 BC", "44 BC", "1 BC", "1 AD", "450 AD", "1962"),
    "after lunch",
)


def test_years_bc_sort_as_they_followed_each_other(db: Path) -> None:
    dates = sorted(IN_TIME)
    store(db, [entry(f"d{number}", "A", date) for number, date in enumerate(dates)])
    found = rows(db, "SELECT date FROM entries ORDER BY sort_date")
    assert [row["date"] for row in found] == list(IN_TIME)


def test_entries_are_one_row_a_membership(kono: Path) -> None:
    found = rows(kono, "SELECT collection, document FROM entries ORDER BY 1, 2")
    assert [tuple(row.values()) for row in found] == [
        ("japan", "visit"),
        ("listing", "note"),
        ("listing", "visit"),
    ]


def ask(db: Path, name: str, /, **parameters: str) -> list[sqlite3.Row]:
    """The answer to a question."""
    (query,) = (query for query in QUERIES if query.name == name)
    with closing(sqlite3.connect(db)) as connection:
        add_functions(connection)
        connection.row_factory = sqlite3.Row
        return connection.execute(query.sql, parameters).fetchall()


def documents(db: Path, name: str, /, **parameters: str) -> list[str]:
    return [row["document"] for row in ask(db, name, **parameters)]


SPANS = {
    ("1962-08-15", "1962-08-15"): ["month", "year", "decade", "open"],
    ("1962-08", "1962-08"): ["month", "year", "decade", "day", "open"],
    ("1962-08-31", "1962-09-01"): ["month", "year", "decade", "day", "open"],
    ("1962", "1962"): ["month", "year", "decade", "day", "open"],
    ("1963", ""): ["decade", "open"],
    ("", "1961-12-31"): ["decade", "open"],
    ("", "1959"): [],
    ("", ""): ["month", "year", "decade", "day", "open"],
}


@pytest.mark.parametrize("span", SPANS)
def test_dated_within_a_span_is_any_overlap(span: tuple[str, str], db: Path) -> None:
    dates = {"month": "August 1962", "year": "1962", "decade": "1960s", "day": "August 31, 1962"}
    store(db, [entry(name, name, date) for name, date in dates.items()])
    store(db, [entry("open", "open"), entry("undated", "undated")])
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("UPDATE documents SET date_earliest = '1960-01-01' WHERE id = 'open'")
        connection.commit()
    start, end = span
    assert set(documents(db, "dated", **{"from": start, "to": end})) == set(SPANS[span])


def test_questions_are_answered(kono: Path) -> None:
    with closing(sqlite3.connect(kono)) as db:
        note = number("note")
        db.executescript(f"""
            INSERT INTO changes (run, collection, document, kind, field, old, new, at) VALUES
                (1, 1, {note}, 'changed', 'title', 'Note', 'Note on', '2026-11-25T00:00:00Z'),
                (1, 1, {note}, 'renamed', 'url', 'was', 'is', '2026-11-26T00:00:00Z');
            INSERT INTO addresses VALUES (NULL, 'wilson-center', 'former', 0, {note});
            UPDATE memberships SET missing = '2026-11-26T00:00:00Z' WHERE document = {note};
        """)
    assert documents(kono, "search", search='Kono "fishing rights"') == ["visit"]
    assert documents(kono, "new", since="2026-11-24") == ["note", "visit"]
    assert documents(kono, "new", since="2026-11-25") == []
    assert documents(kono, "changed", since="2026-11-26") == ["note"]
    assert [row["old"] for row in ask(kono, "changed", since="")] == ["was", "Note"]
    assert documents(kono, "removed") == ["note"]
    assert [tuple(row) for row in ask(kono, "by-year")] == [(1956, 1)]
    assert documents(kono, "undated") == ["note"]
    assert documents(kono, "several") == ["visit"]
    for name in ("note", "former"):
        assert [row["kind"] for row in ask(kono, "history", document=name, site="")] == [
            "changed",
            "renamed",
        ]
    assert [row["collection"] for row in ask(kono, "health")] == ["japan", "listing"]


# What a part of the question has found by an index, the names, of which any may be meant, and the
# memberships, which are a table WITHOUT ROWID: they lie in the order of their primary key.
FOUND_ALREADY = (
    r"SCAN (\(subquery-|(temp.)?found$|counted$|named$|ranked$|leading$|bounds$|matched$|chosen$"
    r"|terms$|memberships$)"
)


@pytest.mark.parametrize("name", PLANNED)
def test_every_answer_is_found_by_an_index(name: str, open_db: sqlite3.Connection) -> None:
    add_functions(open_db)
    open_db.execute(TABLE)
    plan = open_db.execute(f"EXPLAIN QUERY PLAN {PLANNED[name]}", PARAMETERS).fetchall()
    steps = [step[-1] for step in plan if step[-1].startswith("SCAN")]
    assert not [
        step for step in steps if " INDEX " not in step and not re.match(FOUND_ALREADY, step)
    ]


def test_benchmark_asks_what_there_is(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(db, 200)
    asyncio.run(measure(db, times=1))
    times = capsys.readouterr().out.splitlines()
    assert [time.split("  ")[-1] for time in times[: len(PAGES)]] == list(PAGES)


def test_every_question_has_a_title_and_a_description() -> None:
    assert len({query.title for query in QUERIES}) == len(QUERIES)
    assert not [query.name for query in QUERIES if not query.description.endswith((".", "*."))]


def test_every_table_and_column_is_described(kono: Path) -> None:
    tables = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
    names = {row["name"] for row in rows(kono, tables)}
    described = {name for name in names if not re.match(r"_|sqlite_|\w+_fts", name)}
    assert described == set(COLUMNS) == set(TABLES | VIEWS)
    for name in described:
        columns = raw_rows(kono, f"SELECT name FROM pragma_table_info('{name}')")
        assert [row["name"] for row in columns] == list(COLUMNS[name])


def test_metadata_names_what_there_is(kono: Path) -> None:
    tables = metadata("harvest")["databases"]["harvest"]["tables"]
    for name, said in tables.items():
        columns = {
            row["name"] for row in raw_rows(kono, f"SELECT name FROM pragma_table_xinfo('{name}')")
        }
        assert columns
        facets = [one for one in said.get("facets", []) if isinstance(one, str)]
        used = {*facets, *said.get("columns", {})}
        used |= {said[key] for key in ("sort", "sort_desc", "label_column") if key in said}
        assert used <= columns
