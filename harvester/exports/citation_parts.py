"""The parts that citations are made of: dates from EDTF, and text that harms no format.

EDTF is the Library of Congress's, https://www.loc.gov/standards/datetime/. A date for which
bibliographic formats have no place (a decade, "before 1950") keeps its text alone.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from harvester.dates import says_undated
from harvester.dates.points import length
from harvester.search.letters import fold, nfc

Point = tuple[int, ...]
"""A year; a year and a month; or a year, a month and a day."""
SEASONS = {21: "Spring", 22: "Summer", 23: "Autumn", 24: "Winter"}
_POINT = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?"
_ONE = re.compile(rf"(?P<point>{_POINT})(?P<sign>[~?%])?")
_TWO = re.compile(rf"(?P<first>{_POINT})([~?%]?)/(?P<last>{_POINT})([~?%]?)")
_OPEN = re.compile(rf"(?P<point>{_POINT})(?P<sign>[~?%]?)/\.\.|\[(?P<after>{_POINT})\.\.\]")
_EXACT = re.compile(rf"-?{_POINT}(?:/-?{_POINT})?")
_SEASON = re.compile(r"(?P<year>[0-9]{4})-(?P<season>2[1-4])")
_NO_TEXT = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_UNPRINTABLE = re.compile(f"[{_NO_TEXT}]")
_ENDS = "\t\n\r\x85\u2028\u2029"
_LINE_ENDS = re.compile(f"(?<![{_ENDS} ]) *+[{_ENDS}][{_ENDS} ]*+")
_PLAIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_MARKED = re.compile(r"-[0-9a-f]{8}\Z")
"""Ends a name that was made of another one: "sato-1f6e0c9b" of "Satō"."""
_LONGEST_NAME = 100
_NO_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
REPLACEMENT = "\ufffd"
"""Shows that a control character, or one that XML forbids, stood here."""


@dataclass(frozen=True, slots=True)
class Dating:
    """A date as written, in EDTF if it was understood, and in its parts if they are simple.

    `points` is empty, one date, or the first and the last of a span. `season` is EDTF's number
    beside a year, from 21 for spring to 24 for winter. `span` is the first and the last that any
    other date can be, and empty if it has no beginning. If it has no end, `is_open` says so, and
    the span is the first alone.
    """

    text: str
    edtf: str | None = None
    points: tuple[Point, ...] = ()
    span: tuple[Point, ...] = ()
    season: int | None = None
    circa: bool = False
    uncertain: bool = False
    is_open: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the date is just a day, a month or a year."""
        return len(self.points) == 1 and not (self.season or self.circa or self.uncertain)

    @property
    def year(self) -> int | None:
        """The only year in the date; None if there are two or none."""
        years = {point[0] for point in self.points}
        return years.pop() if len(years) == 1 else None


def dating(
    text: str | None, edtf: str | None, earliest: str | None = None, latest: str | None = None
) -> Dating | None:
    """Parses a document's date, with the first and last day that it can be; None if there is none,
    or if the text says "undated"."""
    if edtf is None:
        return Dating(text) if text and not says_undated(text) else None
    text = text or edtf
    if one := _ONE.fullmatch(edtf):
        return _dating(text, edtf, one["sign"] or "", _point(one["point"]))
    if two := _TWO.fullmatch(edtf):
        points = _point(two["first"]), _point(two["last"])
        return _dating(text, edtf, two[2] + two[4], *points)
    if season := _SEASON.fullmatch(edtf):
        return Dating(text, edtf, ((int(season["year"]),),), season=int(season["season"]))
    if open_one := _OPEN.fullmatch(edtf):
        begun = (_point(open_one["point"] or open_one["after"]),)
        circa = bool(open_one["sign"] or open_one["after"])
        return Dating(text, edtf, span=begun, circa=circa, is_open=True)
    span = _span(earliest, latest) if earliest and latest else ()
    return Dating(text, edtf, span=span, circa=not _EXACT.fullmatch(edtf))


def _span(earliest: str, latest: str) -> tuple[Point, ...]:
    """Two days as whole years or months if they are these: 1950-01-01, 1959-12-31 as 1950, 1959."""
    first, last = _point(earliest), _point(latest)
    if first[1:] == (1, 1) and last[1:] == (12, 31):
        first, last = first[:1], last[:1]
    elif first[2] == 1 and last[2] == length(*last[:2]):
        first, last = first[:2], last[:2]
    return (first, last) if first != last else (first,)


def _dating(text: str, edtf: str, signs: str, *points: Point) -> Dating:
    """Level 1, Qualification of a date: `~` approximate, `?` uncertain, `%` both."""
    circa, uncertain = bool({"~", "%"} & {*signs}), bool({"?", "%"} & {*signs})
    return Dating(text, edtf, points, circa=circa, uncertain=uncertain)


def _point(text: str) -> Point:
    """The numbers of a point; a year before 1 is astronomical, as in EDTF: -0043 is 44 BC."""
    year, *rest = text.removeprefix("-").split("-")
    return (-int(year) if text.startswith("-") else int(year), *map(int, rest))


def printable(text: str) -> str:
    """The text without control characters, and without what XML 1.0 forbids (2.2, Characters)."""
    return _UNPRINTABLE.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """The printable text on one line: a line end, with the space around it, becomes one space."""
    return _LINE_ENDS.sub(" ", printable(text)).strip()


def web_address(url: str) -> str:
    """An address for programs that take it literally: encodes only what is invalid in any."""
    return _NO_ESCAPE.sub("%25", quote(one_line(url), safe="!#$%&'()*+,-./:;=?@[]_~"))


def plain_name(name: str) -> str:
    """A name for a file or a set of OAI-PMH: unique where capitals make no difference, of letters
    that all disks, addresses and sets have. One that is such already stays as it is."""
    name = nfc(name)
    if _PLAIN.fullmatch(name) and len(name) <= _LONGEST_NAME and not _MARKED.search(name):
        return name
    words = re.sub(r"[^a-z0-9]+", "-", fold(name))[:40].strip("-")
    return f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
