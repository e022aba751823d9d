"""Views of what documents' own pages say: one row a document with its names, one row a scan."""

from sqlite_utils import Database

from harvester.store.migrations.m003_reading import DECADE, SORT_DATE
from harvester.store.migrations.registry import migrations

NAMES = {
    "authors": "author",
    "places": "place",
    "subjects": "subject",
    "people": "person",
    "contributors": "contributor",
    "languages": "language",
    "archives": "archive",
    "donors": "donor",
}
"""The columns that have the names of a kind of term, as a JSON array in the page's order."""

OF_KIND = """nullif((SELECT json_group_array(name) FROM (
            SELECT t.name FROM document_terms AS dt CROSS JOIN terms AS t ON t.id = dt.term
            WHERE dt.document = d.id AND t.kind = '{kind}' ORDER BY dt.position)), '[]')"""
# A CAST around all makes `year` a number also to whoever asks for '1962', as Datasette does.
RECORDS = f"""CREATE VIEW records AS
    SELECT d.date_text AS date, d.title, d.summary,
        {", ".join(f"{OF_KIND.format(kind=kind)} AS {name}" for name, kind in NAMES.items())},
        d.url AS link, d.id AS document,
        CAST(CASE WHEN substr(d.date_earliest, 1, 4) = substr(d.date_latest, 1, 4)
            THEN substr(d.date_earliest, 1, 4) END AS INTEGER) AS year,
        {DECADE.replace("date_", "d.date_")} AS decade,
        {SORT_DATE.replace("date_", "d.date_")} AS sort_date,
        d.date_edtf AS edtf, d.date_earliest AS earliest, d.date_latest AS latest,
        d.source, d.rights, d.first_seen, d.last_changed, d.removed, d.rowid AS number
    FROM documents AS d"""
SCANS = """CREATE VIEW scans AS
    SELECT d.title, d.date_text AS date, f.path, f.media_type, f.size, d.rights, d.url AS link,
        f.url, f.document, f.fetched
    FROM files AS f JOIN documents AS d ON d.id = f.document"""


@migrations()
def m008_records(db: Database) -> None:
    """Makes documents easy to narrow by what their own pages say, and counts such names quickly."""
    db.execute("DROP INDEX idx_document_terms_term")
    db.execute("CREATE INDEX idx_document_terms_of_term ON document_terms (term, document)")
    for view in (RECORDS, SCANS):
        db.execute(view)
