"""Writing files that survive a power loss, and never through a link that somebody has planted.

A file has the name `.NAME.PID.part` until it is complete. Where others may write, they may have
planted something of that name: a link to another file, or a pipe on which the program would wait.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from harvester.interrupt import interrupt

ON_NETWORK = (
    "it seems to be on a network drive (SMB, NFS) without the locks or the shared memory that a"
    " database needs: take a folder on a disk of this machine"
)
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
"""What asking for a lock gives where there are none (flock(2), https://nfs.sourceforge.net)."""


def lacks_locks(error: BaseException) -> bool:
    """Whether an error says that a drive has no locks."""
    return isinstance(error, OSError) and error.errno in NO_LOCKS


def sync(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk. Raises OSError."""
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
    """Opens a new file for writing. Whatever has its name is removed first, a link unfollowed.

    Raises OSError if that is a folder or another user's, FileExistsError if somebody puts it back
    at once.
    """
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)


def create_folder(path: Path) -> None:
    """Makes a new folder in the same way. Raises FileExistsError if there is a folder already."""
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
    part = part or beside(path)
    try:
        with interrupt.held():
            file = create(part, mode)
        with os.fdopen(file, "wb") as out:
            yield out
            out.flush()
            os.fsync(file)
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink()
