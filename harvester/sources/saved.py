"""Pages saved one by one, from a browser or by `scrapy save-fixture`: what is known of each."""

import json
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from harvester.moments import first_second, since_1970
from harvester.sources.files import LARGEST_NOTE, Files

SAVED_FROM = re.compile(
    rb"<!--\s*saved from url=(?:\(\d+\))?(https?://\S+)"
    rb"|<!--\s*(?:Page saved with|Archive processed by) SingleFile\s+url:\s*(https?://\S+)"
    rb"(?:\s+saved date:[ \t]*([^\r\n]{1,100}?)[ \t]*(?:-->|[\r\n]))?",
    re.IGNORECASE,
)
"""The comments of Chromium's and Edge's "save page", and of the extension SingleFile, which says
when (and until 2019 that an "Archive" was "processed")."""


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
    """What is noted of a page: in a JSON file beside it ("page.html", "page.json"), or within."""
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
