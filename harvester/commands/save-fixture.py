"""`harvester save-fixture URL`: saves a page of a live site, and what is read in it, as a fixture.

Scrapy names a command after its module, hence the dash.
"""

import argparse
from pathlib import Path

from harvester.collection import check_address, collection
from harvester.console import program, tell
from harvester.crawl.fetch import Fetcher, PageRequest
from harvester.crawling_command import VisitingCommand
from harvester.extensions.log import told_once
from harvester.fixture import fixture, is_document_url
from harvester.outcomes import BadUsage
from harvester.sites import site_for


class Command(VisitingCommand):
    """Saves one page, fetched as politely as in a harvest."""

    form = "[options] URL"
    summary = "Save a page of a listing or a document, with what is read in it, for the tests"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the folder."""
        super().add_options(parser)
        parser.add_argument("--to", metavar="FOLDER", default="fixtures", help="default: fixtures")
        parser.add_argument("--site", metavar="SITE", help="the site whose page this is a copy of")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Checks the address. Raises BadUsage if it is neither a listing's nor a document's."""
        if len(args) != 1:
            raise BadUsage(f"Name the page to save: {program()} save-fixture URL.")
        (url,) = args
        check_address(url)
        site = site_for(url, opts.site)
        if not is_document_url(url, site):
            collection(None, url, site.key)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetches, reads and saves the page; exits as a harvest of it would."""
        url, folder = args[0], Path(opts.to)
        site = site_for(url, opts.site)

        async def save(fetcher: Fetcher) -> None:
            response = await fetcher.page(PageRequest(url, first=True), lambda page: page)
            assert response is not None, "nothing was asked about changes"
            saved, problem = fixture(response, url, site)
            tell(f"Saved as {saved.write(folder)}")
            if problem is not None:
                raise problem

        with self.telling_problems(), told_once():
            self.visit(save)
