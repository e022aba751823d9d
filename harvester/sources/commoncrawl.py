"""Fetching a listing from Common Crawl: its indexes, and the records in its WARCs."""

import io
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import cast
from urllib.parse import urljoin

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response

from harvester.crawl.response_meta import check
from harvester.items import ENCLOSED, PAGE_SOURCE, PageSource
from harvester.outcomes import Incomplete, Reason, Refused, Unreadable
from harvester.sources.capture_sets import NEAREST, KeptPage, Snapshot
from harvester.sources.captures import REDIRECTS, Capture, Payload, address, host
from harvester.sources.crawl_index import Crawl, Row, crawls, has_none, index_url, rows
from harvester.sources.recordings import Recorded
from harvester.sources.service import ServiceFetcher, queries
from harvester.sources.warc import BROKEN, as_payload
from harvester.timestamps import first_second
from harvester.warc.codings import TooLarge
from harvester.warc.content import read_record
from harvester.warc.headers import value
from harvester.warc.record import Record

NEWEST = 8
"""How many crawls are looked at, the newest first: about a year's."""
MOST_REDIRECTS = 5


class CommonCrawlFetcher(ServiceFetcher):
    """Fetches captures from the crawl that is named, or from the newest ones.

    HARVEST_COMMONCRAWL has the indexes, HARVEST_COMMONCRAWL_DATA the files.
    """

    def __init__(self, crawler: Crawler, named: str) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._named = named
        self._service = settings["HARVEST_COMMONCRAWL"].rstrip("/")
        self._data = settings["HARVEST_COMMONCRAWL_DATA"].rstrip("/")
        self._limit = settings.getint("DOWNLOAD_MAXSIZE")
        self._recorded = Recorded(settings["HARVEST_WARC"], self._limit, _recorded_as)
        self._all: list[Crawl] = []
        self._indexed: dict[tuple[str, str], list[Row]] = {}
        self._hops = 0

    def may_pass(self, response: Response) -> bool:
        """Whether to ask again; a 403 that names a time is a limit as well."""
        is_limit = response.status == 403 and "Retry-After" in response.headers
        return is_limit or super().may_pass(response)

    async def captures(self, url: str) -> AsyncGenerator[Snapshot]:
        """The captures of an address, the newest crawl first. Raises if the service can't be
        reached."""
        for crawl in await self._crawls():
            for row in await self._rows(crawl, url):
                yield row

    async def nearest(self, url: str, first: Snapshot) -> AsyncGenerator[Snapshot]:
        """The captures of an address, those of the first page's crawl first."""
        assert isinstance(first, Row)
        order = await self._crawls()
        place = next((n for n, crawl in enumerate(order) if crawl.name == first.crawl), 0)
        for crawl in sorted(order, key=lambda one: abs(order.index(one) - place)):
            for row in sorted(await self._rows(crawl, url), key=first.distance):
                yield row

    def left(self, url: str, tried: int) -> str | None:
        """That older crawls, or captures in these, were not looked at, if there are any."""
        known = sum(len(found) for (_, asked), found in self._indexed.items() if asked == url)
        if tried < known:
            return (
                f"The latest {tried} captures were looked at: set HARVEST_CAPTURED_BEFORE to an"
                " earlier time, such as 2020-12-31."
            )
        in_time = [one for one in self._all if one.is_by(self._until)]
        if self._named or len(in_time) <= NEWEST:
            return None
        return (
            f"The newest {NEWEST} of {len(in_time)} crawls were looked at: name an older one, as in"
            f" source=commoncrawl:{in_time[NEWEST].name}."
        )

    async def _crawls(self) -> list[Crawl]:
        """The crawls to look at, the newest first. Raises Incomplete if there are none."""
        if not self._all:
            asked = f"{self._service}/collinfo.json"
            answer = await self._got(Request(asked, dont_filter=True))
            self._all = crawls(check(answer, asked, first=True).text, asked)
        if self._named:
            found = [one for one in self._all if one.name == self._named]
        else:
            found = [one for one in self._all if one.is_by(self._until)][:NEWEST]
        if not found:
            names = ", ".join(one.name for one in self._all[:3])
            wanted = f"no crawl {self._named}" if self._named else f"no crawl by {self._until}"
            sentence = f"There is {wanted} at {self._service}; the newest are {names}."
            raise Incomplete(sentence, Reason.NOT_SAVED)
        return found

    async def _rows(self, crawl: Crawl, url: str) -> list[Row]:
        """What a crawl has of an address; if it is not there, of its other spellings."""
        if (crawl.name, url) not in self._indexed:
            self._indexed[crawl.name, url] = await self._search(crawl, url)
        return self._indexed[crawl.name, url]

    async def _search(self, crawl: Crawl, url: str) -> list[Row]:
        page = address(url)
        for about in queries(url):
            asked = index_url(self._service, crawl, about)
            answer = await self._got(Request(asked, dont_filter=True))
            if answer.status == 404 and has_none(answer.body.decode("utf-8", "replace")):
                continue
            text = check(answer, asked, first=True).text if answer.body.strip() else ""
            if found := [one for one in rows(text, crawl, asked) if address(one.url) == page]:
                return [one for one in found if self._is_in_time(one)]
        return []

    def _is_in_time(self, row: Row) -> bool:
        return self._until is None or (first_second(row.timestamp) or "9") <= self._until

    async def _got(self, request: Request) -> Response:
        """Raises Refused if the service shuts us out, for which it says no end."""
        answer = await self.file(request.copy)
        if answer.status == 403:
            sentence = (
                f"{request.url} is refused: Common Crawl answers 403, as to those who ask too much;"
                " leave it alone for a day."
            )
            raise Refused(sentence, Reason.FORBIDDEN, request.url)
        return answer

    async def _captured(self, snapshot: Snapshot) -> KeptPage | None:
        assert isinstance(snapshot, Row)
        if snapshot.truncated:
            why = f"only its beginning was captured ({snapshot.truncated[:20]})."
            raise Incomplete(why, Reason.NOT_SAVED, snapshot.url)
        if (known := self._known(snapshot)) is not None:
            return self._page(*known)
        record, payload, source = await self._record(snapshot)
        if record.kind == "revisit":
            return await self._revisited(snapshot, record)
        if record.status in REDIRECTS:
            return await self._led(snapshot, value(record.http, "Location"))
        if record.status != 200:
            sentence = f"the site answered {record.status}."
            raise Incomplete(sentence, Reason.NOT_SAVED, snapshot.url)
        return self._page(payload, source)

    def _page(self, payload: Payload, source: PageSource) -> KeptPage:
        url = source.url
        answer = HtmlResponse(url, headers=payload.headers, body=payload.body, request=Request(url))
        return self._pages.put(check(answer, url, first=True), source)

    def _known(self, row: Row) -> tuple[Payload, PageSource] | None:
        """The capture from an earlier recording, if there is one."""
        found = self._recorded.get(f"{first_second(row.timestamp)} {row.url}")
        is_same = found is not None and row.digest in ("", found[1].digest.removeprefix("sha1:"))
        return found if is_same else None

    async def _record(self, row: Row) -> tuple[Record, Payload, PageSource]:
        """Fetches the record of a capture. Raises Incomplete if it is none of that page."""
        if row.length > self._limit:
            raise self._no_record(row, f"has {row.length:,} bytes, more than DOWNLOAD_MAXSIZE")
        answer = await self._part(row)
        try:
            file: io.BufferedReader = io.BufferedReader(cast(io.RawIOBase, io.BytesIO(answer.body)))
            record, content = read_record(file, self._limit)
            payload = as_payload(record, content, self._limit)
        except TooLarge:
            raise self._no_record(row, "has more bytes than DOWNLOAD_MAXSIZE allows") from None
        except BROKEN as error:
            raise self._no_record(row, str(error)) from None
        if address(record.url) != address(row.url):
            raise self._no_record(row, "holds another page")
        theirs = PageSource(None, record.url, row.file, row.offset, payload.digest)
        source = answer.meta.get(PAGE_SOURCE) or theirs
        moment = first_second(record.header("WARC-Date")) or first_second(row.timestamp)
        return record, payload, replace(source, captured=moment, digest=payload.digest)

    async def _part(self, row: Row) -> Response:
        """The bytes of a record, and no others."""
        part = f"{row.offset}-{row.offset + row.length - 1}"
        headers = {"Range": f"bytes={part}", "Accept-Encoding": "identity"}
        meta = {ENCLOSED: True, "download_maxsize": row.length, "download_warnsize": 0}
        url = f"{self._data}/{row.file}"
        try:
            answer = await self._got(Request(url, headers=headers, meta=meta, dont_filter=True))
        except Unreadable as problem:
            if problem.why is Reason.TOO_LARGE:
                raise self._no_record(row, "is sent with more than was asked for") from None
            raise
        sent = (answer.headers.get("Content-Range") or b"").decode("latin-1")
        if answer.status != 206:
            raise self._no_record(row, f"can't be had: the service answers {answer.status}")
        if not sent.startswith(f"bytes {part}/") or len(answer.body) != row.length:
            raise self._no_record(row, f"is not what the service sends ({sent[:40] or 'no range'})")
        return answer

    def _no_record(self, row: Row, why: str) -> Incomplete:
        return Incomplete(f"{row.place} {why}.", Reason.NOT_SAVED, row.url)

    async def _revisited(self, row: Row, record: Record) -> KeptPage:
        """The page that a revisit is of, at the revisit's time: from the crawl of that time."""
        moment = first_second(record.header("WARC-Refers-To-Date"))
        url = record.header("WARC-Refers-To-Target-URI").strip("<>") or row.url
        for crawl in self._all if moment else ():
            if moment and crawl.may_have(moment):
                for other in await self._rows(crawl, url):
                    is_it = other.is_page and first_second(other.timestamp) == moment
                    page = await self.kept(other) if is_it else None
                    if page is not None:
                        source = replace(page.source, captured=first_second(row.timestamp))
                        return replace(page, source=source)
        since = f" since {moment}" if moment else ""
        why = f"it says only that the page had not changed{since}, and no crawl has that."
        raise Incomplete(why, Reason.NOT_SAVED, row.url)

    async def _led(self, row: Row, location: str) -> KeptPage | None:
        """The page that a captured redirect leads to, as it was captured at about that time."""
        url = urljoin(row.url, location)
        if host(url).removeprefix("www.") != host(row.url).removeprefix("www."):
            raise Incomplete(f"it leads to another site, {url}.", Reason.NOT_SAVED, row.url)
        self._hops += 1
        try:
            tried = 0
            async for near in self.nearest(url, row):
                if self._hops > MOST_REDIRECTS or tried == NEAREST:
                    break
                tried += 1
                if near != row and (page := await self.kept(near)) is not None:
                    return page
        finally:
            self._hops -= 1
        raise Incomplete(f"it leads to {url}, which was not captured.", Reason.NOT_SAVED, row.url)

    def _knows(self, url: str) -> str:
        if self._named:
            return f"{self._named} at {self._service} knows"
        looked_at = [one for one in self._all if one.is_by(self._until)][:NEWEST]
        return f"{looked_at[-1].name} to {looked_at[0].name} at {self._service} know"


def _recorded_as(capture: Capture) -> str | None:
    return None if capture.revisits is not None else f"{capture.moment} {capture.url}"
