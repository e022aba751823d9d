"""Scans: which are wanted, how they are kept, and whether bytes are a whole PDF.

ISO 32000-1, 7.5.2 and 7.5.5, and the notes 13 and 18 of Adobe's annex H to the PDF Reference 1.7:
readers look for the header in the first 1024 bytes of a file, for the end mark in the last 1024.
We alone name the files, whatever the site calls a scan.
"""

import hashlib
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

PDF = "application/pdf"
AROUND = 1024
PADDING = 64 * 1024
HEADER = b"%PDF-"
END = b"%%EOF"
LONGEST = 60
"""Characters of a document's identity in a name: names stay short whatever the site does."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan in the folder of scans.

    `path` is below that folder. `etag` and `last_modified` are the site's and ask whether the scan
    has changed; `fetched` is in UTC.
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
    """A scan to be fetched, with what its note says of the document.

    `link` is the document's address in the archive, `page` the number of its page in the database;
    `known` is the scan in the folder, if an earlier run has kept it.
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
    """Begins the phase of scans, after documents' pages.

    Wanted are scans that are not in the `folder`, and those of documents whose page was read anew;
    with `full`, the site is asked for changes of all. `left` are the addresses of scans that an
    interrupted run had fetched whole.
    """

    collection: str
    folder: Path
    full: bool = False
    left: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class WantedScans:
    """The scans to ask for, in the order of the listing.

    `settled` are those of ScansStart's `left` that are stored and not wanted again.
    """

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


def begins_pdf(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a PDF."""
    return HEADER in head[:AROUND]


def is_whole(path: Path) -> bool:
    """Whether a PDF has its end mark, which a little padding may follow. Raises OSError."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - PADDING))
        end = file.read().rstrip(b"\0\t\n\f\r ")
    return END in end[-AROUND:]


def name_of(document: str, sha256: str) -> str:
    """The name of a document's scan below the folder of scans, without its suffix.

    Small letters, digits and dashes are the same on every file system, and no two contents share
    a name: "3f/record-of-soviet-japanese-talks-3fa9c2d1e0b74a51".
    """
    return f"{sha256[:2]}/{slug(document)}-{mark(sha256)}"


def mark(sha256: str) -> str:
    """The end of a scan's name, which differs by its content."""
    return sha256[:16]


def part_name(url: str) -> str:
    """The name of the part of a scan, by the scan's address."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def slug(document: str) -> str:
    """A document's identity, cut down to what a file's name can hold."""
    said = re.sub(r"[^a-z0-9]+", "-", document.lower())
    return said[:LONGEST].strip("-") or "document"
