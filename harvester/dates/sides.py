"""What a part of a text says as one date: a whole one, or one side of a range."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harvester.dates import points
from harvester.dates.numeric import readings
from harvester.dates.points import Point
from harvester.dates.tokens import Token, roman

WHOLE_ORDERS = """
    MDY DMY YMD YDM WMDY WDMY MDYW DMYW YMDW MY YM Y Y-M-D Y-M D-M-Y M-D-Y M-Y SY YS
"""
WHOLE = frozenset(WHOLE_ORDERS.split())
"""The orders of words that make a date. A dash stands without spaces: "10-Mar-1911"."""
PARTS = frozenset(["D", "MD", "DM", "YD", "DY", "M", "S", "WMD", "WDM"])
"""The orders that a range's other side completes: the "30 September" of "30 September - 2 October
1956"."""
SHARING_ORDERS = """
    MD-DY D-DMY MD-MDY DM-DMY D-MDY M-MY M-YM YMD-D YMD-MD YDM-DM YDM-D YD-DM YM-M S-SY YS-S
"""
SHARING = frozenset(SHARING_ORDERS.split())
"""The ranges whose sides complete one another."""
ERA = re.compile(r"[YNd][EF]|[EF][YNd]")
CENTURY = "(?:DC|C[dD]|RC|CR)"
PART_OF = re.compile(rf"(?:[dDRl][HhQ]|[HhQ][dDRl])(?:{CENTURY}|K|Y)")
OF_PART = re.compile(rf"(?:{CENTURY}|K)(?:[dDRl][HhQ])")
PARTS_OF = {"h": 2, "Q": 3, "H": 4}
"""How many of a part make a whole."""
DECADE_OF = re.compile(rf"(?:G[dDT]|[dDT]G|T){CENTURY}")
ROMAN = re.compile(r"R{1,6}Y?|YR{1,6}|(?:RC|CR)[EF]?")
OVER_TWO_YEARS = re.compile(r"SY[-/][Yd]")
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

    def completed(self, left: Side, right: Side, between: str) -> Iterator[tuple[Point, Point]]:
        """Both ends of a range, each completed by the other.

        A sign before a range with a dash is meant for both ends: "c. 1945-1947". Of "the years
        1950-1960" it is not certain where they end. "5 Feb 1699/1700" is one day, in a year that
        was counted in two ways.
        """
        if (left.order == "G") != (right.order == "G"):
            return
        if between == "/" and "Y" in (left.order, right.order) and "M" in left.order + right.order:
            return
        governs = between in "-=/" and left.leads and not right.sign
        for first in [left.point] if left.point else self._earlier(left, right):
            for last in [right.point] if right.point else self._later(left, right):
                if first and last:
                    yield first, last.signed(left.sign) if governs else last

    def _signed(self, start: int, stop: int) -> Iterator[Side]:
        """The dates with what stands around them: "c. 1950", "early 1950s?"."""
        kinds = self.kinds[start:stop]
        begin, end = stop - len(kinds.lstrip("qu?")), start + len(kinds.rstrip("qu?"))
        around = self.kinds[start:begin] + self.kinds[end:stop]
        signs = {"~" if kind == "q" else "?" for kind in around}
        sign = "%" if len(signs) > 1 else "".join(signs)
        thirds, inner, end = self._thirds(begin, end)
        for side in self._plain([token for token in self.row[inner:end] if token.kind != ","]):
            if thirds is None:
                point = side.point.signed(sign) if side.point else None
                yield replace(side, point=point, sign=sign, leads=begin > start)
            elif side.point and (point := points.third(side.point, *thirds)):
                yield replace(side, point=point.signed(sign), sign=sign)
            elif side.order in "DR" and not side.point:
                yield replace(side, sign=sign, thirds=thirds)

    def _thirds(self, start: int, stop: int) -> tuple[tuple[int, int] | None, int, int]:
        """The thirds of "early", "mid to late", and between which places the rest stands: "early
        20th century", "20th century (early)"."""
        found = THIRDS.match(self.kinds, start, stop)
        if found:
            first, last = (self.row[found.start(n if found[n] else 1)].value for n in (1, 2))
            return ((first, last), found.end(), stop) if first <= last else (None, start, stop)
        if self.kinds[start:stop].endswith("CL"):
            third = self.row[stop - 1].value
            return (third, third), start, stop - 1
        return None, start, stop

    def _plain(self, row: list[Token]) -> Iterator[Side]:
        """What has a form of its own: decades, centuries, eras, numbers; or else words."""
        kinds = "".join(token.kind for token in row)
        numbers = [token.value for token in row if token.kind in "dDYNMSWT"]
        if kinds == "K" or (kinds == "X" and not row[0].text.startswith("00")):
            yield self._whole(kinds, points.unspecified(row[0].text))
        elif kinds in ("DC", "DCF", "DCE", "CD", "Cd"):
            yield from self._century(numbers[0], is_before=kinds[-1] == "E")
        elif ERA.fullmatch(kinds):
            era = "E" if "E" in kinds else "F"
            yield from self._if_any(era, points.of_era(numbers[0], is_before=era == "E"))
        elif PART_OF.fullmatch(kinds):
            yield from self._part_of(row)
        elif OF_PART.fullmatch(kinds):
            yield from self._part_of(row[-2:] + row[:-2])
        elif kinds == "GY" or DECADE_OF.fullmatch(kinds):
            yield from self._decade(numbers[0], row[2 if "G" in kinds[:2] else 1 :])
        elif kinds == "T":
            yield Side("T", {"Y": numbers[0]})
        elif ROMAN.fullmatch(kinds):
            written = "".join(one.text for one in row if one.kind == "R")
            yield from self._roman(kinds, written, numbers)
        elif OVER_TWO_YEARS.fullmatch(kinds):
            season, year = numbers[:2]
            yield from self._if_any("S", points.over_two_years(season, year, row[-1].text))
        else:
            yield from self._in_numbers(kinds, numbers, row)

    def _in_numbers(self, kinds: str, numbers: list[int], row: list[Token]) -> Iterator[Side]:
        for values in readings(kinds, row, self._order):
            if "Y" in values:
                yield from self._made(values)
            else:
                yield Side("".join(values), values)
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

    def _if_any(self, order: str, point: Point | None) -> Iterator[Side]:
        if point:
            yield self._whole(order, point)

    def _of_era(self, side: Side, era: str) -> Iterator[Side]:
        """The "450" of "450 to 200 BC"."""
        yield from self._if_any(era, points.of_era(int(side.digits), is_before=era == "E"))

    def _century(self, number: int, *, is_before: bool = False) -> Iterator[Side]:
        order = "B" if is_before else "C"
        yield from self._if_any(order, points.century(number, is_before=is_before))

    def _decade(self, number: int, century: list[Token]) -> Iterator[Side]:
        """The decade of "années 1950", or of "lata 50. XX w."; 1900 may be that of a century."""
        for side in self._plain(century) if century else ():
            number += side.point.first[0] if side.point else 0
        yield from self._if_any("K" if century else "G", points.decade(number))

    def _roman(self, kinds: str, written: str, numbers: list[int]) -> Iterator[Side]:
        """A year, alone or with the same year behind it, or a century: "siglo XIX". Two letters
        alone are rather a title or a state: "MD"."""
        number = roman(written)
        if "C" in kinds:
            yield from self._century(number, is_before="E" in kinds)
        elif kinds == "R" and number <= 21:
            yield Side("R", {"D": number})
        elif 1400 <= number <= 2099 and (numbers == [number] or (not numbers and len(written) > 2)):
            yield from self._made({"Y": number})

    def _part_of(self, row: list[Token]) -> Iterator[Side]:
        """A half or a quarter of a year, a decade or a century."""
        kind, number = sorted(row[:2], key=lambda token: token.kind not in PARTS_OF)
        for side in self._plain(row[2:]):
            of = PARTS_OF[kind.kind]
            which = {"R": roman([number.text]), "l": of}.get(number.kind, number.value)
            if side.point:
                yield from self._if_any("P", points.part(side.point, which, of))

    def _earlier(self, left: Side, right: Side) -> Iterator[Point | None]:
        """What an earlier side means: the "24" of "24-26 September 1956", the "450" of "450 to 200
        BC", the "12th" of "12th-16th century"."""
        found: Iterator[Side] = iter(())
        if f"{left.order}-{right.order}" in SHARING:
            shared = {letter: n for letter, n in right.values.items() if letter != "W"}
            found = self._made(shared | left.values)
        elif right.order in "EF" and left.digits:
            found = self._of_era(left, right.order)
        elif right.order in "BC" and left.order in "DR":
            found = self._century(left.values["D"], is_before=right.order == "B")
        for point in (side.point.signed(left.sign) for side in found if side.point):
            yield points.third(point, *left.thirds) if left.thirds else point

    def _later(self, left: Side, right: Side) -> Iterator[Point | None]:
        """What a later side means: the "26" of "1956 September 24-26", the "47" of "1945-47"."""
        found: Iterator[Side] = iter(())
        if left.order in ("Y", "SY") and right.digits and right.order == "D":
            year = f"{left.values['Y']:04}"
            found = self._made({"Y": int(year[: -len(right.digits)] + right.digits)})
        elif left.order == "K" and right.order == "T" and left.point:
            found = self._decade(left.point.first[0] // 100 * 100 + right.values["Y"], [])
        elif left.order in "EF" and right.digits:
            found = self._of_era(right, left.order)
        elif left.order == "C" and right.order == "R":
            found = self._century(right.values["D"])
        elif f"{left.order}-{right.order}" in SHARING:
            shared = {letter: n for letter, n in left.values.items() if letter != "W"}
            found = self._made(shared | right.values)
        yield from (side.point.signed(right.sign) for side in found if side.point)
