"""Captures in a service, such as the Wayback Machine, that make a whole listing."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scrapy.http import HtmlResponse, Request, TextResponse

from harvester.crawl.parts import PartedWalk
from harvester.items import PAGE_SOURCE, Listing, PageSource
from harvester.outcomes import Incomplete, Interrupted, Reason, RunProblem
from harvester.sources.captures import Address, address
from harvester.sources.files import Spool
from harvester.timestamps import first_second

logger = logging.getLogger(__name__)

FIRST_PAGES = 30
"""How many captures of a first page are tried, the latest first. What is no page is no try."""
MOST_FETCHED = 100
"""Most captures that are fetched for that."""
NEAREST = 5
"""How many captures of each later page are tried, the nearest in time first."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A capture in the index: its time (14 digits), its address, its digest.

    `is_page` tells a page from a redirect. The digest "-" stands for one that was the same as
    before.
    """

    timestamp: str
    url: str
    digest: str
    is_page: bool

    def distance(self, other: "Snapshot") -> float:
        """The seconds between this capture and another."""
        return abs((_time(self.timestamp) - _time(other.timestamp)).total_seconds())


def _time(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page in KeptPages: its place there, its size and encoding, and where it comes from."""

    place: int
    size: int
    encoding: str
    source: PageSource


class KeptPages:
    """The pages that one harvest has fetched, on the disk rather than in memory."""

    def __init__(self) -> None:
        self._spool = Spool()

    def put(self, page: TextResponse, source: PageSource) -> KeptPage:
        """Keeps a page."""
        return KeptPage(self._spool.put(page.body), len(page.body), page.encoding, source)

    def get(self, page: KeptPage, url: str) -> TextResponse:
        """The page as a response from an address."""
        body = self._spool.get(page.place, page.size)
        request = Request(url, meta={PAGE_SOURCE: page.source})
        return HtmlResponse(url, body=body, encoding=page.encoding, request=request)


class Shelf(Protocol):
    """A source of captures. Its methods raise a RunProblem if a capture can't be fetched."""

    def captures(self, url: str) -> AsyncGenerator[Snapshot]:
        """The captures of an address, the best first."""

    def nearest(self, url: str, first: Snapshot) -> AsyncGenerator[Snapshot]:
        """The captures of an address, those nearest to that of a first page first."""

    async def kept(self, snapshot: Snapshot) -> KeptPage | None:
        """The page that was captured; None if it is not there, or no page after all."""

    def read(self, page: KeptPage, url: str) -> Listing:
        """Reads the page."""

    def why_not(self, snapshot: Snapshot, url: str) -> Incomplete:
        """The problem that a capture of an address is not the page."""

    def gap(self, url: str) -> Incomplete:
        """The problem that an address has no capture."""

    def left(self, url: str, tried: int) -> str | None:
        """A sentence on the captures of an address that were not examined."""


@dataclass(slots=True)
class PageSet:
    """Pages that belong together, by address; `problem` is why they are not whole."""

    pages: dict[Address, KeptPage] = field(default_factory=dict)
    problem: RunProblem | None = None


async def best_set(shelf: Shelf, url: str, *, max_pages: int) -> PageSet:
    """The latest pages that make up a whole listing, or else the latest that begin one."""
    begun: list[PageSet] = []
    async with aclosing(shelf.captures(url)) as firsts:
        async for first in firsts:
            found = await _Search(shelf, first, url, max_pages).run()
            if found.problem is None:
                _tell_older(first, begun)
                return found
            begun.append(found)
            if len(begun) == MOST_FETCHED or sum(bool(one.pages) for one in begun) == FIRST_PAGES:
                break
    gap = begun[0] if begun else PageSet(problem=shelf.gap(url))
    best = next((found for found in begun if found.pages), gap)
    return _told_how_far(best, shelf.left(url, len(begun)), url)


def _tell_older(first: Snapshot, later: list[PageSet]) -> None:
    if later:
        logger.warning(
            "The captures since %s are no whole listing (%s %s): the latest that are one are read.",
            first_second(first.timestamp),
            f"{len(later)} were tried; the latest:",
            later[0].problem,
        )


def _told_how_far(found: PageSet, left: str | None, url: str) -> PageSet:
    """A set that is not whole; its problem says how far back the search went, if not to the end."""
    problem = found.problem
    if problem is None or left is None:
        return found
    return PageSet(found.pages, Incomplete(f"{problem} {left}", problem.why, url))


class _Search:
    """The search for the pages that go with one capture of the first of them."""

    def __init__(self, shelf: Shelf, first: Snapshot, url: str, max_pages: int) -> None:
        self._shelf = shelf
        self._first = first
        self._walk = PartedWalk([url], max_pages=max_pages)
        self._found = PageSet()
        self._documents: set[str] = set()

    async def run(self) -> PageSet:
        """Searches. Raises a RunProblem if the service can't be reached."""
        while (url := self._walk.url) is not None:
            if not await self._take_one(url):
                self._found.problem = self._found.problem or self._shelf.gap(url)
                return self._found
            try:
                self._walk.check_next()
            except RunProblem as problem:
                self._found.problem = problem
                return self._found
        try:
            self._walk.check_complete()
        except RunProblem as problem:
            self._found.problem = problem
        return self._found

    async def _candidates(self, url: str) -> AsyncGenerator[Snapshot]:
        """The captures to try for a page."""
        if not self._walk.pages:
            yield self._first
            return
        tried = 0
        async with aclosing(self._shelf.nearest(url, self._first)) as found:
            async for snapshot in found:
                yield snapshot
                tried += 1
                if tried == NEAREST:
                    return

    async def _take_one(self, url: str) -> bool:
        """Takes the first capture that fits; the last that doesn't gives the problem."""
        async with aclosing(self._candidates(url)) as candidates:
            async for snapshot in candidates:
                page = await self._shelf.kept(snapshot)
                if page is None:
                    self._found.problem = self._shelf.why_not(snapshot, url)
                elif self._is_taken(page, url):
                    return True
        return False

    def _is_taken(self, page: KeptPage, url: str) -> bool:
        """Takes a page if it fits; else notes why it does not."""
        try:
            self._fit(page, url)
        except Interrupted:
            raise
        except RunProblem as problem:
            self._found.problem = problem
            return False
        self._found.pages[address(url)] = page
        self._found.problem = None
        return True

    def _fit(self, page: KeptPage, url: str) -> None:
        """Goes on with a page. Raises a RunProblem if it is not where the ones before end."""
        listing = self._shelf.read(page, url)
        if self._walk.pages and self._walk.states_other(listing):
            raise Incomplete(
                f"{url} was captured only when the listing had {listing.total} entries, not"
                f" {self._walk.stated_total} as on its first page: name an earlier date.",
                Reason.NOT_SAVED,
                url,
            )
        self._walk.read(listing, len(listing.entries))
        new = {entry.document for entry in listing.entries} - self._documents
        self._documents |= new
        self._walk.stored(len(new))
