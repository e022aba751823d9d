"""A site's answer: checks that it is a page, and reads its status and headers.

A bot challenge, 401 and 403 are refusals.
"""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from scrapy.http import Headers, Response, TextResponse

from harvester.crawl.challenges import challenge as challenge
from harvester.interfaces.oai_answer import is_answer
from harvester.items import PAGE_SOURCE, PageSource
from harvester.outcomes import ListingChanged, LoginAsked, Reason, Refused, Unreadable
from harvester.pages.markup import Unclear, decoded
from harvester.timestamps import first_second, lasting, seconds_of, utc_now

LOGIN = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
LOGIN_ADDRESS = re.compile(
    r"/(?:[a-z]+[-_])?(?:log[-_]?in|sign[-_]?in|sso|cas|shibboleth)\b", re.IGNORECASE
)
LOGIN_TITLE = re.compile(
    r"<(?:title|h1)\b[^<>]*>[^<]{0,200}?(?:log[ -]?in|sign[ -]?in|log on|authenti|anmeld|einlogg"
    r"|connexion|connecter|identifi|iniciar sesi|acceder|accedi|accesso|entrar|inloggen|logga in"
    r"|logg inn|zalog|přihl|вход|войти|увійти|登录|登錄|登入|ログイン|로그인|تسجيل الدخول)",
    re.IGNORECASE,
)
"""Signs that a page with a field for a password is a login, and not a page with a form in its
head: its address, or its title in the languages that listings are read in."""


def check(
    response: Response, url: str, *, first: bool, unfit: Reason = Reason.NO_LISTING
) -> TextResponse:
    """Checks that a response is a readable page, and returns it.

    Raises Refused, Unreadable or Incomplete by its status and its kind of content.
    """
    check_welcome(response, url)
    if is_error(response):
        return _in_its_charset(response, url, unfit)
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


def is_error(response: Response) -> TypeGuard[TextResponse]:
    """Whether an answer of some other status says itself what is wrong, as OAI-PMH has it."""
    is_text = isinstance(response, TextResponse) and 400 <= response.status < 500
    return is_text and is_answer(response.text)


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
    """The network whose bot challenge this is; None if it is not one."""
    text = response.text if isinstance(response, TextResponse) else ""
    return challenge(response.status, texts_of(response.headers), text)


def login_instead(response: TextResponse, url: str) -> LoginAsked | None:
    """The refusal, if an unreadable page asks for a password; None otherwise."""
    if not LOGIN.search(response.text):
        return None
    at_login = LOGIN_ADDRESS.search(urlsplit(response.url).path)
    if not at_login and not LOGIN_TITLE.search(response.text):
        return None
    sentence = (
        f"{url} is refused: the site asks for a login. Ask the archive, or harvest from saved"
        " pages."
    )
    return LoginAsked(sentence, Reason.FORBIDDEN, url)


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
    """The headers as text, by lower-case names."""
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
    """The headers that ask for a page or a scan only if it has changed (RFC 9110, 13.1)."""
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
