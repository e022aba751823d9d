"""What a database has of documents' own pages, as records."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from harvests import rows

from harvester.record import Record, Related, ScanLink, Term, Transcript

FIELDS = (
    *("credit", "source", "rights", "classification", "uploaded", "record_id"),
    *("citation", "citation_url"),
)
SAID = (
    f"SELECT id, url, title, date_text, summary, {', '.join(FIELDS)}, node, other, removed"
    " FROM documents ORDER BY id",
    "SELECT document, kind, name, position FROM document_terms JOIN terms ON terms.id = term"
    " ORDER BY document, position",
    "SELECT document, position, label, language, text FROM texts ORDER BY document, position",
    "SELECT * FROM scan_links ORDER BY document, position",
    "SELECT * FROM related ORDER BY document, position",
    "SELECT slug, document FROM addresses WHERE document IS NOT NULL ORDER BY slug",
    "SELECT collection, document, position, missing FROM memberships ORDER BY collection, document",
)


def stored(db: Path) -> list[Record]:
    """The documents with a page of their own, by id."""
    found = rows(db, "SELECT * FROM documents WHERE details IS NOT NULL ORDER BY id")
    return [_record(db, row) for row in found]


def as_stored(records: Iterable[Record]) -> list[Record]:
    """The same records as they come back: a database has no other addresses in them."""
    made = (replace(record, aliases=[]) for record in records)
    return sorted(made, key=lambda record: record.document)


def all_said(db: Path) -> list[Any]:
    """All that is known of documents, but for times and the numbers of rows."""
    return [rows(db, sql) for sql in SAID]


def changes(db: Path) -> set[tuple[str, str | None, str | None, str | None]]:
    """What the last run found changed: kind, field, old, new."""
    found = rows(db, "SELECT * FROM changes WHERE run = (SELECT max(id) FROM runs)")
    return {(row["kind"], row["field"], row["old"], row["new"]) for row in found}


def counts(db: Path) -> tuple[int, int, int]:
    """The details that the last run wanted, got, and failed to get."""
    (row,) = rows(db, "SELECT * FROM runs ORDER BY id DESC LIMIT 1")
    return row["details_wanted"], row["details_fetched"], row["details_failed"]


def failures(db: Path) -> list[str]:
    """Why the last run could not get something, in one word each."""
    last = "SELECT reason FROM failures WHERE run = (SELECT max(id) FROM runs) ORDER BY id"
    return [row["reason"] for row in rows(db, last)]


def _record(db: Path, row: dict[str, Any]) -> Record:
    document = row["id"]
    terms = rows(
        db,
        "SELECT kind, name FROM document_terms JOIN terms ON id = term WHERE document = ?"
        " ORDER BY position",
        document,
    )
    texts = rows(
        db, "SELECT label, language, text FROM texts WHERE document = ? ORDER BY position", document
    )
    links = rows(
        db, "SELECT url, label FROM scan_links WHERE document = ? ORDER BY position", document
    )
    related = rows(
        db,
        "SELECT url, title, date_text, summary, node FROM related WHERE document = ?"
        " ORDER BY position",
        document,
    )
    return Record(
        document,
        row["url"],
        row["title"],
        row["date_text"],
        row["summary"],
        **{name: row[name] for name in FIELDS},
        node=row["node"],
        terms=[Term(**term) for term in terms],
        other=json.loads(row["other"] or "{}"),
        transcripts=[Transcript(**text) for text in texts],
        files=[ScanLink(**link) for link in links],
        related=[Related(**one) for one in related],
    )
