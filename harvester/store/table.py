"""The tables of a database, as it describes them itself."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

DOCUMENTS = "documents"
OF_DOCUMENT = ["site", "id"]
"""What a document is known by."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `key` is its place in the primary key, counted from 1, or 0, and `sql` what has its
    value."""

    name: str
    kind: str
    required: bool
    key: int
    sql: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that hold the key of another table."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


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
        """The SQL that reads all of it by its key for others, in whatever order it is stored."""
        values = ", ".join(f'{column.sql} AS "{column.name}"' for column in self.columns)
        named = {column.name: column.sql for column in self.without_numbers().columns}
        order = ", ".join(named[name] for name in self.without_numbers().key or named)
        return f'SELECT {values} FROM "{self.name}" ORDER BY {order}'

    @property
    def documents(self) -> set[str]:
        """The columns that have numbers of documents."""
        numbers = {"number"} if self.name == DOCUMENTS else set()
        return numbers | {one.columns[0] for one in self.references if one.table == DOCUMENTS}

    def without_numbers(self) -> "Table":
        """The table as it is for others: documents by their site and id, which any harvest of them
        has; the numbers that this one gave them mean nothing elsewhere."""
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
        yield Column(name, kind, bool(required or key), key, f'"{table}"."{name}"')


def _references(db: sqlite3.Connection, table: str) -> Iterator[Reference]:
    sql = 'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?) ORDER BY "from"'
    for column, other, key in db.execute(sql, [table]):
        yield Reference((column,), other, (key,))


def _by_name(one: Reference) -> Reference:
    if one.table != DOCUMENTS:
        return one
    return replace(one, columns=("site", *one.columns), key=tuple(OF_DOCUMENT))
