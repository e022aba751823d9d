"""What the project's commands have in common: a sentence on a malformed option, less garbage."""

import argparse
import gc
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester.extensions.report import complain
from harvester.outcomes import BadUsage


class PlainCommand(ScrapyCommand):
    """A command that says in a sentence which of its options is malformed."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Takes the options in. Exits with 64 if one of them is malformed."""
        try:
            super().process_options(args, opts)
        except UsageError as error:
            complain(f"{error}.")
            sys.exit(BadUsage.exit_code)


class ProjectCommand(PlainCommand):
    """A command that works on what is there, and crawls nothing."""

    requires_project = True
    requires_crawler_process = False


def collect_seldom() -> None:
    """Lets Python look for unused cycles less often: what was loaded stays, what a page is made of
    has none, and looking through all that again and again costs a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
