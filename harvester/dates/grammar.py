"""The grammar of dates: every way in which a whole text can be read as a date.

A rule that fits a part of the text says nothing; only the whole counts. Where two rules read the
text as different dates, it is ambiguous, and no date is read: "1905-06" may be a month or two
years, 3/4/1962 a day in March or in April. So a rule may be added without harm to the others.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from harvester.dates import points
from harvester.dates.lists import listed
from harvester.dates.points import Day, Meaning, Point
from harvester.dates.sides import Sides
from harvester.dates.tokens import Token, of_the_original

MOST_TOKENS = 40
TWO_ENDS = re.compile(r"(?P<from>[az][^abyz]*?)(?:,&?|;|&)?(?P<to>[by][^abyz]+)")
UNKNOWN_END, UNKNOWN_START = re.compile(r"[-=t/][U?]$"), re.compile(r"f?[U?][-=t/]")
DASHES = "-="
WITHIN = f"{DASHES}t/"
"""The kinds that stand between the first and the last day of a range."""
EARLIEST, LATEST = 1, 9999
"""The years that a date which is open on one side can begin or end in."""


class Reading:
    """All readings of a row of tokens.

    `order` is how the source writes dates in numbers, "dmy", "mdy", or "" if that is not known;
    `latest` is the last year that a date can begin in.
    """

    def __init__(self, row: list[Token], order: str = "", latest: int = LATEST) -> None:
        self._row = of_the_original(row)
        self._order, self._latest = order, latest
        self._sides = Sides(self._row, order, latest)
        self._kinds = self._sides.kinds

    def meanings(self) -> set[Meaning]:
        """Each date that the whole can be."""
        size = len(self._kinds)
        if not size or size > MOST_TOKENS or "!" in self._kinds:
            return set()
        if self._kinds.startswith("©"):
            return set(self._single(1, size)) if self._kinds == "©Y" else set()
        if ends := TWO_ENDS.fullmatch(self._kinds):
            return set(self._two_ends(ends.end("from"), ends.start("to")))
        if "k" in self._kinds:
            return set(self._with_bulk(self._kinds.index("k")))
        rules = (self._single, self._span, self._one_sided, self._between, self._either, self._list)
        return {meant for rule in rules for meant in rule(0, size)} | set(listed(self._row))

    def _two_ends(self, stop: int, start: int) -> Iterator[Meaning]:
        """Level 2, One of a set: "after 1950 and before 1955" is `[1951..1954]`."""
        halves = self._row[:stop], self._row[start:]
        firsts, lasts = (Reading(half, self._order, self._latest).meanings() for half in halves)
        for first in firsts:
            for last in lasts:
                if _is_half(first) and _is_half(last) and first.first and last.last:
                    unit = max(one.edtf.strip("[.]").count("-", 1) for one in (first, last)) + 1
                    edtf = points.either(first.first, last.last, unit)
                    ours = first.by_convention or last.by_convention
                    if first.first < last.last:
                        yield Meaning(edtf, first.first, last.last, ours)

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
        May 1950 to July 1950" are three. The readers of EDTF know no doubt in a set, so that
        "between 1862 and 1865?" is the span `1862/1865?`."""
        if self._kinds.startswith("w"):
            for first, last in self._pairs(start + 1, stop, f"&t{DASHES}"):
                ends = first.end(last, is_last=False), last.end(first, is_last=True)
                if first.last < last.first and not (first.sign or last.sign):
                    unit = max(first.unit, last.unit)
                    yield _meaning(points.either(first.first, last.last, unit), first, last)
                elif first.last < last.first and ends[0] and ends[1]:
                    yield _meaning(f"{ends[0]}/{ends[1]}", first, last)
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
        if UNKNOWN_END.search(kinds):
            rule, start, stop = "o", kinds.startswith("f"), stop - 2
        elif unknown := UNKNOWN_START.match(kinds):
            rule, start = "t", unknown.end()
        elif kinds[0] in "bayzit=":
            rule, start = kinds[0], 1 + kinds.startswith("-", 1)
        elif kinds[-1] in "remjo-=t":
            rule, stop = kinds[-1] if kinds[-1] in "remj" else "o", stop - 1
            start = kinds.startswith("f")
            stop -= kinds[-2:-1] in (",", ";")
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
        """Of "the years 1950 and 1960" it is not certain whether the second is a decade, too."""
        if "G" in self._kinds:
            return
        for parts in self._parts(start, stop, between):
            units = {point.unit for part in parts for point in part}
            in_order = all(one[-1].last < two[0].first for one, two in pairwise(parts))
            if len(parts) > 1 and in_order and len(units) == 1:
                texts = [_item(*part) for part in parts]
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


def _is_half(meant: Meaning) -> bool:
    """Whether it is one day since another, or up to another, without doubt."""
    return meant.edtf.startswith("[") and None in (meant.first, meant.last)


def _item(*part: Point) -> str:
    return part[0].item if len(part) == 1 else f"{part[0].low}..{part[-1].high}"


def _is_within(part: Meaning, whole: Meaning) -> bool:
    days = whole.first, part.first, part.last, whole.last
    return None not in days and sorted(filter(None, days)) == list(days)


def _is_item(*found: Point) -> bool:
    """Whether dates can stand in a set: EDTF's readers know no doubtful ones there, and no century
    before Christ."""
    return not any(p.sign or p.is_at_both_ends or p.form.startswith("-") for p in found)


def _open(rule: str, point: Point) -> Iterator[Meaning]:
    """A date that is known on one side only."""
    edge = points.shifted(*((point.first, -1) if rule == "b" else (point.last, 1)))
    first, last, ours = point.first, point.last, point.by_convention
    if rule in "ba":
        if not point.is_at_both_ends and EARLIEST <= edge[0] <= LATEST:
            text = points.written(edge, point.unit)
            yield from _half_open(text, point.sign, edge, ours, is_end=rule == "b")
    elif rule in "ye":
        yield from _half_open(point.high, point.sign, last, ours, is_end=True)
    elif rule in "zr":
        yield from _half_open(point.low, point.sign, first, ours, is_end=False)
    elif rule in "mj":
        if not (point.sign or point.form):
            later = Meaning(f"{{{point.low}..}}", first, None, ours)
            yield later if rule == "m" else Meaning(f"{{..{point.high}}}", None, last, ours)
    elif not point.form:
        if rule in "io":
            yield Meaning(f"{point.low}{point.sign}/..", first, None, ours)
        elif last[0] > 0:
            yield Meaning(f"../{point.high}{point.sign}", None, last, ours)


def _half_open(text: str, sign: str, day: Day, ours: bool, *, is_end: bool) -> Iterator[Meaning]:
    """One day up to a day, or since one: a set, or with doubt, which sets don't know, a span.

    The readers of EDTF know no span that ends before Christ and has no beginning.
    """
    if is_end and not (sign and day[0] <= 0):
        yield Meaning(f"../{text}{sign}" if sign else f"[..{text}]", None, day, ours)
    elif not is_end:
        yield Meaning(f"{text}{sign}/.." if sign else f"[{text}..]", day, None, ours)


def _meaning(edtf: str, first: Point, last: Point) -> Meaning:
    return Meaning(edtf, first.first, last.last, first.by_convention or last.by_convention)
