"""Items of the phase that fetches scans, after the documents' pages were read."""

from dataclasses import dataclass, field
from pathlib import Path

from harvester.items import Failure
from harvester.scans.scan import Scan, WantedScan


@dataclass(slots=True)
class ScansStart:
    """Item: the documents' pages have been read, and their scans are to be fetched.

    `full` asks the site for all of them whether they have changed. `left` are addresses of scans
    that runs which were broken off have noted to be whole. The store fills in which are `wanted`:
    those that are not in the `folder`, and those whose document's page was read anew; and which of
    what is left is `settled`, for it is stored and not wanted.
    """

    collection: str
    folder: Path
    full: bool = False
    left: list[str] = field(default_factory=list)
    wanted: list[WantedScan] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)


@dataclass(slots=True)
class ScanItem:
    """Item: a scan that was fetched, or else why it was not."""

    collection: str
    wanted: WantedScan
    scan: Scan | None = None
    failure: Failure | None = None


@dataclass(slots=True)
class ScansEnd:
    """Item: all scans that a run wanted have been fetched, or have failed.

    After the last of the `failures` so many are `left` that were not asked for. The store fills in
    what it counted.
    """

    collection: str
    failures: list[Failure] = field(default_factory=list)
    left: int = 0
    wanted: int = 0
    fetched: int = 0
    failed: int = 0
