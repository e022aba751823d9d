"""Dates in the words of a style of citation: "October 9, 1956", "9 Oct. 1956", "1956, October 9".

The Chicago Manual of Style 17, 9.31-36 and 14.145; MLA Handbook 9, 5.68-83; Publication Manual of
the APA 7, 9.14. What styles have no form for (a decade, "before 1950") stays as it is written.
"""

from dataclasses import dataclass
from enum import Enum

from harvester.exports.citation_parts import SEASONS, Dating, Point, one_line

_LONG = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_SHORT = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov."),
    "Dec.",
)


@dataclass(frozen=True, slots=True)
class _Form:
    months: tuple[str, ...]
    circa: str
    day_first: bool = False
    year_first: bool = False

    def within_year(self, month: int, day: str) -> str:
        name = self.months[month - 1]
        if not day:
            return name
        return f"{day} {name}" if self.day_first else f"{name} {day}"

    def whole(self, year: int, within: str, has_day: bool) -> str:
        if not within:
            return f"{year}"
        if self.year_first:
            return f"{year}, {within}"
        return f"{within}, {year}" if has_day and not self.day_first else f"{within} {year}"


class Words(Enum):
    """The orders of day, month and year."""

    AMERICAN = _Form(_LONG, "ca.")
    DAY_FIRST = _Form(_SHORT, "circa", day_first=True)
    YEAR_FIRST = _Form(_LONG, "ca.", year_first=True)


def words(date: Dating, order: Words) -> str:
    """The date in words."""
    if not date.points:
        return one_line(date.text)
    form = order.value
    said = _season(date, form) or _span(date.points[0], date.points[-1], form)
    return f"{f'{form.circa} ' if date.circa else ''}{said}{'?' if date.uncertain else ''}"


def _season(date: Dating, form: _Form) -> str:
    return form.whole(date.points[0][0], SEASONS[date.season], False) if date.season else ""


def _span(first: Point, last: Point, form: _Form) -> str:
    """A point, or what lies between two: what both share is said once."""
    if first == last:
        return _point(first, form)
    if first[0] != last[0] or len(first) != len(last):
        return f"{_point(first, form)}–{_point(last, form)}"
    year, month, *days = first
    if days and month == last[1]:
        return form.whole(year, form.within_year(month, f"{days[0]}–{last[2]}"), True)
    within = "–".join(_within(point, form) for point in (first, last))
    return form.whole(year, within, bool(days))


def _point(point: Point, form: _Form) -> str:
    return form.whole(point[0], _within(point, form), len(point) == 3)


def _within(point: Point, form: _Form) -> str:
    """The month and the day; empty for a year."""
    return form.within_year(point[1], f"{point[2]}" if len(point) == 3 else "") if point[1:] else ""
