"""A document's page: to be read, cited and followed."""

import sqlite3
from typing import Any

from datasette import Response
from datasette.utils import tilde_decode

from harvester.datasette.room import NotThere, Room
from harvester.store.read.facets import ALSO_NAMED, NAMED, OF_DOCUMENT

RECORD = """
    SELECT d.*, sites.name AS archive, sites.keeper
    FROM documents AS d JOIN sites ON sites.key = d.site WHERE number = ?"""
TEXTS = "SELECT label, language, text FROM texts WHERE document = ? ORDER BY position"


def record(db: sqlite3.Connection, site: str, document: str) -> dict[str, Any]:
    """All that is shown of a document, which is found by any id that it had.

    Raises NotThere.
    """
    for sql in (NAMED, ALSO_NAMED):
        if found := db.execute(sql, [site, document]).fetchone():
            return _record(db, found[0])
    raise NotThere(f"There is no document {document} of the site {site}.")


def _record(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    said = dict(db.execute(RECORD, [number]).fetchone())
    said["texts"] = [dict(row) for row in db.execute(TEXTS, [number])]
    said["terms"] = [tuple(row) for row in db.execute(OF_DOCUMENT, {"document": number})]
    return said


async def page(room: Room) -> Response:
    """The page at /documents/SITE/ID."""
    site, document = (tilde_decode(room.request.url_vars[name]) for name in ("site", "document"))
    shown = await room.read(lambda db: record(db, site, document))
    return await room.show("room_document.html", record=shown)
