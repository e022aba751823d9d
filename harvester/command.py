"""Bases of the commands: how they end on a problem, and how they print rows.

They look like Scrapy's commands, so that Scrapy can run them (it checks `settings`), but import
nothing from it.
"""

import argparse
import json
import logging
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from harvester import defaults
from harvester.clean_text import CleanRecord
from harvester.console import complain, interrupted, keep_numbers, program, tell_lines
from harvester.interrupt import interrupt
from harvester.outcomes import BadUsage, HarvestProblem, Outcome
from harvester.store.connection import Row
from harvester.store.read.changes import History, history

FORMATS = ("text", "json")


class PlainCommand:
    """A command that says in a sentence why it fails."""

    form = "[options]"
    """The form of its arguments."""
    summary: str
    """A line for the list of commands."""
    requires_project = True
    requires_crawler_process = False
    exitcode = 0

    def syntax(self) -> str:
        """The syntax of the arguments, for Scrapy."""
        return self.form

    def short_desc(self) -> str:
        """One line for Scrapy's list of commands."""
        return self.summary

    @property
    def usage(self) -> str:
        """The usage line, with the program name that the user typed."""
        return f"{program()} {type(self).__module__.rpartition('.')[2]} {self.syntax()}"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options. If they are wrong, exits with the problem's code.

        From here on signals are handled: a crawl checks for them, other work is interrupted.
        """
        keep_numbers()
        interrupt.listen()
        logging.setLogRecordFactory(CleanRecord)
        with self.telling_problems():
            self.take_in(args, opts)
            return
        sys.exit(self.exitcode)

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the options. Raises BadUsage if one is malformed."""
        raise NotImplementedError

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


def check_level(level: str) -> None:
    """Raises BadUsage if the log has no such level."""
    if level not in logging.getLevelNamesMapping():
        raise BadUsage(f"There is no log level {level!r}: use DEBUG, INFO, WARNING or ERROR.")


def write_pid(file: str) -> None:
    """Writes the process id into a file. Raises BadUsage if that fails."""
    try:
        Path(file).write_text(f"{os.getpid()}{os.linesep}", encoding="utf-8")
    except OSError as error:
        raise unwritable(file, error) from error


def unwritable(pidfile: str, error: OSError) -> BadUsage:
    """The error for a pid file that can't be written."""
    return BadUsage(f"--pidfile {pidfile} can't be written ({error.strerror}): name another file.")


def profiles_beside(collections: str) -> Path:
    """The user's folder of profiles, beside collections.toml."""
    return Path(collections).parent / "sites"


COMMON: dict[tuple[str, ...], dict[str, Any]] = {
    ("--logfile",): {"metavar": "FILE", "help": "log file. if omitted stderr will be used"},
    ("-L", "--loglevel"): {
        "metavar": "LEVEL",
        "help": f"log level (default: {defaults.LOG_LEVEL})",
    },
    ("--nolog",): {"action": "store_true", "help": "disable logging completely"},
    ("--profile",): {"metavar": "FILE", "help": "write python cProfile stats to FILE"},
    ("--pidfile",): {"metavar": "FILE", "help": "write process ID to FILE"},
    ("-s", "--set"): {
        "metavar": "NAME=VALUE",
        "action": "append",
        "default": [],
        "help": "set/override setting (may be repeated)",
    },
    ("--pdb",): {"action": "store_true", "help": "enable pdb on failure (uses ipdb if installed)"},
}
"""The options that Scrapy gives to all commands, as it has them."""


class Parser(argparse.ArgumentParser):
    """Says in a sentence what it can't read, and exits as for any wrong usage."""

    def error(self, message: str) -> NoReturn:
        complain(f"The options can't be read ({message}): see --help.")
        sys.exit(BadUsage.exit_code)


class ProjectCommand(PlainCommand, ABC):
    """A command that neither crawls nor logs, and so starts without Scrapy."""

    default_settings: Mapping[str, Any] = MappingProxyType({})
    settings: MutableMapping[str, Any]
    """Scrapy's, if that has begun it, else our own alone."""

    def long_desc(self) -> str:
        """The description, for Scrapy."""
        return self.summary

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds Scrapy's own options; the usage names the program as the user has called it."""
        group = parser.add_argument_group(title="Global Options")
        for names, how in COMMON.items():
            group.add_argument(*names, **how)
        parser.usage = self.usage

    def start(self, words: list[str]) -> NoReturn:
        """Runs the command for the words of a command line, as Scrapy would, and exits with the
        code."""
        self.settings = {name: value for name, value in vars(defaults).items() if name.isupper()}
        parser = Parser(usage=self.usage, conflict_handler="resolve")
        self.add_options(parser)
        opts, args = parser.parse_known_args(words)
        self.process_options(args, opts)
        if opts.profile:
            from cProfile import Profile

            profile = Profile()
            profile.runcall(self.run, args, opts)
            profile.dump_stats(opts.profile)
        else:
            self.run(args, opts)
        sys.exit(self.exitcode)

    @abstractmethod
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Does the work, and sets `exitcode`."""

    def take_in(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the settings. Raises BadUsage if an option is wrong."""
        if wrong := [pair for pair in opts.set if "=" not in pair]:
            raise BadUsage(f"Invalid -s value {wrong[0]!r}, use -s NAME=VALUE.")
        self.settings.update(pair.split("=", 1) for pair in opts.set)
        check_level(opts.loglevel or self.settings["LOG_LEVEL"])
        if opts.pidfile:
            write_pid(opts.pidfile)


class ReadingCommand(ProjectCommand):
    """Prints rows of a database's history as text or as JSON, and writes nothing."""

    @abstractmethod
    def rows(self, past: History, opts: argparse.Namespace) -> Iterable[Row]:
        """The rows that the options ask for. Raises BadUsage if one of them is wrong."""

    @abstractmethod
    def as_text(self, past: History, opts: argparse.Namespace) -> Iterable[str]:
        """The lines for a person. Raises as `rows`."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --collection and --format."""
        super().add_options(parser)
        parser.add_argument("--collection", metavar="NAME", help="default: all")
        parser.add_argument("--format", metavar="text|json", default="text", help="default: text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints the rows; nothing if there is no text."""
        with self.telling_problems():
            self._check(args, opts)
            with history(Path(self.settings["HARVEST_DB"])) as past:
                tell_lines(self.lines(past, opts))

    def lines(self, past: History, opts: argparse.Namespace) -> Iterable[str]:
        """All that is printed, line by line."""
        is_text = opts.format == "text"
        return self.as_text(past, opts) if is_text else _json(self.rows(past, opts))

    def _check(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise BadUsage(f"{args[0]!r} is no option: see --help.")
        if opts.format not in FORMATS:
            raise BadUsage(f"--format {opts.format!r} is neither text nor json.")


def _json(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a JSON array, one object at a time."""
    before = "["
    for row in rows:
        yield before
        said = (f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in row.items())
        before = " {\n" + ",\n".join(said) + "\n },"
    yield "[]" if before == "[" else f"{before.removesuffix(',')}\n]"
