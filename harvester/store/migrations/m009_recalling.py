"""What is known of a page, and what a walk has met, is found at once after any number of runs."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

INDEXES = {"idx_pages_url": ("url", "fetched"), "idx_pages_run": ("run", "same_as")}
"""Which are replaced, and by which columns."""


@migrations()
def m009_recalling(db: Database) -> None:
    """Gives two indexes of pages a second column."""
    for old, columns in INDEXES.items():
        db.execute(f"DROP INDEX {old}")
        db.table("pages").create_index(columns)
