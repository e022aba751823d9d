"""The pages of listings: as the site sends them now, or as the database knows them."""

import logging
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial

from scrapy.http import TextResponse
from scrapy.settings import BaseSettings

from harvester.arguments import Arguments
from harvester.collection import Collection
from harvester.crawl.fetch import Fetcher, PageRequest, as_it_is
from harvester.crawl.harvest import Harvest
from harvester.crawl.limits import parts_of, stopped_at_limit, ways
from harvester.crawl.oai_walk import OaiWalk
from harvester.crawl.parts import PartedWalk, Split
from harvester.crawl.repository import Repository
from harvester.crawl.response_meta import said_of, texts_of, validators
from harvester.interfaces import read_listing
from harvester.interrupt import interrupt
from harvester.items import PageItem
from harvester.learning.unknown_host import UnknownHost
from harvester.normalize import page_item
from harvester.outcomes import ListingChanged, Reason, RunProblem, TokenRefused
from harvester.runs import KnownPage
from harvester.sites.oai_address import OaiRequest
from harvester.sources import LIVE
from harvester.timestamps import utc_now

logger = logging.getLogger(__name__)

AnyWalk = PartedWalk | OaiWalk


class Listings:
    """Walks listings, one at a time. `total` is what the present one states, as far as it was read.

    A listing that changes meanwhile is walked again, HARVEST_WALKS times at the most.
    """

    def __init__(
        self,
        wanted: Arguments,
        settings: BaseSettings,
        fetcher: Fetcher,
        harvest: Harvest,
        unknown: UnknownHost,
    ) -> None:
        self.total: int | None = None
        self.repository = Repository(
            fetcher, harvest, max_pages=settings.getint("HARVEST_MAX_PAGES")
        )
        self._wanted = wanted
        self._ways = ways(wanted.split)
        self._max_pages = settings.getint("HARVEST_MAX_PAGES")
        self._walks = settings.getint("HARVEST_WALKS")
        self._fetcher = fetcher
        self._harvest = harvest
        self._unknown = unknown

    async def pages(
        self, collection: Collection, since: str | None
    ) -> AsyncGenerator[PageItem, None]:
        """The pages of a listing, or of what has changed in it since a datestamp.

        Raises RunProblem if the listing can't be proved to be whole.
        """
        is_live = self._wanted.source == LIVE
        states_total = collection.site.states_range(collection.url)
        recalls = states_total and is_live and not self._wanted.full
        listed = self._harvest.last_position(collection.name) if since else 0
        before: AnyWalk | None = None
        for number in range(1, self._walks + 1):
            walk = await self._begun(collection, since)
            try:
                async for page in self._walk(walk, collection, recalls=recalls):
                    page.walk, page.clock_ahead = number, self._fetcher.clock_ahead
                    page.before += listed
                    yield page
                if isinstance(walk, OaiWalk) and walk.is_uncounted:
                    await self.repository.count(walk)
                walk.check_complete(before, is_live=is_live)
                self.total = walk.stated_total
                return
            except RunProblem as problem:
                parted = walk.part if isinstance(walk, PartedWalk) else None
                if parted and (limit := stopped_at_limit(parted, problem)) is not None:
                    raise limit from problem
                if not isinstance(problem, ListingChanged) or number == self._walks:
                    raise
                logger.info("Walking it again: %s", problem)
                recalls, before = False, walk

    async def _begun(self, collection: Collection, since: str | None) -> AnyWalk:
        """A walk through a listing, or through its parts if it is to be split."""
        accept = self._wanted.accept
        if collection.site.oai:
            request = OaiRequest.of(collection.url)
            request = request if since is None else request.begun_at(since)
            return OaiWalk(request, max_pages=self._max_pages, accept=accept)
        if not self._ways:
            return PartedWalk([collection.url], max_pages=self._max_pages, accept=accept)
        parts, total = await self._parts(collection.url, collection, self._ways[0])
        split = Split(collection.url, total, len(parts))
        return PartedWalk(parts, max_pages=self._max_pages, split=split, accept=accept)

    async def _parts(self, url: str, collection: Collection, way: str) -> tuple[list[str], int]:
        """The addresses of the parts of a listing, and the total that it states."""
        page = self._unknown.take(url)
        if page is None:
            page = await self._fetcher.page(PageRequest(url, first=True), as_it_is)
        assert page is not None, "nothing was asked about changes"
        whole = _read(page, collection).listing
        parts = parts_of(page.text, whole, collection.site, way)
        logger.info("%s is walked in %d parts.", url, len(parts))
        return parts, whole.total or 0

    async def _split_again(
        self, walk: AnyWalk, collection: Collection, problem: RunProblem
    ) -> bool:
        """Whether a part that ended at a limit is walked in parts of its own."""
        if not isinstance(walk, PartedWalk) or not 0 < walk.depth < len(self._ways):
            return False
        if problem.why is not Reason.CAPPED and stopped_at_limit(walk.part, problem) is None:
            return False
        logger.info("It is split again: %s", problem)
        walk.split(*await self._parts(walk.part.first_url, collection, self._ways[walk.depth]))
        return True

    async def _walk(
        self, walk: AnyWalk, collection: Collection, *, recalls: bool
    ) -> AsyncGenerator[PageItem, None]:
        """The pages of a listing, one after another, up to its end."""
        while walk.url is not None:
            interrupt.check()
            known = self._harvest.recall(walk.url)
            try:
                page = await self._page(collection, walk, known, recalls=recalls)
                page.before = walk.seen
                walk.read(page.listing, page.read)
                self.total = walk.stated_total
                yield page
                walk.stored(page.read - page.duplicates)
                walk.check_next()
            except TokenRefused as problem:
                logger.info("Asking for the rest of the list anew: %s", problem)
                walk.begin_again(problem)
            except RunProblem as problem:
                if not await self._split_again(walk, collection, problem):
                    raise
            self.total = walk.stated_total

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
