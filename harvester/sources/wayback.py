"""Fetching a listing from the Wayback Machine."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response, TextResponse

from harvester.crawl.response_meta import check
from harvester.items import PAGE_SOURCE, PageSource
from harvester.outcomes import Incomplete, Reason
from harvester.sources.capture_sets import KeptPage, Snapshot
from harvester.sources.captures import address
from harvester.sources.recordings import Recorded
from harvester.sources.service import ServiceFetcher, queries
from harvester.sources.wayback_captures import (
    blocked_site,
    index_url,
    is_archived,
    memento_url,
    read_memento,
    snapshots,
)
from harvester.timestamps import first_second
from harvester.warc.headers import digest


class WaybackFetcher(ServiceFetcher):
    """Fetches captures from the service that HARVEST_WAYBACK names."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._service = settings["HARVEST_WAYBACK"].rstrip("/")
        largest = settings.getint("DOWNLOAD_MAXSIZE")
        self._recorded = Recorded(settings["HARVEST_WARC"], largest, lambda one: one.memento)
        self._indexed: dict[str, list[Snapshot]] = {}

    def may_pass(self, response: Response) -> bool:
        """Whether the service fails, and not the site when it was captured."""
        return super().may_pass(response) and not is_archived(response.headers)

    async def captures(self, url: str) -> AsyncGenerator[Snapshot]:
        """The captures of an address, the best first. Raises if the service can't be reached."""
        if url not in self._indexed:
            self._indexed[url] = await self._search(url)
        for snapshot in self._indexed[url]:
            yield snapshot

    def left(self, url: str, tried: int) -> str | None:
        """That older captures were not looked at, if there are any."""
        known = len(self._indexed[url])
        if tried == known:
            return None
        return (
            f"The latest {tried} of {known} captures were looked at: name an earlier date, as in"
            " source=wayback:2020."
        )

    async def _search(self, url: str) -> list[Snapshot]:
        """Looks an address up in the index; if it is not there, in its other spellings."""
        for about in queries(url):
            asked = index_url(self._service, about, self._until)
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

    async def _captured(self, snapshot: Snapshot) -> KeptPage | None:
        asked = memento_url(self._service, snapshot.timestamp, snapshot.url)
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

    def _knows(self, url: str) -> str:
        return f"{self._service} knows"
