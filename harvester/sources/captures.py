"""Captures: pages that were saved, as every source gives them, and which a harvest takes."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from harvester.outcomes import BadUsage, Incomplete, Reason
from harvester.pages.address import REPEATEDLY

Skip = Callable[[str], None]
"""Told, in a sentence without its full stop, of what a source holds and can't be read."""
MOST = 500_000
"""How many pages a source may hold: what is known of each is kept in memory."""
OK = 200
REDIRECTS = frozenset((301, 302, 303, 307, 308))
Address = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Payload:
    """The headers and the body of a page; `digest` is that of the bytes that were saved of it.

    These are not the body's own if they are compressed.
    """

    headers: list[tuple[str, str]]
    body: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was saved once.

    `moment` is when, in UTC, None if that is not known; `file` says where, from the source's folder
    on, and `offset` at which byte if the file is a WARC. `read` gets the page, of at most so many
    bytes; it raises TooLarge or Damaged. A capture that says only that nothing had changed has in
    `revisits` when the page itself was captured, and in `digest` that of its content, if known.
    `caseless` is one whose address was noted without regard to upper and lower case; `memento` is
    the Wayback Machine's own address of one that came from there.
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
    """The captures of a source, none of them after the moment `until` if there is one.

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
        """The captures to read for an address, the best of them first.

        That is the latest one that holds the page, then the earlier ones, then redirects. If the
        address was captured on its own host, those on others do not count. Raises Incomplete, with
        a sentence that names the source, if there is none.
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
        """A capture whose moment is not known may have been too late."""
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
    """The captures, those that only say that nothing had changed with the page from before."""
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
    """A page's path and query, however they are encoded and whatever host it was saved from.

    The order of the parameters, blank ones and the number of a first page mean nothing. Raises
    ValueError if it is no address at all.
    """
    parts = urlsplit(url)
    asked = (_decoded(part) for part in parts.query.split("&") if part.partition("=")[2])
    pairs = sorted(pair for pair in asked if pair != "page=0")
    return _decoded(parts.path).rstrip("/"), tuple(pairs)


def caseless(page: Address) -> Address:
    """The same for all spellings in upper and lower case."""
    path, pairs = page
    return path.casefold(), tuple(sorted(pair.casefold() for pair in pairs))


def host(url: str) -> str:
    """The host of an address, without its port."""
    return urlsplit(url).hostname or ""


def _decoded(text: str) -> str:
    text = text.replace("+", " ")
    for _ in range(REPEATEDLY):
        text = unquote(text)
    return text
