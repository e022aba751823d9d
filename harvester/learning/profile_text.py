"""The text of a profile: values as TOML has them, and changes that leave all other lines alone."""

import json
import tomllib
from collections.abc import Mapping, Sequence

Value = str | bool | int | list[str]

KEYS = ("entry", "title", "link", "date", "date_within", "summary", "named_only", "ignore", "next")
"""The keys of `[listing]` that a repair may change, in the order of a profile."""


def quoted(value: Value) -> str:
    """A value in TOML; JSON writes all of these alike, but for one character."""
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
