"""`harvester save-fixture URL`: saves a page of a live site, and what is read in it, as a fixture.

Scrapy names a command after its module, hence the dash.
"""

import argparse
from pathlib import Path

from harvester.collection import check_address, collection
from harvester.command import CrawlingCommand
from harvester.console import program, tell
from harvester.extensions.log import told_once
from harvester.fixture import FixtureSpider, is_document_url
from harvester.interrupt import interrupt
from harvester.outcomes import BadUsage, Outcome
from harvester.sites import site_for


class Command(CrawlingCommand):
    """Saves one page, as politely as a harvest would fetch it."""

    form = "[options] URL"
    summary = "Save a page of a listing or a document, with what is read in it, for the tests"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds where to save."""
        super().add_options(parser)
        parser.add_argument("--to", metavar="FOLDER", default="fixtures", help="default: fixtures")
        parser.add_argument("--site", metavar="SITE", help="the site that the page is a copy of")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Looks at the address. Raises BadUsage if it is none of a listing or a document."""
        if len(args) != 1:
            raise BadUsage(f"Say which page is to be saved: {program()} save-fixture URL.")
        (url,) = args
        check_address(url)
        site = site_for(url, opts.site)
        if not is_document_url(url, site):
            collection(None, url, site.key)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetches, reads and saves the page; exits as a harvest of it would."""
        assert self.crawler_process is not None
        with self.telling_problems(), told_once():
            crawler = self.crawler_process.create_crawler(FixtureSpider)
            self.crawler_process.crawl(crawler, url=args[0], site=site_for(args[0], opts.site))
            self.crawler_process.start(install_signal_handlers=False)
            interrupt.ignore()
            self.exitcode = Outcome.FAILED.exit_code
            if isinstance(crawler.spider, FixtureSpider):
                self._finish(crawler.spider, Path(opts.to))

    def _finish(self, spider: FixtureSpider, folder: Path) -> None:
        """Tells where the page is. Raises what kept it from being read as what it should be."""
        if spider.fixture is not None:
            tell(f"Saved as {spider.fixture.write(folder)}")
        if spider.problem is not None:
            raise spider.problem
        self.exitcode = Outcome.COMPLETE.exit_code
