"""A date in EDTF taken apart, into what bibliographic formats have places for.

EDTF is the Library of Congress's, https://www.loc.gov/standards/datetime/. What none of them has a
place for (a decade, "before 1950", a date that was not understood) is left to its text.
"""

import re
from dataclasses import dataclass

from harvester.dates import says_undated

Point = tuple[int, ...]
"""A year; a year and a month; or a year, a month and a day."""
SEASONS = {21: "Spring", 22: "Summer", 23: "Autumn", 24: "Winter"}
_POINT = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?"
_ONE = re.compile(rf"(?P<point>{_POINT})(?P<sign>[~?%])?")
_TWO = re.compile(rf"(?P<first>{_POINT})/(?P<last>{_POINT})")
_SEASON = re.compile(r"(?P<year>[0-9]{4})-(?P<season>2[1-4])")


@dataclass(frozen=True, slots=True)
class Dating:
    """A date: as written, in EDTF if it was understood, and its parts if it has simple ones.

    `points` is one date, or the first and the last of a span, or nothing. `season` is EDTF's
    number, 21 for spring to 24 for winter, beside a year.
    """

    text: str
    edtf: str | None = None
    points: tuple[Point, ...] = ()
    season: int | None = None
    circa: bool = False
    uncertain: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is just a day, a month or a year."""
        return len(self.points) == 1 and not (self.season or self.circa or self.uncertain)

    @property
    def year(self) -> int | None:
        """The one year that it names."""
        years = {point[0] for point in self.points}
        return years.pop() if len(years) == 1 else None


def dating(text: str | None, edtf: str | None) -> Dating | None:
    """Takes a document's date apart; None if there is none, or if its text says so."""
    if edtf is None:
        return Dating(text) if text and not says_undated(text) else None
    text = text or edtf
    if one := _ONE.fullmatch(edtf):
        return _one(text, edtf, _point(one["point"]), one["sign"])
    if two := _TWO.fullmatch(edtf):
        return Dating(text, edtf, (_point(two["first"]), _point(two["last"])))
    if season := _SEASON.fullmatch(edtf):
        return Dating(text, edtf, ((int(season["year"]),),), season=int(season["season"]))
    return Dating(text, edtf)


def _one(text: str, edtf: str, point: Point, sign: str | None) -> Dating:
    """Level 1, Qualification of a date: `~` approximate, `?` uncertain, `%` both."""
    circa, uncertain = sign in ("~", "%"), sign in ("?", "%")
    return Dating(text, edtf, (point,), circa=circa, uncertain=uncertain)


def _point(text: str) -> Point:
    return tuple(map(int, text.split("-")))
