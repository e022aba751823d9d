"""Harvester: the listings of digital archives, as data."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harvester.library import (
        Harvest,
        HarvestProblem,
        open_harvest,
        read_date,
        read_document,
        read_listing,
    )

__version__ = "0.1.0"
__all__ = [
    "Harvest",
    "HarvestProblem",
    "__version__",
    "open_harvest",
    "read_date",
    "read_document",
    "read_listing",
]


def __getattr__(name: str) -> Any:
    """Imports the public names on first use, so that commands start without them."""
    if name in __all__:
        return getattr(import_module("harvester.library"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
