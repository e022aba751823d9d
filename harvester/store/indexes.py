"""Indexes that nothing is looked up by as long as all is new: a new database gets them later.

To make an index of many rows at once costs a tenth of what it costs to put each row in its place.
That of searches stays: it is given what is new by many pages at once, not by its trigger.
"""

import re
import sqlite3

from harvester.store.schema import statements

LATER = (
    "idx_addresses_slug",
    "idx_changes_at",
    "idx_changes_collection",
    "idx_changes_document",
    "idx_changes_run",
    "idx_documents_date_latest",
    "idx_documents_dates",
    "idx_documents_decade",
    "idx_documents_details",
    "idx_documents_first_seen",
    "idx_documents_id",
    "idx_documents_last_changed",
    "idx_documents_page",
    "idx_documents_record_id",
    "idx_documents_sort_date",
    "idx_memberships_missing",
    "idx_memberships_of_document",
    "idx_memberships_page",
    "idx_observations_statement",
    "idx_pages_bytes",
    "idx_pages_content",
    "idx_pages_document",
    "idx_pages_run_walk",
    "idx_pages_url_fetched",
    "idx_readings_content",
    "idx_readings_run",
    "idx_readings_same_as",
    "idx_statements_address",
)
"""What a run never looks anything up by as long as all that it finds is new."""
TRIGGER = "documents_added"
"""What gives each document to the index of searches at once."""

MADE_LATER = re.compile(r"CREATE (?:UNIQUE )?(?:INDEX|TRIGGER) (\w+).*", re.DOTALL)
"""A statement that makes one, with its name."""
NAMES = "SELECT name FROM sqlite_schema"
UNDO_IN_MEMORY = "PRAGMA temp_store = MEMORY"
"""What a statement has changed so far, in case that it fails, is some 80 KB with ten new documents:
a little more than SQLite keeps in memory by itself, so that each would have a file made."""
SORT_IN_FILES = "PRAGMA temp_store = DEFAULT"
"""Else all rows of an index would be in memory at once when it is made."""
HAS_DOCUMENTS = "SELECT EXISTS (SELECT 1 FROM documents) OR EXISTS (SELECT 1 FROM addresses)"
ADD_TO_SEARCHES = """
    INSERT INTO documents_fts (rowid, title, summary) SELECT rowid, title, summary FROM documents
    WHERE rowid > coalesce((SELECT max(id) FROM documents_fts_docsize), 0)"""
"""The index has one row for each of its documents in this table of its own: see
https://sqlite.org/fts5.html, "FTS5 Data Structures"."""


def put_off(db: sqlite3.Connection) -> bool:
    """Leaves the indexes away for now if there is no document yet; else sees that all are there.

    Returns whether it left them away. Then `search` and `make` are called, and `make` before any
    document is looked up or changed.
    """
    (has_documents,) = db.execute(HAS_DOCUMENTS).fetchone()
    if has_documents:
        make(db)
        return False
    for name in LATER:
        db.execute(f"DROP INDEX IF EXISTS {name}")
    db.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}")
    db.execute(UNDO_IN_MEMORY)
    return True


def search(db: sqlite3.Connection) -> None:
    """Lets searches find the documents that were stored since."""
    db.execute(ADD_TO_SEARCHES)


def make(db: sqlite3.Connection) -> None:
    """Makes those of the indexes that are not there, such as a killed run has left away."""
    db.execute(SORT_IN_FILES)
    there = {name for (name,) in db.execute(NAMES)}
    missing = [name for name in (*LATER, TRIGGER) if name not in there]
    if not missing:
        return
    definitions = {found[1]: found[0] for found in map(MADE_LATER.match, statements()) if found}
    for name in missing:
        db.execute(definitions[name])
    if TRIGGER in missing:
        search(db)
