"""Since when something is wanted: a day, a moment, so long ago, or a run's number."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from harvester.clock import ago, in_utc
from harvester.moments import first_second
from harvester.outcomes import BadUsage

FORMS = "a day (2026-11-24), a time (2026-11-24T05:06:07Z), how long ago (12h, 7d, 2w)"
_AGO = re.compile(r"(?P<number>[0-9]{1,6})(?P<unit>[hdw])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_MOST = 1_000_000 * 24
_RUN = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Since:
    """From when on something is wanted: a moment (as `at` has it), a run's number, or neither,
    which means the run of each collection that ended last, with those before it that were broken
    off."""

    moment: str | None = None
    run: int | None = None


def since_when(text: str | None) -> Since:
    """What --since means, now. Raises BadUsage if it is none of the forms.

    A day means its beginning; a time without a zone is taken for UTC. Eight digits are a day, if
    there is such a day, all other numbers are a run's.
    """
    if text is None:
        return Since()
    moment = _so_long_ago(text) or _moment(text)
    if moment is None and _RUN.fullmatch(text):
        return Since(run=int(text))
    if moment is None:
        raise BadUsage(f"--since {text!r} is not understood: give {FORMS}, or a run's number.")
    return Since(moment=moment)


def _so_long_ago(text: str) -> str | None:
    found = _AGO.fullmatch(text)
    hours = int(found["number"]) * _HOURS[found["unit"]] if found else _MOST
    return ago(timedelta(hours=hours)) if hours < _MOST else None


def _moment(text: str) -> str | None:
    if text.isdecimal() and len(text) != len("20261124"):
        return None
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None if text.isdecimal() else first_second(text)
