"""Opening a database: what can be wrong with it, and that it is then left as it was."""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from bad_databases import BAD, BREAK_OFF
from databases import checked, clone, data, ran, snapshot
from harvests import FIXTURES, PATIENCE, Harvest, dump, forked, harvest, in_a_hurry, rows

from harvester.outcomes import BadDatabase
from harvester.store.database import open_database, reading

SOURCE = ("-a", f"source={FIXTURES}")


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a harvest in it."""
    db = tmp_path_factory.mktemp("harvested") / "harvest.db"
    assert harvest(*SOURCE, HARVEST_DB=db).code == 0
    return db


def run(db: Path) -> Harvest:
    """A harvest of the saved pages."""
    return harvest(*SOURCE, HARVEST_DB=db)


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
    refused(run(path), said)
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
            with ours.writing():
                ours.execute("UPDATE runs SET reason = 'second'")

    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = threading.Thread(target=write)
        writer.start()
        assert trying.wait(PATIENCE)
        other.execute("UPDATE runs SET reason = 'first'")
        other.execute("COMMIT")
        writer.join()
    assert rows(db, "SELECT reason FROM runs") == [{"reason": "second"}]


def test_readers_go_on_while_a_run_writes(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    with closing(open_database(db)) as ours, ours.writing():
        ours.execute("UPDATE runs SET reason = 'written'")
        assert rows(db, "SELECT reason FROM runs") == [{"reason": None}]
    assert rows(db, "SELECT reason FROM runs") == [{"reason": "written"}]


def run_limited(db: Path, size: int) -> Harvest:
    """A harvest of the saved pages that lets no file grow beyond a size in bytes, as a full disk
    does; what it says goes into a pipe."""
    with TemporaryDirectory() as folder:
        os.mkfifo(pipe := Path(folder, "pipe"))
        with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as said:
            command = in_a_hurry(*SOURCE, HARVEST_DB=db)
            with forked(command, err=str(pipe), limits={"RLIMIT_FSIZE": size}) as process:
                code = process.wait()
            return Harvest(code, "", said.read(), db)


@pytest.mark.parametrize("size", [0, 20_000, 40_000, 50_000])
def test_full_disk_leaves_what_was_there(size: int, tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE documents SET title = title || '!'")
    before = data(db)
    refused(run_limited(db, size))
    assert data(db) == before
    checked(db)
    assert run(db).code == 0


def test_full_disk_and_a_new_database(tmp_path: Path) -> None:
    db = tmp_path / "harvest.db"
    refused(run_limited(db, 20_000))
    assert run(db).code == 0
    checked(db)


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    db = tmp_path / "harvest.db"
    db.touch()
    assert run(db).code == 0
    assert list(snapshot(tmp_path)) == ["harvest.db"]


def test_row_that_leads_nowhere_is_refused(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    with (
        closing(open_database(db)) as ours,
        pytest.raises(BadDatabase, match="FOREIGN KEY"),
        ours.writing(),
    ):
        ours.execute("UPDATE documents SET page = 99")
    checked(db)


def test_transaction_is_a_writer_from_its_beginning(tmp_path: Path, harvested: Path) -> None:
    """Else what another program writes after the first reading would have it fail."""
    db = clone(harvested, tmp_path)
    with closing(open_database(db)) as ours, ours.writing():
        with (
            closing(sqlite3.connect(db, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("UPDATE documents SET title = 'theirs'")
        ours.execute("UPDATE documents SET title = 'ours'")
    assert {row["title"] for row in rows(db, "SELECT title FROM documents")} == {"ours"}


def test_journal_is_synced_before_the_file_is_written(tmp_path: Path, harvested: Path) -> None:
    """Which only a power cut would show: https://sqlite.org/pragma.html#pragma_synchronous."""
    with closing(open_database(clone(harvested, tmp_path))) as ours:
        assert ours.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert ours.execute("PRAGMA synchronous").fetchone()[0] >= 1


def test_writing_that_fails_is_undone(tmp_path: Path, harvested: Path) -> None:
    db = clone(harvested, tmp_path)
    before = dump(db)
    with closing(open_database(db)) as ours:
        with pytest.raises(BadDatabase, match=r"harvest\.db"), ours.writing():
            ours.execute("UPDATE documents SET title = 'lost'")
            ours.execute("UPDATE documents SET page = 99")
            ours.execute("INSERT INTO runs (id) VALUES (1)")
        with pytest.raises(KeyboardInterrupt), ours.writing():
            ours.execute("UPDATE documents SET title = 'lost'")
            raise KeyboardInterrupt
    assert dump(db) == before
