"""Dates within a text, in any of some thirty languages: where one stands, not what it means.

A listing writes "Posted by A. Clerk on 5 října 2012 - 20:35". What is looked for is the part that
is a date, so that one can tell which column holds dates and what a reader is shown. A text becomes
a row of kinds, a letter for each word, number or sign ("x x x p d M Y - ..."), and the forms of
dates are patterns over these letters. So their cost depends on the number of words alone.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

from harvester.dates.eras import ERAS

LONGEST = 400
"""Most characters of a text that are examined."""
LONGEST_DATE = 60
"""Most characters of a text that is nothing but a date."""
MOST_AROUND = 10
"""Most letters and digits beside a date in a text that counts as one ("Wed", "Filed")."""

TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
SIGNS = {
    "-": "-",
    "–": "-",
    "—": "-",
    "'": "'",
    "’": "'",
    "º": "o",
    **{sign: sign for sign in "/.,:()"},
}
WEEKDAY_NAMES = """
    mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun
    sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi
    vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo måndag tisdag
    onsdag torsdag fredag lördag söndag
"""
WEEKDAYS = frozenset(WEEKDAY_NAMES.split())
CJK = {"年": "年년", "月": "月월", "日": "日일"}
"""The characters after the numbers of a year, a month and a day in Chinese, Japanese and Korean."""
WORDS = {
    **dict.fromkeys(("spring", "summer", "fall", "autumn", "winter"), "S"),
    **dict.fromkeys(("de", "del", "of", "den", "d", "the"), "j"),
    **dict.fromkeys(("st", "nd", "rd", "th", "er"), "o"),
    **dict.fromkeys(("minute", "hour", "day", "week", "month", "year"), "U"),
    **dict.fromkeys(("minutes", "hours", "days", "weeks", "months", "years"), "U"),
    **dict.fromkeys(("today", "yesterday"), "T"),
    **dict.fromkeys(("am", "pm"), "a"),
    **dict.fromkeys(("at", "on"), "p"),
    **dict.fromkeys(("posted", "published", "updated", "filed", "issued", "released"), "p"),
    **dict.fromkeys(("dated", "date", "added", "created", "c", "ca", "circa"), "p"),
    **dict.fromkeys(WEEKDAYS, "W"),
    **{word: sign for sign, words in CJK.items() for word in words},
    **dict.fromkeys(ERAS, "G"),
    **{f"{era}元年": "Q" for era in ERAS},
}
DAY, YEAR, JOIN = r"[md](?:o|\.)?", "Y", r"[,./\-]?(?:j'?)?j?"
WHOLE = re.compile(
    "|".join(
        (
            rf"{DAY}{JOIN}M\.?{JOIN}{YEAR}",
            rf"M\.?{JOIN}{DAY}{JOIN}{YEAR}",
            rf"{YEAR}{JOIN}M\.?{JOIN}[md]",
            rf"{YEAR}([-/.])m\1[md](?![-/])",
            rf"(?<![-/.Y])[md]([-/.])[md]\2(?:{YEAR}|[ymd])(?![-/]|\.[mdyN{YEAR}])",
            rf"{DAY}{JOIN}M\.?{JOIN}'?[ymd](?![/:.]|,?{YEAR})",
            rf"(?:{YEAR}年|G[mdy]年|Q)m月[md]日",
            "E",
        )
    )
)
"""A day of a month of a year, in any order."""
PART = re.compile(
    "|".join(
        (
            rf"M\.?(?:[/\-]M\.?)?[,.]?j?{YEAR}",
            rf"S{YEAR}",
            rf"(?:{YEAR}年|G[mdy]年|Q)m月",
            rf"(?:{YEAR}|G[mdy])年|Q",
            r"M\.?j?[md]o?(?![/:\-])",
            rf"(?<![/\-.:]){DAY}j?M\.?",
            rf"(?<![N/\-.]){YEAR}[-~]{YEAR}(?![/\-])",
            rf"(?<![/\-.N{YEAR}mdy])m/[md](?![/\-mdyN{YEAR}])",
            r"[mdyNx]UA",
            "T",
            rf"(?<![/\-.Nxz])(?<!x~){YEAR}(?![/\-.N])",
        )
    )
)
"""Less than that: a month, a season, a year, a span of years, a day of no year, "3 days ago"."""
NUMBERED = re.compile(r"\d{4}\.(?:\d\.\d\d?|\d\d\.\d)")
"""How museums number what they are given, with the year first: "2019.12.1". Days that are written
with points and the year first have two digits for the month and the day."""
BEFORE = re.compile(r"(?:\w{2,10}[,.]?\s+)?$")
AFTER = re.compile(
    r"[,\s|@–-]{0,4}(?:at\s+)?\d{1,2}[:.]\d\d(?::\d\d)?\s?(?:[ap]\.?m\b\.?)?(?:\s[A-Z]{2,4}\b)?"
    r"|\s(?:mon|tue|wed|thu|fri|sat|sun)(?![a-z])",
    re.IGNORECASE,
)
BESIDE = re.compile(r"\d{1,2}[:.]\d\d(?::\d\d)?|\b[A-Z]{3,4}\b|\W|_")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A date in a text: its first and last place, and whether it names a day with a year."""

    text: str
    start: int
    stop: int
    is_whole: bool

    @property
    def said(self) -> str:
        """The date itself."""
        return self.text[self.start : self.stop]

    @property
    def shown(self) -> str:
        """The date with the weekday before it and the time behind it, as a reader is shown it."""
        start, stop = self.start, self.stop
        before = BEFORE.search(self.text, max(0, start - 14), start)
        if before and before.group().rstrip(" ,.\t").lower() in WEEKDAYS:
            start = before.start()
        if after := AFTER.match(self.text, stop):
            stop = after.end()
        return self.text[start:stop].strip()


