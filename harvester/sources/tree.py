"""The pages among files: saved one by one, or mirrored by `wget --mirror`.

A mirror's files are named for their addresses, as GNU Wget 1.21 writes them, seen by running it:
HOST[:PORT]/path?query. For Windows "@" stands for "?" and "+" for ":"; --adjust-extension adds
".html".
"""

import html
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import quote, unquote

from harvester.scans.pdf_files import begins_pdf
from harvester.sources.captures import Capture, Payload
from harvester.sources.files import HEAD, File, Files, Note, is_page, noted
from harvester.warc.codings import TooLarge
from harvester.warc.headers import digest

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


class Mirror:
    """The addresses of a mirror's files, given by their paths from its folder on.

    `folder` is that folder's own name, which may be the host's.
    """

    def __init__(self, folder: str, names: Iterable[str]) -> None:
        known = set(names)
        self._folder = folder
        self._adjusted = any(map(_is_adjusted, known))
        self._names = known
        self.caseless = all(map(str.islower, known)) or all(map(str.isupper, known))

    def is_replaced(self, name: str) -> bool:
        """Whether a file is one whose links wget converted, with its original beside it."""
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


def captures(files: Files, folder: str) -> Iterator[Capture]:
    """The pages among the files of a folder of this name."""
    mirror = Mirror(folder, files)
    for name, file in files.items():
        head = file.read(HEAD)
        if mirror.is_replaced(name) or not is_page(name, head):
            continue
        if note := noted(files, name, head):
            yield _noted(name, file, note)
        else:
            yield _mirrored(name, file, mirror)


def _noted(name: str, file: File, note: Note) -> Capture:
    return Capture(
        url=note.url,
        moment=file.moment if note.moment is None else note.moment,
        status=note.status,
        file=shown(name),
        read=partial(_saved, file, note),
    )


def _mirrored(name: str, file: File, mirror: Mirror) -> Capture:
    return Capture(
        url=mirror.url(name),
        moment=file.moment,
        status=200,
        file=shown(name),
        read=partial(_restored, name, file, mirror),
        caseless=mirror.caseless,
    )


def shown(name: str) -> str:
    """A file's name as it can be written anywhere, even if the disk's is no Unicode."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _saved(file: File, note: Note, limit: int) -> Payload:
    page = _within(file, limit)
    return Payload(note.headers, page, digest(page))


def _restored(name: str, file: File, mirror: Mirror, limit: int) -> Payload:
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
