"""A drafted profile: a TOML file for a person to read and correct, tried on its page.

A repair changes values in such a file, and leaves all other lines alone.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harvester.items import Listing
from harvester.learning.addresses import Documents, Pages
from harvester.learning.selectors import Selectors
from harvester.outcomes import BadUsage, Unreadable
from harvester.pages import read_listing
from harvester.pages.elements import fold
from harvester.sites.profile import profile_in
from harvester.sites.site import Site
from harvester.visit import SavedPage

Value = str | bool | int | list[str] | dict[str, str]

KEYS = (
    *("lines", "begins", "entry", "title", "link", "date", "date_within", "date_above", "summary"),
    *("other", "named_only", "ignore", "next"),
)
"""The keys of `[listing]` that a repair may change, in the order of a profile."""


KEY = "learned"
"""The key of a site while its draft is tried."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a reading, with its absolute address."""

    title: str
    url: str | None
    date_text: str | None
    summary: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a learned profile says."""

    name: str
    documents: Documents
    pages: tuple[Pages, ...]
    states_range: bool
    selectors: Selectors
    hosts: tuple[str, ...] = ()
    links: str = ""

    def as_toml(self) -> str:
        """The file's text, without keys that have their defaults."""
        head: dict[str, Value] = {"name": self.name, "home": self.documents.home}
        if self.hosts:
            head["hosts"] = list(self.hosts)
        listing: dict[str, Value] = {"links": self.links} if self.links else {}
        listing.update(self.selectors.said())
        said = [
            *lines(head),
            "",
            "[documents]",
            *lines({"address": self.documents.address}),
            "",
            "[listing]",
            f"addresses = [{', '.join(map(self._form, self.pages))}]",
            *lines(listing),
        ]
        return "".join(f"{line}\n" for line in said)

    def _form(self, form: Pages) -> str:
        said: dict[str, Value] = {"path": form.path}
        if form.parameter:
            said["parameter"] = form.parameter
        if form.first:
            said["first"] = form.first
        if form.step != 1:
            said["step"] = form.step
        if not self.states_range:
            said["states_range"] = False
        return f"{{ {', '.join(lines(said))} }}"

    def site(self, key: str) -> Site:
        """The site that the profile describes. Raises BadUsage if it can't be one."""
        return profile_in(key, self.as_toml())


def why_not(
    draft: Draft, page: SavedPage, entries: Sequence[Entry], following: str | None
) -> str | None:
    """How the strict reading with a profile differs from known entries; None if it doesn't."""
    try:
        site = draft.site(KEY)
        listing = read_listing(page.html, page.url, site)
    except (BadUsage, Unreadable) as problem:
        return str(problem)
    is_last = listing.total is not None and listing.last == listing.total
    if listing.next_url != following and not is_last:
        return f"the next page would be {listing.next_url or 'none'}, not {following or 'none'}"
    return differs(listing, entries, site.identity.document)


def differs(
    listing: Listing, entries: Sequence[Entry], document_of: Callable[[str], str | None]
) -> str | None:
    """The first difference between a strict reading and known entries; None if there is none."""
    if len(listing.entries) != len(entries):
        return f"{len(listing.entries)} entries would be read, not {len(entries)}"
    for mine, other in zip(listing.entries, entries, strict=True):
        if mine.title != other.title:
            return f'a title would be "{mine.title}", not "{other.title}"'
        if mine.document != document_of(other.url or ""):
            return f"an entry would be {mine.link}, not {other.url}"
        if (mine.date_text or None) != other.date_text:
            return f'a date would be "{mine.date_text}", not "{other.date_text}"'
        if mine.summary and not (other.summary and other.summary in fold(mine.summary)):
            return f'a summary would be "{mine.summary}"'
    return None


def quoted(value: Value) -> str:
    """A value in TOML. JSON writes everything but tables alike, except one character."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{quoted(key)} = {quoted(one)}' for key, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def lines(said: Mapping[str, Value]) -> list[str]:
    """The lines of keys with their values."""
    return [f"{key} = {quoted(value)}" for key, value in said.items()]


def said_in(profile: str) -> dict[str, Value]:
    """The values of these keys in `[listing]`."""
    listing = tomllib.loads(profile).get("listing", {})
    return {key: listing[key] for key in KEYS if key in listing}


def changed(profile: str, old: Mapping[str, Value], new: Mapping[str, Value]) -> str:
    """The text of a profile with other values in its table [listing]."""
    lines = profile.splitlines()
    places = _places(lines)
    end = max((stop for _, stop in places.values()), default=len(lines))
    for key in reversed(KEYS):
        line = [f"{key} = {quoted(new[key])}"] if key in new else []
        if new.get(key) == old.get(key):
            continue
        if key in places:
            start, stop = places[key]
            lines[start:stop] = line
            end += len(line) - (stop - start) if start < end else 0
        else:
            at = _before(key, places, end)
            lines[at:at] = line
        places = _places(lines)
    return "".join(f"{line}\n" for line in lines)


def without_total(profile: str) -> str:
    """The text of a learned profile, with "21 results" being no total of its listing."""
    return profile.replace("states_range = false }", "states_range = false, states_total = false }")


def _before(key: str, places: Mapping[str, tuple[int, int]], end: int) -> int:
    """The place of a new key: after the last key that precedes it in the order."""
    before = [*KEYS[: KEYS.index(key)]]
    known = [places[one][1] for one in ("addresses", "links", *before) if one in places]
    return max(known, default=end)


def _places(lines: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The first line of each key of [listing], and the one after its last."""
    found: dict[str, tuple[int, int]] = {}
    inside, number = False, 0
    while number < len(lines):
        line = lines[number].strip()
        stop = number + 1
        if line.startswith("[") and "=" not in line.partition("#")[0]:
            inside = line.partition("#")[0].strip() == "[listing]"
        elif inside and "=" in line and not line.startswith("#"):
            stop = _stop(lines, number)
            found[line.partition("=")[0].strip()] = number, stop
        number = stop
    return found


def _stop(lines: Sequence[str], start: int) -> int:
    """The line after a value, which may span several."""
    for stop in range(start + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start:stop]))
        except tomllib.TOMLDecodeError:
            continue
        return stop
    return start + 1
