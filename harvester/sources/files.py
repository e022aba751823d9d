"""Saved pages in files, on the disk or in a tar: saved one by one, or mirrored by `wget --mirror`.

A browser, or `save-fixture`, notes where it saved a page from. A mirror's files are named for
their addresses, as GNU Wget 1.21 writes them, seen by running it: HOST[:PORT]/path?query. For
Windows "@" stands for "?" and "+" for ":"; --adjust-extension adds ".html".
"""

import html
import json
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from harvester.scans.scan import begins_pdf
from harvester.sources.captures import Capture, Payload
from harvester.timestamps import first_second, since_1970, usable, utc_now
from harvester.warc.codings import TooLarge
from harvester.warc.headers import digest

PAGE_HEAD = 4096
"""Bytes in which a page shows that it is one, and where it was saved from."""
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
HOST = re.compile(
    r"(?:localhost|\d+(?:\.\d+){3}|(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+)(?:[:+]\d+)?", re.IGNORECASE
)
ASKS = re.compile("[?@]")
QUERY = re.compile(r"\?|@(?=[^@]*=)")
INDEX = re.compile(r"(?:^|(?<=/))index\.html$")
HREF = re.compile(rb"""(\bhref\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
OWN_WORDS = re.compile(r"[a-z][a-z0-9+.-]*:|[/?#]|$", re.IGNORECASE)
ORIGINAL = ".orig"
UNQUOTED = "/%:@!$&'()*+,;=~[]"


@dataclass(frozen=True, slots=True)
class File:
    """A file. `moment` is when it was last written, in UTC; `read` returns so many first bytes."""

    moment: str | None
    read: Callable[[int], bytes]


Files = Mapping[str, File]
"""Files by their paths below the source's folder, with "/" between the parts."""


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Walks a folder and all below it, but follows no link to a folder. Gives each file with its
    path from there."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        for path in (Path(where, name) for name in sorted(names)):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path


def file_at(path: Path) -> File:
    """A file on the disk."""
    return File(moment_of(path.stat().st_mtime), partial(_read, path))


def moment_of(seconds: float) -> str | None:
    """A file's time in UTC; None for one at which no page was saved, such as 1970 or the future."""
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
    """Where and when a page was saved, and the site's answer, as far as a note says so.

    `moment` is None if the note gives no time, empty if that can't be understood.
    """

    url: str
    moment: str | None = None
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)


def noted(files: Files, name: str, head: bytes) -> Note | None:
    """Finds a page's note: in a JSON file beside it ("page.html", "page.json"), or in the page."""
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
    """Reads a note's time, which is a text or the seconds since 1970."""
    if said is None:
        return None
    return (since_1970(said) if isinstance(said, int | float) else first_second(str(said))) or ""


class Mirror:
    """Maps the files of a mirror to their addresses.

    `names` are their paths below the mirror's folder, whose own name `folder` may be the host's.
    """

    def __init__(self, folder: str, names: Iterable[str]) -> None:
        known = set(names)
        self._folder = folder
        self._adjusted = any(map(_is_adjusted, known))
        self._names = known
        self.caseless = all(map(str.islower, known)) or all(map(str.isupper, known))

    def is_replaced(self, name: str) -> bool:
        """Whether wget converted the links of a file and left the original beside it."""
        return name + ORIGINAL in self._names

    def url(self, name: str) -> str:
        """The address that a file's name stands for."""
        parts = name.removesuffix(ORIGINAL).split("/")
        hosts = [at for at, part in enumerate(parts[:-1]) if HOST.fullmatch(part)]
        if hosts:
            host, parts = parts[hosts[-1]], parts[hosts[-1] + 1 :]
        else:
            host = self._folder if HOST.fullmatch(self._folder) else "localhost"
        path = "/".join(parts)
        if self._adjusted and not INDEX.search(path):
            path = path.removesuffix(".html")
        path, *query = QUERY.split(path, maxsplit=1)
        asked = "".join(f"?{_quoted(part)}" for part in query)
        return f"http://{host.replace('+', ':')}/{_quoted(INDEX.sub('', path))}{asked}"

    def restored(self, name: str, page: bytes) -> bytes:
        """A page whose links lead to the addresses they led to before wget converted them."""
        where = posixpath.dirname(name)

        def restore(link: re.Match[bytes]) -> bytes:
            href = link[2] if link[2] is not None else link[3]
            target = self._target(where, href)
            return link[0] if target is None else link[1] + b'"' + target + b'"'

        return HREF.sub(restore, page)

    def _target(self, where: str, href: bytes) -> bytes | None:
        """The address of the file that a link on a page in the folder `where` leads to, if any."""
        said = html.unescape(href.decode("utf-8", "surrogateescape"))
        if OWN_WORDS.match(said):
            return None
        file = posixpath.normpath(posixpath.join(where, unquote(said.partition("#")[0])))
        if file not in self._names:
            return None
        return html.escape(self.url(file)).encode()


def captures_among(files: Files, folder: str) -> Iterator[Capture]:
    """The pages among the files of a folder of this name."""
    mirror = Mirror(folder, files)
    for name, file in files.items():
        head = file.read(PAGE_HEAD)
        if mirror.is_replaced(name) or not is_page(name, head):
            continue
        note = noted(files, name, head)
        yield Capture(
            url=note.url if note else mirror.url(name),
            moment=file.moment if note is None or note.moment is None else note.moment,
            status=note.status if note else 200,
            file=shown(name),
            read=partial(_saved, file, note) if note else partial(_mirrored, file, name, mirror),
            caseless=note is None and mirror.caseless,
        )


def shown(name: str) -> str:
    """A file's name as valid Unicode, whatever bytes the disk has for it."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _saved(file: File, note: Note, limit: int) -> Payload:
    page = _within(file, limit)
    return Payload(note.headers, page, digest(page))


def _mirrored(file: File, name: str, mirror: Mirror, limit: int) -> Payload:
    page = _within(file, limit)
    body = page if begins_pdf(page) else mirror.restored(name, page)
    return Payload([], body, digest(page))


def _within(file: File, limit: int) -> bytes:
    body = file.read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return body


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe=UNQUOTED)


def _is_adjusted(name: str) -> bool:
    """Whether a file's name is an address with a query, and an ending that wget gave it."""
    last = name.rpartition("/")[2]
    asks = ASKS.search(last)
    return asks is not None and "=" in last[asks.end() :] and last.endswith(".html")
