"""Databases with documents in them, without a harvest."""

import json
from collections.abc import Iterable
from pathlib import Path

from harvests import PROJECT
from sites import WILSON

from harvester.dates import read_date
from harvester.items import Entry
from harvester.store.database import open_database

ARCHIVE = "https://digitalarchive.wilsoncenter.org"
FETCHED = "2026-11-24T05:06:08Z"
SITE = (WILSON.key, WILSON.name, WILSON.home, WILSON.keeper)
NUMBER = "(SELECT number FROM documents WHERE site = ? AND id = ?)"
PUT = """
    INSERT INTO documents (number, site, id, url, title, summary, date_text, date_edtf,
        date_earliest, date_latest, first_seen, last_changed, page)
    VALUES ((SELECT coalesce(max(number), 0) + 1 FROM documents),
        ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, id) DO UPDATE SET title = excluded.title, summary = excluded.summary,
        last_changed = excluded.last_changed, page = excluded.page
    WHERE title IS NOT excluded.title OR summary IS NOT excluded.summary"""


def number(document: str) -> str:
    """The SQL of a document's number."""
    return f"(SELECT number FROM documents WHERE id = '{document}')"


def entry(document: str, title: str, date: str | None = None, summary: str | None = None) -> Entry:
    return Entry(document, f"{ARCHIVE}/document/{document}", title, date, summary)


def saved_listings() -> list[Entry]:
    """All entries of the saved listings, numbered."""
    pages = sorted((PROJECT / "tests" / "listings").glob("*.json"))
    said = [one for page in pages for one in json.loads(page.read_text("utf-8"))["entries"]]
    assert len(said) == 251
    return [
        entry(f"d{number:04}", one["title"], one["date_text"], one["summary"])
        for number, one in enumerate(said)
    ]


def store(
    path: Path,
    entries: Iterable[Entry],
    name: str = "listing",
    fetched: str = FETCHED,
    site: tuple[str, str, str, str] = SITE,
) -> None:
    """Puts entries into a database, as if one page of a complete run had had them."""
    db = open_database(path)
    db.execute("INSERT INTO sites VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", site)
    url = f"{ARCHIVE}/search?search_api_fulltext={name}"
    collection = db.execute(
        "INSERT INTO collections (site, name, url) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET url = excluded.url RETURNING id",
        [site[0], name, url],
    ).fetchone()[0]
    run = db.execute(
        "INSERT INTO runs (collection, source, started, finished, outcome)"
        " VALUES (?, 'live', ?, ?, 'complete') RETURNING id",
        [collection, fetched, fetched],
    ).fetchone()[0]
    page = db.execute(
        "INSERT INTO pages (run, url, fetched, status, sha256, entries)"
        " VALUES (?, ?, ?, 200, ?, 0) RETURNING id",
        [run, url, fetched, "0" * 64],
    ).fetchone()[0]
    with db.writing():
        for position, one in enumerate(entries, 1):
            db.execute(PUT, [site[0], *_dated(one), fetched, fetched, page])
            db.execute(
                "INSERT INTO memberships (collection, document, position, first_seen, page)"
                f" VALUES (?, {NUMBER}, ?, ?, ?) ON CONFLICT (collection, document)"
                " DO UPDATE SET position = excluded.position, page = excluded.page",
                [collection, site[0], one.document, position, fetched, page],
            )
    db.close()


def _dated(one: Entry) -> list[str | None]:
    """The entry's part of a row of documents; its date is read into the entry too."""
    date = read_date(one.date_text) if one.date_text else None
    if date is not None:
        one.date_edtf, one.date_earliest, one.date_latest = date.edtf, date.earliest, date.latest
        one.date_convention = date.convention
    said = [one.document, one.link, one.title, one.summary, one.date_text]
    return [*said, one.date_edtf, one.date_earliest, one.date_latest]
