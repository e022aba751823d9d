"""Dates as archives write them, read into EDTF: "c. 1950" is `1950~`.

EDTF is the Extended Date/Time Format, the Library of Congress's profile of ISO 8601-2:2019; where
these modules say "level 1, Seasons", they name a part of its page,
https://www.loc.gov/standards/datetime/.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from harvester.dates.grammar import Reading
from harvester.dates.literal import QUALIFIED, day_with_time, literal, qualified
from harvester.dates.points import DAY, Day, Meaning, written
from harvester.dates.tokens import simplified, tokens
from harvester.dates.vocabulary import ENGLISH as ENGLISH
from harvester.dates.vocabulary import vocabulary

YEAR = 2026
"""That in which this was written."""

LONGEST = 80
"""Most characters of a date; a longer text is not read."""


@dataclass(frozen=True, slots=True)
class ArchiveDate:
    """A date in EDTF, and the first and last ISO day that it can be; None where it is open.

    The days are those of the value as stated: "circa" and "?" do not widen them by a guess.
    `convention` is the one of ours that decides the days, since no standard says when "early 1950s"
    ends: "thirds".
    """

    edtf: str
    earliest: str | None
    latest: str | None
    convention: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a source writes its dates: in which language, and in numbers in which order.

    `order` is "dmy" or "mdy"; if empty, the language's, and if that has two, only a date with a
    number above 12 is read. With `conventions`, "early 1950s" is read by ours. A date that begins
    after the year `latest` is a placeholder (9999), and not read.
    """

    language: str = ENGLISH
    order: str = ""
    latest: int = 9998
    conventions: bool = True

    def by(self, moment: str) -> "Habits":
        """The same, for what was written by a moment: no document is later than the following year.

        A clock that is behind this program's own year is wrong, and not believed.
        """
        return replace(self, latest=max(int(moment[:4] or YEAR), YEAR) + 1)


THIRDS = "thirds"
"""The convention by which "early", "mid" and "late" are a third each."""

ORDERS = ("dmy", "mdy")
DAY_ALONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SUPPLIED = re.compile(r"(?P<said>[^0-9]*[^0-9\s,;:])[\s,;:]*+[\[(](?P<date>[^][()]+)[\])]\.?")
"""A date that a cataloguer gives to what has none: "n.d. [1950]"."""
USUAL = Habits()


def read_date(text: str, habits: Habits = USUAL) -> ArchiveDate | None:
    """The date that the whole text states, or None if it is not understood, or in two ways.

    >>> read_date("c. August 1962")
    ArchiveDate(edtf='1962-08~', earliest='1962-08-01', latest='1962-08-31')
    >>> read_date("some time ago")
    """
    return _read(text, habits) if len(text) <= LONGEST else None


def says_undated(text: str, language: str = ENGLISH) -> bool:
    """Whether the text states that there is no date; a blank text states nothing."""
    if len(text) > LONGEST:
        return False
    plain = "".join(simplified(text).replace(".", "").split())
    return plain in vocabulary(language).undated


@lru_cache(maxsize=4096)
def _read(text: str, habits: Habits) -> ArchiveDate | None:
    """The date; of "1689 [i.e. 1688]" that which a cataloguer put in the place of a wrong one."""
    meant = literal(text)
    if meant is None and (doubted := QUALIFIED.fullmatch(text.strip())):
        plain = _read(doubted["date"], habits)
        meant = qualified(plain.edtf, doubted["said"].lower()) if plain else None
    elif (day := day_with_time(text.strip())) is not None:
        plain = _read(day, habits)
        return plain if plain and DAY_ALONE.fullmatch(plain.edtf) else None
    elif (supplied := SUPPLIED.fullmatch(text.strip())) and says_undated(supplied["said"]):
        return _read(supplied["date"], habits)
    elif meant is None:
        wrong, is_corrected, right = simplified(text).partition(" ie. ")
        found = _meanings(right if is_corrected else wrong, habits)
        is_date = not is_corrected or _meanings(wrong, habits)
        meant = found.pop() if len(found) == 1 and is_date else None
    if meant is None or _year(meant) > habits.latest:
        return None
    is_ours = meant.by_convention and not habits.conventions
    return None if is_ours else _dated(meant)


def _meanings(text: str, habits: Habits) -> set[Meaning]:
    words = vocabulary(habits.language)
    return Reading(tokens(text, words), habits.order or words.order, habits.latest).meanings()


def _year(meant: Meaning) -> int:
    return (meant.first or meant.last or (0,))[0]


def _dated(meant: Meaning) -> ArchiveDate:
    convention = THIRDS if meant.by_convention else None
    return ArchiveDate(meant.edtf, _iso(meant.first), _iso(meant.last), convention)


def _iso(day: Day | None) -> str | None:
    return written(day, DAY) if day else None
