"""How many of the documents found have which names, collections, decades and so on."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harvester.store.read.facets import COLLECTION
from harvester.store.read.question import (
    DATE,
    DECADES,
    HAS,
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
SHARE = 8
"""Few documents are less than one in so many of all; nearly all lack fewer than that."""
Counts = list[tuple[str, int]]

# Few documents are looked up; of many, an index of all is gone through, which is quicker.
FEW_FOUND = "temp.found CROSS JOIN {rows} ON {number} = temp.found.number WHERE {where}"
MANY_FOUND = "{rows} WHERE {where} AND +{number} IN (SELECT number FROM temp.found)"
ALL = "{rows} WHERE {where}"
OTHERS = "temp.others CROSS JOIN {rows} ON {number} = temp.others.number WHERE {where}"
PUT_OTHERS = """
    CREATE TEMP TABLE others AS
    SELECT number FROM documents WHERE number NOT IN (SELECT number FROM temp.found)"""

OF_COLLECTIONS = """
    SELECT (SELECT name FROM collections WHERE id = collection), documents FROM (
        SELECT collection, count(*) AS documents FROM {found} GROUP BY collection)
    ORDER BY 1"""
OF_SITES = "SELECT site, count(*) FROM {found} GROUP BY site ORDER BY 1"
OF_DECADES = f"""
    WITH counted AS MATERIALIZED (
        SELECT {DECADE.format("d.")} AS decade, count(*) AS documents,
            sum({SORT_DATE.format("d.")} = '{UNDATED}') AS undated
        FROM {{found}} GROUP BY decade)
    SELECT decade, documents FROM counted WHERE decade IS NOT NULL
    UNION ALL SELECT '{UNDATED}', undated FROM counted WHERE decade IS NULL"""
OF_VALUE = "SELECT '{value}', count(*) FROM {{found}}"
OF_HAVING = "SELECT '{value}', count(DISTINCT document) FROM {{found}}"
HAVING = {"text": "texts", "scan": "files"}
"""Tables of what documents have; who is in several collections is dear to count."""

OF_ALL_NAMES = "SELECT id AS term, documents FROM terms WHERE documents > 0"
OF_FEW_NAMES = """
    SELECT term, count(*) AS documents
    FROM temp.found CROSS JOIN document_terms ON document = number GROUP BY term"""
OF_ALL_BUT_OTHERS = f"""
    SELECT term, sum(documents) AS documents FROM (
        {OF_ALL_NAMES} UNION ALL SELECT term, -count(*)
        FROM temp.others CROSS JOIN document_terms ON document = number GROUP BY term)
    GROUP BY term HAVING sum(documents) > 0"""
SHOWN = "CASE kind WHEN :more THEN :many ELSE :few END"
IS_FOUND = "+document IN (SELECT number FROM temp.found)"
# What leads among all documents is counted among those found; then only what as many of all have as
# the last of these. A name of several forms may have more documents than any of them.
OF_MANY_NAMES = f"""
    WITH ranked AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY documents DESC) AS rank FROM terms),
    leading AS MATERIALIZED (
        SELECT id, kind, nfc(name) AS name, (
            SELECT count(*) FROM document_terms WHERE term = ranked.id AND {IS_FOUND}) AS documents
        FROM ranked WHERE rank <= {SHOWN}),
    named AS (SELECT kind, max(documents) AS documents FROM leading GROUP BY kind, name),
    bounds AS (
        SELECT kind, CASE count(*) WHEN {SHOWN} THEN min(documents) ELSE 0 END AS least
        FROM named GROUP BY kind)
    SELECT id AS term, documents FROM leading WHERE documents > 0
    UNION ALL
    SELECT term, count(*) FROM bounds CROSS JOIN terms USING (kind)
        CROSS JOIN document_terms ON term = id
    WHERE (documents >= least
            OR nfc(name) IN (SELECT nfc(name) FROM terms WHERE nfc(name) <> name))
        AND id NOT IN (SELECT id FROM leading) AND {IS_FOUND}
    GROUP BY term"""
# One name may be written with composed and with combining letters, by one page or by several.
NAMES = f"""
    WITH counted AS ({{counted}}),
    named AS (
        SELECT kind, nfc(name) AS name, sum(counted.documents) AS documents, count(*) AS forms
        FROM counted CROSS JOIN terms ON id = term GROUP BY kind, nfc(name)),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY documents DESC, name) AS rank
        FROM named)
    SELECT kind, name, documents, forms FROM ranked WHERE rank <= {SHOWN} ORDER BY kind, rank"""
OF_FORMS = """
    SELECT count(DISTINCT document) FROM document_terms
    WHERE term IN (SELECT id FROM terms WHERE kind = ? AND nfc(name) = ?)
        AND document IN (SELECT number FROM temp.found)"""


@dataclass(frozen=True, slots=True)
class Among:
    """The documents that are counted: SQL after FROM for `rows` that each have the `number` of a
    document, and of which a condition holds (`where`). The counts of those in `but` are taken off.
    Names are counted by SQL of their own."""

    sql: str
    but: str = ""
    names: str = OF_MANY_NAMES
    parameters: Mapping[str, str] = field(default_factory=dict)

    def of(
        self, rows: str = "documents AS d", number: str = "d.number", where: str = "true"
    ) -> "Among":
        """The same documents, as SQL that is whole."""
        sql, but = (
            said.format(rows=rows, number=number, where=where) for said in (self.sql, self.but)
        )
        return replace(self, sql=sql, but=but)


def counts(db: sqlite3.Connection, shown: Results) -> dict[str, Counts]:
    """By the names of facets, their values and how many documents have each.

    What was found is in `temp.found`. Of names there is one more than is shown.
    """
    question = shown.question
    (documents,) = db.execute("SELECT count(*) FROM documents").fetchone()
    among = _among(db, shown.found, documents)
    members = among.of("memberships", "document", "removed IS NULL")
    return {
        **_names(db, among, question.more),
        COLLECTION: _count(db, OF_COLLECTIONS, members),
        SITE: _sites(db, _alternatives(question, SITE) or among),
        DECADES: _count(db, OF_DECADES, (_alternatives(question, DECADES) or among).of()),
        STATE: _states(db, _alternatives(question, STATE) or among),
        HAS: _having(db, among),
    }


def _among(db: sqlite3.Connection, found: int, documents: int) -> Among:
    if found == documents:
        return Among(ALL, names=OF_ALL_NAMES)
    if SHARE * found < documents:
        return Among(FEW_FOUND, names=OF_FEW_NAMES)
    if SHARE * (documents - found) > documents:
        return Among(MANY_FOUND)
    db.execute(PUT_OTHERS)
    return Among(ALL, but=OTHERS, names=OF_ALL_BUT_OTHERS)


def _alternatives(question: Question, facet: str) -> Among | None:
    """What would be found without this facet, if the question narrows by it."""
    if not question.values(facet):
        return None
    wider = replace(question.without(facet), sort=DATE).selection()
    sql = f"{wider.source} WHERE ({wider.where}) AND {{where}}"
    return Among(sql, parameters=wider.parameters)


def _count(db: sqlite3.Connection, sql: str, among: Among) -> Counts:
    """The values that SQL counts, without those that none of the documents has."""
    found, but = (
        [tuple(row) for row in db.execute(sql.format(found=said), {**among.parameters})]
        if said
        else []
        for said in (among.sql, among.but)
    )
    less = dict(but)
    left = ((value, count - less.get(value, 0)) for value, count in found)
    return [(value, count) for value, count in left if count]


def _names(db: sqlite3.Connection, among: Among, more: str) -> dict[str, Counts]:
    sizes = {"more": more, "many": MANY + 1, "few": FEW + 1}
    found: dict[str, Counts] = {}
    for kind, name, count, forms in db.execute(NAMES.format(counted=among.names), sizes):
        (exact,) = (count,) if forms == 1 else db.execute(OF_FORMS, [kind, name]).fetchone()
        found.setdefault(kind, []).append((name, exact))
    return found


def _sites(db: sqlite3.Connection, among: Among) -> Counts:
    (sites,) = db.execute("SELECT count(*) FROM sites").fetchone()
    return _count(db, OF_SITES, among.of()) if sites > 1 else []


def _states(db: sqlite3.Connection, among: Among) -> Counts:
    asked = ((OF_VALUE.format(value=one), f"({condition})") for one, condition in STATES.items())
    return [one for sql, where in asked for one in _count(db, sql, among.of(where=where))]


def _having(db: sqlite3.Connection, among: Among) -> Counts:
    asked = ((OF_HAVING.format(value=one), table) for one, table in HAVING.items())
    return [one for sql, table in asked for one in _count(db, sql, among.of(table, "document"))]
