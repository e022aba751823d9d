"""Fetching a page, with further tries when the site fails."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeVar

from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    IgnoreRequest,
    NotSupported,
)
from scrapy.http import Request, Response, TextResponse

from harvester.crawl.failures import (
    FAILURES,
    PASSING_STATUSES,
    RetryLater,
    is_distrusted,
    later,
    told,
)
from harvester.crawl.response_meta import (
    challenger,
    check,
    clock_ahead,
    login_instead,
)
from harvester.crawl.robots import NotForRobots
from harvester.interrupt import interrupt
from harvester.items import KNOWN_SOURCE, REREAD, PageSource
from harvester.outcomes import (
    Interrupted,
    Reason,
    Refused,
    Unreachable,
    Unreadable,
)
from harvester.sites import site_of
from harvester.sites.site import Site

logger = logging.getLogger(__name__)

Read = TypeVar("Read")
Answer = TypeVar("Answer", bound=Response)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page that is wanted.

    `first` is the first page of a listing, without which there is none. `validators` are headers
    that ask for the page only if it has changed (RFC 9110, 13.1). `known` is where the page is
    recorded; with `reread`, it is read there if it has not changed, or without asking the site if
    there are no validators. `unfit` is the reason for which an answer that is no page at all is
    refused.
    """

    url: str
    first: bool = False
    validators: Mapping[str, str] = field(default_factory=dict)
    known: PageSource | None = None
    reread: bool = False
    unfit: Reason = Reason.NO_LISTING


