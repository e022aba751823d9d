"""Sources of pages other than the site itself, whose code a harvest of the site does not load."""

from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from harvester.crawl.fetch import Fetcher
from harvester.outcomes import BadUsage
from harvester.timestamps import last_second

LIVE = "live"
WAYBACK = "wayback"
COMMONCRAWL = "commoncrawl"
SERVICES = (WAYBACK, COMMONCRAWL)
"""Sources that are asked over the network, though not the site itself."""
HANDLER = "harvester.sources.handler.SourceHandler"

OFFLINE = {
    "HARVEST_WARC": "",
    "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
    "ROBOTSTXT_OBEY": False,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
}
GENTLY = {
    # Of the Wayback Machine, users report a limit of 24 requests a minute, and that a client which
    # asks on within a minute of a refusal is shut out for an hour.
    "DOWNLOAD_DELAY": 3.0,
    "HARVEST_RETRY_WAIT": 60.0,
    # We fetch nothing but its interfaces for programs.
    "ROBOTSTXT_OBEY": False,
}


def settings_for(source: str, settings: BaseSettings) -> dict[str, Any]:
    """The settings of a harvest from a source: LIVE, a service with perhaps a date or a crawl
    ("wayback:2020-12-31", "commoncrawl:CC-MAIN-2020-50"), or comma-separated paths to captured
    pages, which need no network.

    Raises BadUsage for any other, and for a latest moment of captures that is no time.
    """
    if source == LIVE:
        return {}
    name, _, said = source.partition(":")
    until = (said if name == WAYBACK else "") or settings["HARVEST_CAPTURED_BEFORE"]
    _check_time(until)
    common = {"HARVEST_CAPTURED_BEFORE": until, "HARVEST_WALKS": 1}
    if name in SERVICES:
        crawl = _crawl(said) if name == COMMONCRAWL else ""
        return {**common, **GENTLY, "HARVEST_SOURCE": [f"{name}:{crawl}"]}
    return {**common, **OFFLINE, "HARVEST_SOURCE": [str(path) for path in _paths(source)]}


def is_at_hand(source: str) -> bool:
    """Whether a source is on this machine."""
    return source != LIVE and source.partition(":")[0] not in SERVICES


def fetcher_for(crawler: Crawler) -> Fetcher:
    """Makes the fetcher for a harvest's source."""
    source = crawler.settings.getlist("HARVEST_SOURCE")
    if not source:
        return Fetcher(crawler)
    name, colon, crawl = source[0].partition(":")
    if name == WAYBACK and colon:
        from harvester.sources.wayback import WaybackFetcher

        return WaybackFetcher(crawler)
    if name == COMMONCRAWL and colon:
        from harvester.sources.commoncrawl import CommonCrawlFetcher

        return CommonCrawlFetcher(crawler, crawl)
    from harvester.sources.captured import CapturedFetcher

    return CapturedFetcher(crawler)


def _crawl(said: str) -> str:
    """The full name of a crawl, of which "2020-50" is enough. Raises BadUsage."""
    from harvester.sources.crawl_index import CRAWL

    name = said if said.startswith("CC-") or not said else f"CC-MAIN-{said}"
    if name and not CRAWL.fullmatch(name):
        raise BadUsage(
            f"{said!r} names no crawl: give one such as CC-MAIN-2020-50, as it is in the list at"
            " https://index.commoncrawl.org, or none for the newest ones."
        )
    return name


def _paths(source: str) -> list[Path]:
    from harvester.sources import archives

    names = [source] if Path(source).exists() else [name.strip() for name in source.split(",")]
    for name in names:
        if not name or not Path(name).exists():
            raise BadUsage(
                f"There is no file or folder {name!r} to harvest from: give one, or source=live."
            )
        archives.check(Path(name))
    return [Path(name) for name in names]


def _check_time(until: str) -> None:
    if until and last_second(until) is None:
        raise BadUsage(
            f"{until!r} is no time up to which captures count: give one such as 2020, 2020-12-31 or"
            " 2020-12-31T12:00:00Z."
        )
