"""Versions of collections in a folder and in S3: whole ones always, and one winner."""

import os
import random
import shutil
import signal
import sqlite3
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from harvester.jobs.places import Bucket, Folder, Place, place
from harvester.jobs.versions import DATABASE, KEPT, Overtaken, Versions
from harvester.outcomes import BadDatabase, BadOutput, BadUsage

KILLS = int(os.environ.get("HARVEST_KILLS", "8"))
MANY = 50
"""Of so many kills, some meet each step."""
LARGE = 400_000
"""Bytes of a database: so many that a kill may come in the middle."""
NAME = "Ζωή"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a bucket on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    said = {
        **{"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"},
        **{"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"},
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in said.items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket="archive")
        yield "s3://archive"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Place]:
    """Opens the same place, as each machine does for itself."""
    if request.param == "s3":
        address = f"{request.getfixturevalue('s3')}/{tmp_path.name}"
        return lambda: Bucket(address)
    (tmp_path / "store").mkdir()
    return lambda: Folder(tmp_path / "store")


def desk(folder: Path, name: str) -> Path:
    (folder / name / "warc").mkdir(parents=True)
    return folder / name


def write(folder: Path, number: int) -> None:
    """What a job does: its number is on every page of the database, and in a scan and a recording
    of its own. Older scans are no longer there, or the last of many jobs would have most to do."""
    with closing(sqlite3.connect(folder / DATABASE)) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS said (number, text)")
        db.execute("DELETE FROM said")
        rows = ((number, f"{number} " * 100) for _ in range(LARGE // 400))
        db.executemany("INSERT INTO said VALUES (?, ?)", rows)
    scan = folder / "files" / "ab" / f"scan-{number}.pdf"
    scan.parent.mkdir(parents=True, exist_ok=True)
    scan.write_text(f"{number}")
    scan.with_name(f"scan-{number - 3}.pdf").unlink(missing_ok=True)
    (folder / "warc" / f"20261127-{number:05}.warc.gz").write_text(f"{number}")


def number_in(folder: Path) -> int:
    """The number of the job that wrote a folder, which is whole."""
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ((number,),) = db.execute("SELECT DISTINCT number FROM said").fetchall()
        assert db.execute("SELECT count(*) FROM said").fetchone() == (LARGE // 400,)
    assert (folder / "files" / "ab" / f"scan-{number}.pdf").read_text() == f"{number}"
    return int(number)


def job(versions: Versions, folder: Path) -> int:
    """Takes the newest version and puts another; returns its number."""
    taken = versions.take(folder)
    write(folder, taken.number + 1)
    return versions.put(folder, taken, {"code": 0}).number


def forked(make: Callable[[], Place], folder: Path) -> int:
    """Does a job in a child process. Python warns of the thread of S3, which that does not need."""
    with warnings.catch_warnings(action="ignore"):
        child = os.fork()
    if not child:
        with suppress(BaseException):
            job(Versions(make(), NAME), folder)
        os._exit(0)
    return child


def test_kill_at_any_moment_leaves_a_whole_version(
    make: Callable[[], Place], tmp_path: Path
) -> None:
    """Some kills come before a version is there, and some after it."""
    mine = Versions(make(), NAME)
    assert job(mine, desk(tmp_path, "first")) == 1
    begun = time.monotonic()
    os.waitpid(forked(make, desk(tmp_path, "whole")), 0)
    takes = time.monotonic() - begun
    last = mine.newest().number
    assert last == 2
    for kill in range(KILLS):
        child = forked(make, desk(tmp_path, f"killed-{kill}"))
        time.sleep(takes * random.Random(kill).uniform(0, 1.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        folder = desk(tmp_path, f"after-{kill}")
        newest = mine.take(folder)
        assert newest.number in (last, last + 1)
        assert number_in(folder) == newest.number
        last = newest.number
        for name in (f"killed-{kill}", f"after-{kill}"):
            shutil.rmtree(tmp_path / name)
    print(f"{KILLS} kills, of which {last - 2} came after the version was there")
    assert job(mine, desk(tmp_path, "last")) == last + 1
    assert KILLS < MANY or 2 < last < KILLS


def test_of_two_that_take_one_version_one_wins(make: Callable[[], Place], tmp_path: Path) -> None:
    folders = [desk(tmp_path, name) for name in ("one", "other", "later")]
    both = [Versions(make(), NAME) for _ in range(2)]
    taken = [one.take(folder) for one, folder in zip(both, folders, strict=False)]
    for number, folder in enumerate(folders[:2], 7):
        write(folder, number)
    assert both[1].put(folders[1], taken[1], {}).number == 1
    with pytest.raises(Overtaken, match=NAME):
        both[0].put(folders[0], taken[0], {})
    assert Versions(make(), NAME).take(folders[2]).number == 1
    assert number_in(folders[2]) == 8


def test_names_that_differ_by_capitals_are_apart(make: Callable[[], Place], tmp_path: Path) -> None:
    for name in ("fishing", "Fishing"):
        assert job(Versions(make(), name), desk(tmp_path, f"-{name}-")) == 1
    first, second = make().folders()
    assert first.casefold() != second.casefold()
    for folder in (first, second):
        assert Versions(make(), folder, folder).newest().number == 1


def test_databases_of_old_versions_are_removed_but_no_recording(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    versions = Versions(Folder(tmp_path / "store"), "fishing")
    for number in range(1, 7):
        assert job(versions, desk(tmp_path, f"{number}")) == number
    kept = sorted((tmp_path / "store" / "fishing" / "database").iterdir())
    assert [int(path.name[:7]) for path in kept] == [7 - n for n in range(KEPT, 0, -1)]
    assert len([*(tmp_path / "store" / "fishing" / "warc").iterdir()]) == 6
    assert len([*(tmp_path / "store" / "fishing" / "files" / "ab").iterdir()]) == 6


def test_damage_in_the_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    versions = Versions(Folder(tmp_path / "store"), "fishing")
    job(versions, desk(tmp_path, "first"))
    (database,) = (tmp_path / "store" / "fishing" / "database").iterdir()
    whole = database.read_bytes()
    database.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(BadDatabase, match=r"version 1 of fishing .* other bytes"):
        versions.take(desk(tmp_path, "second"))
    database.unlink()
    with pytest.raises(BadDatabase, match=r"version 1 of fishing .* missing"):
        versions.take(desk(tmp_path, "third"))


def test_place_that_can_not_be_used_is_named(tmp_path: Path, s3: str) -> None:
    with pytest.raises(BadUsage, match="HARVEST_STORE"):
        place(str(tmp_path / "nowhere"))
    with pytest.raises(BadOutput, match="s3://nowhere"):
        place("s3://nowhere/at/all").create("one", b"1")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "fishing").write_text("in the way")
    with pytest.raises(BadOutput, match="correct HARVEST_STORE"):
        job(Versions(place(str(tmp_path / "store")), "fishing"), desk(tmp_path, "first"))
