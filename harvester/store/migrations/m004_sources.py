"""Where the bytes of a page are kept that a run has read."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

COLUMNS = {"warc": "TEXT", "warc_offset": "INTEGER", "payload_digest": "TEXT"}


@migrations()
def m004_sources(db: Database) -> None:
    """The file of a recording or capture, the record in it, and its payload's digest."""
    for name, kind in COLUMNS.items():
        db.execute(f"ALTER TABLE pages ADD COLUMN {name} {kind}")
