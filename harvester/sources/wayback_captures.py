"""Captures in the Wayback Machine: their addresses, and its index of them.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server describes the index. The
original bytes of a capture are at an address with "id_" after its time.
"""

import json
import logging
import re
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Headers, Response

from harvester.outcomes import Incomplete, Reason, Unreadable
from harvester.sources.capture_sets import Snapshot
from harvester.timestamps import first_second

logger = logging.getLogger(__name__)

FIELDS = ("timestamp", "original", "statuscode", "digest")
GOOD = ("200", "-")
STATUSES = "statuscode:200|-|30[12378]"
MOST_CAPTURES = 1000
"""How many captures of a page are looked at, the latest ones."""
MEMENTO = re.compile(r"https?://[^?#]*?/web/(?P<time>\d{14})id_/(?P<url>https?://.+)", re.DOTALL)


def index_url(service: str, about: dict[str, str], until: str | None) -> str:
    """The address at which a service lists the captures of what is asked about, up to a moment."""
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


def memento_url(service: str, timestamp: str, url: str) -> str:
    """The address at which a service has the capture of an address at a time (14 digits)."""
    return f"{service}/web/{timestamp}id_/{url}"


def read_memento(url: str) -> tuple[str, str] | None:
    """Splits such an address into the one that was captured and its moment; None for any other."""
    found = MEMENTO.fullmatch(url)
    moment = first_second(found["time"]) if found else None
    return (found["url"], moment) if found and moment else None
