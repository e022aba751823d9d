"""What the tests share: a loopback archive, and harvests run on the command line as users do."""

import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pytest
from archive import Archive
from harvests import Harvest, harvest
from pytest_httpserver import HTTPServer

# Some machines tell Python not to keep what it compiles: these tests begin it hundreds of times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SLOW = (
    *("browser*", "clock*", "cron", "database", "*fuzz*", "*kill*", "migrations", "misplaced"),
    *("network", "planted", "progress", "*property", "readme", "recording", "reparse*"),
    *("save_fixture", "signals*", "sources*", "*terminal*", "telling_faults", "usage", "warc"),
    *("details_*", "export*", "feed_exports", "files*", "mutants", "snapshot*", "wayback"),
)
"""Files of tests (test_NAME.py) that are marked as slow: `make quick` leaves them out."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests wait for servers, for disks and for each other."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is slow."""
    for path, of_file in groupby(items, attrgetter("path")):
        if any(fnmatch(path.stem, f"test_{name}") for name in SLOW):
            for item in of_file:
                item.add_marker("slow")


@pytest.fixture
def archive(httpserver: HTTPServer) -> Archive:
    """A site on loopback, whose pages a test decides."""
    return Archive(httpserver)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Where a test's harvest goes."""
    return tmp_path / "harvest.db"


@pytest.fixture
def crawl(db: Path) -> Iterator[Callable[..., Harvest]]:
    """Runs `scrapy crawl collection` with arguments; keyword arguments are settings."""

    def run(*arguments: str, **settings: object) -> Harvest:
        return harvest(*arguments, HARVEST_DB=db, **settings)

    yield run
