"""A feed in Atom (RFC 4287), of which the bytes depend on its news alone.

All ids are UUIDs made of addresses (RFC 9562, 5.5), so that they are the same in every harvest: an
entry's of its document's, a feed's of what it is about. All texts are plain (3.1.1.1).
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from feedgen.feed import FeedGenerator

from harvester.exports.text import one_line, printable
from harvester.sites import site_of

NO_NEWS = datetime.fromtimestamp(0, UTC)
FIELDS = {"title": "Title", "summary": "Summary", "date_text": "Date"}
"""What a reader is told of a change, and under which name."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's title, what it is known by, the address that it is about, whose that is, and its own
    address if it is known."""

    title: str
    key: str
    about: str
    author: str
    address: str | None = None


def atom(feed: Feed, news: Sequence[sqlite3.Row]) -> bytes:
    """The feed's file, with an entry for each of the news, the newest first."""
    made = FeedGenerator()
    made.id(_urn(feed.key))
    made.title(one_line(feed.title))
    made.generator("Harvester")
    made.author({"name": feed.author})
    made.link(href=feed.about, rel="alternate")
    if feed.address:
        made.link(href=feed.address, rel="self")
    for row in reversed(news):
        _add(made, row)
    made.updated(max((row["updated"] for row in news), default=NO_NEWS))
    written: bytes = made.atom_str(pretty=True)
    return written


def _add(made: FeedGenerator, row: sqlite3.Row) -> None:
    entry = made.add_entry()
    site = site_of(row["url"])
    entry.id(_urn(site.document_url(row["id"])))
    entry.title(one_line(row["title"]))
    entry.link(href=row["url"], rel="alternate")
    entry.author({"name": site.name})
    entry.published(row["published"])
    entry.updated(row["updated"])
    entry.category({"term": "new" if row["updated"] == row["published"] else "changed"})
    entry.content(printable(_text(row)))


def _text(row: sqlite3.Row) -> str:
    """The date, the summary, and what was different before."""
    was = [
        f"{FIELDS[field]} before: {old or 'none'}"
        for field, old in json.loads(row["was"])
        if field in FIELDS
    ]
    return "\n\n".join(filter(None, [row["date_text"] or "Undated", row["summary"], *was]))


def _urn(address: str) -> str:
    return uuid5(NAMESPACE_URL, address).urn
