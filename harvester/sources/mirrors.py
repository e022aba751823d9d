"""Mirrors: folders of a site's pages, with files that are named for their addresses.

GNU Wget 1.21 writes HOST[:PORT]/path?query, seen by running it. For Windows "@" stands for "?" and
"+" for ":"; --adjust-extension adds ".html". What downloads from the Wayback Machine puts the time
of a capture before the host (waybackpack, wget) or after it (wayback-machine-downloader), and may
write a "?" as "%3f".
"""

import html
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from harvester.sources.captures import asks_in_code
from harvester.timestamps import first_second

HOST = re.compile(
    r"(?:localhost|\d+(?:\.\d+){3}|(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+)(?:[:+]\d+)?", re.IGNORECASE
)
TIME = re.compile(r"(\d{14})(?:[a-z]{2}_)?")
SCHEMES = ("http:", "https:", "http", "https")
ASKS = re.compile("[?@]")
QUERY = re.compile(r"\?|@(?=[^@]*=)")
INDEX = re.compile(r"(?:^|(?<=/))index\.html$")
HREF = re.compile(rb"""(\bhref\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
OWN_WORDS = re.compile(r"[a-z][a-z0-9+.-]*:|[/?#]|$", re.IGNORECASE)
ORIGINAL = ".orig"
UNQUOTED = "/%:@!$&'()*+,;=~[]"
CUT = (*range(236, 242), 255)
"""Bytes of a name that was cut: wget does so at 236, and adds ".1" or ".html"; file systems at
255."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a file's path says: the host, the rest of the address, and perhaps the time of
    capture."""

    host: str
    path: str
    moment: str | None


class Mirror:
    """Maps the files of a mirror to their addresses.

    `names` are their paths below the mirror's folder, whose own name `folder` may be the host's.
    `noted` is filled with the addresses that files note themselves.
    """

    def __init__(self, folder: str, names: Iterable[str]) -> None:
        known = set(names)
        self._folder = folder
        self._names = known
        self.noted: dict[str, str] = {}
        self._adjusted = any(map(_is_adjusted, known))
        self.caseless = all(map(str.islower, known)) or all(map(str.isupper, known))

    def is_replaced(self, name: str) -> bool:
        """Whether wget converted the links of a file and left the original beside it."""
        return name + ORIGINAL in self._names

    def moment(self, name: str) -> str | None:
        """The time of a capture in a file's path."""
        return self._place(name).moment

    def url(self, name: str) -> str:
        """The address that a file's name stands for."""
        if name in self.noted:
            return self.noted[name]
        place = self._place(name)
        path = place.path
        if self._adjusted and not INDEX.search(path):
            path = path.removesuffix(".html")
        if _asks(path):  # wayback-machine-downloader makes it a folder
            path = path.removesuffix("/index.html")
        path, *query = QUERY.split(path, maxsplit=1)
        asked = "".join(f"?{_quoted(part)}" for part in query)
        return f"http://{place.host.replace('+', ':')}/{_quoted(INDEX.sub('', path))}{asked}"

    def restored(self, name: str, page: bytes) -> bytes:
        """A page whose links lead to the addresses they led to before they were converted."""
        where = posixpath.dirname(name)

        def restore(link: re.Match[bytes]) -> bytes:
            href = link[2] if link[2] is not None else link[3]
            target = self._target(where, href)
            return link[0] if target is None else link[1] + b'"' + target + b'"'

        return HREF.sub(restore, page)

    def _place(self, name: str) -> Place:
        parts = name.removesuffix(ORIGINAL).split("/")
        hosts = [at for at, part in enumerate(parts[:-1]) if HOST.fullmatch(part)]
        if not hosts:
            host = self._folder if HOST.fullmatch(self._folder) else "localhost"
            return Place(host, "/".join(parts), None)
        at = hosts[-1]
        after = parts[at + 1 :]
        before = [part for part in parts[:at] if part not in SCHEMES][-1:]
        if moment := _time(before):
            return Place(parts[at], "/".join(after), moment)
        moment = _time(after[:1] if after[1:] else [])
        return Place(parts[at], "/".join(after[1:] if moment else after), moment)

    def _target(self, where: str, href: bytes) -> bytes | None:
        """The address of the file that a link on a page in the folder `where` leads to, if any."""
        said = html.unescape(href.decode("utf-8", "surrogateescape"))
        if OWN_WORDS.match(said):
            return None
        file = posixpath.normpath(posixpath.join(where, unquote(said.partition("#")[0])))
        # HTTrack adds the query to the name of a file without one.
        found = next((one for one in (file, file.partition("?")[0]) if one in self._names), None)
        return None if found is None else html.escape(self.url(found)).encode()


def is_cut(name: str) -> bool:
    """Whether a file's name was cut, so that the address in it is not whole."""
    last = name.rpartition("/")[2].removesuffix(ORIGINAL)
    return _asks(last) and len(last.encode("utf-8", "surrogateescape")) in CUT


def _asks(path: str) -> bool:
    return QUERY.search(path) is not None or asks_in_code(path)


def _time(parts: list[str]) -> str | None:
    found = TIME.fullmatch(parts[0]) if parts else None
    return first_second(found[1]) if found else None


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe=UNQUOTED)


def _is_adjusted(name: str) -> bool:
    """Whether a file's name is an address with a query, and an ending that wget gave it."""
    last = name.rpartition("/")[2]
    asks = ASKS.search(last)
    return asks is not None and "=" in last[asks.end() :] and last.endswith(".html")
