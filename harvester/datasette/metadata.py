"""Describes a harvest for its readers: `metadata.json` for Datasette, and `docs/tables.md`.

`make metadata` writes both. See https://docs.datasette.io/en/stable/metadata.html; the timeline is
drawn by the plugin datasette-dashboards, in Vega-Lite (https://vega.github.io/vega-lite/docs/).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harvester.descriptions import COLUMNS, TABLES, VIEWS
from harvester.store.read.queries import NOT_IN_A_YEAR, QUERIES, TIMELINE

METADATA = Path(__file__).parent / "config" / "metadata.json"
TABLES_PAGE = Path(__file__).parents[2] / "docs" / "tables.md"
DESCRIPTION = (
    "What digital archives list, harvested as data: each document with its date, title and summary,"
    " a link to the archive that has it, and what its own page says if that was read. Titles,"
    " summaries, texts and scans are the archive's; no licence to them is given here."
)
RIGHTS = "the archives' own terms hold; cite the document and its archive"
FACETS = ("author", "place", "subject", "topic", "language", "donor")
VIEWED: dict[str, dict[str, Any]] = {
    "records": {
        "title": "Documents",
        "sort": "sort_date",
        "facets": [
            *({"name": "collection"}, "decade"),
            *({"name": kind} for kind in FACETS),
        ],
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
BARS: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "mark": {"type": "bar", "tooltip": True, "cursor": "pointer"},
    "height": 380,
    "encoding": {
        "x": {
            "field": "year",
            "bin": "binned",
            "type": "quantitative",
            "title": None,
            "axis": {"format": "d", "tickMinStep": 1},
        },
        "x2": {"field": "next"},
        "y": {
            "field": "documents",
            "type": "quantitative",
            "title": "documents",
            "axis": {"tickMinStep": 1},
        },
        "color": {
            "field": "collection",
            "type": "nominal",
            "legend": {"orient": "bottom", "columns": 2, "labelLimit": 400},
        },
        "href": {"field": "page"},
        "tooltip": [
            {"field": name, "type": "nominal"} for name in ("year", "collection", "documents")
        ],
    },
    "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
}
HEAD = """\
# Tables, views and columns

What a harvest has in its SQLite file, written from `harvester/descriptions.toml` and the fields of
items by `make metadata`. Begin with the view `records`.
"""


def metadata() -> dict[str, Any]:
    """The metadata of Datasette, as JSON has it."""
    return {
        "title": "Harvest",
        "description": DESCRIPTION,
        "source": "the archives of its collections",
        "license": RIGHTS,
        "extra_css_urls": ["/static/harvest.css"],
        "databases": {
            "harvest": {
                "title": "The harvest",
                "tables": _tables(),
                "queries": {
                    query.name: {
                        "title": query.title,
                        "description": query.description,
                        "sql": query.sql,
                        "hide_sql": True,
                    }
                    for query in QUERIES
                },
            }
        },
        "plugins": {"datasette-dashboards": {"timeline": timeline()}},
    }


def _tables() -> dict[str, Any]:
    said = {
        name: {"description": text, "columns": COLUMNS[name], **VIEWED.get(name, {})}
        for name, text in (VIEWS | TABLES).items()
    }
    return {**said, "_sqlite_migrations": {"hidden": True}}


def metadata_text() -> str:
    """The text of metadata.json."""
    return json.dumps(metadata(), ensure_ascii=False, indent=2) + "\n"


def timeline() -> dict[str, Any]:
    """The page at /-/dashboards/timeline."""
    return {
        "title": "Timeline",
        "description": "A document counts in each collection that has it; a bar leads to its year.",
        "layout": [["years", "years", "years"], ["elsewhere", "elsewhere", "elsewhere"]],
        "charts": {
            "years": {
                "title": "Documents by year",
                "db": "harvest",
                "query": TIMELINE,
                "library": "vega-lite",
                "display": BARS,
            },
            "elsewhere": {
                "title": "Not shown: documents without a date, or with one that is not in one year",
                "db": "harvest",
                "query": NOT_IN_A_YEAR,
                "library": "metric",
                "display": {"field": "documents"},
            },
        },
    }


def tables_text() -> str:
    """The text of docs/tables.md: every table, view and column, and its meaning."""
    parts = [HEAD]
    for kind, said in (("view", VIEWS), ("table", TABLES)):
        parts += ["\n".join(_part(kind, name, text, COLUMNS[name])) for name, text in said.items()]
    return "\n".join(parts)


def _part(kind: str, name: str, text: str, columns: dict[str, str]) -> Iterator[str]:
    yield from (f"## The {kind} `{name}`", "", text, "", "| column | meaning |", "|---|---|")
    for column, meaning in columns.items():
        yield f"| `{column}` | {meaning.replace('|', chr(92) + '|')} |"
    yield ""


if __name__ == "__main__":
    METADATA.write_text(metadata_text(), encoding="utf-8")
    TABLES_PAGE.write_text(tables_text(), encoding="utf-8")
