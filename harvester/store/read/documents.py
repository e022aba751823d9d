"""Documents as exports and feeds read them, and the runs and sites that they are from."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from harvester.console import program
from harvester.outcomes import BadDatabase, BadUsage
from harvester.search.query import expression
from harvester.store.history.facts import FIELDS as LISTED
from harvester.store.schema import DETAILS, REPARSE

OF_LISTING = ("site", "id", *LISTED, "first_seen", "last_changed")
"""The columns of documents that a listing fills."""


SEEN = f"""
    SELECT {", ".join(f"documents.{name}" for name in OF_LISTING)} FROM documents JOIN (
        SELECT addresses.document, min(pages.id) AS first, min(pages.run) AS run
        FROM pages JOIN readings ON readings.content = pages.content
            JOIN observations ON reading = readings.same_as
            JOIN statements ON statements.id = statement JOIN addresses ON addresses.id = address
        WHERE pages.run IN ({{}}) GROUP BY addresses.document) AS seen ON seen.document = number
    ORDER BY first, (SELECT position FROM memberships WHERE document = number
        AND collection = (SELECT collection FROM runs WHERE runs.id = run))"""

# CROSS JOIN keeps SQLite from beginning with the pages, for which it would have to sort.
RECORD = f"""
    SELECT documents.site, documents.id, {", ".join(f"documents.{name}" for name in LISTED)},
        documents.first_seen, last_changed, documents.removed, page,
        fetched, sites.name AS archive, keeper,
        (SELECT json_group_array(json_array(name, position)) FROM memberships
            JOIN collections ON collections.id = collection
            WHERE document = documents.number AND memberships.removed IS NULL) AS collections,
        details, (SELECT fetched FROM pages WHERE id = details) AS details_fetched,
        {", ".join(DETAILS)},
        CASE WHEN details IS NOT NULL THEN
            (SELECT json_group_array(json_array(document_terms.position, kind, name))
            FROM document_terms CROSS JOIN terms ON terms.id = term
            WHERE document = documents.number) END AS terms,
        CASE WHEN details IS NOT NULL AND :texts THEN
            (SELECT json_group_array(json_array(position, label, language, text))
            FROM texts WHERE document = documents.number) END AS texts,
        CASE WHEN details IS NOT NULL AND :texts THEN
            (SELECT json_group_array(json_array(position, url, title, date_text, summary, node))
            FROM related WHERE document = documents.number) END AS related
    FROM {{}} CROSS JOIN pages ON pages.id = page CROSS JOIN sites ON sites.key = documents.site"""
RECORDS = f"""{RECORD.format("documents")}
    WHERE (:collection IS NULL OR EXISTS (SELECT 1 FROM memberships
            WHERE document = documents.number AND collection = :collection AND removed IS NULL))
        AND (:since IS NULL OR last_changed >= :since OR details_fetched >= :since
            OR EXISTS (SELECT 1 FROM changes
                WHERE document = documents.number AND kind = 'reread' AND at >= :since)
            OR EXISTS (SELECT 1 FROM memberships WHERE document = documents.number
                AND collection IS coalesce(:collection, collection) AND first_seen >= :since))
    ORDER BY documents.site, documents.id"""
NUMBERED = f"""{
    RECORD.format("json_each(:numbers) AS chosen CROSS JOIN documents ON number = chosen.value")
}
    ORDER BY chosen.key"""
AT_ONCE = 500
"""How many documents are looked up by their numbers with one query."""
LAST_RUNS = f"""
    SELECT name AS collection, source, started, finished, outcome, reason, runs.stated_total, seen
    FROM collections JOIN runs ON runs.collection = collections.id
    WHERE runs.id = (SELECT id FROM runs AS later
        WHERE later.collection = collections.id AND later.source <> '{REPARSE}'
        ORDER BY coalesce(captured, CASE source WHEN 'live' THEN started ELSE '' END) DESC, id DESC
        LIMIT 1)
    ORDER BY name"""

ARCHIVES = """
    SELECT collections.name AS collection, sites.* FROM collections JOIN sites ON key = site
    ORDER BY collections.name"""
COLLECTIONS = """
    SELECT collections.name, collections.url, sites.name AS archive, keeper
    FROM collections JOIN sites ON key = site
    WHERE :collection IS NULL OR collections.id = :collection ORDER BY collections.name"""
CHANGED = """
    SELECT max(last_changed) FROM documents WHERE :collection IS NULL
        OR number IN (SELECT document FROM memberships WHERE collection = :collection)"""
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
FOUND = "AND number IN (SELECT rowid FROM documents_fts WHERE documents_fts MATCH :search)"
OF_COLLECTION = f"""
    SELECT {SAID}, memberships.first_seen AS published,
        max(last_changed, memberships.first_seen) AS updated
    FROM memberships JOIN documents ON number = document CROSS JOIN sites ON key = site
    WHERE memberships.removed IS NULL
        AND collection = (SELECT id FROM collections WHERE name = :collection) {NEWEST}"""

GONE = "SELECT max(removed) FROM documents WHERE removed IS NOT NULL {found}"
GONE_OF = """
    SELECT max(removed) FROM memberships WHERE collection =
        (SELECT id FROM collections WHERE name = ?)"""
FIRST_RUN = """
    SELECT min(started) FROM runs JOIN collections ON collections.id = collection
    WHERE name = coalesce(?, name)"""


def collection_id(db: sqlite3.Connection, name: str) -> int:
    """The collection of that name. Raises BadUsage if there is none."""
    ids = {row["name"]: int(row["id"]) for row in db.execute("SELECT id, name FROM collections")}
    if name not in ids:
        raise BadUsage(
            f"There is no collection {name!r} in the database;"
            f" it has: {', '.join(sorted(ids)) or 'none'}."
        )
    return ids[name]


def beginning(db: sqlite3.Connection, run: int) -> str:
    """When a run began. Raises BadUsage if there is none of that number."""
    found = db.execute("SELECT started FROM runs WHERE id = ?", [run]).fetchone()
    if found is None:
        raise BadUsage(f"There is no run {run}: {program()} runs shows them.")
    return str(found[0])


def documents(
    db: sqlite3.Connection,
    *,
    collection: int | None = None,
    since: str | None = None,
    texts: bool = False,
) -> Iterator[sqlite3.Row]:
    """The documents by site and id, one at a time: all or a collection's, all or what is new since.

    New is what was changed, what a collection got, or what was read anew, since that time. Each has
    the times when its pages were fetched, and lists in JSON, in no order: `collections`, of the
    name and the position of each collection that has it now; `terms`, of the position, the kind and
    the name of each; and, if they are wanted, `texts`, of the position, the label, the language and
    the text of each, and `related`, of the position and what is known of each related document.
    `terms`, `texts` and `related` are None if the document's own page was not read.
    """
    # "yield from" would close the cursor with the generator, which may outlive the database.
    for row in db.execute(RECORDS, {"collection": collection, "since": since, "texts": texts}):  # noqa: UP028
        yield row


def numbered(
    db: sqlite3.Connection, numbers: Iterable[int], *, texts: bool = False
) -> Iterator[sqlite3.Row]:
    """The documents with these numbers, in their order, as `documents` has them.

    Raises BadDatabase where one is not there as a whole.
    """
    numbers = iter(numbers)
    while some := list(islice(numbers, AT_ONCE)):
        rows = db.execute(NUMBERED, {"numbers": json.dumps(some), "texts": texts}).fetchall()
        if len(rows) != len(some):
            raise BadDatabase("The database lacks the page or the site of a document: check it.")
        yield from rows


def seen(db: sqlite3.Connection, runs: Sequence[int]) -> Iterator[sqlite3.Row]:
    """The documents that some runs have seen in listings, in their order, each once: the columns
    that a listing fills, as they are now."""
    return db.execute(SEEN.format(", ".join("?" * len(runs))), runs)


def has_details(db: sqlite3.Connection) -> bool:
    """Whether any document's own page was read."""
    (found,) = db.execute("SELECT EXISTS (SELECT 1 FROM documents WHERE details IS NOT NULL)")
    return bool(found[0])


