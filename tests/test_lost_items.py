"""What somebody's own spider middleware or pipeline does to an item is told, and nothing hangs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import Archive, japan
from harvests import Harvest, in_a_hurry, rows, scrapy
from pytest_httpserver import HTTPServer
from scans import Scans

from harvester.settings import ITEM_PIPELINES

DOCUMENTS, PER_PAGE = 3, 2
PHASES = ("PageItem", "DetailsItem", "ScanItem")
URLS = {
    "PageItem": "&page=1",
    "DetailsItem": str(japan()[1]["href"]),
    "ScanItem": "/document/99001/scan.pdf",
}
"""An item of each phase."""

PARTS = """
import asyncio
from dataclasses import replace
from scrapy.exceptions import DropItem
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

class Part:
    @classmethod
    def from_crawler(cls, crawler):
        part = cls()
        part.kind, part.url = crawler.settings["KIND"], crawler.settings["URL"]
        return part

    def is_it(self, item):
        return type(item).__name__ == self.kind and item.url.endswith(self.url)

class Swallow(Part):
    async def process_spider_output(self, response, result):
        async for item in result:
            if not self.is_it(item):
                yield item

class Buffer(Part):
    "Gives items when all that there are have come."
    async def process_spider_output(self, response, result):
        for item in [item async for item in result]:
            await asyncio.sleep(0)
            yield item

class Double(Part):
    async def process_spider_output(self, response, result):
        async for item in result:
            yield item
            if self.is_it(item):
                yield item

class Copy(Part):
    async def process_spider_output(self, response, result):
        async for item in result:
            yield replace(item)
            if self.is_it(item):
                yield replace(item)

class Raise(Part):
    async def process_spider_output(self, response, result):
        async for item in result:
            if self.is_it(item):
                raise ZeroDivisionError("a bug")
            yield item

class RaiseBefore(Part):
    def process_spider_input(self, response):
        raise ZeroDivisionError("a bug")

class SwallowAll(Part):
    async def process_spider_output(self, response, result):
        return
        yield

class SwallowStart(Part):
    async def process_start(self, start):
        async for request in start:
            if False:
                yield request

class DoubleStart(Part):
    async def process_start(self, start):
        async for request in start:
            yield request
            yield request.copy()

class Drop(Part):
    def process_item(self, item):
        if self.is_it(item):
            raise DropItem("not wanted here")
        return item

class Crash(Part):
    def process_item(self, item):
        if self.is_it(item):
            raise ZeroDivisionError("a bug")
        return item

class Forget(Part):
    def process_item(self, item):
        return None if self.is_it(item) else item

class Translate(Part):
    def process_item(self, item):
        return {"url": item.url} if self.is_it(item) else item

class Slow(Part):
    async def process_item(self, item):
        await asyncio.sleep(0.05)
        return item
