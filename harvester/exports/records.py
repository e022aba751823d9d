"""The record that every export is made of: a document as harvested, and what its own page says."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harvester.exports.edtf_parts import Dating, dating
from harvester.store.reading import FIELDS, documents, has_details
from harvester.timestamps import is_known

Names = tuple[str, ...]
KINDS = {
    "authors": "author",
    "participants": "participant",
    "contributors": "contributor",
    "places": "place",
    "subjects": "subject",
    "topics": "topic",
    "people": "person",
    "languages": "language",
    "archives": "archive",
    "types": "type",
    "donors": "donor",
}
"""The fields that have the names of a kind of term."""
NO_COLUMNS = ("details", "texts", "related")
PAGE = ("details", "details_fetched")


@dataclass(frozen=True, slots=True)
class Text:
    """A translation, a transcription or the original."""

    label: str | None
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another document that the page shows as related; the site finds these by itself."""

    url: str
    title: str | None
    date_text: str | None
    summary: str | None
    node: int | None


@dataclass(frozen=True, slots=True)
class Details:
    """Names in the page's order and as given, and what there is once; None if the page lacks it.

    `people` are organisations too. `other` has the labels that are not known, with their values;
    `details` is the number of the page, `details_fetched` when it was fetched. `texts` and
    `related` are empty if they were not asked for.
    """

    authors: Names
    participants: Names
    contributors: Names
    places: Names
    subjects: Names
    topics: Names
    people: Names
    languages: Names
    archives: Names
    types: Names
    donors: Names
    credit: str | None
    source: str | None
    rights: str | None
    classification: str | None
    uploaded: str | None
    record_id: str | None
    citation: str | None
    citation_url: str | None
    node: int | None
    other: dict[str, list[str]] | None
    details: int
    details_fetched: str
    texts: tuple[Text, ...]
    related: tuple[Related, ...]

    @property
    def keywords(self) -> Names:
        """Its subjects, topics and places, and whom it has to do with; each once."""
        about = (*self.subjects, *self.topics, *self.places, *self.people)
        return tuple(dict.fromkeys(about))

    @property
    def contributing(self) -> Names:
        """Who took part in it, such as in a conversation, or contributed otherwise; each once."""
        return tuple(dict.fromkeys((*self.participants, *self.contributors)))

    @property
    def notes(self) -> list[str]:
        """In words, what formats of citations have no place for."""
        said = {
            "Original archive": "; ".join(self.archives),
            "Original classification": self.classification,
            "Record ID": self.record_id,
        }
        return [f"{label}: {value}" for label, value in said.items() if value]


DETAILS = tuple(name for name in Details.__dataclass_fields__ if name not in NO_COLUMNS)
"""The fields that a table of documents has of them."""


def details(values: Mapping[str, Any]) -> Details:
    """The details in a row of `documents` of `store.reading`."""
    terms = sorted(json.loads(values["terms"] or "[]"))
    texts = sorted(json.loads(values["texts"] or "[]"))
    related = sorted(json.loads(values["related"] or "[]"))
    said = dict(values) | {
        "texts": tuple(Text(*text) for _, *text in texts),
        "related": tuple(Related(*one) for _, *one in related),
    }
    del said["terms"]
    said["other"] = json.loads(said["other"]) if said["other"] else None
    return Details(**said | {field: _names(terms, kind) for field, kind in KINDS.items()})


def _names(terms: Iterable[tuple[int, str, str]], kind: str) -> Names:
    return tuple(name for _, its_kind, name in terms if its_kind == kind)


@dataclass(frozen=True, slots=True)
class Placement:
    """That a collection has a document now, and where in its listing."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Record:
    """A row of `documents`, when its page was fetched, the archive that has it and who keeps that,
    and the collections that have it, by name.

    Times are UTC, days are ISO 8601. What the source lacks is None. `details` are what its own page
    says, if that was read.
    """

    site: str
    id: str
    url: str
    title: str
    summary: str | None
    date_text: str | None
    date_edtf: str | None
    date_earliest: str | None
    date_latest: str | None
    first_seen: str
    last_changed: str
    removed: str | None
    page: int
    fetched: str
    archive: str
    keeper: str
    collections: tuple[Placement, ...]
    details: Details | None = None

    @property
    def key(self) -> str:
        """The key that tells the document from those of all sites."""
        return f"{self.site}/{self.id}"

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
    values: dict[str, Any] = dict(row)
    placements = [Placement(*one) for one in json.loads(values.pop("collections"))]
    said = {name: values.pop(name) for name in (*PAGE, "terms", "texts", "related", *FIELDS)}
    return Record(
        **values,
        collections=tuple(sorted(placements, key=lambda one: one.name)),
        details=details(said) if said["details"] is not None else None,
    )
