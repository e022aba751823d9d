"""The program `harvester`: the commands of this project, from any folder.

`harvester X` is what `scrapy X` is in a checkout. Scrapy's commands for writing spiders are left
out.
"""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import NoReturn

from harvester import __doc__ as about
from harvester import __version__, commands
from harvester.command import ProjectCommand
from harvester.console import complain, tell
from harvester.outcomes import BadOutput, BadUsage

SCRAPYS = ("fetch", "settings", "shell")
"""Scrapy's own commands that are useful here: to see a site's answers and the settings."""
HELP = {"-h", "--help"}
WRONG = 2
"""The code with which argparse ends on options that it can't read."""


def main() -> None:
    """Runs a command and exits with its code. Without a command, it lists all of them."""
    os.environ["SCRAPY_SETTINGS_MODULE"] = "harvester.settings"
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    if asked in (*ours(), *SCRAPYS):
        run(asked)
    elif sys.argv[1:] == ["--version"]:
        say(f"harvester {__version__}")
    elif asked is None and HELP.issuperset(sys.argv[1:]):
        say("\n".join(overview()))
    else:
        wrong = asked or next(iter(sys.argv[1:]))
        complain(f"There is no command {wrong!r}: harvester --help lists them.")
        sys.exit(BadUsage.exit_code)


def say(text: str) -> None:
    """Prints a text. If it can't be written, exits with a sentence."""
    try:
        tell(text)
    except BadOutput as problem:
        complain(str(problem))
        sys.exit(problem.exit_code)


def run(name: str) -> NoReturn:
    """Runs a command and exits with its code.

    A command that crawls nothing starts without Scrapy, except for its help. Scrapy ends with 2
    where an option lacks its value.
    """
    words = sys.argv[1:]
    if name not in SCRAPYS and HELP.isdisjoint(words):
        command = import_module(f"{commands.__name__}.{name}").Command()
        if isinstance(command, ProjectCommand):
            words.remove(name)
            command.start(words)
    from scrapy.cmdline import execute

    try:
        execute()
    except SystemExit as ended:
        sys.exit(BadUsage.exit_code if ended.code == WRONG else ended.code)
    raise AssertionError("Scrapy exits with the code of what it has run.")


def ours() -> list[str]:
    """The names of our commands."""
    return [module.name for module in iter_modules(commands.__path__)]


def overview() -> Iterator[str]:
    """The lines of `harvester --help`."""
    yield from (f"{about}", "", "Usage: harvester COMMAND [options]", "", "Commands:")
    for name in ours():
        command = import_module(f"{commands.__name__}.{name}").Command()
        yield f"  {name:13} {command.short_desc()}"
    yield from ("", "harvester COMMAND --help tells all of a command.")


if __name__ == "__main__":
    main()
