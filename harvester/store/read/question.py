"""A question that a reader asks of documents, as an address has it, and the documents it selects.

Results, timeline and downloads select by the same question, so that each has the same documents.
"""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from harvester.store.read.facets import COLLECTION, NARROWING
from harvester.store.read.search import doubt, match
from harvester.store.schema import DECADE, SORT_DATE

LONGEST = 1200
"""Characters of a name."""
MOST = 20
"""Names to narrow by at once."""
SITE, DECADES, STATE, HAS = "site", "decade", "state", "has"
NAMES = tuple(kind for kind in NARROWING if kind != COLLECTION)
FACETS = (STATE, DECADES, COLLECTION, SITE, *NAMES, HAS)
"""The parameters that narrow; each may be there several times."""
UNDATED = "undated"
WEEK = "(SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(moment), '-7 days') FROM runs)"
"""A week before the last harvest: since then things are news."""
BEGAN = f"""
    SELECT collection, max(min(moment), {WEEK}) AS began FROM runs
    WHERE moment IS NOT NULL GROUP BY collection"""
"""Since when each collection has news: what its first whole harvest found is none."""
STATES = {
    "new": f"""d.number IN (SELECT document FROM ({BEGAN}) AS news
        CROSS JOIN memberships USING (collection) WHERE first_seen > began AND removed IS NULL)""",
    "changed": f"d.last_changed >= {WEEK} AND d.last_changed > d.first_seen",
    "removed": "d.removed IS NOT NULL",
}
HAVING = {
    "text": "EXISTS (SELECT 1 FROM texts WHERE document = d.number)",
    "scan": "EXISTS (SELECT 1 FROM files WHERE document = d.number)",
    "several": """EXISTS (SELECT 1 FROM memberships
        WHERE document = d.number AND removed IS NULL LIMIT 1 OFFSET 1)""",
}
DATE, NEWEST, RELEVANCE = "date", "newest", "relevance"
ORDERS = {
    DATE: f"{SORT_DATE.format('d.')}, d.number",
    NEWEST: "d.first_seen DESC, d.number",
    RELEVANCE: "matched.rank, matched.number",
}
MONTH = "(?:0[1-9]|1[0-2])"
YEAR = re.compile(rf"[0-9]{{4}}(?:-{MONTH})?")
DAY = re.compile(rf"[0-9]{{4}}(?:-{MONTH}(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
DATES = {"year": YEAR, "from": DAY, "to": DAY, "since": DAY}
"""How the parameters that are dates may be written."""
NAMED = """d.number IN (SELECT document FROM document_terms WHERE term IN (
    SELECT id FROM terms WHERE kind = '{kind}' AND nfc(name) = nfc(:{parameter})))"""
IN_COLLECTION = """d.number IN (SELECT document FROM memberships WHERE removed IS NULL
    AND collection = (SELECT id FROM collections WHERE name = :{parameter}))"""
WITHIN = """d.date_earliest BETWEEN :year AND :year || '~'
    AND d.date_latest BETWEEN :year AND :year || '~'"""


class BadQuestion(ValueError):
    """Raised for a question that no person asks; its text says so in one sentence."""


@dataclass(frozen=True, slots=True)
class Selection:
    """SQL that selects documents, with named parameters.

    `sql` has a column `number`, each document once and in no order; `ordered` has them in the
    question's order.
    """

    source: str
    where: str
    order: str
    parameters: dict[str, str]
    matched: str = ""
    """SQL of a search with `number` and `rank`, if nothing else is asked."""

    @property
    def sql(self) -> str:
        """The SQL without an order."""
        return f"SELECT d.number FROM {self.source} WHERE {self.where}"

    @property
    def ranked(self) -> str:
        """The SQL with a column `rank` besides: the better the match, the lower.

        A search alone does not look at documents, whose rows are wide.
        """
        if self.matched:
            return self.matched
        rank = "matched.rank" if "matched" in self.order else "0"
        return f"SELECT d.number, {rank} AS rank FROM {self.source} WHERE {self.where}"

    @property
    def ordered(self) -> str:
        """The SQL with its order, to which LIMIT and OFFSET can be added."""
        return f"{self.sql} ORDER BY {self.order}"

    def numbers(self, db: sqlite3.Connection) -> list[int]:
        """The numbers of all the documents, in the question's order."""
        return [number for (number,) in db.execute(self.ordered, self.parameters)]


@dataclass(frozen=True, slots=True)
class Question:
    """Words, what narrows, and how the answer is shown.

    `narrowed` has pairs of a parameter of FACETS and a value, in the order of the address. `year`
    is a year or month within which a date lies; `first` and `last` are the ends of a span that a
    date may touch. `since` is the day since which a document is here.
    """

    words: str = ""
    narrowed: tuple[tuple[str, str], ...] = ()
    year: str = ""
    first: str = ""
    last: str = ""
    since: str = ""
    sort: str = ""
    page: int = 1
    more: str = field(default="", compare=False)
    """The facet that is shown at length."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Question":
        """The question in the parameters of an address; unknown parameters are ignored.

        Raises BadQuestion if it is longer than a person's, or has a date that is none.
        """
        pairs = [(name, value.strip()) for name, value in pairs if value.strip()]
        one = dict(reversed(pairs))
        narrowed = tuple(dict.fromkeys(pair for pair in pairs if pair[0] in FACETS))
        if "q" in one and (said := doubt(one["q"])):
            raise BadQuestion(said)
        if any(len(value) > LONGEST for _, value in pairs):
            raise BadQuestion(f"A value may have {LONGEST} characters: ask for a shorter one.")
        if len(narrowed) > MOST:
            raise BadQuestion(f"One can narrow by {MOST} names at once: take some away.")
        for name in DATES.keys() & one.keys():
            if not DATES[name].fullmatch(one[name]):
                raise BadQuestion(
                    f"“{one[name][:20]}” is no date here: write a year or a month"
                    f"{', or a day' if DATES[name] is DAY else ''}, such as 1962-08."
                )
        return cls(
            words=one.get("q", ""),
            narrowed=narrowed,
            year=one.get("year", ""),
            first=one.get("from", ""),
            last=one.get("to", ""),
            since=one.get("since", ""),
            sort=one["sort"] if one.get("sort") in ORDERS else "",
            page=_page(one.get("page", "")),
            more=one["more"] if one.get("more") in FACETS else "",
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its address."""
        said = [("q", self.words), *self.narrowed, ("year", self.year)]
        said += [("from", self.first), ("to", self.last), ("since", self.since)]
        said += [("sort", self.sort), ("page", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in (*said, ("more", self.more)) if value]

    @property
    def query(self) -> str:
        """The part of its address after the question mark."""
        return urlencode(self.pairs)

    def values(self, facet: str) -> list[str]:
        """What it narrows by in a facet."""
        return [value for name, value in self.narrowed if name == facet]

    def toggled(self, facet: str, value: str) -> "Question":
        """The question with that value, or without it if it has it; from the first page."""
        pair = (facet, value)
        without = tuple(one for one in self.narrowed if one != pair)
        narrowed = without if pair in self.narrowed else (*self.narrowed, pair)
        return replace(self, narrowed=narrowed, page=1)

    def without(self, facet: str) -> "Question":
        """The question, not narrowed by a facet."""
        narrowed = tuple(one for one in self.narrowed if one[0] != facet)
        return replace(self, narrowed=narrowed, page=1)

    def at(self, page: int) -> "Question":
        """The question, with another page of its answer."""
        return replace(self, page=page)

    def sorted(self, order: str) -> "Question":
        """The question, answered in another order."""
        return replace(self, sort=order, page=1)

    def longer(self, facet: str) -> "Question":
        """The question, with a facet shown at length."""
        return replace(self, more=facet)

    @property
    def order(self) -> str:
        """The sort that it asks for, or the one that suits it."""
        if self.sort and (self.words or self.sort != RELEVANCE):
            return self.sort
        return RELEVANCE if self.words else DATE

    @property
    def selects_all(self) -> bool:
        """Whether it leaves no document out."""
        return self == Question(sort=self.sort, page=self.page)

    def selection(self) -> Selection:
        """The documents that it asks for."""
        source, matched, parameters = "documents AS d", "", dict[str, str]()
        if self.words:
            found = match(self.words, ranked=self.order == RELEVANCE)
            matched = found.sql
            source = f"({matched}) AS matched CROSS JOIN documents AS d USING (number)"
            parameters |= found.parameters
        conditions = []
        for facet in FACETS:
            if values := self.values(facet):
                named = {f"{facet}_{place}": value for place, value in enumerate(values)}
                conditions.append(_condition(facet, named))
                parameters |= named
        conditions += self._dated()
        parameters |= {"year": self.year, "from": self.first, "to": self.last, "since": self.since}
        where = " AND ".join(f"({one})" for one in conditions) or "true"
        alone = "" if conditions else matched
        return Selection(source, where, ORDERS[self.order], parameters, alone)

    def _dated(self) -> Iterable[str]:
        if self.year:
            yield WITHIN
        if self.first:
            yield "coalesce(d.date_latest, '9999') >= :from"
        if self.last:
            yield "coalesce(d.date_earliest, '') <= :to || '~'"
        if self.first or self.last:
            yield "coalesce(d.date_earliest, d.date_latest) IS NOT NULL"
        if self.since:
            yield "d.first_seen >= :since"


def _condition(facet: str, named: dict[str, str]) -> str:
    """Names have all to be there; of what a document has but one of, it is any."""
    if facet == DECADES:
        dated = f"{DECADE.format('d.')} IN ({_marks(named)})"
        return f"{dated} OR {SORT_DATE.format('d.')} IN ({_marks(named)})"
    if facet == SITE:
        return f"d.site IN ({_marks(named)})"
    if facet == STATE:
        return " OR ".join(STATES.get(value, "false") for value in named.values())
    if facet == HAS:
        return " AND ".join(HAVING.get(value, "false") for value in named.values())
    form = IN_COLLECTION if facet == COLLECTION else NAMED
    return " AND ".join(form.format(kind=facet, parameter=parameter) for parameter in named)


def _marks(named: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in named)


def _page(value: str) -> int:
    return max(1, int(value)) if value.isascii() and value.isdecimal() and len(value) < 8 else 1
