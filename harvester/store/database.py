"""Opening the database file, and writing to it in whole transactions."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, time

from sqlite_utils import Database

from harvester.disk import is_at
from harvester.interrupt import interrupt
from harvester.outcomes import BadDatabase, Misplaced
from harvester.store.connection import (
    ANOTHER,
    APPLICATION_ID,
    LOCK_WAIT,
    REASONS,
    STEPS,
    named_errors,
    too_old,
    without_trace,
)
from harvester.store.index import index
from harvester.store.lock import Lock
from harvester.store.migrating import is_due, is_too_old, migrate, unknown_steps

SMALLEST = 512
"""Bytes: no SQLite file is shorter, and SQLite overwrites one that is as if it were empty."""

SECONDS = (1 << 31) - 1
"""The seconds that fit into SQLite's user_version."""
JOURNAL = 16 << 20
"""Bytes of journal after which it is written into the file."""

STEP = 100
"""Milliseconds that SQLite waits for a lock at a time, as nothing can interrupt it."""
LAST_WAIT = 1.0
"""Seconds to wait for a lock once the program is asked to end."""


class LockedDatabase(Database):
    """A database that no other run can open for writing while this one is open."""

    def __init__(self, connection: sqlite3.Connection, lock: Lock, path: Path, wait: float) -> None:
        super().__init__(connection, execute_plugins=False)
        self._lock = lock
        self._path = path
        self._wait = wait
        self._file = path.stat()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: everything that is written in the block, or nothing.

        It fails if the path no longer leads to the database.

        Searches find it then.
        It begins as a writer, so that no lock can be lost between reading and writing. Raises
        BadDatabase if nothing can be written, and Interrupted if the program is asked to end while
        another one has the lock.
        """
        with named_errors(self._path):
            _begin(self.conn, self._wait)
            try:
                yield self.conn
                index(self.conn)
                self.conn.execute("COMMIT")
            except BaseException:
                if self.conn.in_transaction:
                    self.conn.execute("ROLLBACK")
                raise
        self.check_place()

    def check_place(self) -> None:
        """Raises BadDatabase if what is written does not go to where it is looked for any more:
        SQLite goes on in a file that was moved, removed or replaced."""
        if not is_at(self._file, self._path):
            raise Misplaced(self._path)

    def close(self) -> None:
        """Closes the database and gives its lock back. What was written is whole: its file is
        sealed, so that it need not be looked through when it is opened again."""
        try:
            moment = _seal(self.conn) if self.conn.total_changes else None
            super().close()
            if moment and is_at(self._file, self._path) and not _is_open(self._path):
                os.utime(self._path, (moment, moment))
        finally:
            self._lock.release()


def _seal(db: sqlite3.Connection) -> int | None:
    """Writes when it is closed into the database: that second is to be its file's time, too. A file
    that anything else has written, copied or damaged has another. None if it can't be written."""
    moment = int(time())
    try:
        db.execute(f"PRAGMA user_version = {moment & SECONDS}")
    except sqlite3.Error:
        return None
    return moment


def _is_sealed(db: Database, path: Path) -> bool:
    """Whether a file is as this program has closed it, by its seal and the file's time."""
    (said,) = db.execute("PRAGMA user_version").fetchone()
    second, rest = divmod(path.stat().st_mtime_ns, 10**9)
    return said == second & SECONDS and not rest and not _is_open(path)


def _is_open(path: Path) -> bool:
    """Whether there is a journal with changes that are not in the database's file yet."""
    real = path.resolve()
    left = (real.with_name(real.name + end) for end in ("-wal", "-journal"))
    return any(one.is_file() and one.stat().st_size for one in left)


def open_database(path: Path, wait: float = LOCK_WAIT) -> LockedDatabase:
    """The database at a path for writing, made if it is not there, its tables up to date.

    Raises Busy if another run has it open, and BadDatabase if it can't be opened or is not ours;
    either leaves the file as it was. `wait` is how many seconds a short lock is waited for.
    """
    _check_place(path)
    with named_errors(path):
        lock = Lock(path)
        try:
            if path.exists():
                _check_content(path, wait)
            return _opened(path, wait, lock)
        except BaseException:
            lock.release()
            raise


