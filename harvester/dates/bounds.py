"""The first and the last day of a date in EDTF."""

import calendar
import re
from time import struct_time

_PLAIN = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
_WINTER = re.compile(r"([0-9]{4})-24")


def bounds(edtf: str) -> tuple[str | None, str | None]:
    """The first and last day, by the `edtf` library, but plain dates and winters by ourselves.

    EDTF gives the seasons no months. The library takes the northern ones of meteorology: spring is
    March to May. Its winter is December alone, though the winter days of a year lie at both of its
    ends: there we give the whole year.
    """
    if _PLAIN.fullmatch(edtf):
        return days(edtf)
    if winter := _WINTER.fullmatch(edtf):
        return days(winter[1])
    from edtf import parse_edtf  # slow to import and to parse, and seldom needed

    parsed = parse_edtf(edtf)
    return _iso_day(parsed.lower_strict()), _iso_day(parsed.upper_strict())


def days(point: str) -> tuple[str, str]:
    """The first and last day of a plain day, month or year."""
    if len(point) == 4:
        return f"{point}-01-01", f"{point}-12-31"
    if len(point) == 7:
        length = calendar.monthrange(int(point[:4]), int(point[5:]))[1]
        return f"{point}-01", f"{point}-{length}"
    return point, point


def _iso_day(bound: struct_time | float) -> str | None:
    """An infinite number is the library's open end."""
    if isinstance(bound, float):
        return None
    return f"{bound.tm_year:04}-{bound.tm_mon:02}-{bound.tm_mday:02}"
