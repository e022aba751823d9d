"""Writing files that survive a power loss, and never through a link that somebody has planted.

A file has the name `.NAME.PID.part` until it is complete, and is locked. Where others may write,
they may have planted something of that name: a link to another file, or a pipe on which the program
would wait. What a killed program has left is not locked; who writes NAME next removes it. A folder
has a file MARK until then, or it would not be known from one that somebody has planted.
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


def create_folder(path: Path) -> None:
    """Makes a new folder in the same way. Raises FileExistsError if the folder exists."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    path.mkdir()


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
        _sweep(path.parent, f".{path.name}.")
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
    _sweep(path.parent, f".{path.name}.")
    part, file = beside(path), None
    try:
        with interrupt.held():
            file = _locked(part, _new_folder)
        yield part
        interrupt.too_late()
        (part / MARK).unlink()
        part.rename(path)
    finally:
        if file is not None:
            shutil.rmtree(part, ignore_errors=True)
            os.close(file)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for what nobody else needs, which vanishes at the end. Raises OSError."""
    _sweep(Path(tempfile.gettempdir()), TEMPORARY, "")
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as name:
        file = os.open(name, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(file)
            Path(name, MARK).touch()
            yield Path(name)
        finally:
            os.close(file)


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
        elif stat.S_ISDIR(left.st_mode) and (path / MARK).is_file():
            shutil.rmtree(path)
    finally:
        os.close(file)


def _lock(file: int) -> None:
    """Locks an open file or folder until it is closed, where the drive has locks."""
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)


def _locked(part: Path, made: Callable[[Path], int]) -> int:
    """Makes a file or folder and locks it. Tries again if another run swept it away in between."""
    for _ in range(MOST_TRIES):
        file = made(part)
        _lock(file)
        if is_at(os.fstat(file), part):
            return file
        os.close(file)
    raise FileNotFoundError(errno.ENOENT, "it was removed again and again")


def _new_folder(path: Path) -> int:
    create_folder(path)
    (path / MARK).touch()
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
