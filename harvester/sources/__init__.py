"""Where pages come from, when not from the site itself."""

from pathlib import Path
from typing import Any

from harvester.outcomes import BadUsage

LIVE = "live"


def settings_for(source: str) -> dict[str, Any]:
    """The settings with which a harvest reads from a source; there is no network but for LIVE.

    Raises BadUsage if it is neither LIVE nor a folder.
    """
    if source == LIVE:
        return {}
    if not Path(source).is_dir():
        raise BadUsage(f"There is no folder {source!r} of saved pages: give one, or source=live.")
    saved = "harvester.sources.saved.SavedPagesHandler"
    return {
        "HARVEST_SOURCE": source,
        "DOWNLOAD_HANDLERS": {"http": saved, "https": saved},
        "ROBOTSTXT_OBEY": False,
        "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
    }
