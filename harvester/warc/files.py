"""Writing WARC files, one record at a time, each completely or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.disk import is_at, write_all
from harvester.outcomes import BadRecording, misplaced
from harvester.timestamps import utc_now

Begin = Callable[[str], bytes]
"""Makes the first record of a file with this name."""


class WarcFiles:
    """Writes the files TIME-PROCESS-NUMBER.warc.gz of a folder, a new one when the last is full.

    A record goes to the system at once, so that a killed process tears at most its last one. The
    methods raise BadRecording if a file can't be written, which then ends with the record before.
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
        """The name of the file that gets the next record, and its size."""
        if self._file is None or self._size >= self._largest:
            with self._named_errors():
                self._open()
        return self._name, self._size

    def add(self, records: bytes) -> None:
        """Appends records to that file."""
        with self._named_errors():
            self._append(records)
        self.check_place()

    def check_place(self) -> None:
        """Raises BadRecording if somebody has moved, removed or replaced the last file."""
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
        try:
            write_all(self._file, data)
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
    """Opens a new file for appending; None if the name is taken."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
    except FileExistsError:
        return None
