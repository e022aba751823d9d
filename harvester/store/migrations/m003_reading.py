"""What reading needs: a search index that keeps itself in step, and the view `entries`."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

# Words without their diacritics ("Kono" finds "Kōno"); beginnings of two and three letters are
# indexed too. The rows stay in `documents`: VACUUM keeps the rowids of a table that has indexes.
SEARCH = """CREATE VIRTUAL TABLE documents_fts USING fts5 (
    title, summary,
    content = 'documents', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
)"""
INDEX = "INSERT INTO documents_fts (rowid, title, summary)"
ADD = f"{INDEX} VALUES (new.rowid, new.title, new.summary)"
TAKE_OUT = """INSERT INTO documents_fts (documents_fts, rowid, title, summary)
        VALUES ('delete', old.rowid, old.title, old.summary)"""
TRIGGERS = (
    f"""CREATE TRIGGER documents_added AFTER INSERT ON documents BEGIN
        {ADD};
    END""",
    f"""CREATE TRIGGER documents_reworded AFTER UPDATE OF title, summary ON documents
        WHEN old.title IS NOT new.title OR old.summary IS NOT new.summary BEGIN
        {TAKE_OUT};
        {ADD};
    END""",
    f"""CREATE TRIGGER documents_deleted AFTER DELETE ON documents BEGIN
        {TAKE_OUT};
    END""",
)
DECADE = """CASE WHEN substr(date_earliest, 1, 3) = substr(date_latest, 1, 3)
            THEN substr(date_earliest, 1, 3) || '0s' END"""
SORT_DATE = "coalesce(date_earliest, date_latest, 'undated')"
# A CAST around all makes `year` a number also to whoever asks for '1962', as Datasette does. CROSS
# JOIN keeps SQLite from beginning with the memberships, for which it would have to sort all rows.
ENTRIES = f"""CREATE VIEW entries AS
    SELECT d.date_text AS date, d.title, d.summary, c.name AS collection, d.url AS link,
        m.document,
        CAST(CASE WHEN substr(d.date_earliest, 1, 4) = substr(d.date_latest, 1, 4)
            THEN substr(d.date_earliest, 1, 4) END AS INTEGER) AS year,
        {DECADE.replace("date_", "d.date_")} AS decade,
        {SORT_DATE.replace("date_", "d.date_")} AS sort_date,
        d.date_edtf AS edtf, d.date_earliest AS earliest, d.date_latest AS latest, m.position,
        m.first_seen, d.last_changed, m.missing, m.removed, d.rowid AS number
    FROM documents AS d
        CROSS JOIN memberships AS m ON m.document = d.id
        JOIN collections AS c ON c.id = m.collection"""
INDEXES = (
    # To count years and decades without reading a single title.
    "CREATE INDEX idx_documents_dates ON documents (date_earliest, date_latest, removed, id)",
    f"CREATE INDEX idx_documents_decade ON documents"
    f" ({DECADE}, {SORT_DATE}, date_earliest, date_latest, id)",
    "CREATE INDEX idx_memberships_missing ON memberships (missing, removed)"
    " WHERE missing IS NOT NULL OR removed IS NOT NULL",
    "CREATE INDEX idx_memberships_of_document ON memberships (document, collection, removed)",
    f"CREATE INDEX idx_documents_sort_date ON documents ({SORT_DATE})",
    "CREATE INDEX idx_documents_first_seen ON documents (first_seen)",
)


@migrations()
def m003_reading(db: Database) -> None:
    """Makes documents searchable, those that are there already too, and easy to read."""
    for sql in (SEARCH, *TRIGGERS, ENTRIES, *INDEXES):
        db.execute(sql)
    db.execute(f"{INDEX} SELECT rowid, title, summary FROM documents")
