"""Scrapy's feed exports (`-o`, `-O`, FEEDS): of a harvest, they have the documents that it saw."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FeedSlot

from harvester.console import complain, tell
from harvester.crawl.signals import run_begun
from harvester.extensions.feed_storage import is_filled, path_of
from harvester.extensions.report import EXIT_CODE, fail
from harvester.outcomes import BadOutput, HarvestProblem

FAILED = "feedexport/failed_count/"
"""How Scrapy's statistics of feeds that could not be written begin."""


class DocumentFeeds(FeedExporter):
    """Gives feeds documents where Scrapy would give them items, which are pages here.

    A feed is written when all is stored, and from the database: each document once, with what it
    says at the end, whether its page was sent again or had not changed. So it has what was stored,
    however the harvest ended.

    No documented hook of Scrapy's (2.19) gives a feed something else than the items, or decides at
    the end whether one without any is written. Only for that this builds upon FeedExporter, on what
    is public in it: its receivers of signals, `feeds`, and `slots`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._runs: list[int] = []
        self._is_complete = False
        for uri, options in self.feeds.items():
            if options["format"] == "csv" and _goes_on(uri, options):
                options["item_export_kwargs"] |= {"include_headers_line": False}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listens to the beginnings of runs, and to the ends of feeds."""
        feeds = super().from_crawler(crawler)
        crawler.signals.connect(feeds.run_begun, run_begun)
        crawler.signals.connect(feeds.feed_slot_closed, signals.feed_slot_closed)
        return feeds

    def run_begun(self, run: int) -> None:
        """Remembers which runs there are."""
        self._runs.append(run)

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Nothing yet: what is stored is written when all is."""

    async def close_spider(self, spider: Spider) -> None:
        """All is stored: write the feeds; where nothing was, a file stays as it is."""
        try:
            for document in self._documents():
                super().item_scraped(document, spider)
        except HarvestProblem as problem:
            fail(self.crawler, problem)
        except OSError as error:
            fail(self.crawler, BadOutput(f"No feed can be written ({error.strerror or error})."))
        self._is_complete = self.crawler.stats.get_value(EXIT_CODE) == 0
        for slot in self.slots:
            slot.store_empty = self._is_complete or not _is_there(slot)
            if not slot.store_empty and not slot.itemcount:
                complain(f"{slot.uri} is left as it was: nothing was stored.")
        await super().close_spider(spider)

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """A feed was written, if it could be: say what it has."""
        if getattr(slot.storage, "failed", False):
            return
        documents = f"{slot.itemcount:,} document{'s' if slot.itemcount != 1 else ''}"
        if not self._is_complete:
            complain(f"{slot.uri} has only what was stored: {documents}.")
        elif path_of(slot.uri) and not self.settings.getbool("HARVEST_QUIET"):
            tell(f"{documents} written to {slot.uri}")

    def _documents(self) -> Iterator[dict[str, Any]]:
        database = Path(self.settings["HARVEST_DB"])
        if not self._runs:
            return
        # Most harvests write none: they do without what it loads.
        from harvester.store.reading import reading, seen

        with reading(database) as db:
            yield from map(dict, seen(db, self._runs))


def check_written(crawler: Crawler) -> None:
    """Says so if feeds were wanted and Scrapy could not begin, or end, with one of them."""
    wanted = crawler.settings.getdict("FEEDS")
    begun = crawler.get_extension(DocumentFeeds) is not None
    failed = [name for name in crawler.stats.get_stats() if name.startswith(FAILED)]
    if wanted and (failed or not begun):
        where = ", ".join(str(uri) for uri in wanted if path_of(str(uri)) is None)
        fail(crawler, BadOutput(f"The documents could not be written to {where}: see -L INFO."))


def _goes_on(uri: str, options: dict[str, Any]) -> bool:
    """Whether something is added to a file that has something already."""
    path = path_of(uri)
    return path is not None and not options.get("overwrite") and is_filled(path)


def _is_there(slot: FeedSlot) -> bool:
    path = path_of(slot.uri)
    return path is not None and path.exists()
