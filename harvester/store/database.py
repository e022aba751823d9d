"""Opening the database file, and writing to it in whole transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from harvester.outcomes import BadDatabase
from harvester.store.migrations import APPLICATION_ID, migrations

BUSY_SECONDS = 10.0
"""How long a write waits for somebody else's lock."""


def open_database(path: Path) -> Database:
    """The database at a path, made if it is not there, its tables up to date.

    Raises BadDatabase, and leaves the file as it was, if it can't be opened or is not ours.
    """
    with named_errors(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            return _prepared(connection, path)
        except BaseException:
            connection.close()
            raise


@contextmanager
def transaction(db: Database, path: Path) -> Iterator[None]:
    """All that is written in the block, or nothing of it. Raises BadDatabase if it can't be.

    It begins as a writer, so that no lock can be lost between reading and writing.
    """
    with named_errors(path):
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.conn.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into a sentence that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise BadDatabase(
            f"The database {path} can't be opened or written ({error}): see that its folder exists"
            " and may be written to, that the disk is not full and that no one else locks it."
        ) from error


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    _check_ours(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    db = Database(connection, execute_plugins=False)
    with transaction(db, path):
        migrations.apply(db)
    return db


def _check_ours(connection: sqlite3.Connection, path: Path) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if tables and mark != APPLICATION_ID:
        raise BadDatabase(
            f"{path} is a database, but not one of this program's: name another with HARVEST_DB."
        )
