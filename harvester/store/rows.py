"""Many rows in one statement."""

from collections.abc import Sequence

from sqlite_utils import Database

MOST_ROWS = 1000
"""In one statement: SQLite takes 32,766 values."""


def put_rows(db: Database, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Runs an INSERT that has {} for its rows, each of as many values as the first.

    One for each row would be slow: before every statement that may fail halfway, SQLite has the
    search index written out.
    """
    for start in range(0, len(rows), MOST_ROWS):
        some = rows[start : start + MOST_ROWS]
        marks = f"({', '.join('?' * len(some[0]))})"
        values = [value for row in some for value in row]
        db.execute(sql.format(", ".join([marks] * len(some))), values)
