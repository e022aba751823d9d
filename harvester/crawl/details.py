"""The phase of a harvest that reads documents' own pages, after their listing."""

import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from functools import partial

from scrapy.http import TextResponse

from harvester.crawl.fetch import Fetcher, PageRequest
from harvester.crawl.harvest import Harvest
from harvester.crawl.response_meta import said_of, validators
from harvester.interfaces import read_document
from harvester.items import CACHED, DetailsItem
from harvester.outcomes import (
    HarvestProblem,
    Interrupted,
    LoginAsked,
    Lost,
    Reason,
    RunProblem,
    Unreachable,
)
from harvester.pages.address import is_same_host
from harvester.pages.markup import language_of
from harvester.runs import DetailsStart, Failure, Phase, WantedPage
from harvester.sites.oai_address import is_oai
from harvester.sites.site import Site
from harvester.timestamps import utc_now

logger = logging.getLogger(__name__)

PATIENCE = 3
"""Consecutive failures after which the remaining pages are given up."""
NOT_THERE = (Reason.NOT_FOUND, Reason.NOT_SAVED)
NO_DOCUMENTS = (Reason.ROBOTS, Reason.NO_DOCUMENT, Reason.REDIRECT)
"""Reasons that something else is served in a document's place; after a few in a row, it probably is
everywhere."""
REFUSALS = (Reason.CHALLENGE, Reason.FORBIDDEN)
"""Refusals: after a single one, nothing more is fetched."""


class Details:
    """Reads documents' pages one after another; each is stored before the next is fetched.

    A document in several collections is fetched once.
    """

    def __init__(self, fetcher: Fetcher, harvest: Harvest) -> None:
        self._fetcher = fetcher
        self._harvest = harvest
        self._met: dict[tuple[str, str], Failure | None] = {}
        self._failures: list[Failure] = []
        self._vain = 0
        self._refusing: list[Failure] = []
        self._refused = False

    @property
    def is_welcome(self) -> bool:
        """Whether the site refused none of the last collection's pages."""
        return not self._refused

    async def items(self, start: DetailsStart, site: Site) -> AsyncGenerator[DetailsItem, None]:
        """Yields the pages of one collection's documents, and notes failures.

        Raises Interrupted at the end if the program is asked to end.
        """
        self._failures, self._vain, self._refused = [], 0, False
        wanted = self._wanted(start, site)
        given_up, stopped = None, None
        try:
            for number, page in enumerate(wanted, 1):
                async for item in self._page(start.collection, page, site):
                    yield item
                if self._is_hopeless() and number < len(wanted):
                    given_up = self._give_up(len(wanted) - number)
                    break
        except Interrupted as problem:
            stopped = problem
        self._harvest.end_phase(Phase.DETAILS, self._failures, given_up)
        if stopped:
            raise stopped

    def _wanted(self, start: DetailsStart, site: Site) -> list[WantedPage]:
        """The pages to fetch; logs how many documents have none."""
        met = [name for (key, name), failed in self._met.items() if key == site.key and not failed]
        without: set[str] = set()

        def has_page(link: str) -> bool:
            if not (found := _has_page(link, site)):
                without.add(link)
            return found

        wanted = self._harvest.begin_details(replace(start, met=met, has_page=has_page))
        if without:
            logger.warning("%d documents have no page on this site.", len(without))
        return wanted

    async def _page(
        self, collection: str, wanted: WantedPage, site: Site
    ) -> AsyncGenerator[DetailsItem, None]:
        """Yields a page's item, or notes why the page could not be fetched, read or stored."""
        failure = self._met.get((site.key, wanted.document))
        if failure is None:
            try:
                yield await self._item(collection, wanted, site)
                self._harvest.steps.check()
                self._vain = 0
            except Interrupted:
                raise
            except RunProblem as problem:
                failure = self._failed(Failure.of(problem), vain=_is_vain(problem))
                if problem.why in REFUSALS and not isinstance(problem, LoginAsked):
                    self._refusing.append(failure)
            except HarvestProblem:
                raise
            except Exception as bug:
                failure = self._failed(failed_by_bug(wanted.url, bug), vain=True)
            self._met[site.key, wanted.document] = failure
        if failure is not None:
            self._failures.append(failure)
            self._refused = self._refused or failure in self._refusing
            self._harvest.fail(Phase.DETAILS, failure)

    def _failed(self, failure: Failure, *, vain: bool) -> Failure:
        self._vain = self._vain + 1 if vain else 0
        return failure

    def _is_hopeless(self) -> bool:
        """Whether to stop fetching. Captures at hand cost nobody anything, so all of them are
        read."""
        if not self._fetcher.asks_server:
            return False
        return self._refused or self._vain >= PATIENCE

    def _give_up(self, left: int) -> Failure:
        """Notes how many pages are given up, and why."""
        given_up = not_asked_for(
            "document's page was", "documents' pages were", left, self._failures
        )
        self._harvest.fail(Phase.DETAILS, given_up, left)
        return given_up

    async def _item(self, collection: str, wanted: WantedPage, site: Site) -> DetailsItem:
        """The item of a page as it was read, or of the known one if it has not changed."""
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
        """Reads the page at the first of a document's addresses that the site has."""
        read = partial(_read, collection=collection, wanted=wanted, site=site)
        asked = PageRequest(
            wanted.url,
            validators=validators(wanted.etag, wanted.last_modified),
            known=wanted.source,
            reread=wanted.outdated,
        )
        try:
            return await self._fetcher.document(asked, read)
        except RunProblem as problem:
            if problem.why not in NOT_THERE:
                raise
            missing = problem
        for url in wanted.others:
            try:
                return await self._fetcher.document(PageRequest(url), read)
            except RunProblem as problem:
                if problem.why not in NOT_THERE:
                    raise
        raise missing


def _has_page(link: str, site: Site) -> bool:
    """Whether a document has its own page on this site; no other host is ever asked. An entry
    without a link has none, and neither has one that links to a repository's record."""
    is_elsewhere = not is_same_host(link, site.home)
    elsewhere = is_elsewhere and (site.identity.is_anywhere or site.oai)
    return "#" not in link and not elsewhere and not is_oai(link)


def _read(response: TextResponse, collection: str, wanted: WantedPage, site: Site) -> DetailsItem:
    """Reads a response. Raises Unreadable if it is no document's page."""
    record = read_document(response.text, response.url, site)
    said = {**said_of(response), "asked": CACHED not in response.flags}
    habits = site.habits(language_of(response.text))
    return DetailsItem(collection, wanted.document, response.url, record, habits=habits, **said)


def _is_vain(problem: RunProblem) -> bool:
    """Whether the next page would probably fail, too."""
    return isinstance(problem, Unreachable | Lost | LoginAsked) or problem.why in NO_DOCUMENTS


def failed_by_bug(url: str, bug: Exception) -> Failure:
    """The failure of a page because of a bug, which is logged."""
    logger.exception("Reading %s failed by a bug", url)
    sentence = f"{url} could not be read for a bug ({bug!r}): please report it."
    return Failure(url, Reason.BUG, sentence)


def not_asked_for(one: str, several: str, left: int, failures: Sequence[Failure]) -> Failure:
    """The failure of all the pages that are given up after a row of failures."""
    why = failures[-1]
    sentence = (
        f"{left:,} more {one if left == 1 else several} not asked for, after this: {why.detail}"
    )
    return Failure(None, why.reason, sentence, 0)
