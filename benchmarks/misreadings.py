"""How many made-up listings the general reader gets wrong: `python -m benchmarks.misreadings`.

`--pages N --seed FIRST` reads so many pages, and names the seeds of those that are read wrongly.
"""

import argparse
import re
from collections import Counter

from benchmarks.made_contents import Entry
from benchmarks.made_listings import MadePage, made_page
from harvester.pages.general import GeneralListing, read_any_listing


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
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for seed in range(options.seed, options.seed + options.pages):
        made = made_page(seed)
        said = verdict(made, read_any_listing(made.html))
        counts[said] += 1
        if said.startswith("wrong") and counts["wrong"] + counts["wrong date"] <= options.show:
            print(f"{seed}\t{said}\t{made.kind}")
    print(", ".join(f"{name} {number}" for name, number in sorted(counts.items())))


if __name__ == "__main__":
    main()
