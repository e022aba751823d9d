"""Fetching a listing from the Wayback Machine, from captures of about the same time."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response, TextResponse

from harvester.crawl.fetch import Fetcher, Read
from harvester.crawl.response_meta import check, texts_of
from harvester.interfaces import read_listing
from harvester.items import PAGE_SOURCE, Listing, PageSource
from harvester.outcomes import Incomplete, Reason, Refused, RunProblem, Unreadable
from harvester.pages import read_document
from harvester.sites import site_of
from harvester.sites.site import Site
from harvester.sources.captures import address
from harvester.sources.recordings import Mementos
from harvester.sources.wayback_captures import (
    Snapshot,
    blocked_site,
    index_urls,
    is_archived,
    memento_url,
    read_memento,
    snapshots,
)
from harvester.sources.wayback_sets import FIRST_PAGES, KeptPage, KeptPages, PageSet, best_set
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
        self._unread: dict[str, RunProblem] = {}
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
        problem: RunProblem | None = None
        for snapshot in (await self.captures(url))[:FIRST_PAGES]:
            page = await self.kept(snapshot)
            answer = page and self._pages.get(page, url)
            unfit = _unfit(answer, self._site_of(url)) if answer else None
            if answer and not unfit:
                return read(answer)
            problem = problem or self.why_not(snapshot, url, unfit)
        raise problem or self.gap(url)

    def may_pass(self, response: Response) -> bool:
        """Whether the service fails, and not the site when it was captured."""
        return super().may_pass(response) and not is_archived(response.headers)

    async def captures(self, url: str) -> list[Snapshot]:
        """The captures of an address, the best first. Raises if the service can't be reached."""
        if url not in self._indexed:
            self._indexed[url] = await self._search(url)
        return self._indexed[url]

    async def _search(self, url: str) -> list[Snapshot]:
        """Looks an address up in the index; if it is not there, in its other spellings."""
        for asked in index_urls(self._service, url, self._until):
            answer = await self._got(asked)
            if blocked := blocked_site(answer, self._service, url):
                raise blocked
            if answer.status == 200 and not answer.body.strip():
                continue
            text = check(answer, asked, first=False).text
            page = address(url)
            if found := [one for one in snapshots(text, asked) if address(one.url) == page]:
                return found
        return []

    async def _got(self, url: str) -> Response:
        return await self.file(lambda: Request(url, dont_filter=True))

    async def kept(self, snapshot: Snapshot) -> KeptPage | None:
        """Fetches a capture; None if it is not there, or can't be read: `why_not` says why."""
        known = _known_as(snapshot)
        if known not in self._fetched:
            asked = memento_url(self._service, snapshot.timestamp, snapshot.url)
            try:
                self._fetched[known] = await self._captured(asked, snapshot)
            except (Unreadable, Incomplete) as problem:
                self._fetched[known], self._unread[known] = None, problem
            except Refused as refusal:
                if refusal.why is not Reason.CHALLENGE:
                    raise
                self._fetched[known], self._unread[known] = None, refusal
        page = self._fetched[known]
        return page and (_at(page, snapshot) if known == snapshot.digest else page)

    def read(self, page: KeptPage, url: str) -> Listing:
        """Reads a page. Raises Unreadable if it is no page of a listing."""
        answer = self._pages.get(page, url)
        return read_listing(answer.text, url, self._site_of(url), texts_of(answer.headers))

    def why_not(self, snapshot: Snapshot, url: str, unfit: RunProblem | None = None) -> Incomplete:
        """The problem that a capture of an address is not the page."""
        moment = first_second(snapshot.timestamp)
        why = unfit or self._unread.get(_known_as(snapshot)) or "it leads to a later one"
        sentence = f"{url} was captured at {moment}, but that can't be read: {why}"
        return Incomplete(f"{sentence.removesuffix('.')}.", Reason.NOT_SAVED, url)

    def gap(self, url: str) -> Incomplete:
        """The problem that an address has no capture."""
        by_then = f" by {self._until}" if self._until else ""
        sentence = f"{url} was not captured{by_then}, as far as {self._service} knows."
        return Incomplete(sentence, Reason.NOT_SAVED, url)

    def _site_of(self, url: str) -> Site:
        return self.site or site_of(url)

    async def _captured(self, asked: str, snapshot: Snapshot) -> KeptPage | None:
        """Raises Unreadable, Incomplete or, for a check for robots, Refused if it is no page."""
        answer = self._known(asked)
        if answer is None:
            got = await self._got(asked)
            if got.status >= 400 and is_archived(got.headers):
                sentence = f"the site answered {got.status}."
                raise Incomplete(sentence, Reason.NOT_SAVED, asked)
            answer = check(got, asked, first=False)
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
    return f"{snapshot.timestamp} {snapshot.url}"


def _at(page: KeptPage, snapshot: Snapshot) -> KeptPage:
    """A page at the moment of another capture with the same bytes."""
    moment = first_second(snapshot.timestamp)
    return replace(page, source=replace(page.source, captured=moment, url=snapshot.url))
