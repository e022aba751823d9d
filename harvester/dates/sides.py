"""What a part of a text says as one date: a whole one, or one side of a range."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harvester.dates import points
from harvester.dates.points import MONTH, WINTER, Point
from harvester.dates.tokens import Token, roman

WHOLE_ORDERS = """
    MDY DMY YMD YDM WMDY WDMY MY YM Y Y-M-D Y-M D-M-Y M-D-Y M-Y SY YS
"""
WHOLE = frozenset(WHOLE_ORDERS.split())
"""The orders of words that make a date. A dash stands without spaces: "10-Mar-1911"."""
PARTS = frozenset(["D", "MD", "DM", "YD", "DY", "M", "S", "WMD", "WDM"])
"""The orders that a range's other side completes: the "30 September" of "30 September - 2 October
1956"."""
SUMMER = 22
SHARING_ORDERS = """
    MD-DY D-DMY MD-MDY DM-DMY D-MDY M-MY M-YM YMD-D YMD-MD YDM-DM YDM-D YD-DM YM-M S-SY YS-S
"""
SHARING = frozenset(SHARING_ORDERS.split())
"""The ranges whose sides complete one another."""
ERA = re.compile(r"[YNd][EF]|[EF][YNd]")
PART_OF = re.compile(r"(?:D[Hh]|[Hh]d)(?:DC|K|Y)")
ROMAN = re.compile(r"R{1,6}Y?|RC|CR")
OVER_TWO_YEARS = re.compile(r"SY[-/][Yd]")
NUMERIC = re.compile(r"d([-/.])d\1Y")
YEAR_FIRST = re.compile(r"Y([-/.])d\1d")
MONTH_OF_YEAR = re.compile(r"d[-/.]Y")
THIRDS = re.compile(r"(L)(?:[-=]?t?[-=]?(L))?-?")


@dataclass(frozen=True, slots=True)
class Side:
    """One date, or as much as one side of a range says of it.

    `order` has the letters of its `values`, `MD` for "September 24", or a letter for the kind of a
    whole one. `point` is the date if it is whole. `leads` says that a sign stands before it, which
    may be meant for the whole range. `digits` are those of a number that may be a short year.
    """

    order: str
    values: dict[str, int] = field(default_factory=dict)
    point: Point | None = None
    sign: str = ""
    leads: bool = False
    thirds: tuple[int, int] | None = None
    digits: str = ""


