"""A feed in Atom (RFC 4287), of which the bytes depend on its news alone.

All ids are UUIDs made of names (RFC 9562, 5.5), so that they are the same in every harvest: an
entry's of its document's site and id, a feed's of the address that it is about. All texts are
plain (3.1.1.1).
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml.builder import ElementMaker
from lxml.etree import tostring

from harvester.exports.text import one_line, printable

NO_NEWS = "1970-01-01T00:00:00Z"
ATOM = "http://www.w3.org/2005/Atom"
E = ElementMaker(namespace=ATOM, nsmap={None: ATOM})
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
    links = [E.link(href=feed.about, rel="alternate")]
    if feed.address:
        links.append(E.link(href=feed.address, rel="self"))
    made = E.feed(
        E.id(_urn(feed.key)),
        E.title(one_line(feed.title)),
        E.updated(max((row["updated"] for row in news), default=NO_NEWS)),
        E.author(E.name(feed.author)),
        *links,
        E.generator("Harvester"),
        *map(_entry, news),
    )
    written: bytes = tostring(made, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


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
    """The date, the summary, and what was different before."""
    was = [
        f"{FIELDS[field]} before: {old or 'none'}"
        for field, old in json.loads(row["was"])
        if field in FIELDS
    ]
    return "\n\n".join(filter(None, [row["date_text"] or "Undated", row["summary"], *was]))


def _urn(address: str) -> str:
    return uuid5(NAMESPACE_URL, address).urn
