"""Dates as archives write them in English, read into EDTF: "c. 1950" is `1950~`.

EDTF is the Extended Date/Time Format, the Library of Congress's profile of ISO 8601-2:2019; where
these modules say "level 1, Seasons", they name a part of its page,
https://www.loc.gov/standards/datetime/.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from time import struct_time

from harvester.dates import english
from harvester.dates.english import days

LONGEST = 80
"""No date is longer, in characters; a longer text is not looked at."""

_PLAIN = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
_WINTER = re.compile(r"([0-9]{4})-24")


@dataclass(frozen=True, slots=True)
class ArchiveDate:
    """A date in EDTF, and the first and last ISO day that it can be; None where it is open.

    The days are those of the value as stated: "circa" and "?" do not widen them by a guess.
    """

    edtf: str
    earliest: str | None
    latest: str | None


def read_date(text: str) -> ArchiveDate | None:
    """The date that the whole text states, or None if it is not understood.

    >>> read_date("c. August 1962")
    ArchiveDate(edtf='1962-08~', earliest='1962-08-01', latest='1962-08-31')
    >>> read_date("some time ago")
    """
    return _read(text) if len(text) <= LONGEST else None


def says_undated(text: str) -> bool:
    """Whether the text states that there is no date; a blank text states nothing."""
    return len(text) <= LONGEST and english.says_undated(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> ArchiveDate | None:
    edtf = english.to_edtf(text)
    return ArchiveDate(edtf, *bounds(edtf)) if edtf else None


def bounds(edtf: str) -> tuple[str | None, str | None]:
    """The first and last day, by the `edtf` library, but plain dates and winters by ourselves.

    EDTF gives the seasons no months. The library takes the northern ones of meteorology: spring is
    March to May. Its winter is December alone, though the winter days of a year lie at both of its
    ends: there we give the whole year.
    """
    if _PLAIN.fullmatch(edtf):
        return days(edtf)
    if winter := _WINTER.fullmatch(edtf):
        return days(winter[1])
    from edtf import parse_edtf  # slow to import and to parse, and seldom needed

    parsed = parse_edtf(edtf)
    return _iso_day(parsed.lower_strict()), _iso_day(parsed.upper_strict())


def _iso_day(bound: struct_time | float) -> str | None:
    """An infinite number is the library's open end."""
    if isinstance(bound, float):
        return None
    return f"{bound.tm_year:04}-{bound.tm_mon:02}-{bound.tm_mday:02}"
