"""Where pages come from, when not from the site itself.

A harvest of the site itself does not load what reads other sources.
"""

from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from harvester.crawl.fetch import Fetcher
from harvester.outcomes import BadUsage
from harvester.timestamps import last_second

LIVE = "live"
WAYBACK = "wayback"
HANDLER = "harvester.sources.handler.SourceHandler"

OFFLINE = {
    "HARVEST_WARC": "",
    "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
    "ROBOTSTXT_OBEY": False,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
}
GENTLY = {
    # What its users report as its limit is 24 requests a minute, and that it shuts out for an hour
    # who asks on within a minute of being told that it was too much.
    "DOWNLOAD_DELAY": 3.0,
    "HARVEST_RETRY_WAIT": 60.0,
    # It is asked by its interface for programs, and nothing else of it is fetched.
    "ROBOTSTXT_OBEY": False,
}


def settings_for(source: str, settings: BaseSettings) -> dict[str, Any]:
    """The settings with which a harvest reads from a source: LIVE, the Wayback Machine ("wayback",
    "wayback:2020-12-31"), or paths to captured pages, parted by commas, which need no network.

    Raises BadUsage if it is none of these, or if the time up to which captures count is no time.
    """
    if source == LIVE:
        return {}
    name, _, date = source.partition(":")
    until = (date if name == WAYBACK else "") or settings["HARVEST_CAPTURED_BEFORE"]
    _check_time(until)
    common = {"HARVEST_CAPTURED_BEFORE": until, "HARVEST_WALKS": 1}
    if name == WAYBACK:
        return {**common, **GENTLY, "HARVEST_SOURCE": [WAYBACK]}
    return {**common, **OFFLINE, "HARVEST_SOURCE": [str(path) for path in _paths(source)]}


def is_at_hand(source: str) -> bool:
    """Whether a source is captured pages on this machine."""
    return source != LIVE and source.partition(":")[0] != WAYBACK


def fetcher_for(crawler: Crawler) -> Fetcher:
    """The fetcher of a harvest, by its source."""
    if crawler.settings.getlist("HARVEST_SOURCE") != [WAYBACK]:
        return Fetcher(crawler)
    from harvester.sources.wayback import WaybackFetcher

    return WaybackFetcher(crawler)


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
