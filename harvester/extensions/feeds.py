"""Writes the feeds after a harvest, into the folder that HARVEST_FEEDS names."""

from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester.extensions.report import fail
from harvester.outcomes import HarvestProblem


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
        from harvester.feeds.atom import write_feeds

        try:
            write_feeds(
                database,
                Path(settings["HARVEST_FEEDS"]),
                searches=[one for one in searches if one],
                address=settings["HARVEST_FEEDS_URL"],
            )
        except HarvestProblem as problem:
            fail(self._crawler, problem)
