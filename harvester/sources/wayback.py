"""Fetching a listing from the Wayback Machine, from captures of about the same time."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, TextResponse

from harvester.crawl.fetch import Fetcher, Read, as_it_is
from harvester.crawl.response_meta import check, texts_of
from harvester.interfaces import read_listing
from harvester.items import PAGE_SOURCE, Listing, PageSource
from harvester.outcomes import Incomplete, Reason, Refused, Unreadable
from harvester.pages import read_document
from harvester.sites import site_of
from harvester.sites.site import Site
from harvester.sources.captures import address
from harvester.sources.recordings import Mementos
from harvester.sources.wayback_captures import (
    FIRST_PAGES,
    KeptPage,
    KeptPages,
    PageSet,
    Snapshot,
    best_set,
    index_url,
    memento_url,
    read_memento,
    snapshots,
)
from harvester.timestamps import first_second, last_second
from harvester.warc.headers import digest


class WaybackFetcher(Fetcher):
    """Fetches captures from the service that HARVEST_WAYBACK names.

    With the first page of a listing, it looks for the latest captures that make the listing whole,
    none after HARVEST_CAPTURED_BEFORE. It fetches a capture once, or never if it was recorded.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._service = settings["HARVEST_WAYBACK"].rstrip("/")
        self._until = last_second(settings["HARVEST_CAPTURED_BEFORE"])
        self._max_pages = settings.getint("HARVEST_MAX_PAGES")
        self._recorded = Mementos(settings["HARVEST_WARC"], settings.getint("DOWNLOAD_MAXSIZE"))
        self._pages = KeptPages()
        self._indexed: dict[str, list[Snapshot]] = {}
        self._fetched: dict[str, KeptPage | None] = {}
        self._set = PageSet()

    async def page(
        self,
        url: str,
        read: Callable[[TextResponse], Read],
        *,
        first: bool,
        validators: Mapping[str, str] | None = None,
        known: PageSource | None = None,
        reread: bool = False,
        unfit: Reason = Reason.NO_LISTING,
    ) -> Read | None:
        """A page's capture. Raises as Fetcher.page does, and Incomplete if there is none."""
        if first:
            self._set = await best_set(self, url, max_pages=self._max_pages)
        page = self._set.pages.get(address(url))
        if page is None:
            raise self._set.problem or self.gap(url)
        return read(self._pages.get(page, url))

    async def document(
        self,
        url: str,
        read: Callable[[TextResponse], Read],
        *,
        validators: Mapping[str, str],
        known: PageSource | None = None,
        reread: bool = False,
    ) -> Read | None:
        """The latest capture of a document's page that can be read."""
        for snapshot in (await self.captures(url))[:FIRST_PAGES]:
            page = await self.kept(snapshot)
            answer = page and self._pages.get(page, url)
            if answer and _is_document(answer, self._site_of(url)):
                return read(answer)
        raise self.gap(url)

    async def captures(self, url: str) -> list[Snapshot]:
        """The captures of an address, the best first. Raises if the service can't be reached."""
        if url not in self._indexed:
            asked = index_url(self._service, url, self._until)
            answer = await super().page(asked, as_it_is, first=False)
            assert answer is not None, "nothing was asked about changes"
            self._indexed[url] = snapshots(answer.text, asked)
        return self._indexed[url]

    async def kept(self, snapshot: Snapshot) -> KeptPage | None:
        """Fetches a capture; None if it is not there, or is a bot check."""
        asked = memento_url(self._service, snapshot.timestamp, snapshot.url)
        known = snapshot.digest if snapshot.is_page and snapshot.digest else asked
        if known not in self._fetched:
            self._fetched[known] = await self._captured(asked, snapshot)
        page = self._fetched[known]
        return page and (_at(page, snapshot) if known == snapshot.digest else page)

    def read(self, page: KeptPage, url: str) -> Listing:
        """Reads a page. Raises Unreadable if it is no page of a listing."""
        answer = self._pages.get(page, url)
        return read_listing(answer.text, url, self._site_of(url), texts_of(answer.headers))

    def gap(self, url: str) -> Incomplete:
        """The problem that an address has no capture."""
        by_then = f" by {self._until}" if self._until else ""
        sentence = f"{url} was not captured{by_then}, as far as {self._service} knows."
        return Incomplete(sentence, Reason.NOT_SAVED, url)

    def _site_of(self, url: str) -> Site:
        return self.site or site_of(url)

    async def _captured(self, asked: str, snapshot: Snapshot) -> KeptPage | None:
        try:
            answer = self._known(asked) or await super().page(asked, as_it_is, first=False)
        except (Unreadable, Incomplete):
            return None
        except Refused as refusal:
            if refusal.why is Reason.CHALLENGE:
                return None
            raise
        assert answer is not None, "nothing was asked about changes"
        url, moment = read_memento(answer.url) or (snapshot.url, first_second(snapshot.timestamp))
        if self._until and (moment or "9") > self._until:
            return None
        kept = answer.meta.get(PAGE_SOURCE) or PageSource("", "", None, None, digest(answer.body))
        return self._pages.put(answer, replace(kept, captured=moment, url=url))

    def _known(self, asked: str) -> TextResponse | None:
        """The capture from an earlier recording, if there is one. Raises as `check` does."""
        found = self._recorded.get(asked)
        if found is None:
            return None
        page, source = found
        request = Request(asked, meta={PAGE_SOURCE: source})
        answer = HtmlResponse(asked, headers=page.headers, body=page.body, request=request)
        return check(answer, asked, first=False)


def _is_document(page: TextResponse, site: Site) -> bool:
    try:
        read_document(page.text, page.url, site)
    except Unreadable:
        return False
    return True


def _at(page: KeptPage, snapshot: Snapshot) -> KeptPage:
    """A page at the moment of another capture with the same bytes."""
    moment = first_second(snapshot.timestamp)
    return replace(page, source=replace(page.source, captured=moment, url=snapshot.url))
