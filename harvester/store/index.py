"""The search index: which documents it lacks, and adding them.

It has one row per document, in the letters and words of `search`. Whoever is about to write the
words of documents calls `expect` for them. Before the transaction ends, `index` writes the rows of
all expected documents, and of those that another program has changed.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from harvester.search.words import indexed
from harvester.store.connection import WANTED, put_rows
from harvester.store.schema import SEARCHED

ROWS = "words_fts_rows"
"""The table that maps documents to rows of the index."""
AT_ONCE, LETTERS = 200, 1_000_000
"""Documents, and characters of texts, that are indexed together."""
EXPECT = """
    INSERT INTO words_fts_rows (document) SELECT value FROM json_each(?) WHERE true
    ON CONFLICT (document) DO """
EXPECT_OTHERWISE = f"{EXPECT} UPDATE SET id = NULL, folded = 0"
EXPECT_NEW = """
    INSERT INTO words_fts_rows (document) SELECT number FROM documents
    WHERE number > coalesce((SELECT max(document) FROM words_fts_rows), 0)"""
EXPECT_MISSING = """
    INSERT INTO words_fts_rows (document) SELECT number FROM documents WHERE true
    ON CONFLICT (document) DO NOTHING"""
EXPECTED = """
    SELECT document FROM words_fts_rows WHERE folded = 0 AND document > ?
    ORDER BY document LIMIT ?"""
BEFORE_ALL = -(1 << 63)
LAST = "SELECT coalesce(max(id), 0) FROM words_fts_docsize"
"""The index has a row for each of its own in this table, and never takes one away: see
https://sqlite.org/fts5.html, "FTS5 Data Structures"."""
USED = f"SELECT ({LAST}), (SELECT coalesce(max(document), 0) FROM {ROWS})"
"""The rows of the index, and the documents at most: their numbers have hardly any gaps."""
MOST_UNUSED = 4
"""Rows for each document above which the index is rebuilt."""
SAID = f"SELECT number, {SEARCHED} WHERE number IN {WANTED} ORDER BY number"
PUT = "INSERT INTO words_fts (rowid, title, summary, names, text) VALUES {}"
PUT_ROWS = """
    INSERT INTO words_fts_rows (document, id, folded) VALUES {} ON CONFLICT (document)
    DO UPDATE SET id = excluded.id, folded = excluded.folded"""
DROP = (
    "DELETE FROM words_fts_rows WHERE folded = 0 AND document NOT IN (SELECT number FROM documents)"
)

Row = tuple[int, str | None, str | None, str | None, str | None]
"""A document's number, title, summary, names and texts."""


def expect(db: sqlite3.Connection, documents: Iterable[object]) -> None:
    """Notes that documents with these numbers, perhaps new ones, are about to be written."""
    db.execute(f"{EXPECT} NOTHING", [json.dumps(list(documents))])


def expect_otherwise(db: sqlite3.Connection, document: int) -> None:
    """Notes that a document's names or texts are about to change."""
    db.execute(EXPECT_OTHERWISE, [json.dumps([document])])


def expect_new(db: sqlite3.Connection) -> None:
    """Notes all documents that are newer than those expected so far."""
    db.execute(EXPECT_NEW)


def expect_missing(db: sqlite3.Connection) -> None:
    """Notes all documents that the index lacks, whoever left them out."""
    db.execute(EXPECT_MISSING)


def index(db: sqlite3.Connection) -> None:
    """Indexes all expected documents by their present words."""
    last = BEFORE_ALL
    while some := _expected(db, last):
        for rows in _together(db.execute(SAID, [json.dumps(some)])):
            _put(db, rows)
        last = some[-1]
    if last != BEFORE_ALL:
        db.execute(DROP)


def _expected(db: sqlite3.Connection, last: int) -> list[int]:
    """The next expected documents after the last one."""
    return [number for (number,) in db.execute(EXPECTED, [last, AT_ONCE])]


def tidy(db: sqlite3.Connection) -> None:
    """Rebuilds the index if most of its rows are orphaned."""
    rows, used = db.execute(USED).fetchone()
    if rows > MOST_UNUSED * (used + AT_ONCE):
        db.execute("INSERT INTO words_fts (words_fts) VALUES ('delete-all')")
        db.execute("UPDATE words_fts_rows SET id = NULL, folded = 0")
        index(db)


def _put(db: sqlite3.Connection, rows: Sequence[Row]) -> None:
    (last,) = db.execute(LAST).fetchone()
    said = ([text and indexed(text) for text in row[1:]] for row in rows)
    put_rows(db, PUT, [(last + n, *texts) for n, texts in enumerate(said, 1)])
    put_rows(db, PUT_ROWS, [(row[0], last + n, 1) for n, row in enumerate(rows, 1)])


def _together(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists whose texts have some LETTERS each."""
    some, letters = list[Row](), 0
    for row in rows:
        some.append(row)
        letters += len(row[4] or "")
        if letters > LETTERS:
            yield some
            some, letters = [], 0
    if some:
        yield some
