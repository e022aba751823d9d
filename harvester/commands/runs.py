"""`harvester runs`: the last harvests, and how they ended."""

import argparse

from harvester.command import ReadingCommand
from harvester.outcomes import BadUsage
from harvester.store.connection import Row
from harvester.store.read.changes import History
from harvester.text_report import runs_as_text

LAST = 20
MOST = 1_000_000


class Command(ReadingCommand):
    """Prints the last runs as a table, the newest first."""

    summary = "Print the last harvests and how they ended"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --last."""
        super().add_options(parser)
        parser.add_argument("--last", metavar="N", default=str(LAST), help=f"default: {LAST}")

    def rows(self, past: History, opts: argparse.Namespace) -> list[Row]:
        """The runs asked for. Raises BadUsage."""
        if not (opts.last.isascii() and opts.last.isdecimal()):
            raise BadUsage(f"--last {opts.last!r} is not a number of runs.")
        return past.runs(int(opts.last) if len(opts.last) < 10 else MOST, opts.collection)

    def as_text(self, past: History, opts: argparse.Namespace) -> list[str]:
        """The runs as a table."""
        return [runs_as_text(self.rows(past, opts))]
