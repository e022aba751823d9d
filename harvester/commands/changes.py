"""`scrapy changes`: what harvests found new, changed, gone or back."""

import argparse
import re
from datetime import datetime, timedelta

from harvester.clock import ago, in_utc
from harvester.outcomes import BadUsage
from harvester.reading_command import ReadingCommand
from harvester.store.history import History, Row, Since
from harvester.telling import changes_as_text

SPAN = re.compile(r"(\d{1,6})([dh])")
RUN = re.compile(r"\d{1,18}")


class Command(ReadingCommand):
    """Prints changes; nothing, if there are none."""

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Print what is new, changed, gone or back"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds since when."""
        super().add_options(parser)
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help="7d, 12h, a date, a date and time, or a run's number (with that run);"
            " default: the last run of each collection",
        )

    def rows(self, past: History, opts: argparse.Namespace) -> list[Row]:
        """The changes asked for. Raises BadUsage."""
        return past.changes(since_when(opts.since), opts.collection)

    def as_text(self, rows: list[Row]) -> str:
        """By collection and kind."""
        return changes_as_text(rows)


def since_when(text: str | None) -> Since:
    """What --since means. Raises BadUsage if it is none of the forms."""
    if text is None:
        return Since()
    if found := SPAN.fullmatch(text):
        unit = timedelta(days=1) if found[2] == "d" else timedelta(hours=1)
        return Since(moment=ago(int(found[1]) * unit))
    if RUN.fullmatch(text):
        return Since(run=int(text))
    try:
        return Since(moment=in_utc(datetime.fromisoformat(text)))
    except (ValueError, OverflowError):
        raise BadUsage(
            f"--since {text!r} is not understood: give 7d, 12h, 2026-11-24, or a run's number."
        ) from None
