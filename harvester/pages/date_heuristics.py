"""Whether a block of text is a date: needed only where the markup doesn't tell."""

import re
from enum import Enum, auto

from harvester.dates import read_date, says_undated
from harvester.sites.wording import Words, words_in

SHORT = 40
LONGEST_DATE = 80
"""In characters; a longer text is a date only where the markup says so."""
SENTENCE = re.compile(r"[^\W\d_]{4}[.!?][\"'’”)\]]?$")
"""Ends as a sentence does; abbreviations of months are shorter, or stand before a year."""


class Looks(Enum):
    """The looks of a block of text."""

    DATE = auto()
    UNCLEAR = auto()
    PROSE = auto()


def looks(text: str, words: Words | None = None) -> Looks:
    """A date that we understand, a short text that might be another date, or neither, in English
    unless it is said in which `words`.

    What is said of a date in parentheses makes it no other text: "1985 (the month is uncertain)".
    """
    date, _, remark = text.partition(" (")
    if read_date(text) or says_undated(text) or (remark.endswith(")") and read_date(date)):
        return Looks.DATE
    may_be = len(text) <= SHORT and (words or words_in(None)).dates.search(text)
    if may_be and not SENTENCE.search(text):
        return Looks.UNCLEAR
    return Looks.PROSE
