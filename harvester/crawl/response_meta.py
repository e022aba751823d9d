"""A site's answer: whether it is a page that can be read, and what it says beside that.

An answer may say that the site does not want us: by a bot challenge, or by 401 or 403.
"""

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy.http import Headers, Response, TextResponse

from harvester.items import PAGE_SOURCE, PageSource
from harvester.outcomes import ListingChanged, Reason, Refused, Unreadable
from harvester.pages import challenge
from harvester.pages.markup import charset_of
from harvester.pages.problem import Unclear
from harvester.timestamps import first_second, seconds_of, utc_now


def check(
    response: Response, url: str, *, first: bool, unfit: Reason = Reason.NO_LISTING
) -> TextResponse:
    """The response, if it is a page that can be read.

    Raises Refused, Unreadable or Incomplete, as the status and the kind of content are.
    """
    check_welcome(response, url)
    answers = f"the site answers {response.status}."
    if response.status in (404, 410):
        problem = Unreadable if first else ListingChanged
        raise problem(f"{url} is not there: {answers}", Reason.NOT_FOUND, url)
    if 300 <= response.status < 400:
        raise Unreadable(f"{url} can't be read: {answers}", Reason.REDIRECT, url)
    if response.status != 200:
        raise Unreadable(f"{url} can't be read: {answers}", unfit, url)
    if not isinstance(response, TextResponse) or not response.body.strip():
        sentence = f"{url} can't be read: what the site sends is empty or no text."
        raise Unreadable(sentence, unfit, url)
    return _in_its_charset(response, url, unfit)


def check_welcome(response: Response, url: str) -> None:
    """Raises Refused for a bot challenge, 401 and 403."""
    if network := challenger(response):
        raise Refused(
            f"{url} is kept from robots by a check of {network}'s: open it in a browser, ask the"
            " archive, or harvest from saved pages.",
            Reason.CHALLENGE,
            url,
        )
    if response.status in (401, 403):
        sentence = f"{url} is refused: the site answers {response.status}."
        raise Refused(sentence, Reason.FORBIDDEN, url)


def challenger(response: Response) -> str | None:
    """Whose bot challenge an answer is, if it is one."""
    if not isinstance(response, TextResponse):
        return None
    return challenge(response.status, texts_of(response.headers), response.text)


def said_of(response: TextResponse) -> dict[str, Any]:
    """Metadata shared by every page item: when it was fetched, its status, its hash, its source."""
    source: PageSource | None = response.meta.get(PAGE_SOURCE)
    return {
        "fetched": (source and source.captured) or utc_now(),
        "status": response.status,
        "sha256": hashlib.sha256(response.body).hexdigest(),
        "etag": _header(response, "ETag"),
        "last_modified": _header(response, "Last-Modified"),
        "source": source,
    }


def texts_of(headers: Headers) -> dict[str, str]:
    """Headers as texts, their names in small letters."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in headers.items()
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
    """The headers that ask for a page or a scan only if it has changed (RFC 9110, 13.1)."""
    said = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in said.items() if value}


def retry_after(said: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date).

    None if it says nothing that can be understood; 0 for what is past.
    """
    said = said.strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _in_its_charset(response: TextResponse, url: str, unfit: Reason) -> TextResponse:
    """The response in the charset that its bytes are in. Raises Unreadable if none is certain."""
    if response.encoding == "utf-8" and "\ufffd" not in response.text:
        return response  # so it is valid as that
    said = (response.headers.get("Content-Type") or b"").decode("latin-1")
    try:
        charset = charset_of(said, response.body)
    except Unclear as problem:
        raise Unreadable(f"{url} can't be read: {problem}.", unfit, url) from None
    # The response keeps its text, once that is decoded; a new one would decode it again.
    return response if response.encoding == charset else response.replace(encoding=charset)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
