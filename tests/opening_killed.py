"""Kills the opening of a database that lacks a step, again and again, and leaves what comes of it.

Usage: opening_killed.py calls|moments DATABASE FOLDER STEP. Leaves FOLDER/1/harvest.db and so on.
With "calls" each is killed STEP calls to SQLite or the system later than the one before, until one
lives; the first at a random one of these. With "moments" twenty are killed at random moments of the
time that it takes.
"""

import os
import random
import signal
import sqlite3
import sys
from itertools import count
from pathlib import Path
from time import monotonic
from types import FrameType

import second_step
from databases import clone

from harvester.store.database import open_database

KILLS = 20
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


def opened(db: Path, *, call: int = 0, seconds: float = 60) -> bool:
    """Opens a database in a process of its own; whether that lived to the end."""
    child = os.fork()
    if not child:
        if call:
            kill_before(call)
        open_database(db).close()
        os._exit(0)
    if signal.sigtimedwait([signal.SIGCHLD], seconds) is None:
        os.kill(child, signal.SIGKILL)
        signal.sigwait([signal.SIGCHLD])
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def calls(original: Path, folder: Path, step: int) -> None:
    """Kills before every call, or one of so many."""
    for number in count(random.randint(1, step), step):
        if opened(clone(original, folder / str(number)), call=number):
            break


def moments(original: Path, folder: Path, _: int) -> None:
    """Kills at random moments."""
    databases = [clone(original, folder / str(number)) for number in range(KILLS + 1)]
    start = monotonic()
    opened(databases[0])
    duration = monotonic() - start
    for db in databases[1:]:
        opened(db, seconds=random.uniform(0, duration))


if __name__ == "__main__":
    second_step.add()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    kill = {"calls": calls, "moments": moments}[sys.argv[1]]
    kill(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
