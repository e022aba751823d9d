"""What is measured: every way to get at a listing, or at the pages that are there already."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.measure import PROJECT, Cost, cost
from benchmarks.origin import Origin

BENCHMARKS = PROJECT / "benchmarks"
HASTE = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False")
"""A loopback server needs no politeness; all else is as a user has it."""

BARE, FULL, RECORDED = "a", "b", "b, recorded"
AGAIN, AGAIN_RECORDED = "c", "c, recorded"
REPARSE, REPARSE_TWO, TREES = "d, one process", "d, two processes", "e"
SOUP, PARSEL, SCRAPY = "f, soup", "f, parsel", "f, scrapy"


@dataclass(frozen=True, slots=True)
class Way:
    """A way, by its letter in the table; it may need what one before it has left in a folder."""

    letter: str
    name: str
    run: Callable[[Origin, Path], Cost]


def ways() -> list[Way]:
    """All ways, in the order in which they are run in turn."""
    return [
        Way(BARE, "bare Scrapy spider, default settings", bare),
        Way(FULL, "our harvest, nothing recorded", full),
        Way(AGAIN, "our second run, nothing changed", full),
        Way(RECORDED, "our harvest, recorded (the default)", recorded),
        Way(AGAIN_RECORDED, "our second run, recorded", recorded),
        Way(REPARSE, "our reparse, one process", partial(reparse, processes=1)),
        Way(REPARSE_TWO, "our reparse, two processes", partial(reparse, processes=2)),
        Way(TREES, "lxml's trees of the same bytes", trees),
        Way(SOUP, "requests, BeautifulSoup, a commit a row", soup),
        Way(PARSEL, "httpx, parsel, a commit a page", parsel),
        Way(SCRAPY, "Scrapy, sqlite-utils, an upsert an item", scrapy),
    ]


def bare(site: Origin, folder: Path) -> Cost:
    """Downloads the pages and throws them away."""
    given = ("-a", f"url={site.url}", "-a", f"pages={site.pages}")
    return _spider(BENCHMARKS / "bare.py", folder, *given)


def full(site: Origin, folder: Path) -> Cost:
    """A harvest into the folder, of which nothing else is kept."""
    return _harvest(site, folder / "full.db", "")


def recorded(site: Origin, folder: Path) -> Cost:
    """A harvest into the folder, recorded as WARC."""
    return _harvest(site, folder / "recorded.db", str(folder / "warc"))


def trees(site: Origin, folder: Path) -> Cost:
    """Parses the pages as they are on the disk."""
    return cost("-m", "benchmarks.trees", str(site.folder / "pages"))


def soup(site: Origin, folder: Path) -> Cost:
    return _script("with_soup", site, folder)


def parsel(site: Origin, folder: Path) -> Cost:
    return _script("with_parsel", site, folder)


def scrapy(site: Origin, folder: Path) -> Cost:
    given = ("-a", f"url={site.url}", "-a", f"database={_fresh(folder / 'scrapy.db')}")
    return _spider(BENCHMARKS / "peers" / "with_scrapy.py", folder, *given)


def reparse(site: Origin, folder: Path, processes: int) -> Cost:
    """Reads again what `recorded` has left."""
    options = (f"HARVEST_DB={folder / 'recorded.db'}", f"HARVEST_WARC={folder / 'warc'}")
    given = [f"-s{option}" for option in options]
    return cost("-m", "scrapy", "reparse", "--processes", str(processes), *given)


def asked(way: Way, site: Origin, folder: Path) -> Cost:
    """What a way costs, and how much the site sent."""
    before = site.sent
    spent = way.run(site, folder)
    return replace(spent, sent=site.sent - before)


def emptied(folder: Path) -> Path:
    """The folder, without what ways have left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


COPY = ("-a", "name=all", "-a", "site=wilson-center")


def _harvest(site: Origin, database: Path, warc: str) -> Cost:
    settings = (*HASTE, f"HARVEST_DB={database}", f"HARVEST_WARC={warc}")
    options = [f"-s{setting}" for setting in settings]
    command = ("-m", "scrapy", "crawl", "collection", "-a", f"url={site.url}", *COPY)
    return cost(*command, *options)


def _spider(file: Path, folder: Path, *given: str) -> Cost:
    """A spider outside of any project: in its own folder, so that our settings are not found."""
    return cost("-m", "scrapy", "runspider", str(file), *given, folder=folder)


def _script(name: str, site: Origin, folder: Path) -> Cost:
    return cost("-m", f"benchmarks.peers.{name}", site.url, str(_fresh(folder / f"{name}.db")))


def _fresh(database: Path) -> Path:
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()
    return database
