"""A canonical copy of a database: compact, and with bytes that depend on its content alone.

`VACUUM INTO` keeps rows in the order in which they were written, so two databases with the same
content differ. The copy is therefore written anew, each table in the order of its key, and indexed
anew. It leaves out when the tables were brought up to date, and renumbers documents by site and id.
"""

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from harvester.interrupt import interrupt
from harvester.store.connection import APPLICATION_ID, STEPS, reading
from harvester.store.index import ROWS, expect_missing, index
from harvester.store.schema import SEARCHES, statements

DOCUMENTS = "documents"
OF_DOCUMENT = ["site", "id"]
"""The key of a document outside this database."""
TIMELESS = {"_sqlite_migrations": ["applied_at"]}
"""Columns that the copy leaves empty."""
NUMBERS = "SELECT number, row_number() OVER (ORDER BY site, id) FROM documents"
KEEP_NUMBERS = "CREATE TEMP TABLE numbers (old INTEGER PRIMARY KEY, new INTEGER NOT NULL)"
NEW_NUMBER = "(SELECT new FROM numbers WHERE old = :{})"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `key` is its place in the primary key, from 1, or 0 outside it; `sql` is the
    expression for its value."""

    name: str
    kind: str
    required: bool
    key: int
    sql: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that refer to the key of another table."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the SQL that creates it, its columns in order, and their references."""

    name: str
    sql: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...]

    @property
    def key(self) -> list[str]:
        """The columns of its primary key, in their order."""
        keyed = sorted((column.key, column.name) for column in self.columns if column.key)
        return [name for _, name in keyed]

    @property
    def rows_in_order(self) -> str:
        """The SQL that reads all rows in the order of the key, as other programs can use them."""
        values = ", ".join(f'{column.sql} AS "{column.name}"' for column in self.columns)
        named = {column.name: column.sql for column in self.without_numbers().columns}
        order = ", ".join(named[name] for name in self.without_numbers().key or named)
        return f'SELECT {values} FROM "{self.name}" ORDER BY {order}'

    @property
    def documents(self) -> set[str]:
        """The columns with numbers of documents."""
        numbers = {"number"} if self.name == DOCUMENTS else set()
        return numbers | {one.columns[0] for one in self.references if one.table == DOCUMENTS}

    def without_numbers(self) -> "Table":
        """The table with documents identified by site and id, as in every harvest; the numbers of
        this database mean nothing elsewhere."""
        columns = [new for column in self.columns for new in self._by_name(column)]
        key = OF_DOCUMENT if self.name == DOCUMENTS else [one.name for one in columns if one.key]
        return replace(
            self,
            columns=tuple(
                replace(one, key=key.index(one.name) + 1 if one.name in key else 0)
                for one in columns
            ),
            references=tuple(map(_by_name, self.references)),
        )

    def _by_name(self, column: Column) -> Iterator[Column]:
        """What is in the place of a column that has numbers of documents; else the column."""
        if column.name not in self.documents:
            yield column
        elif column.name != "number":
            value = f"(SELECT {{}} FROM {DOCUMENTS} WHERE number = {column.sql})"
            if all(one.name != "site" for one in self.columns):
                yield replace(column, name="site", kind="TEXT", sql=value.format("site"))
            yield replace(column, kind="TEXT", sql=value.format("id"))


def quoted(names: Iterable[str]) -> str:
    """Names, quoted for SQL."""
    return ", ".join(f'"{name}"' for name in names)


def tables(db: sqlite3.Connection) -> Iterator[Table]:
    """The ordinary tables by name, without SQLite's own and without those of the search index."""
    found = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL"
        " AND name IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table')"
        " AND substr(name, 1, 7) <> 'sqlite_' AND name <> ? ORDER BY name",
        [ROWS],
    )
    for name, sql in found.fetchall():
        yield Table(name, sql, tuple(_columns(db, name)), tuple(_references(db, name)))


def _columns(db: sqlite3.Connection, table: str) -> Iterator[Column]:
    info = db.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', [table])
    for name, kind, required, key in info:
        yield Column(name, kind, bool(required or key), key, f'"{table}"."{name}"')


def _references(db: sqlite3.Connection, table: str) -> Iterator[Reference]:
    sql = 'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?) ORDER BY "from"'
    for column, other, key in db.execute(sql, [table]):
        yield Reference((column,), other, (key,))


def _by_name(one: Reference) -> Reference:
    if one.table != DOCUMENTS:
        return one
    return replace(one, columns=("site", *one.columns), key=tuple(OF_DOCUMENT))


def copy_database(source: Path, target: Path) -> None:
    """Writes the copy to a path where no file is.

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
    for sql in statements(SEARCHES):
        copy.execute(sql)
    expect_missing(copy)
    index(copy)
    there = {name for (name,) in copy.execute("SELECT name FROM sqlite_schema")}
    for kind in ("index", "view", "trigger"):
        for name, sql in _made(harvest, kind):
            if name not in there:
                copy.execute(sql)
    copy.execute("DROP TABLE numbers")
    copy.execute("COMMIT")
    copy.execute("VACUUM")


def _begin(copy: sqlite3.Connection) -> None:
    """Fixes the settings that would otherwise depend on how SQLite was built.

    A failed copy is thrown away, so it needs no journal; for VACUUM that would be a second copy.
    """
    copy.isolation_level = None
    copy.execute("PRAGMA page_size = 4096")
    copy.execute("PRAGMA encoding = 'UTF-8'")
    copy.execute("PRAGMA auto_vacuum = NONE")
    copy.execute("PRAGMA journal_mode = OFF")
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
