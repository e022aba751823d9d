"""Fetching a listing from a service that has captures and an index of them.

The captures of a listing must be from about the same time, so that they make up a whole.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from scrapy.crawler import Crawler
from scrapy.http import TextResponse

from harvester.crawl.fetch import Fetcher, PageRequest, Read
from harvester.crawl.response_meta import texts_of
from harvester.interfaces import read_document, read_listing
from harvester.items import Listing
from harvester.outcomes import Incomplete, Reason, Refused, RunProblem, Unreadable
from harvester.sites import site_of
from harvester.sites.site import Site
from harvester.sources.capture_sets import (
    FIRST_PAGES,
    KeptPage,
    KeptPages,
    PageSet,
    Snapshot,
    best_set,
)
from harvester.sources.captures import address
from harvester.timestamps import first_second, last_second


class ServiceFetcher(Fetcher):
    """Fetches captures from a service.

    With the first page of a listing, it looks for the latest captures that make the listing whole,
    none after HARVEST_CAPTURED_BEFORE. It fetches a capture once, or never if it was recorded. A
    subclass asks the service.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.asks_server = True
        settings = crawler.settings
        self._until = last_second(settings["HARVEST_CAPTURED_BEFORE"])
        self._max_pages = settings.getint("HARVEST_MAX_PAGES")
        self._pages = KeptPages()
        self._fetched: dict[str, KeptPage | None] = {}
        self._unread: dict[str, RunProblem] = {}
        self._set = PageSet()

    async def page(self, wanted: PageRequest, read: Callable[[TextResponse], Read]) -> Read | None:
        """A page's capture. Raises as Fetcher.page does, and Incomplete if there is none."""
        url = wanted.url
        if wanted.first:
            self._set = await best_set(self, url, max_pages=self._max_pages)
        page = self._set.pages.get(address(url))
        if page is None:
            raise self._set.problem or self.gap(url)
        return read(self._pages.get(page, url))

    async def document(
        self, wanted: PageRequest, read: Callable[[TextResponse], Read]
    ) -> Read | None:
        """The latest capture of a document's page that can be read."""
        url, tries = wanted.url, 0
        problem: RunProblem | None = None
        async with aclosing(self.captures(url)) as found:
            async for snapshot in found:
                page = await self.kept(snapshot)
                answer = page and self._pages.get(page, url)
                unfit = _unfit(answer, self._site_of(url)) if answer else None
                if answer and not unfit:
                    return read(answer)
                problem = problem or self.why_not(snapshot, url, unfit)
                tries += 1
                if tries == FIRST_PAGES:
                    break
        raise problem or self.gap(url)

    def captures(self, url: str) -> AsyncGenerator[Snapshot]:
        """The captures of an address, the best first. Raises if the service can't be reached."""
        raise NotImplementedError

    async def nearest(self, url: str, first: Snapshot) -> AsyncGenerator[Snapshot]:
        """The captures of an address, those nearest to that of a first page first."""
        found = [one async for one in self.captures(url)]
        for snapshot in sorted(found, key=first.distance):
            yield snapshot

    async def kept(self, snapshot: Snapshot) -> KeptPage | None:
        """Fetches a capture; None if it is not there, or can't be read: `why_not` says why."""
        content, own = _known_as(snapshot), _named(snapshot)
        known = own if own in self._fetched else content
        if known not in self._fetched:
            try:
                self._fetched[content] = await self._captured(snapshot)
            except Incomplete as problem:
                # Another capture of the same content may be there.
                known, self._fetched[own], self._unread[own] = own, None, problem
            except Unreadable as problem:
                self._fetched[content], self._unread[content] = None, problem
            except Refused as refusal:
                if refusal.why is not Reason.CHALLENGE:
                    raise
                self._fetched[content], self._unread[content] = None, refusal
        page = self._fetched[known]
        return page and (_at(page, snapshot) if known == snapshot.digest else page)

    def read(self, page: KeptPage, url: str) -> Listing:
        """Reads a page. Raises Unreadable if it is no page of a listing."""
        answer = self._pages.get(page, url)
        return read_listing(answer.text, url, self._site_of(url), texts_of(answer.headers))

    def why_not(self, snapshot: Snapshot, url: str, unfit: RunProblem | None = None) -> Incomplete:
        """The problem that a capture of an address is not the page."""
        moment = first_second(snapshot.timestamp)
        known = self._unread.get(_named(snapshot)) or self._unread.get(_known_as(snapshot))
        why = unfit or known or "it leads to a later one"
        sentence = f"{url} was captured at {moment}, but that can't be read: {why}"
        return Incomplete(f"{sentence.removesuffix('.')}.", Reason.NOT_SAVED, url)

    def gap(self, url: str) -> Incomplete:
        """The problem that an address has no capture."""
        by_then = f" by {self._until}" if self._until else ""
        sentence = f"{url} was not captured{by_then}, as far as {self._knows(url)}."
        return Incomplete(sentence, Reason.NOT_SAVED, url)

    def left(self, url: str, tried: int) -> str | None:
        """What was not looked at after so many captures of an address, and what to do, in a
        sentence; None if all was."""
        raise NotImplementedError

    async def _captured(self, snapshot: Snapshot) -> KeptPage | None:
        """Raises Unreadable, Incomplete or, for a check for robots, Refused if it is no page."""
        raise NotImplementedError

    def _knows(self, url: str) -> str:
        """The service, and that it knows: "https://web.archive.org knows"."""
        raise NotImplementedError

    def _site_of(self, url: str) -> Site:
        return self.site or site_of(url)


def queries(url: str) -> list[dict[str, str]]:
    """What to ask an index of captures for, one after another, until it knows the page.

    The index knows an address only as it was written. The first of these asks for that, the others
    for other spellings of the same page, and the last for all that begins like it.
    """
    path, _, query = url.partition("?")
    begins = {"url": f"{path}?", "matchType": "prefix"} if query else {"url": path}
    exact = [{"url": spelling} for spelling in _spellings(url)]
    return exact if begins in exact else [*exact, begins]


def _spellings(url: str) -> list[str]:
    path, _, query = url.partition("?")
    pairs = [pair for pair in query.split("&") if pair]
    without = [pair for pair in pairs if pair != "page=0"]
    paged = without if any(pair.startswith("page=") for pair in without) else [*without, "page=0"]
    asked = [query, *map("&".join, (without, paged))] if query else []
    spelt = [one for said in asked for one in (said, _swapped(said))]
    return list(dict.fromkeys([url, *(f"{path}?{one}" if one else path for one in spelt)]))


def _swapped(query: str) -> str:
    """A query with its spaces written in the other way."""
    return query.replace("+", "%20") if "+" in query else query.replace("%20", "+")


def _unfit(page: TextResponse, site: Site) -> Unreadable | None:
    """Why a page is no document's; None if it is."""
    try:
        read_document(page.text, page.url, site)
    except Unreadable as problem:
        return problem
    return None


def _known_as(snapshot: Snapshot) -> str:
    """What stands for a capture: its digest, which others with the same bytes have, too."""
    if snapshot.is_page and snapshot.digest.strip("-"):
        return snapshot.digest
    return _named(snapshot)


def _named(snapshot: Snapshot) -> str:
    return f"{snapshot.timestamp} {snapshot.url}"


def _at(page: KeptPage, snapshot: Snapshot) -> KeptPage:
    """A page at the moment of another capture with the same bytes."""
    moment = first_second(snapshot.timestamp)
    return replace(page, source=replace(page.source, captured=moment, url=snapshot.url))
