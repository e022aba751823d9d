"""Dates as East Asia writes them: years of an era, numbers in Chinese characters, 年, 月 and 日.

"昭和31年2月3日" is 3 February 1956. An era begins on the day of its proclamation, and its first
year is 元年; a year or day that it never had, such as 昭和65年, is not read. Japan counted months
by the moon until 1872, so of an earlier date the year alone is read. 年度, a financial year, isn't.

The days are those of Japan's edicts and its Era Name Act; 民國, the calendar of the Republic of
China, counts from 1912.
"""

import re
from dataclasses import dataclass
from datetime import date

FIRST_GREGORIAN = date(1873, 1, 1)
"""The first day on which Japan's months are those of the Gregorian calendar."""
DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
TEN, FIRST = "十", "元"
NUMERAL = rf"(?:[0-9]{{1,4}}|[{''.join(DIGITS)}{TEN}]{{1,4}})"


@dataclass(frozen=True, slots=True)
class Era:
    """An era with its first and last day."""

    begins: date
    ends: date = date.max

    def year(self, number: int) -> int | None:
        """The year that is its first, second and so on; None if it had no such year."""
        year = self.begins.year + number - 1
        return year if number > 0 and year <= self.ends.year else None


REPUBLIC = Era(date(1912, 1, 1))
ERAS = {
    "明治": Era(date(1868, 1, 25), date(1912, 7, 30)),
    "大正": Era(date(1912, 7, 30), date(1926, 12, 25)),
    "昭和": Era(date(1926, 12, 25), date(1989, 1, 7)),
    "平成": Era(date(1989, 1, 8), date(2019, 4, 30)),
    "令和": Era(date(2019, 5, 1)),
    **dict.fromkeys(("民國", "民国", "中華民國", "中华民国"), REPUBLIC),
}
NAMES = "|".join(sorted(ERAS, key=len, reverse=True))
WRITTEN = re.compile(
    rf"(?P<era>{NAMES})? ?(?P<year>{NUMERAL}|{FIRST}) ?[年년](?![度代대])"
    rf"(?: ?(?P<month>{NUMERAL}) ?[月월](?: ?(?P<day>{NUMERAL}) ?[日일])?)?"
    rf"|(?P<bare_era>{NAMES}) ?(?P<bare_year>[0-9]{{1,2}})(?![0-9年년.])"
)


WEEKDAYS = {
    sign: day
    for signs in ("月火水木金土日", "一二三四五六天")
    for sign, day in zip(signs, ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True)
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS = {"春": "spring", "夏": "summer", "秋": "autumn", "冬": "winter"}
TWICE = re.compile(r"([0-9]{4}) ?\(([0-9]{4})[年년]?\)[年년]?")
CENTURYS_DECADE = re.compile("([0-9]{2})(?:世紀|世纪|세기) ?([1-9]0)(?:年代|년대)")
WEEKDAY = re.compile(r" ?(?:\(([月火水木金土日])(?:曜日?)?\)|星期([一二三四五六日天]))")
DAY = re.compile(rf"(?<![0-9])({NUMERAL}) ?[月월] ?({NUMERAL}) ?[日일]")
"""A day of a year that is said before: "1950年5月5日至6月6日"."""


PHRASES = (
    (re.compile(r"([0-9]{3}0) ?(?:年代|년대)"), r"\1s"),
    (re.compile(r"([0-9]{1,2}) ?(?:世紀|世纪|세기)"), r"\1th century"),
    (re.compile(r"(?:約|约|약) ?(?=[0-9])"), "circa "),
    (re.compile(r"(.{4,20}?) ?(?:頃|ころ|ごろ|左右|경)"), r"circa \1"),
    (re.compile("(?<=[0-9])以前"), " or earlier"),
    (re.compile("(?<=[0-9])(?:以降|以後|以后)"), " or later"),
    (re.compile("(?<=[0-9])(?:至|から|부터)(?=.)"), " - "),
    (re.compile("(?<=[0-9])([春夏秋冬])[季天]?"), lambda found: f" {SEASONS[found[1]]}"),
    (WEEKDAY, lambda found: f" {WEEKDAYS[found[1] or found[2]]}"),
    (re.compile("(?<=[0-9]{4}-[0-9]{4})年"), ""),
)
"""Decades, centuries, and what is about right, as English says it."""


def in_western_years(text: str) -> str:
    """A text with the dates of this kind in it as "1956-02-03", "1956-02" or "1956"; what was no
    day of its era is left as it is."""
    if text.isascii():
        return text
    text = CENTURYS_DECADE.sub(lambda found: f"{int(found[1]) - 1}{found[2]}s", text)
    text = WRITTEN.sub(lambda found: _western(found) or found.group(), text)
    text = DAY.sub(lambda found: _within_year(*found.groups()) or found.group(), text)
    text = TWICE.sub(lambda found: found[1] if found[1] == found[2] else found.group(), text)
    for written, english in PHRASES:
        text = written.sub(english, text)
    return text


def _western(found: re.Match[str]) -> str | None:
    era = ERAS.get(found["era"] or found["bare_era"])
    year = _number(found["year"] or found["bare_year"])
    month, day = (_number(said) if (said := found[name]) else None for name in ("month", "day"))
    if year is None or (found["month"] and not month) or (found["day"] and not day):
        return None
    western = era.year(year) if era else year if year > 999 else None
    if western is None or (era and month and not _is_in(era, western, month, day)):
        return None
    return "-".join([f"{western:04}", *(f"{part:02}" for part in (month, day) if part)])


def _within_year(month: str, day: str) -> str | None:
    """ "jun 6" for 6月6日."""
    numbers = _number(month), _number(day)
    if None in numbers or not 1 <= (numbers[0] or 0) <= len(MONTHS):
        return None
    return f"{MONTHS[(numbers[0] or 0) - 1]} {numbers[1]}"


def _is_in(era: Era, year: int, month: int, day: int | None) -> bool:
    """Whether a month or day is one of an era's, and of the Gregorian calendar's."""
    try:
        first = date(year, month, day or 1)
    except ValueError:
        return False
    last = first if day else date(year, month, 28)
    return max(FIRST_GREGORIAN, era.begins) <= last and first <= era.ends


def _number(said: str) -> int | None:
    """The value of a numeral: "31", "三十一", "一九五六" or "元"; None if it has none."""
    if said.isdecimal():
        return int(said)
    if said == FIRST:
        return 1
    if TEN not in said:
        return int("".join(str(DIGITS[sign]) for sign in said))
    tens, _, ones = said.partition(TEN)
    if TEN in ones or len(tens) > 1 or len(ones) > 1:
        return None
    return 10 * DIGITS.get(tens, 1) + DIGITS.get(ones, 0)
