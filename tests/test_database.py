"""Opening a database: what can be wrong with it, and that it is then left as it was."""

import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from databases import AS_PLAIN_USER, checked, clone, data, ran, snapshot
from harvests import FIXTURES, HASTE, PROJECT, Harvest, dump, harvest, rows

from harvester.outcomes import BadDatabase
from harvester.store.database import open_database, reading, transaction

SOURCE = ("-a", f"source={FIXTURES}")

BREAK_OFF = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE mine (a)")
connection.execute("INSERT INTO mine VALUES (1)")
os._exit(0)
"""
"""Leaves a journal behind, as a killed process does."""


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a harvest in it."""
    db = tmp_path_factory.mktemp("harvested") / "harvest.db"
    assert harvest(*SOURCE, HARVEST_DB=db).code == 0
    return db


def text(path: Path, _: Path) -> None:
    path.write_text("This is no database. " * 99)


def one_byte(path: Path, _: Path) -> None:
    path.write_bytes(b"S")


def folder(path: Path, _: Path) -> None:
    path.mkdir()


def no_folder(path: Path, _: Path) -> None:
    path.parent.rmdir()


def foreign(path: Path, _: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (a)")


def foreign_marked(path: Path, _: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 7")
        connection.execute("CREATE TABLE mine (a)")


def foreign_broken_off(path: Path, _: Path) -> None:
    ran(BREAK_OFF, path)
    assert path.with_name(f"{path.name}-wal").stat().st_size


def head_damaged(path: Path, db: Path) -> None:
    path.write_bytes(b"?" * 16 + db.read_bytes()[16:])


def middle_damaged(path: Path, db: Path) -> None:
    content = bytearray(db.read_bytes())
    content[4096 * 4 : 4096 * 12] = b"?" * 4096 * 8
    path.write_bytes(content)


def middle_damaged_and_broken_off(path: Path, db: Path) -> None:
    clone(db, path.parent)
    ran(BREAK_OFF, path)
    middle_damaged(path, path)


def cut_off(path: Path, db: Path) -> None:
    path.write_bytes(db.read_bytes()[: 4096 * 9])


def newer(path: Path, db: Path) -> None:
    clone(db, path.parent)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('harvester', 'm999_future', '2099')"
        )


def read_only_file(path: Path, db: Path) -> None:
    clone(db, path.parent).chmod(0o444)


def read_only_folder(path: Path, db: Path) -> None:
    clone(db, path.parent)
    path.parent.chmod(0o555)


def new_in_read_only_folder(path: Path, _: Path) -> None:
    path.parent.chmod(0o555)


BAD: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "no folder": (no_folder, "no folder"),
    "folder": (folder, "is a folder"),
    "text": (text, "no SQLite database"),
    "one byte": (one_byte, "no SQLite database"),
    "foreign": (foreign, "not one of this program's"),
    "foreign, marked": (foreign_marked, "not one of this program's"),
    "foreign, broken off": (foreign_broken_off, "not one of this program's"),
    "head damaged": (head_damaged, "its beginning is damaged"),
    "middle damaged": (middle_damaged, "is damaged"),
    "middle damaged, broken off": (middle_damaged_and_broken_off, "is damaged"),
    "cut off": (cut_off, "is damaged"),
    "newer": (newer, "a newer version of this program (m999_future)"),
    "read-only file": (read_only_file, "read-only"),
    "read-only folder": (read_only_folder, "read-only"),
    "new in a read-only folder": (new_in_read_only_folder, "read-only"),
}


def run(db: Path, *before: str, **options: object) -> Harvest:
    """A harvest of the saved pages, with something before its command."""
    settings = {**HASTE, "HARVEST_DB": db}
    done = subprocess.run(
        [*before, sys.executable, "-m", "scrapy", "crawl", "collection", *SOURCE]
        + [f"-s{name}={value}" for name, value in settings.items()],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,  # type: ignore[call-overload]
    )
    return Harvest(done.returncode, done.stdout, done.stderr, db)


def refused(done: Harvest, *said: str) -> None:
    """Asserts that a harvest ended for the database's sake, in one sentence."""
    assert (done.code, len(done.complaints)) == (73, 1)
    assert all(part in done.complaints[0] for part in (str(done.db), *said))
    assert "Traceback" not in done.err


@pytest.mark.parametrize("case", BAD)
def test_bad_database_is_left_as_it_was(case: str, tmp_path: Path, harvested: Path) -> None:
    make, said = BAD[case]
    path = tmp_path / "place" / "harvest.db"
    path.parent.mkdir()
    make(path, harvested)
    before = snapshot(path.parent) if path.parent.exists() else None
    refused(run(path, *AS_PLAIN_USER), said)
    assert (snapshot(path.parent) if path.parent.exists() else None) == before


