"""Searches find what other programs write into a first harvest, even into one that was killed."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from archive import Archive, Gate, html
from harvests import Harvest, begun, rows, until

Crawl = Callable[..., Harvest]

WRITES = {
    "a title": "UPDATE documents SET title = 'Corrected' WHERE number = 3",
    "all titles": "UPDATE documents SET title = title || ' corrected'",
    "no summaries": "UPDATE documents SET summary = NULL",
    "a number": "UPDATE documents SET number = 99 WHERE number = 4",
    "a document less": "DELETE FROM documents WHERE number = 4",
    "no documents": "DELETE FROM documents",
    "a document more": "INSERT INTO documents"
    " (number, site, id, url, title, first_seen, last_changed, page)"
    " SELECT 98, site, 'another', url, 'Another', first_seen, last_changed, page"
    " FROM documents LIMIT 1",
    "a text": "INSERT INTO texts (document, position, text) VALUES (5, 1, 'A corrected text')",
    "a document replaced": "REPLACE INTO documents SELECT * FROM documents WHERE number = 2",
}
LOST = ("a number",)
"""What takes a document from all that is known of it: no harvest can make that right."""
SEARCHED = """
    SELECT title FROM documents_fts JOIN main.documents ON number = documents_fts.rowid
    WHERE documents_fts MATCH 'corrected' ORDER BY title"""


@contextmanager
def by_hand(db: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(db, timeout=30, isolation_level=None)) as connection:
        yield connection


def write(db: Path, sql: str) -> None:
    """Writes as another program does, which knows nothing of ours."""
    with by_hand(db) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(sql)
        connection.execute("COMMIT")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO words_fts (words_fts) VALUES ('integrity-check')")


MEANWHILE = ("a title", "no documents", "a text")
CASES = [(name, True) for name in WRITES] + [(name, False) for name in MEANWHILE]


@pytest.mark.parametrize(("name", "killed"), CASES)
def test_other_programs_write_into_a_first_harvest(
    name: str, killed: bool, archive: Archive, crawl: Crawl, db: Path
) -> None:
    gate = Gate()
    archive.answers[1] = gate.hold(lambda _: html(archive.page(1)))
    with begun("-a", f"url={archive.url}", HARVEST_DB=db, HARVEST_LOCK_WAIT=30) as process:
        gate.wait()
        until(lambda: rows(db, "SELECT number FROM main.documents"), process)
        if killed:
            process.end()
        write(db, WRITES[name])
        gate.open()
        done = process.wait() if not killed else 0
    assert done == 0
    if name in LOST:
        return
    assert crawl("-a", f"url={archive.url}").code == 0
    write(db, WRITES["all titles"])
    told = [row["title"] for row in rows(db, "SELECT title FROM documents ORDER BY title")]
    assert [row["title"] for row in rows(db, SEARCHED)] == told
