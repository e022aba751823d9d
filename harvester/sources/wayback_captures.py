"""Captures in the Wayback Machine: its index of them, and which make a whole listing.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server describes the index. The
original bytes of a capture are at an address with "id_" after its time.
"""

import json
import logging
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from scrapy.http import Headers, HtmlResponse, Request, Response, TextResponse

from harvester.crawl.walk import Walk
from harvester.items import PAGE_SOURCE, Listing, PageSource
from harvester.outcomes import Incomplete, Reason, RunProblem, Unreadable
from harvester.sources.captures import Address, Spool, address
from harvester.timestamps import first_second

logger = logging.getLogger(__name__)

FIELDS = ("timestamp", "original", "statuscode", "digest")
GOOD = ("200", "-")
STATUSES = "statuscode:200|-|30[12378]"
MOST_CAPTURES = 1000
"""How many captures of a page are looked at, the latest ones."""
FIRST_PAGES = 30
"""How many captures of a first page are tried, the latest first. What is no page is no try."""
MOST_FETCHED = 100
"""How many captures are fetched for that at the most."""
NEAREST = 5
"""How many captures of each later page are tried, the nearest in time first."""
MEMENTO = re.compile(r"https?://[^?#]*?/web/(?P<time>\d{14})id_/(?P<url>https?://.+)", re.DOTALL)


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


def index_urls(service: str, url: str, until: str | None) -> list[str]:
    """The addresses at which a service lists the captures of an address, up to a moment.

    The index knows an address only as it was written. The first of these asks for that, the others
    for other spellings of the same page, and the last for all that begins like it.
    """
    path, _, query = url.partition("?")
    begins = {"url": f"{path}?", "matchType": "prefix"} if query else {"url": path}
    exact = [{"url": spelling} for spelling in _spellings(url)]
    return [_index_url(service, asked, until) for asked in (*exact, begins)]


def _spellings(url: str) -> list[str]:
    path, _, query = url.partition("?")
    pairs = [pair for pair in query.split("&") if pair]
    without = [pair for pair in pairs if pair != "page=0"]
    paged = without if any(pair.startswith("page=") for pair in without) else [*without, "page=0"]
    queries = [query, *map("&".join, (without, paged))] if query else []
    spelt = [one for asked in queries for one in (asked, _swapped(asked))]
    return list(dict.fromkeys([url, *(f"{path}?{one}" if one else path for one in spelt)]))


def _swapped(query: str) -> str:
    """A query with its spaces written in the other way."""
    return query.replace("+", "%20") if "+" in query else query.replace("%20", "+")


def _index_url(service: str, about: dict[str, str], until: str | None) -> str:
    asked = {**about, "output": "json", "fl": ",".join(FIELDS), "filter": STATUSES}
    if until:
        asked["to"] = "".join(filter(str.isdigit, until))
    return f"{service}/cdx/search/cdx?{urlencode({**asked, 'limit': -MOST_CAPTURES})}"


def blocked_site(answer: Response, service: str, url: str) -> Incomplete | None:
    """The problem that a service shows nothing of a site, whose owner wished so."""
    if answer.status not in (403, 451) or b"blocked" not in answer.body.lower():
        return None
    sentence = (
        f"{url} is blocked at {service}: it shows no captures of this site, as its owner wished."
        " Ask the archive, or harvest from what others saved."
    )
    return Incomplete(sentence, Reason.NOT_SAVED, url)


def is_archived(headers: Headers) -> bool:
    """Whether an answer is a capture, and not the service's own (RFC 7089, 2.1.1)."""
    return "Memento-Datetime" in headers


def snapshots(text: str, asked: str) -> list[Snapshot]:
    """Reads the index's answer: pages before redirects, the latest first.

    A row that can't be read is left out and told. Raises Unreadable if the answer is no index;
    `asked` is the address that gave it.
    """
    try:
        rows = json.loads(text)
        if rows and rows[0] and not {*FIELDS} <= {*rows[0]}:
            raise ValueError(rows[0])
        found = [one for row in rows[1:] if (one := _in_row(rows[0], row, asked))]
    except (ValueError, TypeError, KeyError, RecursionError):
        sentence = f"{asked} can't be read: it is not what an index of captures answers."
        raise Unreadable(sentence, Reason.NO_LISTING, asked) from None
    return sorted(found, key=lambda one: (one.is_page, one.timestamp), reverse=True)


def _in_row(names: list[str], row: list[object], asked: str) -> Snapshot | None:
    try:
        return _snapshot(dict(zip(names, row, strict=True)))
    except (ValueError, TypeError, KeyError):
        logger.warning("%s has a row that can't be read: it is left out.", asked)
        return None


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

    def why_not(self, snapshot: Snapshot, url: str) -> Incomplete:
        """The problem that a capture of an address is not the page."""

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
    firsts = await shelf.captures(url)
    for first in firsts[:MOST_FETCHED]:
        found = await _Search(shelf, first, url, max_pages).run()
        if found.problem is None:
            _tell_older(first, begun)
            return found
        begun.append(found)
        if sum(bool(other.pages) for other in begun) == FIRST_PAGES:
            break
    if not begun:
        return PageSet(problem=shelf.gap(url))
    best = next((found for found in begun if found.pages), begun[0])
    return _told_how_far(best, len(begun), len(firsts), url)


def _tell_older(first: Snapshot, later: list[PageSet]) -> None:
    if later:
        logger.warning(
            "The captures since %s are no whole listing (%s %s): the latest that are one are read.",
            first_second(first.timestamp),
            f"{len(later)} were tried; the latest:",
            later[0].problem,
        )


def _told_how_far(found: PageSet, tried: int, known: int, url: str) -> PageSet:
    """A set that is not whole; its problem says how far back was searched, if not to the end."""
    problem = found.problem
    if problem is None or tried == known:
        return found
    sentence = (
        f"{problem} The latest {tried} of {known} captures were looked at: name an earlier date,"
        " as in source=wayback:2020."
    )
    return PageSet(found.pages, Incomplete(sentence, problem.why, url))


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
            if page is None:
                self._found.problem = self._shelf.why_not(snapshot, url)
                continue
            try:
                if self._fits(page, url):
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
