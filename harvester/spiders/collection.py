"""The spider that harvests collections: it walks their listings one after another."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings

from harvester.arguments import Arguments, read_arguments
from harvester.collection import Collection
from harvester.crawl.details import Details
from harvester.crawl.fetch import PageRequest, as_it_is
from harvester.crawl.harvest import Harvest
from harvester.crawl.limits import parts_of, stopped_at_limit
from harvester.crawl.oai_walk import OaiWalk
from harvester.crawl.parts import PartedWalk
from harvester.crawl.repository import Listed, Repository
from harvester.crawl.response_meta import said_of, texts_of, validators
from harvester.crawl.scans import Scans
from harvester.crawl.steps import Item, batched
from harvester.interfaces import read_listing
from harvester.interrupt import interrupt
from harvester.items import PageItem
from harvester.learning.unknown_host import UnknownHost
from harvester.normalize import page_item
from harvester.outcomes import (
    PROVED,
    BadDatabase,
    Busy,
    Failed,
    HarvestProblem,
    Interrupted,
    ListingChanged,
    Outcome,
    Reason,
    RunProblem,
    TokenRefused,
)
from harvester.runs import DetailsStart, Failure, KnownPage, RunEnd, RunStart
from harvester.sites.oai_address import OaiRequest
from harvester.sources import LIVE, fetcher_for, is_at_hand
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

    def __init__(self, arguments: Arguments, settings: BaseSettings) -> None:
        super().__init__()
        self.harvest: Harvest
        self._wanted = arguments
        self._details: Details
        self._scans: Scans
        self._unknown: UnknownHost
        self._repository: Repository
        self._since: str | None = None
        self._total: int | None = None
        self._max_pages = settings.getint("HARVEST_MAX_PAGES")
        self._walks = settings.getint("HARVEST_WALKS")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider for its arguments. Raises BadUsage if one of them is wrong."""
        arguments = read_arguments(crawler.settings, **kwargs)
        crawler.settings.setdict(arguments.settings, priority="spider")
        spider = super().from_crawler(crawler, arguments, crawler.settings)
        spider.harvest = Harvest(crawler, spider._items())
        spider._details = Details(spider._fetcher, spider.harvest)
        spider._scans = Scans(crawler, spider._fetcher, spider.harvest)
        said = {"quiet": crawler.settings.getbool("HARVEST_QUIET"), "accept": arguments.accept}
        spider._unknown = UnknownHost(spider._fetcher, spider.harvest, **said)
        asked = spider._fetcher, spider.harvest
        spider._repository = Repository(*asked, max_pages=spider._max_pages)
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
        self._total = None
        end, stopped = RunEnd(collection.name, Outcome.WALKED, utc_now()), None
        try:
            if refused is not None:
                raise refused
            async for item in batched(self._pages(collection), self.harvest.steps.check):
                yield item
            if self._total is not None:
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
        end = replace(end, finished=utc_now(), stated_total=self._total, clock_ahead=ahead)
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
                self._since = await self._repository.since(listed, full=full)
            return collection, None
        except RunProblem as problem:
            return collection, problem

    async def _as_records(self, collection: Collection) -> Collection:
        """The collection as a repository's list of records, if it is one."""
        found = await self._repository.found(_listed(collection))
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

    async def _pages(self, collection: Collection) -> AsyncGenerator[PageItem, None]:
        """The pages of a listing, walked again, and then in full, if it changes meanwhile."""
        is_live = self._wanted.source == LIVE
        states_total = collection.site.states_range(collection.url)
        recalls = states_total and is_live and not self._wanted.full
        listed = self.harvest.last_position(collection.name) if self._since else 0
        before: AnyWalk | None = None
        for number in range(1, self._walks + 1):
            walk = await self._begun(collection)
            try:
                async for page in self._walk(walk, collection, recalls=recalls):
                    page.walk, page.clock_ahead = number, self._fetcher.clock_ahead
                    page.before += listed
                    yield page
                if isinstance(walk, OaiWalk) and walk.is_uncounted:
                    await self._repository.count(walk)
                walk.check_complete(before, is_live=is_live)
                self._total = walk.stated_total
                return
            except RunProblem as problem:
                parted = walk.part if isinstance(walk, PartedWalk) else None
                if parted and (limit := stopped_at_limit(parted, problem)) is not None:
                    raise limit from problem
                if not isinstance(problem, ListingChanged) or number == self._walks:
                    raise
                logger.info("Walking it again: %s", problem)
                recalls, before = False, walk

    async def _begun(self, collection: Collection) -> AnyWalk:
        """A walk through a listing, or through its parts if it is to be split."""
        accept, split = self._wanted.accept, self._wanted.split
        if collection.site.oai:
            request = OaiRequest.of(collection.url)
            request = request if self._since is None else request.begun_at(self._since)
            return OaiWalk(request, max_pages=self._max_pages, accept=accept)
        if not split:
            return PartedWalk([collection.url], max_pages=self._max_pages, accept=accept)
        page = self._unknown.take(collection.url)
        if page is None:
            page = await self._fetcher.page(PageRequest(collection.url, first=True), as_it_is)
        assert page is not None, "nothing was asked about changes"
        whole = _read(page, collection).listing
        parts = parts_of(page.text, whole, collection.site, split)
        logger.info("%s is walked in %d parts.", collection.url, len(parts))
        return PartedWalk(parts, max_pages=self._max_pages, total=whole.total, accept=accept)

    async def _walk(
        self, walk: AnyWalk, collection: Collection, *, recalls: bool
    ) -> AsyncGenerator[PageItem, None]:
        """The pages of a listing, one after another, up to its end."""
        while walk.url is not None:
            interrupt.check()
            known = self.harvest.recall(walk.url)
            try:
                page = await self._page(collection, walk, known, recalls=recalls)
            except TokenRefused as problem:
                logger.info("Asking for the rest of the list anew: %s", problem)
                walk.begin_again(problem)
                continue
            page.before = walk.seen
            walk.read(page.listing, page.read)
            self._total = walk.stated_total
            yield page
            walk.stored(page.read - page.duplicates)
            walk.check_next()
            self._total = walk.stated_total

    async def _page(
        self, collection: Collection, walk: AnyWalk, known: KnownPage | None, *, recalls: bool
    ) -> PageItem:
        """The page that a walk is at: as it is known, if it has not changed, or as it is read.

        One that states no total is asked for in full, and read: of a feed or an index of sitemaps,
        the database does not know what else it said.
        """
        assert walk.url is not None
        recorded = known.page.source if known else None
        if known and not (recalls and _says_all(known, collection)):
            known = None
        if known and known.fresh:
            return replace(known.page, collection=collection.name)
        if (kept := self._unknown.take(walk.url)) is not None:
            return _read(kept, collection)
        wanted = PageRequest(walk.url, first=walk.pages == 0, known=recorded)
        if known:
            wanted = replace(
                wanted,
                validators=validators(known.page.etag, known.page.last_modified),
                reread=known.outdated,
            )
        read = partial(_read, collection=collection, known=known)
        page = await self._fetcher.page(wanted, read)
        if page is not None:
            return page
        assert known is not None, "only a known page can be the same as before"
        return replace(known.page, collection=collection.name, fetched=utc_now(), status=304)

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


def _says_all(known: KnownPage, collection: Collection) -> bool:
    """Whether the database knows all that a page said of its listing."""
    return known.page.listing.total is not None or bool(collection.site.oai)


def _is_all_there_is(known: KnownPage, collection: Collection) -> bool:
    """Whether a page's bytes say all that is read of it, by today's reader: JSON may have headers
    that say more."""
    site = collection.site
    return not known.outdated and site.json is None and not site.oai


def _read(
    response: TextResponse, collection: Collection, known: KnownPage | None = None
) -> PageItem:
    """Reads a response, or takes the page as it is known, if these are its bytes and all that it
    is read from. Raises Unreadable if it is no page of a listing."""
    said = said_of(response)
    if known and _is_all_there_is(known, collection) and said["sha256"] == known.page.sha256:
        return replace(known.page, collection=collection.name, **said)
    headers = texts_of(response.headers)
    listing = read_listing(response.text, response.url, collection.site, headers)
    return page_item(listing, collection=collection.name, **said)
