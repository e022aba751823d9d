"""Databases in all sorts of states, and the processes that leave them so."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from harvests import FIXTURES, PROJECT, dump, harvest


def first_schema(path: Path) -> Path:
    """A database as the first step leaves it, with the fifteen documents of the fixtures."""
    path.write_bytes(_first_schema())
    return path


@cache
def _first_schema() -> bytes:
    with TemporaryDirectory() as folder:
        db = Path(folder) / "harvest.db"
        assert harvest("-a", f"source={FIXTURES}", HARVEST_DB=db).code == 0
        return db.read_bytes()


def python(code: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    """A process that runs a piece of Python, with pipes to and from it."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )


def ran(code: str, *arguments: object) -> None:
    """Runs a piece of Python to its end, which has to be a good one."""
    with python(code, *arguments) as process:
        process.communicate()
    assert process.returncode == 0


HOLD = """
import sys
from pathlib import Path
from harvester.store.database import open_database
db = open_database(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(db: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the database open, as a run has it; killed at the end."""
    with python(HOLD, db) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files of a folder and what is in them; of SQLite's shared memory only its name."""
    return {
        path.name: b"" if path.name.endswith("-shm") else path.read_bytes()
        for path in folder.iterdir()
        if path.is_file()
    }


def data(db: Path) -> list[str]:
    """What was harvested: documents and memberships, as SQL."""
    inserts = ('INSERT INTO "documents"', 'INSERT INTO "memberships"')
    return [line for line in dump(db) if line.startswith(inserts)]


def clone(db: Path, folder: Path) -> Path:
    """A copy of a database in a folder of its own."""
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(db, folder / "harvest.db"))


def checked(db: Path) -> None:
    """Asserts that a database is whole."""
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
