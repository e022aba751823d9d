"""Sightings: which document stood on which page, from which all its past can be told."""

import sqlite3
from collections.abc import Iterable

from harvester.store.rows import put_rows
from harvester.store.timeline import Event
from harvester.timestamps import is_known

PUT_SIGHTINGS = "INSERT INTO sightings (page, document) VALUES {}"
ON_PAGE = """
    SELECT id FROM sightings JOIN documents ON number = document WHERE sightings.page = ?"""
SEEN = """
    SELECT fetched, collection, run, walk
    FROM sightings JOIN pages ON pages.id = page OR same_as = page JOIN runs ON runs.id = run
    WHERE sightings.document = ?"""
COMPLETE = """
    SELECT captured, collection, id, (SELECT max(walk) FROM pages WHERE run = runs.id)
    FROM runs WHERE outcome = 'complete' AND captured IS NOT NULL"""


def put_sightings(db: sqlite3.Connection, page: int, documents: Iterable[int]) -> None:
    """Notes which documents stood on a page."""
    put_rows(db, PUT_SIGHTINGS, [(page, document) for document in documents])


def on_page(db: sqlite3.Connection, page: int) -> set[str]:
    """The ids of the documents that stood on a page."""
    return {document for (document,) in db.execute(ON_PAGE, [page])}


def events(db: sqlite3.Connection, document: int) -> set[Event]:
    """All that was seen of a document: where it stood, and that a complete run did not find it.

    Complete runs of one collection that were captured at the same moment count as one. When it was
    seen at a time that is not known says nothing where another time is known.
    """
    seen = db.execute(SEEN, [document]).fetchall()
    dated = {where for at, where, *_ in seen if is_known(at)}
    complete = db.execute(COMPLETE).fetchall()
    shown = {(run, walk) for *_, run, walk in seen}
    lacked = {Event(at, False, where) for at, where, *run in complete if (*run,) not in shown}
    return lacked | {
        Event(at, True, where) for at, where, *_ in seen if is_known(at) or where not in dated
    }
