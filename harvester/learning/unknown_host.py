"""Harvesting a host without a profile: by what is certain on any page, or by a profile that is
learned from the first page and proved on the second before a row is stored."""

from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from harvester.clean_text import one_line
from harvester.collection import Collection
from harvester.console import command, note, program, tell
from harvester.crawl.fetch import Fetcher, PageRequest
from harvester.crawl.harvest import Harvest
from harvester.crawl.response_meta import texts_of
from harvester.interfaces import is_for_programs, read_listing
from harvester.interfaces.oai_answer import is_answer
from harvester.learning.draft import without_total
from harvester.outcomes import Reason, Unreadable
from harvester.sites import as_oai, site_read_by
from harvester.visit import SavedPage

if TYPE_CHECKING:
    from harvester.learning.proving import Learned


class UnknownHost:
    """Finds out how to read collections on hosts without a profile.

    It keeps the pages that it fetches for the walk that follows, so no page is fetched twice.
    """

    def __init__(
        self, fetcher: Fetcher, harvest: Harvest, *, quiet: bool, accept: bool = False
    ) -> None:
        self._fetcher = fetcher
        self._harvest = harvest
        self._quiet = quiet
        self._accept = accept
        self._kept: dict[str, TextResponse] = {}
        self._refusal: Unreadable | None = None

    def take(self, url: str) -> TextResponse | None:
        """The page at an address, if it was fetched for learning and not taken yet."""
        return self._kept.pop(url, None)

    def kept(self, collection: Collection) -> Collection:
        """The collection with the profile that the database keeps with it, if there is one."""
        known = None if collection.site.is_known else self._profile(collection.name)
        return _read_by(collection, known) if known else collection

    async def learned(self, collection: Collection) -> Collection:
        """The collection with the profile that it is read by: the one that the database keeps with
        it, or a new one if its first page can't be read without any.

        Raises Unreadable if nothing can be learned, and what `Fetcher.page` raises.
        """
        if collection.site.is_known:
            return collection
        if (known := self._profile(collection.name)) is not None:
            return _read_by(collection, known) if known else collection
        page = await self._look(collection.url, collection)
        if is_answer(page.html):
            self._kept.clear()
            return replace(collection, site=as_oai(collection.site))
        if (refusal := self._refusal) is None:
            return collection
        from harvester.learning.proposal import propose  # few harvests need it
        from harvester.learning.proving import learn

        said = propose(page, whole_paths=True)
        following = said.next_on(page.url)
        second = await self._look(following, collection) if following else None
        found = learn(page, said, second)
        if not found.is_proved:
            self._kept.clear()
            raise _in_vain(refusal, found)
        return self._told(collection, found)

    def _profile(self, collection: str) -> str | None:
        """The kept profile; without a total that was contradicted, if the user accepts that."""
        known = self._harvest.profile(collection)
        if known and self._accept and self._harvest.is_contradicted(collection):
            return without_total(known)
        return known

    async def _look(self, url: str, collection: Collection) -> SavedPage:
        """Fetches a page, and tries to read it without a profile."""
        self._refusal = None

        def look(response: TextResponse) -> TextResponse:
            headers = texts_of(response.headers)
            try:
                read_listing(response.text, response.url, collection.site, headers)
            except Unreadable as problem:
                if problem.why is Reason.BROKEN_OFF or is_for_programs(response.text):
                    raise
                self._refusal = problem
            return response

        first = url == collection.url
        response = await self._fetcher.page(PageRequest(url, first=first), look)
        assert response is not None, "nothing was asked about changes"
        self._kept[url] = response
        return SavedPage(response.url, response.url, response.text, texts_of(response.headers))

    def _told(self, collection: Collection, found: "Learned") -> Collection:
        from harvester.learning.telling import told

        assert found.draft is not None and found.first is not None
        if not self._quiet:
            lines = told(found.draft, found.first, found.second)
            tell("\n".join(f"{collection.name}: learned: {line}" for line in lines))
        return _read_by(collection, found.draft.as_toml())


def _read_by(collection: Collection, profile: str) -> Collection:
    site = site_read_by(collection.url, collection.site.key, profile)
    return replace(collection, site=site, profile=profile)


def _in_vain(refusal: Unreadable, found: "Learned") -> Unreadable:
    """Shows the readings of a page, and says why none is taken and how to choose one."""
    from harvester.learning.telling import readings

    note("\n".join(readings(found.proposals)))
    chosen = [number for number, one in enumerate(found.proposals, 1) if one.draft]
    url = refusal.url or ""
    how = "".join(
        f" To choose reading {number}: {command(program(), 'learn', url, '--choose', str(number))}"
        for number in chosen
    )
    sentence = f"{str(refusal).removesuffix('.')}; and no profile is learned: {found.against}.{how}"
    return Unreadable(one_line(sentence), refusal.why, refusal.url)
