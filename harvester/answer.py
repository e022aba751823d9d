"""What an answer says beside its page: when it came, in which state, and where it is kept."""

import hashlib
from typing import Any

from scrapy.http import TextResponse

from harvester.clock import utc_now
from harvester.items import PAGE_SOURCE, PageSource


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


def validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers that ask for a page only if it has changed."""
    said = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in said.items() if value}


def _header(response: TextResponse, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
