"""What an answer says beside its page: when it came, in which state, and where it is kept."""

import hashlib
from typing import Any

from scrapy.http import Response, TextResponse

from harvester.clock import seconds_of, utc_now
from harvester.items import PAGE_SOURCE, PageSource
from harvester.moments import first_second


def said_of(response: TextResponse) -> dict[str, Any]:
    """The values that every item made of a page has, by their names."""
    source: PageSource | None = response.meta.get(PAGE_SOURCE)
    return {
        "fetched": (source and source.captured) or utc_now(),
        "status": response.status,
        "sha256": hashlib.sha256(response.body).hexdigest(),
        "etag": _header(response, "ETag"),
        "last_modified": _header(response, "Last-Modified"),
        "source": source,
    }


def clock_ahead(response: Response) -> int | None:
    """By how many seconds our clock is ahead of the site's, or None if its answer does not tell.

    The site's is what its header Date says (RFC 9110, 6.6.1) and, if the answer comes from a cache,
    the seconds that it has been there, which Age says (RFC 9111, 5.1).
    """
    date = first_second(_header(response, "Date") or "")
    age = (_header(response, "Age") or "").strip()
    if date is None:
        return None
    cached = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return seconds_of(utc_now()) - seconds_of(date) - cached


def validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers that ask for a page only if it has changed."""
    said = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in said.items() if value}


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
