"""How many made-up listings the general reader gets wrong: `python -m benchmarks.misreadings`.

`--pages N --seed FIRST` reads so many pages of random markup, as many in the shapes of sites and of
well-known programs, and as many of all of these with an honest change, and names the seeds of those
that are read wrongly. `--shapes` counts them by shape.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable

from benchmarks.made_changes import made_change
from benchmarks.made_contents import Entry
from benchmarks.made_listings import MadePage, made_page
from benchmarks.made_programs import made_program
from benchmarks.made_sites import made_site
from harvester.pages.general import GeneralListing, read_any_listing

MAKERS = {
    "Random markup": made_page,
    "Shapes of sites": made_site,
    "Programs": made_program,
    "Changes": made_change,
}


def verdict(made: MadePage, found: GeneralListing) -> str:
    """One of: refused, whole, "no dates" (some are missing), "wrong date", "wrong"."""
    if found.refused:
        return "refused"
    if len(found.entries) != len(made.entries):
        return "wrong"
    for want, have in zip(made.entries, found.entries, strict=True):
        own = have.href in want.urls if want.urls else have.href is None
        if not own or not _is_title(have.title, want):
            return "wrong"
    dates = [(e.date, f.date_text) for e, f in zip(made.entries, found.entries, strict=True)]
    if any(have and _plain(want or "?") not in _plain(have) for want, have in dates):
        return "wrong date"
    return "no dates" if any(want and not have for want, have in dates) else "whole"


def _is_title(said: str, want: Entry) -> bool:
    """Whether it is the entry's title, with or without the date that stands in the same link."""
    said, title, date = _plain(said), _plain(want.title), _plain(want.date or "?")
    return said == title or (said.startswith(title) and date in said.removeprefix(title))


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def main() -> None:
    """Reads made-up pages, and prints how many are read, refused, wrong, and what these are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--shapes", action="store_true")
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.pages)
    for name, make in MAKERS.items():
        print(f"{name}:")
        _read(seeds, make, options.show, by_shape=options.shapes)


def _read(seeds: range, make: Callable[[int], MadePage], show: int, *, by_shape: bool) -> None:
    counts: Counter[str] = Counter()
    shapes: dict[str, Counter[str]] = defaultdict(Counter)
    for seed in seeds:
        made = make(seed)
        said = verdict(made, read_any_listing(made.html))
        counts[said] += 1
        shapes[made.kind.split()[0]][said] += 1
        if said.startswith("wrong") and counts["wrong"] + counts["wrong date"] <= show:
            print(f"{seed}\t{said}\t{made.kind}")
    for shape in sorted(shapes) if by_shape else ():
        print(f"{shape:15} {_said(shapes[shape])}")
    print(_said(counts))


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


if __name__ == "__main__":
    main()
