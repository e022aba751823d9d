"""Dates as archives write them in English, read into EDTF: "c. 1950" is `1950~`.

EDTF is the Extended Date/Time Format, the Library of Congress's profile of ISO 8601-2:2019; where
these modules say "level 1, Seasons", they name a part of its page,
https://www.loc.gov/standards/datetime/.
"""

from dataclasses import dataclass
from functools import lru_cache

from harvester.dates import english
from harvester.dates.bounds import bounds

LONGEST = 80
"""No date is longer, in characters; a longer text is not looked at."""


@dataclass(frozen=True, slots=True)
class ArchiveDate:
    """A date in EDTF, and the first and last ISO day that it can be; None where it is open.

    The days are those of the value as stated: "circa" and "?" do not widen them by a guess.
    """

    edtf: str
    earliest: str | None
    latest: str | None


def read_date(text: str) -> ArchiveDate | None:
    """The date that the whole text states, or None if it is not understood."""
    return _read(text) if len(text) <= LONGEST else None


def says_undated(text: str) -> bool:
    """Whether the text states that there is no date; a blank text states nothing."""
    return len(text) <= LONGEST and english.says_undated(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> ArchiveDate | None:
    edtf = english.to_edtf(text)
    return ArchiveDate(edtf, *bounds(edtf)) if edtf else None
