"""Makes the pictures of the documentation: `make pictures`.

They show three collections of fixtures/, harvested, in Datasette and Chromium.
"""

import sys
import tempfile
from pathlib import Path

from archive import said
from harvests import FIXTURES, PROJECT, harvest
from playwright.sync_api import Page, expect
from reading import browsed, configured, served

PICTURES = PROJECT / "docs"
COLLECTIONS = {
    "japan-boundaries-soviet-union": "japan-boundaries-soviet-union-page-0",
    "fishing-japan": "fishing-japan",
    "opposition-parties-lebanon": "opposition-parties-lebanon",
}


def main() -> None:
    """Harvests, and takes the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        data = configured(Path(folder))
        for name, fixture in COLLECTIONS.items():
            url = said(FIXTURES / fixture)["url"]
            done = harvest(
                *("-a", f"source={FIXTURES}", "-a", f"url={url}", "-a", f"name={name}"),
                HARVEST_DB=data / "harvest.db",
                HARVEST_FEEDS=data / "feeds",
            )
            print(done.out.splitlines()[0])
        with served(data) as url, browsed(url) as page:
            take(page, PICTURES)


def take(page: Page, folder: Path) -> None:
    """A picture of the table, of a search and of the timeline, as files of a folder."""
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto("/harvest/records")
    save(page, folder / "table.png")
    page.goto("/")
    page.get_by_label("Search titles and summaries").fill("kono")
    with page.expect_navigation():
        page.get_by_role("button", name="Search").click()
    save(page, folder / "search.png")
    page.goto("/-/dashboards/timeline")
    expect(page.locator("#chart-years .mark-rect.role-mark path").first).to_be_visible()
    save(page, folder / "timeline.png")


def save(page: Page, path: Path) -> None:
    """What the window shows, as a file."""
    page.screenshot(path=path)
    print(f"Saved as {path.name}")


if __name__ == "__main__":
    sys.exit(main())
