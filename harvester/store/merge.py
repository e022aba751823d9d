"""Merging documents: which addresses belong to one document, and what becomes of rows when that
changes.

When two documents become one, the survivor keeps its number and gets what the other's own page
said. When one turns out to be two, its present name keeps the number, and the content of an own
page follows that page's address.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from json import dumps

from harvester.store import current
from harvester.store.connection import WANTED, Row, select
from harvester.store.folding import fold, load
from harvester.store.history.classes import Class, Classes, Proof, name
from harvester.store.history.facts import Address, Rule
from harvester.store.run import Run
from harvester.store.said import WORDS, drop_said, move_said

JOINED = """
    UNION SELECT other FROM linked CROSS JOIN joinings ON one = address
    UNION SELECT one FROM linked CROSS JOIN joinings ON other = address"""
RENAMED = """
    UNION SELECT other FROM linked CROSS JOIN renames ON one = address
    UNION SELECT one FROM linked CROSS JOIN renames ON other = address
    UNION SELECT others.id FROM linked CROSS JOIN addresses ON addresses.id = address
        CROSS JOIN addresses AS others ON others.document = addresses.document"""
LINKED = """
    WITH RECURSIVE linked (address) AS (SELECT value FROM json_each(?) {})
    SELECT id, site, slug, rank, document FROM addresses WHERE id IN (SELECT address FROM linked)"""
BY_JOININGS = LINKED.format(JOINED)
BY_ALL = LINKED.format(JOINED + RENAMED)
JOININGS = f"SELECT one, other, rule FROM joinings WHERE one IN {WANTED}"
RENAMES = f"SELECT DISTINCT one, other FROM renames WHERE one IN {WANTED}"
BESIDE = f"""
    SELECT DISTINCT address, pages.run FROM statements
        CROSS JOIN observations ON statement = statements.id
        CROSS JOIN readings ON readings.same_as = reading
        CROSS JOIN pages ON pages.content = readings.content
        CROSS JOIN runs ON runs.id = pages.run AND runs.walk = pages.walk
    WHERE address IN {WANTED} AND title <> '' AND NOT EXISTS (SELECT 1 FROM readings AS later
        WHERE later.content = readings.content
            AND (later.made, later.reader) > (readings.made, readings.reader))"""
"""The complete runs that list an address, by the latest reading of their pages."""
ASSIGN = "UPDATE addresses SET document = ? WHERE id = ?"
NAMES = f"SELECT number, site, id, details FROM documents WHERE number IN {WANTED}"
NEXT = "SELECT coalesce(max(number), 0) + 1 FROM documents"
OWN_PAGES = "SELECT id, url FROM pages WHERE document = ?"
HELD = {
    "memberships": "SELECT * FROM memberships WHERE document = ? ORDER BY collection",
    "terms": """SELECT kind, name FROM document_terms JOIN terms ON id = term
        WHERE document = ? ORDER BY position""",
    "texts": "SELECT label, language, text FROM texts WHERE document = ? ORDER BY position",
    "files": "SELECT * FROM files WHERE document = ? ORDER BY id",
}
"""What else a document has; `changes` keeps it when the document is joined to another."""
INTERNAL = ("number", "document", "statement")
"""What it does not keep: these numbers mean nothing elsewhere."""
MOVE_PAGES = "UPDATE pages SET document = :kept WHERE document = :other"
MOVE_PAGE = "UPDATE pages SET document = ? WHERE id = ?"


@dataclass(slots=True)
class Linked:
    """Addresses that depend on each other: their numbers, and those of their documents."""

    numbers: dict[Address, int]
    documents: dict[Address, int | None]

    @property
    def ids(self) -> str:
        """Their numbers, in JSON."""
        return dumps(list(self.numbers.values()))

    @property
    def by_number(self) -> dict[int, Address]:
        """The addresses by their numbers."""
        return {number: one for one, number in self.numbers.items()}


def linked(db: sqlite3.Connection, addresses: Iterable[int], sql: str = BY_ALL) -> Linked:
    """These addresses, and all that joinings, or renames (`BY_ALL`), or both connect to them."""
    rows = db.execute(sql, [dumps(list(addresses))]).fetchall()
    named = {Address(*one): (number, document) for number, *one, document in rows}
    return Linked(
        {one: number for one, (number, _) in named.items()},
        {one: document for one, (_, document) in named.items()},
    )


def by_joinings(db: sqlite3.Connection, some: Linked) -> Classes:
    """The addresses that joinings unite, unless complete runs refute it."""
    of = some.by_number
    classes = Classes(_beside(db, of) if len(of) > 1 else {})
    rows = db.execute(JOININGS, [some.ids])
    classes.hear(Proof(Rule[rule.upper()], of[one], of[other]) for one, other, rule in rows)
    return classes


def settle(
    db: sqlite3.Connection, run: Run, addresses: Iterable[int], after: int, *, counting: bool = True
) -> set[int]:
    """Decides again which addresses belong to one document, for these and all connected ones.

    Folds the documents that differ from before, and returns their numbers.
    """
    some = linked(db, addresses)
    classes = by_joinings(db, some)
    of, rows = some.by_number, db.execute(RENAMES, [some.ids])
    classes.hear(Proof(Rule.RENAME, of[one], of[other]) for one, other in rows)
    groups = {classes.of(address) for address in some.numbers}
    changed = [group for group in groups if not _is_as_before(some, group)]
    if not changed:
        return set()
    return _regroup(db, run, some, sorted(changed, key=sorted), after, counting=counting)


def _beside(db: sqlite3.Connection, by_number: Mapping[int, Address]) -> Mapping[Address, set[int]]:
    found: dict[Address, set[int]] = defaultdict(set)
    for address, run in db.execute(BESIDE, [dumps(list(by_number))]):
        found[by_number[address]].add(run)
    return found


def _is_as_before(some: Linked, group: Class) -> bool:
    """Whether exactly these addresses belong to one document already."""
    (document, *others) = {some.documents[one] for one in group}
    if others:
        return False
    if document is None:
        return True
    return {one for one, number in some.documents.items() if number == document} == group


def _regroup(
    db: sqlite3.Connection,
    run: Run,
    some: Linked,
    groups: list[Class],
    after: int,
    *,
    counting: bool,
) -> set[int]:
    plan = _plan(db, some, groups)
    for group in groups:
        for one in group:
            db.execute(ASSIGN, [plan.numbers.get(group), some.numbers[one]])
    held = {}
    for other, kept in plan.merged.items():
        has_own = plan.rows[kept]["details"] is not None
        held[plan.rows[other]["id"]] = _held(db, other, taken_over=not has_own)
        _merge(db, kept, other, has_own=has_own)
    fold(db, run, plan.numbers.values(), after, counting=counting, held=held)
    _let_pages_follow(db, run, plan.rows.keys() - plan.merged.keys(), some, plan.numbers)
    return set(plan.numbers.values())


@dataclass(slots=True)
class Plan:
    """The plan: a number for each group of addresses, and which documents are merged into which.
    `rows` are the rows of the documents that the addresses had."""

    rows: dict[int, Row]
    numbers: dict[Class, int]
    merged: dict[int, int]


def _plan(db: sqlite3.Connection, some: Linked, groups: list[Class]) -> Plan:
    """A group gets the number of the document with its name, or else with another of its addresses,
    or else a free or new number. A group that was never seen gets none."""
    concerned = list(chain.from_iterable(groups))
    before = [number for one in concerned if (number := some.documents[one]) is not None]
    plan = Plan({row["number"]: row for row in select(db, NAMES, [dumps(before)])}, {}, {})
    evidence = load(db, (some.numbers[one] for one in concerned)).evidence
    seen = [group for group in groups if any(evidence.first_seen(one) for one in group)]
    for group in seen:
        named = {(row["site"], row["id"]): number for number, row in plan.rows.items()}
        own = sorted(number for one in group if (number := named.get((one.site, one.id))))
        called = name(group, evidence.first_seen)
        if own:
            kept = named.get((called.site, called.id), own[0])
            plan.numbers[group] = kept
            plan.merged |= {other: kept for other in own if other != kept}
    taken = {*plan.numbers.values(), *plan.merged}
    (new,) = db.execute(NEXT).fetchone()
    for group in (group for group in seen if group not in plan.numbers):
        free = sorted({n for one in group if (n := some.documents[one])} - taken)
        plan.numbers[group] = free[0] if free else new
        taken.add(plan.numbers[group])
        new += not free
    return plan


def _merge(db: sqlite3.Connection, kept: int, other: int, *, has_own: bool) -> None:
    """Moves to a document what only another has, and deletes the other."""
    if has_own:
        drop_said(db, other, WORDS)
    else:
        current.move_details(db, other, kept)
    move_said(db, other, kept)
    drop_said(db, other)
    db.execute(MOVE_PAGES, {"kept": kept, "other": other})
    current.absorb(db, kept, other)


def _held(db: sqlite3.Connection, number: int, *, taken_over: bool) -> str:
    """What a document said and had, in JSON; terms and texts only if they are not kept
    elsewhere."""
    (row,) = select(db, "SELECT * FROM documents WHERE number = ?", [number])
    said = {key: value for key, value in _external(row).items() if value is not None}
    for key, sql in HELD.items():
        found = [_external(one) for one in select(db, sql, [number])]
        if found and not (taken_over and key in ("terms", "texts")):
            said[key] = found
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _external(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in INTERNAL}


def _let_pages_follow(
    db: sqlite3.Connection,
    run: Run,
    before: Iterable[int],
    some: Linked,
    numbers: Mapping[Class, int],
) -> None:
    """Moves the content of own pages along with their addresses when a document was split."""
    of = {(one.site, one.id): number for group, number in numbers.items() for one in group}
    for number in before:
        sites = {one.site for one in some.documents if some.documents[one] == number}
        for page, url in db.execute(OWN_PAGES, [number]).fetchall():
            slug = run.identity.document(url)
            for site in sites:
                kept = of.get((site, slug or url), number)
                if kept != number:
                    _follow(db, page, number, kept)


def _follow(db: sqlite3.Connection, page: int, other: int, kept: int) -> None:
    db.execute(MOVE_PAGE, [kept, page])
    found = db.execute("SELECT details FROM documents WHERE number = ?", [other]).fetchone()
    if found and found[0] == page:
        current.move_details(db, other, kept)
        move_said(db, other, kept)