def test_nothing_is_left_beside_a_database(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    assert run(db).code == 0
    assert list(snapshot(tmp_path)) == ["harvest.db"]


def test_what_a_killed_run_left_is_taken_in(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    before = rows(db, "SELECT * FROM documents")
    ran(BREAK_OFF, db)
    assert run(db).code == 0
    assert list(snapshot(tmp_path)) == ["harvest.db"]
    assert rows(db, "SELECT a FROM mine") == [{"a": 1}]
    assert rows(db, "SELECT * FROM documents") == before
    checked(db)


def test_name_with_signs_of_addresses(tmp_path: Path) -> None:
    db = tmp_path / "100 % ?mode=ro #1 é.db"
    assert [run(db).code, run(db).code] == [0, 0]
    assert list(snapshot(tmp_path)) == [db.name]


def test_database_behind_a_link(tmp_path: Path, harvested: Path) -> None:
    real, link = clone(harvested, tmp_path / "real"), tmp_path / "link.db"
    link.symlink_to(real)
    ran(BREAK_OFF, real)
    assert run(link).code == 0
    assert link.is_symlink()
    assert list(snapshot(real.parent)) == ["harvest.db"]


def test_database_can_be_read_without_a_trace(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    for leave in (lambda: None, lambda: ran(BREAK_OFF, db)):
        leave()
        before = snapshot(tmp_path)
        with reading(db) as read:
            assert read.table("documents").count == 15
        assert snapshot(tmp_path) == before


LOCKS = {
    "writer": ("BEGIN IMMEDIATE",),
    "exclusive": ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"),
}


@pytest.mark.parametrize("kind", LOCKS)
def test_long_lock_ends_in_a_sentence(kind: str, tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    before = dump(db)
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        for statement in LOCKS[kind]:
            other.execute(statement)
        refused(harvest(*SOURCE, HARVEST_DB=db, HARVEST_LOCK_WAIT=0.05), "locked")
    assert dump(db) == before
    assert run(db).code == 0


def test_short_lock_is_waited_for(tmp_path: Path, harvested: Path) -> None:
    db, trying = clone(harvested, tmp_path), threading.Event()

    def write() -> None:
        with closing(open_database(db, wait=60)) as ours:
            ours.conn.set_trace_callback(lambda _: trying.set())
            with transaction(ours, db):
                ours.execute("UPDATE runs SET reason = 'second'")

    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = threading.Thread(target=write)
        writer.start()
        assert trying.wait(60)
        other.execute("UPDATE runs SET reason = 'first'")
        other.execute("COMMIT")
        writer.join()
    assert rows(db, "SELECT reason FROM runs") == [{"reason": "second"}]


def test_readers_go_on_while_a_run_writes(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    with closing(open_database(db)) as ours, transaction(ours, db):
        ours.execute("UPDATE runs SET reason = 'written'")
        assert rows(db, "SELECT reason FROM runs") == [{"reason": None}]
    assert rows(db, "SELECT reason FROM runs") == [{"reason": "written"}]


def limited(size: int) -> Callable[[], None]:
    """Lets no file of a process grow beyond a size in bytes, as a full disk does."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [0, 20_000, 40_000, 50_000])
def test_full_disk_leaves_what_was_there(size: int, tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE documents SET title = title || '!'")
    before = data(db)
    refused(run(db, preexec_fn=limited(size)))
    assert data(db) == before
    checked(db)
    assert run(db).code == 0


def test_full_disk_and_a_new_database(tmp_path: Path) -> None:
    db = tmp_path / "harvest.db"
    refused(run(db, preexec_fn=limited(20_000)))
    assert run(db).code == 0
    checked(db)


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    db = tmp_path / "harvest.db"
    db.touch()
    assert run(db).code == 0
    assert list(snapshot(tmp_path)) == ["harvest.db"]


def test_writing_that_fails_is_undone(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    before = dump(db)
    with closing(open_database(db)) as ours:
        with pytest.raises(BadDatabase, match=r"harvest\.db"), transaction(ours, db):
            ours.execute("UPDATE documents SET title = 'lost'")
            ours.execute("UPDATE documents SET page = 99")
            ours.execute("INSERT INTO runs (id) VALUES (1)")
        with pytest.raises(KeyboardInterrupt), transaction(ours, db):
            ours.execute("UPDATE documents SET title = 'lost'")
            raise KeyboardInterrupt
    assert dump(db) == before
