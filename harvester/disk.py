"""Writing files so that they outlive a power loss, and so that nothing planted is written to.

A file that is being written has another name, `.NAME.PID.part`, and gets its own when it is whole.
In a folder where others may write, such a name may be taken by then: by a link to another file, by
a pipe on which the program would wait.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from harvester.interrupt import interrupt


def sync(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk. Raises OSError."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def is_at(file: os.stat_result, path: Path) -> bool:
    """Whether a file is still what has a name: it may have been moved, removed or replaced."""
    try:
        return os.path.samestat(file, path.stat())
    except OSError:
        return False


def create(path: Path, mode: int = 0o666) -> int:
    """A new file, open for writing. What is in its place, by whomever, is taken away unfollowed.

    Raises OSError if that can't be, because it is a folder or another user's; FileExistsError if
    somebody puts something there again.
    """
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)


def create_folder(path: Path) -> None:
    """A new folder; the same of what is in its place. Raises FileExistsError if it is a folder."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    path.mkdir()


def beside(path: Path) -> Path:
    """Where a file or folder is written before it gets its name."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextmanager
def whole_file(path: Path, part: Path | None = None, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Opens a file for writing: it is there when all is written and on the disk, else as before.

    It is written in `part`. Whatever else has the name loses it: a link is not followed. Raises
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
