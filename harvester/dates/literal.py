"""EDTF and ISO 8601 as such, where a source writes them: `1984/2008`, `2004-06~`, `201X`, sets.

EDTF is read by the `edtf` library. What it accepts and archives don't mean as EDTF is not taken as
such: a number alone, `[1958]` (a supplied date), `1985/` (whose other end the library guesses).
"""

import re
from time import struct_time

from harvester.dates import points
from harvester.dates.grammar import Meaning
from harvester.dates.points import Day

POINT = r"(?:-?[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?[~?%]?|[0-9]{4}-[0-9]{2}-XX|[0-9]{4}-XX(?:-XX)?)"
YEARS = r"-?(?:[0-9]{3}X|[0-9]{2}XX|[0-9]{2}X[0-9])"
GROUPS = r"[~?%]?[0-9]{4}(?:-[~?%]?[0-9]{2}){1,2}[~?%]?"
ITEM = rf"{POINT}(?:\.\.{POINT})?"
SETS = rf"(?:\.\.)?{ITEM}(?:,{ITEM}){{0,20}}(?:\.\.)?"
FORMS = re.compile(
    rf"(?P<set>\[{SETS}\]|\{{{SETS}\}})"
    rf"|(?P<span>(?:{POINT}|{YEARS}|\.\.)/(?:{POINT}|{YEARS}|\.\.))"
    rf"|(?P<one>{POINT}|{YEARS}|{GROUPS})"
)
TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
DAYS = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
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
    if timed := TIME.fullmatch(text):
        text = timed[1]
    elif not FORMS.fullmatch(text) or SUPPLIED.fullmatch(text) or NUMBER.fullmatch(text):
        return None
    if text in ("../..", "..") or "0000-" in text:
        return None
    if any(points.plain(*map(int, day.groups())) is None for day in DAYS.finditer(text)):
        return None
    first, last = bounds(text)
    if (first is None and last is None) or (first and last and first > last):
        return None
    return Meaning(text, first, last)


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
