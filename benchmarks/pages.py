"""What reading a saved page costs beside lxml's tree of the same bytes: python -m benchmarks.pages.

Both are measured in turn, in one process, so that what a machine does meanwhile slows both. A page
is read as a harvest reads it, with nothing left from the time before but what its patterns and
dates compiled to.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from lxml.etree import HTMLParser
from lxml.html import document_fromstring

from harvester.pages import read_document, read_listing
from harvester.sites import known_sites

PROJECT = Path(__file__).parents[1]
FIXTURES = PROJECT / "fixtures"
TIMES = 15
AT_ONCE = 4
"""Readings for each figure: one takes less than the clock tells apart."""
READERS: dict[str, Callable[..., object]] = {"document": read_document, "listing": read_listing}


@dataclass(frozen=True, slots=True)
class Saved:
    """A page as it was saved: its kind, its name, its address and its source."""

    kind: str
    name: str
    url: str
    html: str


def saved(kind: str, folder: Path = FIXTURES) -> Iterator[Saved]:
    """The fixtures of a kind."""
    for case in sorted((folder / kind).iterdir()):
        said = json.loads((case / "page.json").read_text(encoding="utf-8"))
        html = (case / "page.html").read_text(encoding="utf-8")
        yield Saved(kind, case.name, said["url"], html)


def ratio(page: Saved, times: int = TIMES) -> float:
    """How many times as much CPU reading takes as building the tree: the median of some tries."""
    tries = [(_cpu(lambda: _read(page)), _cpu(lambda: _tree(page))) for _ in range(times)]
    return median(read / tree for read, tree in tries)


def ratios(kind: str, times: int = TIMES) -> dict[str, float]:
    """The ratio of each fixture of a kind, by its name."""
    return {page.name: ratio(page, times) for page in saved(kind)}


def _read(page: Saved) -> object:
    return READERS[page.kind](page.html, page.url, known_sites()["wilson-center"])


def _tree(page: Saved) -> object:
    parser = HTMLParser(recover=True, encoding="utf-8", huge_tree=True, collect_ids=False)
    return document_fromstring(page.html.encode(), parser)


def _cpu(run: Callable[[], object]) -> float:
    began = process_time()
    for _ in range(AT_ONCE):
        run()
    return process_time() - began


def main() -> None:
    """Prints the ratio of each fixture, and the median of each kind."""
    for kind in sys.argv[1:] or READERS:
        found = ratios(kind)
        for name, one in found.items():
            print(f"{kind:10}{name:50}{one:8.2f}")
        print(f"{kind:10}{'median':50}{median(found.values()):8.2f}\n")


if __name__ == "__main__":
    main()
