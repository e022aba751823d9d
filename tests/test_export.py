"""`scrapy export` as its users run it: what it writes where, and what it says if it can't."""

import json
import os
import signal
import sqlite3
import subprocess
import tracemalloc
from argparse import ArgumentParser
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from filled import real_records, store_details
from harvests import forked, scrapy, until
from scrapy.settings import Settings
from stored import ARCHIVE, FETCHED, entry, number, store

from harvester.exports import FORMATS, writer
from harvester.exports.records import records
from harvester.store.connection import reading
from harvester.store.read.documents import RECORDS


def command(name: str, *arguments: str, db: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command of the project's as `scrapy` does, but within this process."""
    ours = import_module(f"harvester.commands.{name}").Command()
    parser = ArgumentParser()
    ours.settings = Settings({"HARVEST_DB": str(db)})
    ours.add_options(parser)
    options, rest = parser.parse_known_args(arguments)
    out, err = TextIOWrapper(BytesIO(), "utf-8", newline=""), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        ours.run(rest, options)
        out.flush()
    written = out.buffer.getvalue().decode()
    return subprocess.CompletedProcess(arguments, ours.exitcode, written, err.getvalue())


def export(db: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    return command("export", "--format", name, *options, db=db)


def exported(db: Path, name: str, *options: str) -> str:
    """What is written; anything on stderr is a failure."""
    done = export(db, name, *options)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def written(db: Path, name: str, since: str | None = None) -> bytes:
    """What the command would write, without starting it."""
    out = BytesIO()
    with reading(db) as connection:
        writer(name)(records(connection, since=since), out)
    return out.getvalue()


def lines(db: Path, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(db, "jsonl", *options).splitlines()]


def ids(db: Path, *options: str) -> list[str]:
    return [line["id"] for line in lines(db, *options)]


@pytest.fixture
def two(db: Path) -> Path:
    """A database of two collections that share a document, the second harvested a day later."""
    store(db, [entry("b", "B", "August 1962"), entry("a", "A", "1950", "x")], "one")
    store(db, [entry("c", "C"), entry("a", "A", "1950", "x")], "two", "2026-11-25T05:06:08Z")
    return db


def test_jsonl_has_all_that_is_known(two: Path) -> None:
    first, *others = lines(two)
    assert first == {
        "site": "wilson-center",
        "id": "a",
        "url": f"{ARCHIVE}/document/a",
        "title": "A",
        "summary": "x",
        "date_text": "1950",
        "date_edtf": "1950",
        "date_earliest": "1950-01-01",
        "date_latest": "1950-12-31",
        "date_convention": None,
        "listed_other": None,
        "first_seen": FETCHED,
        "last_changed": FETCHED,
        "removed": None,
        "page": 1,
        "fetched": FETCHED,
        "archive": "Wilson Center Digital Archive",
        "keeper": "Woodrow Wilson International Center for Scholars",
        "collections": [{"name": "one", "position": 2}, {"name": "two", "position": 2}],
    }
    assert [line["id"] for line in others] == ["b", "c"]


def test_jsonl_leaves_out_no_column_of_documents(two: Path) -> None:
    store_details(two, real_records()[:1])
    with closing(sqlite3.connect(two)) as db:
        columns = {row[1] for row in db.execute("PRAGMA table_info(documents)")}
    (line,) = lines(two, "--collection", "detailed")
    assert columns - {"number", "statement"} <= set(line)


def test_collection_and_since_narrow(two: Path) -> None:
    assert ids(two, "--collection", "one") == ["a", "b"]
    for moment in ("2026-11-25", "2026-11-25T05:06:08Z", "2026-11-25T07:06:08+02:00"):
        assert ids(two, "--since", moment) == ["a", "c"]
    assert ids(two, "--since", "2026-11-25T05:06:09Z") == []
    assert ids(two, "--since", "2026-11-25", "--collection", "one") == []


def test_what_a_collection_got_since_is_new_to_it(two: Path) -> None:
    assert ids(two, "--collection", "two", "--since", "2026-11-25") == ["a", "c"]
    assert ids(two, "--collection", "one", "--since", "2026-11-25") == []


@pytest.mark.parametrize(
    ("since", "found"), [("2026-12-01T00:00:00Z", ["b"]), ("2026-12-01T00:00:01Z", [])]
)
def test_what_was_read_anew_since_is_new(since: str, found: list[str], two: Path) -> None:
    with closing(sqlite3.connect(two)) as db:
        db.execute(
            "INSERT INTO changes (run, document, kind, field, old, new, at) VALUES"
            f" (1, {number('b')}, 'reread', 'title', 'Bee', 'B', '2026-12-01T00:00:00Z')"
        )
        db.commit()
    assert ids(two, "--since", since) == found


def test_removed_documents_are_exported_as_such(two: Path) -> None:
    with closing(sqlite3.connect(two)) as db:
        moment = "'2026-12-01T00:00:00Z'"
        db.execute(f"UPDATE memberships SET removed = {moment} WHERE document = {number('b')}")
        db.execute("UPDATE documents SET removed = '2026-12-01T00:00:00Z' WHERE id = 'b'")
        db.commit()
    assert ids(two, "--collection", "one") == ["a"]
    (removed,) = [line for line in lines(two) if line["removed"]]
    assert (removed["id"], removed["collections"]) == ("b", [])


def test_since_so_long_ago(db: Path) -> None:
    now = datetime.now(UTC)
    for place, days in enumerate((10, 6, 1)):
        moment = (now - timedelta(days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        store(db, [entry(f"{days}d", f"{days}")], f"c{place}", moment)
    assert ids(db, "--since", "7d") == ["1d", "6d"]
    assert ids(db, "--since", "48h") == ["1d"]
    assert ids(db, "--since", "2w") == ["10d", "1d", "6d"]


BAD_USAGE = {
    "no format": ([], "--format"),
    "unknown format": (["--format", "docx"], "csl-json"),
    "unknown collection": (["--format", "csv", "--collection", "three"], "one, two"),
    "empty collection": (["--format", "csv", "--collection", ""], "one, two"),
    "empty time": (["--format", "csv", "--since", ""], "7d"),
    "not a time": (["--format", "csv", "--since", "yesterday"], "yesterday"),
    "no time there is": (["--format", "csv", "--since", "999999w"], "999999w"),
    "unknown argument": (["--format", "csv", "more"], "'more'"),
}


@pytest.mark.parametrize("case", BAD_USAGE)
def test_bad_usage_gets_a_sentence(case: str, two: Path) -> None:
    options, named = BAD_USAGE[case]
    done = command("export", *options, db=two)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (64, "", 1)
    assert done.stderr.startswith("harvester: ")
    assert named in done.stderr


@pytest.mark.parametrize("name", ["export", "snapshot"])
def test_malformed_setting_gets_a_sentence(name: str) -> None:
    done = scrapy(name, "-s", "HARVEST_DB")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (64, "", 1)
    assert "NAME=VALUE" in done.stderr


def bad_database(kind: str, path: Path) -> None:
    if kind == "text":
        path.write_text("This is no database. " * 99)
    elif kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    elif kind == "foreign":
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE mine (a)")


@pytest.mark.parametrize("kind", ["missing", "folder", "text", "empty", "foreign"])
@pytest.mark.parametrize("name", ["export", "snapshot"])
def test_bad_database_gets_a_sentence(kind: str, name: str, tmp_path: Path) -> None:
    target = "--format=csv" if name == "export" else str(tmp_path / "frozen")
    path = tmp_path / "x.db"
    bad_database(kind, path)
    before = path.read_bytes() if path.is_file() else None
    done = command(name, target, db=path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (73, "", 1)
    assert str(path) in done.stderr
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [one.name for one in tmp_path.iterdir()] == ([] if kind == "missing" else ["x.db"])


@pytest.mark.parametrize("name", FORMATS)
def test_file_is_written_whole(name: str, two: Path, tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("what was there before")
    assert exported(two, name, "-o", str(file)) == ""
    assert file.read_bytes() == written(two, name) != b""
    assert [one.name for one in tmp_path.glob("*out*")] == ["out"]


def test_standard_output_has_the_bytes_of_a_file(two: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with forked(("export", "--format", "csv", f"-sHARVEST_DB={two}"), out=str(said)) as process:
        assert (process.wait(), process.err.read_text()) == (0, "")
    assert said.read_bytes() == written(two, "csv")


@pytest.mark.parametrize("name", FORMATS)
def test_same_data_gives_same_bytes(name: str, tmp_path: Path) -> None:
    entries = [entry("a", "A", "1950"), entry("b", "B"), entry("c", "C")]
    store(tmp_path / "1.db", entries)
    store(tmp_path / "2.db", [entries[2]])
    store(tmp_path / "2.db", [entry("b", "Not B yet"), entries[0]])
    with closing(sqlite3.connect(tmp_path / "2.db")) as db:
        db.execute("UPDATE documents SET title = upper(id), page = 1")
        db.execute(
            "UPDATE memberships SET page = 1, position = unicode(id) - 96"
            " FROM documents WHERE number = document"
        )
        db.commit()
    assert written(tmp_path / "1.db", name) == written(tmp_path / "2.db", name)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_export_is_no_error(name: str, two: Path) -> None:
    assert len(written(two, name, since="2100-01-01")) < len(written(two, name))


CLOSED = "-"
BAD_OUTPUT = {"folder": "", "no folder": "nowhere/out", "device": "/dev/null"}


@pytest.mark.parametrize("case", BAD_OUTPUT)
def test_bad_output_gets_a_sentence(case: str, two: Path, tmp_path: Path) -> None:
    done = export(two, "csv", "-o", str(tmp_path / BAD_OUTPUT[case]))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (73, "", 1)
    assert "Traceback" not in done.stderr
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("command", ["export --format mods", "snapshot {}"])
def test_standard_output_that_takes_nothing_gets_a_sentence(
    command: str, two: Path, tmp_path: Path
) -> None:
    for kind, out in (("full", "/dev/full"), ("closed", CLOSED)):
        words = command.format(tmp_path / f"frozen-{kind}").split()
        with forked([*words, f"-sHARVEST_DB={two}"], out=out) as process:
            code, said = process.wait(), process.err.read_text()
        assert (code, said.count("\n")) == (73, 1)
        assert said.startswith("harvester: Standard output")


MANY = 4_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose exports are many times what a pipe holds."""
    db = tmp_path_factory.mktemp("large") / "harvest.db"
    store(db, (entry(f"d{number:05}", "T" * 99, "1950", "s" * 999) for number in range(MANY)))
    return db


@pytest.mark.parametrize("name", ["csv", "parquet", "ead3"])
def test_reader_that_has_enough_is_no_error(name: str, large: Path, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    command = ("export", "--format", name, f"-sHARVEST_DB={large}")
    with forked(command, out=str(pipe)) as process:
        with pipe.open("rb") as reader:
            assert len(reader.read(10)) == 10
        assert (process.wait(), process.err.read_text()) == (0, "")


@pytest.mark.parametrize("written", [0, 100_000])
def test_kill_leaves_no_half_file(written: int, large: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.bib"
    file.write_text("what was there before")
    command = ("export", "--format", "bibtex", "-o", str(file), f"-sHARVEST_DB={large}")
    with forked(command) as running:
        parts = partial(tmp_path.glob, ".out.bib.*")
        until(lambda: any(part.stat().st_size >= written for part in parts()), running)
        running.signal(signal.SIGKILL)
        assert running().returncode == -signal.SIGKILL
    assert file.read_text() == "what was there before"


def test_rows_are_read_in_order_without_sorting_them(large: Path) -> None:
    with reading(large) as db:
        plan = db.execute(
            f"EXPLAIN QUERY PLAN {RECORDS}",
            {"since": None, "collection": None, "texts": True},
        )
        steps = [row["detail"] for row in plan]
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_rows_are_read_one_at_a_time(large: Path) -> None:
    with reading(large) as db:
        tracemalloc.start()
        count = sum(1 for _ in records(db))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == MANY
    assert peak < 200_000


def test_export_reads_while_a_harvest_writes(two: Path) -> None:
    with closing(sqlite3.connect(two, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE documents SET title = 'half'")
        assert "half" not in exported(two, "csv")


def test_without_pyarrow_one_sentence_says_so(two: Path, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not here')")
    environment = {"HARVEST_DB": str(two), "PYTHONPATH": str(tmp_path)}
    done = scrapy("export", "--format", "parquet", **environment)
    assert (done.returncode, done.stderr.count("\n")) == (64, 1)
    assert "pyarrow" in done.stderr
