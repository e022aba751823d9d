"""Where documents' pages say that scans are, and after which of the pages one was asked for."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

SCANS = """CREATE TABLE scan_links (
    document TEXT NOT NULL REFERENCES documents (id),
    url TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (document, url)
) STRICT"""


@migrations()
def m007_scans(db: Database) -> None:
    """A table of the scans that there are, whether fetched or not."""
    db.execute(SCANS)
    db.execute("ALTER TABLE files ADD COLUMN page INTEGER REFERENCES pages (id)")