def last_runs(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """The last harvest of each collection by what it captured, by name."""
    return [dict(row) for row in db.execute(LAST_RUNS)]


def archives(db: sqlite3.Connection) -> dict[str, sqlite3.Row]:
    """The site of each collection, by the collection's name: its `key`, `name` and `home`."""
    rows = db.execute(ARCHIVES).fetchall()
    return {row["collection"]: row for row in rows}


def listings(db: sqlite3.Connection) -> dict[str, str]:
    """The address of each collection's listing, by name."""
    rows = db.execute("SELECT name, url FROM collections ORDER BY name")
    return {row["name"]: row["url"] for row in rows}


def listed(db: sqlite3.Connection, collection: int | None) -> list[sqlite3.Row]:
    """All collections or one, by name: the name, the listing's address, the archive, its keeper."""
    return db.execute(COLLECTIONS, {"collection": collection}).fetchall()


def changed(db: sqlite3.Connection, collection: int | None) -> str:
    """When a document of all collections or of one last changed; empty if there is none."""
    return _moment(db.execute(CHANGED, {"collection": collection})) or ""


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


def gone(db: sqlite3.Connection, search: str | None = None) -> str | None:
    """When the last document was removed, of all or of those that a search finds."""
    found, asked = (FOUND, {"search": expression(search)}) if search else ("", {})
    return _moment(db.execute(GONE.format(found=found), asked))


def gone_of(db: sqlite3.Connection, collection: str) -> str | None:
    """When the last document was removed from a collection."""
    return _moment(db.execute(GONE_OF, [collection]))


def first_run(db: sqlite3.Connection, collection: str | None = None) -> str | None:
    """When the first run began, of all or of a collection."""
    return _moment(db.execute(FIRST_RUN, [collection]))


def _moment(found: sqlite3.Cursor) -> str | None:
    ((moment,),) = found.fetchall()
    return moment and str(moment)
