"""Bases of the commands that need Scrapy, to fetch or to read its settings."""

import argparse
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester.command import PlainCommand, check_level, profiles_beside, unwritable
from harvester.interrupt import interrupt
from harvester.outcomes import BadUsage, Failed
from harvester.sites import use_profiles

if TYPE_CHECKING:
    from harvester.visit import Job


class ScrapysCommand(PlainCommand, ScrapyCommand):
    """A command with all of Scrapy's settings, and with the user's profiles of sites."""

    @property
    def profiles(self) -> Path:
        """The user's folder of profiles, beside collections.toml."""
        assert self.settings is not None
        return profiles_beside(self.settings["HARVEST_COLLECTIONS"])

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds Scrapy's own options; the usage names the program as the user has called it."""
        super().add_options(parser)
        parser.usage = self.usage

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options. Raises BadUsage if one is malformed."""
        assert self.settings is not None
        try:
            super(PlainCommand, self).process_options(args, opts)
        except UsageError as error:
            raise BadUsage(f"{str(error).rstrip('.')}.") from error
        except TypeError as error:
            raise BadUsage(
                f"A setting after -s has not the value that it needs ({error})."
            ) from error
        except OSError as error:
            raise unwritable(opts.pidfile, error) from error
        use_profiles(self.profiles)
        check_level(self.settings["LOG_LEVEL"])


class CrawlingCommand(ScrapysCommand):
    """A command that fetches. Its arguments are checked before Scrapy begins to log."""

    requires_crawler_process = True

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options and checks the arguments. Raises BadUsage or BadOutput."""
        super().take_in(args, opts)
        assert self.settings is not None
        if sys.stderr is None:  # it was closed before Python began, and Scrapy would log there
            self.settings.set("LOG_ENABLED", False, priority="cmdline")
        self.check(args, opts)

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Checks the arguments. Raises BadUsage or BadOutput."""
        raise NotImplementedError


class VisitingCommand(CrawlingCommand):
    """A command that looks at pages: saved ones, and addresses, which it fetches."""

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options. Without an address there is nothing to crawl. Raises BadUsage.

        The log has only warnings unless the user wants more. Scrapy's `default_settings` can't do
        this: the project's settings override them.
        """
        from harvester.visit import is_address

        assert self.settings is not None
        self.settings.set("LOG_LEVEL", "WARNING", priority="project")
        self.requires_crawler_process = self.fetches(args, opts) or any(map(is_address, args))
        super().take_in(args, opts)

    def fetches(self, args: list[str], opts: argparse.Namespace) -> bool:
        """Whether it fetches a page whose address is not among its arguments."""
        return False

    def visit(self, job: "Job") -> None:
        """Runs a job that fetches. Raises the HarvestProblem that ends it early."""
        from harvester.visit import VisitSpider

        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(VisitSpider)
        self.crawler_process.crawl(crawler, job=job)
        self.crawler_process.start(install_signal_handlers=False)
        interrupt.ignore()
        spider = crawler.spider
        if isinstance(spider, VisitSpider) and spider.problem is not None:
            raise spider.problem
        if not (isinstance(spider, VisitSpider) and spider.is_done):
            raise Failed("It failed by a bug: please report it, with the log.")


def collect_seldom() -> None:
    """Makes garbage collection rare.

    Loaded code stays, and a page's objects have no cycles; scanning them costs a twentieth of the
    time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
