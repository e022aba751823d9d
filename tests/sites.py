"""The sites that the tests read."""

from harvester.sites import known_sites

WILSON = known_sites()["wilson-center"]
