"""The tables, as numbered steps that bring a database of any age up to date.

A step that was released is never edited: what changes later is a step of its own.
"""

from harvester.store.migrations import (
    m001_harvest,
    m002_history,
    m003_reading,
    m004_sources,
    m005_details,
    m006_sightings,
    m007_scans,
    m008_records,
    m009_recalling,
    m010_topics,
    m011_clocks,
    m012_related,
)
from harvester.store.migrations.registry import migrations

__all__ = [
    "m001_harvest",
    "m002_history",
    "m003_reading",
    "m004_sources",
    "m005_details",
    "m006_sightings",
    "m007_scans",
    "m008_records",
    "m009_recalling",
    "m010_topics",
    "m011_clocks",
    "m012_related",
    "migrations",
]
