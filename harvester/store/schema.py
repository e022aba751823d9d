"""All tables, indexes, views and triggers of a harvest's database: the first step of `migrating`.

What the columns mean is in `descriptions`. As long as there is no release, what is to
be different is changed here; later, it is a step of its own.
"""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256

from harvester.record import Fields, columns
from harvester.search.words import GAP
from harvester.store.read.facets import COLUMNS

LATEST = "max(started, coalesce(finished, ''), coalesce(captured, ''))"
"""The latest known moment of a run."""
REPARSE = "reparse"
"""The source of a run that re-read recorded pages, and so is no harvest."""

DETAILS = (*columns(Fields), "other")
"""The columns of documents that their own pages fill."""

# The decade and the first known day of a date: views and indexes have to say them alike. A year BC
# begins with a minus, which sorts before any digit, and has neither a decade nor a number here. To
# sort, it is counted from -9999: 753 BC, the year -0752, is "-9247", before "-9956" of 44 BC.
DECADE = """CASE WHEN {0}date_earliest >= '0'
            AND substr({0}date_earliest, 1, 3) = substr({0}date_latest, 1, 3)
            THEN substr({0}date_earliest, 1, 3) || '0s' END"""
FIRST_DAY = "coalesce({0}date_earliest, {0}date_latest, 'undated')"
SORT_DATE = f"""CASE WHEN {FIRST_DAY} >= '0' THEN {FIRST_DAY}
            ELSE printf('-%04d', 9999 + CAST(substr({FIRST_DAY}, 1, 5) AS INTEGER))
                || substr({FIRST_DAY}, 6) END"""
# A CAST around all makes `year` a number also to whoever asks for '1962', as Datasette does.
DATES = f"""CAST(CASE WHEN d.date_earliest >= '0'
            AND substr(d.date_earliest, 1, 4) = substr(d.date_latest, 1, 4)
            THEN substr(d.date_earliest, 1, 4) END AS INTEGER) AS year,
        {DECADE.format("d.")} AS decade,
        {SORT_DATE.format("d.")} AS sort_date,
        d.date_edtf AS edtf, d.date_earliest AS earliest, d.date_latest AS latest"""
# The names of a kind as a JSON array, in the page's order.
OF_KIND = """nullif((SELECT json_group_array(name) FROM (
            SELECT t.name FROM document_terms AS dt CROSS JOIN terms AS t ON t.id = dt.term
            WHERE dt.document = d.number AND t.kind = '{}' ORDER BY dt.position)), '[]')"""
NAMES = ",\n        ".join(f"{OF_KIND.format(kind)} AS {name}" for name, kind in COLUMNS.items())

UNSEARCHED_KINDS = ("language", "type")
"""Kinds of names that nearly every search would find."""
SEARCHED = f"""title, summary,
        (SELECT group_concat(name, ' {GAP} ') FROM (
            SELECT name FROM document_terms AS dt CROSS JOIN terms AS t ON t.id = dt.term
            WHERE dt.document = number AND kind NOT IN {UNSEARCHED_KINDS} ORDER BY dt.position)),
        (SELECT group_concat(text, ' {GAP} ') FROM (
            SELECT text FROM texts WHERE document = number ORDER BY position))
    FROM documents"""
"""What searches know of a document: its title, summary, names and texts."""


def _as_it_is(number: str) -> str:
    """Indexes a document as it is, in SQL alone. `index` does it better, later."""
    return f"""
    INSERT INTO words_fts (title, summary, names, text)
        SELECT {SEARCHED} WHERE number = {number};
    INSERT INTO words_fts_rows (document, id, folded)
        SELECT {number}, max(id), 0 FROM words_fts_docsize WHERE true
        ON CONFLICT (document) DO UPDATE SET id = excluded.id, folded = 0;"""


def _kept_up(name: str, event: str, number: str, of: str = "") -> str:
    """The trigger that follows changes of an indexed document."""
    return f"""CREATE TRIGGER {name} AFTER {event}
    WHEN {of} EXISTS (SELECT 1 FROM words_fts_rows WHERE document = {number} AND id IS NOT NULL)
    BEGIN{_as_it_is(number)}
END;
"""


