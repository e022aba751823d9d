"""The least that reading pages can cost: lxml parses each of them, and nothing is done with it.

`python -m benchmarks.lxml_alone FILE`, of pages that each stand after their length on 8 bytes.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml.etree import HTMLParser, fromstring


def write(file: Path, pages: Iterable[bytes]) -> int:
    """Writes such a file; returns how many pages it has."""
    number = 0
    with file.open("wb") as out:
        for number, page in enumerate(pages, 1):  # noqa: B007
            out.write(len(page).to_bytes(8) + page)
    return number


def read(file: Path) -> Iterator[bytes]:
    """The pages of such a file."""
    with file.open("rb") as pages:
        while size := pages.read(8):
            yield pages.read(int.from_bytes(size))


if __name__ == "__main__":
    for page in read(Path(sys.argv[1])):
        fromstring(page, HTMLParser())
