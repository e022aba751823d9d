"""What commands that read a database and print what is in it have in common."""

import argparse
import json
from abc import abstractmethod
from pathlib import Path

from harvester.command import ProjectCommand
from harvester.console import tell
from harvester.outcomes import BadUsage
from harvester.store.read.changes import History, Row, history

FORMATS = ("text", "json")


class ReadingCommand(ProjectCommand):
    """Prints rows of a database's history, as text or as JSON; nothing is written."""

    @abstractmethod
    def rows(self, past: History, opts: argparse.Namespace) -> list[Row]:
        """What the options ask for. Raises BadUsage if one of them is wrong."""

    @abstractmethod
    def as_text(self, rows: list[Row]) -> str:
        """The rows for a person."""

    def syntax(self) -> str:
        """What follows the command's name."""
        return "[options]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds of which collection, and how to print it."""
        super().add_options(parser)
        parser.add_argument("--collection", metavar="NAME", help="default: all")
        parser.add_argument("--format", metavar="text|json", default="text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints what is asked for; nothing if that is an empty text."""
        with self.telling_problems():
            tell(self._told(args, opts))

    def _told(self, args: list[str], opts: argparse.Namespace) -> str:
        assert self.settings is not None
        if args:
            raise BadUsage(f"{args[0]!r} is no option: see --help.")
        if opts.format not in FORMATS:
            raise BadUsage(f"--format {opts.format!r} is neither text nor json.")
        with history(Path(self.settings["HARVEST_DB"])) as past:
            rows = self.rows(past, opts)
        return json.dumps(rows, indent=1) if opts.format == "json" else self.as_text(rows)
