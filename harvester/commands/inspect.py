"""`harvester inspect PAGE...`: shows how a page is read, before anything is harvested."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.command import ProjectCommand
from harvester.console import program, tell
from harvester.outcomes import BadUsage, Outcome
from harvester.pages.markup import Unclear, decoded
from harvester.sites import known_sites, site_for
from harvester.sites.profile import read_profile
from harvester.sites.site import Site

if TYPE_CHECKING:
    from harvester.inspection import Page

LARGEST = 64 * 1024 * 1024


class Command(ProjectCommand):
    """Reads saved pages, by the profile of their site or without any, and prints what it reads."""

    form = "[options] PAGE..."
    summary = "Show what is read of a saved page of a listing or a document"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds what is known of the pages, and how to print."""
        super().add_options(parser)
        parser.add_argument("--url", metavar="URL", help="the address of the page")
        parser.add_argument("--charset", metavar="NAME", help="default: what the page says")
        parser.add_argument(
            "--site", metavar="NAME|FILE", help="the site that has a profile, or a profile"
        )
        parser.add_argument("--json", action="store_true", help="a JSON object a page, in a line")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints what is read. Exits with 65 if a page is refused, with 64 if one isn't there."""
        with self.telling_problems():
            if not args:
                raise BadUsage(f"Say which page is to be looked at: {program()} inspect PAGE.")
            if opts.url and len(args) > 1:
                raise BadUsage("--url is the address of a single page: name one page with it.")
            site = _site(opts)
            for name in args:
                self._show(_page(name, opts), site, as_json=opts.json)

    def _show(self, page: "Page", site: Site | None, *, as_json: bool) -> None:
        from harvester.inspection import as_text, inspect

        inspected = inspect(page, site)
        if inspected["refused"]:
            self.exitcode = Outcome.UNREADABLE.exit_code
        tell(json.dumps(inspected, ensure_ascii=False) if as_json else as_text(inspected))


def _site(opts: argparse.Namespace) -> Site | None:
    """The site whose profile is to be used; None if there is none. Raises BadUsage."""
    if opts.site and opts.site.endswith(".toml"):
        site = read_profile(Path(opts.site))
        return site.at(opts.url) if opts.url else site
    if opts.site or opts.url:
        site = site_for(opts.url or next(iter(known_sites().values())).home, opts.site)
        return site if site.is_known else None
    return None


def _page(name: str, opts: argparse.Namespace) -> "Page":
    """A saved page. Raises BadUsage if it isn't there, or if its letters can't be told."""
    from harvester.inspection import Page

    try:
        file = Path(name)
        if file.stat().st_size > LARGEST:
            raise BadUsage(f"{name} is too large for a page.")
        body = file.read_bytes()
        said = f"text/html; charset={opts.charset}" if opts.charset else "text/html"
        return Page(
            name, opts.url, body.decode(opts.charset) if opts.charset else decoded(said, body)[1]
        )
    except OSError as error:
        raise BadUsage(f"{name} can't be read ({error.strerror}): name a saved page.") from error
    except (LookupError, UnicodeDecodeError) as error:
        raise BadUsage(f"{name} is not in the charset {opts.charset!r}: name another.") from error
    except Unclear as problem:
        raise BadUsage(f"{name} can't be read, since {problem}: say --charset.") from problem
