"""The home page: what is here, how whole it is, and where to begin."""

import sqlite3
from typing import Any

from datasette import Response

from harvester.datasette.room import Room

COUNTS = """
    SELECT (SELECT count(*) FROM documents) AS documents,
        (SELECT count(*) FROM collections) AS collections,
        (SELECT count(DISTINCT site) FROM collections) AS archives"""


def overview(db: sqlite3.Connection) -> dict[str, Any]:
    """What the home page says."""
    return dict(db.execute(COUNTS).fetchone())


async def page(room: Room) -> Response:
    """The page at /."""
    return await room.show("room_home.html", **await room.read(overview))


async def data(room: Room) -> Response:
    """The page at /data."""
    return await room.show("room_data.html")
