"""Databases of repositories, documents' own pages and scans, merged: they are as one harvest of
all, in any order, and however often."""

import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import sleep, time
from typing import Any

import pytest
from archive import Archive
from detailed import all_said
from harvests import harvest, harvester, rows
from oai_repository import Repository, items
from pytest_httpserver import HTTPServer
from scans import Scans, path, pdf
from shelf import Shelf, entry_of, real_records

from harvester.store.uniting import unite

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TOLD = (
    "SELECT document, kind, field, old, new FROM changes ORDER BY 1, 2, 3, 4, 5",
    "SELECT document, url, path, sha256, size, media_type FROM files ORDER BY 1, 2",
)


def said(db: Path) -> list[Any]:
    """All that a database tells of documents, but for times and the numbers of rows."""
    found = [*all_said(db), *(rows(db, sql) for sql in TOLD)]
    return [[{name: timeless(one) for name, one in row.items()} for row in some] for some in found]


def timeless(said: object) -> object:
    """The same, with a moment as no more than that: each database was made at its own."""
    return MOMENT.sub("then", said) if isinstance(said, str) else said


@dataclass
class Split:
    """Each harvest goes into the database of its collection, and into one that has all."""

    folder: Path
    settings: dict[str, object] = field(default_factory=dict)
    parts: dict[str, Path] = field(default_factory=dict)
    early: list[Path] = field(default_factory=list)

    @property
    def whole(self) -> Path:
        return self.folder / "whole.db"

    def harvest(self, name: str, *arguments: str) -> None:
        """Harvests; the next one is later for everyone, as moments have no parts of a second."""
        begun = int(time())
        part = self.parts.setdefault(name, self.folder / f"{name}.db")
        for db in (part, self.whole):
            scans = self.folder / f"{db.stem}-files"
            told = {"HARVEST_DB": db, "HARVEST_FILES": scans, **self.settings}
            given = (one for said in (f"name={name}", *arguments) for one in ("-a", said))
            assert harvest(*given, **told).code == 0
        while int(time()) == begun:
            sleep(0.02)
        self.early.append(Path(shutil.copyfile(part, self.folder / f"{len(self.early)}.early.db")))

    def check(self, after: int = 2) -> None:
        """All that the parts know is what the whole has, in whichever order."""
        latest = [*self.parts.values()]
        orders = ([*self.early, *latest], [*latest[::-1], *self.early], latest[1:] + latest[:1])
        made = [self.folder / f"{number}.db" for number in range(len(orders) + 1)]
        for out, paths in zip(made, orders, strict=False):
            assert unite(out, paths, after) == []
        for one in [*latest, *latest[:1]]:
            unite(made[-1], [one], after)
        assert said(made[0]) == said(self.whole)
        assert len({one.read_bytes() for one in made}) == 1


@pytest.fixture
def split(tmp_path: Path) -> Split:
    return Split(tmp_path)


def test_repositorys_lists(split: Split, httpserver: HTTPServer) -> None:
    """Two sets with records in common, and updates of what has changed and was deleted."""
    some = [
        replace(one, sets=("a",) if one.number < 4 else ("a", "b") if one.number < 8 else ("b",))
        for one in items(10)
    ]
    repository = Repository(some)
    repository.serve(httpserver)

    def ask(*names: str, full: bool = False) -> None:
        for name in names:
            list_ = f"url={repository.url}&set={name}", f"site={repository.host}"
            split.harvest(name, *list_, *(["full=yes"] if full else []))

    ask("a", "b")
    later = "2026-11-20"
    some[4] = replace(some[4], title="Letter 5, corrected", stamp=later)
    some[5] = replace(some[5], deleted=True, stamp=later)
    some.append(replace(items(1, 11)[0], sets=("b",), stamp=later))
    repository.items = some
    ask("b", "a")
    repository.items = [one for one in some if one.number != 9]
    for _ in range(2):
        ask("b", full=True)
    split.check()


def test_documents_own_pages(split: Split, archive: Archive) -> None:
    """Two listings that both have some documents, one of which says something else later."""
    shelf = Shelf(archive)
    shelf.validators = True
    records = real_records("today")
    shelf.put(records)

    def ask(name: str, some: list[Any]) -> None:
        archive.entries = [entry_of(one) for one in some]
        split.harvest(name, f"url={archive.url}-{name}", "details=yes")

    ask("a", records[:4])
    ask("b", records[3:6])
    shelf.change(records[3].document, rights="Ask the keeper", transcripts=[])
    ask("b", records[3:5])
    split.check()
    (one,) = rows(split.whole, "SELECT rights FROM documents WHERE id = ?", records[3].document)
    assert one["rights"] == "Ask the keeper"


def test_scans(split: Split, archive: Archive, httpserver: HTTPServer) -> None:
    scans = Scans(archive, httpserver, 5)
    entries = list(archive.entries)

    def ask(name: str, some: list[Any]) -> None:
        archive.entries = some
        split.harvest(name, f"url={archive.url}-{name}", "files=yes")

    ask("a", entries[:3])
    ask("b", entries[2:])
    scans.contents[path(0)] = pdf("another edition")
    scans.edition = "2"
    ask("a", entries[:3])
    split.check()
    assert len(rows(split.whole, "SELECT * FROM files")) == 5


@pytest.mark.parametrize(("after", "removed"), [(1, True), (2, True), (3, False)])
def test_documents_are_removed_as_the_setting_says(
    split: Split, archive: Archive, after: int, removed: bool
) -> None:
    """Two harvests have not found one."""
    split.settings["HARVEST_REMOVED_AFTER"] = after
    entries = list(archive.entries)
    for some in (entries, entries[1:], entries[1:]):
        archive.entries = some
        split.harvest("a", f"url={archive.url}")
    split.check(after)
    (one,) = rows(split.whole, "SELECT count(*) AS n FROM documents WHERE removed IS NOT NULL")
    assert one["n"] == removed
    for other in {after, 3 if removed else 2}:
        given = f"-sHARVEST_REMOVED_AFTER={other}"
        done = harvester(split.folder, "merge", given, "other.db", "a.db")
        assert done.returncode == 0
        assert ("HARVEST_REMOVED_AFTER" in done.stderr) is (other != after)
        assert len(done.stderr.splitlines()) <= 1
        (split.folder / "other.db").unlink()


@pytest.mark.parametrize("said", ["0", "two", "-1", "2.5"])
def test_number_of_harvests_that_is_none_is_refused(split: Split, said: str) -> None:
    done = harvester(split.folder, "merge", f"-sHARVEST_REMOVED_AFTER={said}", "a.db", "b.db")
    assert (done.returncode, len(done.stderr.splitlines())) == (64, 1)
    assert "HARVEST_REMOVED_AFTER" in done.stderr
