"""Pages: what was fetched and when, what is known of a page before it is fetched again, and which
pages are not credible."""

import sqlite3
from json import dumps

from harvester.items import Entry, Listing, PageItem, PageSource
from harvester.outcomes import Reason, Unreadable
from harvester.runs import KnownPage
from harvester.store.connection import WANTED, Row, select
from harvester.store.run import Run
from harvester.store.schema import REPARSE
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
OF_LISTING = ("url", "first", "last", "total", "answered", "datestamps")
OF_SOURCE = ("warc", "warc_offset", "payload_digest")
COLUMNS = ("run", "entries", "next", *OF_ITEM, *OF_LISTING, *OF_SOURCE)

AS_BEFORE = ("next", "etag", "last_modified")
"""Columns that are left empty in a page which is the same as another, if that has the same there.
Where it lacks what that has, they have an empty text."""
VALUES = {name: f":{name}" for name in COLUMNS} | {
    name: f"CASE WHEN :same_as IS NULL THEN :{name} ELSE nullif(coalesce(:{name}, ''), coalesce("
    f"(SELECT {name} FROM pages WHERE id = :same_as), '')) END"
    for name in AS_BEFORE
}
PUT_PAGE = f"""
    INSERT INTO pages ({", ".join(COLUMNS)}, content)
    VALUES ({", ".join(VALUES.values())}, coalesce(
        (SELECT content FROM pages WHERE id = :same_as), :content,
        (SELECT coalesce(max(id), 0) + 1 FROM pages)))
    RETURNING id, content"""
KNOWN_BYTES = """
    SELECT pages.id FROM pages JOIN runs ON runs.id = run
    WHERE url = ? AND sha256 = ? AND content = pages.id AND collection = ?"""
IS_READ = f"""
    CASE WHEN runs.reader = :reader THEN true WHEN pages.warc_offset IS NULL THEN false
        ELSE EXISTS (SELECT 1 FROM runs AS later WHERE later.collection = runs.collection
            AND later.source = '{REPARSE}' AND later.outcome = 'complete'
            AND later.reader = :reader AND later.id > pages.run) END"""
"""Whether a reader has read a page: in its own run, or when it re-read the whole collection."""
KNOWN = ", ".join(
    f"nullif(coalesce(pages.{name}, before.{name}), '') AS known_{name}" for name in AS_BEFORE
)
LAST_PAGE = f"""
    SELECT pages.*, {KNOWN},
        CASE WHEN pages.warc IS NOT NULL THEN (
            SELECT fetched FROM pages AS first WHERE first.content = pages.content
                AND (first.warc, first.warc_offset) = (pages.warc, pages.warc_offset)
            ORDER BY fetched LIMIT 1) END AS recorded,
        {IS_READ} AS is_read,
        (SELECT count(*) FROM memberships WHERE memberships.collection = runs.collection
            AND memberships.page = coalesce(pages.same_as, pages.id)) AS members
    FROM pages JOIN runs ON runs.id = pages.run
        LEFT JOIN pages AS before ON before.id = pages.same_as
    WHERE pages.url = :url AND runs.collection = :collection
    ORDER BY pages.fetched DESC, pages.id DESC LIMIT 1"""
SAME_CAPTURE = """
    SELECT coalesce(same_as, id) FROM pages WHERE content = ? AND fetched = ? ORDER BY id LIMIT 1"""
RECORDED_AT = """
    SELECT fetched FROM pages JOIN runs ON runs.id = run
    WHERE url = ? AND sha256 = ? AND warc = ? AND warc_offset = ?
        AND runs.source = 'live' AND clock_moved <> 0
    ORDER BY fetched DESC LIMIT 1"""
ENOUGH = 10
"""So many records have to lack a field before their format is doubted, which names each field."""
NAMES = {"date_text": "date", "summary": "summary"}
"""The words for the fields that a whole page can lose."""
LACKING = f"""
    SELECT slug, first_seen, date_text, summary FROM addresses JOIN documents ON number = document
    WHERE addresses.site = ? AND slug IN {WANTED}"""


