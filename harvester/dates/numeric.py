"""Days and months in numbers: "5.3.1950", "1950/03/05", "12.XI.1950", "3/1950".

Where the order of day and month is unknown, both are tried. If both are possible, the grammar has
two readings, and reads nothing.
"""

import re
from collections.abc import Iterator, Sequence

from harvester.dates.tokens import Token, roman

Values = dict[str, int]
"""A year (Y), a month (M) and a day (D), in the order in which they stand."""
DAY = re.compile(r"d([-/.])d\1Y")
DAY_BEFORE_YEAR = re.compile(r"DDY|d/dY")
"""A day in words, "5th 3rd 1950", or as Swedes write it: "5/3 1950"."""
DAY_OF_MONTH = re.compile(r"d[/.][dD]")
ROMAN_MONTH = re.compile(r"[dD]([-/.]?)R\1Y")
YEAR_FIRST = re.compile(r"Y([-/.])d\1dW?")
MONTH_OF_YEAR = re.compile(r"d[-/.]Y")
YEAR_AND_MONTH = re.compile(r"Y[-/]d")
ORDERS = {"dmy": ("DM",), "mdy": ("MD",), "": ("MD", "DM")}


def readings(kinds: str, row: Sequence[Token], order: str) -> Iterator[Values]:
    """What numbers can say, a day's year left out where it has none.

    `order` is the source's, "dmy", "mdy", or "" if that is not known.
    """
    numbers = [token.value for token in row if token.kind in "dDY"]
    if DAY.fullmatch(kinds) or DAY_OF_MONTH.fullmatch(kinds):
        yield from _in_order(numbers, order)
    elif DAY_BEFORE_YEAR.fullmatch(kinds):
        yield from _in_order(numbers, order) if order else ()
    elif ROMAN_MONTH.fullmatch(kinds):
        month = roman([token.text for token in row if token.kind == "R"])
        yield {"D": numbers[0], "M": month, "Y": numbers[1]}
    elif YEAR_FIRST.fullmatch(kinds):
        weekday = {"W": row[-1].value} if kinds.endswith("W") else {}
        yield dict(zip("YMD", numbers, strict=True)) | weekday
    elif MONTH_OF_YEAR.fullmatch(kinds):
        yield dict(zip("MY", numbers, strict=True))
    elif YEAR_AND_MONTH.fullmatch(kinds) and (len(row[-1].text) == 2 or "/" in kinds):
        yield dict(zip("YM", numbers, strict=True))


def _in_order(numbers: list[int], order: str) -> Iterator[Values]:
    """A day and a month, and the year if there is one."""
    one, two = numbers[:2]
    for letters in ORDERS[order][: 1 if one == two else 2]:
        yield dict(zip(f"{letters}Y", numbers, strict=False))
