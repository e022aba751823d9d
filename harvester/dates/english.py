"""A small grammar of English dates: the whole text fits it, or nothing is read; it never guesses.

Days are those of the Gregorian calendar, and years have four digits, 0001 to 9999.
"""

import calendar
import re
from datetime import date, timedelta


def _named(kind: str, first: int, names: str) -> dict[str, tuple[str, int]]:
    """The kind and number of each name, and of its first three letters."""
    numbered = list(enumerate(names.split(), first))
    return {word: (kind, n) for n, name in numbered for word in (name, name[:3])}


# What a word can be: D a day, M a month, W a weekday, Y a year. Not the names of the `calendar`
# module: those follow the machine's locale.
_NAMES = {
    **_named("M", 1, "january february march april may june july"),
    **_named("M", 8, "august september october november december"),
    **_named("W", 0, "monday tuesday wednesday thursday friday saturday sunday"),
    "sept": ("M", 9),
}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}

# The orders of words that make a date, and the ranges whose sides complete one another.
_WHOLE = {"MDY", "DMY", "YMD", "WMDY", "WDMY", "MY", "YM", "Y"}
_SHARING = {"MD-DY", "D-DMY", "MD-MDY", "DM-DMY", "M-MY", "YMD-D", "YMD-MD", "YM-M"}

_NUMBER = re.compile(r"(?P<Y>[0-9]{4})|(?P<D>[0-9]{1,2})(?:st|nd|rd|th)?")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TYPED = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2019", "-------'")
_GAP = re.compile(r"[\s.,]+")
_RANGE = re.compile(r" (?:--?|to|through) ")
_UNDATED = re.compile(
    r"undated|not dated|n ?d|no date(?: given)?|without date|date unknown|unknown(?: date)?"
)
_QUALIFIED = re.compile(
    r"(?P<approximate>(?:c|ca|circa|about|approx|approximately) )?"
    r"(?P<point>[^?()]+?)"
    r"(?P<uncertain> ?\?| ?\(\?\))?"
)
_SHORT = re.compile(r"(([0-9]{2})([0-9]{2}))-([0-9]{2})")
_DECADE = re.compile(r"(?:the )?([0-9]{2}[1-9])0'?s")
_CENTURY = re.compile(r"(?:the )?([0-9]{1,2})(?:st|nd|rd|th) century")
_SEASON = re.compile(rf"({'|'.join(_SEASONS)}) ([0-9]{{4}})")


def to_edtf(text: str) -> str | None:
    """The EDTF of the date that the whole text states, or None if it is not understood."""
    simple = _simplified(text)
    forms = (_qualified, _range, _short_form, _unspecified, _season, _one_side)
    return next(filter(None, (form(simple) for form in forms)), None)


def says_undated(text: str) -> bool:
    return _UNDATED.fullmatch(_simplified(text).strip("()")) is not None


def days(point: str) -> tuple[str, str]:
    """The first and last day of a plain day, month or year."""
    if len(point) == 4:
        return f"{point}-01-01", f"{point}-12-31"
    if len(point) == 7:
        length = calendar.monthrange(int(point[:4]), int(point[5:]))[1]
        return f"{point}-01", f"{point}-{length}"
    return point, point


def _simplified(text: str) -> str:
    """Lower case, plain dashes, one space for any gap, comma or full stop; "" if not ASCII.

    Brackets around the whole go: an archivist's sign that the date was supplied, not that it is in
    doubt (doubt is "[1958?]"). EDTF has no sign for that, and the raw text keeps it.
    """
    simple = _GAP.sub(" ", text.translate(_TYPED)).strip()
    if simple.startswith("[") and simple.endswith("]"):
        simple = simple[1:-1].strip()
    return simple.lower() if simple.isascii() else ""


def _words(text: str) -> tuple[str, dict[str, int]]:
    """The kinds of the words in their order, "MDY", and the value of each kind."""
    if iso := _ISO_DAY.fullmatch(text):
        return "YMD", dict(zip("YMD", map(int, iso.groups()), strict=True))
    words = [_word(word) for word in text.split()]
    return "".join(kind for kind, _ in words), dict(words)


