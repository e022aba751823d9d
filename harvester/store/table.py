"""The tables of a database, as it describes them itself."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `key` is its place in the primary key, counted from 1, or 0."""

    name: str
    kind: str
    required: bool
    key: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds the key of another table."""

    column: str
    table: str
    key: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table, the SQL that makes it, its columns in their order, and what they refer to."""

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
        """The SQL that reads all of it by its key, in whatever order it is stored."""
        names = quoted(column.name for column in self.columns)
        return f'SELECT {names} FROM "{self.name}" ORDER BY {quoted(self.key) or names}'


def quoted(names: Iterable[str]) -> str:
    """Names for SQL."""
    return ", ".join(f'"{name}"' for name in names)


def tables(db: sqlite3.Connection) -> Iterator[Table]:
    """The ordinary tables by name, without SQLite's own and those of a search index."""
    found = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL"
        " AND name IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table')"
        " AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"
    )
    for name, sql in found.fetchall():
        yield Table(name, sql, tuple(_columns(db, name)), tuple(_references(db, name)))


def _columns(db: sqlite3.Connection, table: str) -> Iterator[Column]:
    info = db.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', [table])
    for name, kind, required, key in info:
        yield Column(name, kind, bool(required or key), key)


def _references(db: sqlite3.Connection, table: str) -> Iterator[Reference]:
    sql = 'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?) ORDER BY "from"'
    for row in db.execute(sql, [table]):
        yield Reference(*row)
