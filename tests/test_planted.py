"""What somebody planted where a file is about to be written is neither followed nor written to."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import second_step
from databases import first_schema
from scans import pdf
from stored import entry, store

from harvester.exports import output
from harvester.extensions.feeds import write_feeds
from harvester.fixture import Fixture
from harvester.outcomes import BadDatabase, HarvestProblem
from harvester.scans.folder import Folder
from harvester.scans.part import put_json
from harvester.scans.scan import part_name
from harvester.snapshot.freeze import freeze
from harvester.snapshot.verify import differences
from harvester.store import migrating
from harvester.store.database import open_database
from harvester.warc import files as warc

MINE = b"the content of a file that is not the program's"
URL = "https://site.example/scan"
CASE = "listing/case/"
MOMENT = "2026-11-26T12:00:00Z"


def export(folder: Path) -> None:
    with output(folder / "export.csv") as out:
        out.write(b"new")


def feeds(folder: Path) -> None:
    write_feeds(folder / "harvest.db", folder / "feeds")


def snapshot(folder: Path) -> None:
    freeze(folder / "harvest.db", folder / "frozen")
    assert list(differences(folder / "frozen")) == []


def fixture(folder: Path) -> None:
    Fixture("listing", "case", b"page", {}).write(folder)


def note(folder: Path) -> None:
    put_json(folder / "note.json", {"a": 1})


def scan(folder: Path) -> None:
    scans = Folder(folder / "scans")
    try:
        part = scans.part(URL)
        part.fill(pdf("scan"), {})
        assert part.path.read_bytes() == pdf("scan")
    finally:
        scans.close()


def migration(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrating, "migrations", second_step.two_steps())
        open_database(folder / "old.db").close()


def recording(folder: Path) -> None:
    files = warc.WarcFiles(folder / "warc", 100, lambda _: b"begun")
    files.end()
    files.add(b", new")
    files.close()


@dataclass(frozen=True)
class Writer:
    """What writes a file at `path`, under another name meanwhile; `{}` is the process id."""

    write: Callable[[Path], None]
    path: str
    meanwhile: str


def parts(end: str) -> str:
    return f"scans/.parts/{part_name(URL)}.{end}"


WRITERS = {
    "export": Writer(export, "export.csv", ".export.csv.{}.part"),
    "feeds": Writer(feeds, "feeds/all.atom", "feeds/.all.atom.{}.part"),
    "snapshot": Writer(snapshot, "frozen", ".frozen.{}.part"),
    "page of a fixture": Writer(
        fixture, "listing/case/page.html", "listing/case/.page.html.{}.part"
    ),
    "reading of one": Writer(fixture, f"{CASE}page.json", CASE + ".page.json.{}.part"),
    "note": Writer(note, "note.json", "note.json.new"),
    "part of a scan": Writer(scan, parts("part"), parts("part")),
    "note of a part": Writer(scan, parts("json"), parts("json.new")),
    "copy before a migration": Writer(
        migration, f"old.db.before-{second_step.NAME}", "old.db.copying"
    ),
}
PLANTED: dict[str, Callable[[Path, Path], None]] = {
    "link": lambda place, mine: place.symlink_to(mine),
    "link to nothing": lambda place, mine: place.symlink_to(mine.with_name("nothing")),
    "link to a folder": lambda place, mine: place.symlink_to(mine.parent),
    "hard link": lambda place, mine: place.hardlink_to(mine),
    "pipe": lambda place, _: os.mkfifo(place),
}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A file of somebody's, in a folder of its own."""
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "elsewhere" / "mine"
    file.write_bytes(MINE)
    return file


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database, and one that lacks a step."""
    folder = tmp_path_factory.mktemp("once")
    store(folder / "harvest.db", [entry("a", "A title", None, None)])
    first_schema(folder / "old.db")
    return folder


@pytest.fixture
def folder(once: Path, tmp_path: Path) -> Path:
    """A copy of it, where things are written."""
    return shutil.copytree(once, tmp_path / "folder")


def prepared(folder: Path, name: str) -> Path:
    """A place in the folder, which is free."""
    place = folder / name.format(os.getpid())
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def untouched(mine: Path) -> None:
    assert [path.name for path in mine.parent.iterdir()] == ["mine"]
    assert mine.read_bytes() == MINE


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("name", WRITERS)
def test_what_is_planted_is_not_written_to(
    name: str, planted: str, folder: Path, mine: Path
) -> None:
    writer = WRITERS[name]
    place = prepared(folder, writer.meanwhile)
    PLANTED[planted](place, mine)
    writer.write(folder)
    untouched(mine)
    written = folder / writer.path
    assert not written.is_symlink() and not written.is_fifo() and written.exists()
    assert place == written or not os.path.lexists(place)


@pytest.mark.parametrize("planted", [name for name in PLANTED if name != "pipe"])
@pytest.mark.parametrize("name", ["feeds", "page of a fixture", "reading of one", "note"])
def test_link_at_the_name_itself_is_replaced(
    name: str, planted: str, folder: Path, mine: Path
) -> None:
    writer = WRITERS[name]
    PLANTED[planted](prepared(folder, writer.path), mine)
    writer.write(folder)
    untouched(mine)
    assert not (folder / writer.path).is_symlink()


@pytest.mark.parametrize("name", WRITERS)
def test_folder_that_is_planted_stays_and_is_said(name: str, folder: Path) -> None:
    writer = WRITERS[name]
    place = prepared(folder, writer.meanwhile)
    place.mkdir()
    (place / "mine").write_bytes(MINE)
    with pytest.raises((OSError, HarvestProblem)):
        writer.write(folder)
    assert (place / "mine").read_bytes() == MINE
    assert place == folder / writer.path or not (folder / writer.path).exists()


@pytest.mark.parametrize("planted", PLANTED)
def test_recording_goes_into_a_file_of_its_own(
    planted: str, folder: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "utc_now", lambda: MOMENT)
    first, second = (
        prepared(folder, f"warc/20261126T120000Z-{{}}-{number:05}.warc.gz") for number in (1, 2)
    )
    PLANTED[planted](first, mine)
    recording(folder)
    untouched(mine)
    assert second.read_bytes() == b"begun, new"


@pytest.mark.parametrize("planted", [*PLANTED, "folder"])
def test_lock_is_never_somebodys_file(planted: str, folder: Path, mine: Path) -> None:
    place = folder / "harvest.db.lock"
    PLANTED.get(planted, lambda place, _: place.mkdir())(place, mine)
    with pytest.raises(BadDatabase, match=r"harvest\.db"):
        open_database(folder / "harvest.db")
    untouched(mine)
