"""Where an export goes: to standard output, or into a file that is there whole or not at all."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harvester.outcomes import BadDatabase, HarvestProblem


class BadOutput(HarvestProblem):
    """Raised when what is exported can't be written; a file that was there stays as it was."""

    exit_code = BadDatabase.exit_code


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """What to write into. Raises BadOutput if it can't be written."""
    try:
        with _standard_output() if path is None else _whole_file(path) as out:
            yield out
    except OSError as error:
        where = "Standard output" if path is None else path
        raise BadOutput(
            f"{where} can't be written ({error.strerror or error}): see that its folder exists and"
            " may be written to, and that the disk is not full."
        ) from error


def beside(path: Path) -> Path:
    """Where a file or folder is written before it gets its name."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def tell(text: str) -> None:
    """Prints a text, if there is any; what standard output's encoding lacks is escaped.

    Raises BadOutput if it can't be written.
    """
    with output(None) as out:
        if text:
            out.write(f"{text}\n".encode(sys.stdout.encoding, "backslashreplace"))


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    """Standard output; that its reader has read enough, as `head` has, is no error.

    What could not be written goes to where all is accepted: Python will try again at its end.
    """
    if sys.stdout is None:  # it was closed before Python began
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    try:
        yield sys.stdout.buffer
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file beside, which takes the name when all is written."""
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise BadOutput(f"{path} is there already and is no file: name another.")
    part = beside(path)
    try:
        with part.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
