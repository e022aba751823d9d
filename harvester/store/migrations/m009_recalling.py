"""What is known of a page, and what a walk has met, is found at once after any number of runs."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

INDEXES = {"idx_pages_url": ("url", "fetched"), "idx_pages_run": ("run", "same_as")}
"""By each that is replaced, the columns that its successor has."""


@migrations()
def m009_recalling(db: Database) -> None:
    """Has indexes of pages tell two columns apart where they told one."""
    for old, columns in INDEXES.items():
        db.execute(f"DROP INDEX {old}")
        db.table("pages").create_index(columns)
