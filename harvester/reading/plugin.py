"""Hooks of Datasette: a search with beginnings of words, and what our own templates show.

See https://docs.datasette.io/en/stable/plugin_hooks.html.
"""

import sqlite3
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from pluggy import HookimplMarker

from harvester.reading.cells import DATABASE
from harvester.reading.document import PAGE, document, page, passages
from harvester.store.search import add_functions

hookimpl = HookimplMarker("datasette")


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Takes a search as we do, for Datasette's own way finds no beginnings of words; and says
    where the documents are, whichever page of the timeline asks."""
    add_functions(conn)
    conn.create_function("entries_path", 0, lambda: str(datasette.urls.table(DATABASE, "entries")))


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The address of a document's page, by its site and id."""
    return [(PAGE, page)]


@hookimpl
def extra_template_vars(
    template: str, table: str | None, request: Any, datasette: Any
) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    """What the templates of data/templates need."""
    if template == "index.html":
        return _home(datasette)
    if template == "row-harvest-documents.html":
        return document(request, datasette)
    return passages(request, datasette) if table == "texts" else {}


def _home(datasette: Any) -> dict[str, Any]:
    """What the home page leads to: the questions, and the feeds that there are."""
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
