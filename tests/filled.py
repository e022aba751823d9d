"""Databases with what documents' own pages say, without a harvest."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

from markup_documents import Document, render
from records import DOCUMENTS, KINDS, real_record
from sites import WILSON
from stored import ARCHIVE, FETCHED, NUMBER, SITE, entry, store

from harvester.pages import read_document
from harvester.record import Record, Related, Term, Transcript
from harvester.store.index import index

FIELDS = (
    *("credit", "source", "rights", "classification", "uploaded"),
    *("record_id", "citation", "citation_url", "node"),
)
PDF = "application/pdf"


def real_records(markup: str = "today") -> list[Record]:
    """The real records of tests/documents, read from their pages."""
    made = (real_record(path, markup) for path in DOCUMENTS)
    pages = ((one.link, render(markup, Document(one.link, one))) for one in made)
    return [read_document(html, url, WILSON) for url, html in pages]


def store_details(path: Path, records: Iterable[Record], name: str = "detailed") -> None:
    """Puts documents into a database: a listing with all of them, and then their own pages."""
    records = list(records)
    store(
        path, [entry(one.document, one.title, one.date_text, one.summary) for one in records], name
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN")
        for one in records:
            _store_one(db, one)
        index(db)
        db.execute("COMMIT")


def _store_one(db: sqlite3.Connection, record: Record) -> None:
    (document,) = db.execute(f"SELECT {NUMBER}", [SITE[0], record.document]).fetchone()
    page = db.execute(
        "INSERT INTO pages (run, url, fetched, status, sha256, entries, document)"
        " VALUES (1, ?, ?, 200, ?, 0, ?)",
        [record.link, FETCHED, "1" * 64, document],
    ).lastrowid
    said = {name: getattr(record, name) for name in FIELDS}
    said |= {"other": json.dumps(record.other) if record.other else None, "details": page}
    columns = ", ".join(f"{name} = :{name}" for name in said)
    db.execute(
        f"UPDATE documents SET {columns} WHERE number = :number", said | {"number": document}
    )
    for position, term in enumerate(record.terms, 1):
        db.execute("INSERT INTO terms (kind, name) VALUES (?, ?) ON CONFLICT DO NOTHING", term)
        db.execute(
            "INSERT INTO document_terms SELECT ?, id, ? FROM terms WHERE kind = ? AND name = ?",
            [document, position, *term],
        )
    for position, text in enumerate(record.transcripts, 1):
        db.execute(
            "INSERT INTO texts (document, position, label, language, text) VALUES (?, ?, ?, ?, ?)",
            [document, position, text.label, text.language, text.text],
        )
    for position, one in enumerate(record.related, 1):
        db.execute(
            "INSERT INTO related (document, position, url, title, date_text, summary, node)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [document, position, *astuple(one)],
        )
    for number, file in enumerate(record.files, 1):
        db.execute(
            "INSERT INTO scan_links (document, url, label, position) VALUES (?, ?, ?, ?)",
            [document, file.url, file.label, number],
        )
        db.execute(
            "INSERT INTO files (document, url, path, sha256, size, media_type, fetched, run)"
            " VALUES (?, ?, ?, ?, 2048, ?, ?, 1)",
            [document, file.url, f"{record.record_id}-{number}.pdf", "2" * 64, PDF, FETCHED],
        )


def hostile_record(number: int, text: str) -> Record:
    """A record that says one thing in every field, with a name and a text of it besides."""
    said = [field for field in FIELDS if field != "node"]
    return Record(
        document=f"hostile-{number:02}",
        link=f"{ARCHIVE}/document/hostile-{number:02}",
        title="Hostile",
        **dict.fromkeys(said, text),
        terms=[Term(kind, text) for kind in KINDS.values()],
        other={text: [text]},
        transcripts=[Transcript(text, text, text)],
        related=[Related(text, text, text, text)],
    )
