"""One run at a time on a database, and nobody waits for the dead."""

import os
import re
from contextlib import closing, suppress
from pathlib import Path

import pytest
from databases import HOLD, holder, python
from harvests import FIXTURES, harvest

from harvester.outcomes import BadDatabase, Busy
from harvester.store.database import open_database
from harvester.store.lock import Lock


def test_second_run_names_the_first_and_does_not_wait(db: Path) -> None:
    with holder(db) as first:
        before = db.read_bytes()
        done = harvest("-a", f"source={FIXTURES}", HARVEST_DB=db, HARVEST_LOCK_WAIT=600)
        assert (done.code, len(done.complaints)) == (75, 1)
        said = (
            rf"{re.escape(str(db))} .*\(pid {first.pid}, started 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\)"
        )
        assert re.search(said, done.complaints[0])
        assert "Traceback" not in done.err
        assert db.read_bytes() == before


def test_lock_of_a_killed_process_is_free(db: Path) -> None:
    with holder(db) as first:
        first.kill()
        first.wait()
        assert f"pid {first.pid}," in db.with_name("harvest.db.lock").read_text()
    assert harvest("-a", f"source={FIXTURES}", HARVEST_DB=db).code == 0
    assert [path.name for path in db.parent.iterdir()] == ["harvest.db"]


HOLD_WITH_CHILD = HOLD.replace(
    'print("open"',
    "import subprocess\n"
    "child = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,"
    " stderr=subprocess.DEVNULL, close_fds=False)\n"
    'print("open", child.pid',
)


def open_files(process: int) -> list[str]:
    """What a process has open, but for what it closes meanwhile."""
    names = []
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            names.append(os.readlink(link))
    assert names
    return names


def test_lock_is_not_inherited_by_a_child(db: Path) -> None:
    with python(HOLD_WITH_CHILD, db) as first:
        assert first.stdout is not None
        child = int(first.stdout.readline().split()[1])
        assert not [name for name in open_files(child) if "harvest.db" in name]
        first.kill()
        first.wait()
        open_database(db).close()


def test_same_process_can_not_open_it_twice(db: Path) -> None:
    with closing(open_database(db)), pytest.raises(Busy, match=f"pid {os.getpid()}"):
        open_database(db)
    open_database(db).close()


def test_other_name_of_a_database_has_the_same_lock(db: Path) -> None:
    link = db.with_name("link.db")
    with closing(open_database(db)):
        link.symlink_to(db)
        with pytest.raises(Busy, match=r"link\.db"):
            open_database(link)


def test_second_run_by_another_hard_link_sees_the_first(db: Path) -> None:
    open_database(db).close()
    link = db.with_name("another.db")
    for first, second in ((db, link), (link, db)):
        link.hardlink_to(db)
        with holder(first) as held:
            done = harvest("-a", f"source={FIXTURES}", HARVEST_DB=second)
            assert (done.code, len(done.complaints)) == (75, 1)
            assert f"{second} is in use by another run (pid {held.pid}" in done.complaints[0]
            held.kill()
            held.wait()
        done = harvest("-a", f"source={FIXTURES}", HARVEST_DB=first)
        assert (done.code, done.complaints) == (0, [])
        assert sorted(path.name for path in db.parent.iterdir()) == ["another.db", "harvest.db"]
        link.unlink()


def test_link_that_is_made_meanwhile_is_seen(db: Path) -> None:
    with holder(db):
        link = db.with_name("another.db")
        link.hardlink_to(db)
        with pytest.raises(Busy, match=r"another\.db"):
            open_database(link)


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_journal_of_a_killed_run_counts_for_all_names(end: str, db: Path) -> None:
    open_database(db).close()
    link = db.with_name("another.db")
    link.hardlink_to(db)
    left = db.with_name(db.name + end)
    left.write_bytes(b"left" * 100)
    before = link.read_bytes()
    with pytest.raises(BadDatabase, match=r"harvest\.db, under which it was not closed"):
        open_database(link)
    assert (link.read_bytes(), left.exists()) == (before, True)
    left.unlink()
    open_database(link).close()


def test_hard_link_in_another_folder_is_refused(db: Path) -> None:
    open_database(db).close()
    kept = db.parent / "backup" / "harvest.db"
    kept.parent.mkdir()
    kept.hardlink_to(db)
    before = kept.read_bytes()
    done = harvest("-a", f"source={FIXTURES}", HARVEST_DB=db)
    assert (done.code, len(done.complaints), kept.read_bytes()) == (73, 1, before)
    assert "would change both" in done.complaints[0]
    kept.unlink()
    open_database(db).close()


def test_lock_never_writes_through_a_link(db: Path) -> None:
    precious = db.with_name("precious")
    precious.write_text("mine")
    db.with_name("harvest.db.lock").symlink_to(precious)
    with pytest.raises(BadDatabase):
        open_database(db)
    assert precious.read_text() == "mine"
    assert not db.exists()


def test_failed_opening_gives_the_lock_back(db: Path) -> None:
    db.write_text("no database " * 99)
    for _ in range(2):
        with pytest.raises(BadDatabase, match="no SQLite database"):
            open_database(db)


COMPETE = """
import os, sys
from pathlib import Path
from harvester.outcomes import Busy
from harvester.store.lock import Lock
db, alone = Path(sys.argv[1]), Path(sys.argv[2])
got = 0
sys.stdin.readline()
while got < 200:
    try:
        lock = Lock(db)
    except Busy:
        continue
    os.close(os.open(alone, os.O_CREAT | os.O_EXCL))
    sum(range(20_000))
    alone.unlink()
    lock.release()
    got += 1
"""


def test_many_compete_and_only_one_has_it(db: Path) -> None:
    processes = [python(COMPETE, db, db.with_name("alone")) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        with process:
            process.communicate()
        assert process.returncode == 0
    Lock(db).release()
    assert list(db.parent.iterdir()) == []
