"""Files that belong to documents: their stored scans, and the recordings of pages."""

import sqlite3
from dataclasses import dataclass

from harvester.items import PageSource
from harvester.store.read.document import NotThere
from harvester.store.read.facets import ALSO_NAMED, NAMED

SCANS = """
    SELECT sha256, path, size, media_type, label, rights, documents.id AS document
    FROM files JOIN documents ON number = files.document
    LEFT JOIN scan_links ON scan_links.document = number AND scan_links.url = files.url"""
OF_DOCUMENT = f"{SCANS} WHERE number = ? ORDER BY scan_links.position, files.url"
OF_CONTENT = f"{SCANS} WHERE sha256 = ? ORDER BY files.fetched DESC, files.id LIMIT 1"
PAGE = """
    SELECT url, fetched, warc, warc_offset, coalesce(payload_digest, '') AS digest
    FROM pages WHERE id = ?"""


def number_of(db: sqlite3.Connection, site: str, document: str) -> int:
    """The number of a document, by any id that it had. Raises NotThere."""
    for sql in (NAMED, ALSO_NAMED):
        if found := db.execute(sql, [site, document]).fetchone():
            return int(found[0])
    raise NotThere(f"There is no document {document} of the site {site} here.")


@dataclass(frozen=True, slots=True)
class StoredScan:
    """A scan in the folder of scans, with what its document says of it.

    `path` is below that folder; `document` is the id of one document that has the scan.
    """

    sha256: str
    path: str
    size: int
    media_type: str
    label: str | None
    rights: str | None
    document: str


def scans_of(db: sqlite3.Connection, number: int) -> list[StoredScan]:
    """The stored scans of a document, in the order of its page."""
    return [StoredScan(*row) for row in db.execute(OF_DOCUMENT, [number])]


def scan(db: sqlite3.Connection, sha256: str) -> StoredScan:
    """The stored scan with this content. Raises NotThere."""
    if row := db.execute(OF_CONTENT, [sha256]).fetchone():
        return StoredScan(*row)
    raise NotThere("No such scan is kept here.")


def recorded(db: sqlite3.Connection, page: int) -> PageSource:
    """Where a page is recorded. Raises NotThere if it is not in the database."""
    if row := db.execute(PAGE, [page]).fetchone():
        url, fetched, file, offset, digest = row
        return PageSource(fetched, url, file, offset, digest)
    raise NotThere("No such page was harvested.")
