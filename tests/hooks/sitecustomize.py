"""What Python does first in a process whose PYTHONPATH names this folder (docs.python.org: site).

KILL_COUNT names a file that says how often the process was about to change a file or a database,
or to lock one; KILL_BEFORE is before which of these times it is killed, counted from 1. With
SECOND_STEP the program's databases have a second step.
"""

import os
import signal
import sqlite3
import sys
from itertools import count
from typing import Any

CHANGES = frozenset(
    (
        *("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink"),
        *("os.truncate", "os.chmod", "os.utime", "fcntl.flock", "fcntl.lockf", "shutil.rmtree"),
        "sqlite3.connect",
    )
)
"""Names by which Python tells of them (docs.python.org: audit events); it does so before."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
READS = ("SELECT", "--", "EXPLAIN")
"""How statements begin that change nothing, and those that SQLite tells of a trigger."""


def count_changes(place: str, last: int) -> None:
    """Counts them in a file, and has the process killed before the last."""
    file = os.open(place, os.O_WRONLY | os.O_CREAT, 0o600)
    process, numbers = os.getpid(), count(1)

    def comes() -> None:
        if os.getpid() != process:  # a child's, which has a copy of all this
            return
        number = next(numbers)
        os.pwrite(file, str(number).encode(), 0)
        if number == last:
            os.kill(process, signal.SIGKILL)

    def asked(sql: str) -> None:
        if not sql.lstrip().upper().startswith(READS):
            comes()

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        made = opened(*arguments, **options)
        made.set_trace_callback(asked)
        return made

    def heard(event: str, told: tuple[Any, ...]) -> None:
        if event in CHANGES or (event == "open" and told[2] and told[2] & WRITES):
            comes()

    opened, sqlite3.connect = sqlite3.connect, connect  # it has no event for statements
    sys.addaudithook(heard)


if place := os.environ.pop("KILL_COUNT", ""):
    count_changes(place, int(os.environ.pop("KILL_BEFORE", "0")))
if os.environ.get("SECOND_STEP"):
    import second_step

    second_step.add()