"""


@pytest.fixture
def scans(archive: Archive, httpserver: HTTPServer) -> Scans:
    archive.per_page = PER_PAGE
    return Scans(archive, httpserver, DOCUMENTS)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "parts.py").write_text(PARTS)
    yield tmp_path


def harvest(scans: Scans, folder: Path, setting: str, parts: object, kind: str = "") -> Harvest:
    settings: dict[str, object] = {
        "HARVEST_DB": folder / "harvest.db",
        "HARVEST_FILES": folder / "scans",
        setting: json.dumps(parts),
        "KIND": kind,
        "URL": URLS.get(kind, ""),
    }
    words = in_a_hurry("-aname=it", f"-aurl={scans.archive.url}", "-afiles=yes", **settings)
    done = scrapy(*words, PYTHONPATH=str(folder))
    return Harvest(done.returncode, done.stdout, done.stderr, folder / "harvest.db")


def with_middleware(scans: Scans, folder: Path, name: str, kind: str = "") -> Harvest:
    return harvest(scans, folder, "SPIDER_MIDDLEWARES", {f"parts.{name}": 500}, kind)


def with_pipeline(
    scans: Scans, folder: Path, name: str, kind: str = "", order: int = 50
) -> Harvest:
    pipelines = {f"parts.{name}": order, **ITEM_PIPELINES}
    return harvest(scans, folder, "ITEM_PIPELINES", pipelines, kind)


def check_whole(done: Harvest) -> None:
    """That all is stored, once and in its order."""
    assert (done.code, done.complaints, done.run["outcome"]) == (0, [], "complete")
    assert [row["position"] for row in done.entries()] == list(range(1, DOCUMENTS + 1))
    assert (done.run["seen"], done.run["duplicates"]) == (DOCUMENTS, 0)
    assert (done.run["details_fetched"], done.run["files_fetched"]) == (DOCUMENTS, DOCUMENTS)
    assert len(rows(done.db, "SELECT id FROM pages")) == 2 + DOCUMENTS


def check_lost(done: Harvest, kind: str, says: str) -> None:
    """That one item is missing, that it is named, and that the harvest has failed for that."""
    assert (done.code, len(done.complaints)) == (70, 1)
    assert URLS[kind] in done.complaints[0] and says in done.complaints[0]
    (failure,) = rows(done.db, "SELECT reason, url, detail FROM failures")
    assert (failure["reason"], failure["url"].endswith(URLS[kind])) == ("lost", True)
    assert failure["detail"] in done.complaints[0]
    wanted = "SELECT count(*) FROM documents", "SELECT count(*) FROM pages WHERE document > ''"
    counts = [rows(done.db, sql)[0]["count(*)"] for sql in (*wanted, "SELECT count(*) FROM files")]
    all_of_them, one_less = DOCUMENTS, DOCUMENTS - 1
    left = {
        "PageItem": [PER_PAGE, 0, 0],
        "DetailsItem": [all_of_them, one_less, one_less],
        "ScanItem": [all_of_them, all_of_them, one_less],
    }
    assert counts == left[kind]
    assert done.run["outcome"] == ("failed" if kind == "PageItem" else "complete")
    check_told(done, kind)


def check_told(done: Harvest, kind: str) -> None:
    """That `scrapy runs` says the same of it: the exit code, why, and how much is missing."""
    asked = ("runs", f"-sHARVEST_DB={done.db}", "--last=1")
    (run,) = json.loads(scrapy(*asked, "--format=json").stdout)
    assert (run["exit_code"], run["reasons"]) == (done.code, ["lost"])
    head, row = scrapy(*asked).stdout.splitlines()
    shown = dict(zip(re.split(r"  +", head), re.split(r"  +", row), strict=True))
    if kind == "PageItem":
        assert (shown["outcome"], shown["documents"]) == ("failed", f"{PER_PAGE} of {DOCUMENTS}")
    else:
        column = {"DetailsItem": "details", "ScanItem": "scans"}[kind]
        assert (shown["outcome"], shown["exit"]) == ("complete", "70")
        assert shown[column] == f"{DOCUMENTS - 1} of {DOCUMENTS}"


@pytest.mark.parametrize("kind", PHASES)
def test_item_that_a_spider_middleware_swallows(kind: str, scans: Scans, folder: Path) -> None:
    done = with_middleware(scans, folder, "Swallow", kind)
    check_lost(done, kind, "got lost on its way to the database")
    (folder / "parts.py").write_text(PARTS.replace("not self.is_it(item)", "True"))
    assert with_middleware(scans, folder, "Swallow", kind).code == 0
    assert len(rows(done.db, "SELECT * FROM files")) == DOCUMENTS


def test_unchanged_pages_that_a_spider_middleware_swallows(scans: Scans, folder: Path) -> None:
    scans.archive.validators = "ETag"
    assert with_middleware(scans, folder, "Swallow").code == 0
    is_new = '"Unchanged" not in type(item).__name__'
    (folder / "parts.py").write_text(PARTS.replace("not self.is_it(item)", is_new))
    done = with_middleware(scans, folder, "Swallow")
    assert (done.code, len(done.complaints)) == (70, 1)
    assert "The page http" in done.complaints[0] and "got lost" in done.complaints[0]
    assert (done.run["outcome"], done.run["pages"], done.run["removed"]) == ("failed", 0, 0)


@pytest.mark.parametrize("kind", PHASES)
@pytest.mark.parametrize("name", ["Drop", "Forget", "Translate"])
def test_item_that_a_pipeline_loses(name: str, kind: str, scans: Scans, folder: Path) -> None:
    done = with_pipeline(scans, folder, name, kind)
    check_lost(done, kind, "not wanted here" if name == "Drop" else "got lost on its way")


BEHIND = {order + 50: name.rpartition(".")[2] for name, order in ITEM_PIPELINES.items()}
"""Places behind each of our pipelines."""
WAYS = ("Drop", "Forget", "Crash")


@pytest.mark.parametrize(
    ("order", "name", "kind"),
    [
        (order, name, PHASES[(number + way) % len(PHASES)])
        for number, order in enumerate([*BEHIND][:-1])
        for way, name in enumerate(WAYS)
    ],
)
def test_item_that_is_lost_between_our_pipelines(
    order: int, name: str, kind: str, scans: Scans, folder: Path
) -> None:
    done = with_pipeline(scans, folder, name, kind, order)
    if name == "Crash":
        check_bug(done)
    else:
        check_lost(done, kind, "not wanted here" if name == "Drop" else "got lost on its way")


@pytest.mark.parametrize("kind", PHASES)
def test_bug_in_a_pipeline_behind_ours_is_told(kind: str, scans: Scans, folder: Path) -> None:
    """What it has to do with is stored by then."""
    done = with_pipeline(scans, folder, "Crash", kind, max(BEHIND))
    check_bug(done)
    stored = rows(done.db, "SELECT * FROM documents")
    assert len(stored) == DOCUMENTS
    read = [row for row in stored if row["details"]]
    assert len(read) == (0 if kind == "PageItem" else DOCUMENTS)


def check_bug(done: Harvest) -> None:
    """That a bug ended what it was in, and is told."""
    assert (done.code, len(done.complaints)) == (70, 1)
    assert "ZeroDivisionError('a bug')" in done.complaints[0]
    assert [row["reason"] for row in rows(done.db, "SELECT reason FROM failures")] == ["bug"]


@pytest.mark.parametrize("kind", PHASES)
@pytest.mark.parametrize("name", ["Double", "Copy"])
def test_item_that_comes_twice_is_stored_once(
    name: str, kind: str, scans: Scans, folder: Path
) -> None:
    check_whole(with_middleware(scans, folder, name, kind))


@pytest.mark.parametrize("name", ["Buffer", "DoubleStart"])
def test_middleware_that_takes_its_time(name: str, scans: Scans, folder: Path) -> None:
    check_whole(with_middleware(scans, folder, name))


def test_pipeline_that_takes_its_time(scans: Scans, folder: Path) -> None:
    check_whole(with_pipeline(scans, folder, "Slow"))


@pytest.mark.parametrize("kind", PHASES)
@pytest.mark.parametrize("name", ["Drop", "Forget"])
def test_what_happens_to_an_item_that_is_stored_is_nobodys_business(
    name: str, kind: str, scans: Scans, folder: Path
) -> None:
    check_whole(with_pipeline(scans, folder, name, kind, order=500))


@pytest.mark.parametrize("kind", PHASES)
def test_bug_in_a_spider_middleware(kind: str, scans: Scans, folder: Path) -> None:
    check_bug(with_middleware(scans, folder, "Raise", kind))


@pytest.mark.parametrize("name", ["SwallowAll", "RaiseBefore", "SwallowStart"])
def test_middleware_that_lets_nothing_begin(name: str, scans: Scans, folder: Path) -> None:
    done = with_middleware(scans, folder, name)
    assert (done.code, len(done.complaints)) == (70, 1)
    assert done.complaints[0].startswith("A step of the harvest got lost")
    assert scans.archive.asked == []
