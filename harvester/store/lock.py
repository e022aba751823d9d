"""One run at a time: a lock beside the database, which dies with the process that holds it."""

import errno
import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path
from weakref import finalize

from harvester.disk import is_at, lacks_locks
from harvester.interrupt import interrupt
from harvester.outcomes import BadDatabase, Busy
from harvester.timestamps import utc_now


class Lock:
    """The right to write to a database, from its creation until `release`.

    It is a locked file beside the database with the pid and the start time of its holder. The
    system frees it however the holder ends, and no child process inherits it. Readers do not need
    it. A database with several names (hard links) is locked under each of them.

    Raises Busy, with the holder's pid and start, if another process has it, BadDatabase if it has a
    name under which it can't be locked or was not closed, OSError if there can be no such file.
    """

    def __init__(self, database: Path) -> None:
        self._give_back: list[Callable[[], object]] = []
        names = _names(database)
        try:
            for name in names:
                self._take(name.with_name(f"{name.name}.lock"), database)
            _check_closed(database, names)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Releases the lock."""
        with interrupt.held():
            while self._give_back:
                self._give_back.pop()()

    def _take(self, path: Path, database: Path) -> None:
        with interrupt.held():
            file = _taken(path, database)
            # Also where a signal comes before whoever has this lock can see to it.
            self._give_back.append(finalize(self, _given_back, file, path))
            os.truncate(file, 0)
            os.write(file, f"pid {os.getpid()}, started {utc_now()}\n".encode())


def _names(database: Path) -> list[Path]:
    """All names of a database. Raises BadDatabase if it has one in another folder."""
    real = database.resolve()
    if not real.is_file() or (found := real.stat()).st_nlink == 1:
        return [real]
    names = sorted(name for name in real.parent.iterdir() if _is_name(name, found))
    if len(names) < found.st_nlink:
        raise BadDatabase(
            f"The database {database} is a file of another folder, too (a hard link): a harvest"
            " would change both. Make a copy of your own, or remove the other name."
        )
    return names


def _is_name(path: Path, file: os.stat_result) -> bool:
    return not path.is_symlink() and is_at(file, path)


def _check_closed(database: Path, names: list[Path]) -> None:
    """Raises BadDatabase if what a killed run wrote is in the journal of another name: SQLite looks
    for it beside that one alone (https://www.sqlite.org/howtocorrupt.html, 2.4)."""
    for name in names:
        left = [name.with_name(name.name + end) for end in ("-wal", "-journal")]
        is_open = any(path.is_file() and path.stat().st_size for path in left)
        if is_open and name != database.resolve():
            raise BadDatabase(
                f"The database {database} has another name, {name.name}, under which it was not"
                " closed: harvest under that name first, and keep to one of them."
            )


def _given_back(file: int, path: Path) -> None:
    """Removes the file first, while nobody else can have locked it."""
    if is_at(os.fstat(file), path):
        path.unlink(missing_ok=True)
    os.close(file)


def _taken(path: Path, database: Path) -> int:
    """Opens and locks the file; again if its holder removed it meanwhile."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        try:
            _check_ours(file)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if is_at(os.fstat(file), path):
                return file
        except BlockingIOError:
            holder = os.read(file, 200).decode(errors="replace").strip() or "begun this moment"
            os.close(file)
            raise Busy(
                f"The database {database} is in use by another run ({holder}): harvest again when"
                " that has ended."
            ) from None
        except BaseException as error:
            if lacks_locks(error) and is_at(os.fstat(file), path):
                path.unlink()
            os.close(file)
            raise
        os.close(file)


def _check_ours(file: int) -> None:
    """Raises OSError unless it is an ordinary file of ours with a single name."""
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise OSError(errno.EEXIST, "what is in place of the lock is not ours")
