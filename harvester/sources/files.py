"""Files that may be pages, in a folder or in a tar: nothing else is known of them than that."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harvester.clock import utc_now
from harvester.moments import since_1970, usable
from harvester.scans.pdf import begins_pdf

HEAD = 4096
LARGEST_NOTE = 1 << 20
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file: when it was last written, in UTC, if it says so; `read` gets its first bytes."""

    moment: str | None
    read: Callable[[int], bytes]


Files = Mapping[str, File]
"""Files by their paths from the source's folder on, parted by "/"."""


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """All files in a folder and below it, by their paths from there. Links to folders are not
    followed, and what is no file is passed over."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        for path in (Path(where, name) for name in sorted(names)):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path


def file_at(path: Path) -> File:
    """A file of the disk's."""
    return File(moment_of(path.stat().st_mtime), partial(_read, path))


def moment_of(seconds: float) -> str | None:
    """The time that a file bears, unless it is none that a page can have been saved at: in 1970,
    where it was given none, or yet to come."""
    return usable(since_1970(seconds), utc_now())


def is_page(name: str, head: bytes) -> bool:
    """Whether a file is a page or a scan, by its name or its first bytes."""
    if name.lower().endswith(".json"):
        return False
    named = name.lower().endswith((".html", ".htm"))
    return named or bool(MARKUP.search(head)) or begins_pdf(head)


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)
