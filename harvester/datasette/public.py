"""What a public server adds: a robots.txt, closed pages, and empty columns.

`server.PUBLIC` has Datasette's settings; here is what it has no setting for. Its pages below `/-/`
show folders, versions and threads, and some columns name folders and processes.
"""

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import NotFound, Response
from pluggy import HookimplMarker

from harvester.datasette.lanes import in_lanes
from harvester.datasette.serving import harvest_of, served_as

hookimpl = HookimplMarker("datasette")
App = Callable[[Any, Any, Any], Awaitable[None]]
READING = ("GET", "HEAD")
LONGEST = 4_000
"""Bytes of a question in an address. Datasette repeats it in dozens of links on its page."""
OPEN = ("static/", "static-plugins/", "reading-room/")
"""The addresses below `/-/` that pages need."""
ROBOTS = """\
# Documents may be read by anyone. Questions without end are for people, and so are downloads.
User-agent: *
Allow: /documents/
Disallow: /documents?
Disallow: /documents.
Disallow: /unapi
Disallow: /recordings/
Disallow: /{database}
Disallow: /-/
Crawl-delay: 5
"""
HIDDEN = {("runs", "source"), ("runs", "reason"), ("runs", "pid"), ("failures", "detail")}
"""Columns that say where on this machine something is, or whose process it was."""
PLACE = re.compile(r"(?<![\w:/.~-])(?:~?/|[A-Za-z]:\\)\w|HARVEST_")
"""What begins a path, unlike one in an address of the web; and what only its owner can set."""


def hide(db: sqlite3.Connection) -> None:
    """Has these columns be empty for whatever a connection is asked from now on: in tables, views,
    sorting and searching alike (https://www.sqlite.org/c3ref/set_authorizer.html)."""
    db.set_authorizer(_may_read)


def unhide(db: sqlite3.Connection) -> None:
    """Lets our own queries read them."""
    db.set_authorizer(None)


def _may_read(action: int, table: str | None, column: str | None, *_: str | None) -> int:
    hidden = action == sqlite3.SQLITE_READ and (table, column) in HIDDEN
    return sqlite3.SQLITE_IGNORE if hidden else sqlite3.SQLITE_OK


def told(reason: str | None) -> str:
    """Why a run ended, for strangers; empty if that names a place on this machine."""
    return "" if reason is None or PLACE.search(reason) else reason


def routes(datasette: Any) -> list[tuple[str, Any]]:
    """The routes that come before all others."""

    async def robots() -> Response:
        return Response.text(ROBOTS.format(database=harvest_of(datasette)))

    return [(r"/robots\.txt$", robots), (rf"/-/(?!{'|'.join(OPEN)})", closed)]


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Answers only requests that read and are short, and slow ones one at a time."""
    if not served_as(datasette).public:
        return lambda app: app
    return lambda app: only_reading(in_lanes(app, datasette))


def only_reading(app: App) -> App:
    """An application of ASGI that knows no methods but GET and HEAD, no cookies that are no text,
    and no endless questions."""

    async def reading(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            await Response.text("Here one can only read.", status=405).asgi_send(send)
        elif scope["type"] == "http" and not all(map(_is_text, scope["headers"])):
            await Response.text("The browser sent a cookie that is no text.", 400).asgi_send(send)
        elif scope["type"] == "http" and len(scope["query_string"]) > LONGEST:
            said = f"A question may have {LONGEST:,} signs here: ask for less."
            await Response.text(said, status=414).asgi_send(send)
        else:
            await app(scope, receive, send)

    return reading


def _is_text(header: tuple[bytes, bytes]) -> bool:
    name, value = header
    return name != b"cookie" or value == value.decode("utf-8", "ignore").encode()


async def closed() -> Response:
    """Answers as if nothing were there."""
    raise NotFound("There is no such page.")
