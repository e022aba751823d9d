"""The forms of a site's addresses, of documents and of a listing's pages, inferred from examples.

Everything that goes into a profile from here is checked character by character, as it comes from a
page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from harvester.sites.identity import ANYWHERE, REST, SEGMENT

PLAIN = re.compile(r"[\w.~%,;:@!$&'()*+=-]+", re.ASCII)
"""A part of a path or of a query that stands for itself in a profile."""
NUMBERED = re.compile(r"(?P<lead>[/A-Za-z_.~-]*)(?P<number>\d{1,6})(?P<after>[\w./-]*)", re.ASCII)
"""What the address of a further page has in addition to the first one's: "/page/2"."""
DIGITS = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Documents:
    """The addresses of a site's documents: `home`, and the form of what follows, as in a profile.

    `begins` is the beginning that their paths share.
    """

    home: str
    address: str
    begins: str


@dataclass(frozen=True, slots=True)
class Pages:
    """A form of the addresses of a listing's pages, as a profile has it."""

    path: str
    parameter: str | None = None
    first: int = 0
    step: int = 1


def documents(urls: Sequence[str], listing: str) -> Documents | None:
    """The form of the addresses of a listing's entries; None if they are on several hosts.

    Parameters that the listing's own address has, too, such as the search terms, are left out.
    """
    parts = [urlsplit(url) for url in urls]
    hosts = {one.netloc.lower() for one in parts}
    if len(hosts) != 1:
        return None
    first = parts[0]
    own = urlsplit(listing)
    scheme = own.scheme if own.netloc.lower() in hosts else first.scheme
    home = f"{scheme}://{first.netloc.lower()}"
    if asked := _asked(parts, own):
        return Documents(home, asked, first.path)
    before = _directory([one.path for one in parts])
    rests = [one.path[len(before) :] for one in parts]
    if any(one.query for one in parts) or any("/" in rest.rstrip("/") for rest in rests):
        return Documents(home, f"{before}{REST}", before)
    ends = "/" if all(rest.endswith("/") for rest in rests) else ""
    if not all(rest.rstrip("/") and rest.endswith("/") == bool(ends) for rest in rests):
        return Documents(home, f"{before}{REST}", before)
    return Documents(home, f"{before}{SEGMENT}{ends}", before)


def anywhere(listing: str) -> Documents:
    """The form of addresses on several hosts, or on another host than the listing's. Each document
    is known by its whole address, and only the listing's own site is asked for anything."""
    parts = urlsplit(listing)
    return Documents(f"{parts.scheme}://{parts.netloc.lower()}", ANYWHERE, "/")


def _asked(parts: Sequence[SplitResult], listing: SplitResult) -> str | None:
    """The form of addresses that differ in one parameter alone."""
    first = parts[0]
    if len({one.path for one in parts}) > 1 or not _is_plain(first.path):
        return None
    asked = [_parameters(one.query) for one in parts]
    names = [name for name, _ in asked[0]]
    if any([name for name, _ in one] != names for one in asked) or len(set(names)) != len(names):
        return None
    varied = [name for name in names if len({dict(one)[name] for one in asked}) > 1]
    if len(varied) != 1 or not PLAIN.fullmatch(varied[0]):
        return None
    known = set(_parameters(listing.query))
    kept = [pair for pair in asked[0] if pair[0] not in varied and pair not in known]
    if not all(PLAIN.fullmatch(part) for pair in kept for part in pair if part):
        return None
    fixed = "".join(f"{name}={value}&" for name, value in kept)
    return f"{first.path}?{fixed}{varied[0]}={SEGMENT}"


def _directory(paths: Sequence[str]) -> str:
    """The folder that all paths share; a number, such as a year, is not taken for a folder's
    name."""
    split = [path.split("/")[1:-1] for path in paths]
    common: list[str] = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1 or not PLAIN.fullmatch(parts[0]) or parts[0].isdecimal():
            break
        common.append(parts[0])
    return "/" + "".join(f"{part}/" for part in common)


def pages(url: str, following: str | None, entries: int) -> list[Pages]:
    """The forms of a listing's addresses, inferred from those of a page and the next one.

    Empty if the address can't stand in a profile, or the next page is on another host.
    """
    here = urlsplit(url)
    path = here.path.rstrip("/") or "/"
    if not _is_plain(path):
        return []
    if following is None:
        return [Pages(path)]
    there = urlsplit(following)
    if there.netloc.lower() != here.netloc.lower():
        return []
    if there.path.rstrip("/") == here.path.rstrip("/"):
        return [_by_parameter(Pages(path), here, there, entries)]
    if found := _by_path(path, there.path):
        return found
    return [Pages(path), _numbered(there.path)] if _is_plain(there.path) else []


def _numbered(path: str) -> Pages:
    """The form of a path of which the last number may be the page's."""
    *_, last = (None, *DIGITS.finditer(path))
    if last is None:
        return Pages(path.rstrip("/"))
    first = max(0, int(last.group()) - 1)
    return Pages(f"{path[: last.start()]}{{page}}{path[last.end() :].rstrip('/')}", None, first)


def _by_parameter(plain: Pages, here: SplitResult, there: SplitResult, entries: int) -> Pages:
    before, after = dict(_parameters(here.query)), dict(_parameters(there.query))
    changed = [
        name
        for name, value in after.items()
        if DIGITS.fullmatch(value)
        and before.get(name) != value
        and (name not in before or DIGITS.fullmatch(before[name]))
    ]
    if len(changed) > 1:
        changed = [name for name in changed if name in before] or changed
    if len(changed) != 1 or not PLAIN.fullmatch(changed[0]):
        return plain
    first, step = _counted(before.get(changed[0]), int(after[changed[0]]), entries)
    return replace(plain, parameter=changed[0], first=first, step=step)


def _counted(before: str | None, after: int, entries: int) -> tuple[int, int]:
    """The first page's number and the step, as a page's number (None if it has none) and the
    next one's tell them."""
    if before is not None:
        step = max(1, after - int(before))
        return int(before) % step if step > 1 else min(int(before), 1), step
    if after in (1, 2):
        return after - 1, 1
    return (1, after - 1) if after == entries + 1 else (0, after)


def _by_path(path: str, following: str) -> list[Pages]:
    """By a number in the next page's path, which replaces this page's or is added to it."""
    found = NUMBERED.fullmatch(following[len(path) :]) if following.startswith(path) else None
    if found and (found["lead"].startswith("/") or path == "/"):
        first, step = _counted(None, int(found["number"]), 0)
        optional = f"[{found['lead']}{{page}}{found['after'].rstrip('/')}]"
        return [Pages(f"{path}{optional}", None, first, step)]
    for mine in DIGITS.finditer(path):
        before, after = path[: mine.start()], path[mine.end() :]
        other = following.rstrip("/")
        number = other[len(before) : len(other) - len(after)]
        fits = other.startswith(before) and other.endswith(after) and DIGITS.fullmatch(number)
        if fits:
            first, step = _counted(mine.group(), int(number), 0)
            return [Pages(f"{before}{{page}}{after}", None, first, step)]
    return []


def _parameters(query: str) -> list[tuple[str, str]]:
    """The parameters of a query as they are written, blank ones apart."""
    pairs = (part.partition("=") for part in query.split("&"))
    return [(name, value) for name, _, value in pairs if name and value]


def _is_plain(path: str) -> bool:
    return path.startswith("/") and all(PLAIN.fullmatch(one) for one in path.split("/") if one)
