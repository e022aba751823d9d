"""A harvest at a glance: what is here, how whole it is, and what became of it."""

import sqlite3
from typing import Any

from harvester.outcomes import PROVED
from harvester.store.connection import Row, select
from harvester.store.read.documents import last_runs
from harvester.store.read.question import STATES, WEEK

STATED = ", ".join(
    f"(SELECT count(*) FROM documents AS d WHERE {condition}) AS {state}"
    for state, condition in STATES.items()
)
COUNTS = f"""
    SELECT (SELECT count(*) FROM documents) AS documents,
        (SELECT count(*) FROM documents WHERE date_earliest IS NULL AND date_latest IS NULL)
            AS undated,
        (SELECT max(coalesce(finished, started)) FROM runs WHERE source <> 'reparse') AS harvested,
        EXISTS (SELECT 1 FROM memberships WHERE removed IS NULL
            GROUP BY document HAVING count(*) > 1) AS several,
        EXISTS (SELECT 1 FROM changes WHERE kind IN ('changed', 'renamed', 'reread')) AS changes,
        EXISTS (SELECT 1 FROM memberships WHERE missing IS NOT NULL OR removed IS NOT NULL) AS gone,
        {STATED}"""
OFFERS = """
    SELECT EXISTS (SELECT 1 FROM document_terms) AS names, EXISTS (SELECT 1 FROM texts) AS texts,
        EXISTS (SELECT 1 FROM files) AS scans"""
COLLECTIONS = """
    SELECT collections.name, url, sites.name AS archive, (SELECT count(*) FROM memberships
        WHERE collection = collections.id AND removed IS NULL) AS documents
    FROM collections JOIN sites ON key = site ORDER BY collections.name"""
CHANGED = f"""
    SELECT at, kind, field, old, new, name AS collection,
        documents.site, documents.id, title, date_text AS date
    FROM changes JOIN documents ON number = document
        LEFT JOIN collections ON collections.id = collection
    WHERE kind IN ('changed', 'renamed', 'reread') AND at >= coalesce(:since, {WEEK}, '')
    ORDER BY at DESC, document, changes.id LIMIT :most"""
GONE = """
    SELECT name AS collection, missing, memberships.removed, documents.site, documents.id, title,
        date_text AS date
    FROM memberships JOIN collections ON collections.id = collection
        JOIN documents ON number = document
    WHERE missing IS NOT NULL OR memberships.removed IS NOT NULL
    ORDER BY coalesce(memberships.removed, missing) DESC, name, documents.id LIMIT :most"""
HARVESTS = """
    SELECT name AS collection, started, finished, outcome, reason, source, seen,
        runs.stated_total AS stated, added, changed, missing, removed,
        (SELECT count(*) FROM failures WHERE run = runs.id) AS failures
    FROM collections JOIN runs ON runs.id IN (SELECT id FROM runs AS last
        WHERE last.collection = collections.id ORDER BY id DESC LIMIT 5)
    ORDER BY name, runs.id DESC"""


def offers(db: sqlite3.Connection) -> Row:
    """Which questions the database can answer: whether it has names, texts and scans."""
    (found,) = select(db, OFFERS, [])
    return found


def overview(db: sqlite3.Connection) -> dict[str, Any]:
    """Counts, and each collection with its last run."""
    (counts,) = select(db, COUNTS, [])
    runs = {run["collection"]: run for run in last_runs(db)}
    collections = [_collection(one, runs.get(one["name"])) for one in select(db, COLLECTIONS, [])]
    return {**counts, "collections": collections, "archives": _archives(collections)}


def _collection(said: Row, run: Row | None) -> Row:
    """The collection, whether it is `whole`, and why not (`reason`)."""
    outcome, reason = (run["outcome"], run["reason"]) if run else (None, "")
    whole = outcome in PROVED
    unknown = "being harvested now" if run else "not harvested yet"
    return {**said, "run": run, "whole": whole, "reason": "" if whole else reason or unknown}


def _archives(collections: list[Row]) -> list[str]:
    return sorted({one["archive"] for one in collections})


MOST = 500
"""Changes on a page."""


def news(db: sqlite3.Connection, since: str | None) -> dict[str, list[Row]]:
    """What changed since a day, or in the week before the last harvest; and all that is gone."""
    asked = {"since": since, "most": MOST}
    return {
        "changed": list(select(db, CHANGED, asked)),
        "gone": list(select(db, GONE, {"most": MOST})),
    }


def harvests(db: sqlite3.Connection) -> list[Row]:
    """The last five runs of each collection."""
    return list(select(db, HARVESTS, []))
