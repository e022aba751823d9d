"""Notes of where and when a page was saved: in the page, or in a file beside it."""

import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath

from harvester.sources.replay import read_replay
from harvester.timestamps import first_second, since_1970
from harvester.warc.headers import status_in

LARGEST_NOTE = 1 << 20
MANIFEST = "manifest.json"
"""The note in SingleFile's zips, beside the page that it names."""
MAFF = "index.rdf"
"""The note in a MAFF, beside its page (http://maf.mozdev.org/maff-specification.html)."""
SAID_IN_MAFF = re.compile(
    rb"<MAF:(?P<what>originalurl|archivetime|indexfilename)\s+RDF:resource=\"(?P<said>[^\"]{1,4000})\"",
    re.IGNORECASE,
)
SCRAPBOOK = re.compile(
    rb"data-scrapbook-(?P<what>source|create)=\"(?P<said>[^\"]{1,4000})\"", re.IGNORECASE
)
"""What the extension WebScrapBook writes into the tag `html`: "create" is in milliseconds, UTC."""
SAVED_FROM = re.compile(
    rb"<!--\s*saved from url=(?:\(\d+\))?(?P<browser>https?://\S+)"
    rb"|<!--\s*(?:Page saved with|Archive processed by) SingleFileZ?\s+url:\s*(?P<extension>\S+)"
    rb"(?:\s+saved date:[ \t]*(?P<date>[^\r\n]{1,100}?)[ \t]*(?:-->|[\r\n]))?"
    rb"|<!--\s*Saved from (?P<monolith>https?://\S+) at (?P<at>\S{1,40}) using monolith"
    rb"|<!--\s*Mirrored from (?P<httrack>\S+) by HTTrack Website Copier/[^>\r\n]{1,99}?\], "
    rb"(?P<mirrored>[^>\r\n]{1,100}?)\s*-->",
    re.IGNORECASE,
)
"""The comments of Chromium's and Edge's "save page", of the extension SingleFile, which says when
(and until 2019 that an "Archive" was "processed"), of monolith, and of HTTrack, which leaves out
"http://"."""
Lookup = Callable[[str], bytes | None]
"""Reads the beginning of a file by its path below the source's folder, if there is one."""


@dataclass(frozen=True, slots=True)
class Note:
    """Where and when a page was saved, and the site's answer, as far as a note says so.

    `moment` is None if the note gives no time, empty if that can't be understood. `replay` is the
    address at which an archive of the web showed the page, with links of its own. `mirror` says
    that links lead to files beside the page.
    """

    url: str
    moment: str | None = None
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    replay: str = ""
    mirror: bool = False


def noted(look: Lookup, name: str, head: bytes) -> Note | None:
    """Finds a page's note: in a JSON file beside it ("page.html", "page.json"), or in the page."""
    note = _beside(look, name) or _within(head)
    replay = read_replay(note.url) if note else None
    if note is None or replay is None:
        return note
    url, moment = replay
    return Note(url, moment, note.status, note.headers, note.url)


def _within(head: bytes) -> Note | None:
    found = SAVED_FROM.search(head)
    if found is None:
        return _in_scrapbook(head)
    said = {name: text.decode("utf-8", "replace") for name, text in found.groupdict(b"").items()}
    if mirrored := said["httrack"]:
        url = mirrored if mirrored.startswith(("http://", "https://")) else f"http://{mirrored}"
        return Note(url, _moment(said["mirrored"]), mirror=True)
    url = said["browser"] or said["extension"] or said["monolith"]
    date = said["date"] or said["at"]
    return Note(url, _moment(date or None)) if url.startswith("http") else None


def _in_scrapbook(head: bytes) -> Note | None:
    said = _named(SCRAPBOOK, head)
    url = said.get("source", "")
    created = said.get("create")
    return Note(url, _moment(created and created[:14])) if url.startswith("http") else None


def _beside(look: Lookup, name: str) -> Note | None:
    said = _json(look, str(PurePosixPath(name).with_suffix(".json")))
    url, status, headers = said.get("url"), said.get("status"), said.get("headers")
    if not isinstance(url, str):
        return _in_manifest(look, name)
    return Note(
        url=url,
        moment=_moment(said.get("fetched")),
        status=status_in(status) if isinstance(status, int) else 200,
        headers=[(str(key), str(value)) for key, value in headers.items()]
        if isinstance(headers, dict)
        else [],
    )


def _in_manifest(look: Lookup, name: str) -> Note | None:
    folder, file = posixpath.split(name)
    said = _json(look, posixpath.join(folder, MANIFEST))
    url = said.get("originalUrl")
    if said.get("indexFilename", "index.html") != file or not isinstance(url, str):
        return _in_maff(look, folder, file)
    return Note(url, _moment(said.get("archiveTime")))


def _in_maff(look: Lookup, folder: str, file: str) -> Note | None:
    said = _named(SAID_IN_MAFF, look(posixpath.join(folder, MAFF)) or b"")
    url = said.get("originalurl", "")
    if said.get("indexfilename", "index.html") != file or not url.startswith("http"):
        return None
    return Note(url, _moment(said.get("archivetime")))


def _named(pattern: re.Pattern[bytes], text: bytes) -> dict[str, str]:
    """What the attributes that a pattern finds say, by their names."""
    return {
        found["what"].decode().lower(): unescape(found["said"].decode("utf-8", "replace"))
        for found in pattern.finditer(text)
    }


def _json(look: Lookup, name: str) -> dict[str, object]:
    try:
        said = json.loads(look(name) or b"{}")
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _moment(said: object) -> str | None:
    """Reads a note's time, which is a text or the seconds since 1970."""
    if said is None:
        return None
    return (since_1970(said) if isinstance(said, int | float) else first_second(str(said))) or ""
