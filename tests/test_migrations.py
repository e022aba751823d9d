"""Bringing a database that lacks a step up to date, whatever happens meanwhile.

There is no release yet, and so only one step: the second is one of the tests' own.
"""

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import second_step
from databases import checked, first_schema, python, snapshot
from harvests import FIXTURES, PROJECT, dump, raw_rows, rows

from harvester.outcomes import BadDatabase
from harvester.store import migrating
from harvester.store.database import open_database

COPY = f"harvest.db.before-{second_step.NAME}"
TESTS = Path(__file__).parent
STEP = 1 if "HARVEST_KILLS" in os.environ else 11
"""Of so many calls one is killed; `make kills` kills each."""

OPEN = """
import sys
from pathlib import Path
sys.path.append(sys.argv[2])
import second_step
from harvester.store.database import open_database
second_step.add()
open_database(Path(sys.argv[1])).close()
"""


HARVEST = """
import sys
sys.path.append(sys.argv.pop(1))
import second_step
from scrapy.cmdline import execute
second_step.add()
execute(["scrapy", *sys.argv[1:]])
"""


@pytest.fixture(autouse=True)
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program has a second step."""
    monkeypatch.setattr(migrating, "migrations", second_step.two_steps())


@pytest.fixture
def old(db: Path) -> Path:
    """A database that lacks it."""
    return first_schema(db)


def everything(db: Path) -> list[str]:
    """What a database has. In which order its indexes and triggers were made is no matter."""
    return sorted(dump(db))


def content(db: Path) -> list[str]:
    """A database's tables and rows, but not when its tables were made."""
    return [line for line in everything(db) if "_sqlite_migrations" not in line]


def schema(db: Path) -> dict[str, object]:
    """The columns and indexes of each table."""
    tables = [
        row["name"] for row in raw_rows(db, "SELECT name FROM sqlite_master WHERE type='table'")
    ]
    return {
        table: (
            raw_rows(
                db, "SELECT name, type, [notnull], dflt_value, pk FROM pragma_table_info(?)", table
            ),
            {row["name"] for row in raw_rows(db, "SELECT name FROM pragma_index_list(?)", table)},
            raw_rows(db, "SELECT [from], [table], [to] FROM pragma_foreign_key_list(?)", table),
        )
        for table in tables
    }


def migrated(db: Path) -> Path:
    open_database(db).close()
    return db


def test_rows_stay_and_tables_become_those_of_a_new_database(old: Path, tmp_path: Path) -> None:
    tables = ("collections", "runs", "pages", "documents", "memberships")
    before = {table: rows(old, f"SELECT * FROM {table}") for table in tables}
    migrated(old)
    for table, earlier in before.items():
        columns = ", ".join(earlier[0])
        assert rows(old, f"SELECT {columns} FROM {table}") == earlier
        assert earlier
    (tmp_path / "new").mkdir()
    assert schema(old) == schema(migrated(tmp_path / "new" / "harvest.db"))
    checked(old)


def test_copy_is_as_the_database_was(old: Path) -> None:
    before = everything(old)
    old.chmod(0o600)
    migrated(old)
    copy = old.with_name(COPY)
    assert everything(copy) == before
    assert copy.stat().st_mode & 0o777 == 0o600
    checked(copy)


def test_copy_has_what_was_not_yet_in_the_file_itself(old: Path) -> None:
    with closing(sqlite3.connect(old)) as reader:
        assert reader.execute("SELECT count(*) FROM documents").fetchone() == (15,)
        with closing(sqlite3.connect(old)) as writer, writer:
            writer.execute("UPDATE documents SET title = 'late'")
        assert old.with_name("harvest.db-wal").stat().st_size
        migrated(old)
    copied = rows(old.with_name(COPY), "SELECT DISTINCT title FROM documents")
    assert copied == [{"title": "late"}]


def test_nothing_is_copied_without_need(old: Path, tmp_path: Path) -> None:
    migrated(migrated(old))
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == [COPY]
    (tmp_path / "new").mkdir()
    migrated(migrated(tmp_path / "new" / "harvest.db"))
    assert list(snapshot(tmp_path / "new")) == ["harvest.db"]


def test_earlier_copy_is_never_overwritten(old: Path) -> None:
    before = everything(old)
    old.with_name(COPY).write_text("precious")
    migrated(old)
    assert old.with_name(COPY).read_text() == "precious"
    assert everything(old.with_name(f"{COPY}-2")) == before


def test_harvest_goes_on_in_a_migrated_database(old: Path) -> None:
    said = "SELECT id, title, first_seen FROM documents ORDER BY id"
    before = rows(old, said)
    arguments = ("crawl", "collection", "-a", f"source={FIXTURES}", "-s", f"HARVEST_DB={old}")
    with python(HARVEST, TESTS, *arguments, stderr=subprocess.DEVNULL) as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    assert "15 of 15 (0 new, 0 changed" in out
    assert rows(old, said) == before
    assert old.with_name(COPY).exists()


def test_program_without_the_step_leaves_it_as_it_is(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated(old)
    before = snapshot(old.parent)
    monkeypatch.undo()
    with pytest.raises(BadDatabase, match=rf"newer version of this program \({second_step.NAME}\)"):
        open_database(old)
    assert snapshot(old.parent) == before


def limited(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("share", [0.5, 1.1], ids=["in copying", "in the step"])
def test_disk_that_fills_up_leaves_it_old(share: float, old: Path) -> None:
    before, size = everything(old), round(share * old.stat().st_size)
    with python(OPEN, old, TESTS, preexec_fn=limited(size), stderr=subprocess.PIPE) as process:
        _, said = process.communicate()
    assert process.returncode == 1
    assert BadDatabase.__name__ in said.splitlines()[-1]
    assert everything(old) == before
    assert {name.partition("-")[0] for name in snapshot(old.parent)} == {"harvest.db"}
    migrated(old)
    assert old.with_name(COPY).exists()


def is_new(db: Path, old: list[str], new: list[str]) -> bool:
    """Whether what a kill left is the new database and not the old one; asserts that it is whole,
    that there is a copy as soon as there was need of one, and that the next opening makes it new.
    """
    checked(db)
    found, copy = content(db), db.with_name(COPY)
    assert found in (old, new)
    assert copy.exists() or found == old
    migrated(db)
    assert {*snapshot(db.parent)} == {"harvest.db", COPY}
    assert content(copy) == old
    assert found == new or content(db) == new
    return found == new


def killed(db: Path, folder: Path) -> list[Path]:
    """Databases whose opening was killed, in the order of the kills."""
    script = Path(__file__).with_name("opening_killed.py")
    folder.mkdir()
    subprocess.run(
        [sys.executable, script, db, folder, str(STEP)],
        cwd=PROJECT,
        env={"PYTHONPATH": f"{PROJECT}:{script.parent}"},
        check=True,
    )
    return sorted(folder.glob("*/harvest.db"), key=lambda path: int(path.parent.name))


def test_kill_before_any_call_leaves_it_old_or_new(old: Path, tmp_path: Path) -> None:
    databases = killed(old, tmp_path / "killed")
    before, after = content(old), content(migrated(old))
    are_new = [is_new(db, before, after) for db in databases]
    assert are_new == sorted(are_new)
    assert {*are_new} == {False, True}
