"""Scans: where documents' pages say that they are, and which of them are kept."""

import sqlite3
from dataclasses import asdict, replace

from harvester.runs import Phase
from harvester.scans.folder import has
from harvester.scans.scan import Scan, ScanItem, ScansStart, WantedScan, WantedScans
from harvester.store import current
from harvester.store.aliases import find
from harvester.store.connection import Row, select
from harvester.store.history.state import Kind
from harvester.store.queue import add_fetched, put_wanted
from harvester.store.rows import Told
from harvester.store.run import Run
from harvester.timestamps import is_known, shifted, utc_now

OF_SCAN = ("path", "sha256", "size", "media_type", "etag", "last_modified", "fetched")
OF_DOCUMENT = ("document", "url", "link", "page", "title", "rights")
ALL = f"""
    SELECT documents.id AS document, scan_links.url, documents.url AS link, details AS page, title,
        rights,
        {", ".join(f"files.{name}" for name in OF_SCAN)}, files.page IS NOT details AS due
    FROM memberships
    JOIN scan_links ON scan_links.document = memberships.document
    JOIN documents ON number = scan_links.document
    LEFT JOIN files ON files.document = scan_links.document AND files.url = scan_links.url
    WHERE memberships.collection = ? AND memberships.missing IS NULL
    ORDER BY memberships.position, scan_links.document, scan_links.position"""
PUT_FILE = f"""
    INSERT INTO files (document, url, run, page, {", ".join(OF_SCAN)})
    VALUES (:document, :url, :run, :page, {", ".join(f":{name}" for name in OF_SCAN)})
    ON CONFLICT (document, url) DO UPDATE SET page = excluded.page,
        run = CASE fetched WHEN excluded.fetched THEN run ELSE excluded.run END,
        {", ".join(f"{name} = excluded.{name}" for name in OF_SCAN)}"""


def start_scans(db: sqlite3.Connection, run: Run, start: ScansStart) -> WantedScans:
    """The scans to ask for, in the order of the listing; notes how many they are."""
    wanted, settled = list[WantedScan](), set[str]()
    for row in select(db, ALL, [run.collection]):
        if one := _wanted(row, start):
            wanted.append(one)
        elif row["url"] in start.left:
            settled.add(row["url"])
    put_wanted(db, run, Phase.SCANS, len(wanted))
    return WantedScans(wanted, settled - {one.url for one in wanted})


def put_scan(db: sqlite3.Connection, run: Run, item: ScanItem) -> None:
    """Writes what became of a scan, and that it changed if it did."""
    if run.live and item.scan != item.wanted.known:
        moment = min(item.scan.fetched, utc_now())
        item = replace(item, scan=replace(item.scan, fetched=shifted(moment, run.moved)))
    _put_file(db, run, item.wanted, item.scan)
    add_fetched(db, run, Phase.SCANS)


def _put_file(db: sqlite3.Connection, run: Run, wanted: WantedScan, scan: Scan) -> None:
    known = wanted.known
    if known and scan.fetched < known.fetched:
        scan = known  # it is from an older capture, and no news
    row = find(db, run.site, wanted.document)
    assert row is not None, "scans are asked for of documents that are stored"
    document = row["number"]
    said = {"document": document, "url": wanted.url, "page": wanted.page, "run": run.id}
    db.execute(PUT_FILE, {**said, **asdict(scan)})
    if known and is_known(known.fetched) and known.sha256 != scan.sha256:
        told = Told(document, Kind.CHANGED, scan.fetched, "scan", known.path, scan.path)
        current.tell(db, run, [told])


def _wanted(row: Row, start: ScansStart) -> WantedScan | None:
    known = Scan(**{name: row[name] for name in OF_SCAN}) if row["path"] else None
    if known and not start.full and not row["due"] and has(start.folder, known):
        return None
    return WantedScan(**{name: row[name] for name in OF_DOCUMENT}, known=known)
