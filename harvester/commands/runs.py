"""`scrapy runs`: the last harvests, and how they ended."""

import argparse
import json
from pathlib import Path

from scrapy.commands import ScrapyCommand

from harvester.extensions.report import complain
from harvester.outcomes import BadUsage, HarvestProblem
from harvester.store.history import history
from harvester.telling import FORMATS, runs_as_text

LAST = 20


class Command(ScrapyCommand):
    """Prints the last runs as a table, the newest first."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What follows the command's name."""
        return "[options]"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Print the last harvests and how they ended"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds what to print, and how."""
        super().add_options(parser)
        parser.add_argument("--last", metavar="N", default=str(LAST), help=f"default: {LAST}")
        parser.add_argument("--collection", metavar="NAME", help="default: all")
        parser.add_argument("--format", metavar="text|json", default="text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints the runs asked for."""
        assert self.settings is not None
        try:
            if args:
                raise BadUsage(f"scrapy runs takes no {args[0]!r}: see --help.")
            if opts.format not in FORMATS:
                raise BadUsage(f"--format {opts.format!r} is neither text nor json.")
            if not opts.last.isdecimal():
                raise BadUsage(f"--last {opts.last!r} is not a number of runs.")
            with history(Path(self.settings["HARVEST_DB"])) as past:
                runs = past.runs(min(int(opts.last), 2**31), opts.collection)
        except HarvestProblem as problem:
            complain(str(problem))
            self.exitcode = problem.exit_code
            return
        print(json.dumps(runs, indent=1) if opts.format == "json" else runs_as_text(runs))
