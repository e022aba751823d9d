"""What the database knows from a document's own page: reading, comparing and writing it."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.record import Record, same_letters
from harvester.store import current
from harvester.store.connection import Row
from harvester.store.dublin_core import put_terms
from harvester.store.index import expect_otherwise
from harvester.store.schema import DETAILS

OF_TEXT = ("text", "label", "language")
OF_LINK = ("url", "label")
OF_RELATED = ("url", "title", "date_text", "summary", "node")
LINKS = "scan links"
"""The name of the scans' addresses in `changes`."""
RELATED = "related"
"""What it calls related documents, where a page was read otherwise."""

TERMS = """
    SELECT kind, name FROM document_terms JOIN terms ON id = term WHERE document = ?
    ORDER BY position"""
TEXTS = f"SELECT {', '.join(OF_TEXT)} FROM texts WHERE document = ? ORDER BY position"
LINKS_OF = f"SELECT {', '.join(OF_LINK)} FROM scan_links WHERE document = ? ORDER BY position"
RELATIONS = f"SELECT {', '.join(OF_RELATED)} FROM related WHERE document = ? ORDER BY position"
PUT_TEXT = """
    INSERT INTO texts (document, position, label, language, text)
    VALUES (:document, :position, :label, :language, :text)
    ON CONFLICT (document, position) DO UPDATE SET label = excluded.label,
        language = excluded.language, text = excluded.text"""
PUT_RELATED = f"""
    INSERT INTO related (document, position, {", ".join(OF_RELATED)})
    VALUES (:document, :position, {", ".join(f":{name}" for name in OF_RELATED)})"""
PUT_LINK = """
    INSERT INTO scan_links (document, url, label, position)
    VALUES (:document, :url, :label, :position)
    ON CONFLICT (document, url) DO UPDATE SET label = excluded.label, position = excluded.position
    WHERE label IS NOT excluded.label OR position IS NOT excluded.position"""
DROP_LINK = "DELETE FROM scan_links WHERE document = :document AND url = :url"
TABLES = ("document_terms", "texts", "related", "scan_links", "files")
"""The tables filled from own pages; the first three hold nothing but its words."""
WORDS = TABLES[:3]
MOVE = "UPDATE OR IGNORE {} SET document = :kept WHERE document = :other"
DROP = "DELETE FROM {} WHERE document = ?"
CUT_TEXTS = "DELETE FROM texts WHERE document = ? AND position > ?"

Words = dict[str, str | None]
Difference = tuple[str, str | None, str | None]
"""The name in `changes`, the old value and the new one."""


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that a document's own page says: the columns of DETAILS, terms, texts, scans,
    related documents.

    The terms are pairs of kind and name, the texts have the columns of OF_TEXT, the links those of
    OF_LINK, the related those of OF_RELATED.
    """

    fields: Row
    terms: list[tuple[str, str]]
    texts: list[Row]
    links: list[Row]
    related: list[Row]

    @property
    def words(self) -> Words:
        """What the document says, by what `changes` calls it: "source", "author", "text 2 label".

        That is everything but the addresses of scans and the related documents.
        """
        fields = {n: None if self.fields[n] is None else str(self.fields[n]) for n in DETAILS}
        fields["other"] = same_letters(fields["other"])
        labels = _labels(self.links)
        return {**fields, **_by_kind(self.terms), **_by_text(self.texts), **labels}

    @property
    def all_words(self) -> Words:
        """Everything, by its name in `changes`."""
        urls = [link["url"] for link in self.links]
        beside = {LINKS: urls, RELATED: self.related}
        return self.words | {name: in_json(said) if said else None for name, said in beside.items()}


def known(db: sqlite3.Connection, row: Mapping[str, Any]) -> Said:
    """What the database has for the document in `row`."""
    document = [row["number"]]
    return Said(
        {name: row[name] for name in DETAILS},
        [(kind, name) for kind, name in db.execute(TERMS, document)],
        [dict(zip(OF_TEXT, text, strict=True)) for text in db.execute(TEXTS, document)],
        [dict(zip(OF_LINK, link, strict=True)) for link in db.execute(LINKS_OF, document)],
        [dict(zip(OF_RELATED, one, strict=True)) for one in db.execute(RELATIONS, document)],
    )


def said_by(record: Record, otherwise: Mapping[str, str]) -> Said:
    """What a record says, and what its page says `otherwise` than the listing."""
    other = {label: list(values) for label, values in record.other.items()}
    for label, value in otherwise.items():
        other.setdefault(label, []).append(value)
    fields = {name: getattr(record, name) for name in DETAILS}
    return Said(
        {**fields, "other": in_json(other) if other else None},
        [(kind, name) for kind, name in record.terms],
        [{name: getattr(text, name) for name in OF_TEXT} for text in record.transcripts],
        [{name: getattr(link, name) for name in OF_LINK} for link in record.files],
        [{name: getattr(one, name) for name in OF_RELATED} for one in record.related],
    )


def differences(old: Words, new: Words) -> Iterator[Difference]:
    """The differences between two pages, in the order of the first."""
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def lost(old: Words, new: Words) -> str | None:
    """How much of what was said is gone, such as "5 of the 8 things", if it is most of it.

    So much does not vanish from a page at once: the page is more likely misread.
    """
    had = [name for name, value in old.items() if value is not None]
    gone = [name for name in had if new.get(name) is None]
    return f"{len(gone)} of the {len(had)} things" if 2 * len(gone) > len(had) else None


def put_said(db: sqlite3.Connection, document: int, old: Said, new: Said, page: int) -> None:
    """Replaces what was known from a document's own page."""
    current.put_details(db, document, new.fields, page)
    if old.links != new.links:
        put_links(db, document, new.links)
    if (old.terms, old.texts) != (new.terms, new.texts):
        expect_otherwise(db, document)
    if old.terms != new.terms:
        put_terms(db, document, new.terms)
    if old.texts != new.texts:
        _put_texts(db, document, new.texts)
    if old.related != new.related:
        _put_related(db, document, new.related)