def _word(word: str) -> tuple[str, int]:
    number = _NUMBER.fullmatch(word)
    if number and number.lastgroup:
        return number.lastgroup, int(number[number.lastgroup])
    return _NAMES.get(word, ("?", 0))


def _point(text: str) -> str | None:
    """A day, a month or a year: level 0, Date."""
    order, values = _words(text)
    return _written(values) if order in _WHOLE else None


def _written(values: dict[str, int]) -> str | None:
    """The EDTF of a date, as precise as its parts; None if no calendar has it on its weekday."""
    try:
        first = date(values["Y"], values.get("M", 1), values.get("D", 1))
    except ValueError:
        return None
    if values.get("W", first.weekday()) != first.weekday():
        return None
    return first.isoformat()[: 4 + 3 * ("M" in values) + 3 * ("D" in values)]


def _qualified(text: str) -> str | None:
    """Level 1, Qualification of a date (complete): `~` approximate, `?` uncertain, `%` both.

    "c1950", without a full stop, is not read: catalogues write a year of copyright so.
    """
    match = _QUALIFIED.fullmatch(text)
    point = _point(match["point"]) if match else None
    if not match or not point:
        return None
    if match["approximate"]:
        return point + ("%" if match["uncertain"] else "~")
    return point + ("?" if match["uncertain"] else "")


def _range(text: str) -> str | None:
    """Level 0, Time Interval: from an earlier to a later date.

    "circa 1945-1947" is not read: the word may belong to the first year or to both.
    """
    halves = _RANGE.split(text)
    if len(halves) == 1:
        halves = text.split("-")
    if len(halves) != 2:
        return None
    (left, start), (right, end) = map(_words, halves)
    if f"{left}-{right}" in _SHARING:
        start, end = end | start, start | end
    elif left not in _WHOLE or right not in _WHOLE:
        return None
    first, last = _written(start), _written(end)
    return f"{first}/{last}" if first and last and days(first)[1] < days(last)[0] else None


def _short_form(text: str) -> str | None:
    """Level 0: "1956-10" is a month, "1945-47" are years; "1905-06", either, is not read."""
    if not (match := _SHORT.fullmatch(text)) or match[1] == "0000":
        return None
    year, century, start, number = match.groups()
    is_month, is_range = "01" <= number <= "12", number > start
    if is_month == is_range:
        return None
    return text if is_month else f"{year}/{century}{number}"


def _unspecified(text: str) -> str | None:
    """Level 1, Unspecified digit(s) from the right: a decade is `195X`, the 19th century `18XX`.

    "1900s" is not read: it may be ten years or a hundred.
    """
    if decade := _DECADE.fullmatch(text):
        return f"{decade[1]}X"
    century = _CENTURY.fullmatch(text)
    return f"{int(century[1]) - 1:02}XX" if century and int(century[1]) > 1 else None


def _season(text: str) -> str | None:
    """Level 1, Seasons: 21 spring, 22 summer, 23 autumn, 24 winter, on whichever hemisphere."""
    match = _SEASON.fullmatch(text)
    return f"{match[2]}-{_SEASONS[match[1]]}" if match and match[2] != "0000" else None


def _one_side(text: str) -> str | None:
    """Level 2, Set representation: "before 1950" is `[..1949]`, one day up to the end of 1949.

    Not the interval `../1949` of level 1: that would last from the beginning of time, while a
    letter "before 1950" was written on a day that is not known. The stated date itself is excluded.
    """
    word, _, rest = text.partition(" ")
    if word not in ("before", "after") or not (point := _point(rest)):
        return None
    first, last = map(date.fromisoformat, days(point))
    try:
        edge = first - timedelta(1) if word == "before" else last + timedelta(1)
    except OverflowError:
        return None
    stated = edge.isoformat()[: len(point)]
    return f"[..{stated}]" if word == "before" else f"[{stated}..]"
