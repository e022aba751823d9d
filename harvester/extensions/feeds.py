"""Atom feeds (RFC 4287) of all documents, of each collection and of each saved search.

A harvest writes them at its end into the folder that HARVEST_FEEDS names. The bytes of a feed
depend on its news alone. All ids are UUIDs made of names (RFC 9562, 5.5), so that every harvest
gives the same: an entry's of its document's site and id, a feed's of the address that it is about.
All texts are plain (3.1.1.1). A comment at the end says what a feed was made of, so that one
without news need not be made to see that it is the same.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from uuid import NAMESPACE_URL, uuid5

from lxml.builder import ElementMaker
from lxml.etree import tostring
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harvester.disk import whole_file
from harvester.exports.citation_parts import one_line, plain_name, printable
from harvester.extensions.report import fail
from harvester.outcomes import BadOutput, HarvestProblem
from harvester.store.connection import reading
from harvester.store.history.facts import SAID
from harvester.store.read.documents import (
    archives,
    first_run,
    gone,
    gone_of,
    listings,
    news,
    news_found,
    news_of,
)

EVERYTHING = "harvester:documents"
"""The key of feeds of more than one collection, the same in every harvest."""
ATOM = "http://www.w3.org/2005/Atom"
E = ElementMaker(namespace=ATOM, nsmap={None: ATOM})
FIELDS = {name: name.removesuffix("_text").capitalize() for name in SAID}
"""The fields whose changes an entry tells, with their names there."""


class Feeds:
    """Writes the feeds when a harvest has ended."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Feeds":
        """Listens to the end of the harvest. Raises NotConfigured if HARVEST_FEEDS is empty."""
        if not crawler.settings["HARVEST_FEEDS"]:
            raise NotConfigured
        feeds = cls(crawler)
        crawler.signals.connect(feeds.spider_closed, signals.spider_closed)
        return feeds

    def spider_closed(self) -> None:
        """Writes the feeds, or says why that failed."""
        settings = self._crawler.settings
        searches = (one.strip() for one in settings.getlist("HARVEST_FEED_SEARCHES"))
        database = Path(settings["HARVEST_DB"])
        if not database.is_file():
            return
        try:
            write_feeds(
                database,
                Path(settings["HARVEST_FEEDS"]),
                searches=[one for one in searches if one],
                address=settings["HARVEST_FEEDS_URL"],
            )
        except HarvestProblem as problem:
            fail(self._crawler, problem)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title, the name that its id is made of, the address that it is about, the author,
    and its own address if it has one on the web."""

    title: str
    key: str
    about: str
    author: str
    address: str | None = None


def write_feeds(
    database: Path, folder: Path, *, searches: Sequence[str] = (), address: str | None = None
) -> None:
    """Writes the feeds of a database that have changed.

    `address` is the folder's on the web, if it has one. Raises BadDatabase if the database can't be
    read, BadOutput if a file can't be written.
    """
    for name, made_of in _feeds(database, searches, address):
        path, key = folder / name, _key(*made_of)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (path.is_file() and _is_made_of(path.read_bytes(), key)):
                written = atom(*made_of)
                with whole_file(path) as out:
                    out.write(written + _last_line(written, key))
        except OSError as error:
            raise BadOutput(
                f"The folder of feeds {folder} can't be written ({error.strerror}): see that it may"
                " be, or correct HARVEST_FEEDS."
            ) from error


def _feeds(
    database: Path, searches: Sequence[str], address: str | None
) -> Iterator[tuple[str, tuple[Feed, list[sqlite3.Row], str]]]:
    """The name of each file, and what it is made of: see `atom`."""
    base = address and f"{address.rstrip('/')}/"

    def feed(name: str, title: str, key: str, site: sqlite3.Row | None, about: str = "") -> Feed:
        own = base and urljoin(base, quote(name))
        if site is None:
            return Feed(title, key, key, "Harvester", own)
        return Feed(title, key, about or f"{site['home']}/", site["name"], own)

    with reading(database) as db:
        if (since := first_run(db)) is None:
            return
        sites = archives(db)
        first = next(iter(sites.values()), None)
        title = "Documents, new and changed"
        about = feed("all.atom", title, EVERYTHING, first)
        yield "all.atom", (about, news(db), gone(db) or since)
        for collection, url in listings(db).items():
            name = f"collection-{plain_name(collection)}.atom"
            title = f"{collection}, new and changed"
            about = feed(name, title, url, sites[collection], url)
            emptied = gone_of(db, collection) or first_run(db, collection) or since
            yield name, (about, news_of(db, collection), emptied)
        for search in searches:
            name = f"search-{plain_name(search)}.atom"
            key = f"{EVERYTHING}?search={quote(search)}"
            about = feed(name, f"Found by {search}", key, first)
            yield name, (about, news_found(db, search), gone(db, search) or since)


def atom(feed: Feed, news: Sequence[sqlite3.Row], emptied: str) -> bytes:
    """The content of a feed's file: an entry for each document in the news, the newest first.

    A feed without any is as of when it was `emptied`: its last document went then, or the first run
    began.
    """
    links = [E.link(href=feed.about, rel="alternate")]
    if feed.address:
        links.append(E.link(href=feed.address, rel="self"))
    made = E.feed(
        E.id(_urn(feed.key)),
        E.title(one_line(feed.title)),
        E.updated(max((row["updated"] for row in news), default=emptied)),
        E.author(E.name(feed.author)),
        *links,
        E.generator("Harvester"),
        *map(_entry, news),
    )
    written: bytes = tostring(made, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _key(feed: Feed, news: Sequence[sqlite3.Row], emptied: str) -> str:
    """A digest of a feed's content and of the code that renders it."""
    said = (feed, [tuple(row) for row in news], emptied if not news else "", _how())
    return sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _how() -> str:
    return sha256(Path(__file__).read_bytes()).hexdigest()


def _last_line(written: bytes, key: str) -> bytes:
    """The comment after a feed: what it is made of, and the digest of its bytes."""
    return f"<!-- {key} {sha256(written).hexdigest()} -->\n".encode()


def _is_made_of(content: bytes, key: str) -> bool:
    """Whether a file is a complete feed that was made of this."""
    written, comment, _ = content.rpartition(b"<!-- ")
    return bool(comment) and content == written + _last_line(written, key)


def _entry(row: sqlite3.Row) -> Any:
    return E.entry(
        E.id(_urn(f"{row['site']}/{row['id']}")),
        E.title(one_line(row["title"])),
        E.updated(row["updated"]),
        E.author(E.name(row["archive"])),
        E.content(printable(_text(row)), type="text"),
        E.link(href=row["url"], rel="alternate"),
        E.category(term="new" if row["updated"] == row["published"] else "changed"),
        E.published(row["published"]),
    )


def _text(row: sqlite3.Row) -> str:
    """The date, the summary, and the earlier values of what has changed."""
    was = [
        f"{FIELDS[field]} before: {old or 'none'}"
        for field, old in json.loads(row["was"])
        if field in FIELDS
    ]
    return "\n\n".join(filter(None, [row["date_text"] or "Undated", row["summary"], *was]))


def _urn(address: str) -> str:
    return uuid5(NAMESPACE_URL, address).urn
