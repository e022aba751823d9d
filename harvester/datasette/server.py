"""The harvest in the browser: Datasette with our hooks, templates and descriptions."""

import socket
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

import harvester.datasette
from harvester.console import note
from harvester.datasette.plugin import DATABASE
from harvester.datasette.room import STATIC
from harvester.outcomes import BadUsage

CONFIG = Path(__file__).parent / "config"
"""Datasette's configuration: templates, styles, settings and descriptions of tables."""


def served(database: Path, feeds: Path | None = None) -> Datasette:
    """Datasette on a harvest, whatever its file is called; `feeds` is the folder of Atom feeds."""
    if not pm.is_registered(harvester.datasette):
        pm.register(harvester.datasette)
    mounts = [("static", str(STATIC))]
    if feeds is not None and feeds.is_dir():
        mounts.append(("feeds", str(feeds)))
    datasette = Datasette([], config_dir=CONFIG, static_mounts=mounts)
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, path=str(database), is_mutable=True), name=DATABASE)
    return datasette


def serve(database: Path, feeds: Path | None, port: int) -> None:
    """Serves a harvest to this machine's browsers until Ctrl-C, at an address that it prints.

    A `port` of 0 is any that is free. Raises BadUsage if another program has it.
    """
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", port))
            bound.listen()  # whoever comes before Datasette is ready waits
        except OSError as error:
            raise BadUsage(
                f"Port {port} can't be used ({error.strerror}): name another with --port."
            ) from error
        note(f"The harvest is at http://127.0.0.1:{bound.getsockname()[1]} until Ctrl-C.")
        app = served(database, feeds).app()
        uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on")).run([bound])
