"""Where pages come from, when not from the site itself."""

from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from harvester.moments import last_second
from harvester.outcomes import BadUsage
from harvester.sources import kinds

LIVE = "live"
HANDLER = "harvester.sources.handler.SourceHandler"


def settings_for(source: str, settings: BaseSettings) -> dict[str, Any]:
    """The settings with which a harvest reads from a source; there is no network but for LIVE.

    Raises BadUsage if it is neither LIVE nor what can hold captured pages, or if the time up to
    which captures count is none.
    """
    if source == LIVE:
        return {}
    _check_time(settings["HARVEST_CAPTURED_BEFORE"])
    paths = paths_of(source)
    for path in paths:
        kinds.check(path)
    return {
        "HARVEST_WARC": "",
        "HARVEST_SOURCE": [str(path) for path in paths],
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
        "ROBOTSTXT_OBEY": False,
        "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
    }


def paths_of(source: str) -> list[Path]:
    """The paths that a source names, parted by commas. Raises BadUsage if one is not there."""
    names = [source] if Path(source).exists() else [name.strip() for name in source.split(",")]
    for name in names:
        if not name or not Path(name).exists():
            raise BadUsage(
                f"There is no file or folder {name!r} to harvest from: give one, or source=live."
            )
    return [Path(name) for name in names]


def _check_time(until: str) -> None:
    if until and last_second(until) is None:
        raise BadUsage(
            f"HARVEST_CAPTURED_BEFORE={until} is no time: give one such as 2020, 2020-12-31 or"
            " 2020-12-31T12:00:00Z."
        )
