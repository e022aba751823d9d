"""What a harvest costs beside the least that it can cost, and beside what others do: `make bench`.

Every way is run in turn, several times. The figures are medians, the ratios of the bars medians of
the ratios of each time. CPU time comes first: a machine may have other things to do meanwhile.
"""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks import ways
from benchmarks.bars import Bar, Costs, bars
from benchmarks.measure import PROJECT, middle
from benchmarks.origin import origin
from benchmarks.ways import Way, asked, emptied

DOCUMENTS = 16_040
"""The whole archive had about so many in 2025."""
TIMES = 5
LARGE = (
    *(ways.BARE, ways.FULL, ways.RECORDED),
    *(ways.REPARSE, ways.REPARSE_TWO, ways.TREES),
)
"""What is measured with ten times as many documents, too."""
PACKAGES = ("scrapy", "twisted", "lxml", "sqlite-utils", "requests", "beautifulsoup4", "httpx")


def main() -> None:
    """Measures, prints the table and writes it."""
    options = _options()
    rounds = measured(ways.ways(), options.documents, options.times)
    large = [way for way in ways.ways() if way.letter in LARGE] if options.tenfold else []
    costs = medians(rounds)
    tenfold = medians(measured(large, options.documents * 10, options.times_tenfold))
    held = [middle_bar(same) for same in zip(*(bars(one, tenfold) for one in rounds), strict=True)]
    print(table(costs), *map(line, held), sep="\n")
    if tenfold:
        print(f"\nTen times as many documents\n{table(tenfold)}")
    said = {
        "machine": machine(),
        "documents": options.documents,
        "times": options.times,
        "costs": {letter: asdict(cost) for letter, cost in costs.items()},
        "tenfold": {letter: asdict(cost) for letter, cost in tenfold.items()},
        "bars": [{**asdict(bar), "holds": bar.holds} for bar in held],
    }
    options.json.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def measured(wanted: list[Way], documents: int, times: int) -> list[Costs]:
    """What each way costs on a site of its own with so many documents, time by time."""
    if not wanted:
        return []
    rounds = []
    with origin(documents) as site, tempfile.TemporaryDirectory() as name:
        for time in range(1, times + 1):
            print(f"{documents:,} documents, {time} of {times} ...", flush=True)
            folder = emptied(Path(name) / "made")
            rounds.append({way.letter: asked(way, site, folder) for way in wanted})
    return rounds


def medians(rounds: list[Costs]) -> Costs:
    """The median of each figure of each way."""
    return {
        letter: middle([costs[letter] for costs in rounds]) for letter in next(iter(rounds), {})
    }


def middle_bar(same: tuple[Bar, ...]) -> Bar:
    """A bar by the median of the ratios: what a machine does meanwhile slows both of a pair."""
    return replace(same[0], ratio=median(bar.ratio for bar in same))


def table(costs: Costs) -> str:
    """The costs in lines, the CPU time also as a multiple of the bare spider's."""
    names = {way.letter: way.name for way in ways.ways()}
    head = f"{'':18}{'':42}{'CPU s':>8}{'of a':>7}{'wall s':>8}{'MB':>6}{'bytes':>13}"
    bare = costs[ways.BARE].cpu
    return "\n".join(
        [
            head,
            *(
                f"{letter:18}{names[letter]:42}{one.cpu:8.2f}{one.cpu / bare:7.2f}{one.wall:8.2f}"
                f"{one.memory:6.0f}{one.sent:13,}"
                for letter, one in costs.items()
            ),
        ]
    )


def line(bar: Bar) -> str:
    """A bar in a line."""
    limit = f"{'at least' if bar.at_least else 'at most'} {bar.limit:g}"
    return f"{bar.name:50}{bar.ratio:8.3f}  {limit:14}{'' if bar.holds else '  MISSED'}"


def machine() -> dict[str, object]:
    """What the figures depend on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--tenfold", action="store_true", help="ten times as many documents, too")
    parser.add_argument("--times-tenfold", type=int, default=1)
    parser.add_argument("--json", type=Path, default=PROJECT / "benchmarks" / "results.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
