"""`harvester changes`: what harvests found new, changed, gone or back."""

import argparse

from harvester.command import ReadingCommand
from harvester.store.connection import Row
from harvester.store.read.changes import History
from harvester.text_report import changes_as_text
from harvester.timestamps import SINCE_FORMS, since_when


class Command(ReadingCommand):
    """Prints changes; nothing, if there are none."""

    summary = "Print what is new, changed, gone or back"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds since when."""
        super().add_options(parser)
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help=f"{SINCE_FORMS}, or a run's number (with that run);"
            " default: the last run of each collection",
        )

    def rows(self, past: History, opts: argparse.Namespace) -> list[Row]:
        """The changes asked for. Raises BadUsage."""
        return past.changes(since_when(opts.since), opts.collection)

    def as_text(self, rows: list[Row]) -> str:
        """By collection and kind."""
        return changes_as_text(rows)
