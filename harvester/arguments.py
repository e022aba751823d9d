"""What the arguments of a harvest (`-a name=value`) mean."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.settings import default_settings as scrapys

from harvester import settings as defaults
from harvester.collection import Collection, wanted_collections
from harvester.outcomes import BadUsage
from harvester.parts import check_parts
from harvester.sources import LIVE, is_at_hand, settings_for

COUNTS = ("HARVEST_MAX_PAGES", "HARVEST_WALKS", "HARVEST_REMOVED_AFTER")
LEAST = dict.fromkeys((*COUNTS, "HARVEST_FILE_MAXSIZE", "HARVEST_FILE_TIMEOUT"), 1)
GETTERS = {
    bool: BaseSettings.getbool,
    int: BaseSettings.getint,
    float: BaseSettings.getfloat,
}
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: what it can be, and what it does, for the help."""

    form: str
    meaning: str


ARGUMENTS = {
    "url": Argument("URL", "this listing, in collections.toml or not"),
    "name": Argument("NAME", "only this collection; with url=, its name"),
    "site": Argument("SITE", "a copy of this site (default: by its host)"),
    "source": Argument("PATH|wayback[:DATE]", "from captured pages, not from the live site"),
    "full": Argument("yes|no", "ask for unchanged pages, too (default: no)"),
    "accept": Argument("yes|no", "believe what seems too large a change (no)"),
    "details": Argument("yes|no", "the documents' own pages, too (as in the file)"),
    "files": Argument("yes|no", "and their scans (as in collections.toml)"),
}
"""All arguments that there are, in the order of the help."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Which collections are to be harvested from where (LIVE, or paths to captured pages).

    `full` asks for every page, known or not; `accept` says that a collection may have changed as
    much as it seems to have. `settings` are what the source needs.
    """

    collections: list[Collection]
    source: str
    settings: dict[str, Any]
    full: bool = False
    accept: bool = False


def read_arguments(settings: BaseSettings, **given: str) -> Arguments:
    """The meaning of the arguments given. Raises BadUsage if one of them, or a setting, is wrong.

    Without `details` or `files`, it is as each collection has it.
    """
    check_settings(settings)
    check_parts(settings)
    if unknown := given.keys() - ARGUMENTS.keys():
        *most, last = ARGUMENTS
        raise BadUsage(f"There is no argument {min(unknown)!r}: use {', '.join(most)} or {last}.")
    source = given.get("source", LIVE)
    named = Path(settings["HARVEST_COLLECTIONS"]), given.get("name"), given.get("url")
    collections = [
        _as_deep(one, given.get("details"), given.get("files"))
        for one in wanted_collections(*named, given.get("site"))
    ]
    if any(one.files for one in collections):
        _check_files(source, settings)
    return Arguments(
        collections,
        source,
        settings_for(source, settings),
        full=_answer("full", given.get("full", "no")),
        accept=_answer("accept", given.get("accept", "no")),
    )


def _check_files(source: str, settings: BaseSettings) -> None:
    """Raises BadUsage if scans can't be got from the source, or kept nowhere."""
    if source != LIVE and not is_at_hand(source):
        raise BadUsage("Scans are not taken from the Wayback Machine: say files=no.")
    if not settings["HARVEST_FILES"]:
        raise BadUsage(
            "There is no folder for scans: name one with HARVEST_FILES, or say files=no."
        )


def check_settings(settings: BaseSettings) -> None:
    """Raises BadUsage if a setting, ours or Scrapy's, is no number or no answer where it has to be.

    Where Scrapy's default is a whole number, a part of one may be meant (DOWNLOAD_DELAY).
    """
    for name, default in vars(scrapys).items():
        if isinstance(default, bool | int | float):
            kind = bool if isinstance(default, bool) else float
            _check(settings, name, default, GETTERS[kind])
    for name, default in vars(defaults).items():
        if name.startswith("HARVEST_") and not isinstance(default, str):
            _check(settings, name, default, GETTERS[type(default)], LEAST.get(name, 0))


def _check(
    settings: BaseSettings,
    name: str,
    default: float,
    get: Callable[[BaseSettings, str], float],
    least: float = -inf,
) -> None:
    try:
        fits = get(settings, name) >= least
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise BadUsage(
            f"The setting {name} can't be {settings[name]!r}:"
            f" it is {'0 or 1' if isinstance(default, bool) else 'a number'}"
            f"{f' of at least {least}' if least > 0 else ''}, by default {default}."
        )


def _as_deep(collection: Collection, details: str | None, files: str | None) -> Collection:
    """The collection, with documents' own pages and scans if that is said here.

    There are no scans without the pages that tell of them. Raises BadUsage.
    """
    pages = collection.details if details is None else _answer("details", details)
    scans = collection.files if files is None else _answer("files", files)
    if details == "no" and files == "yes":
        raise BadUsage("The argument files=yes needs details=yes: leave details=no out.")
    if details == "no":
        return replace(collection, details=False, files=False)
    return replace(collection, details=pages or scans, files=scans)


def _answer(name: str, value: str) -> bool:
    if value not in ANSWERS:
        raise BadUsage(f"The argument {name} is yes or no, not {value!r}.")
    return ANSWERS[value]
