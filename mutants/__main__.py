"""`make mutants`: makes small mistakes in the program, and lists those that no test notices."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue

from mutants.changes import Change, places
from mutants.checkout import Checkout, tracked
from mutants.related import related
from mutants.results import EQUIVALENT, Result, Results, reasons

PROJECT = Path(__file__).parents[1]
CACHE = ".mutants_cache"
"""The folder of the results and of the copy of the project; it may be removed at any time."""
WHERE = ["harvester/pages", "harvester/dates", "harvester/store", "harvester/crawl/walk.py"]
LEAST = 0.9
"""The share of changes that has to be noticed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries changes and prints those that no test noticed; returns 1 if these are too many."""
    options = _options(arguments)
    changes = chosen(options.project, options.where, options.sample, options.seed)
    known = reasons(options.project / "mutants" / EQUIVALENT)
    same = {one.id: reason for one in changes if (reason := known.get((one.file, *one.words)))}
    for one in changes:
        if one.id in same:
            print(f"{one.file}:{one.line}: the same program: {same[one.id]}\n{one.diff}")
    others = [one for one in changes if one.id not in same]
    results = list(tried(options.project, others, options.processes))
    noticed = sum(one.noticed for one in results)
    share = noticed / len(results) if results else 1.0
    print(
        f"{noticed} of {len(results)} changes were noticed ({share:.1%});"
        f" {len(same)} more would be the same program."
    )
    return int(share < LEAST)


def chosen(project: Path, where: list[str], sample: int | None, seed: int) -> list[Change]:
    """All changes that can be made there, or a sample of so many.

    A larger sample holds a smaller one of the same seed, and where a module is as it was, it is the
    same changes that are chosen in it.
    """
    files = [
        file
        for file in sorted(tracked(project))
        if file.endswith(".py") and any(file == one or file.startswith(f"{one}/") for one in where)
    ]
    found = [place for file in files for place in places(project, file)]
    if sample is not None:
        found = sorted(found, key=lambda place: place.draw(seed))[:sample]
    return [place.change() for place in found]


def tried(project: Path, changes: list[Change], processes: int) -> Iterator[Result]:
    """What becomes of each change, from the results of an earlier run where these have it."""
    cache = project / CACHE
    cache.mkdir(exist_ok=True)
    results = Results(project, cache / "results.jsonl")
    trials = Trials(project, cache)

    def result_of(change: Change) -> Result:
        return results.of(change) or results.add(change, trials.notices(change))

    with ThreadPoolExecutor(processes) as pool:
        try:
            for number, result in enumerate(pool.map(result_of, changes), 1):
                _progress(f"{number} of {len(changes)}: {result.file}:{result.line}")
                if not result.noticed:
                    _progress("")
                    print(f"{result.file}:{result.line}: not noticed\n{result.diff}", flush=True)
                yield result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            _progress("")


class Trials:
    """As many copies of the project as are wanted at once; each is for one trial at a time."""

    def __init__(self, project: Path, cache: Path) -> None:
        self._project = project
        self._cache = cache
        self._made = count(1)
        self._free: SimpleQueue[Checkout] = SimpleQueue()

    def notices(self, change: Change) -> bool:
        """Whether the tests that are related to it notice a change."""
        try:
            checkout = self._free.get_nowait()
        except Empty:
            checkout = Checkout(self._project, self._cache / f"checkout-{next(self._made)}")
        try:
            return checkout.notices(change, related(self._project, change.file))
        finally:
            self._free.put(checkout)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("where", nargs="*", default=WHERE, help="folders or modules to change")
    parser.add_argument("--sample", type=int, help="try only so many, chosen at random")
    parser.add_argument("--processes", type=int, default=1, help="try so many at once")
    parser.add_argument("--seed", type=int, default=0, help="choose others")
    parser.add_argument(
        "--project", type=Path, default=Path(__file__).parents[1], help="its folder"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
