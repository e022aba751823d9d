"""`scrapy snapshot`: what it freezes, that others can read it, and that it notices a difference."""

import csv
import hashlib
import json
import os
import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from databases import python
from filled import real_records, store_details
from harvests import FIXTURES, Harvest, raw_rows, rows, scrapy
from stored import entry, number, store
from test_export import command

from harvester.descriptions import COLUMNS, SITE, TABLES
from harvester.store.database import open_database
from harvester.store.read.queries import expression

Crawl = Callable[..., Harvest]


@pytest.fixture
def two(db: Path) -> Path:
    """A database of two collections, with a formula, a paragraph and a quote in their texts."""
    store(db, [entry("b", "=1+1", "c. 1950", "x\n\ny"), entry("a", "Kōno", None, '"z"')], "one")
    store(db, [entry("a", "Kōno", None, '"z"')], "two", "2026-11-25T05:06:08Z")
    return db


def frozen(db: Path, folder: Path) -> Path:
    done = command("snapshot", str(folder), db=db)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def verified(folder: Path, db: Path) -> list[str]:
    """What --verify complains of."""
    done = command("snapshot", "--verify", str(folder), db=db)
    complaints = done.stderr.splitlines()
    assert done.returncode == (65 if complaints else 0)
    return complaints


def package(folder: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return described


def files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_harvest_is_frozen_and_verified(crawl: Crawl, tmp_path: Path) -> None:
    done, folder = crawl("-a", f"source={FIXTURES}"), tmp_path / "frozen"
    told = scrapy("snapshot", str(folder), HARVEST_DB=str(done.db))
    assert (told.returncode, told.stderr) == (0, "")
    words = shlex.split(told.stdout.splitlines()[-1].removeprefix("Next: "))
    assert (Path(words[0]).name, scrapy(*words[1:]).returncode) == ("scrapy", 0)
    assert set(files(folder)) == {
        "harvest.db",
        "datapackage.json",
        *(f"{one}.csv" for one in TABLES),
    }
    titles = "SELECT title FROM documents ORDER BY id"
    assert rows(folder / "harvest.db", titles) == rows(done.db, titles)
    assert validated(folder) == []


def validated(folder: Path) -> list[str]:
    """What Frictionless finds wrong."""
    told = run_frictionless(folder / "datapackage.json")
    return [error["message"] for task in told["tasks"] for error in task["errors"]] + told["errors"]


def run_frictionless(path: Path) -> dict[str, Any]:
    from frictionless import validate

    report: dict[str, Any] = validate(str(path)).to_dict()
    assert len(report["tasks"]) == len(TABLES) + 1
    return report


def test_others_read_it(two: Path, tmp_path: Path) -> None:
    folder = frozen(two, tmp_path / "frozen")
    assert validated(folder) == []
    with (folder / "documents.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, strict=True))
    assert [{name: unguarded(cell) or None for name, cell in row.items()} for row in found] == [
        {name: row[name] and str(row[name]) for name in COLUMNS["documents"] if name != "number"}
        for row in rows(two, "SELECT * FROM documents ORDER BY id")
    ]
    assert found[1]["title"] == "'=1+1"


def test_details_are_frozen_and_verified(two: Path, tmp_path: Path) -> None:
    store_details(two, real_records())
    folder = frozen(two, tmp_path / "frozen")
    assert (validated(folder), verified(folder, two)) == ([], [])
    for name in ("terms", "document_terms", "texts", "files"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            written = [sorted(map(unguarded, row)) for row in csv.reader(file, strict=True)][1:]
        site = [] if name == "terms" else ["wilson-center"]
        assert sorted(written) == sorted(
            sorted([*site, *("" if one is None else str(one) for one in row.values())])
            for row in rows(two, f"SELECT * FROM {name}")
        )
    tables = {one["name"]: one["schema"] for one in package(folder)["resources"] if "schema" in one}
    referred = {
        (name, key["fields"][-1], key["reference"]["resource"])
        for name in ("documents", "document_terms", "texts", "files", "pages")
        for key in tables[name]["foreignKeys"]
    }
    assert referred >= {
        ("documents", "details", "pages"),
        ("pages", "document", "documents"),
        ("document_terms", "document", "documents"),
        ("document_terms", "term", "terms"),
        ("texts", "document", "documents"),
        ("files", "document", "documents"),
    }
    (found,) = rows(folder / "harvest.db", FOUND_IN_TEXTS, '"fatal obstacle"')
    assert found["document"].startswith("petition-opposition")


NUMBERED = (
    *("memberships", "changes", "pages", "document_terms", "texts", "scan_links"),
    *("files", "related"),
)
"""The tables that have numbers of documents, but not their sites."""
FOUND = "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?"
FOUND_IN_TEXTS = f"""SELECT document FROM texts
    WHERE id IN (SELECT id FROM main.texts WHERE document IN ({FOUND}))"""


def test_same_details_give_same_bytes(two: Path, tmp_path: Path) -> None:
    store_details(two, real_records())
    first = files(frozen(two, tmp_path / "1"))
    with closing(sqlite3.connect(two, isolation_level=None)) as db:
        db.executescript("""
            CREATE TEMP TABLE before AS SELECT * FROM texts ORDER BY id DESC;
            CREATE TEMP TABLE named AS SELECT * FROM document_terms ORDER BY term DESC;
            DELETE FROM texts;
            DELETE FROM document_terms;
            INSERT INTO texts SELECT * FROM before;
            INSERT INTO document_terms SELECT * FROM named;
        """)
    assert files(frozen(two, tmp_path / "2")) == first


def test_frictionless_sees_what_does_not_fit(two: Path, tmp_path: Path) -> None:
    folder = frozen(two, tmp_path / "frozen")
    path = folder / "memberships.csv"
    path.write_bytes(path.read_bytes().replace(b',"b",', b',"x",'))
    assert validated(folder) != []


def test_description_says_what_it_is(two: Path, tmp_path: Path) -> None:
    folder = frozen(two, tmp_path / "frozen")
    told = package(folder)
    assert "Wilson Center Digital Archive" in told["title"]
    assert [source["title"].split(": ")[1] for source in told["sources"]] == ["one", "two"]
    assert [run["outcome"] for run in told["runs"]] == ["complete", "complete"]
    assert "licence" in told["rights"]
    for resource in told["resources"]:
        written = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(written).hexdigest()}"
        assert resource["bytes"] == len(written)
    tables = {one["name"]: one for one in told["resources"] if "schema" in one}
    assert {name: one["rows"] for name, one in tables.items() if one["rows"]} == {
        **{"sites": 1, "documents": 2, "collections": 2, "memberships": 3},
        **{"runs": 2, "pages": 2},
    }
    for name, one in tables.items():
        fields = one["schema"]["fields"]
        said = ({"site": SITE} if name in NUMBERED else {}) | COLUMNS[name]
        assert {field["name"]: field["description"] for field in fields} == {
            column: text for column, text in said.items() if column != "number"
        }


def test_same_data_gives_same_bytes(two: Path, tmp_path: Path) -> None:
    first = files(frozen(two, tmp_path / "1"))
    with closing(sqlite3.connect(two, isolation_level=None)) as db:
        db.executescript("""
            PRAGMA foreign_keys = OFF;
            UPDATE documents SET number = 7 - number;
            UPDATE memberships SET document = 7 - document;
            UPDATE _sqlite_migrations SET applied_at = '2001-01-01';
            VACUUM;
        """)
    assert files(frozen(two, tmp_path / "2")) == first
    assert files(frozen(tmp_path / "1" / "harvest.db", tmp_path / "3")) == first


FREEZE = """
import sys
from pathlib import Path
from harvester.snapshot.freeze import freeze
freeze(*map(Path, sys.argv[1:]))
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc is Linux's")
def test_memory_does_not_grow_with_the_database(two: Path, tmp_path: Path) -> None:
    most = []
    for megabytes in (0, 20):
        with closing(sqlite3.connect(two)) as db, db:
            for _ in range(megabytes):
                db.execute(
                    "INSERT INTO failures (run, reason, detail, attempts)"
                    " VALUES (1, 'bug', hex(zeroblob(500000)), 1)"
                )
        with python(FREEZE, two, tmp_path / f"frozen-{megabytes}") as freezing:
            most.append(int(freezing.communicate()[0]))
    assert (tmp_path / "frozen-20" / "harvest.db").stat().st_size > 20_000_000
    assert most[1] < 1.3 * most[0]


def test_frozen_database_is_whole(two: Path, tmp_path: Path) -> None:
    copy = frozen(two, tmp_path / "frozen") / "harvest.db"
    assert objects(copy) == objects(two)
    assert rows(copy, "SELECT * FROM entries ORDER BY collection, document LIMIT 0") == []
    store(copy, [entry("c", "Not frozen")])
    open_database(copy).close()
    search = f"SELECT id FROM documents WHERE number IN ({FOUND})"
    for text, found in (("kono", "a"), ("frozen", "c")):
        assert [row["id"] for row in raw_rows(copy, search, expression(text))] == [found]


def test_texts_are_frozen_and_found(two: Path, tmp_path: Path) -> None:
    said = f"({number('a')}, 1, 'Said by Mr. Kōno')"
    text = f"INSERT INTO texts (document, position, text) VALUES {said}"
    with closing(sqlite3.connect(two, isolation_level=None)) as db:
        db.execute(text)
    folder = frozen(two, tmp_path / "frozen")
    assert rows(folder / "harvest.db", FOUND_IN_TEXTS, "kono") == [{"document": "a"}]
    assert (verified(folder, two), validated(folder)) == ([], [])


def objects(db: Path) -> list[Any]:
    return rows(db, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")


def test_snapshot_changes_nothing(two: Path, tmp_path: Path) -> None:
    before = two.read_bytes()
    frozen(two, tmp_path / "frozen")
    assert two.read_bytes() == before


SPOILT: dict[str, Callable[[Path], object]] = {
    "a changed byte": lambda folder: (folder / "runs.csv").write_bytes(b"x"),
    "a changed database": lambda folder: store(folder / "harvest.db", [entry("c", "C")]),
    "a missing file": lambda folder: (folder / "pages.csv").unlink(),
    "one file more": lambda folder: (folder / "more.csv").touch(),
    "no description": lambda folder: (folder / "datapackage.json").unlink(),
    "another description": lambda folder: (folder / "datapackage.json").write_text("[]"),
    "a description of others' files": lambda folder: (folder / "datapackage.json").write_text(
        '{"resources": [{"path": "../harvest.db"}]}'
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_difference_is_noticed(how: str, two: Path, tmp_path: Path) -> None:
    folder = frozen(two, tmp_path / "frozen")
    assert verified(folder, two) == []
    SPOILT[how](folder)
    complaints = verified(folder, two)
    assert complaints
    assert all(line.startswith(f"harvester: {folder}") for line in complaints)


BAD_USAGE = {
    "no folder": [],
    "two folders": ["a", "b"],
    "no option of ours": ["--sign"],
    "nothing to verify": ["--verify", "nowhere"],
}


@pytest.mark.parametrize("case", BAD_USAGE)
def test_bad_usage_gets_a_sentence(case: str, two: Path) -> None:
    done = command("snapshot", *BAD_USAGE[case], db=two)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (64, "", 1)


def test_folder_in_use_is_left_alone(two: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes").touch()
    done = command("snapshot", str(folder), db=two)
    assert (done.returncode, done.stderr.count("\n")) == (64, 1)
    assert os.listdir(folder) == ["notes"]


def test_folder_that_can_not_be_made_is_said(two: Path, tmp_path: Path) -> None:
    done = command("snapshot", str(tmp_path / "no" / "such"), db=two)
    assert (done.returncode, done.stderr.count("\n")) == (73, 1)
    assert not [one for one in tmp_path.iterdir() if "such" in one.name]


def unguarded(cell: str) -> str:
    """The value of a cell, without the apostrophes that keep parts of it from being formulas."""
    return re.sub(r"(^|[;|\t\r\n])([ \"]*)'", r"\1\2", cell)
