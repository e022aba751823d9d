"""Cells of tables: text is shown as text, and links lead to where one reads on.

See https://docs.datasette.io/en/stable/plugin_hooks.html, `render_cell`.
"""

import json
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlencode

from datasette.utils import is_url, tilde_encode
from markupsafe import Markup
from pluggy import HookimplMarker

from harvester.datasette.facets import VIEW, parameter
from harvester.store.read.facets import COLUMNS, NARROWING, NUMBERED

hookimpl = HookimplMarker("datasette")
DATABASE = "harvest"
LINKS = {"link", "url", "next"}
"""The columns that hold addresses; in all others an address is text."""


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> str | Awaitable[str | None] | None:
    """A link to a document, a text or a name's documents; an address as text; else as usual."""
    if database != DATABASE or not value:
        return None
    if column == "text" and isinstance(value, int):
        return _link(datasette.urls.row(database, "texts", str(value)), "Read it")
    if column == "document" and not isinstance(value, str):
        return _numbered(datasette, value["value"] if isinstance(value, dict) else value)
    if not isinstance(value, str):
        return None
    if column == "document" and (site := dict(row).get("site")):
        return _link(address(datasette, site, value), value)
    if column == "name" and (kind := dict(row).get("kind")) in NARROWING:
        return name_link(datasette, kind, value)
    if column in COLUMNS and table == VIEW:
        return name_links(datasette, COLUMNS[column], json.loads(value))
    return value if column not in LINKS and is_url(value.strip()) else None


def address(datasette: Any, site: str, document: str) -> str:
    """The address of a document's page, which is the same in any harvest that has it."""
    documents = datasette.urls.table(DATABASE, "documents")
    return f"{documents}/{tilde_encode(site)}/{tilde_encode(document)}"


async def _numbered(datasette: Any, number: int) -> str | None:
    """A link to the document with a number."""
    row = (await datasette.get_database(DATABASE).execute(NUMBERED, [number])).first()
    return _link(address(datasette, row["site"], row["id"]), row["title"]) if row else None


def name_links(datasette: Any, kind: str, names: list[str]) -> Markup:
    """Names, each leading to its documents."""
    return Markup("; ").join(name_link(datasette, kind, name) for name in names)


def name_link(datasette: Any, kind: str, name: str) -> Markup:
    """A name that leads to its documents."""
    view = datasette.urls.table(DATABASE, VIEW)
    return _link(f"{view}?{urlencode({parameter(kind): name})}", name)


def _link(address: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)
