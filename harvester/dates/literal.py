"""EDTF, ISO 8601 and DCMI Period as such: `1984/2008`, `2004-06~`, `201X`, sets, `1950-W10`.

EDTF is read by the `edtf` library. What it accepts and archives don't mean as EDTF is not taken as
such: a number alone, `[1958]` (a supplied date). Of the unknown end of `1985/` the library says
that it is ten years later, so that it is read as `1985/..`.
"""

import re
from datetime import date, timedelta
from time import struct_time

from harvester.dates import points
from harvester.dates.points import Day, Meaning

POINT = r"(?:-?[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?[~?%]?|[0-9]{4}-[0-9]{2}-XX|[0-9]{4}-XX(?:-XX)?)"
YEARS = r"-?(?:[0-9]{3}X|[0-9]{2}XX|[0-9]{2}X[0-9])"
MONTHS = r"[0-9]{3}X-[0-9]{2}(?:-(?:XX|[0-9]{2}))?"
GROUPS = r"[~?%]?[0-9]{4}[~?%]?(?:-[~?%]?[0-9]{2}[~?%]?){1,2}"
ITEM = rf"{POINT}(?:\.\.{POINT})?"
SETS = rf"(?:\.\.)?{ITEM}(?:,{ITEM}){{0,20}}(?:\.\.)?"
FORMS = re.compile(
    rf"(?P<set>\[{SETS}\]|\{{{SETS}\}})"
    rf"|(?P<span>(?:{POINT}|{YEARS}|{GROUPS}|\.\.)/(?:{POINT}|{YEARS}|{GROUPS}|\.\.))"
    rf"|(?P<one>{POINT}|{YEARS}|{MONTHS}|{GROUPS})"
)
TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
CLOCK = re.compile(
    r"(?P<day>.*[^\s,@])(?:,? | ?@ ?| at | [-\u2013] )(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?: ?[ap]\.?m\.?)?"
    r"(?: ?(?:UTC|GMT|Z|[+-][0-9]{2}:?[0-9]{2}))?",
    re.IGNORECASE | re.DOTALL,
)
"""A time of the day behind a date, as programs write it: "2009-09-18 10:55:10"."""
HALF = re.compile(rf"({POINT})/|/(?!-)({POINT})")
WEEK = re.compile(r"([0-9]{4})-?W([0-9]{2})(?:-?([1-7]))?")
BASIC = re.compile(r"(1[4-9][0-9]{2}|2[0-9]{3})([0-9]{2})([0-9]{2})")
PERIOD = re.compile(r"(name|start|end|scheme) ?= ?([^;]*)", re.IGNORECASE)
W3CDTF = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
DAYS = re.compile(r"([0-9]{4}|[0-9]{3}(?=X))X?-([0-9]{2})(?:-([0-9]{2}))?")
DOUBTS = re.compile("[~?%]")
UNITS = ["year", "month", "day"]
SIGNS = {"uncertain": "?", "approximate": "~"}
DOUBT = re.compile(r"(year|month|day) (?:is )?(uncertain(?: and approximate)?|approximate)")
QUALIFIED = re.compile(
    rf"(?P<date>[^()]+) \((?P<said>{DOUBT.pattern}(?:(?:, and|,| and) {DOUBT.pattern}){{0,2}})\)",
    re.IGNORECASE,
)
"""A date, and behind it which of its parts are in doubt."""
SUPPLIED = re.compile(rf"\[{POINT}\]")
NUMBER = re.compile(r"-?[0-9]{4}|[0-9]{4}-[0-9]{2}")
"""What the grammar reads, since it may be something else, too."""


def literal(text: str) -> Meaning | None:
    """What a text in EDTF means; None if it is not surely EDTF, or none that can be."""
    text = text.strip()
    if "=" in text:
        return _period(text)
    if timed := TIME.fullmatch(text):
        text = timed[1]
    elif half := HALF.fullmatch(text):
        text = f"{half[1]}/.." if half[1] else f"../{half[2]}"
    elif week := WEEK.fullmatch(text):
        return _week(*week.groups())
    elif basic := BASIC.fullmatch(text):
        text = "-".join(basic.groups())
    elif not FORMS.fullmatch(text) or SUPPLIED.fullmatch(text) or NUMBER.fullmatch(text):
        return None
    return None if text in ("../..", "..") or "0000-" in text else _meaning(text)


def day_with_time(text: str) -> str | None:
    """What stands before a time of the day; None if there is none."""
    found = CLOCK.fullmatch(text)
    return found["day"] if found else None


def _meaning(text: str) -> Meaning | None:
    """What EDTF means, if all its days are in the calendar."""
    if not all(map(_is_day, DAYS.finditer(DOUBTS.sub("", text)))):
        return None
    first, last = bounds(text)
    if (first is None and last is None) or (first and last and first > last):
        return None
    return Meaning(text, first, last)


def _is_day(found: re.Match[str]) -> bool:
    """Whether a month, with a day of it or not, is one of its year; seasons have their numbers."""
    year, month, day = (int(part or 0) for part in found.groups())
    is_season = day == 0 and month in range(21, 42) and len(found[1]) == 4
    return is_season or bool(month and points.plain(year, month, day))


def _week(year: str, week: str, day: str | None) -> Meaning | None:
    """A week of ISO 8601, from Monday to Sunday, or a day of it."""
    try:
        first = date.fromisocalendar(int(year), int(week), int(day or 1))
    except ValueError:
        return None
    last = first if day else first + timedelta(6)
    return _meaning(f"{first}" if day else f"{first}/{last}")


def _period(text: str) -> Meaning | None:
    """DCMI Period, "name=The Great Depression; start=1929; end=1939;", in W3C-DTF."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    found = [PERIOD.fullmatch(part) for part in parts]
    said = {part[1].lower(): part[2].strip() for part in found if part}
    ends = said.get("start", ""), said.get("end", "")
    is_known = said.get("scheme", "W3C-DTF").upper() in ("W3C-DTF", "W3CDTF")
    if len(said) < len(parts) or not is_known or not any(ends):
        return None
    if not all(W3CDTF.fullmatch(end) for end in ends if end):
        return None
    one = ends[0] if ends[0] == ends[1] else "/".join(end or ".." for end in ends)
    return _meaning(one)


def qualified(edtf: str, said: str) -> Meaning | None:
    """Level 2, Qualification of parts: "January 14, 2023 (month is uncertain)" is `2023-?01-14`."""
    parts = edtf.split("-")
    for unit, doubt in DOUBT.findall(said):
        place = UNITS.index(unit)
        if place >= len(parts) or not parts[place].isdigit():
            return None
        parts[place] = ("%" if " " in doubt else SIGNS[doubt]) + parts[place]
    text = "-".join(parts)
    return literal(text if len(parts) > 1 else text[1:] + text[0])


def bounds(edtf: str) -> tuple[Day | None, Day | None]:
    """The first and last day by the library; None for both if it can't read it."""
    from edtf import EDTFParseException, parse_edtf  # slow to import, and seldom needed

    try:
        parsed = parse_edtf(edtf)
        return _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, AttributeError, ValueError):  # `1984-1X` is an AttributeError
        return None, None


def _day(bound: struct_time | float) -> Day | None:
    """An infinite number is the library's open end."""
    return None if isinstance(bound, float) else (bound.tm_year, bound.tm_mon, bound.tm_mday)
