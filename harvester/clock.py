"""The time, as every table has it.

A process reads the system's clock once and counts on from there, so that all it dates is in order
even if somebody sets that clock meanwhile.
"""

import time
from datetime import UTC, datetime, timedelta

SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Nobody sets this clock, and on Linux it goes on while a machine sleeps."""
EARLIEST = "2026-11-01T00:00:00Z"
"""This program was not there earlier: a clock that says so is wrong."""
TOLERANCE = 600
"""Seconds by which two clocks may differ, and still agree."""

_began = time.time() - time.clock_gettime(SINCE_BOOT)


def utc_now() -> str:
    """Now in UTC, to the second, in ISO 8601 with a Z: "2026-11-24T05:06:07Z"."""
    return ago(timedelta())


def ago(span: timedelta) -> str:
    """The moment that was so long ago, written likewise; a time beyond the calendar is year 1."""
    try:
        return in_utc(datetime.fromtimestamp(_began, UTC) + _since_boot() - span)
    except OverflowError:
        return in_utc(datetime.min.replace(tzinfo=UTC))


def was_set() -> int:
    """By how many seconds the system's clock was set forward since the process began."""
    return round(time.time() - _began - _since_boot().total_seconds())


def in_utc(moment: datetime) -> str:
    """A moment, written likewise; one without a time zone is taken for UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def seconds_of(moment: str) -> int:
    """The seconds from 1970 to a moment that is written so."""
    return round(datetime.fromisoformat(moment).timestamp())


def shifted(moment: str, seconds: int) -> str:
    """The moment so many seconds later."""
    if not seconds:
        return moment
    return in_utc(datetime.fromisoformat(moment) + timedelta(seconds=seconds))


def differs(ahead: int | None) -> bool:
    """Whether one clock says of another, which is ahead of it by so many seconds, that it is wrong;
    None if it says nothing."""
    return ahead is not None and abs(ahead) > TOLERANCE


def spoken(seconds: int) -> str:
    """How long that is, roughly: "3 days"."""
    sizes = {"year": 31_556_952, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
    unit, size = next(((u, s) for u, s in sizes.items() if abs(seconds) >= s), ("second", 1))
    number = round(abs(seconds) / size)
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _since_boot() -> timedelta:
    return timedelta(seconds=time.clock_gettime(SINCE_BOOT))
