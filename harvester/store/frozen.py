"""A compact copy of a database, of which the bytes depend on its content alone.

`VACUUM INTO` keeps rows in the order in which they were once written, so that two databases of the
same content differ. The copy is therefore written anew, each table by its key, and indexed anew.
The times when the tables were brought up to date are left out, which are no data, and documents
are numbered anew, by site and id.
"""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from harvester.interrupt import interrupt
from harvester.store.file import APPLICATION_ID, STEPS
from harvester.store.reading import reading
from harvester.store.table import Table, quoted, tables

TIMELESS = {"_sqlite_migrations": ["applied_at"]}
"""Columns that are left empty."""
NUMBERS = "SELECT number, row_number() OVER (ORDER BY site, id) FROM documents"
KEEP_NUMBERS = "CREATE TEMP TABLE numbers (old INTEGER PRIMARY KEY, new INTEGER NOT NULL)"
NEW_NUMBER = "(SELECT new FROM numbers WHERE old = :{})"


def copy_database(source: Path, target: Path) -> None:
    """Writes the copy to where no file is.

    Raises BadDatabase if the source can't be read, OSError if the disk is full.
    """
    with reading(source) as harvest, closing(sqlite3.connect(target)) as copy:
        copy.set_progress_handler(interrupt.hearing, STEPS)
        try:
            _copy(harvest, copy)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise


def _copy(harvest: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    _begin(copy)
    copy.execute(KEEP_NUMBERS)
    copy.executemany("INSERT INTO numbers VALUES (?, ?)", map(tuple, harvest.execute(NUMBERS)))
    for table in tables(harvest):
        copy.execute(table.sql)
        _copy_rows(harvest, copy, table)
    for _, sql in _made(harvest, "index"):
        copy.execute(sql)
    for name, sql in _searches(harvest):
        copy.execute(sql)
        copy.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'rebuild\')')
    for _, sql in (*_made(harvest, "view"), *_made(harvest, "trigger")):
        copy.execute(sql)
    copy.execute("DROP TABLE numbers")
    copy.execute("COMMIT")
    copy.execute("VACUUM")


def _begin(copy: sqlite3.Connection) -> None:
    """Says what would else depend on how SQLite was built."""
    copy.isolation_level = None
    copy.execute("PRAGMA page_size = 4096")
    copy.execute("PRAGMA encoding = 'UTF-8'")
    copy.execute("PRAGMA auto_vacuum = NONE")
    copy.execute("PRAGMA journal_mode = MEMORY")
    copy.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    copy.execute("BEGIN")


def _copy_rows(harvest: sqlite3.Connection, copy: sqlite3.Connection, table: Table) -> None:
    timeless = TIMELESS.get(table.name, [])
    names = [column.name for column in table.columns]
    marks = ", ".join(
        "NULL" if name in timeless else _mark(name, table.documents) for name in names
    )
    rows = map(dict, harvest.execute(table.rows_in_order))
    copy.executemany(f'INSERT INTO "{table.name}" ({quoted(names)}) VALUES ({marks})', rows)


def _mark(name: str, documents: set[str]) -> str:
    return NEW_NUMBER.format(name) if name in documents else f":{name}"


def _made(harvest: sqlite3.Connection, kind: str) -> list[tuple[str, str]]:
    """What there is of a kind, by name, and the SQL that makes each."""
    sql = "SELECT name, sql FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL ORDER BY name"
    return [(row["name"], row["sql"]) for row in harvest.execute(sql, [kind])]


def _searches(harvest: sqlite3.Connection) -> list[tuple[str, str]]:
    """The search indexes, by name, and the SQL that makes each."""
    sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'"
    names = {row["name"] for row in harvest.execute(sql)}
    return [(name, sql) for name, sql in _made(harvest, "table") if name in names]
