"""`harvester inspect PAGE...`: shows how a page is read, before anything is harvested."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.clean_text import as_json
from harvester.collection import check_address
from harvester.console import program, tell
from harvester.crawling_command import VisitingCommand
from harvester.extensions.log import told_once
from harvester.outcomes import BadUsage, Outcome
from harvester.sites import known_sites, site_for
from harvester.sites.profile import read_profile
from harvester.sites.site import Site
from harvester.visit import SavedPage, fetched, is_address, saved_page

if TYPE_CHECKING:
    from harvester.crawl.fetch import Fetcher


class Command(VisitingCommand):
    """Reads pages, by the profile of their site or without any, and prints what it reads."""

    form = "[options] PAGE|URL..."
    summary = "Show what is read of a page of a listing or a document"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the options on what is known of the pages, and on the output."""
        super().add_options(parser)
        parser.add_argument("--url", metavar="URL", help="the address of the page")
        parser.add_argument("--charset", metavar="NAME", help="default: what the page says")
        parser.add_argument(
            "--site", metavar="NAME|FILE", help="a site that has a profile, or the file of one"
        )
        parser.add_argument(
            "--json", action="store_true", help="one JSON object per page, on one line"
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Checks the arguments. Raises BadUsage if they are wrong."""
        if not args:
            raise BadUsage(f"Name the page to look at: {program()} inspect PAGE.")
        if opts.url and len(args) > 1:
            raise BadUsage("--url is the address of a single page: name one page with it.")
        for page in filter(is_address, args):
            check_address(page)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints what is read. Exits with 65 if a page is refused, with 64 if one does not exist,
        and like a harvest if one can't be fetched."""

        async def look(fetcher: "Fetcher") -> None:
            for name in args:
                at = await fetched(fetcher, name) if is_address(name) else _saved(name, opts)
                self._show(at, opts)

        with self.telling_problems(), told_once():
            if any(map(is_address, args)):
                self.visit(look)
                return
            for name in args:
                self._show(_saved(name, opts), opts)

    def _show(self, page: SavedPage, opts: argparse.Namespace) -> None:
        from harvester.inspection import as_text, inspect

        inspected = inspect(page, _site(page, opts))
        if inspected["refused"]:
            self.exitcode = Outcome.UNREADABLE.exit_code
        tell(as_json(inspected) if opts.json else as_text(inspected))


def _saved(name: str, opts: argparse.Namespace) -> SavedPage:
    return saved_page(name, opts.url, opts.charset)


def _site(page: SavedPage, opts: argparse.Namespace) -> Site | None:
    """The site whose profile is to be used; None if there is none. Raises BadUsage."""
    url = page.url if is_address(page.name) else opts.url
    if opts.site and opts.site.endswith(".toml"):
        site = read_profile(Path(opts.site))
        return site.at(url) if url else site
    if opts.site or url:
        site = site_for(url or next(iter(known_sites().values())).home, opts.site)
        return site if site.is_known else None
    return None
