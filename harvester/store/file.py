"""The file of a database: what marks it as ours, and how SQLite is told to open it."""

import os
from pathlib import Path

APPLICATION_ID = 0x48525654
"""Marks a database as ours, in SQLite's header ("HRVT")."""

LOCK_WAIT = 10.0
"""How many seconds a lock is waited for that another program has for a moment."""

STEPS = 1_000_000
"""Of SQLite's virtual machine: after so many of a statement, some milliseconds, signals are heard.
"""


def too_old(path: Path) -> str:
    """What is said of a database that was made before there was a release."""
    return (
        f"The database {path} was made by an earlier development version of this program, which"
        " this one can't go on with: harvest into another, named with HARVEST_DB."
    )


def read_only(path: Path) -> str:
    """The address by which SQLite opens a file for reading only (https://sqlite.org/uri.html)."""
    return f"{path.absolute().as_uri()}?mode=ro"


def without_trace(path: Path) -> str:
    """The address by which SQLite opens a database so that reading leaves nothing beside it.

    For that it has to be opened as by a writer if nobody left anything beside it (a mere reader
    would leave its own files there), else as by a reader (a writer would tidy up when it closes).
    Where nothing may be written, nothing can change meanwhile. See https://sqlite.org/wal.html.
    """
    real = path.resolve()
    left = any(real.with_name(real.name + end).exists() for end in ("-wal", "-journal"))
    mode = "rw" if os.access(real.parent, os.W_OK) else "ro&immutable=1"
    return f"{real.as_uri()}?mode={'ro' if left else mode}"
