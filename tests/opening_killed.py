"""Kills the opening of a database that lacks a step, again and again, and leaves what comes of it.

Usage: opening_killed.py DATABASE FOLDER STEP. Leaves FOLDER/1/harvest.db and so on. Each is killed
STEP calls to SQLite or the system later than the one before, until one lives; the first at a random
one of these.
"""

import os
import random
import signal
import sqlite3
import sys
from itertools import count
from pathlib import Path
from types import FrameType

import second_step
from databases import clone

from harvester.store.database import open_database

LOOKING = ("access", "fspath", "fstat", "getcwd", "getpid", "lstat", "readlink", "stat")
"""Calls that change nothing, before which a kill is like one before the call after."""


def kill_before(number: int) -> None:
    """Has this process killed before such a call, counted from 1."""
    calls = count(1)

    def called(_: FrameType, event: str, function: object) -> None:
        owner = getattr(function, "__self__", None)
        name = getattr(function, "__name__", "")
        outward = (isinstance(owner, sqlite3.Connection) and name in ("execute", "close")) or (
            owner is posix and name not in LOOKING
        )
        if event == "c_call" and outward and next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    posix = sys.modules["posix"]
    sys.setprofile(called)


def opened(db: Path, call: int) -> bool:
    """Opens a database in a process that is killed before a call; whether it lived to the end."""
    child = os.fork()
    if not child:
        kill_before(call)
        open_database(db).close()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


if __name__ == "__main__":
    second_step.add()
    original, folder, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    for number in count(random.randint(1, step), step):
        if opened(clone(original, folder / str(number)), number):
            break
