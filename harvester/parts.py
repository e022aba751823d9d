"""The parts of a Scrapy project that a harvest can't do without, whatever settings a user has."""

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from harvester import settings as defaults
from harvester.outcomes import BadUsage

NEEDED = {
    "DOWNLOADER_MIDDLEWARES": tuple(defaults.DOWNLOADER_MIDDLEWARES),
    "SPIDER_MIDDLEWARES": (),
    "ITEM_PIPELINES": tuple(defaults.ITEM_PIPELINES),
    "EXTENSIONS": ("harvester.extensions.report.Report",),
}
"""What a setting has to have in this order; a subclass of it will do."""


def check_parts(settings: BaseSettings) -> None:
    """Raises BadUsage if a part is missing or out of order, or if one can't be loaded."""
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
    """The classes of a setting, in their order."""
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
