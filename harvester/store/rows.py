"""Rows read by name, and many rows written in one statement."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST_ROWS = 1000
"""In one statement: SQLite takes 32,766 values."""


Row = dict[str, Any]


def select(
    db: sqlite3.Connection, sql: str, values: Sequence[object] | Mapping[str, object]
) -> Iterator[Row]:
    """The rows that a SELECT finds, read one by one, each by the names of its columns, of which no
    two are alike."""
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
