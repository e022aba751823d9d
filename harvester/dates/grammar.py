"""The grammar of dates: every way in which a whole text can be read as a date.

A rule that fits a part of the text says nothing; only the whole counts. Where two rules read the
text as different dates, it is ambiguous, and no date is read: "1905-06" may be a month or two
years, 3/4/1962 a day in March or in April. So a rule may be added without harm to the others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from harvester.dates import points
from harvester.dates.points import Day, Point
from harvester.dates.sides import Sides
from harvester.dates.tokens import Token

MOST_TOKENS = 40
COPY = re.compile(r"[,;]?n(?:q?[YK](?:-[Yd])?)?$")
"""A copy's date behind the original's."""
DASHES = "-="
WITHIN = f"{DASHES}t/"
"""The kinds that stand between the first and the last day of a range."""
EARLIEST, LATEST = 1, 9999
"""The years that a date which is open on one side can begin or end in."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A date in EDTF with its first and last day, None where it is open.

    `by_convention` says that a day is ours, not the source's: "early 1950s".
    """

    edtf: str
    first: Day | None
    last: Day | None
    by_convention: bool = False


class Reading:
    """All readings of a row of tokens.

    `order` is how the source writes dates in numbers, "dmy", "mdy", or "" if that is not known;
    `latest` is the last year that a date can begin in.
    """

    def __init__(self, row: list[Token], order: str = "", latest: int = LATEST) -> None:
        self._row, self._order, self._latest = _of_the_original(row), order, latest
        self._sides = Sides(self._row, order, latest)
        self._kinds = self._sides.kinds

    def meanings(self) -> set[Meaning]:
        """Each date that the whole can be."""
        size = len(self._kinds)
        if not size or size > MOST_TOKENS or "!" in self._kinds:
            return set()
        if self._kinds.startswith("©"):
            return set(self._single(1, size)) if self._kinds == "©Y" else set()
        if "k" in self._kinds:
            return set(self._with_bulk(self._kinds.index("k")))
        rules = (self._single, self._span, self._one_sided, self._between, self._either, self._list)
        return {meant for rule in rules for meant in rule(0, size)}

    def _with_bulk(self, place: int) -> Iterator[Meaning]:
        """The dates of all and then of most, DACS 2.4.10: "1785-1960, bulk 1916-1958"."""
        size = place - (self._kinds[place - 1 : place] in (",", ";"))
        halves = self._row[:size], self._row[place + 1 :]
        all_of_it, most = (Reading(half, self._order, self._latest).meanings() for half in halves)
        for whole in all_of_it:
            yield from (whole for part in most if _is_within(part, whole))

    def _single(self, start: int, stop: int) -> Iterator[Meaning]:
        for side in self._sides.between(start, stop):
            if side.point and (edtf := side.point.edtf):
                yield _meaning(edtf, side.point, side.point)

    def _span(self, start: int, stop: int) -> Iterator[Meaning]:
        """Level 0, Time Interval: "1945-1947", "from June to August 1950"."""
        for first, last in self._pairs(start + self._kinds.startswith(("f", "i")), stop, WITHIN):
            ends = first.end(last, is_last=False), last.end(first, is_last=True)
            if ends[0] and ends[1] and first.last < last.first:
                yield _meaning(f"{ends[0]}/{ends[1]}", first, last)

    def _between(self, start: int, stop: int) -> Iterator[Meaning]:
        """Level 2, One of a set: "between 1694 and 1799" is one year of these, and "all months from
        May 1950 to July 1950" are three."""
        if self._kinds.startswith("w"):
            for first, last in self._pairs(start + 1, stop, f"&{DASHES}"):
                if first.last < last.first and not (first.sign or last.sign):
                    yield _meaning(f"[{first.low}..{last.high}]", first, last)
        elif self._kinds.startswith("A"):
            for first, last in self._pairs(start + 1, stop, "t"):
                if first.last < last.first and _is_item(first, last) and first.unit == last.unit:
                    yield _meaning(f"{{{first.low}..{last.high}}}", first, last)

    def _one_sided(self, start: int, stop: int) -> Iterator[Meaning]:
        """Level 2, Set representation, and level 1, open intervals.

        "before 1950" is `[..1949]`, one day up to the end of 1949: a letter "before 1950" was
        written on a day that is not known. "since 1950" is `1950/..`, which lasts.
        """
        kinds = self._kinds
        if kinds[0] in "bayzit=":
            rule, start = kinds[0], 1 + kinds.startswith("-", 1)
        elif kinds[-1] in "remjo-=t":
            rule, stop = kinds[-1] if kinds[-1] in "remj" else "o", stop - 1
            start = kinds.startswith("f")
            stop -= kinds[-2:-1] == ";"
            if kinds[-1] == "o" and kinds[-2:-1] in tuple(f"t{DASHES}"):
                stop -= 1
        else:
            return
        for side in self._sides.between(start, stop):
            if side.point:
                yield from _open(rule, side.point)

    def _either(self, start: int, stop: int) -> Iterator[Meaning]:
        """Level 2, One of a set: "1892 or 1893", "one of: 1985, 1987"."""
        if self._kinds.startswith("s"):
            yield from self._set(start + 1 + self._kinds.startswith("s:"), stop, ",;|", "[]")
        else:
            yield from self._set(start, stop, "|", "[]")

    def _list(self, start: int, stop: int) -> Iterator[Meaning]:
        """Level 2, Multiple dates: "1952, 1953, 1957-1960"."""
        yield from self._set(start, stop, ",;&", "{}")

    def _set(self, start: int, stop: int, between: str, braces: str) -> Iterator[Meaning]:
        for parts in self._parts(start, stop, between):
            units = {point.unit for part in parts for point in part}
            in_order = all(one[-1].last < two[0].first for one, two in pairwise(parts))
            if len(parts) > 1 and in_order and len(units) == 1:
                texts = ["..".join(dict.fromkeys((part[0].low, part[-1].high))) for part in parts]
                edtf = braces[0] + ",".join(texts) + braces[1]
                yield _meaning(edtf, parts[0][0], parts[-1][-1])

    def _parts(self, start: int, stop: int, between: str) -> Iterator[list[tuple[Point, ...]]]:
        """The ways to take a list apart, into dates and spans of them, or into two dates that
        complete each other: "May and June 1950"."""
        yield from ([part] for part in self._items(start, stop, between))
        if start == 0:
            pairs = self._pairs(start, stop, between)
            for first, last in pairs:
                if _is_item(first, last):
                    yield [(first,), (last,)]
        for place in range(start + 1, stop - 1):
            if self._kinds[place] in between:
                rest = place + 1 + (self._kinds[place + 1] in between)
                for part in self._items(start, place, between):
                    yield from ([part, *parts] for parts in self._parts(rest, stop, between))

    def _items(self, start: int, stop: int, between: str) -> Iterator[tuple[Point, ...]]:
        """A date of a list, or with commas a span of dates."""
        for side in self._sides.between(start, stop):
            if side.point and _is_item(side.point):
                yield (side.point,)
        if "," in between:
            for pair in self._pairs(start, stop, DASHES):
                if _is_item(*pair) and pair[0].last < pair[1].first:
                    yield pair

    def _pairs(self, start: int, stop: int, within: str) -> Iterator[tuple[Point, Point]]:
        """Two dates with one of some kinds between them."""
        for place in range(start + 1, stop - 1):
            if self._kinds[place] in within:
                for left in self._sides.between(start, place):
                    for right in self._sides.between(place + 1, stop):
                        yield from self._sides.completed(left, right, self._kinds[place])


