"""What a server for strangers has besides: a robots.txt, and closed doors.

`server.PUBLIC` has the settings of Datasette; here is what it has no setting for. Its pages below
`/-/` tell of folders, versions and threads.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import NotFound, Response
from pluggy import HookimplMarker

from harvester.datasette.serving import harvest_of, served_as

hookimpl = HookimplMarker("datasette")
App = Callable[[Any, Any, Any], Awaitable[None]]
READING = ("GET", "HEAD")
OPEN = ("static/", "static-plugins/", "reading-room/")
"""What pages need of the addresses below `/-/`."""
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


def routes(datasette: Any) -> list[tuple[str, Any]]:
    """The routes that come before all others."""

    async def robots() -> Response:
        return Response.text(ROBOTS.format(database=harvest_of(datasette)))

    return [(r"/robots\.txt$", robots), (rf"/-/(?!{'|'.join(OPEN)})", closed)]


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Answers nobody who does not only read."""
    return only_reading if served_as(datasette).public else lambda app: app


def only_reading(app: App) -> App:
    """An application of ASGI that knows no methods but GET and HEAD."""

    async def reading(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            await Response.text("Here one can only read.", status=405).asgi_send(send)
        else:
            await app(scope, receive, send)

    return reading


async def closed() -> Response:
    """Answers as if nothing were there."""
    raise NotFound("There is no such page.")
