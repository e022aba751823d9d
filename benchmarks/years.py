"""What years of harvests cost, as ratios of one run: a part of `make benchmark`.

Each figure compares something with the same after many more runs, or with the least that it can
take. `python -m benchmarks.years NAME` gives only the figures whose names begin so.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import process_time

from benchmarks.bars import Bar
from benchmarks.harvested import ON_PAGE, capture, entry, harvest, moment, visit, visited
from benchmarks.measure import Cost, cost
from benchmarks.table import line
from harvester.extensions.feeds import write_feeds
from harvester.store.read.changes import history, since_when
from harvester.store.store import Rules, Store

TIMES = 5
VISITS = 100
SOME = 10_000
MAKE = """
import sys
from contextlib import closing
from benchmarks.harvested import entry, harvest, moment
from harvester.store.store import Rules, Store

with closing(Store(sys.argv[1], Rules())) as store:
    harvest(store, "one", [entry(number) for number in range(int(sys.argv[2]))], moment(0))
"""
FEW, MANY = 2, 500
"""Runs of each collection."""


def starting(folder: Path) -> Iterator[Bar]:
    """Commands that only read, beside what a crawl needs to load."""
    visited(folder / "harvest.db", ["one"], FEW)
    given = "-s", f"HARVEST_DB={folder / 'harvest.db'}"
    scrapy = _least(lambda: cost("-c", "import scrapy.cmdline").cpu)
    for words in (["runs"], ["changes"], ["export", "--format", "csv"]):
        cpu = _least(lambda words=words: cost("-m", "harvester", *words, *given).cpu)  # type: ignore[misc]
        yield Bar(f"starting {words[0]} ({cpu:.2f} s): CPU of Scrapy's", cpu / scrapy, 0.5)


def beginning(folder: Path) -> Iterator[Bar]:
    """Harvesting collections of which nothing has changed, after few runs and after many."""
    few, many = (_visits(folder / f"{runs}.db", runs) for runs in (FEW, MANY))
    yield Bar(f"beginning, {MANY} runs ({many * 1000:.1f} ms): CPU after {FEW}", many / few, 1.5)


def telling(folder: Path) -> Iterator[Bar]:
    """What has changed, after 365 runs of a collection and after 3,650."""
    few, many = (_told(folder / f"{runs}.db", runs) for runs in (365, 3650))
    yield Bar(f"telling, 3,650 runs ({many * 1000:.1f} ms): CPU after 365", many / few, 2)


def capturing(folder: Path) -> Iterator[Bar]:
    """Reading captures that are older than what is known, beside runs of other collections."""
    few, many = (_captured(folder / f"{runs}.db", runs) for runs in (FEW, MANY))
    said = f"capturing, {MANY * VISITS:,} runs of others ({many * 1000:.2f} ms a document)"
    yield Bar(f"{said}: CPU after {FEW * VISITS}", many / few, 1.5)


def large(folder: Path) -> Iterator[Bar]:
    """What is done with all documents, of some and of ten times as many."""
    some, tenfold = (_of_all(folder / f"{number}.db", number) for number in (SOME, 10 * SOME))
    for name, one in tenfold.items():
        memory = one.memory / some[name].memory
        yield Bar(f"{name}, {10 * SOME:,} documents ({one.memory:.0f} MB): memory", memory, 1.3)
        cpu = one.cpu / some[name].cpu / 10
        yield Bar(f"{name}, tenfold ({one.cpu:.1f} s): CPU a document", cpu, 1.2)


def _of_all(path: Path, documents: int) -> dict[str, Cost]:
    """What commands cost; who made the database would count as memory of what it begins."""
    cost("-c", MAKE, str(path), str(documents))
    ways = {
        "changes": ["changes"],
        "changes --all": ["changes", "--all"],
        "changes, JSON": ["changes", "--format", "json"],
        "export": ["export", "--format", "csv"],
        "snapshot": ["snapshot", str(path.with_suffix(""))],
    }
    given = "-s", f"HARVEST_DB={path}"
    return {name: cost("-m", "harvester", *words, *given) for name, words in ways.items()}


def weekly(folder: Path) -> Iterator[Bar]:
    """Feeds of collections in which nothing has changed, beside making them all."""
    names = [f"collection-{number}" for number in range(1000)]
    visited(folder / "harvest.db", names, FEW, 2 * ON_PAGE)
    made, unchanged = (_seconds(folder) for _ in range(2))
    said = f"weekly, feeds of 1,000 collections ({unchanged:.2f} s)"
    yield Bar(f"{said}: CPU of making them", unchanged / made, 0.25)


def _seconds(folder: Path) -> float:
    began = process_time()
    write_feeds(folder / "harvest.db", folder / "feeds")
    return process_time() - began


FIGURES: tuple[Callable[[Path], Iterator[Bar]], ...] = (
    starting,
    large,
    beginning,
    capturing,
    telling,
    weekly,
)


def main() -> None:
    """Prints a line for each figure."""
    asked = tuple(sys.argv[1:]) or ("",)
    for figure in FIGURES:
        if figure.__name__.startswith(asked):
            with tempfile.TemporaryDirectory() as folder:
                for bar in figure(Path(folder)):
                    print(line(bar), flush=True)


def _visits(path: Path, runs: int) -> float:
    """Seconds that a visit of a collection takes, of which there are as many."""
    names = [f"collection-{number}" for number in range(VISITS)]
    visited(path, names, runs)
    store = Store(str(path), Rules())
    days = iter(range(runs, runs + TIMES))

    def all_once() -> float:
        day, began = next(days), process_time()
        for number, name in enumerate(names):
            visit(store, name, moment(day, number))
        return (process_time() - began) / VISITS

    best = _least(all_once)
    store.close()
    return best


def _captured(path: Path, runs: int) -> float:
    """Seconds that an older capture of a document takes."""
    visited(path, [f"collection-{number}" for number in range(VISITS)], runs)
    with closing(Store(str(path), Rules())) as store:
        harvest(store, "own", [entry(10**6 + n) for n in range(ON_PAGE)], moment(runs))
        years = iter(range(2020, 2020 - TIMES, -1))

        def once() -> float:
            year = next(years)
            entries = [entry(10**6 + n, f"As of {year}") for n in range(ON_PAGE)]
            began = process_time()
            capture(store, "own", entries, f"{year}-01-01T00:00:00Z", moment(runs + 1))
            return (process_time() - began) / ON_PAGE

        return _least(once)


def _told(path: Path, runs: int) -> float:
    """Seconds that it takes to tell what the last runs found."""
    visited(path, ["one"], runs)

    def once() -> float:
        began = process_time()
        with history(path) as past:
            list(past.changes(since_when(None)))
            past.runs(20)
        return process_time() - began

    return _least(once)


def _least(seconds: Callable[[], float]) -> float:
    return min(seconds() for _ in range(TIMES))


if __name__ == "__main__":
    main()