def _of_the_original(row: list[Token]) -> list[Token]:
    """The tokens behind "published", "in the year", and before ", printed 1870"."""
    if row and row[-1].kind in ",;" and sum(token.kind in ",;" for token in row) == 1:
        row = row[:-1]
    start = next((n for n, token in enumerate(row) if token.kind not in "v:"), 0)
    kinds = "".join(token.kind for token in row[start:])
    copy = COPY.search(kinds, 1)
    return row[start : start + copy.start()] if copy else row[start:]


def _is_within(part: Meaning, whole: Meaning) -> bool:
    days = whole.first, part.first, part.last, whole.last
    return None not in days and sorted(filter(None, days)) == list(days)


def _is_item(*found: Point) -> bool:
    """Whether dates can stand in a set: EDTF's readers know no doubtful ones there."""
    return not any(point.sign or point.form for point in found)


def _open(rule: str, point: Point) -> Iterator[Meaning]:
    """A date that is known on one side only."""
    edge = points.shifted(*((point.first, -1) if rule == "b" else (point.last, 1)))
    first, last, ours = point.first, point.last, point.by_convention
    if rule in "ba":
        if not (point.sign or point.is_at_both_ends) and EARLIEST <= edge[0] <= LATEST:
            text = points.written(edge, point.unit)
            before = Meaning(f"[..{text}]", None, edge, ours)
            yield before if rule == "b" else Meaning(f"[{text}..]", edge, None, ours)
    elif rule in "yezr":
        if not point.sign and rule in "ye":
            yield Meaning(f"[..{point.high}]", None, last, ours)
        elif not point.sign:
            yield Meaning(f"[{point.low}..]", first, None, ours)
    elif rule in "mj":
        if not (point.sign or point.form):
            later = Meaning(f"{{{point.low}..}}", first, None, ours)
            yield later if rule == "m" else Meaning(f"{{..{point.high}}}", None, last, ours)
    elif not point.form:
        if rule in "io":
            yield Meaning(f"{point.low}{point.sign}/..", first, None, ours)
        else:
            yield Meaning(f"../{point.high}{point.sign}", None, last, ours)


def _meaning(edtf: str, first: Point, last: Point) -> Meaning:
    return Meaning(edtf, first.first, last.last, first.by_convention or last.by_convention)
