"""Turning replayed pages, such as the Wayback Machine's, back into what was captured.

A web archive shows a page at an address made of the time and the page's own address, rewrites its
links to such addresses, and adds a toolbar.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urljoin

from harvester.sources.captures import Capture, Payload
from harvester.timestamps import first_second

REWRITTEN = re.compile(
    rb"""(?<=["'=])(?P<archive>[^"'=<>\s]{1,200}?)\d{14}(?:[a-z]{2}_)?/(?=[a-z]+:)"""
)
"""What an archive puts before an address in a page."""
REPLAY = re.compile(
    r"(?P<archive>https?://[^?#\s]{1,200}?/)(?P<time>\d{14})(?:[a-z]{2}_)?/(?P<url>https?://.+)",
    re.DOTALL,
)
"""An address at which an archive of the web shows a page, with its own links and toolbar."""
TOOLBAR = (b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->", b"<!-- END WAYBACK TOOLBAR INSERT -->")


def read_replay(url: str) -> tuple[str, str] | None:
    """Splits an address at which an archive of the web shows a page into that page's and when it
    was captured; None for any other."""
    found = REPLAY.fullmatch(url)
    moment = first_second(found["time"]) if found else None
    return (found["url"], moment) if found and moment else None


def without_replay(page: bytes, replay: str) -> bytes:
    """A page as it was before the archive at an address put in its own links and toolbar."""
    found = REPLAY.fullmatch(replay)
    archive = found["archive"] if found else "https://web.archive.org/web/"
    path = "/" + archive.split("/", 3)[3]
    its_own = {one.encode() for one in (archive, archive[5:].lstrip(":"), path)}
    page = REWRITTEN.sub(lambda link: b"" if link["archive"] in its_own else link[0], page)
    before, begin, rest = page.partition(TOOLBAR[0])
    _, end, after = rest.partition(TOOLBAR[1])
    return before + after if begin and end else page


def as_captured(capture: Capture) -> Capture:
    """A capture of what an archive shows as one of the page itself; any other as it is."""
    replay = read_replay(capture.url)
    if replay is None:
        return capture
    url, moment = replay
    return replace(capture, url=url, moment=moment, read=partial(_read, capture.read, capture.url))


def _read(read: Callable[[int], Payload], replay: str, limit: int) -> Payload:
    payload = read(limit)
    headers = [(name, _leads(name, said, replay)) for name, said in payload.headers]
    return Payload(headers, without_replay(payload.body, replay), payload.digest)


def _leads(name: str, said: str, replay: str) -> str:
    """A header; a redirect to another such address becomes one to the captured address."""
    leads = read_replay(urljoin(replay, said)) if name.lower() == "location" else None
    return leads[0] if leads else said
