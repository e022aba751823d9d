"""What the page of a document shows besides its row: its names, texts, scans, related documents."""

import json
from itertools import groupby
from typing import Any

from datasette.utils import is_url, urlsafe_components
from markupsafe import Markup

from harvester.reading.cells import DATABASE, name_links
from harvester.store.names import (
    NARROWING,
    OF_DOCUMENT,
    PASSAGES,
    RELATED_OF_DOCUMENT,
    SCANS_OF_DOCUMENT,
    TEXTS_OF_DOCUMENT,
)


async def document(request: Any, datasette: Any) -> dict[str, Any]:
    """What its template needs."""
    (identity, *_) = urlsafe_components(request.url_vars["pks"])
    db = datasette.get_database(DATABASE)

    async def rows(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await db.execute(sql, {"document": identity})]

    return {
        "document": identity,
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
