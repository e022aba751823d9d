"""What killed exports and snapshots leave is removed by the next one, and only that."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from databases import python

from harvester.disk import temporary_folder, whole_file, whole_folder

WRITERS = {
    "file": "disk.whole_file(Path(sys.argv[1]))",
    "folder": "disk.whole_folder(Path(sys.argv[1]))",
    "temporary folder": "disk.temporary_folder()",
}
HOLD = """
import sys
from pathlib import Path
from harvester import disk
with {writer} as out:
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which all is written, temporary folders too."""
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@contextmanager
def writing(kind: str, path: Path) -> Iterator[Path]:
    """Another program that writes; where it does."""
    before = set(path.parent.iterdir())
    with python(HOLD.format(writer=WRITERS[kind]), path) as process:
        assert process.stdout is not None and process.stdout.readline() == "open\n"
        (part,) = set(path.parent.iterdir()) - before
        yield part
        process.send_signal(signal.SIGKILL)


def write(kind: str, path: Path) -> None:
    with (
        {"file": whole_file, "folder": whole_folder}[kind](path)
        if kind in ("file", "folder")
        else temporary_folder()
    ):
        pass


@pytest.mark.parametrize("kind", WRITERS)
def test_what_a_killed_program_left_is_removed_and_what_a_running_one_has_is_not(
    kind: str, place: Path
) -> None:
    with writing(kind, place / "out.csv") as left:
        (left / "inner").write_text("half") if left.is_dir() else left.write_text("half")
    with writing(kind, place / "out.csv") as held:
        assert (left.exists(), held.exists()) == (False, True)
        write(kind, place / "out.csv")
        assert held.exists()
    write(kind, place / "other.csv")
    assert held.exists() is (kind != "temporary folder")


FOREIGN = (
    ".out.csv.notes.part",
    ".out.csv.part",
    "out.csv.1.part",
    ".out.csv.1.partial",
    ".a.1.part",
)


@pytest.mark.parametrize("name", FOREIGN)
def test_other_names_are_left_alone(name: str, place: Path) -> None:
    (place / name).touch()
    write("file", place / "out.csv")
    assert sorted(os.listdir(place)) == sorted([name, "out.csv"])


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_link_in_place_of_what_was_left_is_not_followed(kind: str, place: Path) -> None:
    precious = place / "precious"
    precious.mkdir()
    (precious / "mine").touch()
    (place / ".out.csv.1.part").symlink_to(precious)
    (place / ".out.csv.2.part").symlink_to(precious / "mine")
    os.mkfifo(place / ".out.csv.3.part")
    write(kind, place / "out.csv")
    assert (precious / "mine").exists()


@pytest.mark.parametrize("held", [[], [".harvester-part"], [".harvester-part", "whole"]])
def test_what_a_kill_leaves_while_a_folder_is_made_or_removed_is_removed(
    held: list[str], place: Path
) -> None:
    for name in (".out.1.part", "harvester-temporary-1"):
        (place / name).mkdir()
        for one in held:
            (place / name / one).mkdir() if one == "whole" else (place / name / one).touch()
    write("folder", place / "out")
    write("temporary folder", place)
    assert os.listdir(place) == ["out"]
