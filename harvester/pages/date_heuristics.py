"""Whether a block of text is a date: needed only where the markup doesn't tell."""

import re
from enum import Enum, auto

from harvester.dates import read_date, says_undated

SHORT = 40
LONGEST_DATE = 80
"""In characters; a longer text is a date only where the markup says so."""
HINT = re.compile(
    r"[0-9]|\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter"
    r"|circa|undated|dated?|century|unknown)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^\W\d_]{4}[.!?][\"'’”)\]]?$")
"""Ends as a sentence does; abbreviations of months are shorter, or stand before a year."""


class Looks(Enum):
    """The looks of a block of text."""

    DATE = auto()
    UNCLEAR = auto()
    PROSE = auto()


def looks(text: str) -> Looks:
    """A date that we understand, a short text that might be another date, or neither.

    What is said of a date in parentheses makes it no other text: "1985 (the month is uncertain)".
    """
    date, _, remark = text.partition(" (")
    if read_date(text) or says_undated(text) or (remark.endswith(")") and read_date(date)):
        return Looks.DATE
    if len(text) <= SHORT and HINT.search(text) and not SENTENCE.search(text):
        return Looks.UNCLEAR
    return Looks.PROSE
