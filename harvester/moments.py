"""Times as archives give them, in part or in full, in the form that `clock` gives."""

import re
from calendar import monthrange
from datetime import UTC, datetime

from harvester.clock import in_utc

PARTS = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)?-?(?P<day>\d\d)?[T ]?"
    r"(?P<hour>\d\d)?:?(?P<minute>\d\d)?:?(?P<second>\d\d)?(?:\.\d+)?Z?"
)


def first_second(said: str) -> str | None:
    """The beginning of a time such as "20261124050607", "2026-11-24T05:06:07.8Z" or "2026-11".

    None if it is no time.
    """
    found = PARTS.fullmatch(said.strip())
    if found is None:
        return None
    month, day = int(found["month"] or 1), int(found["day"] or 1)
    clock = [int(found[name] or 0) for name in ("hour", "minute", "second")]
    return _moment(int(found["year"]), month, day, *clock)


def last_second(said: str) -> str | None:
    """The end of such a time: of "2026-11" the last second of that November. None if it is none."""
    found = PARTS.fullmatch(said.strip())
    if found is None or not 1 <= int(found["month"] or 12) <= 12 or not int(found["year"]):
        return None
    year, month = int(found["year"]), int(found["month"] or 12)
    day = int(found["day"] or monthrange(year, month)[1])
    hour = int(found["hour"] or 23)
    return _moment(year, month, day, hour, int(found["minute"] or 59), int(found["second"] or 59))


def since_1970(seconds: float) -> str:
    """The moment so many seconds after 1970 began."""
    return in_utc(datetime.fromtimestamp(seconds, UTC))


def _moment(*parts: int) -> str | None:
    try:
        year, month, day, hour, minute, second = parts
        return in_utc(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None
