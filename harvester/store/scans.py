"""Scans: where documents' pages say that they are, and which of them are kept."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from harvester.items import ScanItem
from harvester.scans.scan import Scan, WantedScan
from harvester.store.changes import Change, Kind, put_changes
from harvester.store.run import Run

OF_SCAN = (
    *("path", "sha256", "size", "media_type", "etag", "last_modified", "fetched", "checked"),
)
PUT_ADDRESS = """
    INSERT INTO scans (document, url, position) VALUES (:document, :url, :position)
    ON CONFLICT (document, url) DO UPDATE SET position = excluded.position
    WHERE position IS NOT excluded.position"""
TAKE_OUT = "DELETE FROM scans WHERE document = :document AND url = :url"
ALL = f"""
    SELECT scans.document, scans.url, documents.url AS page, title, rights,
        {", ".join(f"files.{name}" for name in OF_SCAN)},
        coalesce(files.checked < max(coalesce(read.fetched, ''), :since), 1) AS due
    FROM memberships
    JOIN scans ON scans.document = memberships.document
    JOIN documents ON documents.id = scans.document
    LEFT JOIN pages AS read ON read.id = documents.details
    LEFT JOIN files ON files.document = scans.document AND files.url = scans.url
    WHERE memberships.collection = :collection AND memberships.removed IS NULL
    ORDER BY memberships.position, scans.document, scans.position"""
PUT_FILE = f"""
    INSERT INTO files (document, url, run, {", ".join(OF_SCAN)})
    VALUES (:document, :url, :run, {", ".join(f":{name}" for name in OF_SCAN)})
    ON CONFLICT (document, url) DO UPDATE SET
        run = CASE fetched WHEN excluded.fetched THEN run ELSE excluded.run END,
        {", ".join(f"{name} = excluded.{name}" for name in OF_SCAN)}"""

Row = dict[str, Any]


def put_addresses(db: Database, document: str, urls: Sequence[str]) -> None:
    """Notes where a document's page says that its scans are; what is kept of others stays."""
    rows = [{"document": document, "url": url, "position": n} for n, url in enumerate(urls, 1)]
    known = db.execute("SELECT url FROM scans WHERE document = ?", [document]).fetchall()
    gone = ({"document": document, "url": url} for (url,) in known if url not in urls)
    db.conn.executemany(TAKE_OUT, gone)
    db.conn.executemany(PUT_ADDRESS, rows)


def all_scans(db: Database, run: Run, since: str) -> list[WantedScan]:
    """The scans of the collection's documents, in the order of the listing.

    One is due if it is not kept, or if its document's page was read after it was last asked for, or
    if that was before `since`.
    """
    rows = db.query(ALL, {"collection": run.collection, "since": since})
    return [_wanted(row) for row in rows]


def put_scan(db: Database, run: Run, item: ScanItem) -> None:
    """Writes what became of a scan, and that it changed if it did."""
    wanted, scan = item.wanted, item.scan
    if scan is None:
        return
    known = wanted.known
    row = {"document": wanted.document, "url": wanted.url, "run": run.id, **asdict(scan)}
    db.execute(PUT_FILE, row)
    if known and known.sha256 != scan.sha256:
        change = Change(wanted.document, Kind.CHANGED, scan.fetched, "scan", known.path, scan.path)
        put_changes(db, run, [change])


def _wanted(row: Row) -> WantedScan:
    names = ("document", "url", "page", "title", "rights")
    known = Scan(**{name: row[name] for name in OF_SCAN}) if row["path"] else None
    return WantedScan(**{name: row[name] for name in names}, known=known, due=bool(row["due"]))
