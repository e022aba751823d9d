"""A proposed profile as a TOML file that a person reads and corrects, and the change that a repair
makes to one: values in TOML, with all other lines left alone."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harvester.learning.addresses import Documents, Pages
from harvester.learning.selectors import Selectors
from harvester.sites.profile import profile_in
from harvester.sites.site import Site

Value = str | bool | int | list[str] | dict[str, str]

KEYS = (
    *("lines", "begins", "entry", "title", "link", "date", "date_within", "date_above", "summary"),
    *("other", "named_only", "ignore", "next"),
)
"""The keys of `[listing]` that a repair may change, in the order of a profile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a learned profile says."""

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


def quoted(value: Value) -> str:
    """A value in TOML; JSON writes all but tables alike, but for one character."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{quoted(key)} = {quoted(one)}' for key, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def lines(said: Mapping[str, Value]) -> list[str]:
    """The lines of keys with their values."""
    return [f"{key} = {quoted(value)}" for key, value in said.items()]


def said_in(profile: str) -> dict[str, Value]:
    """What `[listing]` says under those keys."""
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
    """Where a key that is new belongs: behind the last one that comes before it."""
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
    """The line after the last one of a value, which may have several."""
    for stop in range(start + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start:stop]))
        except tomllib.TOMLDecodeError:
            continue
        return stop
    return start + 1
