"""OAI-PMH repositories: their own description, the start of an update, and a second count."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from scrapy.http import TextResponse

from harvester.crawl.fetch import Fetcher, PageRequest
from harvester.crawl.harvest import Harvest
from harvester.crawl.oai_walk import OaiWalk
from harvester.interfaces.oai_answer import (
    DATESTAMP,
    Identity,
    best_format,
    read_formats,
    read_headers,
    read_identity,
)
from harvester.outcomes import (
    Incomplete,
    ListingChanged,
    Reason,
    TokenRefused,
    Unreadable,
)
from harvester.sites import as_oai
from harvester.sites.oai_address import DUBLIN_CORE, OaiRequest, is_oai, may_be_base
from harvester.sites.site import Site
from harvester.timestamps import in_utc

logger = logging.getLogger(__name__)

Read = TypeVar("Read")
OVERLAP = timedelta(days=1)
"""What changed so long before the last harvest is asked for again, as clocks differ, and lists
take a while."""
KEEPS_DELETED = ("persistent", "transient")
DAY = len("2026-01-01")


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing, by its collection's name, its address and its site."""

    name: str
    url: str
    site: Site


class Repository:
    """Asks repositories for what a harvest needs besides their records.

    Each method raises what `Fetcher.page` does.
    """

    def __init__(self, fetcher: Fetcher, harvest: Harvest, *, max_pages: int) -> None:
        self._fetcher = fetcher
        self._harvest = harvest
        self._max_pages = max_pages

    async def found(self, listed: Listed) -> Listed:
        """The listing as a list of records, if its address is that of such a list or of a
        repository."""
        if is_oai(listed.url):
            return listed
        kept = self._harvest.address(listed.name)
        if kept and is_oai(kept) and OaiRequest.of(kept).base == listed.url:
            return _records(listed, OaiRequest.of(kept))
        if not (listed.site.oai or may_be_base(listed.url)):
            return listed
        request = OaiRequest.of(listed.url)
        try:
            await self._ask(request.at(verb="Identify"), read_identity)
            prefix = await self._format(request)
        except Incomplete as problem:
            if problem.why is not Reason.NOT_SAVED:
                raise
            prefix = DUBLIN_CORE  # captures need not have more than the records
        except Unreadable:
            if listed.site.is_listing_url(listed.url) and not listed.site.oai:
                return listed
            raise
        return _records(listed, replace(request, prefix=prefix))

    async def since(self, listed: Listed, *, full: bool) -> str | None:
        """The moment from which on to ask for the records of a list; None for all.

        That is a day before the last harvest that met all which it asked for.
        """
        request = OaiRequest.of(listed.url)
        answered = self._harvest.last_answer(listed.name)
        if full or request.until or answered is None:
            return None
        try:
            identity = await self._ask(request.at(verb="Identify"), read_identity)
        except (Unreadable, ListingChanged) as problem:
            logger.warning("%s All records are asked for.", problem)
            return None
        if identity.deleted not in KEEPS_DELETED:
            logger.warning(
                "The repository keeps no note of what it deletes: say -a full=yes now and then."
            )
        return max(_overlapping(answered, identity), request.since) or None

    async def count(self, walk: OaiWalk) -> None:
        """Counts the identifiers in the list of a walk, if the repository lists them."""
        url: str | None = walk.request.headers_url
        met, asked = set[str](), set[str]()
        try:
            while url is not None:
                if url in asked or len(asked) >= self._max_pages:
                    return
                asked.add(url)
                found, url = await self._ask(url, read_headers)
                met.update(found)
        except (Unreadable, TokenRefused, Incomplete) as problem:
            logger.warning("The identifiers can't be counted: %s", problem)
            return
        walk.counted = len(met)

    async def _format(self, request: OaiRequest) -> str:
        url = request.at(verb="ListMetadataFormats")
        offered = await self._ask(url, read_formats)
        if (prefix := best_format(offered)) is None:
            names = ", ".join(offered)
            sentence = f"{url} offers no format that can be read ({names}): it would need oai_dc."
            raise Unreadable(sentence, Reason.PROTOCOL, url)
        return prefix

    async def _ask(self, url: str, read: Callable[[str, str], Read]) -> Read:
        def look(response: TextResponse) -> Read:
            return read(response.text, url)

        found = await self._fetcher.page(PageRequest(url, first=True), look)
        assert found is not None, "nothing was asked about changes"
        return found


def _records(listed: Listed, request: OaiRequest) -> Listed:
    return replace(listed, url=request.url, site=as_oai(listed.site))


def _overlapping(answered: str, identity: Identity) -> str:
    """A day before a moment, in the repository's granularity, but not before its first record."""
    moment = in_utc(datetime.fromisoformat(answered) - OVERLAP)
    since = moment if identity.seconds else moment[:DAY]
    earliest = identity.earliest[: len(since)]
    return max(since, earliest) if DATESTAMP.fullmatch(earliest) else since
