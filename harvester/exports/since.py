"""Since when: a day, a moment, or so long ago."""

import re
from datetime import UTC, datetime, timedelta

from harvester.outcomes import BadUsage

_AGO = re.compile(r"(?P<number>[0-9]{1,6})(?P<unit>[hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, now: datetime) -> str:
    """The time that is meant, as the database has times. Raises BadUsage if it is not understood.

    A day means its beginning; a time without a zone is taken for UTC.
    """
    try:
        meant = _ago(text, now) or datetime.fromisoformat(text)
        if meant.tzinfo is None:
            meant = meant.replace(tzinfo=UTC)
        return meant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise BadUsage(
            f"--since {text}: give a day (2026-11-24), a time (2026-11-24T05:06:07Z)"
            " or how long ago (7d, 12h, 2w)."
        ) from None


def _ago(text: str, now: datetime) -> datetime | None:
    match = _AGO.fullmatch(text)
    return match and now - timedelta(**{_UNITS[match["unit"]]: int(match["number"])})
