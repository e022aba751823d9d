"""Where an export goes: to standard output, or into a file that is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harvester.console import standard_output
from harvester.outcomes import BadOutput


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """What to write into. Raises BadOutput if it can't be written."""
    try:
        with standard_output() if path is None else _whole_file(path) as out:
            yield out
    except OSError as error:
        raise BadOutput(
            f"{path} can't be written ({error.strerror or error}): see that its folder exists and"
            " may be written to, and that the disk is not full."
        ) from error


def beside(path: Path) -> Path:
    """Where a file or folder is written before it gets its name."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


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
