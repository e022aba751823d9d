"""Harvester: the listings of digital archives, as data."""
