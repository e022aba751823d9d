"""What scans' files are called: by us alone, whatever the site calls them."""

import hashlib
import re

LONGEST = 60
"""Characters of a document's identity in a name: names stay short whatever the site does."""


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
