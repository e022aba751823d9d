"""What a server for strangers has besides: a robots.txt, and closed doors.

`server.PUBLIC` has the settings of Datasette; here is what it has no setting for. Its pages below
`/-/` tell of folders, versions and threads.
"""

from typing import Any

from datasette import NotFound, Response

OPEN = ("static/", "static-plugins/", "reading-room/", "dashboards")
"""What pages need of the addresses below `/-/`."""
ROBOTS = """\
# Documents may be read by anyone. Questions without end are for people, and so are downloads.
User-agent: *
Disallow: /documents?
Disallow: /documents.
Disallow: /unapi
Disallow: /recordings/
Disallow: /{database}
Disallow: /-/
Crawl-delay: 5
"""


def routes(database: str) -> list[tuple[str, Any]]:
    """The routes that come before all others; `database` is the name of Datasette's own pages."""

    async def robots() -> Response:
        return Response.text(ROBOTS.format(database=database))

    return [(r"/robots\.txt$", robots), (rf"/-/(?!{'|'.join(OPEN)})", closed)]


async def closed() -> Response:
    """Answers as if nothing were there."""
    raise NotFound("There is no such page.")
