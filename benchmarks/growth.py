"""How the cost of reading grows with what is read: `python -m benchmarks.growth`, or `make growth`.

Each shape (`benchmarks.made_growth`) is made in four sizes, each twice as large as the one before,
and read by each reader of its kind. CPU time is measured, as the least of some tries, and the
exponent is that of the curve through them: 1 if twice as much takes twice as long, 2 if it takes
four times as long. Above 1.2 is a failure, and so is what takes as long as a page may.

It takes some ten minutes, as each processor measures a case of its own. `--size BYTES` is the
largest size of a page, `--only WORD` chooses shapes and readers by a word of their names. Pages of
16 MiB, the largest that a harvest takes, take minutes each.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import log2
from time import thread_time

from benchmarks.made_growth import PAGES, SOURCE, TITLED
from benchmarks.made_growth_files import FILES, TEXTS
from harvester.budget import SECONDS, bounded
from harvester.interfaces import read_any_listing, read_document, read_listing
from harvester.learning.proposal import propose
from harvester.outcomes import HarvestProblem
from harvester.sites import known_sites
from harvester.sites.profile import profile_in
from harvester.sites.site import general_site
from harvester.visit import SavedPage

WORST = 1.2
"""The largest exponent; n log n has up to 1.1 at such sizes."""
SIZES = 4
FEWEST, MOST = 2, 8
"""Tries for each size: more while the exponent is too large, as others use the machine too."""
LARGEST = 100_000
FILES_SIZE = 400_000
"""What the numbers of pieces that a file or text has are made for."""
LEAST = 0.002
"""Seconds of CPU; what takes less at its largest size is not told from the clock's own steps."""
HOME = "https://digitalarchive.wilsoncenter.org"
NAMED = """
name = "Named"
home = "https://digitalarchive.wilsoncenter.org"
[documents]
address = "/document/{id}"
[listing]
addresses = [{ path = "/list", states_range = false }]
entry = "main > p, main > div, li, .views-row, article, tr"
title = "h3 a, p a, span, i, h3"
date = ".date, time"
summary = ".summary"
ignore = [".ignored"]
date_above = "h2"
next = "a[rel=next]"
named_only = true
[listing.other]
"Word" = "b"
"""
"""A profile with selectors of all kinds."""


def _readers() -> dict[str, Callable[[str], object]]:
    """All readers of pages."""
    known, named = known_sites()["wilson-center"], profile_in("named", NAMED).at(f"{HOME}/list")
    unknown = "https://fish.example/fish/1"
    return {
        "listing": lambda page: read_listing(page, f"{HOME}/search?q=fish", known, {}),
        "listing without a range": lambda page: read_listing(
            page, f"{HOME}/search-results/1/fish", known, {}
        ),
        "listing by selectors": lambda page: read_listing(page, f"{HOME}/list", named, {}),
        "any listing": read_any_listing,
        "document": lambda page: read_document(_entitled(page), f"{HOME}/document/fish-0", known),
        "any document": lambda page: read_document(_entitled(page), unknown, general_site(unknown)),
        "learning": lambda page: propose(SavedPage("page.html", unknown, page)),
    }


def _entitled(page: str) -> str:
    """The page with what a document's has, without which it is refused at once."""
    return page.replace("<main>", f"<main>{TITLED}{SOURCE}<p>Rights: none</p>", 1)


@dataclass(frozen=True, slots=True)
class Case:
    """What is read of a shape; `made` gives what reads so much of it."""

    name: str
    made: Callable[[int], Callable[[], object]]
    largest: int


def cases(largest: int) -> Iterator[Case]:
    """All of them; pages have up to so many bytes, learning reads half of that."""
    for reader, read in _readers().items():
        for shape, page in PAGES.items():
            size = largest if reader != "learning" else largest // 2
            yield Case(f"{reader}: {shape}", _page(page, read), int(100 * size / len(page(100))))
    for name, (made, number) in (TEXTS | FILES).items():
        yield Case(name, made, max(8, int(number * largest / FILES_SIZE)))


def _page(
    page: Callable[[int], str], read: Callable[[str], object]
) -> Callable[[int], Callable[[], object]]:
    def made(number: int) -> Callable[[], object]:
        text = page(number)
        return lambda: read(text)

    return made


@dataclass(slots=True)
class Growth:
    """The least CPU time for each size."""

    times: list[float]

    @property
    def exponent(self) -> float:
        """The slope of the straight line through the logarithms of sizes and times."""
        logs, middle = [log2(max(one, LEAST / 4)) for one in self.times], (len(self.times) - 1) / 2
        steps = [number - middle for number in range(len(logs))]
        over = sum(step * log for step, log in zip(steps, logs, strict=True))
        return over / sum(step**2 for step in steps) if len(logs) > 1 else 0.0

    @property
    def is_too_large(self) -> bool:
        return self.times[-1] > SECONDS or (self.times[-1] > LEAST and self.exponent > WORST)


def growth(case: Case, worst: float = WORST) -> Growth:
    """Measures a case, again and again while its exponent is too large."""
    runs = [case.made(max(1, case.largest >> step)) for step in reversed(range(SIZES))]
    found = Growth([_cpu(run) for run in runs])
    for tried in range(1, MOST):
        if found.times[-1] > SECONDS or (tried >= FEWEST and found.exponent <= worst):
            break
        found.times = [min(best, _cpu(run)) for best, run in zip(found.times, runs, strict=True)]
    return found


def _cpu(run: Callable[[], object]) -> float:
    """The CPU time of a run; what is refused was read up to there. The garbage collector rests: its
    share depends on all that the process has, not on the page."""
    gc.collect()
    gc.disable()
    began = thread_time()
    try:
        bounded(run, "It", 2 * SECONDS)
    except HarvestProblem:
        pass
    finally:
        gc.enable()
    return thread_time() - began


def measured(largest: int, number: int) -> Growth:
    """Measures one of the cases, by its number: it can't be sent to another process itself."""
    return growth(next(islice(cases(largest), number, None)))


def main() -> int:
    """Prints each exponent and the times; 1 if any is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=LARGEST)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    names = [case.name for case in cases(options.size)]
    chosen = [number for number, name in enumerate(names) if options.only in name]
    bad = 0
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        found = processes.map(partial(measured, options.size), chosen)
        for number, one in zip(chosen, found, strict=True):
            bad += one.is_too_large
            times = " ".join(f"{time * 1000:8.1f}" for time in one.times)
            sign = "  <-- too large" if one.is_too_large else ""
            print(f"{one.exponent:5.2f} {times} ms  {names[number]}{sign}", flush=True)
    print(f"{bad} of them grow too fast." if bad else "None of them grows too fast.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
