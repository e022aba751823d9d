"""What a document's own page says, as exports have it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
        """What it is about: its subjects and topics, its places, and whom it has to do with; each
        once."""
        about = (*self.subjects, *self.topics, *self.places, *self.people)
        return tuple(dict.fromkeys(about))

    @property
    def contributing(self) -> Names:
        """Who took part in it, such as in a conversation, or contributed otherwise; each once."""
        return tuple(dict.fromkeys((*self.participants, *self.contributors)))

    @property
    def notes(self) -> list[str]:
        """What formats of citations have no place for, in words."""
        said = {
            "Original archive": "; ".join(self.archives),
            "Original classification": self.classification,
            "Record ID": self.record_id,
        }
        return [f"{label}: {value}" for label, value in said.items() if value]


NO_COLUMNS = ("details", "texts", "related")
COLUMNS = tuple(name for name in Details.__dataclass_fields__ if name not in NO_COLUMNS)
"""What a table of documents has of them."""


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
