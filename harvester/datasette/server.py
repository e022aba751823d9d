"""The harvest in the browser: Datasette with our hooks, templates and descriptions."""

import asyncio
import socket
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from datasette import handle_exception
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from uvicorn.protocols.http.h11_impl import H11Protocol

import harvester.datasette
from harvester.console import note
from harvester.datasette import errors
from harvester.datasette.serving import Served, serving
from harvester.outcomes import BadUsage

DATABASE = "harvest"
"""What Datasette calls the database, whatever its file is called."""
SETTINGS = {
    "default_page_size": 50,
    "default_facet_size": 20,
    "facet_time_limit_ms": 3000,
    "sql_time_limit_ms": 5000,
    "max_returned_rows": 5000,
    "suggest_facets": False,
    "truncate_cells_html": 400,
}
PUBLIC = {
    "default_allow_sql": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 200,
    "max_returned_rows": 500,
    "cache_size_kb": 0,
}
"""Datasette's settings for strangers: https://docs.datasette.io/en/stable/settings.html."""
MOST_CONNECTIONS = 800
"""Strangers' connections at a time; one more is told to come again. A process may usually open
1,024 files."""
IMPATIENCE = 10.0
"""Seconds within which a new connection must send a request."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a harvest is served; a `port` of 0 is any that is free."""

    host: str
    port: int


def served(database: Path, feeds: Path | None = None, how: Served = Served()) -> Datasette:  # noqa: B008
    """Datasette on a harvest, whatever its file is called; `feeds` is the folder of Atom feeds."""
    for plugin in (harvester.datasette, errors):
        if not pm.is_registered(plugin):
            pm.register(plugin)
    if pm.is_registered(handle_exception):
        pm.unregister(handle_exception)  # `errors` is in its place
    mounts = [("feeds", str(feeds))] if feeds is not None and feeds.is_dir() else []
    settings = SETTINGS | (PUBLIC if how.public else {})
    datasette = Datasette([], static_mounts=mounts, settings=settings)
    serving(datasette, how)
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, path=str(database), is_mutable=True), name=DATABASE)
    return datasette


class Impatient(H11Protocol):
    """A connection that closes if no request comes; uvicorn waits forever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the timer."""
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(IMPATIENCE, self._check_asked)

    def _check_asked(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


def serve(database: Path, feeds: Path | None, place: Place, how: Served) -> None:
    """Serves a harvest to browsers until Ctrl-C, at an address that it prints.

    Raises BadUsage if another program has the port.
    """
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((place.host, place.port))
            bound.listen()  # whoever comes before Datasette is ready waits
        except OSError as error:
            raise BadUsage(
                f"Port {place.port} of {place.host} can't be used ({error.strerror}): name another"
                " with --port."
            ) from error
        note(f"The harvest is at http://{place.host}:{bound.getsockname()[1]} until Ctrl-C.")
        config = uvicorn.Config(
            served(database, feeds, how).app(),
            log_level="warning",
            lifespan="on",
            server_header=False,
            http=Impatient if how.public else "auto",
            limit_concurrency=MOST_CONNECTIONS if how.public else None,
        )
        uvicorn.Server(config).run([bound])
