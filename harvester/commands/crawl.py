"""`harvester crawl`, with exit codes for cron and scripts; Scrapy's own always exits with 0."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from scrapy.commands import ScrapyHelpFormatter
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from harvester.arguments import ARGUMENTS
from harvester.console import complain, program
from harvester.crawling_command import CrawlingCommand, collect_seldom
from harvester.defaults import DATABASE
from harvester.extensions.feed_exports import check_feeds, check_written
from harvester.extensions.log import told_once
from harvester.extensions.report import EXIT_CODE
from harvester.interrupt import interrupt
from harvester.outcomes import BadUsage, Outcome


class Help(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's help, with a line for each argument of the spider."""


class Command(CrawlingCommand, CrawlCommand):
    """Runs a spider, and exits with the worst code of its runs."""

    form = "[options] collection"
    summary = "Harvest collections, all of them or as -a says"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --quiet to Scrapy's options, and documents the spider's arguments."""
        super().add_options(parser)
        parser.add_argument(
            "--quiet", action="store_true", help="print only changes and what went wrong"
        )
        parser.formatter_class = Help
        parser.add_argument_group("Arguments of the spider collection", arguments_as_text())

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options. Exits with 64 if an option or an argument is wrong."""
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.quiet:
            self.settings.set("HARVEST_QUIET", True, priority="cmdline")
        if file := self.settings.get("LOG_FILE"):
            check_log(Path(file))
        elif self.settings.getbool("HARVEST_QUIET"):
            self.settings.set("LOG_ENABLED", False, priority="cmdline")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Checks the spider's name and arguments. Raises BadUsage if they are wrong."""
        assert self.settings is not None
        check_feeds(self.settings.getdict("FEEDS"))
        # As get_spider_loader does it, but for a frozen copy of all settings, which takes its time.
        loader = load_object(self.settings["SPIDER_LOADER_CLASS"]).from_settings(self.settings)
        spider = loader.load(one_spider(args, loader.list()))
        if hasattr(spider, "arguments"):
            spider.arguments(self.settings, **opts.spargs)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs the spider named."""
        assert self.crawler_process is not None
        with self.telling_problems(), told_once():
            self._make_folder()
            crawler = self.crawler_process.create_crawler(args[0])
            self.crawler_process.crawl(crawler, **opts.spargs)
            collect_seldom()
            self.crawler_process.start(install_signal_handlers=False)
            interrupt.ignore()
            self.exitcode = self._exit_code(crawler)

    def _make_folder(self) -> None:
        """Makes the folder of the database, unless the user has named another."""
        assert self.settings is not None
        if (database := self.settings["HARVEST_DB"]) == DATABASE:
            with suppress(OSError):  # what it is will be said when the database is opened
                Path(database).parent.mkdir(exist_ok=True)

    def _exit_code(self, crawler: Crawler) -> int:
        """The exit code from the report; a crawl without a report has failed."""
        assert self.crawler_process is not None
        code = None
        if not self.crawler_process.bootstrap_failed:
            check_written(crawler)
            code = crawler.stats.get_value(EXIT_CODE)
        if code is None:
            complain("It failed by a bug before it began: please report it, with the log.")
            return Outcome.FAILED.exit_code
        return int(code)


def arguments_as_text() -> str:
    """The spider's arguments, a line each."""
    forms = {f"-a {name}={argument.form}": argument for name, argument in ARGUMENTS.items()}
    width = max(map(len, forms))
    return "\n".join(f"{form:{width}}  {one.meaning}" for form, one in forms.items())


def one_spider(args: list[str], spiders: list[str]) -> str:
    """The named spider. Raises BadUsage unless exactly one existing spider is named."""
    there = f"there is {' and '.join(spiders)}: {program()} crawl {spiders[0]}"
    if not args:
        raise BadUsage(f"Name the spider; {there}.")
    if args[0] not in spiders:
        raise BadUsage(f'There is no spider "{args[0]}"; {there}.')
    if len(args) > 1:
        raise BadUsage(f"{program()} crawl does not know what {args[1]!r} is: see its --help.")
    return args[0]


def check_log(file: Path) -> None:
    """Exits with 64 if the log can't be written to a file."""
    try:
        file.open("a").close()
    except OSError as error:
        complain(f"The log can't be written to {file} ({error.strerror}): correct LOG_FILE.")
        sys.exit(BadUsage.exit_code)
