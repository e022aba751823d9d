"""The spider that harvests collections: it walks their listings one after another."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from harvester.arguments import Arguments, read_arguments
from harvester.collection import Collection
from harvester.crawl.details import Details
from harvester.crawl.harvest import Harvest
from harvester.crawl.oai_walk import OaiWalk
from harvester.crawl.parts import PartedWalk
from harvester.crawl.repository import Listed
from harvester.crawl.scans import Scans
from harvester.crawl.steps import Item, batched
from harvester.learning.unknown_host import UnknownHost
from harvester.outcomes import (
    PROVED,
    BadDatabase,
    Busy,
    Failed,
    HarvestProblem,
    Interrupted,
    Outcome,
    Reason,
    RunProblem,
)
from harvester.runs import DetailsStart, Failure, RunEnd, RunStart
from harvester.sources import LIVE, fetcher_for, is_at_hand
from harvester.spiders.listings import Listings
from harvester.timestamps import differs, utc_now, was_set
from harvester.visit import PoliteSpider

logger = logging.getLogger(__name__)

AnyWalk = PartedWalk | OaiWalk

READ = (*PROVED, Outcome.INCOMPLETE, Outcome.SUSPECT)
"""How a run can end after which the site's other pages are worth asking for."""


class CollectionSpider(PoliteSpider):
    """Harvests the collections of collections.toml, or the one that its arguments name.

    Its arguments are those of harvester/arguments.py. A page is stored before the next is asked
    for, so that a walk can be stopped at any moment, and so that it knows when its database fails;
    those that have not changed may wait for one another a moment. So there is one request at a
    time: `parse` asks for pages itself, and gives them when they are read (`crawl.steps`).
    """

    name = "collection"
    arguments = staticmethod(read_arguments)
    make_fetcher = staticmethod(fetcher_for)

    def __init__(self, arguments: Arguments) -> None:
        super().__init__()
        self.harvest: Harvest
        self._wanted = arguments
        self._details: Details
        self._scans: Scans
        self._unknown: UnknownHost
        self._listings: Listings
        self._since: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider for its arguments. Raises BadUsage if one of them is wrong."""
        arguments = read_arguments(crawler.settings, **kwargs)
        crawler.settings.setdict(arguments.settings, priority="spider")
        spider = super().from_crawler(crawler, arguments)
        spider.harvest = Harvest(crawler, spider._items())
        spider._details = Details(spider._fetcher, spider.harvest)
        spider._scans = Scans(crawler, spider._fetcher, spider.harvest)
        said = {"quiet": crawler.settings.getbool("HARVEST_QUIET"), "accept": arguments.accept}
        spider._unknown = UnknownHost(spider._fetcher, spider.harvest, **said)
        asking = spider._fetcher, spider.harvest, spider._unknown
        spider._listings = Listings(arguments, crawler.settings, *asking)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Asks for the first step of the harvest."""
        yield self.harvest.steps.ask()

    async def parse(self, response: Response) -> AsyncIterator[Item]:
        """A step of the harvest: its next item."""
        item = await self.harvest.steps.take()
        if item is not None:
            yield item

    async def _items(self) -> AsyncGenerator[Item, None]:
        """The items of all collections; each is stored, or lost, when the next one is asked for."""
        problems = self.harvest.problems
        for collection in self._wanted.collections:
            try:
                self._fetcher.check()
                async for item in self._harvest(collection):
                    yield item
            except Interrupted as problem:
                problems.append(problem)
                raise
            except HarvestProblem as problem:
                problems.append(problem)
                if isinstance(problem, BadDatabase | Busy):
                    break
            except Exception as bug:
                problems.append(Failed(f"{collection.name}: {_said_of_bug(collection, bug)}"))

    async def _harvest(self, collection: Collection) -> AsyncGenerator[Item, None]:
        """The items of one collection's run: the pages of its listing, and what they lead to."""
        self._fetcher.site, self._since = collection.site, None
        collection, refused = await self._known(collection)
        start = RunStart(
            *(collection.name, collection.url, utc_now(), self._wanted.source),
            accept=self._wanted.accept,
            site=collection.site.key,
            profile=collection.profile,
            since=self._since,
        )
        self._fetcher.site = collection.site
        self.harvest.begin_run(start)
        self._listings.total = None
        end, stopped = RunEnd(collection.name, Outcome.WALKED, utc_now()), None
        try:
            if refused is not None:
                raise refused
            async for item in batched(
                self._listings.pages(collection, self._since), self.harvest.steps.check
            ):
                yield item
            if self._listings.total is not None:
                end = replace(end, outcome=Outcome.COMPLETE)
        except RunProblem as problem:
            end = replace(end, outcome=problem.outcome, reason=str(problem))
            end.failures.append(Failure.of(problem))
            stopped = problem if isinstance(problem, Interrupted) else None
        except HarvestProblem:
            raise
        except Exception as bug:
            sentence = _said_of_bug(collection, bug)
            end = replace(end, outcome=Outcome.FAILED, reason=sentence)
            end.failures.append(Failure(None, Reason.BUG, sentence))
        ahead = self._clock_ahead()
        end = replace(end, finished=utc_now(), stated_total=self._listings.total, clock_ahead=ahead)
        ended = self.harvest.end_run(end)
        if stopped:
            raise stopped
        if collection.details and ended.outcome in READ:
            async for beyond in self._beyond(collection):
                yield beyond

    async def _known(self, collection: Collection) -> tuple[Collection, RunProblem | None]:
        """The collection as its pages are read, and what keeps that from being found out, which is
        the end of its run. Nothing is learned from captures that have yet to be asked for."""
        live = self._wanted.source == LIVE
        try:
            if not (live or is_at_hand(self._wanted.source)):
                return self._unknown.kept(collection), None
            collection = await self._as_records(collection)
            if not collection.site.oai:
                collection = await self._as_records(await self._unknown.learned(collection))
            if collection.site.oai and live:
                full, listed = self._wanted.full, _listed(collection)
                self._since = await self._listings.repository.since(listed, full=full)
            return collection, None
        except RunProblem as problem:
            return collection, problem

    async def _as_records(self, collection: Collection) -> Collection:
        """The collection as a repository's list of records, if it is one."""
        found = await self._listings.repository.found(_listed(collection))
        return replace(collection, url=found.url, site=found.site)

    async def _beyond(self, collection: Collection) -> AsyncGenerator[Item, None]:
        """The items of what a listing leads to: documents' own pages, then their scans."""
        async for item in self._details.items(self._details_of(collection), collection.site):
            yield item
        if collection.files and self._details.is_welcome:
            async for scan in self._scans.items(collection.name, full=self._wanted.full):
                yield scan

    def _details_of(self, collection: Collection) -> DetailsStart:
        """Reading again what is at hand costs nobody anything."""
        full = self._wanted.full or is_at_hand(self._wanted.source)
        live = self._wanted.source == LIVE
        where = collection.root, collection.site.home
        url_of = partial(collection.site.identity.url, root=collection.root)
        return DetailsStart(collection.name, *where, url_of, full=full, asks_for_changes=live)

    def _clock_ahead(self) -> int | None:
        """By how much our clock was ahead of the site's, or of what it was set to meanwhile."""
        if self._fetcher.clock_ahead is not None or self._wanted.source != LIVE:
            return self._fetcher.clock_ahead
        return -was_set() if differs(was_set()) else None


def _listed(collection: Collection) -> Listed:
    return Listed(collection.name, collection.url, collection.site)


def _said_of_bug(collection: Collection, bug: Exception) -> str:
    """The sentence for a bug that ended a harvest; the log has the rest."""
    logger.exception("The harvest of %s failed by a bug", collection.name)
    return f"It failed by a bug ({bug!r}): please report it."
