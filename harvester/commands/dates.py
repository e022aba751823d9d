"""`harvester dates [TEXT...]`: shows what dates mean, before anything is harvested."""

import argparse
import re
import sys
from collections.abc import Iterable

from harvester.command import ProjectCommand
from harvester.console import tell
from harvester.dates import ENGLISH, ORDERS, Habits, read_date
from harvester.dates.vocabulary import languages
from harvester.outcomes import BadUsage
from harvester.timestamps import utc_now

GAP = re.compile(r"[\t\r\n]")


class Command(ProjectCommand):
    """Prints one line per text: the text, its EDTF, its first and last day, with tabs between
    them."""

    form = "[options] [TEXT...]"
    summary = "Show what dates mean, in EDTF and by their first and last day"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the language of the texts, and the order of day and month in numeric dates."""
        super().add_options(parser)
        one = f"one of {', '.join(languages())}"
        parser.add_argument("--language", default=ENGLISH, metavar="CODE", help=one)
        order = "how the source writes dates in numbers; default: as its language does"
        parser.add_argument("--order", default="", metavar="|".join(ORDERS), help=order)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the texts, or the lines of standard input. An empty column means "not
        understood"."""
        with self.telling_problems():
            _check(opts)
            habits = Habits(opts.language, opts.order).by(utc_now())
            for text in args or _lines(sys.stdin):
                date = read_date(text, habits)
                said = (date.edtf, date.earliest, date.latest) if date else (None,) * 3
                tell("\t".join([GAP.sub(" ", text), *(part or "" for part in said)]))


def _check(opts: argparse.Namespace) -> None:
    """Raises BadUsage for a language or an order that is none."""
    *most, last = languages()
    if opts.language not in (*most, last):
        raise BadUsage(f"There is no language {opts.language!r}: use {', '.join(most)} or {last}.")
    if opts.order not in ("", *ORDERS):
        raise BadUsage(f"There is no order {opts.order!r}: use {' or '.join(ORDERS)}.")


def _lines(lines: Iterable[str]) -> Iterable[str]:
    return (line.rstrip("\r\n") for line in lines)
