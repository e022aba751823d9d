"""What pages call scans, and which documents they show as related."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

RELATED = """CREATE TABLE related (
    document TEXT NOT NULL REFERENCES documents (id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    date_text TEXT,
    summary TEXT,
    node INTEGER,
    PRIMARY KEY (document, position)
) STRICT"""
SCANS = """CREATE VIEW scans AS
    SELECT d.title, d.date_text AS date, f.path, l.label, f.media_type, f.size, d.rights,
        d.url AS link, f.url, f.document, f.fetched
    FROM files AS f JOIN documents AS d ON d.id = f.document
    LEFT JOIN scan_links AS l ON l.document = f.document AND l.url = f.url"""


@migrations()
def m012_related(db: Database) -> None:
    """A column of scans' addresses, which the view `scans` has too, and a table."""
    db.execute("ALTER TABLE scan_links ADD COLUMN label TEXT")
    db.execute("DROP VIEW scans")
    for create in (RELATED, SCANS):
        db.execute(create)
