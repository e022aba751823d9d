"""One history of any facts: as the model has it, in any order, and step by step."""

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import Any

from examples import examples
from history_ledger import Ledger
from history_model import history
from history_worlds import Told, Unit, right_worlds, told, worlds
from hypothesis import given
from hypothesis import strategies as st

from harvester.store.history.classes import Class
from harvester.store.history.evidence import Evidence
from harvester.store.history.facts import (
    FIELDS,
    Address,
    Fact,
    Joining,
    Page,
    Reading,
    Run,
)
from harvester.store.history.fold import Document, Plan, document, fold, reconcile
from harvester.store.history.listings import Listing
from harvester.store.history.state import Change, Kind

AFTER = 2


@examples(30, most=1_200)
@given(worlds)
def test_history_is_what_the_model_says(world: list[Any]) -> None:
    facts = told(world).facts
    assert plain(fold(facts, AFTER)) == history(facts, AFTER)


@examples(30, most=1_200)
@given(worlds)
def test_step_by_step_it_is_what_it_is_as_a_whole(world: list[Any]) -> None:
    """And settling all of it again changes nothing."""
    known = told(world)
    ledger = Ledger(AFTER)
    for unit in known.units:
        ledger.hear(unit)
    whole = plain(fold(known.facts, AFTER))
    assert plain(ledger.documents) == whole
    ledger.everything()
    assert plain(ledger.documents) == whole


@examples(20, most=800)
@given(worlds, st.randoms(use_true_random=False))
def test_order_in_which_facts_come_makes_no_difference(world: list[Any], chance: Any) -> None:
    """Live runs follow each other; captures, readings and joinings may come whenever they like,
    and get other numbers then."""
    known = told(world)
    whole = plain(fold(known.facts, AFTER))
    assert plain(fold(chance.sample(known.facts, len(known.facts)), AFTER)) == whole
    mixed = shuffled(known, chance)
    assert plain(fold([fact for unit in mixed for fact in unit], AFTER)) == whole
    ledger = Ledger(AFTER)
    for unit in mixed:
        ledger.hear(unit)
    assert plain(ledger.documents) == whole


@examples(20, most=600)
@given(worlds)
def test_document_follows_from_its_own_facts(world: list[Any]) -> None:
    """And from when complete runs were: a database need not read what others have to tell."""
    facts = told(world).facts
    evidence = Evidence(facts)
    for one in fold(facts, AFTER).values():
        united = one.aliases | {one.name}
        alone = Evidence(own(facts, united), evidence.shifts, trimmed(evidence, united))
        assert document(alone, united, AFTER) == one


def own(facts: list[Fact], united: Class) -> list[Fact]:
    read = [fact for fact in facts if isinstance(fact, Reading)]
    contents = {
        one.content
        for one in read
        if any(entry.statement.address in united for entry in one.observations)
    }
    found: list[Fact] = [one for one in read if one.content in contents]
    found += (one for one in facts if isinstance(one, Page) and one.content in contents)
    found += (one for one in facts if isinstance(one, Joining) and one.one in united)
    return found + [one for one in facts if isinstance(one, Run)]


def trimmed(evidence: Evidence, united: Class) -> dict[int, list[Listing]]:
    """Complete runs, with what they say of some addresses."""
    return {
        collection: [
            replace(one, entries={a: one.entries[a] for a in united & one.entries.keys()})
            for one in listings
        ]
        for collection, listings in evidence.dated.items()
    }


@examples(20, most=800)
@given(worlds)
def test_history_tells_no_lies(world: list[Any]) -> None:
    facts = told(world).facts
    for one in fold(facts, AFTER).values():
        check_chains(one)
        assert list(one.changes) == sorted(one.changes, key=lambda change: change.at)
        for change in one.changes:
            assert change.kind == Kind.ADDED or change.old != change.new
        for collection, member in one.state.memberships.items():
            of_it = [change for change in one.changes if change.collection == collection]
            added = [change.at for change in of_it if change.kind == Kind.ADDED]
            assert added == [member.first_seen]
            if is_withdrawn(one, facts) and member.removed and member.missed < AFTER:
                continue
            assert (member.missed == 0) == (member.missing is None)
            assert member.missed in ((AFTER, AFTER + 1) if member.removed else range(AFTER + 1))
        gone = [member.removed for member in one.state.memberships.values()]
        assert one.state.removed == (max(gone) if all(gone) else None)


def is_withdrawn(one: Document, facts: list[Fact]) -> bool:
    """Whether some page says that a document is there no longer."""
    read = [entry for fact in facts if isinstance(fact, Reading) for entry in fact.observations]
    withdrawn = {entry.statement.address for entry in read if entry.statement.withdraws}
    return not withdrawn.isdisjoint({one.name, *one.aliases})


