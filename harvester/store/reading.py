"""Reading a harvest's database, and nothing but reading: it is never made, changed or locked."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from harvester.console import program
from harvester.interrupt import interrupt
from harvester.outcomes import BadDatabase, BadUsage
from harvester.record import Fields, columns
from harvester.store import schema
from harvester.store.file import APPLICATION_ID, LOCK_WAIT, STEPS, too_old, without_trace
from harvester.store.history.facts import FIELDS as LISTED
from harvester.store.run import REPARSE

FIELDS = (*columns(Fields), "other")
"""The columns of documents that their own pages fill."""

OF_LISTING = ("site", "id", *LISTED, "first_seen", "last_changed")
"""The columns of documents that a listing fills."""

HAS_TABLES = "SELECT 1 FROM _sqlite_migrations WHERE name = ?"
"""Whether a database was made by a step of this name."""

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
RECORDS = f"""
    SELECT documents.site, documents.id, {", ".join(f"documents.{name}" for name in LISTED)},
        documents.first_seen, last_changed, documents.removed, page,
        fetched, sites.name AS archive, keeper,
        (SELECT json_group_array(json_array(name, position)) FROM memberships
            JOIN collections ON collections.id = collection
            WHERE document = documents.number AND memberships.removed IS NULL) AS collections,
        details, (SELECT fetched FROM pages WHERE id = details) AS details_fetched,
        {", ".join(FIELDS)},
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
    FROM documents CROSS JOIN pages ON pages.id = page CROSS JOIN sites ON key = documents.site
    WHERE (:collection IS NULL OR EXISTS (SELECT 1 FROM memberships
            WHERE document = documents.number AND collection = :collection AND removed IS NULL))
        AND (:since IS NULL OR last_changed >= :since OR details_fetched >= :since
            OR EXISTS (SELECT 1 FROM changes
                WHERE document = documents.number AND kind = 'reread' AND at >= :since)
            OR EXISTS (SELECT 1 FROM memberships WHERE document = documents.number
                AND collection IS coalesce(:collection, collection) AND first_seen >= :since))
    ORDER BY documents.site, documents.id"""
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


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database at a path, as it is now, whatever a harvest writes meanwhile.

    Raises BadDatabase if it is not there, not ours, or can't be read.
    """
    if not path.is_file():
        raise BadDatabase(f"There is no database {path}: harvest first, or name it by HARVEST_DB.")
    try:
        with closing(sqlite3.connect(without_trace(path), timeout=LOCK_WAIT, uri=True)) as db:
            db.isolation_level = None
            db.row_factory = sqlite3.Row
            db.set_progress_handler(interrupt.hearing, STEPS)
            db.execute("PRAGMA query_only = ON")
            check_ours(db, path)
            db.execute("BEGIN")
            yield db
    except sqlite3.Error as error:
        interrupt.raise_again()
        raise BadDatabase(
            f"The database {path} can't be read ({error}): see that it is a whole one of this"
            " program's, that no one else locks it, and that a harvest has brought it up to date."
        ) from error


def check_ours(db: sqlite3.Connection, path: Path) -> None:
    """Raises BadDatabase if the database is another program's, or from before its first release."""
    (mark,) = db.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise BadDatabase(
            f"{path} is a database, but not one of this program's: name another with HARVEST_DB."
        )
    if db.execute(HAS_TABLES, [schema.NAME]).fetchone() is None:
        raise BadDatabase(too_old(path))


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
