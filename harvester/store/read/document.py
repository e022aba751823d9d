"""A document as its page shows it: to be read, cited and followed."""

import json
import sqlite3
from collections.abc import Iterable
from itertools import groupby

from harvester.record import KINDS
from harvester.store.connection import Row, select
from harvester.store.dublin_core import is_elsewhere
from harvester.store.read.facets import ALSO_NAMED, NAMED

RECORD = """
    SELECT d.*, sites.name AS archive, sites.keeper, pages.fetched AS listed
    FROM documents AS d JOIN sites ON sites.key = d.site JOIN pages ON pages.id = d.page
    WHERE number = ?"""
PARTS = {
    "texts": "SELECT label, language, text FROM texts WHERE document = ? ORDER BY position",
    "terms": """SELECT kind, name FROM document_terms CROSS JOIN terms ON terms.id = term
        WHERE document = ? ORDER BY document_terms.position""",
    "scans": """SELECT files.sha256, size, media_type, files.url, label, files.fetched
        FROM files LEFT JOIN scan_links USING (document, url)
        WHERE document = ? ORDER BY scan_links.position, url""",
    "scan_links": """SELECT url, label FROM scan_links
        WHERE document = ? AND NOT EXISTS (SELECT 1 FROM files
            WHERE files.document = scan_links.document AND files.url = scan_links.url)
        ORDER BY position""",
    "related": """SELECT url, title, date_text AS date FROM related
        WHERE document = ? ORDER BY position""",
    "collections": """SELECT id, name, position, missing, removed,
            (SELECT count(*) FROM memberships AS others
                WHERE others.collection = id AND others.removed IS NULL) AS documents
        FROM memberships JOIN collections ON id = collection WHERE document = ? ORDER BY name""",
    "changes": """SELECT at, kind, field, old, new, name AS collection
        FROM changes LEFT JOIN collections ON collections.id = collection
        WHERE document = ? ORDER BY at DESC, changes.id DESC""",
    "recordings": """SELECT pages.id, pages.url, fetched, pages.document IS NOT NULL AS own
        FROM documents JOIN pages ON pages.id IN (details, page)
        WHERE number = ? AND warc_offset IS NOT NULL ORDER BY own DESC""",
}
NEIGHBOUR = """
    SELECT documents.site, documents.id, title FROM memberships JOIN documents ON number = document
    WHERE collection = ? AND position {} ? AND memberships.removed IS NULL
    ORDER BY position {} LIMIT 1"""


class NotThere(LookupError):
    """There is no such document, scan or recording; says so in a sentence."""


def record(db: sqlite3.Connection, site: str, document: str) -> Row:
    """All that is shown of a document, found by any id that it has had.

    Besides the columns of `documents`, it has lists of rows under the names in PARTS. `terms` are
    pairs of a kind and its names, `labelled` of a label and its values. Each of `collections` has
    the neighbours in its listing. Raises NotThere.
    """
    for sql in (NAMED, ALSO_NAMED):
        if found := db.execute(sql, [site, document]).fetchone():
            return _record(db, found[0])
    raise NotThere(f"There is no document {document} of the site {site} here.")


def _record(db: sqlite3.Connection, number: int) -> Row:
    (said,) = select(db, RECORD, [number])
    said |= {name: list(select(db, sql, [number])) for name, sql in PARTS.items()}
    said["terms"] = _by_kind(said["terms"])
    said["labelled"] = _labelled(said["other"]) + [
        one for one in _labelled(said["listed_other"]) if not is_elsewhere(one[0])
    ]
    for one in said["collections"]:
        one |= {"before": _neighbour(db, one, "<", "DESC"), "after": _neighbour(db, one, ">", "")}
    return said


def _by_kind(rows: Iterable[Row]) -> list[tuple[str, list[str]]]:
    """The names of each kind, in the order of KINDS and of the page."""
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}
    known = sorted(
        (row for row in rows if row["kind"] in ranks), key=lambda row: ranks[row["kind"]]
    )
    groups = groupby(known, key=lambda row: str(row["kind"]))
    return [(kind, [row["name"] for row in some]) for kind, some in groups]


def _labelled(other: str | None) -> list[tuple[str, str]]:
    """What the archive says under labels that nothing else here stands for."""
    said = json.loads(other) if other else {}
    values = ((label, [one] if isinstance(one, str) else one) for label, one in said.items())
    return [(label, "; ".join(map(str, some))) for label, some in values]


def _neighbour(db: sqlite3.Connection, place: Row, side: str, order: str) -> Row | None:
    asked = NEIGHBOUR.format(side, order)
    return next(select(db, asked, [place["id"], place["position"]]), None)
