"""`scrapy changes`: what harvests found new, changed, gone or back."""

import argparse
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

from scrapy.commands import ScrapyCommand

from harvester.clock import ago, in_utc
from harvester.extensions.report import complain
from harvester.outcomes import BadUsage, HarvestProblem
from harvester.store.history import Since, history
from harvester.telling import FORMATS, changes_as_text

SPAN = re.compile(r"(\d{1,6})([dh])")
RUN = re.compile(r"\d{1,3}|\d{5,18}")
"""Four digits are rather a year."""


class Command(ScrapyCommand):
    """Prints changes; nothing, if there are none."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What follows the command's name."""
        return "[options]"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Print what is new, changed, gone or back"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds what to print, and how."""
        super().add_options(parser)
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help="7d, 12h, a date, a date and time, or a run's number (with that run);"
            " default: the last run of each collection",
        )
        parser.add_argument("--collection", metavar="NAME", help="default: all")
        parser.add_argument("--format", metavar="text|json", default="text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints the changes asked for."""
        assert self.settings is not None
        try:
            if args:
                raise BadUsage(f"scrapy changes takes no {args[0]!r}: see --help.")
            if opts.format not in FORMATS:
                raise BadUsage(f"--format {opts.format!r} is neither text nor json.")
            since = since_when(opts.since)
            with history(Path(self.settings["HARVEST_DB"])) as past:
                changes = past.changes(since, opts.collection)
        except HarvestProblem as problem:
            complain(str(problem))
            self.exitcode = problem.exit_code
            return
        as_json = opts.format == "json"
        text = json.dumps(changes, indent=1) if as_json else changes_as_text(changes)
        if text:
            print(text)


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
