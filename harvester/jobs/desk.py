"""The folder that a job works in: a collection, its site's profiles, and what a harvest writes.

It is a folder for temporary files of this machine (TMPDIR), and is removed with its job. What a
killed worker has left, the next one removes.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "harvester-job-"
LOCK = "lock"
COLLECTIONS = "collections.toml"
ARGUMENTS = (
    *("-s", "HARVEST_DB=harvest.db", "-s", "HARVEST_WARC=warc", "-s", "HARVEST_FILES=files"),
    *("-s", f"HARVEST_COLLECTIONS={COLLECTIONS}", "-s", "HARVEST_FEEDS="),
    *("-s", "HARVEST_QUIET=1"),
)
"""Where a harvest in such a folder finds and puts things, seen from there."""


@contextmanager
def desk(definition: str, profiles: Mapping[str, str]) -> Iterator[Path]:
    """A folder with a collections.toml and the profiles, for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder / f".{LOCK}", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / f".{LOCK}").rename(folder / LOCK)
        (folder / COLLECTIONS).write_text(definition, encoding="utf-8")
        for name, profile in profiles.items():
            path = folder / "sites" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(profile, encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear_desks() -> None:
    """Removes what workers of this user have left that were killed."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError):
            file = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
            finally:
                os.close(file)
