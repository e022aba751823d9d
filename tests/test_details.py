"""Documents' own pages: which are asked for, what of them is stored, how their harvest ends."""

from collections.abc import Callable

import pytest
from archive import Archive
from harvests import Harvest, rows
from shelf import Shelf, real_records

Crawl = Callable[..., Harvest]


@pytest.fixture
def shelf(archive: Archive) -> Shelf:
    """The eight real documents, on a site of today."""
    shelf = Shelf(archive)
    shelf.put(real_records("today"))
    return shelf


def test_first(shelf: Shelf, crawl: Crawl) -> None:
    done = crawl("-a", f"url={shelf.archive.url}", "-a", "details=yes")
    print(done.out, done.err, rows(done.db, "select * from documents"))
    assert done.code == 0
    assert shelf.asked == list(shelf.records)
