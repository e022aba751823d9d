"""Scans: which are asked for, and the items that they become."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from harvester.scans.scan import Scan, WantedScan


@dataclass(frozen=True, slots=True)
class ScansStart:
    """The documents' pages have been read, and their scans are to be fetched: which?

    Those that are not in the `folder`, and those whose document's page was read anew. `full` asks
    the site for all of them whether they have changed. `left` are addresses of scans that runs
    which were broken off have noted to be whole.
    """

    collection: str
    folder: Path
    full: bool = False
    left: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class WantedScans:
    """The scans to ask for, in the order of the listing, and which of what was left is `settled`:
    it is stored and not wanted."""

    wanted: list[WantedScan]
    settled: set[str]


@dataclass(frozen=True, slots=True)
class ScanItem:
    """Item: a scan that was fetched, and is in the folder."""

    collection: str
    wanted: WantedScan
    scan: Scan

    @property
    def url(self) -> str:
        """The scan's address."""
        return self.wanted.url
