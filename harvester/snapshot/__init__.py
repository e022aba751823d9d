"""A harvest frozen in a folder, to be cited or deposited, and checked again later."""

from harvester.snapshot.freeze import freeze
from harvester.snapshot.verify import differences

__all__ = ["differences", "freeze"]
