"""Describes a harvest for its readers: to Datasette, and in `docs/tables.md` and `docs/facts.md`.

`make metadata` writes the pages. See https://docs.datasette.io/en/stable/metadata.html.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from harvester.descriptions import COLUMNS, FACTS, TABLES, VIEWS
from harvester.store.read.queries import QUERIES

TABLES_PAGE = Path(__file__).parents[2] / "docs" / "tables.md"
FACTS_PAGE = TABLES_PAGE.with_name("facts.md")
DESCRIPTION = (
    "What digital archives list, harvested as data: each document with its date, title and summary,"
    " a link to the archive that has it, and what its own page says if that was read. Titles,"
    " summaries, texts and scans are the archive's; no licence to them is given here."
)
RIGHTS = "the archives' own terms hold; cite the document and its archive"
VIEWED: dict[str, dict[str, Any]] = {
    "records": {
        "title": "Documents",
        "sort": "sort_date",
        "facets": ["decade", "site"],
        "fts_table": "documents_fts",
        "fts_pk": "number",
    },
    "entries": {
        "title": "Documents, collection by collection",
        "sort": "sort_date",
        "facets": ["collection", "decade"],
        "fts_table": "documents_fts",
        "fts_pk": "number",
    },
    "documents": {
        "sort": "date_earliest",
        "label_column": "title",
        "fts_table": "documents_fts",
        "fts_pk": "number",
    },
    "collections": {"sort": "name", "label_column": "name"},
    "memberships": {"sort": "position", "facets": ["collection"]},
    "changes": {"sort_desc": "at", "facets": ["kind", "collection", "field"]},
    "runs": {"sort_desc": "id", "label_column": "started", "facets": ["collection", "outcome"]},
    "pages": {"sort_desc": "id", "label_column": "url"},
    "failures": {"sort_desc": "id", "facets": ["reason"]},
    "terms": {"sort": "name", "label_column": "name", "facets": ["kind"]},
    "texts": {
        "label_column": "label",
        "facets": ["language"],
    },
    "files": {"label_column": "path", "facets": ["media_type"]},
    "scans": {"title": "Scans, with their rights", "sort": "title"},
}
"""How a table is shown, beyond its descriptions."""
HEAD = """\
# Tables, views and columns

What a harvest has in its SQLite file, written from `harvester/descriptions.toml` and the fields of
items by `make metadata`. Begin with the view `records`.
"""
FACTS_HEAD = """\
# Columns of what recordings say

What [`reparse --parquet`](bulk.md) writes, from `harvester/descriptions.toml` and the fields of
items by `make metadata`. A row is an entry of a listing's page, or a document's own page, or a page
that has neither. A column that does not concern it is null.
"""


OF_HARVEST = {
    "title": "Reading room",
    "description": DESCRIPTION,
    "source": "the archives of its collections",
    "license": RIGHTS,
}
"""What is said of all that Datasette shows, unless its own configuration says otherwise."""


@cache
def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata for a harvest that it serves under this name."""
    queries = {
        query.name: {
            "title": query.title,
            "description": query.description,
            "sql": query.sql,
            "hide_sql": True,
        }
        for query in QUERIES
    }
    said = {"title": "The harvest", "tables": _tables(), "queries": queries}
    return {**OF_HARVEST, "databases": {database: said}}


def _tables() -> dict[str, Any]:
    said = {
        name: {"description": text, "columns": COLUMNS[name], **VIEWED.get(name, {})}
        for name, text in (VIEWS | TABLES).items()
    }
    return {**said, "_sqlite_migrations": {"hidden": True}}


def tables_text() -> str:
    """The text of docs/tables.md: every table, view and column, and its meaning."""
    parts = [HEAD]
    for kind, said in (("view", VIEWS), ("table", TABLES)):
        parts += ["\n".join(_part(kind, name, text, COLUMNS[name])) for name, text in said.items()]
    return "\n".join(parts)


def facts_text() -> str:
    """The text of docs/facts.md: every column of what recordings say, and its meaning."""
    return "\n".join((FACTS_HEAD, *_table(FACTS), ""))


def _part(kind: str, name: str, text: str, columns: dict[str, str]) -> Iterator[str]:
    yield from (f"## The {kind} `{name}`", "", text, "", *_table(columns), "")


def _table(columns: dict[str, str]) -> Iterator[str]:
    yield from ("| column | meaning |", "|---|---|")
    for column, meaning in columns.items():
        yield f"| `{column}` | {meaning.replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    TABLES_PAGE.write_text(tables_text(), encoding="utf-8")
    FACTS_PAGE.write_text(facts_text(), encoding="utf-8")
