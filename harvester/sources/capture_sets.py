"""Which captures of a listing's pages make a whole, where a site was caught page by page."""

from dataclasses import dataclass, field
from typing import Protocol

from harvester.crawl.walk import Walk
from harvester.items import Listing
from harvester.outcomes import Incomplete, Reason, RunProblem
from harvester.sources.captures import Address, address
from harvester.sources.page_cache import KeptPage
from harvester.sources.wayback_api import Snapshot

FIRST_PAGES = 10
"""How many captures of a first page are tried, the latest first."""
NEAREST = 5
"""How many captures of each later page are tried, the nearest in time first."""


class Shelf(Protocol):
    """Where captures are had from. The methods raise a RunProblem if one can't be."""

    async def captures(self, url: str) -> list[Snapshot]:
        """All captures of an address, the best first."""

    async def kept(self, snapshot: Snapshot) -> KeptPage | None:
        """The page that was captured; None if it is not there, or no page after all."""

    def read(self, page: KeptPage, url: str) -> Listing:
        """Reads the page."""

    def gap(self, url: str) -> Incomplete:
        """That there is no capture of an address."""


@dataclass(slots=True)
class PageSet:
    """Pages that go together, by their addresses; `problem` is what keeps them from being whole."""

    pages: dict[Address, KeptPage] = field(default_factory=dict)
    problem: RunProblem | None = None


async def best_set(shelf: Shelf, url: str, *, max_pages: int) -> PageSet:
    """The latest pages that are a whole listing, or the latest that begin one if none do."""
    begun: list[PageSet] = []
    for first in (await shelf.captures(url))[:FIRST_PAGES]:
        found = await _Search(shelf, first, url, max_pages).run()
        if found.problem is None:
            return found
        begun.append(found)
    nothing = PageSet(problem=shelf.gap(url))
    return next((found for found in begun if found.pages), begun[0] if begun else nothing)


class _Search:
    """The search for the pages that go with one capture of the first of them."""

    def __init__(self, shelf: Shelf, first: Snapshot, url: str, max_pages: int) -> None:
        self._shelf = shelf
        self._first = first
        self._walk = Walk(url, max_pages=max_pages)
        self._found = PageSet()
        self._documents: set[str] = set()

    async def run(self) -> PageSet:
        """Searches. Raises a RunProblem if the service can't be reached."""
        while (url := self._walk.url) is not None:
            snapshots = [self._first] if not self._walk.pages else await self._nearest(url)
            if not await self._take_one(url, snapshots):
                self._found.problem = self._found.problem or self._shelf.gap(url)
                return self._found
            try:
                self._walk.check_next()
            except RunProblem as problem:
                self._found.problem = problem
                return self._found
        try:
            self._walk.check_complete()
        except RunProblem as problem:
            self._found.problem = problem
        return self._found

    async def _nearest(self, url: str) -> list[Snapshot]:
        snapshots = await self._shelf.captures(url)
        return sorted(snapshots, key=self._first.distance)[:NEAREST]

    async def _take_one(self, url: str, snapshots: list[Snapshot]) -> bool:
        """Goes on with the first capture that fits; the last that doesn't is the problem."""
        for snapshot in snapshots:
            page = await self._shelf.kept(snapshot)
            try:
                if page and self._fits(page, url):
                    self._found.pages[address(url)] = page
                    self._found.problem = None
                    return True
            except RunProblem as problem:
                self._found.problem = problem
        return False

    def _fits(self, page: KeptPage, url: str) -> bool:
        """Whether a page goes on where the ones before end. Raises a RunProblem if it can't be."""
        listing = self._shelf.read(page, url)
        if self._walk.pages and listing.total != self._walk.stated_total:
            raise Incomplete(
                f"{url} was captured only when the listing had {listing.total} entries, not"
                f" {self._walk.stated_total} as on its first page: name an earlier date.",
                Reason.NOT_SAVED,
                url,
            )
        self._walk.read(listing, len(listing.entries))
        new = {entry.document for entry in listing.entries} - self._documents
        self._documents |= new
        self._walk.stored(len(new))
        return True
