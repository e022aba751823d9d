"""What a run writes to is moved, removed or replaced meanwhile: that is said, and no end is told.

A site holds its answer back until the test has done that; where no answer comes any more, a
pipeline of the test's own does it.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import Archive, Gate, html
from harvests import Harvest, begun, harvest, in_a_hurry, rows, scrapy
from pytest_httpserver import HTTPServer
from rereading import Harvested
from scans import Scans, path
from test_reparse import GARBLED

from harvester.outcomes import BadDatabase
from harvester.settings import ITEM_PIPELINES
from harvester.snapshot.freeze import freeze
from harvester.store.corrections import correcting

DOCUMENTS, PER_PAGE = 3, 2

Deed = Callable[[Path], object]


def replaced(place: Path) -> None:
    """Puts another into its place, just like it."""
    (shutil.copytree if place.is_dir() else shutil.copy)(place, place.with_name("other"))
    place.rename(place.with_name("elsewhere"))
    place.with_name("other").rename(place)


REMOVED: Deed = lambda place: shutil.rmtree(place) if place.is_dir() else place.unlink()  # noqa: E731
MOVED: Deed = lambda place: place.rename(place.with_name("elsewhere"))  # noqa: E731
DEEDS: dict[str, Deed] = {"removed": REMOVED, "moved": MOVED, "replaced": replaced}
PLACES = {
    "the database": ("kept/harvest.db", "The database"),
    "its folder": ("kept", "The database"),
    "the recordings": ("warc", "The recording"),
    "the recording": ("warc/*.gz", "The recording"),
    "the scans": ("scans", "Scans can't be kept"),
}


class Site(Gate):
    """A site with scans, of which one answer is held back until something was done."""

    def __init__(self, scans: Scans) -> None:
        super().__init__()
        self.scans = scans

    def holds_page(self) -> None:
        """The last page of the listing."""
        archive = self.scans.archive
        archive.answers[1] = self.hold(lambda _: html(archive.page(1)))

    def holds_scan(self) -> None:
        """The last scan, when all else is stored."""
        self.scans.answers[path(DOCUMENTS - 1)] = self.hold(self.scans.file)

    @property
    def arguments(self) -> list[str]:
        return ["-a", f"url={self.scans.archive.url}", "-a", "files=yes", "-a", "name=it"]


@pytest.fixture
def site(archive: Archive, httpserver: HTTPServer) -> Iterator[Site]:
    archive.per_page = PER_PAGE
    held = Site(Scans(archive, httpserver, DOCUMENTS))
    yield held
    held.open()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "all"
    (folder / "kept").mkdir(parents=True)
    return folder


def settings(folder: Path) -> dict[str, object]:
    return {
        "HARVEST_DB": folder / "kept" / "harvest.db",
        "HARVEST_WARC": folder / "warc",
        "HARVEST_FILES": folder / "scans",
    }


def place_in(folder: Path, name: str) -> Path:
    (place,) = folder.glob(PLACES[name][0])
    return place


def check(code: int, out: str, err: str, name: str, place: Path) -> None:
    """That it was noticed, and nothing else was told."""
    lines = [line for line in err.splitlines() if line.startswith("harvester:")]
    assert (code, len(lines), "Traceback" in err) == (73, 1, False), err
    assert lines[0].startswith(f"harvester: {PLACES[name][1]}")
    assert str(place) in lines[0]
    assert name == "the scans" or "moved, removed or replaced" in lines[0]
    assert name in ("the recordings", "the recording", "the scans") or "Next:" not in out


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("name", [name for name in PLACES if name != "the scans"])
def test_noticed_in_the_middle_of_a_listing(name: str, deed: str, site: Site, folder: Path) -> None:
    site.holds_page()
    with begun(*site.arguments, **settings(folder)) as process:
        site.wait()
        place = place_in(folder, name)
        DEEDS[deed](place)
        site.open()
        done = process()
    assert done.stdout == ""
    check(done.returncode, done.stdout, done.stderr, name, place)
    site.scans.archive.answers.clear()
    (folder / "kept").mkdir(exist_ok=True)
    again = harvest(*site.arguments, **settings(folder))
    assert (again.code, again.run["outcome"], again.run["seen"]) == (0, "complete", DOCUMENTS)


@pytest.mark.parametrize(
    ("name", "deed"), [*((name, "moved") for name in PLACES), ("the scans", "replaced")]
)
def test_noticed_at_the_last_scan(name: str, deed: str, site: Site, folder: Path) -> None:
    site.holds_scan()
    with begun(*site.arguments, **settings(folder)) as process:
        site.wait()
        place = place_in(folder, name)
        DEEDS[deed](place)
        site.open()
        done = process()
    assert [line for line in done.stdout.splitlines() if line.startswith("it: ")] == [
        f"it: complete, {DOCUMENTS} of {DOCUMENTS} ({DOCUMENTS} new, 0 changed, 0 undated)",
        f"it: details: {DOCUMENTS} of {DOCUMENTS}",
    ]
    check(done.returncode, done.stdout, done.stderr, name, place)


def test_moved_database_is_sound(site: Site, folder: Path) -> None:
    site.holds_page()
    with begun(*site.arguments, **settings(folder)) as process:
        site.wait()
        (folder / "kept").rename(folder / "elsewhere")
        site.open()
        process()
    db = folder / "elsewhere" / "harvest.db"
    assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert [row["outcome"] for row in rows(db, "SELECT outcome FROM runs")] == ["interrupted"]


SPOILER = f"""
import shutil

