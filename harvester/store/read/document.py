"""A document as its page shows it: to be read, cited and followed."""

import sqlite3
from typing import Any

from harvester.store.read.facets import ALSO_NAMED, NAMED, OF_DOCUMENT


class NotThere(LookupError):
    """There is no such document, scan or page; says so in a sentence."""


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