class Sides:
    """Reads parts of a row of tokens as dates; each part is read once.

    `order` is how the source writes dates in numbers, "dmy", "mdy", or "" if that is not known;
    `latest` is the last year that a date can begin in.
    """

    def __init__(self, row: list[Token], order: str, latest: int) -> None:
        self.row = row
        self.kinds = "".join(token.kind for token in row)
        self._order = order
        self._latest = latest
        self._known: dict[tuple[int, int], list[Side]] = {}

    def between(self, start: int, stop: int) -> list[Side]:
        """All that the tokens from one place to before another can be."""
        key = start, stop
        if key not in self._known:
            is_one = start < stop and "," not in (self.kinds[start], self.kinds[stop - 1])
            self._known[key] = list(self._signed(start, stop)) if is_one else []
        return self._known[key]

    def completed(self, left: Side, right: Side, *, is_dash: bool) -> Iterator[tuple[Point, Point]]:
        """Both ends of a range, each completed by the other.

        A sign before a range with a dash is meant for both ends: "c. 1945-1947".
        """
        governs = is_dash and left.leads and not right.sign
        for first in [left.point] if left.point else self._earlier(left, right):
            for last in [right.point] if right.point else self._later(left, right):
                if first and last:
                    yield first, last.signed(left.sign) if governs else last

    def _signed(self, start: int, stop: int) -> Iterator[Side]:
        """The dates with what stands around them: "c. 1950", "early 1950s?"."""
        begin, end = start, stop
        while begin < end and self.kinds[begin] in "qu?":
            begin += 1
        while end > begin and self.kinds[end - 1] in "qu?":
            end -= 1
        around = self.kinds[start:begin] + self.kinds[end:stop]
        signs = {"~" if kind == "q" else "?" for kind in around}
        sign = "%" if len(signs) > 1 else "".join(signs)
        thirds, inner = self._thirds(begin, end)
        row = [token for token in self.row[inner:end] if token.kind != ","]
        for side in self._plain(row):
            if thirds is None:
                point = side.point.signed(sign) if side.point else None
                yield replace(side, point=point, sign=sign, leads=begin > start)
            elif side.point and (point := points.third(side.point, *thirds)):
                yield replace(side, point=point.signed(sign), sign=sign)
            elif side.order == "D" and not side.point:
                yield replace(side, sign=sign, thirds=thirds)

    def _thirds(self, start: int, stop: int) -> tuple[tuple[int, int] | None, int]:
        """The first and last third that "early", "mid to late" name, and the place behind them."""
        found = THIRDS.match(self.kinds, start, stop)
        if not found:
            return None, start
        first, last = (self.row[found.start(n if found[n] else 1)].value for n in (1, 2))
        return ((first, last), found.end()) if first <= last else (None, start)

    def _plain(self, row: list[Token]) -> Iterator[Side]:
        """What has a form of its own: decades, centuries, eras, numbers; or else words."""
        kinds = "".join(token.kind for token in row)
        numbers = [token.value for token in row if token.kind in "dDYNMSW"]
        if kinds == "K" or (kinds == "X" and not row[0].text.startswith("00")):
            yield self._whole(kinds, points.unspecified(row[0].text))
        elif kinds in ("DC", "DCF", "DCE", "CD", "Cd"):
            yield from self._century(numbers[0], is_before=kinds[-1] == "E")
        elif ERA.fullmatch(kinds):
            yield from self._of_era("E" if "E" in kinds else "F", numbers[0])
        elif PART_OF.fullmatch(kinds):
            yield from self._part_of(row)
        elif ROMAN.fullmatch(kinds):
            yield from self._roman(
                kinds, roman([one.text for one in row if one.kind == "R"]), numbers
            )
        elif OVER_TWO_YEARS.fullmatch(kinds):
            yield from self._over_two_years(*numbers[:2], digits=row[-1].text)
        else:
            yield from self._in_numbers(kinds, numbers, row)

    def _in_numbers(self, kinds: str, numbers: list[int], row: list[Token]) -> Iterator[Side]:
        if NUMERIC.fullmatch(kinds) or (kinds == "DDY" and self._order):
            yield from self._either_order(*numbers)
        elif YEAR_FIRST.fullmatch(kinds):
            yield from self._made(dict(zip("YMD", numbers, strict=True)))
        elif kinds in ("Y-d", "Y/d"):
            if len(row[-1].text) == 2:
                yield from self._made(dict(zip("YM", numbers, strict=True)))
        elif MONTH_OF_YEAR.fullmatch(kinds):
            yield from self._made({"Y": numbers[1], "M": numbers[0]})
        else:
            yield from self._in_words(kinds, numbers, row)

    def _in_words(self, kinds: str, numbers: list[int], row: list[Token]) -> Iterator[Side]:
        order = kinds.replace("d", "D")
        values = dict(zip(order.replace("-", ""), numbers, strict=False))
        if order in WHOLE:
            yield from self._made(values)
        elif order in PARTS:
            digits = row[0].text if kinds == "d" else ""
            yield Side("".join(values).replace("W", ""), values, digits=digits)
        elif kinds == "N":
            yield Side("N", {"Y": numbers[0]}, digits=row[0].text)

    def _made(self, values: dict[str, int]) -> Iterator[Side]:
        """A day, a month, a year or a season, if the calendar has it."""
        if 0 in (values.get("Y"), values.get("M"), values.get("D")):
            return
        year, month, day = (values.get(letter, 0) for letter in "YMD")
        if "S" in values:
            point: Point | None = points.season(year, values["S"])
        else:
            point = points.plain(year, month, day, values.get("W"))
        if point:
            order = "".join(letter for letter in values if letter != "W")
            yield self._whole(order, point, values)

    def _whole(self, order: str, point: Point, values: dict[str, int] | None = None) -> Side:
        return Side(order, values or {}, point if point.first[0] <= self._latest else None)

    def _either_order(self, one: int, two: int, year: int) -> Iterator[Side]:
        """A day in numbers; both orders are tried where the source's is not known."""
        if self._order != "dmy":
            yield from self._made({"Y": year, "M": one, "D": two})
        if self._order != "mdy" and (one != two or self._order == "dmy"):
            yield from self._made({"Y": year, "M": two, "D": one})

    def _of_era(self, era: str, number: int) -> Iterator[Side]:
        """A year before ("E") or since ("F") the birth of Christ; 1 BC is the year 0."""
        point = points.plain(1 - number if era == "E" else number) if number else None
        if point:
            yield self._whole(era, point)

    def _century(self, number: int, *, is_before: bool) -> Iterator[Side]:
        """EDTF's 19th century is `18XX`, from 1800 to 1899; of the first it has no year 0."""
        if number > (not is_before):
            form = f"{'-' if is_before else ''}{number - 1:02}XX"
            yield self._whole("B" if is_before else "C", points.unspecified(form))

    def _roman(self, kinds: str, number: int, numbers: list[int]) -> Iterator[Side]:
        """A year, alone or with the same year behind it, or a century: "siglo XIX"."""
        if "C" in kinds:
            yield from self._century(number, is_before=False) if number <= 21 else ()
        elif 1400 <= number <= 2099 and numbers in ([], [number]):
            yield from self._made({"Y": number})

    def _part_of(self, row: list[Token]) -> Iterator[Side]:
        """A half or a quarter of a year, a decade or a century: "2nd half of the 19th century"."""
        kind, number = sorted(row[:2], key=lambda token: token.kind not in "Hh")
        for side in self._plain(row[2:]):
            of = 2 if kind.kind == "h" else 4
            if side.point and (point := points.part(side.point, number.value, of)):
                yield self._whole("P", point)

    def _over_two_years(self, season: int, year: int, *, digits: str) -> Iterator[Side]:
        """The winter of "1953-54" on the northern hemisphere, the summer on the southern one."""
        other = int(f"{year:04}"[: -len(digits)] + digits)
        if other == year + 1 and season in (SUMMER, WINTER):
            last = (other, 2, points.length(other, 2))
            yield self._whole("S", Point((year, 12, 1), last, MONTH))

    def _earlier(self, left: Side, right: Side) -> Iterator[Point | None]:
        """What an earlier side means: the "24" of "24-26 September 1956", the "450" of "450 to 200
        BC", the "12th" of "12th-16th century"."""
        found: Iterator[Side] = iter(())
        if f"{left.order}-{right.order}" in SHARING:
            shared = {letter: n for letter, n in right.values.items() if letter != "W"}
            found = self._made(shared | left.values)
        elif right.order in "EF" and left.digits:
            found = self._of_era(right.order, int(left.digits))
        elif right.order in "BC" and left.order == "D" and not left.digits:
            found = self._century(left.values["D"], is_before=right.order == "B")
        for point in (side.point.signed(left.sign) for side in found if side.point):
            yield points.third(point, *left.thirds) if left.thirds else point

    def _later(self, left: Side, right: Side) -> Iterator[Point | None]:
        """What a later side means: the "26" of "1956 September 24-26", the "47" of "1945-47"."""
        found: Iterator[Side] = iter(())
        if left.order in ("Y", "SY") and right.digits and right.order == "D":
            year = f"{left.values['Y']:04}"
            found = self._made({"Y": int(year[: -len(right.digits)] + right.digits)})
        elif f"{left.order}-{right.order}" in SHARING:
            shared = {letter: n for letter, n in left.values.items() if letter != "W"}
            found = self._made(shared | right.values)
        yield from (side.point.signed(right.sign) for side in found if side.point)
