"""Writing files that survive a power loss, and never through a link that somebody has planted.

A file has the name `.NAME.PID.part` until it is complete, and is locked. Where others may write,
they may have planted something of that name: a link to another file, or a pipe on which the program
would wait. What a killed program has left is not locked; who writes NAME next removes it.

A folder is filled within one of that name, which has a file MARK from its beginning to its end, or
it would not be known from one that somebody has planted.
"""

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from harvester.interrupt import interrupt

ON_NETWORK = (
    "it seems to be on a network drive (SMB, NFS) without the locks or the shared memory that a"
    " database needs: take a folder on a disk of this machine"
)
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
"""Errors on a drive without locks (flock(2), https://nfs.sourceforge.net)."""


MOST_TRIES = 9
TEMPORARY = "harvester-temporary-"
MARK = ".harvester-part"
WITHIN = "whole"


def lacks_locks(error: BaseException) -> bool:
    """Whether an error means that the drive has no locks."""
    return isinstance(error, OSError) and error.errno in NO_LOCKS


def sync(path: Path) -> None:
    """Flushes a file, or a folder's entries, to the disk. Raises OSError."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def write_all(file: int, data: bytes) -> None:
    """Writes all bytes to an open file, as `os.write` may write fewer. Raises OSError."""
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]


def is_at(file: os.stat_result, path: Path) -> bool:
    """Whether a path still leads to a file, which may have been moved, removed or replaced."""
    try:
        return os.path.samestat(file, path.stat())
    except OSError:
        return False


def create(path: Path, mode: int = 0o666) -> int:
    """Opens a new file for writing. Whatever has its name is removed first; links are not followed.

    Raises OSError if that is a folder or another user's, FileExistsError if somebody puts it back
    at once.
    """
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)


def create_folder(path: Path, mode: int = 0o777) -> None:
    """Makes a new folder in the same way. Raises FileExistsError if the folder exists."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    path.mkdir(mode)


def beside(path: Path) -> Path:
    """The name of a file or folder until it is complete."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextmanager
def whole_file(path: Path, part: Path | None = None, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Opens a file for writing. It gets its name once it is on the disk, and not on an error.

    Until then it is at `part`. It replaces whatever has its name, and follows no link. Raises
    OSError.
    """
    if part is None:
        sweep(path)
        part = beside(path)
    try:
        with interrupt.held():
            file = _locked(part, lambda new: create(new, mode))
        with os.fdopen(file, "wb") as out:
            yield out
            out.flush()
            os.fsync(file)
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to be filled, which gets its name at the end, and vanishes on an error.

    Raises OSError.
    """
    with folder_beside(path) as part:
        yield part
        interrupt.too_late()
        part.rename(path)


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """A folder on the disk of a path, for what is needed to make that. It vanishes at the end.

    Raises OSError.
    """
    sweep(path)
    with _folder_within(beside(path)) as part:
        yield part


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for what nobody else needs, which vanishes at the end. Raises OSError."""
    place = Path(tempfile.gettempdir())
    _sweep(place, TEMPORARY, "")
    with _folder_within(place / f"{TEMPORARY}{token_hex(8)}") as folder:
        yield folder


@contextmanager
def _folder_within(outer: Path) -> Iterator[Path]:
    """A folder within one that is locked and has the MARK."""
    file = None
    try:
        with interrupt.held():
            file = _locked(outer, _new_folder)
            inner = outer / WITHIN
            inner.mkdir()
        yield inner
    finally:
        if file is not None:
            with interrupt.held(), suppress(OSError):
                _remove_folder(outer)
            os.close(file)


def sweep(path: Path) -> None:
    """Removes what killed programs of this user have left that were to write a path."""
    _sweep(path.parent, f".{path.name}.")


def _sweep(folder: Path, begins: str, ends: str = ".part") -> None:
    """Removes the files and folders of such names that killed programs of this user have left.
    Those of running programs are locked."""
    for entry in _entries(folder):
        inner = entry.name.removeprefix(begins).removesuffix(ends)
        if entry.name == f"{begins}{inner}{ends}" and (inner.isdecimal() or begins == TEMPORARY):
            with suppress(OSError):
                _remove_unlocked(Path(entry))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """The entries of a folder; none if it can't be read, as some writable folders can't."""
    with suppress(OSError), os.scandir(folder) as entries:
        return list(entries)
    return []


def _remove_unlocked(path: Path) -> None:
    """Removes a leftover of ours. Raises OSError if it is locked, or a link."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        left = os.fstat(file)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if left.st_uid != os.geteuid():
            return
        if stat.S_ISREG(left.st_mode):
            path.unlink()
        elif stat.S_ISDIR(left.st_mode) and ((path / MARK).is_file() or not any(path.iterdir())):
            _remove_folder(path)
    finally:
        os.close(file)


def _remove_folder(path: Path) -> None:
    """Removes a folder, its MARK last: what a kill leaves is known for ours. Raises OSError."""
    for entry in _entries(path):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry)
        elif entry.name != MARK:
            os.unlink(entry)
    (path / MARK).unlink(missing_ok=True)
    path.rmdir()


def _lock(file: int) -> None:
    """Locks an open file or folder until it is closed, where the drive has locks."""
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)


def _locked(part: Path, made: Callable[[Path], int]) -> int:
    """Makes a file or folder and locks it. Tries again if another run swept it away in between."""
    for _ in range(MOST_TRIES):
        try:
            file = made(part)
        except FileNotFoundError:
            if not part.parent.is_dir():
                raise
            continue
        _lock(file)
        if is_at(os.fstat(file), part):
            return file
        os.close(file)
    raise FileNotFoundError(errno.ENOENT, "it was removed again and again")


def _new_folder(path: Path) -> int:
    create_folder(path, 0o700)
    file = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    (path / MARK).touch()
    return file
