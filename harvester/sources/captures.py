"""Captures: pages as every source gives them, and the choice among several of one address."""

import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from weakref import finalize

from harvester.outcomes import BadUsage, Incomplete, Reason
from harvester.pages.address import unquoted

Skip = Callable[[str], None]
"""Hears what can't be read in a source: a sentence without its full stop."""
MOST = 500_000
"""Pages that a source may hold at most, as the list of them is in memory."""
OK = 200
REDIRECTS = frozenset((301, 302, 303, 307, 308))
Address = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Payload:
    """The headers and the body of a page.

    `digest` is of the bytes as they were saved, which may be compressed; `body` never is.
    """

    headers: list[tuple[str, str]]
    body: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was saved once.

    `moment` is in UTC, None if it is not known; `file` is a path below the source's folder, and
    `offset` the record's place if the file is a WARC. `read` returns a page of at most so many
    bytes; it raises TooLarge or Damaged. A capture that says only that the page has not changed
    has the moment of that page in `revisits`, and the digest of its content, if known, in `digest`.
    `caseless` says that the address lost its upper or lower case; `memento` is the address that the
    Wayback Machine has for a capture of its own.
    """

    url: str
    moment: str | None
    status: int
    file: str
    read: Callable[[int], Payload]
    offset: int | None = None
    digest: str = ""
    revisits: str | None = None
    caseless: bool = False
    memento: str | None = None


class Captures:
    """The captures of a source, up to the moment `until` if there is one.

    Raises BadUsage if there are too many.
    """

    def __init__(self, captures: Iterable[Capture], until: str | None) -> None:
        self._until = until
        self._pages: dict[Address, list[Capture]] = defaultdict(list)
        self._caseless: dict[Address, list[Capture]] = defaultdict(list)
        for count, capture in enumerate(captures):
            if count >= MOST:
                raise BadUsage(f"There are more than {MOST:,} pages in the source: divide it.")
            self._add(capture)

    def of(self, url: str, source: str) -> list[Capture]:
        """The captures to read for an address, the best one first.

        The latest one that holds the page comes first, then the earlier ones, then redirects. Other
        hosts count only if the address was never captured on its own. Raises Incomplete, with a
        sentence that names the source, if there is none.
        """
        known = self._all_of(url)
        usable = [one for one in _resolved(_on_one_host(known, url, source)) if self._in_time(one)]
        usable.sort(key=lambda capture: (capture.status == OK, capture.moment or ""))
        usable.reverse()
        if found := [one for one in usable if one.status == OK or one.status in REDIRECTS]:
            return found
        raise Incomplete(_why_not(url, source, usable, known), Reason.NOT_SAVED, url)

    def _add(self, capture: Capture) -> None:
        try:
            page = address(capture.url)
        except ValueError:
            return
        self._pages[page].append(capture)
        if capture.caseless:
            self._caseless[caseless(page)].append(capture)

    def _all_of(self, url: str) -> list[Capture]:
        page = address(url)
        return self._pages.get(page) or self._caseless.get(caseless(page)) or []

    def _in_time(self, capture: Capture) -> bool:
        """Whether a capture is early enough; one without a moment may be too late."""
        return self._until is None or (capture.moment or "9") <= self._until


def _on_one_host(captures: list[Capture], url: str, source: str) -> list[Capture]:
    """The captures on the address's own host, or else those on the only other one.

    Raises Incomplete if there are several others: which of them is meant can't be known.
    """
    own = [capture for capture in captures if host(capture.url) == host(url)]
    hosts = sorted({host(capture.url) for capture in captures})
    if own or len(hosts) < 2:
        return own or captures
    raise Incomplete(
        f"{url} is in {source} only from other hosts ({', '.join(hosts)}), and it can't be known"
        " which of them is meant: give the address as it is there.",
        Reason.NOT_SAVED,
        url,
    )


def _resolved(captures: list[Capture]) -> list[Capture]:
    """The captures; one that says only that nothing has changed gets the page from before."""
    originals = [capture for capture in captures if capture.revisits is None]
    return [full for capture in captures if (full := _with_page(capture, originals))]


def _with_page(capture: Capture, originals: list[Capture]) -> Capture | None:
    if capture.revisits is None:
        return capture
    for original in originals:
        if capture.revisits == original.moment or capture.digest == original.digest != "":
            return replace(original, moment=capture.moment)
    return None


def _why_not(url: str, source: str, usable: list[Capture], known: list[Capture]) -> str:
    if usable:
        return f"{url} is in {source} only as the site answered {usable[0].status}."
    if known:
        return (
            f"{url} is in {source}, but not as captured by then: set HARVEST_CAPTURED_BEFORE to a"
            " later time, or not at all."
        )
    return f"{url} is not in {source}."


def address(url: str) -> Address:
    """The path and the query of an address, in one spelling for all that mean the same page.

    The host, the order of the parameters, blank ones and the number of a first page mean nothing.
    Raises ValueError if it is no address at all.
    """
    parts = urlsplit(url)
    asked = (unquoted(part) for part in parts.query.split("&") if part.partition("=")[2])
    pairs = sorted(pair for pair in asked if pair != "page=0")
    return unquoted(parts.path).rstrip("/"), tuple(pairs)


def caseless(page: Address) -> Address:
    """An address in one spelling for upper and lower case."""
    path, pairs = page
    return path.casefold(), tuple(sorted(pair.casefold() for pair in pairs))


def host(url: str) -> str:
    """The host of an address, without its port."""
    return urlsplit(url).hostname or ""


class Spool:
    """Compressed pages, in a file without a name that is gone with the spool or the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        finalize(self, self._file.close)

    def put(self, page: bytes) -> int:
        """Keeps a page, and returns its place."""
        packed = zlib.compress(page, 1)
        place = self._file.seek(0, 2)
        self._file.write(len(packed).to_bytes(8) + packed)
        return place

    def get(self, place: int, most: int) -> bytes:
        """The first bytes of the page at a place."""
        self._file.seek(place)
        size = int.from_bytes(self._file.read(8))
        return zlib.decompressobj().decompress(self._file.read(size), most)
