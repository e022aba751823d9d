"""What the tests share: a loopback archive, and harvests run on the command line as users do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import Archive
from harvests import Harvest, harvest
from pytest_httpserver import HTTPServer


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
