"""What narrows the documents found further: names, collections, decades, each with a count."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from harvester.record import KINDS
from harvester.store.read.facets import COLLECTION
from harvester.store.read.question import (
    DATE,
    DECADES,
    FACETS,
    HAS,
    HAVING,
    SITE,
    STATE,
    STATES,
    UNDATED,
    Question,
)
from harvester.store.read.results import Results
from harvester.store.schema import DECADE, SORT_DATE

FEW, MANY = 5, 200
"""How many values of a facet are shown, and of the one that is shown at length."""
VALUES = {
    **{STATE: {"new": "new this week", "changed": "changed this week", "removed": "removed"}},
    **{HAS: {"text": "a text", "scan": "a scan", "several": "several collections"}},
}
LABELS = {
    **{STATE: "News", HAS: "With", DECADES: "Decade", COLLECTION: "Collection", SITE: "Archive"},
    **{kind: kind.capitalize() for kind in KINDS},
    **{"person": "Person or body", "archive": "Original kept in"},
}
Counts = list[tuple[str, int]]
COUNTED = ("text", "scan")
"""Of HAVING, what is counted; who is in several collections is dear to count."""
ONE_OF = (STATE, DECADES, SITE)
"""A document has but one of these: several are asked for as alternatives."""

# Of many documents, the names of the others are counted, and taken from those of all.
OF_FOUND = """SELECT term, count(*) AS documents FROM document_terms
    WHERE document IN (SELECT number FROM temp.found) GROUP BY term"""
OF_ALL = "SELECT term, count(*) AS documents FROM document_terms GROUP BY term"
BUT_OTHERS = f"""SELECT term, sum(documents) AS documents FROM ({OF_ALL}
    UNION ALL SELECT term, -count(*) FROM document_terms WHERE document IN (
        SELECT number FROM documents EXCEPT SELECT number FROM temp.found) GROUP BY term)
    GROUP BY term HAVING sum(documents) > 0"""
# One name may be written with composed and with combining letters, by one page or by several.
NAMES = """
    WITH counted AS ({counted}),
    named AS (
        SELECT kind, nfc(name) AS name, sum(documents) AS documents, count(*) AS forms
        FROM counted CROSS JOIN terms ON terms.id = term GROUP BY kind, nfc(name)),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY documents DESC, name) AS rank
        FROM named)
    SELECT kind, name, documents, forms FROM ranked
    WHERE rank <= CASE kind WHEN :more THEN :many ELSE :few END ORDER BY kind, rank"""
OF_FORMS = """
    SELECT count(DISTINCT document) FROM document_terms
    WHERE term IN (SELECT id FROM terms WHERE kind = ? AND nfc(name) = ?)
        AND document IN (SELECT number FROM temp.found)"""
COLLECTIONS = """
    SELECT name, documents FROM (
        SELECT collection, count(*) AS documents FROM memberships
        WHERE removed IS NULL {among} GROUP BY collection) CROSS JOIN collections ON id = collection
    ORDER BY documents DESC, name"""
# Of many the index of all documents is gone through, which is quicker than to look each up.
FOUND = "documents AS d CROSS JOIN temp.found USING (number) WHERE true"
FEW_FOUND = "temp.found CROSS JOIN documents AS d USING (number) WHERE true"
MANY_FOUND = 8
"""Many is one in so many of all."""
SITES = "SELECT site, count(*) FROM {found} GROUP BY site ORDER BY 2 DESC, 1"
OF_DECADES = f"SELECT {DECADE.format('d.')} AS decade, count(*) FROM {{found}} GROUP BY decade"
OF_UNDATED = f"SELECT count(*) FROM {{found}} AND {SORT_DATE.format('d.')} = '{UNDATED}'"
OF_CONDITION = "SELECT count(*) FROM {found} AND {condition}"


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
    question = shown.question
    (documents,) = db.execute("SELECT count(*) FROM documents").fetchone()
    finds_all = shown.found == documents
    among = "" if finds_all else "AND document IN (SELECT number FROM temp.found)"
    counts = {COLLECTION: _pairs(db, COLLECTIONS.format(among=among))}
    many = BUT_OTHERS if shown.found > documents // 2 else OF_FOUND
    counts |= _names(db, OF_ALL if finds_all else many, question.more)
    found = FOUND if shown.found > documents // MANY_FOUND else FEW_FOUND
    for name, count in ((DECADES, _decades), (SITE, _sites), (STATE, _states)):
        counts[name] = count(db, *_alternatives(question, name, found))
    counts[HAS] = _conditions(db, {name: HAVING[name] for name in COUNTED}, found, {})
    made = (_facet(question, name, counts.get(name, []), shown.found) for name in FACETS)
    return [facet for facet in made if facet.values]


def _alternatives(question: Question, facet: str, found: str) -> tuple[str, Mapping[str, str]]:
    """What was found, or would be without this facet: SQL after FROM that ends in a condition."""
    if not question.values(facet):
        return found, {}
    wider = replace(question.without(facet), sort=DATE).selection()
    return f"{wider.source} WHERE {wider.where}", wider.parameters


def _names(db: sqlite3.Connection, counted: str, more: str) -> dict[str, Counts]:
    sizes = {"more": more, "many": MANY + 1, "few": FEW + 1}
    counts: dict[str, Counts] = {}
    for kind, name, count, forms in db.execute(NAMES.format(counted=counted), sizes):
        (exact,) = (count,) if forms == 1 else db.execute(OF_FORMS, [kind, name]).fetchone()
        counts.setdefault(kind, []).append((name, exact))
    return counts


def _sites(db: sqlite3.Connection, found: str, parameters: Mapping[str, str]) -> Counts:
    (sites,) = db.execute("SELECT count(*) FROM sites").fetchone()
    return _pairs(db, SITES.format(found=found), parameters) if sites > 1 else []


def _decades(db: sqlite3.Connection, found: str, parameters: Mapping[str, str]) -> Counts:
    (undated,) = db.execute(OF_UNDATED.format(found=found), parameters).fetchone()
    counts = [*_pairs(db, OF_DECADES.format(found=found), parameters), (UNDATED, undated)]
    return [(decade, count) for decade, count in counts if decade and count]


def _states(db: sqlite3.Connection, found: str, parameters: Mapping[str, str]) -> Counts:
    return _conditions(db, STATES, found, parameters)


def _conditions(
    db: sqlite3.Connection, forms: Mapping[str, str], found: str, parameters: Mapping[str, str]
) -> Counts:
    asked = {one: OF_CONDITION.format(found=found, condition=form) for one, form in forms.items()}
    counts = [(one, *db.execute(sql, parameters).fetchone()) for one, sql in asked.items()]
    return [(value, count) for value, count in counts if count]


def _pairs(
    db: sqlite3.Connection, sql: str, parameters: Mapping[str, str] = MappingProxyType({})
) -> Counts:
    return [tuple(row) for row in db.execute(sql, {**parameters})]


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
