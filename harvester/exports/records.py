"""The record behind every export: a document as listings show it, and the details of its page."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from itertools import chain
from typing import Any

from harvester.exports.citation_parts import Dating, dating
from harvester.record import CALLED, KINDS, Fields, Related, Term, Transcript, columns
from harvester.store.history.facts import FIELDS as LISTED
from harvester.store.history.facts import Address, Statement
from harvester.store.read.documents import changed, documents, has_details, listed, numbered
from harvester.timestamps import is_known

Names = tuple[str, ...]
NAMES = {of_kind.plural: kind for kind, of_kind in KINDS.items()}
"""The columns that hold names, with the kind of term in each."""
PAGE = ("details", "details_fetched")
BESIDE = ("terms", "texts", "related")
DETAILS = (*NAMES, *columns(Fields), "other", *PAGE)
"""The columns of documents' own pages, among them the page's number (`details`) and when it was
fetched."""


@dataclass(slots=True, kw_only=True)
class Details(Fields):
    """The details that a document's own page gives.

    Names are in the page's order and spelling. `other` has the values of labels that no profile
    knows; `texts` and `related` are empty unless they were asked for.
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
        """The values of DETAILS."""
        names = {column: self.names(kind) for column, kind in NAMES.items()}
        return names | {name: getattr(self, name) for name in DETAILS if name not in NAMES}

    def all(self) -> dict[str, Any]:
        """The values of DETAILS, the texts and the related documents."""
        texts = [asdict(text) for text in self.texts]
        return {**self.columns(), "texts": texts, "related": [asdict(one) for one in self.related]}

    @property
    def keywords(self) -> Names:
        """The subjects, topics, places and people, each once."""
        about = (self.names(kind) for kind in ("subject", "topic", "place", "person"))
        return tuple(dict.fromkeys(chain.from_iterable(about)))

    @property
    def contributing(self) -> Names:
        """The participants (in a conversation, say) and the contributors, each once."""
        return tuple(dict.fromkeys((*self.names("participant"), *self.names("contributor"))))

    @property
    def notes(self) -> list[str]:
        """Notes on what citation formats have no field for."""
        archives = "; ".join(self.names("archive"))
        notes = (self.noted(name) for name in ("classification", "record_id"))
        return [note for note in (archives and f"Original archive: {archives}", *notes) if note]

    def noted(self, field: str) -> str | None:
        """A field's value after its name: "Record ID: 116067"; None if the page lacks it."""
        value = getattr(self, field)
        return value and f"{CALLED[field]}: {value}"


def details(values: sqlite3.Row) -> Details:
    """Reads the details in a row of `store.read.documents`."""
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
    """A document's place in the listing of a collection that has it now."""

    name: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Statement):
    """A document as its listing shows it, with its archive and that archive's keeper.

    `collections` are those that have it now, by name. Times are UTC, days are ISO 8601; a value
    that the source lacks is None. `details` is None if the document's own page was never read.
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
        """The values of COLUMNS."""
        said = {name: getattr(self, name) for name in COLUMNS[2:]}
        said["listed_other"] = json.loads(self.listed_other) if self.listed_other else None
        return {"site": self.address.site, "id": self.address.id} | said

    @property
    def key(self) -> str:
        """A key that is unique among the documents of all sites."""
        return f"{self.address.site}/{self.address.id}"

    @property
    def harvested(self) -> str | None:
        """The day when the listing's page was fetched, such as "2026-11-24"; None if unknown."""
        return self.fetched[:10] if is_known(self.fetched) else None

    @property
    def renewed(self) -> str:
        """When the record last changed, or its details were last read."""
        return max(self.last_changed, self.details.details_fetched if self.details else "")

    @property
    def dating(self) -> Dating | None:
        """The date in its parts; None if the document has none."""
        return dating(self.date_text, self.date_edtf, self.date_earliest, self.date_latest)


OWN = {"title": "Title", "date_text": "Date", "summary": "Summary"}
"""The labels in `other` under which is what a document's own page says otherwise than a listing."""
APART = (*LISTED, "address", "collections", "details")
OF_DOCUMENT = tuple(one.name for one in fields(Record) if one.name not in APART)
COLUMNS = ("site", "id", *LISTED, *OF_DOCUMENT, "collections")
"""The columns that every document has, with or without details."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A collection: its name, its listing's address, its archive, and that archive's keeper."""

    name: str
    url: str
    archive: str
    keeper: str | None


@dataclass(frozen=True, slots=True)
class Records:
    """Documents in an order, to be iterated once.

    `detailed` says whether the database has any details. `collections` are those that were asked
    for, and `changed` is when one of their documents last changed; both are empty for documents
    that were chosen one by one.
    """

    detailed: bool
    rows: Iterator[sqlite3.Row] = field(repr=False)
    collections: tuple[Listed, ...] = ()
    changed: str = ""

    def __iter__(self) -> Iterator[Record]:
        return map(_record, self.rows)


def records(
    db: sqlite3.Connection,
    *,
    collection: int | None = None,
    since: str | None = None,
    texts: bool = False,
) -> Records:
    """The documents of all collections or one; with `since`, only those that changed since then."""
    rows = documents(db, collection=collection, since=since, texts=texts)
    collections = tuple(Listed(*row) for row in listed(db, collection))
    return Records(has_details(db), rows, collections, changed(db, collection))


def records_of(db: sqlite3.Connection, numbers: Iterable[int], *, texts: bool = False) -> Records:
    """The documents with these numbers, in their order."""
    return Records(has_details(db), numbered(db, numbers, texts=texts))


def _record(row: sqlite3.Row) -> Record:
    placements = (Placement(*one) for one in json.loads(row["collections"]))
    own = details(row) if row["details"] is not None else None
    listed = {name: row[name] for name in (*LISTED, *OF_DOCUMENT)}
    if own and row["title"] == row["url"]:
        listed |= _own_words(own)
    return Record(
        address=Address(row["site"], row["id"]),
        **listed,
        collections=tuple(sorted(placements, key=lambda one: one.name)),
        details=own,
    )


def _own_words(own: Details) -> dict[str, str]:
    """What a document's own page says in the place of a sitemap, which has but its address."""
    said = own.other or {}
    return {name: said[label][-1] for name, label in OWN.items() if said.get(label)}
