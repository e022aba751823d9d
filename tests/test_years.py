"""What is asked every day costs the same after years of runs, by SQLite's own steps."""

import shutil
import subprocess
import sys
import tracemalloc
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from harvests import PROJECT, raw_rows

from benchmarks.harvested import capture, entry, harvest, moment, visit, visited
from harvester.commands import changes
from harvester.interrupt import Interrupt
from harvester.outcomes import BadDatabase
from harvester.store import connection, database
from harvester.store.connection import reading
from harvester.store.database import open_database
from harvester.store.read.changes import history, since_when
from harvester.store.read.overview import harvests
from harvester.store.read.queries import QUERIES
from harvester.store.store import Rules, Store

FEW, MANY = 3, 60
"""Runs of each collection."""
NAMES = ["one", "two", "three"]
EACH = 5
"""Steps of SQLite's virtual machine that are counted at a time."""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Databases after few runs and after many."""
    folder = tmp_path_factory.mktemp("years")
    for runs in (FEW, MANY):
        visited(folder / f"{runs}.db", NAMES, runs)
    return {runs: folder / f"{runs}.db" for runs in (FEW, MANY)}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for EACH steps of connections that are opened from now on."""
    made: list[int] = []
    for module in (connection, database):
        monkeypatch.setattr(module, "STEPS", EACH)
    monkeypatch.setattr(Interrupt, "hearing", lambda self: made.append(EACH))
    return made


def test_copied_runs_are_as_the_store_makes_them(grown: dict[int, Path]) -> None:
    with history(grown[MANY]) as past:
        runs = past.runs(MANY * len(NAMES))
    assert len(runs) == MANY * len(NAMES)
    assert {(run["outcome"], run["pages"], run["seen"], run["unchanged"]) for run in runs} == {
        ("complete", 1, 2, 2),
        ("complete", 1, 2, 0),
    }
    assert runs[0]["moment"] == runs[0]["captured"] == moment(MANY - 1, len(NAMES) - 1)


def test_beginning_a_run_takes_no_more_steps_after_many(
    grown: dict[int, Path], steps: list[int], tmp_path: Path
) -> None:
    made = {}
    for runs, path in grown.items():
        copy = shutil.copy(path, tmp_path / path.name)
        with closing(Store(str(copy), Rules())) as store:
            before = len(steps)
            assert visit(store, "two", moment(MANY)) > FEW
            made[runs] = len(steps) - before
    assert 0 < made[MANY] < 1.2 * made[FEW]


def test_older_captures_take_no_more_steps_after_many_runs_of_others(
    grown: dict[int, Path], steps: list[int], tmp_path: Path
) -> None:
    made = {}
    for runs, path in grown.items():
        copy = shutil.copy(path, tmp_path / path.name)
        with closing(Store(str(copy), Rules())) as store:
            harvest(store, "own", [entry(100 + n) for n in range(10)], moment(MANY))
            older = [entry(100 + n, f"Older {n}") for n in range(10)]
            before = len(steps)
            capture(store, "own", older, "2015-01-01T00:00:00Z", moment(MANY + 1))
            made[runs] = len(steps) - before
        assert len(raw_rows(copy, "SELECT 1 FROM changes WHERE kind = 'changed'")) == 10
    assert 0 < made[MANY] < 1.2 * made[FEW]


@pytest.mark.parametrize("how", ["touched", "copied", "damaged", "broken off"])
def test_database_is_looked_through_only_for_a_reason(
    how: str, grown: dict[int, Path], steps: list[int], tmp_path: Path
) -> None:
    db = Path(shutil.copy(grown[MANY], tmp_path / "harvest.db"))
    with closing(open_database(db)) as opened, opened.writing() as connection:
        connection.execute("DELETE FROM changes WHERE id = 1")
    steps.clear()
    open_database(db).close()
    without = len(steps)
    match how:
        case "touched":
            db.touch()
        case "copied":
            db = Path(shutil.copy(db, tmp_path / "copy.db"))
        case "damaged":
            content = bytearray(db.read_bytes())
            content[4096 * 4 : 4096 * 12] = b"?" * 4096 * 8
            db.write_bytes(content)
            with pytest.raises(BadDatabase, match="is damaged"):
                open_database(db)
            return
        case "broken off":
            subprocess.run([sys.executable, "-c", BREAK_OFF, str(db)], cwd=PROJECT, check=True)
    steps.clear()
    open_database(db).close()
    assert len(steps) > 3 * without


BREAK_OFF = """
import os, sys
from pathlib import Path
from typing import Any
from harvester.store.database import open_database
with open_database(Path(sys.argv[1])).writing() as db:
    db.execute("DELETE FROM changes WHERE id = 2")
os._exit(0)
"""


def test_journal_of_a_first_harvest_is_small(tmp_path: Path, monkeypatch: Any) -> None:
    """Each index is made in a transaction of its own."""
    monkeypatch.setattr(database, "JOURNAL", 1 << 18)
    db, largest = tmp_path / "harvest.db", 0
    with closing(Store(str(db), Rules())) as store:
        harvest(store, "one", [entry(n) for n in range(1500)], moment(0))
        largest = db.with_name("harvest.db-wal").stat().st_size
    assert 0 < largest < 0.2 * db.stat().st_size


def test_telling_what_the_last_runs_found_takes_no_more_steps_after_many(
    grown: dict[int, Path], steps: list[int]
) -> None:
    made = {}
    for runs, path in grown.items():
        before = len(steps)
        with history(path) as past:
            assert list(past.changes(since_when(None))) == []
        made[runs] = len(steps) - before
    assert 0 < made[MANY] < 1.2 * made[FEW]


def test_telling_of_many_changes_takes_no_more_memory(tmp_path: Path) -> None:
    peaks = {}
    for number in (50, 1000):
        path = tmp_path / f"{number}.db"
        with closing(Store(str(path), Rules())) as store:
            harvest(store, "one", [entry(n) for n in range(number)], moment(0))
        for form, opts in (("text", ["--all"]), ("json", ["--format", "json"])):
            peaks[form, number] = peak(path, *opts)
    for form in ("text", "json"):
        assert peaks[form, 1000] < 1.5 * peaks[form, 50]


def peak(path: Path, *opts: str) -> int:
    """The most memory that `changes` takes of Python; SQLite sorts in files."""
    command = changes.Command()
    parser = ArgumentParser()
    command.add_options(parser)
    asked = parser.parse_args([*opts, "--since", "1"])
    with history(path) as past:
        tracemalloc.start()
        assert sum(1 for _ in command.lines(past, asked)) > 50
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


HEALTH = {
    "room": harvests,
    "question": lambda db: db.execute(
        next(query.sql for query in QUERIES if query.name == "health")
    ).fetchall(),
}


@pytest.mark.parametrize("case", HEALTH)
def test_last_runs_of_a_collection_are_found_in_a_time_that_grows_less_than_the_runs(
    case: str, grown: dict[int, Path], steps: list[int]
) -> None:
    made, found = {}, {}
    for runs, path in grown.items():
        with reading(path) as db:
            before = len(steps)
            found[runs] = len(HEALTH[case](db))
            made[runs] = len(steps) - before
    assert found == {FEW: 3 * len(NAMES), MANY: 5 * len(NAMES)}
    assert made[MANY] < 3 * made[FEW]
