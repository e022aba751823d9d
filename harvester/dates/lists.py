"""Days of a month, or months of a year, one after another: "May 5, 6 and 7, 1950".

What they share is said once, before all of them or behind: "2000 June 1, 2-5, 8", "5, 6, 7 May
1950", "May, June and July 1950". Two of them are read by the grammar, too, and in the same way.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harvester.dates import points
from harvester.dates.points import Meaning, Point
from harvester.dates.tokens import Token

NEXT = "(?:,&?|&)"
DAYS = rf"(?P<days>[dD](?:-[dD])?(?:{NEXT}[dD](?:-[dD])?)+)"
OF_A_MONTH = re.compile(rf"(?P<before>Y,?)?M{DAYS}(?P<behind>,?Y)?|{DAYS.replace('days', 'd')}M,?Y")
OF_A_YEAR = re.compile(rf"(?P<before>Y,?)?(?P<months>M(?:-M)?(?:{NEXT}M(?:-M)?)+)(?P<behind>,?Y)?")


@dataclass(frozen=True, slots=True)
class Shared:
    """The year and the month that all days of a list are in; no month where it has months."""

    year: int
    month: int = 0

    def point(self, number: int) -> Point | None:
        """The day or month of a number; None if there is none."""
        if number == 0:
            return None
        return points.plain(self.year, *((self.month, number) if self.month else (number,)))


def listed(row: Sequence[Token]) -> Iterator[Meaning]:
    """The set of dates that a whole row of tokens lists, if they stand in their order."""
    kinds = "".join(token.kind for token in row)
    days, months = OF_A_MONTH.fullmatch(kinds), OF_A_YEAR.fullmatch(kinds)
    found = days or months
    if not found or (kinds.count("Y") != 1):
        return
    values = {token.kind: token.value for token in row if token.kind in "YM"}
    shared = Shared(values["Y"], values["M"] if days else 0)
    letters = "dD" if days else "M"
    yield from _set(_spans(row, letters, shared))


def _spans(row: Sequence[Token], letters: str, shared: Shared) -> list[list[Point | None]]:
    """The dates, and the spans of dates, of a list."""
    spans: list[list[Point | None]] = []
    is_span = False
    for token in row:
        if token.kind in letters and is_span:
            spans[-1].append(shared.point(token.value))
        elif token.kind in letters:
            spans.append([shared.point(token.value)])
        is_span = token.kind == "-"
    return spans


def _set(spans: list[list[Point | None]]) -> Iterator[Meaning]:
    found = [point for span in spans for point in span if point]
    in_order = all(one.last < two.first for one, two in pairwise(found))
    if in_order and len(found) == sum(map(len, spans)):
        texts = ["..".join(point.low for point in span if point) for span in spans]
        yield Meaning("{" + ",".join(texts) + "}", found[0].first, found[-1].last)
