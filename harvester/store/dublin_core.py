"""What a repository's record says about a document, in Dublin Core.

It fills the same columns and terms as documents' own pages, unless such a page was read.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from harvester.record import KINDS, Fields, Term, columns
from harvester.store.index import expect_otherwise

MARKS = ('"dc:', '"oai:')
"""Labels that show that a record was read."""
CALLED = {"dc:creator": "author", "dcterms:spatial": "place"}
"""Kinds of terms that have another name in Dublin Core."""
TEXTS = {"dc:rights": "rights", "dc:source": "source"}
"""Elements with texts, and their columns."""
OWN_PAGE = """
    SELECT 1 FROM documents JOIN pages ON pages.id = details
    WHERE number = ? AND pages.document IS NOT NULL"""
DROP = "DELETE FROM document_terms WHERE document = ?"
PUT_TERM = "INSERT INTO terms (kind, name) VALUES (?, ?) ON CONFLICT DO NOTHING"
PUT_DOCUMENT_TERM = """
    INSERT INTO document_terms (document, term, position)
    SELECT ?, id, ? FROM terms WHERE kind = ? AND name = ?"""


def is_record(other: str | None) -> bool:
    """Whether the other values of an entry are a repository's record."""
    return other is not None and any(mark in other for mark in MARKS)


def kind_of(label: str) -> str | None:
    """The kind of term that an element holds; None if its values are not names."""
    name = label.removeprefix("dc:")
    return CALLED.get(label) or (name if label != name and name in KINDS else None)


def is_elsewhere(label: str) -> bool:
    """Whether the value under a label is also in columns or terms."""
    return label in TEXTS or kind_of(label) is not None


def fields_of(other: str) -> dict[str, str | None]:
    """The columns that a record fills, out of those of a document's own page."""
    said: dict[str, list[str]] = json.loads(other)
    found = {column: "\n\n".join(said.get(label, ())) or None for label, column in TEXTS.items()}
    return dict.fromkeys((*columns(Fields), "other")) | found


def terms_of(other: str) -> list[Term]:
    """The names in a record, by the kinds of terms."""
    said: dict[str, list[str]] = json.loads(other)
    found = (Term(kind, name) for label in said if (kind := kind_of(label)) for name in said[label])
    return list(dict.fromkeys(found))


def put_terms(db: sqlite3.Connection, document: int, terms: Sequence[tuple[str, str]]) -> None:
    """Replaces the names that a document has."""
    db.execute(DROP, [document])
    db.executemany(PUT_TERM, terms)
    places = ((document, position, *term) for position, term in enumerate(terms, 1))
    db.executemany(PUT_DOCUMENT_TERM, places)


def described(
    db: sqlite3.Connection, rows: Iterable[tuple[int, str | None]], *, all_new: bool = False
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Writes the names that records give documents, each by its number and what its listing says
    besides; gives what is to be in the columns of each."""
    for number, other in rows:
        if other is None or not is_record(other):
            continue
        if not all_new:
            if db.execute(OWN_PAGE, [number]).fetchone():
                continue
            expect_otherwise(db, number)
        put_terms(db, number, terms_of(other))
        yield number, fields_of(other)
