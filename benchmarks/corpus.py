"""How many real listing pages are read without a profile: of all, and of those kept unseen.

The corpus is a folder with `index.json`, the pages, what a reader should find on each, and a script
that scores what was read. It is not part of the project: `make corpus CORPUS=FOLDER`.

A third of its sites, chosen by a hash of their names, is never looked at when rules are made.
Figures of the others alone say little.
"""

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from harvester.pages.general import GeneralListing, read_any_listing

Row = dict[str, Any]
UNSEEN = 3
"""One site in so many is kept unseen."""


def main(folder: Path) -> None:
    """Prints the score of all pages, of those that were looked at, and of those that were not."""
    if not (folder / "index.json").is_file():
        sys.exit(f"There is no corpus in {folder}: say make corpus CORPUS=FOLDER.")
    rows: list[Row] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    unseen = [row for row in rows if is_unseen(row["site"])]
    for name, some in (
        ("All pages", rows),
        ("Seen", [row for row in rows if row not in unseen]),
        ("Kept unseen", unseen),
    ):
        print(f"\n{name}: {len(some)} pages", flush=True)
        score(folder, some)


def is_unseen(site: str) -> bool:
    """Whether a site is one of those that are not looked at."""
    return int(sha256(site.encode()).hexdigest(), 16) % UNSEEN == 0


def score(folder: Path, rows: Iterable[Row]) -> None:
    """Reads pages, and prints how right that is."""
    read, spent, size = [], 0.0, 0
    for row in rows:
        body = page_of(folder / row["file"])
        began = time.process_time()
        found = read_any_listing(body.decode(row["charset"], "replace"), row["language"])
        spent, size = spent + time.process_time() - began, size + len(body)
        read.append((row, as_line(row, found)))
    print(scored(folder, read), end="")
    print(f"{1000 * spent / (size / 100_000):.0f} ms of CPU time for 100 KB")


def scored(folder: Path, read: Iterable[tuple[Row, Row]]) -> str:
    """What the corpus' own script says of what was read of some pages."""
    read = list(read)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "pages").symlink_to((folder / "pages").resolve())
        (place / "index.json").write_text(json.dumps([row for row, _ in read]))
        lines = "".join(json.dumps(line) + "\n" for _, line in read)
        (place / "read.jsonl").write_text(lines)
        script = [sys.executable, str(folder / "score.py"), place / "read.jsonl", place]
        return subprocess.run(script, check=True, capture_output=True, text=True).stdout


def page_of(file: Path) -> bytes:
    """The bytes of a page, which may be packed."""
    body = file.read_bytes()
    return gzip.decompress(body) if file.suffix == ".gz" else body


def as_line(row: Row, found: GeneralListing) -> Row:
    """What was read, as the script wants it."""
    entries = [asdict(entry) for entry in found.entries]
    return {
        "id": row["id"],
        "refused": found.refused,
        "next": found.next,
        "entries": [
            {
                "title": entry["title"],
                "url": entry["href"],
                "date": entry["date_text"],
                "summary": entry["summary"],
            }
            for entry in entries
        ],
    }


if __name__ == "__main__":
    main(Path(*sys.argv[1:2] or ("../shared/corpus",)))
