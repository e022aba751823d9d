"""Pages: what was read when, and what is known of a page when it is asked for again."""

from typing import Any

from sqlite_utils import Database

from harvester import __version__
from harvester.items import KnownPage, Listing, PageItem, PageSource
from harvester.outcomes import Incomplete, Reason
from harvester.store.run import Run

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
    SELECT pages.*, runs.version FROM pages JOIN runs ON runs.id = pages.run
    WHERE pages.url = ? AND runs.collection = ? ORDER BY pages.id DESC LIMIT 1"""
NEWEST = """
    SELECT max(fetched) FROM pages JOIN runs ON runs.id = pages.run
    WHERE pages.url = ? AND runs.collection = ? AND runs.id <> ?"""
MEMBERS = "SELECT count(*) FROM memberships WHERE collection = ? AND page = ?"

Row = dict[str, Any]


def put_page(db: Database, run: Run, item: PageItem) -> int:
    """Writes a page; returns its number.

    Raises Incomplete if it was captured before the page that is known at this address: what it says
    is no news, and must not take the place of what is.
    """
    _check_newer(db, run, item)
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


def recall(db: Database, run: Run, url: str, *, since: str) -> KnownPage | None:
    """The page as it was stored last, if this program's version read it and it is still whole.

    It is not whole if an entry of it has been met on another page meanwhile. It is fresh if the
    run that is resumed has fetched it after `since`.
    """
    row = next(iter(db.query(LAST_PAGE, [url, run.collection])), None)
    if row is None or row["version"] != __version__:
        return None
    same_as = row["same_as"] or row["id"]
    (members,) = db.execute(MEMBERS, [run.collection, same_as]).fetchone()
    if members != row["entries"] - row["duplicates"]:
        return None
    fresh = (row["run"], row["walk"]) == run.resumes and row["fetched"] > since
    return KnownPage(_item(row, same_as), fresh)


def _check_newer(db: Database, run: Run, item: PageItem) -> None:
    known = db.execute(NEWEST, [item.listing.url, run.collection, run.id]).fetchone()[0]
    if known is not None and item.fetched < known:
        raise Incomplete(
            f"{item.listing.url} was captured at {item.fetched}, but this database has it as it was"
            f" at {known}: harvest older captures into a database of their own (HARVEST_DB).",
            Reason.OLDER,
            item.listing.url,
        )


def _item(row: Row, same_as: int) -> PageItem:
    listing = Listing(**{name: row[name] for name in OF_LISTING}, next_url=row["next"])
    values = {name: row[name] for name in OF_ITEM}
    item = PageItem(collection="", listing=listing, read=row["entries"], **values)
    item.same_as = same_as
    if row["warc"]:
        file, offset, digest = (row[name] for name in OF_SOURCE)
        item.source = PageSource(item.fetched, listing.url, file, offset, digest or "")
    return item
