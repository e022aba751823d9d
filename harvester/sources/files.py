"""Files that may be pages, in a folder or in a tar, and what is noted of where each was saved from.

Notes are those of browsers and of `scrapy save-fixture`.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from harvester.scans.pdf_files import begins_pdf
from harvester.timestamps import first_second, since_1970, usable, utc_now

HEAD = 4096
LARGEST_NOTE = 1 << 20
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
SAVED_FROM = re.compile(
    rb"<!--\s*saved from url=(?:\(\d+\))?(https?://\S+)"
    rb"|<!--\s*(?:Page saved with|Archive processed by) SingleFile\s+url:\s*(https?://\S+)"
    rb"(?:\s+saved date:[ \t]*([^\r\n]{1,100}?)[ \t]*(?:-->|[\r\n]))?",
    re.IGNORECASE,
)
"""The comments of Chromium's and Edge's "save page", and of the extension SingleFile, which says
when (and until 2019 that an "Archive" was "processed")."""


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


@dataclass(frozen=True, slots=True)
class Note:
    """Where a page was saved from and when, and what the site answered, as far as that is known.

    The moment is None if nothing is said of it, empty if it is not understood.
    """

    url: str
    moment: str | None = None
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)


def noted(files: Files, name: str, head: bytes) -> Note | None:
    """The note of a page: in a JSON file beside it ("page.html", "page.json"), or within."""
    if note := _beside(files, name):
        return note
    if found := SAVED_FROM.search(head):
        date = found[3].decode("utf-8", "replace") if found[3] else None
        return Note((found[1] or found[2]).decode("utf-8", "replace"), _moment(date))
    return None


def _beside(files: Files, name: str) -> Note | None:
    beside = files.get(str(PurePosixPath(name).with_suffix(".json")))
    try:
        said = json.loads(beside.read(LARGEST_NOTE)) if beside else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("url"), str):
        return None
    status, headers = said.get("status"), said.get("headers")
    return Note(
        url=said["url"],
        moment=_moment(said.get("fetched")),
        status=status if isinstance(status, int) else 200,
        headers=[(str(key), str(value)) for key, value in headers.items()]
        if isinstance(headers, dict)
        else [],
    )


def _moment(said: object) -> str | None:
    """When a page is said to have been fetched: by a text, or by the seconds since 1970."""
    if said is None:
        return None
    return (since_1970(said) if isinstance(said, int | float) else first_second(str(said))) or ""