def check_chains(one: Document) -> None:
    """Each value was what the one before became, and the last is what is."""
    state = one.state
    assert state.words is not None
    ends: dict[tuple[int | None, str], str | None] = {(None, "removed"): state.removed}
    for name in FIELDS:
        ends[None, name] = getattr(state.words.statement, name)
    for collection, member in state.memberships.items():
        ends[collection, "missing"] = member.missing
        ends[collection, "removed"] = member.removed
    for (collection, name), end in ends.items():
        chain = [
            (change.old, change.new)
            for change in one.changes
            if change.field == name and (name in FIELDS or change.collection == collection)
        ]
        if name not in FIELDS:
            assert [old for old, _ in chain][:1] in ([], [None])
        olds = [old for old, _ in chain]
        assert [*olds[1:], end] == [new for _, new in chain] or not chain
        assert chain or name in FIELDS or end is None


@examples(20, most=800)
@given(worlds, st.integers(0, 9))
def test_what_was_told_keeps_its_row(world: list[Any], late: int) -> None:
    """Rows become what is right when a part of the facts comes late, and then stay as they are."""
    units = told(world).units
    facts = [fact for unit in units for fact in unit]
    early = {fact for unit in units[: len(units) * late // 10] for fact in unit}
    whole = fold(facts, AFTER)
    for name, one in fold(early, AFTER).items():
        if name in whole:
            rows = dict(enumerate(one.changes))
            wanted = whole[name].changes
            plan = reconcile(rows, wanted)
            after = rows | plan.move | dict(enumerate(plan.add, len(rows)))
            for number in plan.drop:
                del after[number]
            assert Counter(after.values()) == Counter(wanted)
            assert all(
                (rows[n].kind, rows[n].collection, rows[n].field) == (c.kind, c.collection, c.field)
                for n, c in plan.move.items()
            )
            kinds = [Counter(map(like, some)) for some in (rows.values(), wanted)]
            assert len(plan.add) == (kinds[1] - kinds[0]).total()
            assert len(plan.drop) == (kinds[0] - kinds[1]).total()
            assert reconcile(after, wanted) == Plan()


def like(change: Change) -> tuple[Any, ...]:
    return change.kind, change.collection, change.field


@examples(20, most=800)
@given(right_worlds)
def test_live_runs_never_look_back(world: list[Any]) -> None:
    """Unless they show that two addresses are one document's, or are not."""
    known = told(world)
    ledger = Ledger(AFTER)
    for unit in known.units:
        ledger.hear(unit)
    assert plain(ledger.documents) == plain(fold(known.facts, AFTER))
    assert ledger.folded == ledger.reclassified


def shuffled(known: Told, chance: Any) -> list[Unit]:
    """The same, with captures and what is not of a run in other places, and runs numbered anew."""
    runs = [list(units) for _, units in groupby(known.units, key=begins(known))]
    in_order = iter([run for run in runs if is_live(run)])
    mixed = [next(in_order) if is_live(run) else run for run in chance.sample(runs, len(runs))]
    numbers = [fact.number for run in mixed for fact in run[0] if isinstance(fact, Run)]
    new = {number: place for place, number in enumerate(numbers, 1)}
    return [[renumbered(fact, new) for fact in unit] for run in mixed for unit in run]


def begins(known: Told) -> Any:
    """Tells the units of one run from those of the next."""
    numbers = {id(unit): n for n, unit in enumerate(known.units)}
    heads = [n for n, unit in enumerate(known.units) if isinstance(unit[0], Run)]
    return lambda unit: max(n for n in heads if n <= numbers[id(unit)])


def is_live(units: list[Unit]) -> bool:
    return isinstance(units[0][0], Run) and units[0][0].live


def renumbered(fact: Any, numbers: dict[int, int]) -> Fact:
    if isinstance(fact, Run):
        return replace(fact, number=numbers[fact.number])
    return replace(fact, run=numbers.get(fact.run, fact.run + 99))


def plain(documents: dict[Address, Document]) -> dict[Address, dict[str, Any]]:
    return {name: plainly(one) for name, one in documents.items()}


def plainly(one: Document) -> dict[str, Any]:
    state = one.state
    assert state.words is not None
    members = {
        collection: {
            name: getattr(member, name)
            for name in ("first_seen", "position", "missed", "missing", "removed")
        }
        for collection, member in state.memberships.items()
    }
    return {
        "name": one.name,
        "aliases": sorted(one.aliases),
        "words": state.words.statement,
        "members": members,
        "removed": state.removed,
        "first_seen": state.first_seen,
        "last_changed": state.last_changed,
        "changes": sorted(
            ((c.at, str(c.kind), c.collection, c.field, c.old, c.new) for c in one.changes),
            key=repr,
        ),
    }
