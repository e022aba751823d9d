"""The phase of a harvest that reads documents' own pages, after the run of their listing."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from scrapy.http import TextResponse

from harvester.answer import said_of, validators
from harvester.clock import utc_now
from harvester.detail_items import (
    DetailsEnd,
    DetailsFailure,
    DetailsItem,
    DetailsStart,
    WantedPage,
)
from harvester.fetch import Fetcher
from harvester.items import Failure
from harvester.outcomes import HarvestProblem, Interrupted, Reason, RunProblem, Unreachable
from harvester.pages import read_document
from harvester.sites.site import Site

logger = logging.getLogger(__name__)

PATIENCE = 3
"""After so many pages in a row that the site doesn't give, the others are not asked for."""
NOT_THERE = (Reason.NOT_FOUND, Reason.NOT_SAVED)
REFUSALS = (Reason.CHALLENGE, Reason.FORBIDDEN)
"""Who is told so once should not ask on."""

Item = DetailsStart | DetailsItem | DetailsFailure | DetailsEnd
Stored = Callable[[], Awaitable[None]]


class Details:
    """Reads the pages of documents one after another, each stored before the next is asked for.

    `stored` waits until the item that was made last is stored, and raises what kept it from that.
    What was asked for is remembered: a document of several collections is asked for once.
    """

    def __init__(self, fetcher: Fetcher, stored: Stored) -> None:
        self._fetcher = fetcher
        self._stored = stored
        self._met: dict[str, Failure | None] = {}
        self._vain = 0

    async def items(self, start: DetailsStart, site: Site) -> AsyncIterator[Item]:
        """The items of the phase of one collection of a site: its beginning, pages and failures,
        its end.

        Raises Interrupted after that if the program is asked to end.
        """
        start.met = [name for name, failure in self._met.items() if failure is None]
        yield start
        await self._stored()
        end, stopped = DetailsEnd(start.collection), None
        try:
            async for item in self._pages(start, end, site):
                yield item
        except Interrupted as problem:
            stopped = problem
        yield end
        await self._stored()
        if stopped:
            raise stopped

    async def _pages(self, start: DetailsStart, end: DetailsEnd, site: Site) -> AsyncIterator[Item]:
        """The items of all pages, as far as it is worth asking for them."""
        self._vain = 0
        for number, wanted in enumerate(start.wanted, 1):
            async for item in self._page(start.collection, wanted, site):
                yield item
                if isinstance(item, DetailsFailure):
                    end.failures.append(item.failure)
            if end.failures and self._is_hopeless(end.failures[-1]) and number < len(start.wanted):
                left = len(start.wanted) - number
                end.given_up = _given_up(end.failures[-1], left)
                yield DetailsFailure(start.collection, end.given_up, left)
                await self._stored()
                break

    async def _page(self, collection: str, wanted: WantedPage, site: Site) -> AsyncIterator[Item]:
        """The item of a page, and that of its failure if it can't be got, read or stored."""
        failure = self._met.get(wanted.document)
        if failure is None:
            try:
                yield await self._item(collection, wanted, site)
                await self._stored()
                self._vain = 0
            except Interrupted:
                raise
            except RunProblem as problem:
                said = Failure(problem.url, problem.why, str(problem), problem.attempts)
                failure = self._failed(said, vain=_is_vain(problem))
            except HarvestProblem:
                raise
            except Exception as bug:
                failure = self._failed(_bug(wanted, bug), vain=True)
            self._met[wanted.document] = failure
        if failure is not None:
            yield DetailsFailure(collection, failure)
            await self._stored()

    def _failed(self, failure: Failure, *, vain: bool) -> Failure:
        self._vain = self._vain + 1 if vain else 0
        return failure

    def _is_hopeless(self, failure: Failure) -> bool:
        return failure.reason in REFUSALS or self._vain >= PATIENCE

    async def _item(self, collection: str, wanted: WantedPage, site: Site) -> DetailsItem:
        """The page of a document: as it is read, or as it is known if it has not changed."""
        item = await self._read(collection, wanted, site)
        if item is not None:
            return item
        return DetailsItem(
            collection=collection,
            document=wanted.document,
            url=wanted.url,
            record=None,
            fetched=utc_now(),
            status=304,
            sha256=wanted.sha256,
            same_as=wanted.page,
            etag=wanted.etag,
            last_modified=wanted.last_modified,
            source=wanted.source,
        )

    async def _read(self, collection: str, wanted: WantedPage, site: Site) -> DetailsItem | None:
        """What the site says at the first of a document's addresses that it has."""
        read = partial(_read, collection=collection, wanted=wanted, site=site)
        asked = validators(wanted.etag, wanted.last_modified)
        try:
            return await self._fetcher.document(
                wanted.url, read, validators=asked, known=wanted.source
            )
        except RunProblem as problem:
            if problem.why not in NOT_THERE:
                raise
            missing = problem
        for url in wanted.others:
            try:
                return await self._fetcher.document(url, read, validators={})
            except RunProblem as problem:
                if problem.why not in NOT_THERE:
                    raise
        raise missing


def _read(response: TextResponse, collection: str, wanted: WantedPage, site: Site) -> DetailsItem:
    """What a response says. Raises Unreadable if it is no document's page."""
    record = read_document(response.text, response.url, site)
    return DetailsItem(collection, wanted.document, response.url, record, **said_of(response))


def _is_vain(problem: RunProblem) -> bool:
    """Whether the next page will hardly fare better."""
    return isinstance(problem, Unreachable) or problem.why is Reason.ROBOTS


def _bug(wanted: WantedPage, bug: Exception) -> Failure:
    logger.exception("Reading %s failed by a bug", wanted.url)
    sentence = f"{wanted.url} could not be read for a bug ({bug!r}): please report it."
    return Failure(wanted.url, Reason.BUG, sentence)


def _given_up(failure: Failure, left: int) -> Failure:
    """That the rest is not asked for."""
    pages = "document's page was" if left == 1 else "documents' pages were"
    sentence = f"{left:,} more {pages} not asked for, after this: {failure.detail}"
    return Failure(None, failure.reason, sentence, 0)
