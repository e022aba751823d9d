"""The WARC files that one process writes, each record of them whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.disk import is_at
from harvester.outcomes import BadRecording, misplaced
from harvester.timestamps import utc_now

Begin = Callable[[str], bytes]
"""Makes what a file of this name begins with."""


class WarcFiles:
    """The files TIME-PROCESS-NUMBER.warc.gz of a folder, one after another as each grows full.

    What is written goes to the system at once, after all that was there, so that a process which is
    killed leaves at most its last record torn. The methods raise BadRecording if a file can't be
    written; it ends with the record before then.
    """

    def __init__(self, folder: Path, largest: int, begin: Begin) -> None:
        self._folder = folder
        self._largest = largest
        self._begin = begin
        self._number = 0
        self._file: int | None = None
        self._name = ""
        self._size = 0

    def end(self) -> tuple[str, int]:
        """The name of the file to be written next, and where it ends."""
        if self._file is None or self._size >= self._largest:
            with self._named_errors():
                self._open()
        return self._name, self._size

    def add(self, records: bytes) -> None:
        """Adds records at that end."""
        with self._named_errors():
            self._append(records)
        self.check_place()

    def check_place(self) -> None:
        """Raises BadRecording if the last file was moved, removed or replaced meanwhile."""
        path = self._folder / self._name
        if self._file is not None and not is_at(os.fstat(self._file), path):
            raise BadRecording(misplaced("The recording", path))

    def close(self) -> None:
        """Closes the last file."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def _open(self) -> None:
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        time = utc_now().replace("-", "").replace(":", "")
        while self._file is None:
            self._number += 1
            self._name = f"{time}-{os.getpid()}-{self._number:05}.warc.gz"
            self._file = _created(self._folder / self._name)
        self._size = 0
        self._append(self._begin(self._name))

    def _append(self, data: bytes) -> None:
        assert self._file is not None
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BadRecording(
                f"What is fetched can't be recorded in {self._folder} ({error.strerror}): see to"
                " the folder and the disk, name another one as HARVEST_WARC, or record nothing by"
                " leaving that empty."
            ) from error


def _created(path: Path) -> int | None:
    """A new file, open for adding to it; None if there is one of this name."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
    except FileExistsError:
        return None
