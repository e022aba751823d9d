"""A second step for databases, after that of `schema`, which exists in tests only.

It does all that a step may: columns and tables, made and filled, and indexes. Importing it in a
process of its own adds it to the program's steps.
"""

from contextlib import closing

from sqlite_utils import Database, Migrations

from harvester.store import migrating

NAME = "second"
ROWS = 60
"""For each document: with fifteen of them, more than SQLite keeps in memory before it writes."""
STATEMENTS = (
    "ALTER TABLE documents ADD COLUMN letters INTEGER",
    "UPDATE documents SET letters = length(title)",
    "CREATE TABLE filled (page INTEGER REFERENCES pages (id), filling TEXT NOT NULL) STRICT",
    f"""INSERT INTO filled
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
    SELECT page, hex(zeroblob(2000)) FROM documents CROSS JOIN n""",
    "CREATE INDEX idx_filled_page ON filled (page)",
    "CREATE INDEX idx_pages_sha256 ON pages (sha256, url)",
    "CREATE VIEW lengths AS SELECT id, letters FROM documents",
)


def second(db: Database) -> None:
    for sql in STATEMENTS:
        db.execute(sql)


def two_steps() -> Migrations:
    """The program's steps, and this one."""
    both = Migrations("harvester")
    with closing(Database(memory=True)) as empty:
        for step in migrating.migrations.pending(empty):
            both(name=step.name)(step.fn)
    both(name=NAME)(second)
    return both


def add() -> None:
    """Adds it to the steps of this process."""
    migrating.migrations = two_steps()
