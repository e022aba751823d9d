"""The names that documents' own pages give, as what one can narrow by; and the collections."""

from harvester.record import KINDS

COLLECTION = "collection"
NARROWING = (COLLECTION, *KINDS)
"""What documents can be narrowed by: by collection, and by each kind of term."""

COLUMNS = {KINDS[kind].plural: kind for kind in KINDS if kind != "type"}
"""The columns of the view `records` that are JSON arrays of names, and the kinds of these."""

OF_NAME = """number IN (SELECT document FROM document_terms
    WHERE term = (SELECT id FROM terms WHERE kind = '{kind}' AND name = :{parameter}))"""
OF_COLLECTION = """number IN (SELECT document FROM memberships WHERE removed IS NULL
    AND collection = (SELECT id FROM collections WHERE name = :{parameter}))"""

AMONG = "document IN (SELECT number FROM found)"
ALL = "true"
COUNTED = """WITH found AS MATERIALIZED (SELECT number FROM ({sql})),
    counted (kind, name, documents) AS (
        SELECT kind, name, documents FROM (
            SELECT term, count(*) AS documents FROM document_terms
            WHERE {which} GROUP BY term
        ) CROSS JOIN terms ON terms.id = term
        UNION ALL
        SELECT 'collection', name, documents FROM (
            SELECT collection, count(*) AS documents FROM memberships
            WHERE {which} AND removed IS NULL GROUP BY collection
        ) CROSS JOIN collections ON collections.id = collection
    ),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY documents DESC, name) AS rank
        FROM counted
    )
SELECT kind, name, documents FROM ranked
WHERE rank <= {most} ORDER BY kind, rank"""

DOCUMENTS = "SELECT count(*) FROM documents"
NUMBERED = "SELECT site, id, title FROM documents WHERE number = ?"
NAMED = "SELECT number FROM documents WHERE site = ? AND id = ?"
ALSO_NAMED = "SELECT document FROM addresses WHERE site = ? AND slug = ?"
OF_DOCUMENT = """SELECT kind, name FROM document_terms JOIN terms ON terms.id = term
WHERE document = :document ORDER BY document_terms.position"""
TEXTS_OF_DOCUMENT = """SELECT id, label, language, length(text) AS letters FROM texts
WHERE document = :document ORDER BY position"""
SCANS_OF_DOCUMENT = """SELECT path, label, media_type, size, url, link, rights FROM scans
WHERE site = :site AND document = :id ORDER BY url"""
RELATED_OF_DOCUMENT = """SELECT url, title, date_text AS date FROM related
WHERE document = :document ORDER BY position"""


def narrowed(kind: str, parameter: str) -> str:
    """The condition that a document, named by the column `number`, has a name of a kind."""
    if kind not in NARROWING:
        raise ValueError(f"{kind} is nothing to narrow by.")
    condition = OF_COLLECTION if kind == COLLECTION else OF_NAME
    return condition.format(kind=kind, parameter=parameter)


def counted(sql: str, most: int, *, finds_all: bool = False) -> str:
    """The SQL that counts the documents of each name among those of a query.

    Its rows are kind, name and documents: of each kind the most frequent ones, and only so many. If
    the query is known to find all documents, none is looked up, which takes a tenth of the time.
    """
    return COUNTED.format(sql=sql, most=most, which=ALL if finds_all else AMONG)
