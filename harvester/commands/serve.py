"""`harvester serve`: opens the harvest in the browser."""

import argparse
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from harvester.command import ProjectCommand
from harvester.console import program
from harvester.outcomes import BadDatabase, BadUsage
from harvester.store.connection import reading

PORT = 8001
MOST = 65535
HOST = "127.0.0.1"
FEEDS = Path("data", "feeds")
"""The folder of feeds if HARVEST_FEEDS names none."""


class Command(ProjectCommand):
    """Serves the database to browsers, even while a harvest writes to it."""

    summary = "Open the harvest in the browser, until Ctrl-C"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the port, the address, and --public."""
        super().add_options(parser)
        parser.add_argument(
            "--public",
            action="store_true",
            help="for strangers: no SQL, no recordings, shorter questions, a robots.txt",
        )
        parser.add_argument(
            "--host",
            metavar="ADDRESS",
            default=HOST,
            help=f"the address of this machine to serve at, with --public; default: {HOST}",
        )
        parser.add_argument("--port", metavar="N", default=str(PORT), help=f"default: {PORT}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Serves. On failure, exits with 64 or 73 after a sentence on stderr."""
        with self.telling_problems():
            self._serve(args, opts)

    def _serve(self, args: list[str], opts: argparse.Namespace) -> None:
        _check(args, opts)
        database = Path(self.settings["HARVEST_DB"])
        if not database.exists():
            raise BadDatabase(
                f"There is no harvest in {database} yet: {program()} crawl collection makes one."
            )
        with reading(database):  # raises BadDatabase if it is not ours
            pass
        from harvester.datasette.server import Place, serve
        from harvester.datasette.serving import Served

        feeds = Path(self.settings["HARVEST_FEEDS"] or FEEDS)
        files, warc = (self.settings[name] for name in ("HARVEST_FILES", "HARVEST_WARC"))
        how = Served(opts.public, files or "", warc or "", self.settings["HARVEST_JOBS"])
        with suppress(KeyboardInterrupt):
            serve(database, feeds, Place(opts.host, int(opts.port)), how)


def _check(args: list[str], opts: argparse.Namespace) -> None:
    """Raises BadUsage."""
    if args:
        raise BadUsage(f"{program()} serve does not know what {args[0]!r} is: see its --help.")
    is_number = opts.port.isascii() and opts.port.isdecimal() and len(opts.port) < 10
    if not (is_number and int(opts.port) <= MOST):
        raise BadUsage(f"--port {opts.port!r} is not a number from 0 to {MOST}.")
    if opts.host != HOST and not opts.public:
        raise BadUsage(f"Others can read at {opts.host}: say --public as well.")
    if any(find_spec(name) is None for name in ("datasette", "citeproc")):
        raise BadUsage(
            "Datasette shows the harvest, and it is not installed:"
            ' pip install "archive-harvester[datasette]".'
        )