# A document's row in the index is never changed, for that takes the words that it was made of. It
# gets a new one, and nothing leads to the old one any more. So no program can spoil the index, and
# what is put off is only not found yet.
SEARCHES = f"""
-- Searches: a row a document, and which one is its row now. Until `id` is there, it is not found;
-- until it is `folded`, only by words as SQLite takes them.
CREATE VIRTUAL TABLE words_fts USING fts5 (
    title, summary, names, text, content = '',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
-- A new database gets a thousand documents at once: they are sorted in memory (some 4 MB), and
-- fewer of the index's segments are merged meanwhile. By default it is 1 MB, and four at a time.
INSERT INTO words_fts (words_fts, rank) VALUES ('hashsize', 4000000);
INSERT INTO words_fts (words_fts, rank) VALUES ('automerge', 8);
INSERT INTO words_fts (words_fts, rank) VALUES ('rank', 'bm25(8.0, 2.0, 4.0, 1.0)');
CREATE VIRTUAL TABLE words_fts_vocabulary USING fts5vocab (words_fts, row);
CREATE TABLE words_fts_rows (
    document INTEGER PRIMARY KEY,
    id INTEGER,
    folded INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX idx_words_fts_rows_id ON words_fts_rows (id);
CREATE INDEX idx_words_fts_rows_unfolded ON words_fts_rows (document) WHERE folded = 0;
-- To read: documents by what is to MATCH `documents_fts`, the best by the least `rank`.
CREATE VIEW documents_fts AS
    SELECT found.document AS rowid, words_fts.rank, words_fts.words_fts AS documents_fts
    FROM words_fts CROSS JOIN words_fts_rows AS found ON found.id = words_fts.rowid;
CREATE TRIGGER documents_added AFTER INSERT ON documents
    WHEN NOT EXISTS (SELECT 1 FROM words_fts_rows WHERE document = new.number)
    BEGIN{_as_it_is("new.number")}
END;
CREATE TRIGGER documents_deleted AFTER DELETE ON documents BEGIN
    DELETE FROM words_fts_rows WHERE document = old.number;
END;
CREATE TRIGGER documents_renumbered AFTER UPDATE OF number ON documents
    WHEN EXISTS (SELECT 1 FROM words_fts_rows WHERE document = old.number)
    BEGIN
    DELETE FROM words_fts_rows WHERE document = old.number;{_as_it_is("new.number")}
END;
{
    "".join(
        _kept_up(*one)
        for one in (
            (
                "documents_reworded",
                "UPDATE OF title, summary ON documents",
                "new.number",
                "(old.title IS NOT new.title OR old.summary IS NOT new.summary) AND",
            ),
            ("texts_added", "INSERT ON texts", "new.document"),
            ("texts_deleted", "DELETE ON texts", "old.document"),
            ("texts_moved", "UPDATE OF document ON texts", "old.document"),
            (
                "texts_reworded",
                "UPDATE OF document, text ON texts",
                "new.document",
                "(old.document <> new.document OR old.text <> new.text) AND",
            ),
            ("document_terms_added", "INSERT ON document_terms", "new.document"),
            ("document_terms_deleted", "DELETE ON document_terms", "old.document"),
        )
    )
}CREATE TRIGGER terms_renamed AFTER UPDATE OF name ON terms BEGIN
    UPDATE words_fts_rows SET folded = 0
        WHERE document IN (SELECT document FROM document_terms WHERE term = new.id);
END;"""

