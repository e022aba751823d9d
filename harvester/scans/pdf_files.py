"""The PDF files of scans: whether bytes are one, the whole of one, and what a file is called.

ISO 32000-1, 7.5.2 and 7.5.5, and the notes 13 and 18 of Adobe's annex H to the PDF Reference 1.7:
readers look for the header in the first 1024 bytes of a file, for the end mark in the last 1024.
Names are given by us alone, whatever the site calls a scan.
"""

import hashlib
import os
import re
from pathlib import Path

PDF = "application/pdf"
AROUND = 1024
PADDING = 64 * 1024
HEADER = b"%PDF-"
END = b"%%EOF"
LONGEST = 60
"""Characters of a document's identity in a name: names stay short whatever the site does."""


def begins_pdf(head: bytes) -> bool:
    """Whether the first bytes of something are those of a PDF."""
    return HEADER in head[:AROUND]


def is_whole(path: Path) -> bool:
    """Whether a PDF has its end mark; a little padding after that is no matter. Raises OSError."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - PADDING))
        end = file.read().rstrip(b"\0\t\n\f\r ")
    return END in end[-AROUND:]


def name_of(document: str, sha256: str) -> str:
    """The name of a document's scan below the folder of scans, without its suffix.

    It is made of small letters, digits and dashes, so that it is the same on every file system, and
    no two contents share one: "3f/record-of-soviet-japanese-talks-3fa9c2d1e0b74a51".
    """
    return f"{sha256[:2]}/{slug(document)}-{mark(sha256)}"


def mark(sha256: str) -> str:
    """The end of a name, which tells the contents apart."""
    return sha256[:16]


def part_name(url: str) -> str:
    """The name of what is there of the scan at an address, before it is whole."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


def slug(document: str) -> str:
    """A document's identity as far as it can stand in a name."""
    said = re.sub(r"[^a-z0-9]+", "-", document.lower())
    return said[:LONGEST].strip("-") or "document"
