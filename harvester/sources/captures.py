"""Captures: saved pages, whatever their source, and the choice among several of one address."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from harvester.outcomes import BadUsage, Incomplete, Reason, Unreadable
from harvester.pages.address import unquoted

Skip = Callable[[str], None]
"""Hears what can't be read in a source: a sentence without its full stop."""
MOST = 500_000
"""Pages that a source may hold at most, as the list of them is in memory."""
AHEAD = timedelta(hours=14)
"""How far a file's local time may be ahead: no time zone is further ahead of UTC."""
OK = 200
ENDS = re.compile("[?/]")
TRACKING = re.compile(r"(?:utm(?:_\w+)?|[fg]clid|msclkid|mc_[ce]id|_g[al]|igshid)=", re.IGNORECASE)
"""Parameters with which others follow where readers come from: the page is the same."""
REDIRECTS = frozenset((301, 302, 303, 307, 308))
PASSED_OVER = "passed_over"
"""The key in a request's meta of the number of later captures that could not be used."""
Address = tuple[str, tuple[str, ...]]


class NoEarlier(Exception):
    """Raised if an address has no earlier capture of a page than those that can't be used.

    `problem` is why the last one can't be read, if it can't.
    """

    def __init__(self, problem: Unreadable | None = None) -> None:
        super().__init__("there is no earlier capture")
        self.problem = problem


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
    It may name the address of that page in `original`. `converted` says that a program made the
    page of another. `caseless` says that the address lost its upper or lower case; `memento` is the
    address that the Wayback Machine has for a capture of its own.
    """

    url: str
    moment: str | None
    status: int
    file: str
    read: Callable[[int], Payload]
    offset: int | None = None
    digest: str = ""
    revisits: str | None = None
    original: str = ""
    converted: bool = False
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
        self._digests: dict[str, Capture] = {}
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
        known = _on_one_host(self._all_of(url), url, source)
        resolved = [full for one in known if (full := self._resolved(one))]
        usable = [one for one in resolved if self._in_time(one)]
        usable.sort(key=lambda one: (one.status == OK, not one.converted, one.moment or ""))
        usable.reverse()
        if found := [one for one in usable if one.status == OK or one.status in REDIRECTS]:
            return found
        sentence = self._why_not(url, source, usable, resolved, known)
        raise Incomplete(sentence, Reason.NOT_SAVED, url)

    def _add(self, capture: Capture) -> None:
        try:
            page = address(capture.url)
        except ValueError:
            return
        self._pages[page].append(capture)
        if capture.caseless:
            self._caseless[caseless(page)].append(capture)
        if capture.digest and capture.revisits is None:
            self._digests.setdefault(capture.digest, capture)

    def _all_of(self, url: str) -> list[Capture]:
        page = address(url)
        return self._pages.get(page) or self._caseless.get(caseless(page)) or []

    def _in_time(self, capture: Capture) -> bool:
        """Whether a capture is early enough; one without a moment may be too late."""
        return self._until is None or (capture.moment or "9") <= self._until

    def _resolved(self, capture: Capture) -> Capture | None:
        """The capture; one that says only that nothing has changed gets the page from before.

        That may be of another address, and in another file. None if it is not there.
        """
        if capture.revisits is None:
            return capture
        for url in filter(None, (capture.original, capture.url)):
            for original in self._originals(url):
                if capture.revisits == original.moment or capture.digest == original.digest != "":
                    return _as_of(original, capture)
        same = self._digests.get(capture.digest)
        return same and _as_of(same, capture)

    def _originals(self, url: str) -> list[Capture]:
        try:
            return [one for one in self._all_of(url) if one.revisits is None]
        except ValueError:
            return []

    def _why_not(
        self,
        url: str,
        source: str,
        usable: list[Capture],
        resolved: list[Capture],
        known: list[Capture],
    ) -> str:
        if usable:
            return f"{url} is in {source} only as the site answered {usable[0].status}."
        if resolved:
            return (
                f"{url} is in {source}, but not as captured by then: set HARVEST_CAPTURED_BEFORE to"
                " a later time, or not at all."
            )
        if known:
            return (
                f"{url} can't be read: {source} only says that it had not changed; add the file"
                f" with the original{_when(known[0].revisits)}."
            )
        return f"{url} is not in {source}{self._others()}."

    def _others(self) -> str:
        """Which pages the source has instead; it names the first of them."""
        first = next(iter(self._pages.values()), None)
        if first is None:
            return ""
        count = "one other page" if len(self._pages) == 1 else f"{len(self._pages):,} other pages"
        return f", which has {count}, such as {first[0].url:.200}"


def _as_of(original: Capture, capture: Capture) -> Capture:
    return replace(original, url=capture.url, moment=capture.moment)


def _when(moment: str | None) -> str:
    return f", captured at {moment}" if moment else ""


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


def address(url: str) -> Address:
    """The path and the query of an address, in one spelling for all that mean the same page.

    The host, the order of the parameters, blank ones, the number of a first page and where readers
    come from mean nothing.
    Raises ValueError if it is no address at all.
    """
    # Programs that make addresses of files' names may write "?" as "%3f".
    parts = urlsplit(url if "?" in url or not asks_in_code(url) else unquote(url))
    asked = (unquoted(part) for part in parts.query.split("&") if part.partition("=")[2])
    pairs = sorted(pair for pair in asked if pair != "page=0" and not TRACKING.match(pair))
    return unquoted(parts.path).rstrip("/"), tuple(pairs)


def asks_in_code(url: str) -> bool:
    """Whether the "?" of an address is written as "%3f": an "=" follows in its last part."""
    return any(map(_is_coded_query, ENDS.split(url.lower())))


def _is_coded_query(part: str) -> bool:
    asked = part.partition("%3f")[2]
    return "=" in asked or "%3d" in asked


def caseless(page: Address) -> Address:
    """An address in one spelling for upper and lower case."""
    path, pairs = page
    return path.casefold(), tuple(sorted(pair.casefold() for pair in pairs))


def host(url: str) -> str:
    """The host of an address, without its port."""
    return urlsplit(url).hostname or ""