def move_said(db: sqlite3.Connection, other: int, kept: int) -> None:
    """Moves to a document what another has from its own page, unless it has that already."""
    for document in (other, kept):
        expect_otherwise(db, document)
    for table in TABLES:
        db.execute(MOVE.format(table), {"kept": kept, "other": other})


def drop_said(db: sqlite3.Connection, document: int, tables: Sequence[str] = TABLES) -> None:
    """Deletes what a document has in these tables from its own page."""
    expect_otherwise(db, document)
    for table in tables:
        db.execute(DROP.format(table), [document])


def in_json(said: Any) -> str:
    """The same text for the same content."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _by_kind(terms: list[tuple[str, str]]) -> Words:
    """The names of each kind, as a JSON list."""
    kinds: dict[str, list[str]] = {}
    for kind, name in terms:
        kinds.setdefault(kind, []).append(name)
    return {kind: in_json(names) for kind, names in kinds.items()}


def _by_text(texts: list[Row]) -> Words:
    """The texts and their labels under the names "text", "text label", "text 2"."""
    said: Words = {}
    for number, text in enumerate(texts, 1):
        begin = _called("text", number)
        said |= {begin if n == "text" else f"{begin} {n}": text[n] for n in OF_TEXT}
    return said


def _labels(links: list[Row]) -> Words:
    """The labels of scans under the names "scan label", "scan 2 label"."""
    return {f"{_called('scan', n)} label": link["label"] for n, link in enumerate(links, 1)}


def _called(what: str, number: int) -> str:
    """The name of one of several in `changes`: "text", "text 2"."""
    return what if number == 1 else f"{what} {number}"


def _put_texts(db: sqlite3.Connection, document: int, texts: list[Row]) -> None:
    for position, text in enumerate(texts, 1):
        db.execute(PUT_TEXT, {**text, "document": document, "position": position})
    db.execute(CUT_TEXTS, [document, len(texts)])


def _put_related(db: sqlite3.Connection, document: int, related: list[Row]) -> None:
    db.execute("DELETE FROM related WHERE document = ?", [document])
    rows = ({**row, "document": document, "position": n} for n, row in enumerate(related, 1))
    db.executemany(PUT_RELATED, rows)


def put_links(db: sqlite3.Connection, document: int, links: Sequence[Row]) -> None:
    """Writes the addresses of a document's scans; what is kept of others stays."""
    rows = [{**link, "document": document, "position": n} for n, link in enumerate(links, 1)]
    urls = {link["url"] for link in links}
    known = db.execute("SELECT url FROM scan_links WHERE document = ?", [document]).fetchall()
    gone = ({"document": document, "url": url} for (url,) in known if url not in urls)
    db.executemany(DROP_LINK, gone)
    db.executemany(PUT_LINK, rows)