DOCUMENTS = {DOCUMENTS}

class Pipeline:
    seen = 0

    @classmethod
    def from_crawler(cls, crawler):
        pipeline = cls()
        pipeline.place, pipeline.at = crawler.settings["PLACE"], crawler.settings["AT"]
        return pipeline

    def process_item(self, item):
        if type(item).__name__ == self.at:
            self.seen += item.read if self.at == "PageItem" else 1
            if self.seen == DOCUMENTS:
                shutil.rmtree(self.place)
        return item
"""
BEFORE, AFTER = 50, 450
"""Where a pipeline stands in which pages are not stored yet, or already are."""


@pytest.mark.parametrize("at", ["PageItem", "DetailsItem", "ScanItem"])
def test_database_that_is_gone_at_the_very_end(
    at: str, site: Site, folder: Path, tmp_path: Path
) -> None:
    done = spoilt(site, folder, tmp_path, folder / "kept", at, AFTER)
    ends = ["complete", "details", "scans"][: ["PageItem", "DetailsItem", "ScanItem"].index(at)]
    lines = done.out.splitlines()
    assert len(lines) == len(ends)
    assert all(f"it: {end}" in line for end, line in zip(ends, lines, strict=True))
    check(done.code, done.out, done.err, "its folder", folder / "kept" / "harvest.db")


def test_recordings_that_are_gone_after_the_last_answer(
    site: Site, folder: Path, tmp_path: Path
) -> None:
    done = spoilt(site, folder, tmp_path, folder / "warc", "PageItem", BEFORE)
    assert done.out == ""
    check(done.code, done.out, done.err, "the recordings", folder / "warc")


def spoilt(site: Site, folder: Path, tmp_path: Path, place: Path, at: str, order: int) -> Harvest:
    """A harvest that removes a folder itself, before or after the last item of a type is stored."""
    (tmp_path / "spoiler.py").write_text(SPOILER)
    pipelines = {"spoiler.Pipeline": order, **ITEM_PIPELINES}
    said = {**settings(folder), "ITEM_PIPELINES": json.dumps(pipelines)}
    said |= {"PLACE": place, "AT": at}
    words = in_a_hurry(*site.arguments, **said)
    done = scrapy(*words, PYTHONPATH=str(tmp_path))
    return Harvest(done.returncode, done.stdout, done.stderr, folder / "kept" / "harvest.db")


@pytest.mark.parametrize("deed", DEEDS)
def test_corrections_are_not_written_to_nowhere(deed: str, archive: Archive, folder: Path) -> None:
    it = Harvested(folder / "kept" / "harvest.db", folder / "warc")
    assert it.crawl(archive).code == 0
    it.as_read_before(*GARBLED)
    with pytest.raises(BadDatabase, match="moved, removed or replaced"), correcting(it.db, 1):
        DEEDS[deed](it.db.parent)


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_frozen_of_what_is_gone(
    deed: str, archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = Harvested(folder / "kept" / "harvest.db", folder / "warc")
    assert it.crawl(archive).code == 0
    module = sys.modules[freeze.__module__]
    copied = module.copy_database

    def then(source: Path, target: Path) -> None:
        copied(source, target)
        DEEDS[deed](it.db)

    monkeypatch.setattr(module, "copy_database", then)
    with pytest.raises(BadDatabase, match="moved, removed or replaced"):
        freeze(it.db, folder / "frozen")
    assert not (folder / "frozen").exists()
