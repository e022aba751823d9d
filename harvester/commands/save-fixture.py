"""`scrapy save-fixture URL`: saves a page of the live site, and what is read in it, as a fixture.

Scrapy names a command after its module, hence the dash.
"""

import argparse
from pathlib import Path

from harvester.collection import collection
from harvester.command import PlainCommand
from harvester.extensions.report import complain
from harvester.fixture import FixtureSpider
from harvester.outcomes import BadUsage, HarvestProblem, Outcome
from harvester.pages.address import absolute, document_of
from harvester.settings import PROJECT
from harvester.sites import site_of


class Command(PlainCommand):
    """Saves one page, as politely as a harvest would fetch it."""

    requires_project = True

    def syntax(self) -> str:
        """What follows the command's name."""
        return "[options] URL"

    def short_desc(self) -> str:
        """What the list of commands says."""
        return "Save a page of a listing or a document, with what is read in it, for the tests"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds where to save."""
        super().add_options(parser)
        parser.add_argument(
            "--to", metavar="FOLDER", default=PROJECT / "fixtures", help="default: fixtures"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetches, reads and saves the page; exits as a harvest of it would."""
        assert self.crawler_process is not None
        try:
            url = _one_page(args)
        except BadUsage as problem:
            self._fail(problem)
            return
        crawler = self.crawler_process.create_crawler(FixtureSpider)
        self.crawler_process.crawl(crawler, url=url)
        self.crawler_process.start()
        if isinstance(crawler.spider, FixtureSpider):
            self._finish(crawler.spider, Path(opts.to))
        else:
            self.exitcode = Outcome.FAILED.exit_code

    def _finish(self, spider: FixtureSpider, folder: Path) -> None:
        if spider.fixture is not None:
            print(f"Saved as {spider.fixture.write(folder)}")
        if spider.problem is not None:
            self._fail(spider.problem)

    def _fail(self, problem: HarvestProblem) -> None:
        complain(str(problem))
        self.exitcode = problem.exit_code


def _one_page(args: list[str]) -> str:
    """The address given. Raises BadUsage if there is not one, or none of a listing or document."""
    if len(args) != 1:
        raise BadUsage("Say which page is to be saved: scrapy save-fixture URL.")
    url = args[0]
    if absolute(url, url) is None or document_of(url, site_of(url)) is None:
        collection(url, url, named=False)
    return url
