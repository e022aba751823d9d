"""A point in time as a source states it, to the day, the month, the year, or less."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date

Day = tuple[int, int, int]
"""A year, a month and a day of the Gregorian calendar; the year 0 is 1 BC, as in ISO 8601."""
YEAR, MONTH, DAY = 1, 2, 3
SUMMER, WINTER = 22, 24
BOTH_ENDS = {f"-{number}" for number in (WINTER, 28, 30)}
"""The seasons of which a year has some days at each end: winter, and the south's summer."""
PLAIN_FORM = re.compile(r"[0-9]{2,3}X{1,2}|[0-9]{4}-2[1-4]")
"""A decade, a century or a season of no hemisphere, as the readers of EDTF know it in a span."""
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SEASONS = {
    **{21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (1, 12)},
    **{25: (3, 5), 26: (6, 8), 27: (9, 11), 28: (1, 12)},
    **{29: (9, 11), 30: (1, 12), 31: (3, 5), 32: (6, 8)},
}
"""The first and last month of a season on the northern hemisphere, as meteorology has them. The
winter days of a year lie at both of its ends, so that a winter is somewhere in the whole year."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A date in EDTF with its first and last day, None where it is open.

    `by_convention` says that a day is ours, not the source's: "early 1950s".
    """

    edtf: str
    first: Day | None
    last: Day | None
    by_convention: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """The first and last day that a point can be, and how EDTF writes it.

    `unit` is the precision of its ends: YEAR, MONTH or DAY. `form` is its EDTF where that is not
    just its parts: `195X`, `1953-21`. `sign` is EDTF's `~` approximate, `?` uncertain, `%` both.
    `by_convention` says that its ends are ours, as those of "early 1950s".
    """

    first: Day
    last: Day
    unit: int
    form: str = ""
    sign: str = ""
    by_convention: bool = False

    @property
    def edtf(self) -> str | None:
        """The point by itself, or None if EDTF, or what reads it, has no way to write it.

        A sign stands behind a day, a month or a year only, so that "circa 1950s" is the span
        `1950~/1959~`, and "circa Spring 1953" that of its months.
        """
        low, high = self.low, self.high
        if self.form and not self.sign:
            return self.form
        if low == high:
            return low + self.sign
        if self.sign:
            return None if self.is_at_both_ends else f"{low}{self.sign}/{high}{self.sign}"
        return f"[{low}..{high}]"

    @property
    def is_at_both_ends(self) -> bool:
        """Whether it is a season that may be at either end of its year."""
        return self.form[-3:] in BOTH_ENDS

    @property
    def low(self) -> str:
        """Its first day, month or year."""
        return written(self.first, self.unit)

    @property
    def high(self) -> str:
        """Its last day, month or year."""
        return written(self.last, self.unit)

    def end(self, other: "Point", *, is_last: bool) -> str | None:
        """How it is written as the first or last end of a span; None if that can't be.

        A decade beside a date in doubt is written as its years: `1950~/1979`. So is always what
        the readers of EDTF don't know in spans: a quarter, a century before Christ, a season
        beside a year before Christ.
        """
        if self.is_at_both_ends and (self.sign or other.sign or not is_last or other.first[0] < 0):
            return None
        is_known = PLAIN_FORM.fullmatch(self.form) and not (self.sign or other.sign)
        is_known = is_known and (self.form.endswith("X") or other.first[0] >= 0)
        return self.form if is_known else (self.high if is_last else self.low) + self.sign

    @property
    def item(self) -> str:
        """How it is written in a set."""
        low, high = self.low, self.high
        return self.form if self.form.endswith("X") else low if low == high else f"{low}..{high}"

    def signed(self, sign: str) -> "Point":
        """The same, in doubt as a sign says, beside what is in doubt already."""
        both = set(self.sign + sign)
        return replace(self, sign="%" if len(both - {""}) > 1 else "".join(both))


def plain(year: int, month: int = 0, day: int = 0, weekday: int | None = None) -> Point | None:
    """A year, a month of it, or a day of that; None if no calendar has it on its weekday."""
    unit = YEAR + (month > 0) + (day > 0)
    if not 0 <= month <= 12 or day > length(year, month or 1):
        return None
    first = (year, month or 1, day or 1)
    if weekday is not None and (day == 0 or date(*first).weekday() != weekday):
        return None
    return Point(first, _last(year, month, day), unit)


def unspecified(form: str) -> Point:
    """A year of which the last digits are not known: `195X`, `19XX`, `-01XX`."""
    ends = sorted(int(form.replace("X", digit)) for digit in "09")
    return Point((ends[0], 1, 1), (ends[1], 12, 31), YEAR, form)


