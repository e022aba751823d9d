"""How a harvest is kept: one SQLite file, and the only module that writes SQL."""

from harvester.store.store import Rules, Store

__all__ = ["Rules", "Store"]
