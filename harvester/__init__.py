"""Harvester: the listings of digital archives, as data."""

__version__ = "0.1.0"
