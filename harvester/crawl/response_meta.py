"""A site's answer: checking that it is a page, and what its status and headers say.

By a bot challenge, 401 or 403 a site refuses us.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy.http import Headers, Response, TextResponse

from harvester.items import PAGE_SOURCE, PageSource
from harvester.outcomes import ListingChanged, Reason, Refused, Unreadable
from harvester.pages.markup import Unclear, decoded
from harvester.timestamps import first_second, lasting, seconds_of, utc_now

LONGEST_CHECK = 20_000
"""Characters of a check that comes with status 200: Akamai's has some 2,500, a listing 50,000."""

REFUSALS = frozenset((403, 429, 503))

JUST_A_MOMENT = re.compile(r"<title>\s*Just a moment\W*</title>", re.IGNORECASE)
CLOUDFLARE_CHECK = re.compile(r"\b_cf_chl_opt\b|challenge-error-(?:title|text)")
"""Not the address of its scripts, which stand in ordinary pages of its customers too."""
AKAMAI_REFRESH = re.compile(r"<meta\b(?=[^<>]*\brefresh\b)[^<>]*\bbm-verify=", re.IGNORECASE)
AKAMAI_CHECK = re.compile(r"/_sec/(?:verify|cp_challenge)\b")


def check(
    response: Response, url: str, *, first: bool, unfit: Reason = Reason.NO_LISTING
) -> TextResponse:
    """Checks that a response is a readable page, and returns it.

    Raises Refused, Unreadable or Incomplete by its status and its kind of content.
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
    """The network whose bot challenge an answer is; None if it is none."""
    if not isinstance(response, TextResponse):
        return None
    return challenge(response.status, texts_of(response.headers), response.text)


def challenge(status: int, headers: Mapping[str, str], text: str) -> str | None:
    """The network that asks for proof of not being a robot; None if this is a page, or an error.

    Two are likely here: Cloudflare's, with status 403, 429 or 503, and Akamai's, with 200. Ordinary
    pages carry scripts of both networks, so that no single word decides.
    """
    if _is_cloudflare(status, headers, text):
        return "Cloudflare"
    return "Akamai" if _is_akamai(text) else None


def _is_cloudflare(status: int, headers: Mapping[str, str], text: str) -> bool:
    said = {name.lower(): value.lower() for name, value in headers.items()}
    if "challenge" in said.get("cf-mitigated", ""):
        return True
    if status not in REFUSALS and len(text) >= LONGEST_CHECK:
        return False
    signs = [bool(JUST_A_MOMENT.search(text)), bool(CLOUDFLARE_CHECK.search(text))]
    return any(signs) if status in REFUSALS else all(signs)


def _is_akamai(text: str) -> bool:
    """Its page reloads itself with a token, or sends one to be verified, and holds nothing else."""
    if len(text) >= LONGEST_CHECK:
        return False
    return bool(AKAMAI_REFRESH.search(text) or ("bm-verify" in text and AKAMAI_CHECK.search(text)))


def said_of(response: TextResponse) -> dict[str, Any]:
    """Metadata shared by every page item: when it was fetched, its status, its hash, its source."""
    source: PageSource | None = response.meta.get(PAGE_SOURCE)
    return {
        "fetched": (source and source.captured) or utc_now(),
        "status": response.status,
        "sha256": hashlib.sha256(response.body).hexdigest(),
        "etag": _header(response, "ETag"),
        "last_modified": lasting(_header(response, "Last-Modified"), _header(response, "Date")),
        "source": source,
    }


def texts_of(headers: Headers) -> dict[str, str]:
    """Headers as texts, with their names in lower case."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in headers.items()
    }


def clock_ahead(response: Response) -> int | None:
    """How many seconds our clock is ahead of the site's; None if the answer does not tell.

    The site's time is the header Date (RFC 9110, 6.6.1), plus the answer's Age in a cache (RFC
    9111, 5.1).
    """
    date = first_second(_header(response, "Date") or "")
    age = (_header(response, "Age") or "").strip()
    if date is None:
        return None
    cached = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return seconds_of(utc_now()) - seconds_of(date) - cached


def validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers of a request for a page or a scan if it has changed (RFC 9110, 13.1)."""
    said = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in said.items() if value}


def retry_after(said: str, now: datetime) -> float | None:
    """The seconds in a Retry-After header, which has seconds or a date (RFC 9110, 10.2.3).

    None if it is malformed; 0 for a date in the past.
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
    """The response in the charset of its bytes. Raises Unreadable if none is certain."""
    if response.encoding == "utf-8" and "\ufffd" not in response.text:
        return response  # so it is valid as that
    said = (response.headers.get("Content-Type") or b"").decode("latin-1")
    try:
        charset, _ = decoded(said, response.body)
    except Unclear as problem:
        raise Unreadable(f"{url} can't be read: {problem}.", unfit, url) from None
    # The response keeps its text, once that is decoded; a new one would decode it again.
    return response if response.encoding == charset else response.replace(encoding=charset)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
