"""Databases on network drives: what lacks locks or shared memory is named, and nothing is left.

No such drive is mounted here. Standing in for one: a lock that fails as flock(2) does there, files
without shared memory as SQLite itself offers them, and errors by SQLite's own names.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from databases import clone
from harvests import FIXTURES, harvest, in_a_hurry, scrapy

NO_LOCKS = """
import errno, fcntl, os
def flock(file, how):
    raise OSError(errno.{0}, os.strerror(errno.{0}))
fcntl.flock = flock
"""
NO_SHARED_MEMORY = """
import sqlite3
connect = sqlite3.connect
def without(path, *more, **options):
    if str(path).startswith("file:"):
        path = f"{path}&vfs=unix-none"
    else:
        path = f"file:{path}?vfs=unix-none"
    return connect(path, *more, **options | dict(uri=True))
sqlite3.connect = without
"""
ERROR = """
import sqlite3
connect = sqlite3.connect
class Connection(sqlite3.Connection):
    def execute(self, sql, *more):
        if sql.startswith("PRAGMA journal_mode ="):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = "{0}"
            raise error
        return super().execute(sql, *more)
sqlite3.connect = lambda *more, **options: connect(*more, **options | dict(factory=Connection))
"""
DRIVES = {
    "NFS without a lock daemon": NO_LOCKS.format("ENOLCK"),
    "SMB without locks": NO_LOCKS.format("EOPNOTSUPP"),
    "FUSE without locks": NO_LOCKS.format("ENOSYS"),
    "no shared memory": NO_SHARED_MEMORY,
    "shared memory fails": ERROR.format("SQLITE_IOERR_SHMMAP"),
    "locks fail": ERROR.format("SQLITE_IOERR_LOCK"),
    "locking protocol": ERROR.format("SQLITE_PROTOCOL"),
}


Done = subprocess.CompletedProcess[str]
Run = Callable[[str, Path], Done]


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Harvests with something that stands in for the drive, before the program begins."""
    folder = tmp_path_factory.mktemp("stand-in")

    def run(stand_in: str, db: Path) -> Done:
        (folder / "sitecustomize.py").write_text(stand_in)
        command = in_a_hurry(f"-asource={FIXTURES}", HARVEST_DB=db)
        return scrapy(*command, PYTHONPATH=str(folder))

    return run


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("harvested") / "harvest.db"
    assert harvest(f"-asource={FIXTURES}", HARVEST_DB=db).code == 0
    return db


@pytest.mark.parametrize("drive", DRIVES)
@pytest.mark.parametrize("is_new", [True, False])
def test_network_drive_is_named_and_nothing_is_left_there(
    drive: str, is_new: bool, tmp_path: Path, harvested: Path, run: Run
) -> None:
    db = tmp_path / "harvest.db" if is_new else clone(harvested, tmp_path)
    before = None if is_new else db.read_bytes()
    done = run(DRIVES[drive], db)
    said = [line for line in done.stderr.splitlines() if line.startswith("harvester:")]
    assert (done.returncode, len(said)) == (73, 1), done.stderr
    assert all(word in said[0] for word in (str(db), "SMB", "NFS", "HARVEST_DB")), said
    assert "Traceback" not in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ([] if is_new else [db.name])
    assert is_new or db.read_bytes() == before


def test_without_the_stand_in_it_is_harvested(tmp_path: Path, run: Run) -> None:
    assert run("", tmp_path / "harvest.db").returncode == 0
