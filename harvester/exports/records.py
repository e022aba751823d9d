"""The record that every export is made of: a document as harvested, and what its own page says."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from itertools import chain
from typing import Any

from harvester.exports.edtf_parts import Dating, dating
from harvester.record import KINDS, Fields, Related, Term, Transcript, columns
from harvester.store.history.facts import FIELDS as LISTED
from harvester.store.history.facts import Address, Statement
from harvester.store.reading import documents, has_details
from harvester.timestamps import is_known

Names = tuple[str, ...]
NAMES = {of_kind.plural: kind for kind, of_kind in KINDS.items()}
"""The columns that have the names of a kind of term."""
PAGE = ("details", "details_fetched")
BESIDE = ("terms", "texts", "related")
DETAILS = (*NAMES, *columns(Fields), "other", *PAGE)
"""The columns of documents' own pages: `details` is the number of a page, and
`details_fetched` when it was fetched."""


@dataclass(slots=True, kw_only=True)
class Details(Fields):
    """A document's own page, as it was read.

    Names are in its order and as given. `other` has the labels that are not known, with their
    values; `texts` and `related` are empty if they were not asked for.
    """

    terms: tuple[Term, ...]
    other: dict[str, list[str]] | None
    details: int
    details_fetched: str
    texts: tuple[Transcript, ...]
    related: tuple[Related, ...]

    def names(self, kind: str) -> Names:
        """The names of one kind of term."""
        return tuple(term.name for term in self.terms if term.kind == kind)

    def columns(self) -> dict[str, Any]:
        """Its values, by DETAILS."""
        names = {column: self.names(kind) for column, kind in NAMES.items()}
        return names | {name: getattr(self, name) for name in DETAILS if name not in NAMES}

    def all(self) -> dict[str, Any]:
        """The same, with its texts and related documents."""
        texts = [asdict(text) for text in self.texts]
        return {**self.columns(), "texts": texts, "related": [asdict(one) for one in self.related]}

    @property
    def keywords(self) -> Names:
        """Its subjects, topics and places, and whom it has to do with; each once."""
        about = (self.names(kind) for kind in ("subject", "topic", "place", "person"))
        return tuple(dict.fromkeys(chain.from_iterable(about)))

    @property
    def contributing(self) -> Names:
        """Who took part in it, such as in a conversation, or contributed otherwise; each once."""
        return tuple(dict.fromkeys((*self.names("participant"), *self.names("contributor"))))

    @property
    def notes(self) -> list[str]:
        """In words, what formats of citations have no place for."""
        said = {
            "Original archive": "; ".join(self.names("archive")),
            "Original classification": self.classification,
            "Record ID": self.record_id,
        }
        return [f"{label}: {value}" for label, value in said.items() if value]


def details(values: sqlite3.Row) -> Details:
    """The details in a row of `documents` of `store.reading`."""
    terms, texts, related = (sorted(json.loads(values[name] or "[]")) for name in BESIDE)
    return Details(
        **{name: values[name] for name in (*columns(Fields), *PAGE)},
        other=json.loads(values["other"]) if values["other"] else None,
        terms=tuple(Term(kind, name) for _, kind, name in terms),
        texts=tuple(Transcript(*text) for _, *text in texts),
        related=tuple(Related(*one) for _, *one in related),
    )


@dataclass(frozen=True, slots=True)
class Placement:
    """That a collection has a document now, and where in its listing."""

    name: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Statement):
    """A document as listings show it: when it was found and its page fetched, the archive that has
    it and who keeps that, and the collections that have it, by name.

    Times are UTC, days are ISO 8601. What the source lacks is None. `details` are what its own page
    says, if that was read.
    """

    first_seen: str
    last_changed: str
    removed: str | None
    page: int
    fetched: str
    archive: str
    keeper: str
    collections: tuple[Placement, ...]
    details: Details | None = None

    def columns(self) -> dict[str, Any]:
        """All of it but the details, by COLUMNS."""
        return {"site": self.address.site, "id": self.address.id} | {
            name: getattr(self, name) for name in COLUMNS[2:]
        }

    @property
    def key(self) -> str:
        """The key that tells the document from those of all sites."""
        return f"{self.address.site}/{self.address.id}"

    @property
    def harvested(self) -> str | None:
        """The day when what is said here was read: "2026-11-24"; None if that is not known."""
        return self.fetched[:10] if is_known(self.fetched) else None

    @property
    def renewed(self) -> str:
        """When anything that is said here was last found to be new."""
        return max(self.last_changed, self.details.details_fetched if self.details else "")

    @property
    def dating(self) -> Dating | None:
        """Its date, taken apart; None if it has none."""
        return dating(self.date_text, self.date_edtf)


APART = (*LISTED, "address", "collections", "details")
OF_DOCUMENT = tuple(one.name for one in fields(Record) if one.name not in APART)
COLUMNS = ("site", "id", *LISTED, *OF_DOCUMENT, "collections")
"""The columns of each document, whether its own page was read or not."""


@dataclass(frozen=True, slots=True)
class Records:
    """The documents by site and id, to be gone through once; and whether any in the database has
    details."""

    detailed: bool
    rows: Iterator[sqlite3.Row] = field(repr=False)

    def __iter__(self) -> Iterator[Record]:
        return map(_record, self.rows)


def records(
    db: sqlite3.Connection,
    *,
    collection: int | None = None,
    since: str | None = None,
    texts: bool = False,
) -> Records:
    """The documents, one at a time: all or a collection's, all or what is new since."""
    rows = documents(db, collection=collection, since=since, texts=texts)
    return Records(has_details(db), rows)


def _record(row: sqlite3.Row) -> Record:
    placements = (Placement(*one) for one in json.loads(row["collections"]))
    return Record(
        address=Address(row["site"], row["id"]),
        **{name: row[name] for name in (*LISTED, *OF_DOCUMENT)},
        collections=tuple(sorted(placements, key=lambda one: one.name)),
        details=details(row) if row["details"] is not None else None,
    )