@contextmanager
def reading(path: Path, wait: float = LOCK_WAIT) -> Iterator[Database]:
    """Opens a database to read it; it and the files beside it stay as they are."""
    uri = without_trace(path)
    with (
        named_errors(path),
        closing(sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None)) as connection,
    ):
        connection.set_progress_handler(interrupt.hearing, STEPS)
        yield Database(connection, execute_plugins=False)


def _begin(db: sqlite3.Connection, wait: float) -> None:
    """Begins a write transaction; waits at most so many seconds for the lock."""
    begun = monotonic()
    while not _is_begun(db, last=monotonic() >= begun + wait):
        if monotonic() >= begun + LAST_WAIT:
            interrupt.check()


def _is_begun(db: sqlite3.Connection, *, last: bool) -> bool:
    """Whether a transaction could begin; the last try raises the error."""
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        return False
    return True


def _opened(path: Path, wait: float, lock: Lock) -> LockedDatabase:
    is_new = not path.exists()
    try:
        return _connected(path, wait, lock)
    except BaseException:
        if is_new:
            _remove_empty(path)
        raise


def _remove_empty(path: Path) -> None:
    """Removes the empty file that SQLite has made, and the files beside it."""
    if path.exists() and path.stat().st_size == 0:
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _connected(path: Path, wait: float, lock: Lock) -> LockedDatabase:
    connection = sqlite3.connect(path, timeout=wait, isolation_level=None)
    try:
        connection.set_progress_handler(interrupt.hearing, STEPS)
        # Neither a kill nor a power loss can damage a database in this mode: what is written goes
        # to a journal first, and that is synced before any of it goes into the file. With NORMAL a
        # power loss (no kill) may undo the last transactions, whole ones, which are then made anew.
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise OSError(errno.ENOTSUP, "No shared memory")
        connection.execute("PRAGMA synchronous = NORMAL")
        # Default: 1000 pages of 4 KB. What many transactions wrote goes into the file at once.
        connection.execute(f"PRAGMA wal_autocheckpoint = {JOURNAL // 4096}")
        # Default: none. The journal of a large transaction keeps its size only until the next one.
        connection.execute(f"PRAGMA journal_size_limit = {JOURNAL}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {STEP}")
        db = LockedDatabase(connection, lock, path, wait)
        if is_due(db):
            with db.writing():
                migrate(db, path)
        return db
    except BaseException:
        connection.close()
        raise


def _check_place(path: Path) -> None:
    """Raises BadDatabase if there can be no database at a path."""
    if not path.parent.is_dir():
        raise BadDatabase(f"There is no folder for the database {path}: make it, or {ANOTHER}.")
    if path.is_dir():
        raise BadDatabase(f"{path} is a folder, not a database: {ANOTHER}.")
    for place in (path.resolve().parent, path):
        if place.exists() and not os.access(place, os.R_OK | os.W_OK):
            raise BadDatabase(
                f"The database {path} can't be written: {place} is read-only for this user; change"
                f" that, or {ANOTHER}."
            )


def _check_content(path: Path, wait: float) -> None:
    """Raises BadDatabase if the file is not ours, is newer than this program, or is damaged."""
    if 0 < path.stat().st_size < SMALLEST:
        raise BadDatabase(f"{path} is no SQLite database: {ANOTHER}.")
    with reading(path, wait) as db:
        (mark,) = db.execute("PRAGMA application_id").fetchone()
        if mark != APPLICATION_ID and db.table_names():
            raise BadDatabase(f"{path} is a database, but not one of this program's: {ANOTHER}.")
        if is_too_old(db):
            raise BadDatabase(too_old(path))
        if steps := unknown_steps(db):
            raise BadDatabase(
                f"The database {path} was made by a newer version of this program ({steps[-1]}):"
                f" install that version, or {ANOTHER}."
            )
        if _is_sealed(db, path):
            return
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise BadDatabase(
                f"The database {path} is damaged ({found}): {REASONS['SQLITE_CORRUPT']}."
            )
