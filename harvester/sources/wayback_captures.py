"""Captures in the Wayback Machine: its index of them, and which make a whole listing.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server describes the index. The
original bytes of a capture are at an address with "id_" after its time.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from scrapy.http import HtmlResponse, Request, TextResponse

from harvester.crawl.walk import Walk
from harvester.items import PAGE_SOURCE, Listing, PageSource
from harvester.outcomes import Incomplete, Reason, RunProblem, Unreadable
from harvester.sources.captures import Address, Spool, address
from harvester.timestamps import first_second

FIELDS = ("timestamp", "original", "statuscode", "digest")
GOOD = ("200", "-")
STATUSES = "statuscode:200|-|30[12378]"
MOST_CAPTURES = 1000
"""How many captures of a page are looked at, the latest ones."""
FIRST_PAGES = 10
"""How many captures of a first page are tried, the latest first."""
NEAREST = 5
"""How many captures of each later page are tried, the nearest in time first."""
MEMENTO = re.compile(r"https?://[^?#]*?/web/(?P<time>\d{14})id_/(?P<url>https?://.+)", re.DOTALL)
REPLAY = re.compile(
    r"(?P<archive>https?://[^?#\s]{1,200}?/)(?P<time>\d{14})(?:[a-z]{2}_)?/(?P<url>https?://.+)",
    re.DOTALL,
)
"""An address at which an archive of the web shows a page, with its own links and toolbar."""
TOOLBAR = (b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->", b"<!-- END WAYBACK TOOLBAR INSERT -->")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A capture in the index: its time (14 digits), its address, its digest.

    `is_page` tells a page from a redirect. The digest "-" stands for one that was the same as
    before.
    """

    timestamp: str
    url: str
    digest: str
    is_page: bool

    def distance(self, other: "Snapshot") -> float:
        """The seconds between this capture and another."""
        return abs((_time(self.timestamp) - _time(other.timestamp)).total_seconds())


def index_url(service: str, url: str, until: str | None) -> str:
    """The address at which a service lists the captures of an address, up to a moment."""
    asked = {"url": url, "output": "json", "fl": ",".join(FIELDS), "filter": STATUSES}
    if until:
        asked["to"] = "".join(filter(str.isdigit, until))
    return f"{service}/cdx/search/cdx?{urlencode({**asked, 'limit': -MOST_CAPTURES})}"


def snapshots(text: str, asked: str) -> list[Snapshot]:
    """Reads the index's answer: pages before redirects, the latest first.

    Raises Unreadable if it is none; `asked` is the address that gave it.
    """
    try:
        rows = json.loads(text)
        found = [_snapshot(dict(zip(rows[0], row, strict=True))) for row in rows[1:]]
    except (ValueError, TypeError, KeyError, RecursionError):
        sentence = f"{asked} can't be read: it is not what an index of captures answers."
        raise Unreadable(sentence, Reason.NO_LISTING, asked) from None
    return sorted(found, key=lambda one: (one.is_page, one.timestamp), reverse=True)


def _snapshot(row: dict[str, Any]) -> Snapshot:
    timestamp, url, status, digest = (str(row[name]) for name in FIELDS)
    if len(timestamp) != 14 or first_second(timestamp) is None or not url.startswith("http"):
        raise ValueError(timestamp)
    return Snapshot(timestamp, url, digest, status in GOOD)


def _time(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S")


def memento_url(service: str, timestamp: str, url: str) -> str:
    """The address at which a service has the capture of an address at a time (14 digits)."""
    return f"{service}/web/{timestamp}id_/{url}"


def read_memento(url: str) -> tuple[str, str] | None:
    """Splits such an address into the one that was captured and its moment; None for any other."""
    found = MEMENTO.fullmatch(url)
    moment = first_second(found["time"]) if found else None
    return (found["url"], moment) if found and moment else None


def read_replay(url: str) -> tuple[str, str] | None:
    """Splits an address at which an archive of the web shows a page into that page's and when it
    was captured; None for any other."""
    found = REPLAY.fullmatch(url)
    moment = first_second(found["time"]) if found else None
    return (found["url"], moment) if found and moment else None


def without_replay(page: bytes, replay: str) -> bytes:
    """A page as it was before the archive at an address put in its own links and toolbar."""
    found = REPLAY.fullmatch(replay)
    archive = found["archive"] if found else "https://web.archive.org/web/"
    path = "/" + archive.split("/", 3)[3]
    prefix = b"|".join(re.escape(one.encode()) for one in (archive, archive[5:].lstrip(":"), path))
    page = re.sub(rb"""(?<=["'=])(?:%b)\d{14}(?:[a-z]{2}_)?/(?=[a-z]+:)""" % prefix, b"", page)
    before, begin, rest = page.partition(TOOLBAR[0])
    _, end, after = rest.partition(TOOLBAR[1])
    return before + after if begin and end else page


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page in KeptPages: its place there, its size and encoding, and where it comes from."""

    place: int
    size: int
    encoding: str
    source: PageSource


class KeptPages:
    """The pages that one harvest has fetched, on the disk rather than in memory."""

    def __init__(self) -> None:
        self._spool = Spool()

    def put(self, page: TextResponse, source: PageSource) -> KeptPage:
        """Keeps a page."""
        return KeptPage(self._spool.put(page.body), len(page.body), page.encoding, source)

    def get(self, page: KeptPage, url: str) -> TextResponse:
        """The page as a response from an address."""
        body = self._spool.get(page.place, page.size)
        request = Request(url, meta={PAGE_SOURCE: page.source})
        return HtmlResponse(url, body=body, encoding=page.encoding, request=request)


class Shelf(Protocol):
    """Gives captures. Its methods raise a RunProblem if one can't be had."""

    async def captures(self, url: str) -> list[Snapshot]:
        """All captures of an address, the best first."""

    async def kept(self, snapshot: Snapshot) -> KeptPage | None:
        """The page that was captured; None if it is not there, or no page after all."""

    def read(self, page: KeptPage, url: str) -> Listing:
        """Reads the page."""

    def gap(self, url: str) -> Incomplete:
        """The problem that an address has no capture."""


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
        if self._walk.pages and self._walk.states_other(listing):
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
