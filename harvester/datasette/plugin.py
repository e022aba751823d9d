"""Hooks of Datasette: a search with beginnings of words, and what our own templates show.

See https://docs.datasette.io/en/stable/plugin_hooks.html. A document's page has an address of our
own; besides its row it shows its names, texts, scans and related documents.
"""

import json
import sqlite3
from collections.abc import Awaitable
from itertools import groupby
from pathlib import Path
from typing import Any

from datasette import NotFound, Response
from datasette.utils import is_url, tilde_decode, urlsafe_components
from markupsafe import Markup
from pluggy import HookimplMarker

from harvester.datasette.cells import DATABASE, address, name_links
from harvester.store.read.facets import (
    ALSO_NAMED,
    NAMED,
    NARROWING,
    NUMBERED,
    OF_DOCUMENT,
    PASSAGES,
    RELATED_OF_DOCUMENT,
    SCANS_OF_DOCUMENT,
    TEXTS_OF_DOCUMENT,
)
from harvester.store.read.queries import add_functions

hookimpl = HookimplMarker("datasette")
PAGE = r"/harvest/documents/(?P<site>[^/]+)/(?P<document>[^/]+)$"
"""The path of a document's page: unlike the number by which Datasette has it, its site and id are
the same in every harvest."""


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
    """Variables of the templates in harvester/datasette/config/templates."""
    if template == "index.html":
        return _home(datasette)
    if template == "row-harvest-documents.html":
        return document(request, datasette)
    return passages(request, datasette) if table == "texts" else {}


def _home(datasette: Any) -> dict[str, Any]:
    """Links of the home page: to the questions, and to the feeds that there are."""
    return {
        "questions": datasette.metadata("queries", database=DATABASE, fallback=False) or {},
        "feeds": [path for mount in datasette.static_mounts for path in _feeds(*mount)],
    }


def _feeds(mount: str, folder: str) -> list[str]:
    """The addresses of the feeds in a folder that is served, that of all documents first."""
    names = (path.name for path in Path(folder).glob("*.atom"))
    return [
        f"{mount}/{name}" for name in sorted(names, key=lambda name: (name != "all.atom", name))
    ]


async def page(request: Any, datasette: Any) -> Response:
    """The page of a document by its site and its id, or one that it had, as Datasette shows it."""
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


async def passages(request: Any, datasette: Any) -> dict[str, Any]:
    """`passages`, which gives each of some rows of texts where it has what was searched for.

    It is None if nothing was.
    """
    search = request.args.get("_search")
    if not search:
        return {"passages": None}

    async def found(rows: list[Any]) -> list[tuple[int, str]]:
        asked = {"search": search, "ids": json.dumps([row["id"] for row in rows])}
        said = await datasette.get_database(DATABASE).execute(PASSAGES, asked)
        by_id = {row["id"]: row["passage"] for row in said}
        ids = [int(row["id"]) for row in rows]
        return [(one, by_id[one]) for one in ids if one in by_id]

    return {"passages": found}


def _by_kind(datasette: Any, rows: list[dict[str, Any]]) -> list[tuple[str, Markup]]:
    """Each kind, and the links of its names."""
    ranks = {kind: rank for rank, kind in enumerate(NARROWING)}
    known = sorted(
        (row for row in rows if row["kind"] in ranks), key=lambda row: ranks[row["kind"]]
    )
    return [
        (kind, name_links(datasette, kind, [row["name"] for row in group]))
        for kind, group in groupby(known, key=lambda row: str(row["kind"]))
    ]


def _safe(row: dict[str, Any]) -> dict[str, Any]:
    """The row, its addresses None if a browser had better not follow them."""
    unsafe = (name for name in ("url", "link") if name in row and not is_url(row[name]))
    return row | dict.fromkeys(unsafe)
