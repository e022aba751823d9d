"""How fast `scrapy reparse` reads recorded pages, beside lxml alone parsing the same bytes.

`python -m benchmarks.reparse [DOCUMENTS]`; by default 16,040 on 1,604 pages of 80 KB, which are
harvested and recorded once, and a quarter of them beside that. All three are whole processes in
turn, several times, and their medians count. lxml's (benchmarks/lxml_alone.py) gets the pages
decompressed already, from one file. "A page more" is what remains when the cost of the quarter is
taken off: no start-up, only the reading.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import lxml_alone
from benchmarks.measure import Cost, cost, harvest
from benchmarks.origin import origin
from harvester.reparse.recordings import Recordings
from harvester.store import recorded
from harvester.store.reading import reading

DOCUMENTS = 16_040
TIMES = 5
LARGEST = 1 << 24
CONTENDERS = ("lxml alone", "1 process", "2 processes")


@dataclass(frozen=True)
class Corpus:
    """A harvest with its recording, and its pages in one file for lxml."""

    folder: Path
    pages: int

    def cost(self, contender: str) -> Cost:
        """What it costs one of the contenders to read all pages."""
        if contender == CONTENDERS[0]:
            return cost("-m", "benchmarks.lxml_alone", str(self.folder / "pages"))
        settings = (f"-sHARVEST_DB={self.folder}/harvest.db", f"-sHARVEST_WARC={self.folder}/warc")
        command = ("-m", "scrapy", "reparse", "--processes", contender[0])
        return cost(*command, *settings)


@dataclass(frozen=True)
class Figures:
    """The medians for one contender: of all pages, of a quarter, and of one page more (seconds)."""

    whole: Cost
    quarter: Cost
    cpu_more: float
    wall_more: float


def measure(documents: int = DOCUMENTS) -> dict[str, Figures]:
    """The figures of each contender."""
    with tempfile.TemporaryDirectory() as folder:
        large = harvested(documents, Path(folder) / "whole")
        small = harvested(documents // 4, Path(folder) / "quarter")
        rounds = [
            {name: (large.cost(name), small.cost(name)) for name in CONTENDERS}
            for _ in range(TIMES)
        ]
        more = large.pages - small.pages
        return {name: _figures([one[name] for one in rounds], more) for name in CONTENDERS}


def harvested(documents: int, folder: Path) -> Corpus:
    """A corpus of so many documents."""
    folder.mkdir()
    with origin(documents) as site:
        harvest(site.url, folder / "harvest.db", f"-sHARVEST_WARC={folder / 'warc'}")
    return Corpus(folder, lxml_alone.write(folder / "pages", _bodies(folder)))


def _bodies(folder: Path) -> Iterator[bytes]:
    recordings = Recordings([folder / "warc"], LARGEST)
    with reading(folder / "harvest.db") as db:
        for number in recorded.numbers(db, 1):
            yield recordings.page(*recorded.pages(db, [number])).body
    recordings.close()


def _figures(pairs: list[tuple[Cost, Cost]], pages: int) -> Figures:
    whole, quarter = (_median([pair[side] for pair in pairs]) for side in (0, 1))
    cpu = median((large.cpu - small.cpu) / pages for large, small in pairs)
    wall = median((large.wall - small.wall) / pages for large, small in pairs)
    return Figures(whole, quarter, cpu, wall)


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        *(median(getattr(one, name) for one in costs) for name in ("cpu", "wall", "memory"))
    )


def main() -> None:
    """Prints the figures and their ratios."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    figures = measure(documents)
    alone = figures[CONTENDERS[0]]
    print(
        f"{'':12} {'CPU s':>7} {'wall s':>7} {'MB':>5} {'MB of ¼':>8}"
        f" {'CPU ms/page more':>17} {'pages/s':>8} {'of lxml alone: CPU':>19} {'pages/s':>8}"
    )
    for name, one in figures.items():
        print(
            f"{name:12} {one.whole.cpu:7.2f} {one.whole.wall:7.2f} {one.whole.memory:5.0f}"
            f" {one.quarter.memory:8.0f} {1000 * one.cpu_more:17.3f} {1 / one.wall_more:8,.0f}"
            f" {one.cpu_more / alone.cpu_more:19.2f} {alone.wall_more / one.wall_more:8.2f}"
        )


if __name__ == "__main__":
    main()
