"""What was before: changes, addresses that documents had, and what runs could not get."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

COUNT = "INTEGER NOT NULL DEFAULT 0"
COLUMNS = {
    "documents": {"removed": "TEXT"},
    "memberships": {"missed": COUNT, "missing": "TEXT", "removed": "TEXT"},
    "pages": {
        "walk": "INTEGER NOT NULL DEFAULT 1",
        "same_as": "INTEGER REFERENCES pages (id)",
        "next": "TEXT",
        "etag": "TEXT",
        "last_modified": "TEXT",
        **dict.fromkeys(
            ("undated", "not_understood", "duplicates", "with_date", "with_summary"), COUNT
        ),
    },
    "runs": {
        "version": "TEXT",
        "pid": "INTEGER",
        **dict.fromkeys(
            ("missing", "removed", "restored", "renamed", "with_date", "with_summary"), COUNT
        ),
    },
}
TABLES = (
    """CREATE TABLE changes (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (id),
        collection INTEGER REFERENCES collections (id),
        document TEXT NOT NULL REFERENCES documents (id),
        kind TEXT NOT NULL,
        field TEXT,
        old TEXT,
        new TEXT,
        at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE aliases (
        alias TEXT PRIMARY KEY,
        document TEXT NOT NULL REFERENCES documents (id),
        run INTEGER NOT NULL REFERENCES runs (id)
    ) STRICT""",
    """CREATE TABLE failures (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (id),
        url TEXT,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        attempts INTEGER NOT NULL
    ) STRICT""",
)
INDEXES = {
    "changes": ("run", "collection", "document", "at"),
    "aliases": ("document", "run"),
    "failures": ("run",),
    "pages": ("url", "same_as"),
}


@migrations()
def m002_history(db: Database) -> None:
    """Columns and tables for what changed, what is missing, and what could not be read."""
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    for create in TABLES:
        db.execute(create)
    for table, names in INDEXES.items():
        for name in names:
            db.table(table).create_index([name])
