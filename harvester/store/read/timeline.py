"""How many documents there are of each decade, year or month, and which names they have."""

import sqlite3
from dataclasses import dataclass, replace

from harvester.store.read.question import DECADES, Question

MOST_YEARS = 150
"""Bars that can be told from each other; a longer time is shown by decades."""
PERIODS = """
    SELECT substr(date_earliest, 1, {length}) AS period, count(*) AS documents
    FROM {source} WHERE {where} AND d.date_earliest >= '0'
        AND substr(date_earliest, 1, {length}) = substr(date_latest, 1, {length})
    GROUP BY period ORDER BY period"""
ELSEWHERE = """
    SELECT count(*) FROM {source} WHERE {where} AND (d.date_earliest >= '0'
        AND substr(date_earliest, 1, {length}) = substr(date_latest, 1, {length})) IS NOT TRUE"""
LENGTHS = {"decade": 3, "year": 4, "month": 7}
"""Characters of a date that are the same throughout a period."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A period ("196", "1962", "1962-08"), its documents, and the question that finds them."""

    period: str
    documents: int
    question: Question


@dataclass(frozen=True, slots=True)
class Timeline:
    """Documents by periods of a `unit`; those `elsewhere` have no date that lies within one."""

    unit: str
    bars: list[Bar]
    elsewhere: int

    @property
    def places(self) -> int:
        """How many periods there are from the first bar's to the last's; all months of a year."""
        return 12 if self.unit == "month" else self.place(self.bars[-1]) + 1

    def place(self, bar: Bar) -> int:
        """How many periods after the first one, or after January, that of a bar is."""
        if self.unit == "month":
            return int(bar.period[-2:]) - 1
        return int(bar.period) - int(self.bars[0].period)

    @property
    def ends(self) -> tuple[str, str, str]:
        """The first period, one in the middle, and the last."""
        if self.unit == "month":
            year = self.bars[0].period[:4]
            return f"{year}-01", f"{year}-07", f"{year}-12"
        first, last = self.bars[0].period, self.bars[-1].period
        return first, f"{int(first) + (self.places - 1) // 2:0{len(first)}}", last

    @property
    def most(self) -> int:
        """The documents of the highest bar."""
        return max((bar.documents for bar in self.bars), default=0)


def timeline(db: sqlite3.Connection, question: Question) -> Timeline:
    """The documents that a question finds: by months if it asks for a year, else by years."""
    if question.year:
        return _timeline(db, question, "month")
    years = _timeline(db, question, "year")
    if len(years.bars) < 2:
        return years
    first, last = (int(bar.period) for bar in (years.bars[0], years.bars[-1]))
    return years if last - first < MOST_YEARS else _timeline(db, question, "decade")


def _timeline(db: sqlite3.Connection, question: Question, unit: str) -> Timeline:
    selection = replace(question, sort="date").selection()
    parts = {"source": selection.source, "where": selection.where, "length": LENGTHS[unit]}
    rows = db.execute(PERIODS.format(**parts), selection.parameters)
    bars = [Bar(period, count, _of(question, unit, period)) for period, count in rows]
    (elsewhere,) = db.execute(ELSEWHERE.format(**parts), selection.parameters).fetchone()
    return Timeline(unit, bars, elsewhere)


def _of(question: Question, unit: str, period: str) -> Question:
    if unit == DECADES:
        return question.toggled(DECADES, f"{period}0s")
    return replace(question, year=period, page=1)


NAMES = """
    SELECT nfc(name) AS name, CASE count(*) WHEN 1 THEN sum(terms.documents) ELSE (
        SELECT count(DISTINCT document) FROM document_terms WHERE term IN (
            SELECT id FROM terms AS forms
            WHERE forms.kind = :kind AND nfc(forms.name) = nfc(terms.name))) END AS documents
    FROM terms
    WHERE kind = :kind AND terms.documents > 0 AND instr(plain(name), plain(:letters)) > 0
    GROUP BY nfc(name) ORDER BY {order}"""
KINDS = "SELECT DISTINCT kind FROM terms"
ORDERS = {"documents": "documents DESC, plain(name), name", "name": "plain(name), name"}


@dataclass(frozen=True, slots=True)
class Names:
    """The kinds that there are, and the names of one of them that have some letters."""

    kinds: list[str]
    found: list[tuple[str, int]]


def names(db: sqlite3.Connection, kind: str, letters: str, order: str) -> Names:
    """Names with how many documents have each, whatever capitals and diacritics they have."""
    sql = NAMES.format(order=ORDERS.get(order, ORDERS["documents"]))
    rows = db.execute(sql, {"kind": kind, "letters": letters})
    found = [(name, documents) for name, documents in rows]
    return Names([kind for (kind,) in db.execute(KINDS)], found)