def century(number: int, *, is_before: bool = False) -> Point | None:
    """EDTF's 19th century is `18XX`, from 1800 to 1899; of the first it has no year 0."""
    is_one = number > 0 if is_before else 1 < number <= 21
    return unspecified(f"{'-' if is_before else ''}{number - 1:02}XX") if is_one else None


def decade(year: int) -> Point | None:
    """The ten years from a year on; None of 1900, which may begin a century."""
    is_one = year % 10 == 0 and year % 100 and year >= 1000
    return unspecified(f"{year // 10}X") if is_one else None


def of_era(number: int, *, is_before: bool) -> Point | None:
    """A year before or since the birth of Christ; 1 BC is the year 0."""
    return plain(1 - number if is_before else number) if number else None


def season(year: int, number: int) -> Point:
    """A season by EDTF's number: 21 spring, 22 summer, 23 autumn, 24 winter."""
    first, last = SEASONS[number]
    return Point((year, first, 1), (year, last, length(year, last)), MONTH, f"{year:04}-{number}")


def over_two_years(number: int, year: int, digits: str) -> Point | None:
    """The winter of "1953-54" on the northern hemisphere, the summer on the southern one."""
    other = int(f"{year:04}"[: -len(digits)] + digits)
    is_one = other == year + 1 and number in (SUMMER, WINTER)
    return Point((year, 12, 1), (other, 2, length(other, 2)), MONTH) if is_one else None


def third(point: Point, first: int, last: int) -> Point | None:
    """The thirds from one to another of a century, decade, year or month: 0 early, 1 mid, 2 late.

    No standard says where "early" ends. The convention here: a century's thirds begin with its
    years 0, 34 and 67, a decade's with 0, 4 and 7, a year's with its months 1, 5 and 9, a month's
    with its days 1, 11 and 21.
    """
    year, month, _ = point.first
    if point.form.endswith("XX"):
        starts, unit = [(year + n, 1, 1) for n in (0, 34, 67, 100)], YEAR
    elif point.form.endswith("X"):
        starts, unit = [(year + n, 1, 1) for n in (0, 4, 7, 10)], YEAR
    elif point.form or point.unit == DAY:
        return None
    elif point.unit == YEAR:
        starts, unit = [(year, 1, 1), (year, 5, 1), (year, 9, 1), (year + 1, 1, 1)], MONTH
    else:
        starts, unit = [(year, month, n) for n in (1, 11, 21)] + [shifted(point.last, 1)], DAY
    return Point(
        starts[first], shifted(starts[last + 1], -1), unit, sign=point.sign, by_convention=True
    )


def part(point: Point, number: int, of: int) -> Point | None:
    """A half, a third or a quarter, by its number, of what is not in doubt: of a year by EDTF's
    number (level 2, Sub-year groupings), of a decade or a century by its years."""
    years = point.last[0] - point.first[0] + 1
    if not 1 <= number <= of or point.sign or point.unit != YEAR:
        return None
    if years == 1:
        months, year, form = 12 // of, point.first[0], {4: 33, 3: 37, 2: 40}[of] + number - 1
        first, last = (number - 1) * months + 1, number * months
        return Point((year, first, 1), (year, last, length(year, last)), MONTH, f"{year:04}-{form}")
    if years % of:
        return None
    first_year = point.first[0] + (number - 1) * years // of
    return Point((first_year, 1, 1), (first_year + years // of - 1, 12, 31), YEAR)


def written(day: Day, unit: int) -> str:
    """A day, or its month or year, in EDTF: "1950-03", "-0043"."""
    year, month, number = day
    text = f"{year:04}" if year >= 0 else f"-{-year:04}"
    return text + "".join(f"-{part:02}" for part in (month, number)[: unit - 1])


def either(first: Day, last: Day, unit: int) -> str:
    """One of the days, months or years between two, in EDTF, whose readers want one precision."""
    low, high = written(first, unit), written(last, unit)
    return f"[{low}..{high}]"


def shifted(day: Day, by: int) -> Day:
    """The day after a day, or with -1 the day before."""
    year, month, number = day[0], day[1], day[2] + by
    if number < 1:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        return year, month, length(year, month)
    if number > length(year, month):
        return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    return year, month, number


def length(year: int, month: int) -> int:
    """The number of days of a month."""
    return LENGTHS[month - 1] + (month == 2 and calendar.isleap(year))


def _last(year: int, month: int, day: int) -> Day:
    month = month or 12
    return year, month, day or length(year, month)
