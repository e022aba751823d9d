"""Writes docs/commands.md, from the commands themselves: `make metadata`."""

import argparse
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from harvests import PROJECT
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

from harvester.__main__ import ours
from harvester.arguments import ARGUMENTS
from harvester.command import PlainCommand

PAGE = PROJECT / "docs" / "commands.md"
HEAD = """\
# Commands

Written from the commands themselves by `make metadata`. `harvester` without a command lists them,
and `harvester COMMAND --help` tells the same as this page. In a checkout, `scrapy COMMAND` does the
same. [Exit codes](exit-codes.md) are the same for all.

Three of [Scrapy's own commands](https://docs.scrapy.org/en/latest/topics/commands.html) work as
well: `fetch`, `settings` and `shell`.
"""
COMMON = """\
## Options of every command

| option | meaning |
|---|---|
"""


def text() -> str:
    """The page."""
    parts = [HEAD, *("\n".join(section(name)) for name in ours())]
    shared = Shared().parser
    return "\n".join((*parts, COMMON + "\n".join(rows(options(shared))) + "\n"))


def section(name: str) -> Iterator[str]:
    """What there is to know of one command."""
    parser = parser_of(name)
    yield from (f"## `harvester {name}`", "", f"{command(name).short_desc()}.", "")
    yield from ("```text", f"{parser.usage}".replace("%(prog)s", name), "```", "")
    common = {one.dest for one in options(Shared().parser)}
    if own := [one for one in options(parser) if one.dest not in common]:
        yield from ("| option | meaning |", "|---|---|", *rows(own), "")
    if name == "crawl":
        yield from ("The spider is `collection`. Its arguments:", "")
        yield from ("| argument | meaning |", "|---|---|")
        for argument, said in ARGUMENTS.items():
            form = f"-a {argument}={said.form}".replace("|", "\\|")
            yield f"| `{form}` | {sentence(said.meaning)} |"
        yield ""


def settings() -> Settings:
    """Our settings, as they are where nobody watches on a terminal."""
    found = Settings()
    found.setmodule("harvester.settings")
    found.set("LOG_LEVEL", "INFO")
    return found


def command(name: str) -> PlainCommand:
    """A command with our settings."""
    found: Any = import_module(f"harvester.commands.{name}").Command()
    found.settings = settings()
    return found


def parser_of(name: str) -> argparse.ArgumentParser:
    """What reads a command's options."""
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command(name).add_options(parser)
    return parser


class Shared(ScrapyCommand):
    """A command with Scrapy's own options alone."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = settings()
        self.parser = argparse.ArgumentParser(conflict_handler="resolve")
        self.add_options(self.parser)

    def short_desc(self) -> str:
        return ""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        raise NotImplementedError


def options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The options of a parser but for --help."""
    return [one for one in parser._actions if one.option_strings and one.dest != "help"]


def rows(found: list[argparse.Action]) -> Iterator[str]:
    """A row of a table for each option."""
    for one in found:
        form = ", ".join(one.option_strings) + (f" {one.metavar}" if one.metavar else "")
        form = form.replace("|", "\\|")
        meaning = " ".join(f"{one.help}".split()).replace("|", "\\|")
        yield f"| `{form}` | {sentence(meaning)} |"


def sentence(said: str) -> str:
    """With a capital and a full stop."""
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
