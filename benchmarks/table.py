"""What a harvest costs beside the least that it can cost, and beside what others do: `make bench`.

Every way is run in turn, several times; the figures are medians. CPU time comes first, since a
machine may have other things to do meanwhile.
"""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from benchmarks import ways
from benchmarks.bars import Bar, Costs, bars
from benchmarks.measure import PROJECT, Cost, middle
from benchmarks.origin import Origin, origin
from benchmarks.ways import Way, asked, emptied

DOCUMENTS = 16_040
"""The whole archive had about so many in 2025."""
TIMES = 5
LARGE = (ways.BARE, ways.FULL, ways.RECORDED)
"""What is measured with ten times as many documents, too."""
PACKAGES = ("scrapy", "twisted", "lxml", "sqlite-utils", "requests", "beautifulsoup4", "httpx")


def main() -> None:
    """Measures, prints the table and writes it."""
    options = _options()
    costs = measured(ways.ways(), options.documents, options.times)
    large = [way for way in ways.ways() if way.letter in LARGE] if options.tenfold else []
    tenfold = measured(large, options.documents * 10, options.times_tenfold)
    held = list(bars(costs, tenfold))
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


def measured(wanted: list[Way], documents: int, times: int) -> dict[str, Cost]:
    """What each way costs on a site of its own with so many documents."""
    if not wanted:
        return {}
    spent: dict[str, list[Cost]] = {way.letter: [] for way in wanted}
    with origin(documents) as site, tempfile.TemporaryDirectory() as name:
        for time in range(1, times + 1):
            print(f"{documents:,} documents, {time} of {times} ...", flush=True)
            _in_turn(wanted, site, Path(name) / "made", spent)
    return {letter: middle(costs) for letter, costs in spent.items()}


def _in_turn(wanted: list[Way], site: Origin, folder: Path, spent: dict[str, list[Cost]]) -> None:
    emptied(folder)
    for way in wanted:
        spent[way.letter].append(asked(way, site, folder))


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
