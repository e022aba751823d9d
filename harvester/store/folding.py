"""Folding documents again: their whole history is derived anew from their own facts.

It reads the facts about a few addresses, as far as folding them needs. The cost depends on these
facts alone; of other runs it looks up only those around a document's absence.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from json import dumps
from operator import itemgetter

from harvester.store import current
from harvester.store.connection import WANTED
from harvester.store.history.evidence import Evidence
from harvester.store.history.facts import (
    FIELDS,
    Address,
    Content,
    Fact,
    Joining,
    Observation,
    Page,
    Reading,
    Rule,
    Statement,
)
from harvester.store.history.facts import Run as RunFact
from harvester.store.history.fold import document
from harvester.store.history.state import When
from harvester.store.rows import NOTHING
from harvester.store.run import Run

MOST = 100
"""Most documents whose facts are in memory at once."""
OF_DOCUMENTS = f"""
    SELECT document, id, site, slug, rank FROM addresses WHERE document IN {WANTED}"""
STANDING = """
    SELECT DISTINCT addresses.document FROM readings
        CROSS JOIN observations ON reading = readings.same_as
        CROSS JOIN statements ON statements.id = statement
        CROSS JOIN addresses ON addresses.id = address
    WHERE content = ? AND addresses.document IS NOT NULL"""
ADDRESSES = f"SELECT id, site, slug, rank FROM addresses WHERE id IN {WANTED}"
STATEMENTS = f"""
    SELECT id, address, {", ".join(FIELDS)} FROM statements WHERE address IN {WANTED}"""
READINGS = f"""
    SELECT readings.id, content, run, made, reader, position, statement
    FROM statements CROSS JOIN observations ON statement = statements.id
        CROSS JOIN readings ON same_as = reading
    WHERE address IN {WANTED} ORDER BY readings.id"""
PAGES = f"""
    SELECT pages.id, run, content, fetched, pages.walk, same_as, source = 'live', runs.walk
    FROM pages JOIN runs ON runs.id = run WHERE content IN {WANTED}"""
CONTENTS = f"""
    SELECT pages.id, collection, url, sha256 FROM pages JOIN runs ON runs.id = run
    WHERE pages.id IN {WANTED}"""
JOININGS = f"""
    SELECT one, other, rule, run, at FROM joinings WHERE one IN {WANTED}
    UNION SELECT one, other, rule, run, at FROM joinings WHERE other IN {WANTED}"""
FOLLOWING = """
    SELECT moment, seq, id, outcome = 'complete' FROM runs
    WHERE collection = :collection AND moment IS NOT NULL AND (moment, seq) > (:moment, :seq)
    ORDER BY moment, seq"""


@dataclass(frozen=True, slots=True)
class CompleteRun:
    """Which of some addresses the complete runs of one moment list."""

    collection: int
    when: When
    listed: frozenset[Address]
    stated: bool

    def has(self, addresses: Iterable[Address]) -> bool:
        """Whether one of them is listed."""
        return not self.listed.isdisjoint(addresses)


class CompleteRuns:
    """The complete runs of a collection, with the addresses that are asked about, as far as these
    are `listed` by run."""

    def __init__(
        self, db: sqlite3.Connection, collection: int, listed: Mapping[int, Iterable[Address]]
    ) -> None:
        self._db = db
        self._collection = collection
        self._listed = listed

    def since(self, when: When) -> Iterator[CompleteRun]:
        """Those later than a moment, one by one."""
        asked = {"collection": self._collection, "moment": when.moment, "seq": when.seq}
        rows = self._db.execute(FOLLOWING, asked)
        for key, some in groupby(rows, itemgetter(0, 1)):
            runs = {run: stated for *_, run, stated in some}
            found = frozenset(one for run in runs for one in self._listed.get(run, ()))
            yield CompleteRun(self._collection, When(*key), found, any(runs.values()))


@dataclass(slots=True)
class Known:
    """Evidence about some addresses, with the numbers of its rows.

    A page is found by what it had and when that was.
    """

    evidence: Evidence
    addresses: dict[Address, int]
    statements: dict[Statement, int]
    pages: dict[tuple[Content, When], int] = field(default_factory=dict)
    walks: dict[int, list[Page]] = field(default_factory=dict)
    """The pages of complete walks, by their runs."""


def fold(
    db: sqlite3.Connection,
    run: Run,
    documents: Iterable[int],
    after: int,
    *,
    counting: bool = True,
    held: Mapping[str, str] = NOTHING,
) -> None:
    """Folds the documents with these numbers, and counts what the run has found out by it.

    A document is removed from a collection after `after` complete runs without it.
    """
    wanted = sorted(set(documents))
    for start in range(0, len(wanted), MOST):
        _fold(db, run, wanted[start : start + MOST], after, counting, held)


def standing_on(db: sqlite3.Connection, content: int) -> set[int]:
    """The documents that any reading found in some bytes."""
    return {document for (document,) in db.execute(STANDING, [content])}


def load(db: sqlite3.Connection, wanted: Iterable[int]) -> Known:
    """Everything that is stored about the addresses with these numbers."""
    asked = [dumps(sorted(wanted))]
    addresses = {number: Address(*one) for number, *one in db.execute(ADDRESSES, asked)}
    statements = {
        number: Statement(addresses[address], *said)
        for number, address, *said in db.execute(STATEMENTS, asked)
    }
    read = list(_readings(db, asked, statements))
    contents = _contents(db, {content for content, _ in read})
    facts: list[Fact] = [Reading(contents[content], *one) for content, one in read]
    facts += _joinings(db, asked, addresses)
    rows = list(db.execute(PAGES, [dumps(list(contents))]))
    pages = [
        (Page(run, contents[c], at, walk), number, same)
        for number, run, c, at, walk, same, *_ in rows
    ]
    facts += (page for page, *_ in pages)
    facts += {RunFact(run, contents[c].collection, bool(live)) for _, run, c, *_, live, _ in rows}
    walks = _walks(
        page for (page, *_), row in zip(pages, rows, strict=True) if page.walk == row[-1]
    )
    listed = _listed(facts, walks)
    runs = {c: CompleteRuns(db, c, listed) for c in {one.collection for one in contents.values()}}
    known = Known(
        Evidence(facts, {}, runs),
        {one: number for number, one in addresses.items()},
        {one: number for number, one in reversed(statements.items())},
        walks=walks,
    )
    for page, number, same in pages:
        key = page.content, known.evidence.when(page)
        known.pages[key] = min(known.pages.get(key, number), same or number)
    return known


def _fold(
    db: sqlite3.Connection,
    run: Run,
    numbers: list[int],
    after: int,
    counting: bool,
    held: Mapping[str, str],
) -> None:
    groups: dict[int, set[Address]] = defaultdict(set)
    ids = []
    for number, row, *address in db.execute(OF_DOCUMENTS, [dumps(numbers)]).fetchall():
        groups[number].add(Address(*address))
        ids.append(row)
    known = load(db, ids)
    for number, group in sorted(groups.items()):
        found = document(known.evidence, frozenset(group), after)
        if found is not None:
            assert found.state.words is not None
            statement = known.statements[found.state.words.statement]
            new = current.put(db, run, number, found, known.pages, statement, held)
            if counting:
                current.count(run, new)


def _readings(
    db: sqlite3.Connection, asked: Sequence[str], statements: Mapping[int, Statement]
) -> Iterator[tuple[int, tuple[int, str, str, tuple[Observation, ...]]]]:
    """Each reading that found some of the addresses, with what it found."""
    for key, some in groupby(db.execute(READINGS, asked), itemgetter(1, 2, 3, 4, 0)):
        content, run, made, reader, _ = key
        found = (Observation(position, statements[said]) for *_, position, said in some)
        yield content, (run, made, reader, tuple(sorted(found, key=lambda one: one.position)))


def _contents(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Content]:
    rows = db.execute(CONTENTS, [dumps(sorted(numbers))])
    return {number: Content(*one) for number, *one in rows}


def _joinings(
    db: sqlite3.Connection, asked: Sequence[str], addresses: Mapping[int, Address]
) -> Iterator[Joining]:
    """Those between two of the addresses."""
    for one, other, rule, run, at in db.execute(JOININGS, [*asked, *asked]):
        if one in addresses and other in addresses:
            yield Joining(addresses[one], addresses[other], Rule[rule.upper()], run, at)


def _walks(pages: Iterable[Page]) -> dict[int, list[Page]]:
    found = defaultdict(list)
    for page in pages:
        found[page.run].append(page)
    return found


def _listed(facts: Iterable[Fact], walks: Mapping[int, Iterable[Page]]) -> dict[int, set[Address]]:
    """The addresses that each complete run lists."""
    on: dict[Content, set[Address]] = defaultdict(set)
    for one in facts:
        if isinstance(one, Reading):
            on[one.content].update(entry.statement.address for entry in one.observations)
    return {run: set().union(*(on[page.content] for page in pages)) for run, pages in walks.items()}
