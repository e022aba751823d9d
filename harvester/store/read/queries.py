"""Questions that people ask of a harvest, each as SQL with a title; Datasette asks them."""

import sqlite3
from dataclasses import dataclass

from harvester.search.letters import composed, fold
from harvester.search.marks import quoted
from harvester.search.query import expression
from harvester.store.schema import SORT_DATE

LONGEST = 100_000
"""Characters of a name that functions of SQL look at."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question: its name in addresses, its title, what one has to know, and its SQL.

    The SQL's parameters are texts that a reader fills in; an empty one must do no harm.
    """

    name: str
    title: str
    description: str
    sql: str


# A day is compared with the beginning of a day, "1962" or "1962-08": "~" is after all digits, so
# that the end of a span includes all that begins like it.
SPAN = """date_latest >= :from AND date_earliest <= :to || '~'
    OR date_latest >= :from AND date_earliest IS NULL
    OR date_latest IS NULL AND date_earliest <= :to || '~'"""

SAID = "date_text AS date, title, summary, url AS link, documents.site, documents.id AS document"
SORTED = f"{SORT_DATE.format('documents.')}, documents.site, documents.id"

QUERIES = (
    Query(
        "search",
        "Search, best first",
        'Words that title, summary, names or texts must have, "several words" in this order, the'
        " beginning of a word: fish*, one OR another, -without. Capitals and diacritics make no"
        " difference.",
        """SELECT date_text AS date, documents.title, documents.summary, url AS link,
    site, documents.id AS document
FROM documents_fts JOIN documents ON number = documents_fts.rowid
WHERE documents_fts MATCH escape_fts(:search)
ORDER BY rank, site, documents.id
LIMIT 200""",
    ),
    Query(
        "search-texts",
        "Search in texts, best first",
        "Words that a translation, transcription or original must have; as above. What was found"
        " is ‹marked›, with the words around it.",
        """WITH found AS (
    SELECT rowid AS number, rank FROM documents_fts
    WHERE documents_fts MATCH 'text : (' || escape_fts(:search) || ')'
    ORDER BY rank, number LIMIT 200),
passages AS (
    SELECT number, rank, texts.id, passage(text, :search) AS passage, label, language
    FROM found CROSS JOIN texts ON document = number)
SELECT date_text AS date, title, passage, label, language, passages.id AS text, url AS link,
    site, documents.id AS document
FROM passages JOIN documents USING (number) WHERE passage IS NOT NULL
ORDER BY rank, passages.id""",
    ),
    Query(
        "names",
        "Authors, places, subjects ...",
        "Names that have these letters in them, whatever their capitals and diacritics, and how"
        " many documents have each. A name leads to its documents.",
        """SELECT kind, name, count(*) AS documents
FROM terms CROSS JOIN document_terms ON term = terms.id
WHERE instr(plain(name), plain(:name)) > 0
GROUP BY terms.id
ORDER BY documents DESC, name, kind""",
    ),
    Query(
        "together",
        "Who and what else",
        "What the documents of a name, written exactly as there, name besides: whom an author"
        " has to do with, what else is said of a place.",
        """SELECT others.kind, others.name, count(DISTINCT theirs.document) AS documents
FROM terms CROSS JOIN document_terms AS its ON its.term = terms.id
    CROSS JOIN document_terms AS theirs ON theirs.document = its.document
    CROSS JOIN terms AS others ON others.id = theirs.term
WHERE terms.name = :name AND others.name <> terms.name
    AND terms.kind NOT IN ('language', 'donor', 'archive', 'type')
    AND others.kind NOT IN ('language', 'donor', 'archive', 'type')
GROUP BY others.id
ORDER BY documents DESC, others.name, others.kind
LIMIT 200""",
    ),
    Query(
        "dated",
        "Documents dated within a span",
        "From and to are days (1962-08-15), months (1962-08) or years; either may be empty. All"
        " whose date may be within it are found: August 1962 by 1962-08-15.",
        f"""SELECT {SAID}
FROM documents
WHERE {SPAN}
ORDER BY {SORTED}""",
    ),
    Query(
        "new",
        "What is new since a day",
        "Documents that were first harvested on that day (2026-11-24) or later.",
        f"""SELECT first_seen, {SAID}
FROM documents
WHERE first_seen >= :since
ORDER BY first_seen DESC, site, documents.id""",
    ),
    Query(
        "changed",
        "What has changed since a day",
        "What a title, a summary, a date or an address was before, and what it is since.",
        """SELECT at, kind, field, old, new, title, site, documents.id AS document
FROM changes JOIN documents ON number = document
WHERE kind IN ('changed', 'renamed', 'reread') AND at >= :since
ORDER BY at DESC, changes.id""",
    ),
    Query(
        "removed",
        "What was removed",
        "Documents that a complete harvest of a collection did not find any more; first missing,"
        " then taken for removed. They stay in the database.",
        """SELECT name AS collection, missing, memberships.removed,
    date_text AS date, title, summary, documents.url AS link,
    documents.site, documents.id AS document
FROM memberships
    JOIN collections ON collections.id = collection
    JOIN documents ON number = document
WHERE missing IS NOT NULL OR memberships.removed IS NOT NULL
ORDER BY coalesce(memberships.removed, missing) DESC, name, documents.site, documents.id""",
    ),
    Query(
        "by-year",
        "Documents by year",
        "How many documents each year has; dates that span several years are counted in none.",
        """SELECT CAST(substr(date_earliest, 1, 4) AS INTEGER) AS year, count(*) AS documents
FROM documents
WHERE substr(date_earliest, 1, 4) = substr(date_latest, 1, 4) AND date_earliest >= '0'
    AND removed IS NULL
GROUP BY year
ORDER BY year""",
    ),
    Query(
        "undated",
        "Undated documents",
        "Documents without a date, or with one that could not be read.",
        f"""SELECT {SAID}
FROM documents
WHERE date_earliest IS NULL AND date_latest IS NULL
ORDER BY title, site, documents.id""",
    ),
    Query(
        "several",
        "Documents in several collections",
        "Documents that more than one of the harvested listings has.",
        f"""SELECT count(*) AS collections, group_concat(name, ', ') AS names,
    date_text AS date, title, summary, documents.url AS link,
    documents.site, documents.id AS document
FROM memberships
    JOIN collections ON collections.id = collection
    JOIN documents ON number = document
WHERE memberships.removed IS NULL
GROUP BY number HAVING count(*) > 1
ORDER BY count(*) DESC, {SORTED}""",
    ),
    Query(
        "history",
        "The history of one document",
        "All that the harvest has seen happen to a document. It is named by its id, or by one that"
        " it had; where several sites have such a document, all are shown unless a site is named.",
        """SELECT at, kind, documents.site, name AS collection, field, old, new, run
FROM changes JOIN documents ON number = document
    LEFT JOIN collections ON collections.id = collection
WHERE document IN (
        SELECT number FROM documents WHERE site IN (SELECT key FROM sites) AND id = :document
        UNION SELECT document FROM addresses
        WHERE site IN (SELECT key FROM sites) AND slug = :document)
    AND coalesce(:site, '') IN (documents.site, '')
ORDER BY documents.site, documents.id, at, changes.id""",
    ),
    Query(
        "health",
        "How the last harvests went",
        "The last five runs of each collection: whether they are complete, and what they found.",
        """SELECT name AS collection, started, finished, outcome, reason, runs.stated_total, seen,
    added, changed, missing, removed, restored, renamed, undated, not_understood,
    (SELECT count(*) FROM failures WHERE run = runs.id) AS failures
FROM collections JOIN runs ON runs.id IN (SELECT id FROM runs AS last
    WHERE last.collection = collections.id ORDER BY id DESC LIMIT 5)
ORDER BY name, runs.id DESC""",
    ),
)


def add_functions(db: sqlite3.Connection) -> None:
    """Gives a connection what the questions of `queries` need.

    SQLite waits for these functions, and hears nothing meanwhile: each takes time in proportion to
    its text, and looks at so much of it only.
    """
    db.create_function("escape_fts", 1, expression, deterministic=True)
    db.create_function("passage", 2, quoted, deterministic=True)
    db.create_function("plain", 1, lambda text: fold(_text(text)), deterministic=True)
    db.create_function("nfc", 1, lambda text: composed(_text(text)), deterministic=True)


def _text(value: object) -> str:
    return "" if value is None else str(value)[:LONGEST]
