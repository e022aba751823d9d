"""Where an export goes: to standard output, or into a file that is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harvester.console import standard_output
from harvester.disk import whole_file
from harvester.outcomes import BadOutput


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """What to write into. Raises BadOutput if it can't be written."""
    try:
        with standard_output() if path is None else whole_file(_named(path)) as out:
            yield out
    except OSError as error:
        raise BadOutput(
            f"{path} can't be written ({error.strerror or error}): see that its folder exists and"
            " may be written to, and that the disk is not full."
        ) from error


def _named(path: Path) -> Path:
    """The file that is meant, if need be at the end of a link. Raises BadOutput if it is none."""
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise BadOutput(f"{path} is there already and is no file: name another.")
    return path
