"""What the arguments of a harvest (`-a name=value`) mean."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from harvester.collection import Collection, wanted_collections
from harvester.outcomes import BadUsage
from harvester.sources import LIVE, settings_for

KNOWN = ("name", "url", "source", "full", "accept")
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Arguments:
    """Which collections are to be harvested from where (LIVE, or a folder of saved pages).

    `full` asks for every page, known or not; `accept` says that a collection may have changed as
    much as it seems to have. `settings` are what the source needs.
    """

    collections: list[Collection]
    source: str
    settings: dict[str, Any]
    full: bool = False
    accept: bool = False


def read_arguments(
    settings: BaseSettings,
    name: str | None = None,
    url: str | None = None,
    source: str = LIVE,
    full: str = "no",
    accept: str = "no",
    **unknown: str,
) -> Arguments:
    """The arguments' meaning. Raises BadUsage if one of them is unknown or wrong."""
    if unknown:
        known = f"{', '.join(KNOWN[:-1])} or {KNOWN[-1]}"
        raise BadUsage(f"There is no argument {min(unknown)!r}: use {known}.")
    return Arguments(
        wanted_collections(Path(settings["HARVEST_COLLECTIONS"]), name, url),
        source,
        settings_for(source),
        full=_answer("full", full),
        accept=_answer("accept", accept),
    )


def _answer(name: str, value: str) -> bool:
    if value not in ANSWERS:
        raise BadUsage(f"The argument {name} is yes or no, not {value!r}.")
    return ANSWERS[value]
