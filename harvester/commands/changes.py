"""`harvester changes`: what harvests found new, changed, gone or back."""

import argparse
from collections.abc import Iterator

from harvester.command import ReadingCommand
from harvester.store.connection import Row
from harvester.store.read.changes import SINCE_FORMS, History, since_when
from harvester.text_report import changes_as_text


class Command(ReadingCommand):
    """Prints changes; nothing, if there are none."""

    summary = "Print what is new, changed, gone or back"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --since and --all."""
        super().add_options(parser)
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help=f"{SINCE_FORMS}, or a run's number (with that run);"
            " default: the last run of each collection",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="as text, name all that a first harvest found, too, not only how many",
        )

    def rows(self, past: History, opts: argparse.Namespace) -> Iterator[Row]:
        """The changes asked for. Raises BadUsage."""
        return past.changes(since_when(opts.since), opts.collection)

    def as_text(self, past: History, opts: argparse.Namespace) -> Iterator[str]:
        """The changes, grouped by collection and kind."""
        groups = past.groups(since_when(opts.since), opts.collection, whole=opts.all)
        return changes_as_text(groups)
