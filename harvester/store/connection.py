"""Connections to a database: opening the file, naming its errors, reading and writing rows.

This module opens files for reading only, and loads nothing that writes; `database` opens them for
writing.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from harvester.disk import ON_NETWORK, lacks_locks
from harvester.interrupt import interrupt
from harvester.outcomes import BadDatabase
from harvester.store import schema

APPLICATION_ID = 0x48525654
"""Marks a database as ours, in SQLite's header ("HRVT")."""

LOCK_WAIT = 10.0
"""Seconds to wait for a lock that another program holds for a moment."""

STEPS = 1_000_000
"""Steps of SQLite's virtual machine, some milliseconds, between two checks for signals.
"""


NO_LOCAL_DISK = (
    *("SQLITE_PROTOCOL", "SQLITE_IOERR_SHM", "SQLITE_IOERR_LOCK", "SQLITE_IOERR_RDLOCK"),
    *("SQLITE_IOERR_UNLOCK", "SQLITE_IOERR_CHECKRESERVEDLOCK"),
)
"""SQLite's errors where a drive lacks locks or shared memory (https://sqlite.org/rescode.html)."""

ANOTHER = "name another with HARVEST_DB"
REASONS = {
    "SQLITE_BUSY": "another program keeps it locked: end that, or harvest again later",
    "SQLITE_CANTOPEN": "see that the folder and its files may be written, and are on no network"
    " drive (SMB, NFS); or name another with HARVEST_DB",
    "SQLITE_CORRUPT": f"it is damaged: put a backup in its place, or {ANOTHER}",
    "SQLITE_FULL": "make room on the disk",
    "SQLITE_IOERR": "see that the disk is well and has room",
    "SQLITE_NOTADB": f"it is no SQLite database, or its beginning is damaged: {ANOTHER}",
    "SQLITE_READONLY": "see that the folder and its files may be written",
}
"""What SQLite's error codes mean for a user, by their first words."""


def is_on_network(error: BaseException) -> bool:
    """Whether an error of SQLite or the file system is typical of network drives."""
    name: str = getattr(error, "sqlite_errorname", "")
    return name.startswith(NO_LOCAL_DISK) or lacks_locks(error)


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turns the errors of SQLite and of the file system into a sentence that names the file."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        interrupt.raise_again()
        reason = _reason(error)
        sentence = f"The database {path} can't be opened or written ({error}): {reason}."
        raise BadDatabase(sentence) from error


def _reason(error: Exception) -> str:
    if is_on_network(error):
        return f"{ON_NETWORK}, named with HARVEST_DB"
    name = getattr(error, "sqlite_errorname", "")
    reasons = (reason for code, reason in REASONS.items() if name.startswith(code))
    return next(reasons, "see to its folder and its disk")


def too_old(path: Path) -> str:
    """The error for a database from before the first release."""
    return (
        f"The database {path} was made by an earlier development version of this program, which"
        " this one can't go on with: harvest into another, named with HARVEST_DB."
    )


def read_only(path: Path) -> str:
    """The address by which SQLite opens a file for reading only (https://sqlite.org/uri.html)."""
    return f"{path.absolute().as_uri()}?mode=ro"


def without_trace(path: Path) -> str:
    """The address by which SQLite opens a database so that reading leaves nothing beside it.

    For that it has to be opened as by a writer if nobody left anything beside it (a mere reader
    would leave its own files there), else as by a reader (a writer would tidy up when it closes).
    Where nothing may be written, nothing can change meanwhile. See https://sqlite.org/wal.html.
    """
    real = path.resolve()
    left = any(real.with_name(real.name + end).exists() for end in ("-wal", "-journal"))
    mode = "rw" if os.access(real.parent, os.W_OK) else "ro&immutable=1"
    return f"{real.as_uri()}?mode={'ro' if left else mode}"


MOST_ROWS = 1000
"""Most rows in one statement: SQLite takes 32,766 values."""
WANTED = "(SELECT value FROM json_each(?))"
"""A list of values, given in JSON."""

Row = dict[str, Any]


def select(
    db: sqlite3.Connection, sql: str, values: Sequence[object] | Mapping[str, object]
) -> Iterator[Row]:
    """The rows of a SELECT, one by one, each by the names of its columns; no two columns may have
    the same name."""
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def put_rows(db: sqlite3.Connection, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Runs an INSERT that has {} for its rows, each of as many values as the first.

    One for each row would be slow: before every statement that may fail halfway, SQLite has the
    search index written out.
    """
    for start in range(0, len(rows), MOST_ROWS):
        some = rows[start : start + MOST_ROWS]
        marks = f"({', '.join('?' * len(some[0]))})"
        values = [value for row in some for value in row]
        db.execute(sql.format(", ".join([marks] * len(some))), values)


WHOLE = (
    "see that it is a whole one of this program's, that no one else locks it, and that a harvest"
    " has brought it up to date"
)
HAS_TABLES = "SELECT 1 FROM _sqlite_migrations WHERE name = ?"
"""Whether a database was made by the step of this name."""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database at a path, as it is now, whatever a harvest writes meanwhile.

    Raises BadDatabase if it is not there, not ours, or can't be read.
    """
    if not path.is_file():
        raise BadDatabase(f"There is no database {path}: harvest first, or name it by HARVEST_DB.")
    try:
        with closing(sqlite3.connect(without_trace(path), timeout=LOCK_WAIT, uri=True)) as db:
            db.isolation_level = None
            db.row_factory = sqlite3.Row
            db.set_progress_handler(interrupt.hearing, STEPS)
            db.execute("PRAGMA query_only = ON")
            check_ours(db, path)
            db.execute("BEGIN")
            yield db
    except sqlite3.Error as error:
        interrupt.raise_again()
        advice = ON_NETWORK if is_on_network(error) else WHOLE
        raise BadDatabase(f"The database {path} can't be read ({error}): {advice}.") from error


def check_ours(db: sqlite3.Connection, path: Path) -> None:
    """Raises BadDatabase if the database is another program's, or from before its first release."""
    (mark,) = db.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise BadDatabase(
            f"{path} is a database, but not one of this program's: name another with HARVEST_DB."
        )
    if db.execute(HAS_TABLES, [schema.NAME]).fetchone() is None:
        raise BadDatabase(too_old(path))
