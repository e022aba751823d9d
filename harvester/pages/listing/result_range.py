"""The range that a page of a listing states: "11 - 15 of 15"."""

import re
from dataclasses import dataclass

from harvester.pages.page import Page
from harvester.pages.problem import Unclear

NUMBER = r"([0-9]{1,3}(?:[,.'\u2019\s][0-9]{3}){1,3}|[0-9]{1,9})"
DASH = r"\s?(?:[-\u2010-\u2015\u2212]|to)\s?"
RANGE = re.compile(
    rf"(?:(?:results|documents|displaying|showing|viewing):?\s)?{NUMBER}{DASH}{NUMBER}"
    rf"\sof\s{NUMBER}(?:\s(?:results|documents|records|items))?\.?",
    re.IGNORECASE,
)
"""Sure: `11 - 15 of 15`, sometimes after "Results:". Guess: the other words and dashes."""
RANGE_SIGN = re.compile(r"[0-9]\s*of\s*[0-9]", re.IGNORECASE)
"""Matches a range in a text whose parts the markup may have separated."""


@dataclass(frozen=True, slots=True)
class ResultRange:
    """A range, and its place among the page's pieces."""

    place: int
    first: int
    last: int
    total: int

    @property
    def count(self) -> int:
        """The number of entries that the page has to have."""
        return self.last - self.first + 1 if self.total else 0

    def __str__(self) -> str:
        return f"{self.first} - {self.last} of {self.total}"


def find_range(page: Page) -> ResultRange | None:
    """The first block of text that is a range and nothing else; no link to a document is one."""
    for place, piece in enumerate(page.pieces):
        found = None if piece.document else RANGE.fullmatch(piece.text)
        if found:
            first, last, total = (int(re.sub(r"\D", "", number)) for number in found.groups())
            return _checked(ResultRange(place, first, last, total))
    return None


def _checked(stated: ResultRange) -> ResultRange:
    if stated.total == stated.last == 0:
        return ResultRange(stated.place, 0, 0, 0)
    if not 1 <= stated.first <= stated.last <= stated.total:
        raise Unclear(f'it states a range that can\'t be, "{stated}"')
    return stated
