"""What Datasette is told of a harvest, in `data/metadata.json`: `make metadata` writes it.

See https://docs.datasette.io/en/stable/metadata.html.
"""

import json
from pathlib import Path
from typing import Any

from harvester.descriptions import COLUMNS, TABLES
from harvester.reading.timeline import timeline
from harvester.store.queries import QUERIES
from harvester.views import VIEW_COLUMNS, VIEWS

FILE = Path(__file__).parents[2] / "data" / "metadata.json"

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
        "fts_table": "texts_fts",
        "fts_pk": "id",
    },
    "files": {"label_column": "path", "facets": ["media_type"]},
    "scans": {"title": "Scans, with their rights", "sort": "title"},
}
"""How a table is shown, beyond its descriptions."""


def metadata() -> dict[str, Any]:
    """All of it, as JSON has it."""
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
    columns = VIEW_COLUMNS | COLUMNS
    said = {
        name: {"description": text, "columns": columns[name], **VIEWED.get(name, {})}
        for name, text in (VIEWS | TABLES).items()
    }
    return {**said, "_sqlite_migrations": {"hidden": True}}


def written() -> str:
    """The text of the file."""
    return json.dumps(metadata(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
