"""Indexes that only readers need: a new database is filled without them, and gets them at the end.

To make an index of many rows at once costs a tenth of what it costs to put each row in its place.
"""

from contextlib import closing

from sqlite_utils import Database

from harvester.store.migrations import migrations

OF_READERS = (
    "idx_changes_at",
    "idx_changes_collection",
    "idx_changes_run",
    "idx_documents_date_earliest",
    "idx_documents_date_latest",
    "idx_documents_dates",
    "idx_documents_decade",
    "idx_documents_first_seen",
    "idx_documents_last_changed",
    "idx_documents_page",
    "idx_documents_sort_date",
    "idx_memberships_document",
    "idx_memberships_missing",
    "idx_memberships_of_document",
)
"""What a run never looks anything up by as long as all that it finds is new."""

DEFINITION = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?"
HAS_DOCUMENTS = "SELECT EXISTS (SELECT 1 FROM documents)"


def put_off(db: Database) -> None:
    """Leaves the indexes away for now if there is no document yet; else sees that all are there."""
    (has_documents,) = db.execute(HAS_DOCUMENTS).fetchone()
    if has_documents:
        make(db)
        return
    for name in OF_READERS:
        db.execute(f"DROP INDEX IF EXISTS {name}")


def make(db: Database) -> None:
    """Makes those of the indexes that are not there, such as a killed run has left away."""
    missing = [name for name in OF_READERS if not _definition(db, name)]
    if not missing:
        return
    with closing(Database(memory=True, execute_plugins=False)) as new:
        migrations.apply(new)
        for name in missing:
            db.execute(_definition(new, name))


def _definition(db: Database, name: str) -> str:
    """The SQL that made an index; empty if there is no such index."""
    row = db.execute(DEFINITION, [name]).fetchone()
    return str(row[0]) if row else ""
