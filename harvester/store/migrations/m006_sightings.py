"""Which document stood on which page, so that older captures can be read after newer ones."""

from sqlite_utils import Database

from harvester.store.migrations.registry import migrations

TABLES = (
    """CREATE TABLE sightings (
        page INTEGER NOT NULL REFERENCES pages (id),
        document TEXT NOT NULL REFERENCES documents (id),
        PRIMARY KEY (page, document)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE runs ADD COLUMN captured TEXT",
)
INDEXES = {"sightings": ["document"], "pages": ["run", "walk"]}
# What earlier versions did not note is taken from what they did: the page that a document was last
# seen on, those on which a change was seen, and the end of every complete run that did not miss it.
FILL = (
    """UPDATE runs SET captured =
        (SELECT max(fetched) FROM pages WHERE run = runs.id AND document IS NULL)""",
    "INSERT INTO sightings (document, page) SELECT document, page FROM memberships",
    """INSERT OR IGNORE INTO sightings (document, page)
    SELECT changes.document, min(pages.id)
    FROM changes JOIN pages ON pages.run = changes.run AND fetched = at AND same_as IS NULL
    WHERE kind IN ('added', 'changed', 'restored') GROUP BY changes.document, changes.run, at""",
    """INSERT OR IGNORE INTO sightings (document, page)
    SELECT memberships.document, min(pages.id)
    FROM memberships JOIN runs ON runs.collection = memberships.collection
        JOIN pages ON pages.run = runs.id AND fetched = first_seen AND same_as IS NULL
    GROUP BY memberships.collection, memberships.document""",
    """INSERT OR IGNORE INTO sightings (document, page)
    SELECT memberships.document, (SELECT coalesce(same_as, id) FROM pages
        WHERE run = runs.id AND fetched = captured ORDER BY walk DESC, id DESC LIMIT 1)
    FROM memberships JOIN runs ON runs.collection = memberships.collection
    WHERE outcome = 'complete' AND first_seen <= captured AND coalesce(
        (SELECT kind FROM changes WHERE changes.document = memberships.document
            AND changes.collection = runs.collection AND changes.run <= runs.id
            AND field = 'missing' ORDER BY changes.id DESC LIMIT 1), '') <> 'missing'""",
)


@migrations()
def m006_sightings(db: Database) -> None:
    """A table of sightings, and when the last page of each run was captured."""
    for create in TABLES:
        db.execute(create)
    for table, columns in INDEXES.items():
        db.table(table).create_index(columns)
    for fill in FILL:
        db.execute(fill)
