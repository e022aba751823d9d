"""The spider that harvests collections: it walks their listings one after another."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from parsel import Selector
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.robotstxt import RobotParser
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from harvester.clock import utc_now
from harvester.collection import Collection, wanted_collections
from harvester.fetch import Fetcher
from harvester.items import PageItem, RunEnd, RunStart
from harvester.outcomes import BadDatabase, BadUsage, Busy, HarvestProblem, Outcome, RunProblem
from harvester.pages import read_listing
from harvester.sources import LIVE, settings_for
from harvester.walk import Walk

logger = logging.getLogger(__name__)

Item = RunStart | PageItem | RunEnd


class CollectionSpider(Spider):
    """Harvests the collections of collections.toml, or the one that its arguments name.

    Arguments: `name` (only this one), `url` (this listing, in the file or not), `source` ("live",
    or a folder of saved pages). A page is stored before the next is asked for, so that a walk can
    be stopped at any moment, and so that it knows when its database fails. `problems` holds what
    kept collections from being harvested at all.
    """

    name = "collection"

    def __init__(self, collections: list[Collection], source: str, settings: BaseSettings) -> None:
        super().__init__()
        self.problems: list[HarvestProblem] = []
        self._collections = collections
        self._source = source
        self._fetcher: Fetcher
        self._max_pages = settings.getint("HARVEST_MAX_PAGES")
        self._user_agent = settings["ROBOTSTXT_USER_AGENT"]
        self._processed: asyncio.Queue[BaseException | None] = asyncio.Queue()

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Says in the user agent whom to write to."""
        super().update_settings(settings)
        if contact := settings.get("HARVEST_CONTACT"):
            agent = f"{settings['USER_AGENT']} (+{contact})"
            settings.set("USER_AGENT", agent, priority="spider")

    @classmethod
    def arguments(
        cls,
        settings: BaseSettings,
        name: str | None = None,
        url: str | None = None,
        source: str = LIVE,
        **unknown: str,
    ) -> tuple[list[Collection], str, dict[str, Any]]:
        """What arguments mean: collections, a source and its settings.

        Raises BadUsage if one of them is unknown or wrong.
        """
        if unknown:
            raise BadUsage(f"There is no argument {min(unknown)!r}: use name, url or source.")
        collections = wanted_collections(Path(settings["HARVEST_COLLECTIONS"]), name, url)
        return collections, source, settings_for(source)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "CollectionSpider":
        """The spider for its arguments. Raises BadUsage if one of them is wrong."""
        collections, source, settings = cls.arguments(crawler.settings, **kwargs)
        crawler.settings.setdict(settings, priority="spider")
        spider = super().from_crawler(crawler, collections, source, crawler.settings)
        spider._fetcher = Fetcher(crawler)
        for signal, receiver in (
            (signals.item_scraped, spider.item_scraped),
            (signals.item_dropped, spider.item_dropped),
            (signals.item_error, spider.item_error),
            (signals.robots_parsed, spider.robots_parsed),
        ):
            crawler.signals.connect(receiver, signal)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The items of all collections, each processed before the next one is made."""
        for collection in self._collections:
            try:
                async for item in self._harvest(collection):
                    yield item
            except BadUsage as problem:
                self.problems.append(problem)
            except (BadDatabase, Busy) as problem:
                self.problems.append(problem)
                break
        await self._processed_wholly()

    async def _harvest(self, collection: Collection) -> AsyncIterator[Item]:
        """The items of one collection: the beginning of its run, its pages, the end of its run."""
        yield RunStart(collection.name, collection.url, utc_now(), self._source)
        await self._stored()
        walk = Walk(collection.url, max_pages=self._max_pages)
        outcome, reason = Outcome.COMPLETE, None
        try:
            while walk.url is not None:
                page = await self._page(collection, walk)
                yield page
                await self._stored()
                walk.stored(page.read - page.duplicates)
                walk.check_next()
            walk.check_complete()
        except RunProblem as problem:
            outcome, reason = problem.outcome, str(problem)
        except HarvestProblem:
            raise
        except Exception as bug:
            logger.exception("The harvest of %s failed by a bug", collection.name)
            outcome, reason = Outcome.FAILED, f"It failed by a bug ({bug!r}): please report it."
        yield RunEnd(collection.name, outcome, utc_now(), walk.stated_total, reason)
        await self._stored()

    async def _page(self, collection: Collection, walk: Walk) -> PageItem:
        """The page that the walk is at, fetched and read; the walk goes on from it."""
        assert walk.url is not None
        response = await self._fetcher.page(walk.url, first=walk.pages == 0)
        listing = read_listing(
            Selector(text=response.text, type="html"), response.url, collection.site
        )
        walk.read(listing, len(listing.entries))
        return PageItem(
            collection=collection.name,
            listing=listing,
            fetched=utc_now(),
            status=response.status,
            sha256=hashlib.sha256(response.body).hexdigest(),
            read=len(listing.entries),
        )

    async def _stored(self) -> None:
        """Waits until the item that was made last is stored. Raises what kept it from that."""
        if (problem := await self._processed.get()) is not None:
            raise problem

    async def _processed_wholly(self) -> None:
        """Lets the engine finish with the last item: else it sees that only at its next heartbeat,
        five seconds later, and the spider's end waits for it."""
        slot = self.crawler.engine.scraper.slot
        while slot is not None and not slot.is_idle():
            await asyncio.sleep(0)

    def item_scraped(self) -> None:
        """An item has passed all pipelines."""
        self._processed.put_nowait(None)

    def item_dropped(self, exception: BaseException) -> None:
        """A pipeline refused an item; it says why in the exception's `problem`."""
        self._processed.put_nowait(getattr(exception, "problem", exception))

    def item_error(self, failure: Failure) -> None:
        """There is a bug in a pipeline."""
        self._processed.put_nowait(failure.value)

    def robots_parsed(self, robotparser: RobotParser) -> None:
        """The site's robots.txt was read: keep to the delay that it asks for."""
        delay = robotparser.crawl_delay(self._user_agent)
        self._fetcher.crawl_delay = float(delay or 0)
