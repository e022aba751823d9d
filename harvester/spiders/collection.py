"""The spider that harvests collections: it walks their listings one after another."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import TextResponse
from scrapy.robotstxt import RobotParser
from scrapy.settings import BaseSettings

from harvester.answer import said_of, validators
from harvester.arguments import Arguments, read_arguments
from harvester.clock import differs, utc_now, was_set
from harvester.collection import Collection
from harvester.detail_items import DetailsEnd, DetailsStart
from harvester.details import REFUSALS, Details
from harvester.details import Item as OfDetails
from harvester.fetch import Fetcher
from harvester.interrupt import interrupt
from harvester.items import Failure, KnownPage, PageItem, Recall, RunEnd, RunStart, SamePages
from harvester.outcomes import (
    BadDatabase,
    Busy,
    Failed,
    HarvestProblem,
    Interrupted,
    Moved,
    Outcome,
    Reason,
    RunProblem,
)
from harvester.pages import read_listing
from harvester.processing import Processing
from harvester.scans.phase import Item as OfScans
from harvester.scans.phase import Scans
from harvester.sources import LIVE, fetcher_for, is_at_hand
from harvester.together import together
from harvester.walk import Walk

logger = logging.getLogger(__name__)

Item = RunStart | PageItem | SamePages | RunEnd | OfDetails | OfScans
READ = (Outcome.COMPLETE, Outcome.INCOMPLETE, Outcome.SUSPECT)
"""How a run can end after which the site's other pages are worth asking for."""
STOPPED = "shutdown"
"""What Scrapy says when a signal has stopped it."""


