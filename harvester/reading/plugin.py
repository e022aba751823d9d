"""Hooks of Datasette: safe cells, a search with beginnings of words, and what the home page lists.

See https://docs.datasette.io/en/stable/plugin_hooks.html.
"""

import sqlite3
from pathlib import Path
from typing import Any

from datasette.utils import is_url, tilde_encode
from markupsafe import Markup
from pluggy import HookimplMarker

from harvester.store.search import expression

hookimpl = HookimplMarker("datasette")
DATABASE = "harvest"
LINKS = {"link", "url", "next"}
"""The columns that hold addresses; in all others an address is text."""


@hookimpl
def render_cell(value: Any, column: str, database: str, datasette: Any) -> str | None:
    """A link to a document's row, a title as text even if it is an address; else as usual."""
    if not isinstance(value, str) or not value or database != DATABASE:
        return None
    if column == "document":
        row = datasette.urls.row(database, "documents", tilde_encode(value))
        return Markup('<a href="{}">{}</a>').format(row, value)
    return value if column not in LINKS and is_url(value.strip()) else None


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Takes a search as we do, for Datasette's own way finds no beginnings of words; and says
    where the documents are, whichever page of the timeline asks."""
    conn.create_function("escape_fts", 1, expression)
    conn.create_function("entries_path", 0, lambda: str(datasette.urls.table(DATABASE, "entries")))


@hookimpl
def extra_template_vars(template: str, datasette: Any) -> dict[str, Any]:
    """What the home page leads to: the questions, and the feeds that there are."""
    if template != "index.html":
        return {}
    return {
        "harvested": DATABASE in datasette.databases,
        "questions": datasette.metadata("queries", database=DATABASE, fallback=False) or {},
        "feeds": [path for mount in datasette.static_mounts for path in _feeds(*mount)],
    }


def _feeds(mount: str, folder: str) -> list[str]:
    """The addresses of the feeds in a folder that is served, that of all documents first."""
    names = (path.name for path in Path(folder).glob("*.atom"))
    return [
        f"{mount}/{name}" for name in sorted(names, key=lambda name: (name != "all.atom", name))
    ]
