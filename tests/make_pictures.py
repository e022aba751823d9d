"""Makes the pictures of the documentation: `make pictures`.

They show documents of tests/ in the reading room, in Chromium.
"""

import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from filled import real_records, store_details
from playwright.sync_api import Page, ViewportSize
from reading import browsed, configured, served
from shown_harvest import PETITION, store_scans
from stored import entry, store

PICTURES = Path(__file__).parents[1] / "docs"
LISTINGS = Path(__file__).with_name("listings")
COLLECTIONS = {
    "000": "Japan–Boundaries–Soviet Union",
    "001": "Fishing–Japan",
    "002": "China–Foreign relations",
    "010": "Albania–Economic conditions",
    "015": "Opposition parties–Lebanon",
    "016": "Political parties–Syria",
    "022": "Non-Aligned Movement",
    "023": "Horn of Africa Crisis",
}
"""The names that the pictures give to listings."""
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
SHOWN = {
    "home": "/",
    "results": "/documents?q=japan&decade=1960s&decade=1950s",
    "document": f"/documents/wilson-center/{PETITION}?q=japan",
    "timeline": "/timeline",
}


def main() -> None:
    """Stores documents, and takes the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        data = configured(Path(folder))
        fill(data / "harvest.db")
        with served(data) as url, browsed(url) as page:
            take(page, PICTURES, pictures())


def fill(path: Path) -> None:
    """Stores listings, and documents with what their own pages say.

    A document that several listings have is one, known by its title and date.
    """
    store_details(path, real_records(), "Japan, Taiwan and Germany")
    for listing, name in COLLECTIONS.items():
        (file,) = LISTINGS.glob(f"{listing}-*.json")
        said = json.loads(file.read_text("utf-8"))["entries"]
        unique = {(one["title"], one["date_text"]): one for one in said}
        entries = [
            entry(sha256(repr(key).encode()).hexdigest()[:12], *key, one["summary"])
            for key, one in unique.items()
        ]
        store(path, entries, name)
    with closing(sqlite3.connect(path)) as db:
        store_scans(db, path.with_name("files"))


def pictures() -> Iterator[tuple[str, ViewportSize, str]]:
    """Of each page in SHOWN, wide and narrow: the picture's name, its size, the page's path."""
    for size, end in ((WIDE, ""), (NARROW, "-narrow")):
        yield from ((f"{name}{end}.png", size, path) for name, path in SHOWN.items())


def take(page: Page, folder: Path, some: Iterable[tuple[str, ViewportSize, str]]) -> None:
    """Takes pictures, as files of a folder."""
    for name, size, path in some:
        page.set_viewport_size(size)
        page.goto(path)
        page.screenshot(path=folder / name)
        print(f"Saved as {name}")


if __name__ == "__main__":
    sys.exit(main())