class CollectionSpider(Spider):
    """Harvests the collections of collections.toml, or the one that its arguments name.

    Its arguments are those of harvester/arguments.py. A page is stored before the next is asked
    for, so that a walk can be stopped at any moment, and so that it knows when its database fails;
    those that have not changed may wait for one another a moment. `problems` holds what kept
    collections from being harvested at all.
    """

    name = "collection"
    arguments = staticmethod(read_arguments)

    def __init__(self, arguments: Arguments, settings: BaseSettings) -> None:
        super().__init__()
        self.problems: list[HarvestProblem] = []
        self._wanted = arguments
        self._fetcher: Fetcher
        self._processing: Processing
        self._details: Details
        self._scans: Scans
        self._max_pages = settings.getint("HARVEST_MAX_PAGES")
        self._walks = settings.getint("HARVEST_WALKS")
        self._user_agent = settings["ROBOTSTXT_USER_AGENT"]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Says in the user agent whom to write to."""
        super().update_settings(settings)
        if contact := settings.get("HARVEST_CONTACT"):
            agent = f"{settings['USER_AGENT']} (+{contact})"
            settings.set("USER_AGENT", agent, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "CollectionSpider":
        """The spider for its arguments. Raises BadUsage if one of them is wrong."""
        arguments = read_arguments(crawler.settings, **kwargs)
        crawler.settings.setdict(arguments.settings, priority="spider")
        spider = super().from_crawler(crawler, arguments, crawler.settings)
        spider._fetcher = fetcher_for(crawler)
        spider._processing = Processing(crawler)
        spider._details = Details(spider._fetcher, spider._processing.stored)
        spider._scans = Scans(crawler, spider._fetcher, spider._processing.stored)
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Harvests, and has each item processed before the next one is made."""
        async for item in self._items():
            await self._processing.process(item)
        await self._processing.end()
        if any(isinstance(problem, Interrupted) for problem in self.problems):
            raise CloseSpider(STOPPED)
        return
        yield  # makes this a generator, as Scrapy wants it

    async def _items(self) -> AsyncIterator[Item]:
        """The items of all collections; each is processed when the next one is asked for."""
        for collection in self._wanted.collections:
            try:
                interrupt.check()
                async for item in self._harvest(collection):
                    yield item
            except HarvestProblem as problem:
                self.problems.append(problem)
                if isinstance(problem, BadDatabase | Busy | Interrupted):
                    break
            except Exception as bug:
                logger.exception("The harvest of %s failed by a bug", collection.name)
                sentence = f"{collection.name}: It failed by a bug ({bug!r}): please report it."
                self.problems.append(Failed(sentence))

    async def _harvest(self, collection: Collection) -> AsyncIterator[Item]:
        """The items of one collection: the beginning of its run, its pages, the end of its run."""
        source, accept = self._wanted.source, self._wanted.accept
        start = RunStart(
            *(collection.name, collection.url, utc_now(), source),
            accept=accept,
            site=collection.site.key,
        )
        self._fetcher.site = collection.site
        yield start
        await self._processing.stored()
        end = RunEnd(collection.name, Outcome.COMPLETE, utc_now())
        stopped: Interrupted | None = None
        try:
            async for item in together(
                self._pages(collection, start.recall), self._processing.stored
            ):
                end.stated_total = item.listing.total
                yield item
        except RunProblem as problem:
            end.outcome, end.reason = problem.outcome, str(problem)
            end.failures = [Failure(problem.url, problem.why, end.reason, problem.attempts)]
            stopped = problem if isinstance(problem, Interrupted) else None
        except HarvestProblem:
            raise
        except Exception as bug:
            logger.exception("The harvest of %s failed by a bug", collection.name)
            end.outcome = Outcome.FAILED
            end.reason = f"It failed by a bug ({bug!r}): please report it."
            end.failures = [Failure(None, Reason.BUG, end.reason)]
        end.finished, end.clock_ahead = utc_now(), self._clock_ahead()
        yield end
        await self._processing.stored()
        if stopped:
            raise stopped
        if collection.details and end.outcome in READ:
            async for beyond in self._beyond(collection):
                yield beyond

    async def _beyond(self, collection: Collection) -> AsyncIterator[Item]:
        """The items of what a listing leads to: documents' own pages, then their scans."""
        welcome = True
        async for item in self._details.items(self._details_of(collection), collection.site):
            yield item
            if isinstance(item, DetailsEnd):
                welcome = not any(failure.reason in REFUSALS for failure in item.failures)
        if collection.files and welcome:
            async for scan in self._scans.items(collection.name, full=self._wanted.full):
                yield scan

    def _details_of(self, collection: Collection) -> DetailsStart:
        """Reading again what is at hand costs nobody anything."""
        full = self._wanted.full or is_at_hand(self._wanted.source)
        live = self._wanted.source == LIVE
        return DetailsStart(collection.name, collection.root, full=full, asks_for_changes=live)

    async def _pages(
        self, collection: Collection, recall: Recall | None
    ) -> AsyncIterator[PageItem]:
        """The pages of a listing, walked again, and then in full, if it changes meanwhile."""
        if self._wanted.full or self._wanted.source != LIVE:
            recall = None
        for number in range(1, self._walks + 1):
            try:
                async for page in self._walk(collection, recall):
                    page.walk, page.clock_ahead = number, self._fetcher.clock_ahead
                    yield page
                return
            except Moved as problem:
                if number == self._walks:
                    raise
                logger.info("Walking it again: %s", problem)
                recall = None

    async def _walk(self, collection: Collection, recall: Recall | None) -> AsyncIterator[PageItem]:
        """The pages of a listing, one after another, up to the end that the listing states."""
        walk = Walk(collection.url, max_pages=self._max_pages)
        while walk.url is not None:
            interrupt.check()
            page = await self._page(collection, walk, recall and recall(walk.url))
            walk.read(page.listing, page.read)
            yield page
            walk.stored(page.read - page.duplicates)
            walk.check_next()
        walk.check_complete()

    async def _page(self, collection: Collection, walk: Walk, known: KnownPage | None) -> PageItem:
        """The page that a walk is at: as it is known, if it has not changed, or as it is read."""
        assert walk.url is not None
        if known and known.fresh:
            return replace(known.page, collection=collection.name)
        first = walk.pages == 0
        page = await self._fetcher.page(
            walk.url,
            partial(_read, collection=collection),
            first=first,
            validators=validators(known.page.etag, known.page.last_modified) if known else None,
            known=known.page.source if known else None,
        )
        if page is not None:
            return page
        assert known is not None, "only a known page can be the same as before"
        return replace(known.page, collection=collection.name, fetched=utc_now(), status=304)

    def _clock_ahead(self) -> int | None:
        """By how much our clock was ahead of the site's, or of what it was set to meanwhile."""
        if self._fetcher.clock_ahead is not None or self._wanted.source != LIVE:
            return self._fetcher.clock_ahead
        return -was_set() if differs(was_set()) else None

    def robots_parsed(self, robotparser: RobotParser) -> None:
        """The site's robots.txt was read: keep to the delay that it asks for."""
        delay = robotparser.crawl_delay(self._user_agent)
        self._fetcher.crawl_delay = float(delay or 0)


def _read(response: TextResponse, collection: Collection) -> PageItem:
    """What a response says. Raises Unreadable if it is no page of a listing."""
    listing = read_listing(response.text, response.url, collection.site)
    return PageItem(
        collection=collection.name,
        listing=listing,
        read=len(listing.entries),
        with_date=sum(entry.date_text is not None for entry in listing.entries),
        with_summary=sum(entry.summary is not None for entry in listing.entries),
        **said_of(response),
    )
