"""What the documents' own pages say: their fields, their terms, their texts and their scans."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

COUNT = "INTEGER NOT NULL DEFAULT 0"
FIELDS = ("credit", "source", "rights", "classification", "uploaded", "record_id", "citation")
COLUMNS = {
    "documents": {
        **dict.fromkeys(FIELDS, "TEXT"),
        "node": "INTEGER",
        "other": "TEXT",
        "details": "INTEGER REFERENCES pages (id)",
    },
    "pages": {"document": "TEXT REFERENCES documents (id)"},
    "runs": dict.fromkeys(
        (
            *("details_wanted", "details_fetched", "details_failed"),
            *("files_wanted", "files_fetched", "files_failed"),
        ),
        COUNT,
    ),
}
TABLES = (
    """CREATE TABLE terms (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (kind, name)
    ) STRICT""",
    """CREATE TABLE document_terms (
        document TEXT NOT NULL REFERENCES documents (id),
        term INTEGER NOT NULL REFERENCES terms (id),
        position INTEGER NOT NULL,
        PRIMARY KEY (document, term)
    ) STRICT""",
    """CREATE TABLE texts (
        id INTEGER PRIMARY KEY,
        document TEXT NOT NULL REFERENCES documents (id),
        position INTEGER NOT NULL,
        label TEXT,
        language TEXT,
        text TEXT NOT NULL,
        UNIQUE (document, position)
    ) STRICT""",
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        document TEXT NOT NULL REFERENCES documents (id),
        url TEXT NOT NULL,
        path TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        fetched TEXT NOT NULL,
        run INTEGER NOT NULL REFERENCES runs (id),
        UNIQUE (document, url)
    ) STRICT""",
)
INDEXES = {
    "documents": ("record_id", "details"),
    "pages": ("document",),
    "document_terms": ("term",),
    "files": ("sha256", "run"),
}
# As `documents_fts`, but without an index of beginnings: texts are long, and few look so for them.
SEARCH = """CREATE VIRTUAL TABLE texts_fts USING fts5 (
    text, content = 'texts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
)"""
ADD = "INSERT INTO texts_fts (rowid, text) VALUES (new.id, new.text)"
TAKE_OUT = "INSERT INTO texts_fts (texts_fts, rowid, text) VALUES ('delete', old.id, old.text)"
TRIGGERS = (
    f"CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN {ADD}; END",
    f"""CREATE TRIGGER texts_reworded AFTER UPDATE OF text ON texts
        WHEN old.text IS NOT new.text BEGIN {TAKE_OUT}; {ADD}; END""",
    f"CREATE TRIGGER texts_deleted AFTER DELETE ON texts BEGIN {TAKE_OUT}; END",
)


@migrations()
def m005_details(db: Database) -> None:
    """Columns and tables for what a document's own page says, and a search in its texts."""
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    for create in (*TABLES, SEARCH, *TRIGGERS):
        db.execute(create)
    for table, names in INDEXES.items():
        for name in names:
            db.table(table).create_index([name])
