"""What a second harvest costs when nothing has changed, as a share of the first.

`python -m benchmarks.updates [DOCUMENTS]`; by default 16,040 on 1,604 pages.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import harvest
from benchmarks.origin import origin


def main() -> None:
    """Prints the costs of both harvests, and their ratios."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 16_040
    with origin(documents) as site, tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "harvest.db"
        before = site.sent
        first = harvest(site.url, db)
        between = site.sent
        second = harvest(site.url, db)
        after = site.sent
    print(f"{'':8} {'CPU s':>8} {'wall s':>8} {'MB':>6} {'bytes':>14}")
    for name, one, sent in (
        ("first", first, between - before),
        ("second", second, after - between),
    ):
        print(f"{name:8} {one.cpu:8.2f} {one.wall:8.2f} {one.memory:6.0f} {sent:14,}")
    print(
        f"ratio    {second.cpu / first.cpu:8.3f} {second.wall / first.wall:8.3f}"
        f" {second.memory / first.memory:6.2f} {(after - between) / (between - before):14.4f}"
    )


if __name__ == "__main__":
    main()
