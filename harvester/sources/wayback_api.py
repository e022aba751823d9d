"""The Wayback Machine's interfaces for programs: the index of captures, and where their bytes are.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server describes the index. The
original bytes of a capture are at an address with "id_" after its time.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from harvester.outcomes import Reason, Unreadable
from harvester.timestamps import first_second

FIELDS = ("timestamp", "original", "statuscode", "digest")
GOOD = ("200", "-")
STATUSES = "statuscode:200|-|30[12378]"
MOST_CAPTURES = 1000
"""How many captures of a page are looked at, the latest ones."""
MEMENTO = re.compile(r"https?://[^?#]*?/web/(?P<time>\d{14})id_/(?P<url>https?://.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A capture that the index names: when (14 digits), of what address, with which digest.

    `is_page` if it is of a page, not of a redirect; "-" stands for one that was the same as before.
    """

    timestamp: str
    url: str
    digest: str
    is_page: bool

    def distance(self, other: "Snapshot") -> float:
        """The seconds between this capture and another."""
        return abs((_time(self.timestamp) - _time(other.timestamp)).total_seconds())


def index_url(service: str, url: str, until: str | None) -> str:
    """Where a service tells of the captures of an address, up to a moment."""
    said = {"url": url, "output": "json", "fl": ",".join(FIELDS), "filter": STATUSES}
    if until:
        said["to"] = "".join(filter(str.isdigit, until))
    return f"{service}/cdx/search/cdx?{urlencode({**said, 'limit': -MOST_CAPTURES})}"


def snapshots(text: str, asked: str) -> list[Snapshot]:
    """The captures in an index's answer, pages before redirects, the latest first.

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
    """Where a service has the capture of an address at a time (14 digits)."""
    return f"{service}/web/{timestamp}id_/{url}"


def read_memento(url: str) -> tuple[str, str] | None:
    """The address and the moment that such an address is of; None if it is no such one."""
    found = MEMENTO.fullmatch(url)
    moment = first_second(found["time"]) if found else None
    return (found["url"], moment) if found and moment else None
