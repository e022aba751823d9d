"""Documents' own pages, which a run fetches after its listing: what they add, and what of that is
new.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from harvester.items import DetailsItem, Entry
from harvester.outcomes import Reason, Unreadable
from harvester.record import Record, columns, is_same_title
from harvester.runs import Phase
from harvester.store import current
from harvester.store.aliases import find, join, shown_at
from harvester.store.connection import Row
from harvester.store.history.state import Kind
from harvester.store.queue import add_fetched
from harvester.store.rows import Told
from harvester.store.run import Run
from harvester.store.said import Words, differences, known, lost, put_said, said_by
from harvester.timestamps import is_known, shifted, utc_now

OF_ITEM = ("url", "fetched", "status", "sha256", "same_as", "etag", "last_modified")
OF_SOURCE = ("warc", "warc_offset", "payload_digest")
COLUMNS = ("run", "document", "entries", *OF_ITEM, *OF_SOURCE)
PUT_PAGE = f"""
    INSERT INTO pages ({", ".join(COLUMNS)}) VALUES ({", ".join(f":{name}" for name in COLUMNS)})"""
NEWEST = "SELECT max(fetched) FROM pages WHERE document = ?"
BEFORE = """
    SELECT fetched, sha256 = :sha256 AND reader IS NOT :reader FROM pages JOIN runs ON runs.id = run
    WHERE pages.id = :page AND document IS NOT NULL"""
"""When a document's own page was fetched, and whether these bytes were read by another reader."""
SHARED = (one.name for one in fields(Record) if one.name in columns(Entry))
LISTED = (*SHARED, "date_edtf")
"""The columns from the listing that a document's page is compared with."""


def put_details(db: sqlite3.Connection, run: Run, item: DetailsItem, *, after: int) -> None:
    """Writes a document's page, what it says, and the progress of the run.

    A capture older than the known one adds nothing. Raises Unreadable if the page is another
    document's, or lacks most of what it said before.
    """
    if run.live and item.asked:
        item = replace(item, fetched=shifted(item.fetched, run.moved))
    row = find(db, run.site, item.document)
    assert row is not None, "pages are asked for of documents that are stored"
    (newest,) = db.execute(NEWEST, [row["number"]]).fetchone()
    if newest is None or run.live or item.fetched >= newest:
        _put(db, run, row, item, after)
    add_fetched(db, run, Phase.DETAILS)


def otherwise(row: Mapping[str, Any], item: DetailsItem) -> dict[str, str]:
    """Where a page contradicts its listing, by the names used in `other`. The listing wins."""
    record = item.record
    assert record is not None
    said = {
        "Title": None if _is_same_title(row["title"], record.title) else record.title,
        "Date": None if _is_same_date(row, item) else record.date_text,
        "Summary": None if _folded(row["summary"]) == _folded(record.summary) else record.summary,
    }
    return {label: value for label, value in said.items() if value is not None}


def _put(db: sqlite3.Connection, run: Run, row: Row, item: DetailsItem, after: int) -> None:
    if item.record is None:
        _put_page(db, run, row["number"], item)
        return
    now = join(db, run, row, item.record, item.fetched, after)
    page = _put_page(db, run, now["number"], item)
    now = shown_at(db, run, now, item, page, after)
    _put_record(db, run, now, item, page)


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


def _put_record(db: sqlite3.Connection, run: Run, row: Row, item: DetailsItem, page: int) -> None:
    """Writes what a page says about the document in `row`, and what of that has changed.

    What is read for the first time, or was read from a page of no known time, is no change. What is
    read otherwise in the same bytes was `reread` at this moment. Raises Unreadable if most of
    what the page said before is gone, unless the run accepts that.
    """
    assert item.record is not None
    document = row["number"]
    old, new = known(db, row), said_by(item.record, otherwise(row, item))
    asked = {"page": row["details"], "sha256": item.sha256, "reader": run.reader}
    fetched, is_reread = db.execute(BEFORE, asked).fetchone() or (None, False)
    if fetched and is_known(fetched):
        if not run.accept:
            _check_fields(old.words, new.words, item.url)
        if is_reread:
            kind, moment = Kind.REREAD, shifted(utc_now(), run.moved)
            words = old.all_words, new.all_words
        else:
            kind, moment, words = Kind.CHANGED, item.fetched, (old.words, new.words)
        changes = (Told(document, kind, moment, *one) for one in differences(*words))
        current.tell(db, run, changes)
    put_said(db, document, old, new, page)


def _is_same_title(listed: str, shown: str) -> bool:
    """Whether a title is the listing's, or that in capitals, as the earlier site showed it."""
    return is_same_title(_folded(shown), _folded(listed))


def _is_same_date(row: Mapping[str, Any], item: DetailsItem) -> bool:
    assert item.record is not None
    if item.date_edtf is not None and item.date_edtf == row["date_edtf"]:
        return True
    return _folded(row["date_text"]) == _folded(item.record.date_text)


def _folded(text: str | None) -> str:
    return " ".join((text or "").split())


def _check_fields(old: Words, new: Words, url: str) -> None:
    if much := lost(old, new):
        raise Unreadable(
            f"{url} lacks {much} that it said before: the layout may"
            " have changed; if it is true, say -a accept=yes.",
            Reason.FIELD_GONE,
            url,
        )
