"""The arguments of a harvest (`-a name=value`), and checks of its settings.

A user's settings may add components to a harvest, but not remove or reorder those that it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.settings import default_settings as scrapys
from scrapy.utils.misc import load_object

from harvester import settings as defaults
from harvester.collection import Collection, wanted_collections
from harvester.outcomes import BadUsage
from harvester.sources import LIVE, is_at_hand, settings_for

COUNTS = ("HARVEST_MAX_PAGES", "HARVEST_WALKS", "HARVEST_REMOVED_AFTER")
LEAST = dict.fromkeys((*COUNTS, "HARVEST_FILE_MAXSIZE", "HARVEST_FILE_TIMEOUT"), 1)
GETTERS = {
    bool: BaseSettings.getbool,
    int: BaseSettings.getint,
    float: BaseSettings.getfloat,
}
ANSWERS = {"yes": True, "no": False}
NEEDED = {
    "DOWNLOADER_MIDDLEWARES": tuple(defaults.DOWNLOADER_MIDDLEWARES),
    "SPIDER_MIDDLEWARES": (),
    "ITEM_PIPELINES": tuple(defaults.ITEM_PIPELINES),
    "EXTENSIONS": ("harvester.extensions.report.Report",),
}
"""Components that each setting must contain, in this order; subclasses are accepted."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument for the help: its form and its meaning."""

    form: str
    meaning: str


ARGUMENTS = {
    "url": Argument("URL", "harvest this listing, in the file or not"),
    "name": Argument("NAME", "only this collection; with url=, name it so"),
    "site": Argument("SITE", "it is a copy of this site (default: by host)"),
    "source": Argument("PATH|SERVICE", "read captures; wayback[:DATE], commoncrawl[:CRAWL]"),
    "split": Argument("FACET|year|prefix", "walk in parts that add up; or by NAME=A,B"),
    "full": Argument("yes|no", "ask for unchanged pages, too (default: no)"),
    "accept": Argument("yes|no", "believe a change that seems too large (no)"),
    "details": Argument("yes|no", "read documents' own pages (as in the file)"),
    "files": Argument("yes|no", "and fetch their scans (as in the file)"),
}
"""All arguments, in the order of the help."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The collections to harvest, and their source: LIVE, or paths to captured pages.

    `full` fetches every page, known or not; `accept` believes a change of any size; `split` says
    how listings are split. `settings` are the settings that the source needs.
    """

    collections: list[Collection]
    source: str
    settings: dict[str, Any]
    full: bool = False
    accept: bool = False
    split: str = ""


def read_arguments(settings: BaseSettings, **given: str) -> Arguments:
    """Reads the arguments. Raises BadUsage if one of them, or a setting, is wrong.

    Each collection has its own defaults for `details` and `files`.
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
        split=_split(given.get("split", ""), source, collections),
    )


def _split(said: str, source: str, collections: list[Collection]) -> str:
    """Checks how listings are to be split. Raises BadUsage."""
    from harvester.crawl.limits import MOST_PARTS, is_split

    if said and not is_split(said):
        raise BadUsage(
            f"The argument split can't be {said!r}: name a facet, year or prefix, several with"
            f" commas between them, or give at most {MOST_PARTS:,} values, as split=NAME=A,B or"
            " split=NAME=1945..1991."
        )
    if said and (repositories := [one.name for one in collections if one.site.oai]):
        raise BadUsage(
            f"{repositories[0]} is a list of OAI-PMH, which is not split: leave the argument split"
            " out, or name another collection."
        )
    if said and source != LIVE and not is_at_hand(source):
        raise BadUsage("Captures of a service are not split: leave the argument split out.")
    return said


def _check_files(source: str, settings: BaseSettings) -> None:
    """Raises BadUsage if the source has no scans, or there is no folder for them."""
    if source != LIVE and not is_at_hand(source):
        raise BadUsage(
            "Scans are not taken from the Wayback Machine or Common Crawl: say files=no."
        )
    if not settings["HARVEST_FILES"]:
        raise BadUsage(
            "There is no folder for scans: name one with HARVEST_FILES, or say files=no."
        )


def check_settings(settings: BaseSettings) -> None:
    """Raises BadUsage if a setting, ours or Scrapy's, has a value of the wrong type.

    Scrapy's settings may be fractions where the default is a whole number (DOWNLOAD_DELAY).
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


def check_parts(settings: BaseSettings) -> None:
    """Raises BadUsage if a component is missing, out of order, or can't be loaded."""
    for name, needed in NEEDED.items():
        parts = _parts(settings, name)
        places = [_place(path, parts) for path in needed]
        if None in places:
            raise BadUsage(
                f"The setting {name} lacks {needed[places.index(None)]}, without which nothing is"
                " harvested: add what you have to what harvester/settings.py has there."
            )
        if places != sorted(places, key=lambda place: place or 0):
            raise BadUsage(
                f"The setting {name} has another order than harvester/settings.py, in which one"
                " part relies on the one before: keep the numbers that its parts have there."
            )


def _parts(settings: BaseSettings, name: str) -> list[type]:
    """The classes in a setting, in their order."""
    try:
        orders = settings.get_component_priority_dict_with_base(name)
        used = sorted((order, path) for path, order in orders.items() if order is not None)
        return [load_object(path) for _, path in used]
    except Exception as error:  # whatever a module of somebody's own raises
        sentence = f"The setting {name} has what can't be loaded ({error}): correct it."
        raise BadUsage(sentence) from error


def _place(path: str, parts: list[type]) -> int | None:
    ours = load_object(path)
    return next((place for place, part in enumerate(parts) if issubclass(part, ours)), None)


def _as_deep(collection: Collection, details: str | None, files: str | None) -> Collection:
    """The collection, with the arguments `details` and `files` applied.

    Scans need documents' pages, which link to them. Raises BadUsage.
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
