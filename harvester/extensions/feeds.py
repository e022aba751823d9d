"""Writes the feeds after a harvest, into the folder that HARVEST_FEEDS names."""

from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester.console import complain
from harvester.extensions.report import EXIT_CODE
from harvester.outcomes import HarvestProblem, worst


class Feeds:
    """Feeds of all documents, of each collection, and of HARVEST_FEED_SEARCHES."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Feeds":
        """Listens to the end of all runs. Raises NotConfigured if no feeds are wanted."""
        if not crawler.settings["HARVEST_FEEDS"]:
            raise NotConfigured
        feeds = cls(crawler)
        crawler.signals.connect(feeds.spider_closed, signals.spider_closed)
        return feeds

    def spider_closed(self) -> None:
        """All is stored: write the feeds, or say why they can't be."""
        settings = self._crawler.settings
        searches = (one.strip() for one in settings.getlist("HARVEST_FEED_SEARCHES"))
        database = Path(settings["HARVEST_DB"])
        if not database.is_file():
            return
        # Most harvests write none: they do without what it loads.
        from harvester.feeds.folder import write_feeds

        try:
            write_feeds(
                database,
                Path(settings["HARVEST_FEEDS"]),
                searches=[one for one in searches if one],
                address=settings["HARVEST_FEEDS_URL"],
            )
        except HarvestProblem as problem:
            self._fail(problem)

    def _fail(self, problem: HarvestProblem) -> None:
        complain(str(problem))
        stats = self._crawler.stats
        assert stats is not None
        codes = [stats.get_value(EXIT_CODE), problem.exit_code]
        stats.set_value(EXIT_CODE, worst(code for code in codes if code is not None))
