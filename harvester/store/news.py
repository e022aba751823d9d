"""What is new in a harvest: the documents that were added or changed last."""

import sqlite3

from harvester.store.search import expression

LATEST = 100
"""How many documents are news."""

SAID = """documents.site, documents.id, documents.url, title, summary, date_text,
    sites.name AS archive,
    (SELECT json_group_array(json_array(field, old)) FROM changes
        WHERE document = documents.number AND kind IN ('changed', 'reread')
            AND +at = last_changed) AS was"""
NEWEST = f"ORDER BY updated DESC, documents.site, documents.id LIMIT {LATEST}"
OF_ALL = f"""
    SELECT {SAID}, documents.first_seen AS published, last_changed AS updated
    FROM documents CROSS JOIN sites ON key = site
    WHERE documents.removed IS NULL {{found}} {NEWEST}"""
FOUND = "AND number IN (SELECT rowid FROM documents_fts(:search))"
OF_COLLECTION = f"""
    SELECT {SAID}, memberships.first_seen AS published,
        max(last_changed, memberships.first_seen) AS updated
    FROM memberships JOIN documents ON number = document CROSS JOIN sites ON key = site
    WHERE memberships.removed IS NULL
        AND collection = (SELECT id FROM collections WHERE name = :collection) {NEWEST}"""


def news(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The last ones of all, the newest first.

    Beside what a document says, each has when it was `published` and `updated`, and `was`: a list
    in JSON of the fields that changed last, and of what each said before.
    """
    return db.execute(OF_ALL.format(found="")).fetchall()


def news_found(db: sqlite3.Connection, search: str) -> list[sqlite3.Row]:
    """The last ones of those that a search finds."""
    return db.execute(OF_ALL.format(found=FOUND), {"search": expression(search)}).fetchall()


def news_of(db: sqlite3.Connection, collection: str) -> list[sqlite3.Row]:
    """The last ones of a collection; a document is new when the collection gets it."""
    return db.execute(OF_COLLECTION, {"collection": collection}).fetchall()
