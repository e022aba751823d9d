"""What narrows the documents found further: names, collections, decades, each with a count."""

import sqlite3
from dataclasses import dataclass

from harvester.record import KINDS
from harvester.store.read.counts import FEW, MANY, Counts, counts
from harvester.store.read.facets import COLLECTION
from harvester.store.read.question import DECADES, FACETS, HAS, SITE, STATE, Question
from harvester.store.read.results import Results

VALUES = {
    **{STATE: {"new": "new this week", "changed": "changed this week", "removed": "removed"}},
    **{HAS: {"text": "a text", "scan": "a scan", "several": "several collections"}},
}
LABELS = {
    **{STATE: "News", HAS: "With", DECADES: "Decade", COLLECTION: "Collection", SITE: "Archive"},
    **{kind: kind.capitalize() for kind in KINDS},
    **{"person": "Person or body", "archive": "Original kept in"},
}
ONE_OF = (STATE, DECADES, SITE)
"""A document has but one of these: several are asked for as alternatives."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value to narrow by, how many documents have it, and the question with it or without it."""

    value: str
    label: str
    documents: int
    on: bool
    question: Question


@dataclass(frozen=True, slots=True)
class Facet:
    """What one can narrow by in one respect; there are `more` values than these."""

    name: str
    label: str
    values: list[Value]
    more: bool


def facets(db: sqlite3.Connection, shown: Results) -> list[Facet]:
    """The facets of what was found, which is in `temp.found`, that narrow it or do already."""
    counted = counts(db, shown)
    made = (_facet(shown.question, name, counted.get(name, []), shown.found) for name in FACETS)
    return [facet for facet in made if facet.values]


def _facet(question: Question, name: str, counts: Counts, found: int) -> Facet:
    """The facet, with what the question asks for first; without what narrows nothing."""
    asked = question.values(name)
    narrows = asked or len(counts) > 1 or any(count < found for _, count in counts)
    useful = counts if narrows else []
    most = MANY if question.more == name else FEW
    largest = sorted(useful, key=lambda one: (one[0] not in asked, -one[1]))[:most]
    known = dict(counts)
    beyond = 0 if name in ONE_OF else found  # what all must have, all that were found have
    kept = [(value, beyond) for value in asked if value not in known]
    kept += [one for one in useful if one in largest] if name == DECADES else largest
    labels = VALUES.get(name, {})
    values = [
        Value(
            *(value, labels.get(value, value), count, value in asked),
            question.toggled(name, value),
        )
        for value, count in kept
    ]
    return Facet(name, LABELS[name], values, len(useful) > most)
