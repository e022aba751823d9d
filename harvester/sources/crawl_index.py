"""Common Crawl's list of crawls, and its index of what each has captured.

https://index.commoncrawl.org/ names the crawls (collinfo.json) and answers for each by lines of
JSON. A line says which WARC has a capture, at which byte, and how long its record is.
"""

import json
import logging
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from harvester.outcomes import Reason, Unreadable
from harvester.sources.capture_sets import Snapshot
from harvester.timestamps import first_second, last_second

logger = logging.getLogger(__name__)

CRAWL = re.compile(r"CC-MAIN-[0-9]{4}(?:-[0-9]{2,4})?")
WARC_FILE = re.compile(r"(?!.*\.\.)[\w.=+-]+(?:/[\w.=+-]+)*", re.ASCII)
"""The path of a WARC below the address of the data."""
REVISIT = "warc/revisit"
MOST_CAPTURES = 1000
"""How many captures of a page in one crawl are looked at."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl by its name, and when it began and ended, as far as that is said."""

    name: str
    began: str | None = None
    ended: str | None = None

    def is_by(self, until: str | None) -> bool:
        """Whether it can have captures up to a moment."""
        began = self.began or first_second(self.name[8:12])
        return until is None or began is None or began <= until

    def may_have(self, moment: str) -> bool:
        """Whether it was under way at a moment."""
        return self.began is not None and self.began <= moment <= (self.ended or self.began)


@dataclass(frozen=True, slots=True)
class Row(Snapshot):
    """A capture in the index of a crawl: the WARC that has it, its first byte and its length.

    A page that was cut when it was captured is `truncated`, with the reason. A `revisit` says only
    that the page had not changed.
    """

    crawl: str = ""
    file: str = ""
    offset: int = 0
    length: int = 0
    truncated: str = ""
    revisit: bool = False

    @property
    def place(self) -> str:
        """The record's place in words."""
        return f"{self.file} at byte {self.offset}"


def crawls(text: str, asked: str) -> list[Crawl]:
    """Reads the list of crawls, the newest first. Raises Unreadable if it is none."""
    try:
        found = [_crawl(one) for one in json.loads(text)]
    except (ValueError, TypeError, KeyError, RecursionError):
        sentence = f"{asked} can't be read: it is no list of crawls."
        raise Unreadable(sentence, Reason.NO_LISTING, asked) from None
    return sorted(filter(None, found), key=lambda one: one.name[8:], reverse=True)


def _crawl(said: dict[str, Any]) -> Crawl | None:
    """A crawl; None if its name is none that an address can have."""
    name = str(said["id"])
    if not CRAWL.fullmatch(name):
        return None
    return Crawl(name, first_second(str(said.get("from"))), last_second(str(said.get("to"))))


def index_url(service: str, crawl: Crawl, about: dict[str, str]) -> str:
    """The address at which a crawl lists its captures of what is asked about."""
    return f"{service}/{crawl.name}-index?" + urlencode(
        {**about, "output": "json", "limit": MOST_CAPTURES}
    )


def has_none(text: str) -> bool:
    """Whether an answer says that nothing was captured, which the index does by a 404."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and "no captures" in str(said.get("message")).lower()


def rows(text: str, crawl: Crawl, asked: str) -> list[Row]:
    """Reads the captures in a crawl: pages before revisits and redirects, the latest first.

    A line that can't be read is left out and told. Raises Unreadable if no line can be read. A
    revisit whose page is among them is that page at the later time.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    found = [row for line in lines if (row := _row(line, crawl, asked))]
    if lines and not found:
        sentence = f"{asked} can't be read: it is not what an index of captures answers."
        raise Unreadable(sentence, Reason.NO_LISTING, asked)
    pages = {row.digest: row for row in found if row.is_page and row.digest}
    known = [_unchanged(row, pages) for row in found]
    return sorted(known, key=lambda one: (one.is_page, one.timestamp), reverse=True)


def _row(line: str, crawl: Crawl, asked: str) -> Row | None:
    try:
        said = json.loads(line)
        row = Row(
            timestamp=str(said["timestamp"]),
            url=str(said["url"]),
            digest=str(said.get("digest") or "").removeprefix("sha1:"),
            is_page=_is_page(said),
            crawl=crawl.name,
            file=said["filename"],
            offset=int(said["offset"]),
            length=int(said["length"]),
            truncated=str(said.get("truncated") or ""),
            revisit=said.get("mime") == REVISIT or said.get("status") == "304",
        )
        _check(row)
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        logger.warning("%s has a line that can't be read: it is left out.", asked)
        return None
    return row


def _is_page(said: dict[str, Any]) -> bool:
    return said.get("status", "200") in ("200", "-") and said.get("mime") != REVISIT


def _check(row: Row) -> None:
    """Raises ValueError for what no row can be."""
    in_time = len(row.timestamp) == 14 and first_second(row.timestamp) is not None
    if not in_time or not row.url.startswith("http") or not WARC_FILE.fullmatch(row.file):
        raise ValueError(row.timestamp)
    if row.offset < 0 or row.length <= 0:
        raise ValueError(row.length)


def _unchanged(row: Row, pages: dict[str, Row]) -> Row:
    """A revisit as a capture of the page that it is of, if that is known by its digest."""
    page = pages.get(row.digest) if row.revisit else None
    return replace(page, timestamp=row.timestamp) if page else row
