"""`scrapy crawl`, with the exit codes that cron and scripts need; Scrapy's own always says 0."""

import argparse
import logging
import sys
from pathlib import Path

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.crawler import Crawler

from harvester.command import PlainCommand, collect_seldom
from harvester.extensions.report import EXIT_CODE, complain
from harvester.outcomes import BadUsage, Outcome


class Command(PlainCommand, CrawlCommand):
    """Runs a spider, and exits as the worst of its runs asks for."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --quiet to Scrapy's own."""
        super().add_options(parser)
        parser.add_argument(
            "--quiet", action="store_true", help="print only changes and what went wrong"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Takes the options in. Exits with 64 if one of them is malformed."""
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.quiet:
            self.settings.set("HARVEST_QUIET", True, priority="cmdline")
        if file := self.settings.get("LOG_FILE"):
            check_log(Path(file))
        elif self._is_quiet():
            self.settings.set("LOG_ENABLED", False, priority="cmdline")

    def _is_quiet(self) -> bool:
        assert self.settings is not None
        try:
            return self.settings.getbool("HARVEST_QUIET")
        except ValueError:
            return False  # the spider's arguments are checked with the settings, and say so

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs the spider named, after its arguments were checked."""
        assert self.crawler_process is not None
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(without_traceback)
        try:
            crawler = self._checked(args, opts)
        except BadUsage as problem:
            complain(str(problem))
            self.exitcode = problem.exit_code
            return
        self.crawler_process.crawl(crawler, **opts.spargs)
        collect_seldom()
        self.crawler_process.start()
        self.exitcode = self._exit_code(crawler)

    def _checked(self, args: list[str], opts: argparse.Namespace) -> Crawler:
        """The crawler to run. Raises BadUsage if the spider or its arguments are wrong."""
        assert self.crawler_process is not None
        spiders = self.crawler_process.spider_loader.list()
        if len(args) != 1 or args[0] not in spiders:
            raise BadUsage(f"Say which spider is to crawl: scrapy crawl {' or '.join(spiders)}.")
        crawler = self.crawler_process.create_crawler(args[0])
        if hasattr(crawler.spidercls, "arguments"):
            crawler.spidercls.arguments(crawler.settings, **opts.spargs)
        return crawler

    def _exit_code(self, crawler: Crawler) -> int:
        """What the report asks for; a crawl that never began has failed, and one that did not get
        so far was stopped by a second signal."""
        assert self.crawler_process is not None
        if crawler.spider is None or self.crawler_process.bootstrap_failed:
            complain("It failed by a bug before it began: please report it, with the log.")
            return Outcome.FAILED.exit_code
        code = crawler.stats.get_value(EXIT_CODE)
        if code is None:
            complain("It was stopped at once: the next run goes on from there.")
        return Outcome.INTERRUPTED.exit_code if code is None else int(code)


def check_log(file: Path) -> None:
    """Exits with 64 if the log can't be written to a file."""
    try:
        file.open("a").close()
    except OSError as error:
        complain(f"The log can't be written to {file} ({error.strerror}): correct LOG_FILE.")
        sys.exit(BadUsage.exit_code)


def without_traceback(record: logging.LogRecord) -> bool:
    """Lets the record pass without its traceback: that a site is down is no bug of ours."""
    record.exc_info = None
    return True
