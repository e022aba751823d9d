"""Bases of the commands: how they end on a problem, and how they print rows."""

import argparse
import gc
import json
import logging
import sys
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester.clean_text import CleanRecord
from harvester.console import complain, interrupted, program, tell
from harvester.interrupt import interrupt
from harvester.outcomes import BadUsage, Failed, HarvestProblem, Outcome
from harvester.sites import use_profiles
from harvester.store.connection import Row
from harvester.store.read.changes import History, history

if TYPE_CHECKING:
    from harvester.visit import Job

FORMATS = ("text", "json")


class PlainCommand(ScrapyCommand):
    """A command that says in a sentence why it fails."""

    form = "[options]"
    """The form of its arguments."""
    summary: str
    """A line for the list of commands."""

    @property
    def profiles(self) -> Path:
        """The user's folder of profiles, beside collections.toml."""
        assert self.settings is not None
        return Path(self.settings["HARVEST_COLLECTIONS"]).parent / "sites"

    def syntax(self) -> str:
        """Gives Scrapy the form of the arguments."""
        return self.form

    def short_desc(self) -> str:
        """Gives Scrapy the line for its list of commands."""
        return self.summary

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Takes the options in, and exits with the problem's code if they are wrong.

        From now on the program hears signals: a crawl checks for them, other work is interrupted.
        """
        interrupt.listen()
        logging.setLogRecordFactory(CleanRecord)
        with self.telling_problems():
            self.take_in(args, opts)
            return
        sys.exit(self.exitcode)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds Scrapy's own options; the usage names the program as the user has called it."""
        super().add_options(parser)
        name = type(self).__module__.rpartition(".")[2]
        parser.usage = f"{program()} {name} {self.syntax()}"

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Takes the options in. Raises BadUsage if one of them is malformed."""
        assert self.settings is not None
        try:
            super().process_options(args, opts)
        except UsageError as error:
            raise BadUsage(f"{str(error).rstrip('.')}.") from error
        except TypeError as error:
            raise BadUsage(
                f"A setting after -s has not the value that it needs ({error})."
            ) from error
        except OSError as error:
            where = f"--pidfile {opts.pidfile} can't be written"
            raise BadUsage(f"{where} ({error.strerror}): name another file.") from error
        use_profiles(self.profiles)
        if (level := self.settings["LOG_LEVEL"]) not in logging.getLevelNamesMapping():
            raise BadUsage(f"There is no log level {level!r}: use DEBUG, INFO, WARNING or ERROR.")

    @contextmanager
    def telling_problems(self, stopped: str = "It was stopped before its end.") -> Iterator[None]:
        """Ends the block with a sentence and the exit code for a HarvestProblem or a signal."""
        begun = False
        try:
            with nullcontext() if self.requires_crawler_process else interrupt.raising():
                begun = True
                yield
        except HarvestProblem as problem:
            complain(str(problem))
            self.exitcode = problem.exit_code
        except KeyboardInterrupt:
            interrupted()
            complain(stopped)
            self.exitcode = Outcome.INTERRUPTED.exit_code
            if not begun:
                sys.exit(self.exitcode)


class ProjectCommand(PlainCommand):
    """A command that crawls nothing."""

    requires_project = True
    requires_crawler_process = False


class CrawlingCommand(PlainCommand):
    """A command that fetches. Its arguments are checked before Scrapy begins to log."""

    requires_project = True

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Takes the options in and checks the arguments. Raises BadUsage or BadOutput."""
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
        """Takes the options in; without an address there is nothing to crawl. Raises BadUsage.

        Its log has warnings alone, unless the user wants more. Scrapy's `default_settings` of a
        command can't say so, since the project's settings count for more than these.
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
        """Does a job that fetches. Raises the HarvestProblem that keeps it from being done."""
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
    """Makes Python's garbage collection rare: loaded code stays, a page's objects have no cycles,
    and looking through them again and again costs a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class ReadingCommand(ProjectCommand):
    """Prints rows of a database's history as text or as JSON, and writes nothing."""

    @abstractmethod
    def rows(self, past: History, opts: argparse.Namespace) -> list[Row]:
        """The rows that the options ask for. Raises BadUsage if one of them is wrong."""

    @abstractmethod
    def as_text(self, rows: list[Row]) -> str:
        """The rows for a person."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --collection and --format."""
        super().add_options(parser)
        parser.add_argument("--collection", metavar="NAME", help="default: all")
        parser.add_argument("--format", metavar="text|json", default="text", help="default: text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints the rows; nothing if there is no text."""
        with self.telling_problems():
            tell(self._told(args, opts))

    def _told(self, args: list[str], opts: argparse.Namespace) -> str:
        assert self.settings is not None
        if args:
            raise BadUsage(f"{args[0]!r} is no option: see --help.")
        if opts.format not in FORMATS:
            raise BadUsage(f"--format {opts.format!r} is neither text nor json.")
        with history(Path(self.settings["HARVEST_DB"])) as past:
            rows = self.rows(past, opts)
        return json.dumps(rows, indent=1) if opts.format == "json" else self.as_text(rows)
