"""Moments: how they are stored, and how others write them.

A moment is ISO 8601 in UTC, to the second: "2026-11-24T05:06:07Z". A process reads the system's
clock once and counts on from there, so its times stay in order even if somebody sets that clock
meanwhile. An unknown time is never "now". A stand-in before all known times takes its place
(`stand_in`): it fills gaps, and overwrites nothing.
"""

import re
import time
import zlib
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Nobody sets this clock, and on Linux it goes on while a machine sleeps."""
EARLIEST = "2026-11-01T00:00:00Z"
"""This program was not there earlier: a clock that says so is wrong."""
TOLERANCE = 600
"""Seconds by which two clocks may differ, and still agree."""
_began = time.time() - time.clock_gettime(SINCE_BOOT)
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
"""Dates of `String(new Date())` in every browser (ECMA-262, 21.4.4.41), and of SingleFile."""
BEFORE_THE_WEB = "1990-01-01T00:00:00Z"
"""A page that says that it was saved earlier was given no time at all."""
UNKNOWN = "0001-01-01T"
"""How every stand-in begins."""
DAY = 24 * 60 * 60


def utc_now() -> str:
    """Now in UTC, to the second, in ISO 8601 with a Z: "2026-11-24T05:06:07Z"."""
    return ago(timedelta())


def ago(span: timedelta) -> str:
    """The moment that long ago, in the same form; a time before the calendar is the year 1."""
    try:
        return in_utc(datetime.fromtimestamp(_began, UTC) + _since_boot() - span)
    except OverflowError:
        return in_utc(datetime.min.replace(tzinfo=UTC))


def was_set() -> int:
    """Seconds by which somebody has set the system's clock forward since the process began."""
    return round(time.time() - _began - _since_boot().total_seconds())


def in_utc(moment: datetime) -> str:
    """A moment in the same form; without a time zone it is taken for UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def seconds_of(moment: str) -> int:
    """The seconds from 1970 to a moment."""
    return round(datetime.fromisoformat(moment).timestamp())


def shifted(moment: str, seconds: int) -> str:
    """The moment `seconds` later."""
    if not seconds:
        return moment
    return in_utc(datetime.fromisoformat(moment) + timedelta(seconds=seconds))


def differs(ahead: int | None) -> bool:
    """Whether two clocks contradict each other, if one is `ahead` by so many seconds. None says
    nothing."""
    return ahead is not None and abs(ahead) > TOLERANCE


def spoken(seconds: int) -> str:
    """A duration, rounded: "3 days"."""
    sizes = {"year": 31_556_952, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
    unit, size = next(((u, s) for u, s in sizes.items() if abs(seconds) >= s), ("second", 1))
    number = round(abs(seconds) / size)
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _since_boot() -> timedelta:
    return timedelta(seconds=time.clock_gettime(SINCE_BOOT))


def first_second(said: str) -> str | None:
    """The first second of a time such as "20261124050607", "2026-11-24T05:06:07.8+02:00",
    "2026-11", "Tue, 24 Nov 2026 05:06:07 GMT" or "Tue Nov 24 2026 05:06:07 GMT+0100 (CET)".

    Without a time zone it is taken for UTC. None if the text is no time.
    """
    said = said.strip()
    if len(said) > LONGEST:
        return None
    found = ISO.fullmatch(said)
    return _first(found) if found else _in_words(said)


def lasting(last_modified: str | None, date: str | None) -> str | None:
    """A Last-Modified that proves bytes to be the same: one at least a second before the Date.

    A page that changes again within a second keeps its Last-Modified (RFC 9110, 8.8.2.2). None for
    a later one, and if either header is no time.
    """
    changed, made = first_second(last_modified or ""), first_second(date or "")
    return last_modified if changed and made and changed < made else None


def last_second(said: str) -> str | None:
    """The last second of such a time: of "2026-11", the last one of that November. None if the text
    is no time."""
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
    """The moment `seconds` after the beginning of 1970; None beyond the calendar."""
    return _in_utc(lambda: datetime.fromtimestamp(seconds, UTC))


def usable(moment: str | None, latest: str) -> str | None:
    """A moment at which a page may have been captured, or None.

    `latest` is the last moment that can be true.
    """
    return moment if moment and BEFORE_THE_WEB <= moment <= latest else None


def stand_in(capture: str) -> str:
    """A moment for a capture whose time is unknown: before all known moments.

    It depends on `capture` alone. So which of two such captures counts does not depend on the order
    in which they are read.
    """
    second = timedelta(seconds=zlib.crc32(capture.encode("utf-8", "surrogateescape")) % DAY)
    return in_utc(datetime.min.replace(tzinfo=UTC) + second)


def is_known(moment: str) -> bool:
    """Whether a moment is real, and not a stand-in."""
    return not moment.startswith(UNKNOWN)


def earliest(moments: Iterable[str]) -> str:
    """The first known moment; without any, the first stand-in."""
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
