"""Topics and who took part beside the other names, and the address that a citation gives."""

from sqlite_utils import Database

from harvester.store.migrations.m003_reading import DECADE, SORT_DATE
from harvester.store.migrations.m008_records import OF_KIND
from harvester.store.migrations.registry import migrations

NAMES = {
    "authors": "author",
    "participants": "participant",
    "places": "place",
    "subjects": "subject",
    "topics": "topic",
    "people": "person",
    "contributors": "contributor",
    "languages": "language",
    "archives": "archive",
    "donors": "donor",
}
"""The columns that have the names of a kind of term, as a JSON array in the page's order."""

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


@migrations()
def m010_topics(db: Database) -> None:
    """Gives the view `records` two more columns of names, and documents the citation's address."""
    db.execute("ALTER TABLE documents ADD COLUMN citation_url TEXT")
    db.execute("DROP VIEW records")
    db.execute(RECORDS)
