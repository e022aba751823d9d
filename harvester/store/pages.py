"""Pages: what was read when, and what is known of a page when it is asked for again."""

import sqlite3

from harvester.items import KnownPage, Listing, PageItem, PageSource
from harvester.store.rows import Row, select
from harvester.store.run import Run
from harvester.store.sightings import on_page
from harvester.timestamps import is_known

OF_ITEM = (
    "fetched",
    "status",
    "sha256",
    "with_date",
    "with_summary",
    "undated",
    "not_understood",
    "duplicates",
    "walk",
    "same_as",
    "etag",
    "last_modified",
)
OF_LISTING = ("url", "first", "last", "total")
OF_SOURCE = ("warc", "warc_offset", "payload_digest")
COLUMNS = ("run", "entries", "next", *OF_ITEM, *OF_LISTING, *OF_SOURCE)

PUT_PAGE = f"""
    INSERT INTO pages ({", ".join(COLUMNS)}) VALUES ({", ".join(f":{name}" for name in COLUMNS)})"""
LAST_PAGE = """
    SELECT pages.*, runs.reader, (
        SELECT count(*) FROM memberships WHERE memberships.collection = runs.collection
            AND memberships.page = coalesce(same_as, pages.id)) AS members
    FROM pages JOIN runs ON runs.id = pages.run
    WHERE pages.url = ? AND runs.collection = ? ORDER BY fetched DESC, pages.id DESC LIMIT 1"""
SAME_CAPTURE = """
    SELECT coalesce(same_as, pages.id) FROM pages JOIN runs ON runs.id = pages.run
    WHERE pages.url = :url AND fetched = :fetched AND sha256 = :sha256
        AND collection = :collection AND reader = :reader ORDER BY pages.id"""
RECORDED_AT = """
    SELECT fetched FROM pages JOIN runs ON runs.id = run
    WHERE url = ? AND sha256 = ? AND warc = ? AND warc_offset = ?
        AND runs.source = 'live' AND clock_moved <> 0
    ORDER BY fetched DESC LIMIT 1"""


def put_page(db: sqlite3.Connection, run: Run, item: PageItem) -> int:
    """Writes a page; returns its number."""
    source = item.source
    row = {
        "warc": source and source.file,
        "warc_offset": source and source.offset,
        "payload_digest": source and source.digest,
        **{name: getattr(item, name) for name in OF_ITEM},
        **{name: getattr(item.listing, name) for name in OF_LISTING},
        "run": run.id,
        "entries": item.read,
        "next": item.listing.next_url,
    }
    page = db.execute(PUT_PAGE, row).lastrowid
    assert page is not None
    return page


def same_capture(db: sqlite3.Connection, run: Run, item: PageItem) -> int | None:
    """The page that was read of the same capture before, by this reader, with the same entries."""
    names = {
        "url": item.listing.url,
        "fetched": item.fetched,
        "sha256": item.sha256,
        "collection": run.collection,
        "reader": run.reader,
    }
    documents = {entry.document for entry in item.listing.entries}
    pages = [page for (page,) in db.execute(SAME_CAPTURE, names).fetchall()]
    return next((page for page in pages if on_page(db, page) == documents), None)


def recorded_at(db: sqlite3.Connection, item: PageItem) -> str | None:
    """When a page was fetched that is read from our own recording of it, if that was dated by a
    clock which was wrong."""
    source = item.source
    if source is None or source.offset is None:
        return None
    place = [item.listing.url, item.sha256, source.file, source.offset]
    found = db.execute(RECORDED_AT, place).fetchone()
    return str(found[0]) if found else None


def recall(db: sqlite3.Connection, run: Run, url: str, *, since: str) -> KnownPage | None:
    """The page as it was captured last, if when that was is known and it is still whole.

    It is not whole if an entry of it has been met on another page meanwhile. It is fresh if the
    run that is resumed has fetched it after `since`. One that another reader has read is of use
    only if the site can be asked whether it has changed.
    """
    row = next(select(db, LAST_PAGE, [url, run.collection]), None)
    if row is None or not is_known(row["fetched"]):
        return None
    if row["reader"] != run.reader:
        can_ask = row["etag"] or row["last_modified"]
        return KnownPage(_item(row), outdated=True) if can_ask else None
    if row["members"] != row["entries"] - row["duplicates"]:
        return None
    fresh = (row["run"], row["walk"]) == run.resumes and row["fetched"] > since
    return KnownPage(_item(row), fresh=fresh)


def _item(row: Row) -> PageItem:
    listing = Listing(**{name: row[name] for name in OF_LISTING}, next_url=row["next"])
    values = {name: row[name] for name in OF_ITEM}
    item = PageItem(collection="", listing=listing, read=row["entries"], **values)
    item.same_as = row["same_as"] or row["id"]
    if row["warc"]:
        file, offset, digest = (row[name] for name in OF_SOURCE)
        item.source = PageSource(item.fetched, listing.url, file, offset, digest or "")
    return item
