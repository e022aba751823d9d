"""The pages of documents that a run asks for after its listing: what they say."""

import sqlite3

from harvester.items import DetailsItem
from harvester.runs import Phase
from harvester.store.aliases import find, join, shown_at
from harvester.store.connection import Row
from harvester.store.queue import add_fetched
from harvester.store.records import put_record
from harvester.store.run import Run

OF_ITEM = ("url", "fetched", "status", "sha256", "same_as", "etag", "last_modified")
OF_SOURCE = ("warc", "warc_offset", "payload_digest")
COLUMNS = ("run", "document", "entries", *OF_ITEM, *OF_SOURCE)
PUT_PAGE = f"""
    INSERT INTO pages ({", ".join(COLUMNS)}) VALUES ({", ".join(f":{name}" for name in COLUMNS)})"""
NEWEST = "SELECT max(fetched) FROM pages WHERE document = ?"


def put_details(
    db: sqlite3.Connection, run: Run, item: DetailsItem, at: str, *, after: int
) -> None:
    """Writes a page that was read `at` that moment, what it says of its document, and what the run
    has got so far.

    An older capture than the one that is known says nothing new. Raises Unreadable if the page is
    another document's, or lacks most of what it said before.
    """
    row = find(db, run.site, item.document)
    assert row is not None, "pages are asked for of documents that are stored"
    (newest,) = db.execute(NEWEST, [row["number"]]).fetchone()
    if newest is None or run.live or item.fetched >= newest:
        _put(db, run, row, item, at, after)
    add_fetched(db, run, Phase.DETAILS)


def _put(
    db: sqlite3.Connection, run: Run, row: Row, item: DetailsItem, at: str, after: int
) -> None:
    if item.record is None:
        _put_page(db, run, row["number"], item)
        return
    now = join(db, run, row, item.record, item.fetched, after)
    page = _put_page(db, run, now["number"], item)
    now = shown_at(db, run, now, item, page, after)
    put_record(db, run, now, item, page, at)


def _put_page(db: sqlite3.Connection, run: Run, document: int, item: DetailsItem) -> int:
    source = item.source
    row = {
        **{name: getattr(item, name) for name in OF_ITEM},
        "run": run.id,
        "document": document,
        "entries": 0,
        "warc": source and source.file,
        "warc_offset": source and source.offset,
        "payload_digest": source and source.digest,
    }
    page = db.execute(PUT_PAGE, row).lastrowid
    assert page is not None
    return page
