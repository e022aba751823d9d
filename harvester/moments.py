"""Times as archives and their tools write them, in the form that `clock` gives.

A time that is not known or not understood is never "now". What was captured then gets a stand-in
that is before every time that is known (`stand_in`): it fills gaps, and overwrites nothing.
"""

import re
import zlib
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from harvester.clock import in_utc

LONGEST = 100
"""Characters of the longest text that is looked at: a JavaScript date with its zone's name."""
ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)"
ISO = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<month>\d\d)(?:-?(?P<day>\d\d)(?:[T ]?(?P<hour>\d\d)"
    r"(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    rf" ?{ZONE}?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
"""ISO 8601 and RFC 3339, in part or in full, with or without punctuation, as WARC-Date, CDX and
Python's `isoformat` have it."""
JAVASCRIPT = re.compile(
    r"\w{3} (?P<month>\w{3}) (?P<day>\d\d) (?P<year>\d{4})"
    r" (?P<clock>\d\d:\d\d:\d\d) GMT(?P<zone>[+-]\d{4})(?: \(.*\))?",
    re.ASCII | re.DOTALL,
)
"""What `String(new Date())` gives in every browser (ECMA-262, 21.4.4.41), and SingleFile writes."""
BEFORE_THE_WEB = "1990-01-01T00:00:00Z"
"""A page that says that it was saved earlier was given no time at all."""
UNKNOWN = "0001-01-01T"
"""How every stand-in begins."""
DAY = 24 * 60 * 60


def first_second(said: str) -> str | None:
    """The beginning of a time such as "20261124050607", "2026-11-24T05:06:07.8+02:00", "2026-11",
    "Tue, 24 Nov 2026 05:06:07 GMT" or "Tue Nov 24 2026 05:06:07 GMT+0100 (CET)".

    One without a time zone is taken for UTC. None if it is no time.
    """
    said = said.strip()
    if len(said) > LONGEST:
        return None
    found = ISO.fullmatch(said)
    return _first(found) if found else _in_words(said)


def last_second(said: str) -> str | None:
    """The end of such a time: of "2026-11" the last second of that November. None if it is none."""
    said = said.strip()
    found = ISO.fullmatch(said) if len(said) <= LONGEST else None
    if found is None:
        return first_second(said)
    if not 1 <= int(found["month"] or 12) <= 12 or not int(found["year"]):
        return None
    year, month = int(found["year"]), int(found["month"] or 12)
    day = int(found["day"] or monthrange(year, month)[1])
    hour = int(found["hour"] or 23)
    parts = (year, month, day, hour, int(found["minute"] or 59), int(found["second"] or 59))
    return _moment(parts, found["zone"])


def since_1970(seconds: float) -> str | None:
    """The moment so many seconds after 1970 began. None beyond the calendar."""
    return _in_utc(lambda: datetime.fromtimestamp(seconds, UTC))


def usable(moment: str | None, latest: str) -> str | None:
    """A moment at which a page can have been captured; None for any other.

    `latest` is the last moment that can be true.
    """
    return moment if moment and BEFORE_THE_WEB <= moment <= latest else None


def stand_in(capture: str) -> str:
    """What stands for the moment of a capture whose time is not known, before all that is known.

    `capture` tells it from others: which of two such captures counts depends on what they are, not
    on which was read first.
    """
    second = timedelta(seconds=zlib.crc32(capture.encode("utf-8", "surrogateescape")) % DAY)
    return in_utc(datetime.min.replace(tzinfo=UTC) + second)


def is_known(moment: str) -> bool:
    """Whether a moment is none that only stands in for one."""
    return not moment.startswith(UNKNOWN)


def earliest(moments: Iterable[str]) -> str:
    """The first of some moments that are known, if any is."""
    return min(moments, key=lambda moment: (not is_known(moment), moment))


def _first(found: re.Match[str]) -> str | None:
    month, day = int(found["month"] or 1), int(found["day"] or 1)
    clock = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    return _moment((int(found["year"]), month, day, *clock), found["zone"])


def _moment(parts: tuple[int, ...], zone: str | None) -> str | None:
    """The moment of a time of day somewhere; a leap second is the second before it."""
    *minutes, second = parts
    second = 59 if second == 60 else second
    return _in_utc(lambda: datetime(*minutes, second, tzinfo=_offset(zone)))  # type: ignore[misc, arg-type]


def _offset(zone: str | None) -> timezone:
    if zone is None or zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)


def _in_words(said: str) -> str | None:
    """The moment of a date as HTTP (RFC 9110, 5.6.7) or as JavaScript writes it."""
    if found := JAVASCRIPT.fullmatch(said):
        said = "{day} {month} {year} {clock} {zone}".format(**found.groupdict())
    elif ":" not in said:
        return None  # the email package would take any words with two numbers for a date
    return _in_utc(lambda: parsedate_to_datetime(said))


def _in_utc(made: Callable[[], datetime]) -> str | None:
    try:
        return in_utc(made())
    except (ValueError, OverflowError, OSError):
        return None