SCHEMA = f"""
-- A site, by the key of its profile, or by its host.
CREATE TABLE sites (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    home TEXT NOT NULL,
    keeper TEXT
) STRICT, WITHOUT ROWID;

-- A collection is a listing of a site, by the name that its user gave it.
CREATE TABLE collections (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (key),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    stated_total INTEGER,
    profile TEXT
) STRICT;
CREATE UNIQUE INDEX idx_collections_name ON collections (name);

-- A run harvests one collection, or reads its recorded pages again.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collections (id),
    source TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT,
    outcome TEXT,
    reason TEXT,
    stated_total INTEGER,
    pages INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    undated INTEGER NOT NULL DEFAULT 0,
    not_understood INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    version TEXT,
    reader TEXT,
    pid INTEGER,
    missing INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    restored INTEGER NOT NULL DEFAULT 0,
    renamed INTEGER NOT NULL DEFAULT 0,
    with_date INTEGER NOT NULL DEFAULT 0,
    with_summary INTEGER NOT NULL DEFAULT 0,
    details_wanted INTEGER NOT NULL DEFAULT 0,
    details_fetched INTEGER NOT NULL DEFAULT 0,
    details_failed INTEGER NOT NULL DEFAULT 0,
    files_wanted INTEGER NOT NULL DEFAULT 0,
    files_fetched INTEGER NOT NULL DEFAULT 0,
    files_failed INTEGER NOT NULL DEFAULT 0,
    captured TEXT,
    clock_ahead INTEGER,
    clock_moved INTEGER NOT NULL DEFAULT 0,
    since TEXT,
    walk INTEGER,
    moment TEXT,
    seq INTEGER
) STRICT;
-- How a collection was harvested last, what was never ended, and what is the newest of all: a run
-- that begins asks for it, after any number of others.
CREATE INDEX idx_runs_collection ON runs (collection);
CREATE INDEX idx_runs_unfinished ON runs (id) WHERE finished IS NULL;
CREATE INDEX idx_runs_newest ON runs (captured);
CREATE INDEX idx_runs_latest ON runs ({LATEST});
CREATE INDEX idx_runs_captured ON runs (collection, captured);
-- The complete runs of a collection in their order, where that is known.
CREATE INDEX idx_runs_complete ON runs (collection, moment, seq) WHERE moment IS NOT NULL;

-- What a run could not get or read.
CREATE TABLE failures (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    url TEXT,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    attempts INTEGER NOT NULL
) STRICT;
CREATE INDEX idx_failures_run ON failures (run);

-- FACTS: what was asked and what the answers were read as. They are appended; what documents are
-- and were follows from them (see `history`).

-- A page that a run read: of a listing, or a document's own if it names that. `content` is the
-- first page of a listing of the collection that had the same address and bytes.
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    url TEXT NOT NULL,
    fetched TEXT NOT NULL,
    status INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    first INTEGER,
    last INTEGER,
    total INTEGER,
    entries INTEGER NOT NULL,
    walk INTEGER NOT NULL DEFAULT 1,
    content INTEGER REFERENCES pages (id),
    same_as INTEGER REFERENCES pages (id),
    next TEXT,
    etag TEXT,
    last_modified TEXT,
    undated INTEGER NOT NULL DEFAULT 0,
    not_understood INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    with_date INTEGER NOT NULL DEFAULT 0,
    with_summary INTEGER NOT NULL DEFAULT 0,
    warc TEXT,
    warc_offset INTEGER,
    payload_digest TEXT,
    document INTEGER REFERENCES documents (number),
    answered TEXT,
    datestamps TEXT
) STRICT;
-- What is known of a page, and what a walk has met, is found at once after any number of runs.
CREATE INDEX idx_pages_url_fetched ON pages (url, fetched);
CREATE INDEX idx_pages_bytes ON pages (url, sha256) WHERE content = id;
CREATE INDEX idx_pages_content ON pages (content, fetched, run);
CREATE INDEX idx_pages_run_walk ON pages (run, walk);
CREATE INDEX idx_pages_document ON pages (document);

-- Where a site shows a document: an id of it there. Which document that is follows from the rest.
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (key),
    slug TEXT NOT NULL,
    rank INTEGER NOT NULL,
    document INTEGER REFERENCES documents (number) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX idx_addresses_slug ON addresses (site, slug);
CREATE INDEX idx_addresses_document ON addresses (document);

-- What a listing's entry said of the document at an address: a row for each wording. One without a
-- title says that the archive has withdrawn it.
CREATE TABLE statements (
    id INTEGER PRIMARY KEY,
    address INTEGER NOT NULL REFERENCES addresses (id),
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT,
    date_text TEXT,
    date_edtf TEXT,
    date_earliest TEXT,
    date_latest TEXT,
    date_convention TEXT,
    listed_other TEXT
) STRICT;
CREATE INDEX idx_statements_address ON statements (address);

-- What was made of some bytes, by which reader and when: the observations of `same_as`, which is
-- this reading itself, or an earlier one with the very same.
CREATE TABLE readings (
    id INTEGER PRIMARY KEY,
    content INTEGER NOT NULL REFERENCES pages (id),
    run INTEGER NOT NULL REFERENCES runs (id),
    made TEXT NOT NULL,
    reader TEXT NOT NULL,
    same_as INTEGER NOT NULL REFERENCES readings (id)
) STRICT;
CREATE INDEX idx_readings_content ON readings (content);
CREATE INDEX idx_readings_same_as ON readings (same_as);
CREATE INDEX idx_readings_run ON readings (run);

-- At which place of the listing an entry stood, and what it said.
CREATE TABLE observations (
    reading INTEGER NOT NULL REFERENCES readings (id),
    position INTEGER NOT NULL,
    statement INTEGER NOT NULL REFERENCES statements (id),
    PRIMARY KEY (reading, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_observations_statement ON observations (statement);

-- Two addresses are one document's, by this rule, as a run has found out.
CREATE TABLE joinings (
    one INTEGER NOT NULL REFERENCES addresses (id),
    other INTEGER NOT NULL REFERENCES addresses (id),
    rule TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs (id),
    at TEXT NOT NULL,
    PRIMARY KEY (one, other, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_joinings_other ON joinings (other);
CREATE INDEX idx_joinings_at ON joinings (at);

-- WHAT FOLLOWS from facts: `rebuilding` writes renames, `merge` which document an address is of,
-- and `current` alone documents, memberships and changes.

-- One address vanished from a collection's listing and the other came, in the complete run of this
-- moment, and they say the same.
CREATE TABLE renames (
    collection INTEGER NOT NULL REFERENCES collections (id),
    moment TEXT NOT NULL,
    seq INTEGER NOT NULL,
    one INTEGER NOT NULL REFERENCES addresses (id),
    other INTEGER NOT NULL REFERENCES addresses (id),
    PRIMARY KEY (collection, moment, seq, one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_renames_one ON renames (one);
CREATE INDEX idx_renames_other ON renames (other);

-- A document, with what listings say of it now (the values of `statement`, read from `page`), and
-- what its own page says if that was read. It is known by its site and its id there; its number is
-- for other tables, and means nothing elsewhere.
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (key),
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT,
    date_text TEXT,
    date_edtf TEXT,
    date_earliest TEXT,
    date_latest TEXT,
    date_convention TEXT,
    listed_other TEXT,
    first_seen TEXT NOT NULL,
    last_changed TEXT NOT NULL,
    page INTEGER NOT NULL REFERENCES pages (id),
    statement INTEGER REFERENCES statements (id),
    removed TEXT,
    credit TEXT,
    source TEXT,
    rights TEXT,
    classification TEXT,
    uploaded TEXT,
    record_id TEXT,
    citation TEXT,
    citation_url TEXT,
    node INTEGER,
    other TEXT,
    details INTEGER REFERENCES pages (id)
) STRICT;
CREATE UNIQUE INDEX idx_documents_id ON documents (site, id);
CREATE INDEX idx_documents_date_latest ON documents (date_latest);
-- These three count and sort years and decades without reading a single title.
CREATE INDEX idx_documents_dates ON documents (date_earliest, date_latest, removed);
CREATE INDEX idx_documents_decade ON documents
    ({DECADE.format("")}, {SORT_DATE.format("")}, date_earliest, date_latest);
CREATE INDEX idx_documents_sort_date ON documents ({SORT_DATE.format("")});
CREATE INDEX idx_documents_first_seen ON documents (first_seen);
CREATE INDEX idx_documents_last_changed ON documents (last_changed);
CREATE INDEX idx_documents_page ON documents (page);
CREATE INDEX idx_documents_details ON documents (details);
CREATE INDEX idx_documents_record_id ON documents (record_id);

-- That a collection has, or had, a document.
CREATE TABLE memberships (
    collection INTEGER NOT NULL REFERENCES collections (id),
    document INTEGER NOT NULL REFERENCES documents (number),
    position INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    page INTEGER NOT NULL REFERENCES pages (id),
    missed INTEGER NOT NULL DEFAULT 0,
    missing TEXT,
    removed TEXT,
    PRIMARY KEY (collection, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_memberships_of_document ON memberships (document, collection, removed);
CREATE INDEX idx_memberships_page ON memberships (page);
CREATE INDEX idx_memberships_missing ON memberships (missing, removed)
    WHERE missing IS NOT NULL OR removed IS NOT NULL;

-- What was before and what is since, as a run has found it out.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    collection INTEGER REFERENCES collections (id),
    document INTEGER NOT NULL REFERENCES documents (number),
    kind TEXT NOT NULL,
    field TEXT,
    old TEXT,
    new TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX idx_changes_run ON changes (run);
CREATE INDEX idx_changes_collection ON changes (collection);
CREATE INDEX idx_changes_document ON changes (document);
CREATE INDEX idx_changes_at ON changes (at);

-- A name that documents' own pages give, of a kind; and which documents have it.
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    documents INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, name)
) STRICT;
CREATE TABLE document_terms (
    document INTEGER NOT NULL REFERENCES documents (number),
    term INTEGER NOT NULL REFERENCES terms (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (document, term)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_document_terms_of_term ON document_terms (term, document);
-- Whoever writes them, they are counted: to count the names of all documents takes too long for a
-- page.
CREATE TRIGGER document_terms_counted AFTER INSERT ON document_terms BEGIN
    UPDATE terms SET documents = documents + 1 WHERE id = new.term;
END;
CREATE TRIGGER document_terms_discounted AFTER DELETE ON document_terms BEGIN
    UPDATE terms SET documents = documents - 1 WHERE id = old.term;
END;
CREATE TRIGGER document_terms_recounted AFTER UPDATE OF term ON document_terms BEGIN
    UPDATE terms SET documents = documents - 1 WHERE id = old.term;
    UPDATE terms SET documents = documents + 1 WHERE id = new.term;
END;

-- A translation, a transcription or the original, from the document's own page.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (number),
    position INTEGER NOT NULL,
    label TEXT,
    language TEXT,
    text TEXT NOT NULL,
    UNIQUE (document, position)
) STRICT;

{SEARCHES}
-- Where a document's own page says that a scan is; and the scans that were fetched, after which
-- of its pages each.
CREATE TABLE scan_links (
    document INTEGER NOT NULL REFERENCES documents (number),
    url TEXT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT,
    PRIMARY KEY (document, url)
) STRICT, WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (number),
    url TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    fetched TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs (id),
    page INTEGER REFERENCES pages (id),
    UNIQUE (document, url)
) STRICT;
CREATE INDEX idx_files_run ON files (run);
CREATE INDEX idx_files_sha256 ON files (sha256);

-- What a document's own page shows as related to it.
CREATE TABLE related (
    document INTEGER NOT NULL REFERENCES documents (number),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    date_text TEXT,
    summary TEXT,
    node INTEGER,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

-- To read: a row a document, with its names.
CREATE VIEW records AS
    SELECT d.date_text AS date, d.title, d.summary,
        {NAMES},
        d.url AS link, d.site, d.id AS document,
        {DATES},
        d.source, d.rights, d.first_seen, d.last_changed, d.removed, d.number
    FROM documents AS d;

-- To read: a row a document in a collection. CROSS JOIN keeps SQLite from beginning with the
-- memberships, for which it would have to sort all rows.
CREATE VIEW entries AS
    SELECT d.date_text AS date, d.title, d.summary, c.name AS collection, d.url AS link,
        d.site, d.id AS document,
        {DATES},
        m.position, m.first_seen, d.last_changed, m.missing, m.removed, d.number
    FROM documents AS d
        CROSS JOIN memberships AS m ON m.document = d.number
        JOIN collections AS c ON c.id = m.collection;

-- To read: a row a scan, with its document's rights.
CREATE VIEW scans AS
    SELECT d.title, d.date_text AS date, f.path, l.label, f.media_type, f.size, d.rights,
        d.url AS link, f.url, d.site, d.id AS document, f.fetched
    FROM files AS f JOIN documents AS d ON d.number = f.document
    LEFT JOIN scan_links AS l ON l.document = f.document AND l.url = f.url;
"""


def statements(schema: str) -> Iterator[str]:
    """The statements of a schema, one by one and without the comments between them."""
    statement = ""
    for line in schema.splitlines(keepends=True):
        if not line.startswith("--"):
            statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip().removesuffix(";")
            statement = ""


STATEMENTS = tuple(statements(SCHEMA))
NAME = f"schema-{sha256(''.join(STATEMENTS).encode()).hexdigest()[:8]}"
"""The name of the step that makes all this: a database that was made otherwise has not got it."""