@lru_cache(maxsize=65536)
def find_date(text: str) -> Phrase | None:
    """The first date of a day in a text, or else the first of less; None if there is none."""
    text = text[:LONGEST]
    if not any(sign.isdigit() for sign in text) and not any(
        word in text.lower() for word in ("day", "ago", "元年")
    ):
        return None
    kinds, spans = _kinds(text)
    wholes = ((found.span(), True) for found in WHOLE.finditer(kinds))
    parts = ((found.span(), False) for found in PART.finditer(kinds))
    for (first, last), is_whole in chain(wholes, parts):
        start, stop = spans[first][0], spans[last - 1][1]
        is_number = is_whole and NUMBERED.fullmatch(text, start, stop)
        if _stands_alone(kinds, spans, first, last) and not is_number:
            return Phrase(text, start, stop, is_whole)
    return None


@lru_cache(maxsize=65536)
def is_date(text: str) -> bool:
    """Whether a text is a date, and little else: a weekday, a time, "Posted"."""
    found = find_date(text) if len(text) <= LONGEST_DATE else None
    if found is None:
        return False
    around = f"{text[: found.start]} {text[found.stop :]}"
    rest = "".join(word for word in BESIDE.sub(" ", around).split() if not _goes_along(word))
    return len(rest) <= min(MOST_AROUND, len(found.said))


def _goes_along(word: str) -> bool:
    word = word.lower()
    return word in WORDS or word == "by"


def _kinds(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The kinds of a text's words, numbers and signs, and where each stands."""
    kinds, spans, last = [], [], ""
    for found in TOKEN.finditer(text):
        last = _kind(found.group(), last, text, found.start(), found.end())
        kinds.append(last)
        spans.append(found.span())
    return "".join(kinds), spans


def _kind(token: str, last: str, text: str, start: int, stop: int) -> str:
    if token.isdigit():
        return _kind_of_number(token)
    if not token[0].isalpha():
        kind = SIGNS.get(token, "~")
        apart = _is_space(text[start - 1 : start]) and _is_space(text[stop : stop + 1])
        return "~" if kind == "-" and apart else kind
    word = token.lower()
    if word == "ago" and last == "U":
        return "A"
    if word in _months():
        return "M"
    return WORDS.get(word) or ("z" if token.isupper() and len(token) <= 4 else "x")


def _is_space(sign: str) -> bool:
    return not sign or sign.isspace()


def _kind_of_number(digits: str) -> str:
    """A year, what can be a day or a month, two digits of a year, or another number."""
    number, size = int(digits[:8]), len(digits)
    if size == 4 and 1500 <= number <= 2099:
        return YEAR
    if size <= 2 and 1 <= number <= 31:
        return "m" if number <= 12 else "d"
    if size == 2:
        return "y"
    whole = size == 8 and 1 <= number // 1_000_000 <= 12 and 1 <= number // 10_000 % 100 <= 31
    return "E" if whole and 1900 <= number % 10_000 <= 2099 else "N"


def _stands_alone(kinds: str, spans: list[tuple[int, int]], start: int, stop: int) -> bool:
    """Whether no further letters or digits are glued to a part of a text."""
    if start and spans[start - 1][1] == spans[start][0] and kinds[start - 1] not in "-,.:/~'()":
        return False
    glued = stop < len(spans) and spans[stop - 1][1] == spans[stop][0]
    return not glued or kinds[stop] in "-,.:/~'()ao"


@cache
def _months() -> frozenset[str]:
    """The names of months in all languages that months.toml has."""
    table = tomllib.loads(files("harvester.dates").joinpath("months.toml").read_text("utf-8"))
    return frozenset(name for months in table.values() for names in months for name in names)
