"""Hooks of Datasette: search by the beginnings of words, links in cells, pages of documents.

See https://docs.datasette.io/en/stable/plugin_hooks.html. A document's page has an address of our
own; besides its row it shows its names, texts, scans and related documents.
"""

import json
import sqlite3
from collections.abc import Awaitable
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette import NotFound, Response
from datasette.utils import is_url, tilde_decode, tilde_encode, urlsafe_components
from markupsafe import Markup
from pluggy import HookimplMarker

from harvester.datasette import citing, downloads, pages, public, recordings, scans
from harvester.datasette.facets import VIEW, parameter
from harvester.datasette.room import may_have_harvest, served_as, static, view
from harvester.store.read.facets import (
    ALSO_NAMED,
    COLUMNS,
    NAMED,
    NARROWING,
    NUMBERED,
    OF_DOCUMENT,
    RELATED_OF_DOCUMENT,
    SCANS_OF_DOCUMENT,
    TEXTS_OF_DOCUMENT,
)
from harvester.store.read.queries import add_functions

hookimpl = HookimplMarker("datasette")
DATABASE = "harvest"
LINKS = {"link", "url", "next"}
"""The columns that hold addresses; in any other an address is shown as text."""
PAGE = r"/harvest/documents/(?P<site>[^/]+)/(?P<document>[^/]+)$"
"""The path of a document's page. Datasette's own has the document's number, which differs between
harvests; site and id do not."""


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Adds the functions of our queries: Datasette's own search finds no beginnings of words, and
    the timeline needs the address of the documents."""
    add_functions(conn)
    conn.create_function("entries_path", 0, lambda: str(datasette.urls.table(DATABASE, "entries")))


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> str | Awaitable[str | None] | None:
    """Links documents, texts and names; shows an address as text; leaves the rest to Datasette."""
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
    """The address of a document's page, the same in every harvest that has it."""
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


ROUTES = [
    (r"/documents$", view(pages.documents)),
    (r"/documents/(?P<site>[^/.]+)/(?P<document>[^/.]+)$", view(pages.document)),
    (r"/timeline$", view(pages.years)),
    (r"/names$", view(pages.terms)),
    (r"/news$", view(pages.since)),
    (r"/harvests$", view(pages.runs)),
    (r"/data$", view(pages.data)),
    (r"/-/reading-room/room\.css$", static),
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
    before = public.routes(DATABASE) if served_as(datasette).public else []
    return [*before, *ROUTES, (PAGE, page)]


@hookimpl
def extra_template_vars(
    template: str, table: str | None, request: Any, datasette: Any
) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    """Variables of the templates in harvester/datasette/config/templates."""
    if template == "index.html":
        return _home(datasette)
    if template == "row-harvest-documents.html":
        return document(request, datasette)
    return {}


def _home(datasette: Any) -> dict[str, Any]:
    """Variables of the home page: the questions and the feeds to link."""
    return {
        "questions": datasette.metadata("queries", database=DATABASE, fallback=False) or {},
        "feeds": [path for mount in datasette.static_mounts for path in _feeds(*mount)],
    }


def _feeds(mount: str, folder: str) -> list[str]:
    """The addresses of the feeds in a served folder, the one of all documents first."""
    names = (path.name for path in Path(folder).glob("*.atom"))
    return [
        f"{mount}/{name}" for name in sorted(names, key=lambda name: (name != "all.atom", name))
    ]


async def page(request: Any, datasette: Any) -> Response:
    """Serves Datasette's page of a document's row at the address of its site and id; an id that the
    document had before will do."""
    named = [tilde_decode(request.url_vars[name]) for name in ("site", "document")]
    db = datasette.get_database(DATABASE)
    for sql in (NAMED, ALSO_NAMED):
        if found := (await db.execute(sql, named)).first():
            path = datasette.urls.row(DATABASE, "documents", str(found[0]))
            shown = await datasette.client.get(path, cookies=request.cookies)
            return Response.html(shown.text, status=shown.status_code)
    raise NotFound(f"There is no document {named[1]} of the site {named[0]}.")


async def document(request: Any, datasette: Any) -> dict[str, Any]:
    """Variables of the template of a document's page."""
    (number, *_) = urlsafe_components(request.url_vars["pks"])
    db = datasette.get_database(DATABASE)
    found = (await db.execute(NUMBERED, [number])).first()
    if found is None:
        return {}
    site, name, _ = found
    said = {"document": int(number), "site": site, "id": name}

    async def rows(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await db.execute(sql, said)]

    return {
        "document": name,
        "site": site,
        "address": address(datasette, site, name),
        "names": _by_kind(datasette, await rows(OF_DOCUMENT)),
        "texts": await rows(TEXTS_OF_DOCUMENT),
        "scans": [_safe(scan) for scan in await rows(SCANS_OF_DOCUMENT)],
        "related": [_safe(one) for one in await rows(RELATED_OF_DOCUMENT)],
    }


def _by_kind(datasette: Any, rows: list[dict[str, Any]]) -> list[tuple[str, Markup]]:
    """The links of names, by kind."""
    ranks = {kind: rank for rank, kind in enumerate(NARROWING)}
    known = sorted(
        (row for row in rows if row["kind"] in ranks), key=lambda row: ranks[row["kind"]]
    )
    return [
        (kind, name_links(datasette, kind, [row["name"] for row in group]))
        for kind, group in groupby(known, key=lambda row: str(row["kind"]))
    ]


def _safe(row: dict[str, Any]) -> dict[str, Any]:
    """The row, without addresses that a browser had better not follow."""
    unsafe = (name for name in ("url", "link") if name in row and not is_url(row[name]))
    return row | dict.fromkeys(unsafe)
