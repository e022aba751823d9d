"""`harvester learn URL|PAGE…`: writes the profile of a site, learned from pages of a listing."""

import argparse
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harvester.clean_text import one_line
from harvester.collection import check_address
from harvester.console import command, program, shown, tell
from harvester.crawling_command import VisitingCommand
from harvester.extensions.log import told_once
from harvester.outcomes import BadUsage, Reason, Unreadable
from harvester.sites import known_sites, site_of
from harvester.sites.profile import SLUG
from harvester.timestamps import utc_now
from harvester.visit import SavedPage, fetched, is_address, saved_page

if TYPE_CHECKING:
    from harvester.crawl.fetch import Fetcher
    from harvester.learning.proposal import Proposals
    from harvester.learning.proving import Learned
    from harvester.learning.repairing import Repairing

LONGEST_NAME = 60
TAKEN = ("words",)
"""Names with another meaning in the folder of profiles."""
MOST_PAGES = 2


class Command(VisitingCommand):
    """Learns a profile from a page of a listing, and writes it if a second page proves it."""

    form = "[options] URL|PAGE [URL|PAGE]"
    summary = (
        "Write the profile of a site, learned from one page of a listing and proved on another"
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the options on what is known of the pages, and on the choice of a reading."""
        super().add_options(parser)
        parser.add_argument("--name", metavar="NAME", help="of the site (default: by its host)")
        parser.add_argument(
            "--url",
            metavar="URL",
            action="append",
            default=[],
            help="the address of a saved page; once for each, in their order",
        )
        parser.add_argument("--charset", metavar="NAME", help="default: what the page says")
        parser.add_argument(
            "--choose", metavar="N", type=int, help="take this reading, if none is certain"
        )
        parser.add_argument(
            "--repair",
            metavar="SITE|COLLECTION",
            help="show how its profile reads a page that has changed",
        )
        parser.add_argument("--write", action="store_true", help="with --repair: write it, too")

    def fetches(self, args: list[str], opts: argparse.Namespace) -> bool:
        """A repair without a page fetches the first page of the site's listing."""
        return opts.repair is not None and not args

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Checks the arguments. Raises BadUsage if they are wrong."""
        if opts.repair is not None:
            self._check_repair(args, opts)
            return
        if opts.write:
            raise BadUsage("--write is for --repair: a profile that is learned is written anyway.")
        if not 1 <= len(args) <= MOST_PAGES:
            raise BadUsage(
                f"Say which page is to be learned from, and a second one of its listing if there is"
                f" one: {program()} learn URL."
            )
        for url in (*filter(is_address, args), *opts.url):
            check_address(url)
        if len(opts.url) > sum(not is_address(page) for page in args):
            raise BadUsage("--url is the address of a saved page: say it once for each.")
        if opts.name is not None:
            self._check_name(opts.name)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Learns and writes a profile. Exits with 65 if no reading is certain or proved."""
        with self.telling_problems(), told_once():
            if opts.repair is not None:
                self._repair(args, opts)
                return
            if any(map(is_address, args)):
                self.visit(partial(self._look, args, opts))
                return
            first, *second = (self._saved(page, opts, place) for place, page in enumerate(args))
            where = second[0].url if second else None
            self._learn(args, opts, first, self._proposals(first, where), *second)

    async def _look(self, args: list[str], opts: argparse.Namespace, fetcher: "Fetcher") -> None:
        """Fetches the pages and learns from them; the second may be the first one's next page."""
        first = await self._page(fetcher, args[0], opts, 0)
        second = [await self._page(fetcher, page, opts, 1) for page in args[1:]]
        said = self._proposals(first, second[0].url if second else None)
        if not second and (following := said.next_on(first.url)):
            second = [await self._page(fetcher, following, opts, 1)]
        self._learn(args, opts, first, said, *second)

    def _proposals(self, page: SavedPage, second: str | None) -> "Proposals":
        """The readings of a page, and of the address of a second one if it is known. Raises
        BadUsage if its site has a profile."""
        from harvester.interfaces import is_for_programs
        from harvester.learning.proposal import propose

        site = site_of(page.url)
        if site.is_known:
            raise BadUsage(
                f"{page.url} is on the site {site.key}, which has a profile: correct that, or"
                " remove it."
            )
        if is_for_programs(page.html):
            raise BadUsage(
                f"{page.name} is a sitemap or a feed, which needs no profile: harvest its address."
            )
        return propose(page, second=second)

    async def _page(
        self, fetcher: "Fetcher", name: str, opts: argparse.Namespace, number: int
    ) -> SavedPage:
        return await fetched(fetcher, name) if is_address(name) else self._saved(name, opts, number)

    def _saved(self, name: str, opts: argparse.Namespace, number: int) -> SavedPage:
        """A saved page whose address is known. Raises BadUsage if it isn't."""
        url = opts.url[number] if number < len(opts.url) else None
        page = saved_page(name, url, opts.charset)
        if not page.url:
            raise BadUsage(f"Nothing says where {name} is from: give its address with --url.")
        return page

    def _learn(
        self,
        args: list[str],
        opts: argparse.Namespace,
        first: SavedPage,
        said: "Proposals",
        second: SavedPage | None = None,
    ) -> None:
        """Learns from these pages. If that fails, shows the readings and raises Unreadable."""
        from harvester.learning.proving import learn

        name = opts.name or _name_of(first.url)
        self._check_name(name)
        learned = learn(first, said, second, chosen=opts.choose)
        if learned.is_proved:
            self._write(name, learned, first, second)
            return
        self._show(args, opts, learned)
        raise Unreadable(f"{learned.against}.", Reason.NO_LISTING, first.url)

    def _show(self, args: list[str], opts: argparse.Namespace, learned: "Learned") -> None:
        """Shows the readings of a page, and how to choose one."""
        from harvester.learning.telling import readings

        tell("\n".join(readings(learned.proposals)))
        for number, proposal in enumerate(learned.proposals, 1):
            if proposal.draft is not None:
                tell(f"To choose reading {number}: {_choice(args, opts, number)}")

    def _write(
        self, name: str, learned: "Learned", first: SavedPage, second: SavedPage | None
    ) -> None:
        from harvester.learning.proofs import write
        from harvester.learning.telling import told

        assert learned.draft is not None and learned.first is not None
        head = (
            f"# Learned from {one_line(first.url)} on {utc_now()[:10]}: correct it as you like.\n"
        )
        profile = head + learned.draft.as_toml()
        pages = {"page-1": first, **({"page-2": second} if second else {})}
        place = write(self.profiles, name, profile, pages, learned.draft.site(name))
        tell("\n".join(told(learned.draft, learned.first, learned.second)))
        tell(f"The profile is {shown(place)}; its pages are beside it, in {place.stem}/.")
        tell(f"Next: {command(program(), 'crawl', 'collection', '-a', f'url={first.url}')}")

    def _check_repair(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raises BadUsage unless a profile and at most one page are named."""
        self._repairing(opts)
        if len(args) > 1 or opts.choose is not None or opts.name is not None:
            raise BadUsage(f"Say {program()} learn --repair NAME, and at most one page.")
        for url in (*filter(is_address, args), *opts.url):
            check_address(url)

    def _repair(self, args: list[str], opts: argparse.Namespace) -> None:
        """Shows how a profile must change to read a page again, and writes that if wanted.

        Without a page, it is the first page of the site's collection. Raises Unreadable.
        """
        repairing = self._repairing(opts)
        where = args[0] if args else repairing.listing()

        async def look(fetcher: "Fetcher") -> None:
            repairing.show(await fetched(fetcher, where), write=opts.write)

        if is_address(where):
            self.visit(look)
        else:
            repairing.show(self._saved(where, opts, 0), write=opts.write)

    def _repairing(self, opts: argparse.Namespace) -> "Repairing":
        """The repair of the named profile. Raises BadUsage if there is no such profile."""
        from harvester.learning.repairing import Repairing

        assert self.settings is not None
        database = Path(self.settings["HARVEST_DB"])
        wait = self.settings.getfloat("HARVEST_LOCK_WAIT")
        return Repairing(self.profiles, opts.repair, database, wait)

    def _check_name(self, name: str) -> None:
        """Raises BadUsage if a name can't be a site's, or is one already."""
        if not SLUG.fullmatch(name) or len(name) > LONGEST_NAME or name in TAKEN:
            raise BadUsage(
                f"{name!r} can't name a site: use small letters, digits and '-', as in --name"
                " harbour-archive."
            )
        from harvester.learning.proofs import is_taken

        if name in known_sites() or is_taken(self.profiles, name):
            raise BadUsage(
                f"There is a site {name!r} already, and nothing is overwritten: give this one"
                " another --name."
            )


def _choice(args: list[str], opts: argparse.Namespace, number: int) -> str:
    """The command line that chooses a reading."""
    options = [part for url in opts.url for part in ("--url", url)]
    options += [part for part in ("--name", opts.name) if opts.name]
    options += [part for part in ("--charset", opts.charset) if opts.charset]
    return command(program(), "learn", *args, *options, "--choose", str(number))


def _name_of(url: str) -> str:
    """A name for a site, made of its host."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:LONGEST_NAME].strip("-")