def put_page(
    db: sqlite3.Connection, run: Run, item: PageItem, *, is_new: bool = False
) -> tuple[int, int]:
    """Writes a page; returns its number and that of the first page with the same bytes.

    A capture that was met before is noted as the same. `is_new` avoids looking for either.
    """
    content = None if is_new or item.same_as else _known_bytes(db, run, item)
    if content is not None and not run.live:
        found = db.execute(SAME_CAPTURE, [content, item.fetched]).fetchone()
        item.same_as = int(found[0]) if found else None
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
        "content": content,
    }
    ((page, first),) = db.execute(PUT_PAGE, row).fetchall()
    return page, first


def recorded_at(db: sqlite3.Connection, item: PageItem) -> str | None:
    """When a page was fetched that is read from our own recording of it, if that was dated by a
    clock which was wrong."""
    source = item.source
    if source is None or source.offset is None:
        return None
    place = [item.listing.url, item.sha256, source.file, source.offset]
    found = db.execute(RECORDED_AT, place).fetchone()
    return str(found[0]) if found else None


def _known_bytes(db: sqlite3.Connection, run: Run, item: PageItem) -> int | None:
    asked = [item.listing.url, item.sha256, run.collection]
    found = db.execute(KNOWN_BYTES, asked).fetchone()
    return int(found[0]) if found else None


def recall(db: sqlite3.Connection, run: Run, url: str, *, since: str) -> KnownPage | None:
    """The latest capture of a page, if its time is known and the page is still complete.

    It is not whole if an entry of it has been met on another page meanwhile. It is fresh if the
    run that is resumed has fetched it after `since`; a repository's page counts only then. One that
    another reader has read is of use only if the site can be asked whether it has changed.
    """
    asked = {"url": url, "collection": run.collection, "reader": run.reader}
    row = next(select(db, LAST_PAGE, asked), None)
    if row is not None:
        row |= {name: row[f"known_{name}"] for name in AS_BEFORE}
    if row is None or not is_known(row["fetched"]):
        return None
    fresh = (row["run"], row["walk"]) == run.resumes and row["fetched"] > since
    if run.by_records:
        return KnownPage(_item(row), fresh=True) if fresh and row["is_read"] else None
    if not row["is_read"]:
        can_ask = row["etag"] or row["last_modified"]
        return KnownPage(_item(row), outdated=True) if can_ask else None
    if row["members"] != row["entries"] - row["duplicates"]:
        return None
    return KnownPage(_item(row), fresh=fresh)


def _item(row: Row) -> PageItem:
    listing = Listing(**{name: row[name] for name in OF_LISTING}, next_url=row["next"])
    values = {name: row[name] for name in OF_ITEM}
    item = PageItem(collection="", listing=listing, read=row["entries"], **values)
    item.same_as = row["same_as"] or row["id"]
    if row["warc"]:
        file, offset, digest = (row[name] for name in OF_SOURCE)
        item.source = PageSource(
            row["recorded"] or item.fetched, listing.url, file, offset, digest or ""
        )
    return item


def check_fields(db: sqlite3.Connection, run: Run, item: PageItem) -> None:
    """Checks that no field that nearly every entry had is gone from a whole page, unless accepted.

    Entries that are known to lack it do not count. Raises Unreadable if one is gone.
    """
    if run.accept or run.before is None:
        return
    entries = [entry for entry in item.listing.entries if not entry.withdrawn]
    if run.by_records and len(entries) < ENOUGH:
        return
    for name in run.before.usual:
        if not entries or any(getattr(entry, name) for entry in entries):
            continue
        if not {entry.document for entry in entries} <= _lacking(db, run, entries, name):
            raise Unreadable(
                f"No entry of {item.listing.url} has a {NAMES[name]}, which nearly all had before:"
                " the layout may have changed; if it is true, say -a accept=yes.",
                Reason.FIELD_GONE,
                item.listing.url,
            )


def _lacking(db: sqlite3.Connection, run: Run, entries: list[Entry], name: str) -> set[str]:
    """The ids of the entries that are known to lack a field."""
    asked = [run.site, dumps([entry.document for entry in entries])]
    found = db.execute(LACKING, asked)
    place = list(NAMES).index(name)
    return {slug for slug, seen, *said in found if is_known(seen) and said[place] is None}