class Fetcher:
    """Fetches pages one after another, as slowly as robots.txt and the site's answers ask for.

    It raises Interrupted as soon as the program is asked to end. The spider sets `crawl_delay`,
    which is robots.txt's in seconds, and `site`, whose pages it fetches. `is_live` tells the site
    itself from a source of captures, `asks_server` what costs a server something from what is at
    hand. `clock_ahead` is how many seconds our clock is ahead of the site's; None if no answer
    tells.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._retries = settings.getint("HARVEST_RETRIES")
        self._first_wait = settings.getfloat("HARVEST_RETRY_WAIT")
        self._longest_wait = settings.getfloat("HARVEST_LONGEST_WAIT")
        self.crawl_delay = 0.0
        self.is_live = not settings.getlist("HARVEST_SOURCE")
        self.asks_server = self.is_live
        self._asked = False
        self.clock_ahead: int | None = None
        self.site: Site | None = None

    async def page(self, wanted: PageRequest, read: Callable[[TextResponse], Read]) -> Read | None:
        """Fetches and reads a page, with as many tries as the settings allow.

        It tries again after an answer that breaks off, and after a page that `read` finds cut. None
        means that the page has not changed, if only a changed one was asked for. Where a site sends
        its listings as JSON, it is asked for that.

        Raises Refused, Unreachable, Unreadable or Incomplete, with a sentence that names the page.
        """
        url = wanted.url
        site = self.site or site_of(url)
        as_json = site.json if site.is_listing_url(url) else None
        headers = {**wanted.validators, **({"Accept": as_json.accept} if as_json else {})}
        meta = self.meta(wanted)

        def take(response: Response) -> Read | None:
            if wanted.validators and response.status == 304 and not wanted.reread:
                return None
            page = check(response, url, first=wanted.first, unfit=wanted.unfit)
            return self._whole(page, read)

        return await self._answer(
            lambda: Request(url, headers=headers, meta=meta, dont_filter=True), take, wanted.unfit
        )

    async def document(
        self, wanted: PageRequest, read: Callable[[TextResponse], Read]
    ) -> Read | None:
        """Fetches and reads a document's own page, like `page`."""
        return await self.page(replace(wanted, unfit=Reason.NO_DOCUMENT), read)

    def meta(self, wanted: PageRequest) -> dict[str, object]:
        """The `meta` of a request for a page."""
        return {KNOWN_SOURCE: wanted.known, REREAD: wanted.reread}

    async def file(self, ask: Callable[[], Request]) -> Response:
        """Fetches a file, whatever it is, with as many tries.

        `ask` makes a request for each try, as an earlier one may have brought a part of the file.
        Raises Refused, Unreachable or Unreadable, with a sentence that names the address.
        """
        return await self._answer(ask, as_it_is, Reason.NO_SCAN)

    def may_pass(self, response: Response) -> bool:
        """Whether an answer is a failure that the next try may not meet."""
        return response.status in PASSING_STATUSES and not challenger(response)

    def check(self) -> None:
        """Raises Interrupted if the program was asked to end, or an extension is closing the
        spider."""
        interrupt.check()
        if self._crawler.engine.needs_backout():
            raise Interrupted()

    async def _answer(
        self, ask: Callable[[], Request], take: Callable[[Response], Read], unfit: Reason
    ) -> Read:
        for tries in count():
            await self._keep_crawl_delay()
            request = ask()
            try:
                return take(await self._ask(request, unfit))
            except RetryLater as retry:
                await self._wait(request.url, retry, tries)
        raise AssertionError("the last try returns or raises")

    async def _ask(self, request: Request, unfit: Reason) -> Response:
        """Tries once. Raises RetryLater if another try may help."""
        url = request.url
        self.check()
        try:
            response = await interrupt.unless(self._crawler.engine.download_async(request))
        except NotForRobots as refusal:
            raise _forbidden(url, refusal) from None
        except IgnoreRequest as refusal:
            raise Unreadable(f"{url} can't be read: {refusal}.", Reason.REDIRECT, url) from None
        except DownloadCancelledError:
            raise Unreadable(f"{url} is too large for a page.", Reason.TOO_LARGE, url) from None
        except NotSupported as surprise:
            raise Unreadable(f"{url} can't be read: {surprise}.", unfit, url) from None
        except tuple(FAILURES) as failure:
            if is_distrusted(failure):
                sentence = f"{url} is not fetched: the site's certificate can't be trusted."
                raise Unreachable(sentence, Reason.NO_ANSWER, url) from None
            raise RetryLater(*told(failure)) from failure
        self._compare_clocks(response)
        if self.may_pass(response):
            raise later(response)
        return response

    def _whole(self, page: TextResponse, read: Callable[[TextResponse], Read]) -> Read:
        """Reads a page. Raises RetryLater if it is cut and another try may bring the rest."""
        try:
            return read(page)
        except Unreadable as problem:
            if refusal := login_instead(page, page.url):
                raise refusal from problem
            if self.is_live and problem.why is Reason.BROKEN_OFF:
                raise RetryLater("the page breaks off", problem.why) from problem
            raise

    def _compare_clocks(self, response: Response) -> None:
        """Keeps the smallest difference: a cache may have held an answer without saying so."""
        ahead = clock_ahead(response) if self.is_live else None
        known = (self.clock_ahead, ahead)
        self.clock_ahead = min((one for one in known if one is not None), key=abs, default=None)

    async def _keep_crawl_delay(self) -> None:
        if self._asked and self.crawl_delay:
            await interrupt.unless(asyncio.sleep(min(self.crawl_delay, self._longest_wait)))
        self._asked = True

    async def _wait(self, url: str, retry: RetryLater, tries: int) -> None:
        """Waits before the next try. Raises Unreachable if no try is left or the wait would be too
        long."""
        seconds = retry.wait or self._first_wait * 2**tries
        far = seconds > self._longest_wait
        if tries >= self._retries or far:
            asks = f" and asks for more than {self._longest_wait:.0f} s of patience" if far else ""
            sentence = f"{url} could not be fetched: {retry}{asks}; try again later."
            raise Unreachable(sentence, retry.reason, url, attempts=tries + 1)
        self._crawler.stats.inc_value("harvest/retries")
        logger.info("Asking again in %.0f s: %s", seconds, retry)
        await interrupt.unless(asyncio.sleep(seconds))


def _forbidden(url: str, refusal: NotForRobots) -> Refused:
    if refusal.unread:
        sentence = (
            f"{url} is not asked for, since the site's robots.txt can't be read"
            f" ({refusal.unread}), and that counts as forbidden: try again later."
        )
    else:
        sentence = f"{url} is not for robots: the site's robots.txt forbids it."
    return Refused(sentence, Reason.ROBOTS, url)


def as_it_is(response: Answer) -> Answer:
    """Returns the response itself, for callers that do not read it."""
    return response
