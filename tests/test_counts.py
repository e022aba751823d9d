"""What narrows a question is counted exactly, however many of all documents it finds."""

import random
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harvester.store.database import open_database
from harvester.store.read.counts import FEW, counts
from harvester.store.read.queries import add_functions
from harvester.store.read.question import Question
from harvester.store.read.results import FOUND, Results

DOCUMENTS = 400
TIME = "2026-11-27T05:06:07Z"
FORMS = ("Sat\u014d", "Sato\u0304")
NAMES = [("place", f"Place {n}") for n in range(60)] + [
    *(("person", f"Person {n}") for n in range(20)),
    *(("person", form) for form in FORMS),
]
LATE = "Late"
"""A name of the last few documents only."""
DATES = (None, "1949-12-31", "1950-01-01", "1962-08-15", "1962-10-22")
HOW_MANY = (3, 40, 60, 200, 330, 360, 399, DOCUMENTS)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """400 documents whose names are as unevenly frequent as in archives."""
    path = tmp_path_factory.mktemp("counts") / "harvest.db"
    _fill(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        add_functions(db)
        yield db


def _fill(path: Path) -> None:
    chance = random.Random(21)
    opened = open_database(path)
    put = opened.conn.execute
    put("PRAGMA foreign_keys = OFF")
    put("BEGIN")
    put("INSERT INTO sites VALUES ('one', 'One', '', ''), ('other', 'Other', '', '')")
    for number in (1, 2, 3):
        put("INSERT INTO collections VALUES (?, 'one', ?, '', NULL, NULL)", [number, f"C{number}"])
    for number, (kind, name) in enumerate([*NAMES, ("place", LATE)], 1):
        put("INSERT INTO terms (id, kind, name) VALUES (?, ?, ?)", [number, kind, name])
    for number in range(1, DOCUMENTS + 1):
        day = chance.choice(DATES)
        site = "one" if number % 3 else "other"
        put(
            "INSERT INTO documents (number, site, id, url, title, date_earliest, date_latest,"
            " first_seen, last_changed, removed, page) VALUES (?, ?, ?, '', '', ?, ?, ?, ?, ?, 1)",
            [number, site, str(number), day, day, TIME, TIME, None if number % 7 else TIME],
        )
        for collection in chance.sample((1, 2, 3), 2):
            put(
                "INSERT INTO memberships (collection, document, position, first_seen, page)"
                " VALUES (?, ?, 1, ?, 1)",
                [collection, number, TIME],
            )
        terms = {1 + int(len(NAMES) * chance.random() ** 3) for _ in range(6)}
        terms |= {len(NAMES) + 1} if number > DOCUMENTS - 30 else set()
        for position, term in enumerate(sorted(terms), 1):
            put("INSERT INTO document_terms VALUES (?, ?, ?)", [number, term, position])
        if number % 5 == 0:
            put("INSERT INTO texts (document, position, text) VALUES (?, 1, '')", [number])
    put("COMMIT")
    opened.close()


@pytest.mark.parametrize("found", HOW_MANY)
@pytest.mark.parametrize("more", ["", "place"])
def test_counts_are_those_of_the_documents_found(
    db: sqlite3.Connection, found: int, more: str
) -> None:
    for numbers in (range(1, found + 1), range(DOCUMENTS - found + 1, DOCUMENTS + 1)):
        db.execute("BEGIN")
        db.execute(FOUND)
        db.executemany("INSERT INTO temp.found (number) VALUES (?)", [(n,) for n in numbers])
        counted = counts(db, Results(Question(more=more), found, []))
        expected = _expected(db)
        db.execute("ROLLBACK")
        for kind in ("place", "person"):
            most = len(NAMES) if more == kind else FEW + 1
            assert counted[kind] == expected[kind][:most]
        for name in ("collection", "site", "decade", "state", "has"):
            assert dict(counted[name]) == dict(expected[name])


def _expected(db: sqlite3.Connection) -> dict[str, list[tuple[str, int]]]:
    """The same, document by document."""
    names: dict[str, Counter[str]] = {"place": Counter(), "person": Counter()}
    others = {name: Counter[str]() for name in ("collection", "site", "decade", "state", "has")}
    documents = db.execute("SELECT * FROM documents JOIN temp.found USING (number)").fetchall()
    for row in documents:
        its = db.execute(
            "SELECT kind, name FROM document_terms JOIN terms ON id = term WHERE document = ?",
            [row["number"]],
        )
        for kind, name in {(kind, unicodedata.normalize("NFC", name)) for kind, name in its}:
            names[kind][name] += 1
        belongs = db.execute(
            "SELECT name FROM memberships JOIN collections ON id = collection WHERE document = ?",
            [row["number"]],
        )
        others["collection"].update(name for (name,) in belongs)
        others["site"][row["site"]] += 1
        others["decade"][f"{row['date_earliest'] or 'undat'}"[:3] + "0s"] += 1
        others["state"].update(["removed"] if row["removed"] else [])
        others["has"].update(["text"] if row["number"] % 5 == 0 else [])
    others["decade"]["undated"] = others["decade"].pop("und0s", 0)
    ranked = {
        kind: sorted(found.items(), key=lambda one: (-one[1], one[0]))
        for kind, found in names.items()
    }
    return ranked | {name: list((+found).items()) for name, found in others.items()}


def test_names_are_counted_whoever_writes_them(db: sqlite3.Connection) -> None:
    written = "SELECT documents FROM terms ORDER BY id"
    real = """SELECT (SELECT count(*) FROM document_terms WHERE term = id) AS documents
        FROM terms ORDER BY id"""
    db.execute("BEGIN")
    for sql in (
        "SELECT 1",
        "UPDATE OR IGNORE document_terms SET term = 2 WHERE term = 1",
        "UPDATE OR IGNORE document_terms SET document = document + 1 WHERE document % 2",
        "DELETE FROM document_terms WHERE document % 3 = 0",
        "INSERT OR IGNORE INTO document_terms SELECT number, 3, 1 FROM documents",
    ):
        db.execute(sql)
        assert db.execute(written).fetchall() == db.execute(real).fetchall()
    db.execute("ROLLBACK")
