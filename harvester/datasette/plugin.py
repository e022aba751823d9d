"""Hooks of Datasette: our pages, and what its own pages of a harvest show besides.

See https://docs.datasette.io/en/stable/plugin_hooks.html.
"""

import json
import sqlite3
from collections.abc import Awaitable
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

from datasette.utils import is_url, tilde_encode
from markupsafe import Markup
from pluggy import HookimplMarker

from harvester.datasette import citing, downloads, pages, public, recordings, scans
from harvester.datasette.metadata import OF_HARVEST, metadata
from harvester.datasette.room import static, view
from harvester.datasette.serving import harvest_of, may_have_harvest, served_as
from harvester.store.read.facets import COLUMNS, NARROWING, NUMBERED
from harvester.store.read.queries import add_functions

hookimpl = HookimplMarker("datasette")
RECORDS = "records"
LINKS = {"link", "url", "next"}
"""The columns that hold addresses; in any other an address is shown as text."""
ROUTES = [
    (r"/$", view(pages.home)),
    (r"/documents$", view(pages.documents)),
    (r"/documents/(?P<site>[^/.]+)/(?P<document>[^/.]+)$", view(pages.document)),
    (r"/timeline$", view(pages.years)),
    (r"/names$", view(pages.terms)),
    (r"/news$", view(pages.since)),
    (r"/harvests$", view(pages.runs)),
    (r"/jobs$", view(pages.jobs)),
    (r"/data$", view(pages.data)),
    (r"/-/reading-room/(?P<name>room|data)\.css$", static),
    *citing.ROUTES,
    *downloads.ROUTES,
    *recordings.ROUTES,
    *scans.ROUTES,
]


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """The pages of the reading room, if a harvest is served."""
    if not may_have_harvest(datasette):
        return []
    before = public.routes(datasette) if served_as(datasette).public else []
    return [*before, *ROUTES]


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Adds the functions of our queries, and hides from strangers what is not theirs."""
    add_functions(conn)
    if served_as(datasette).public:
        public.hide(conn)


@hookimpl
def get_metadata(datasette: Any, key: str | None, database: str | None) -> dict[str, Any]:
    """Describes a harvest's tables and columns, and the questions that Datasette can ask of it."""
    if key == "plugins":  # which plugins ask for each cell, and of which we say nothing
        return {}
    harvest = harvest_of(datasette)
    if key is not None and database is None:  # it is asked often, and of few words
        return {key: OF_HARVEST[key]} if harvest and key in OF_HARVEST else {}
    return deepcopy(metadata(harvest)) if harvest else {}


@hookimpl
def extra_css_urls(database: str | None, datasette: Any) -> list[str]:
    """The style of Datasette's own pages of a harvest."""
    there = database and database == harvest_of(datasette)
    return [datasette.urls.path("/-/reading-room/data.css")] if there else []


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """The way back from Datasette's own pages."""
    reading_room = {"href": datasette.urls.path("/"), "label": "Reading room"}
    return [reading_room] if harvest_of(datasette) else []


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> str | Awaitable[str | None] | None:
    """Links documents and names; shows an address as text; leaves the rest to Datasette."""
    if not value or database != harvest_of(datasette):
        return None
    if column == "document" and not isinstance(value, str):
        return _numbered(datasette, value["value"] if isinstance(value, dict) else value)
    if not isinstance(value, str):
        return None
    if column == "document" and (site := dict(row).get("site")):
        return _link(_address(datasette, site, value), value)
    if column == "name" and (kind := dict(row).get("kind")) in NARROWING:
        return _name_link(datasette, kind, value)
    if column in COLUMNS and table == RECORDS:
        names = (_name_link(datasette, COLUMNS[column], name) for name in json.loads(value))
        return Markup("; ").join(names)
    return value if column not in LINKS and is_url(value.strip()) else None


def _address(datasette: Any, site: str, document: str) -> str:
    path = f"/documents/{tilde_encode(site)}/{tilde_encode(document)}"
    return str(datasette.urls.path(path))


async def _numbered(datasette: Any, number: int) -> str | None:
    """A link to the document with a number."""
    database = datasette.get_database(harvest_of(datasette))
    row = (await database.execute(NUMBERED, [number])).first()
    return _link(_address(datasette, row["site"], row["id"]), row["title"]) if row else None


def _name_link(datasette: Any, kind: str, name: str) -> Markup:
    """A name that leads to its documents."""
    return _link(f"{datasette.urls.path('/documents')}?{urlencode({kind: name})}", name)


def _link(address: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)
