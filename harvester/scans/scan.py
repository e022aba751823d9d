"""Scans, before and after they are fetched: which are wanted, how they are kept, their item."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan as it is kept: its file, and what its bytes are.

    Its path begins in the folder of scans. `etag` and `last_modified` are the site's, to be asked
    whether it has changed; `fetched` is when it was fetched, in UTC.
    """

    path: str
    sha256: str
    size: int
    media_type: str
    etag: str | None
    last_modified: str | None
    fetched: str


@dataclass(frozen=True, slots=True)
class WantedScan:
    """A scan at an address that a document's page gives, with what stays attached to it.

    `link` is the address of the document in the archive, `page` the number of its page in the
    database; `known` is the scan as it is kept already.
    """

    document: str
    url: str
    link: str
    page: int
    title: str
    rights: str | None
    known: Scan | None


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
