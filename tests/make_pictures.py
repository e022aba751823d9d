"""Makes the pictures of the documentation: `make pictures`.

They show documents of tests/ in the reading room, in Chromium.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from filled import real_records, store_details
from playwright.sync_api import Page, ViewportSize
from reading import browsed, configured, served
from shown_harvest import PETITION, store_scans
from stored import saved_listings, store

PICTURES = Path(__file__).parents[1] / "docs"
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
            take(page, PICTURES)


def fill(path: Path) -> None:
    """Stores listings, and documents with what their own pages say."""
    saved = saved_listings()
    store_details(path, real_records(), "Japan, Taiwan and Germany")
    store(path, saved[:90], "China–Foreign relations")
    store(path, saved[60:150], "Fishing–Japan")
    store(path, saved[150:], "Opposition parties–Lebanon")
    with closing(sqlite3.connect(path)) as db:
        store_scans(db, path.with_name("files"))


def take(page: Page, folder: Path) -> None:
    """A picture of each page in SHOWN, wide and narrow, as files of a folder."""
    for size, end in ((WIDE, ""), (NARROW, "-narrow")):
        page.set_viewport_size(size)
        for name, path in SHOWN.items():
            page.goto(path)
            page.screenshot(path=folder / f"{name}{end}.png")
            print(f"Saved as {name}{end}.png")


if __name__ == "__main__":
    sys.exit(main())
