"""The function: documents, their memberships and their changes, of facts in any order; and stored
rows of changes, made those that are right with as little as can be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harvester.store.history.classes import Class, Classes, Proof, name, renames
from harvester.store.history.evidence import Evidence
from harvester.store.history.facts import Address, Fact
from harvester.store.history.listings import lacking
from harvester.store.history.state import Change, Event, Kind, Lacked, Seen, State, When
from harvester.store.history.step import steps


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document: its main address, the others that lead to it, its state, and all
    changes in their order."""

    name: Address
    aliases: Class
    state: State
    changes: tuple[Change, ...]


def fold(facts: Iterable[Fact], after: int) -> dict[Address, Document]:
    """All documents, by their names. One is removed after `after` complete runs without it."""
    evidence = Evidence(facts)
    united = classes(evidence)
    groups = {united.of(address) for address in evidence.addresses}
    documents = (document(evidence, group, after) for group in groups)
    return {one.name: one for one in documents if one is not None}


def classes(evidence: Evidence) -> Classes:
    """Which addresses are one document's: first by what was found out of them, then by renames."""
    found = Classes(evidence.beside)
    found.hear(Proof(one.rule, one.one, one.other) for one in evidence.joinings)
    found.hear(list(renames(evidence, found)))
    return found


def document(evidence: Evidence, addresses: Class, after: int) -> Document | None:
    """The document that has these addresses, from its first day on; None if it was never seen."""
    state, changes = steps(State(), events(evidence, addresses, after), after)
    if state.words is None:
        return None
    changes += _joined(evidence, addresses)
    called = name(addresses, evidence.first_seen)
    in_order = tuple(sorted(changes, key=lambda change: change.at))
    return Document(called, addresses - {called}, state, in_order)


def events(evidence: Evidence, addresses: Class, after: int) -> list[Event]:
    """All that happened to a document, in order.

    A sighting at an unknown moment says nothing about a collection in which the document was seen
    at a known one. Its words count only if none have a known moment.
    """
    seen = {one for address in addresses for one in evidence.seen(address)}
    shown = (one for one in seen if not one.statement.withdraws)
    dated = {one.content.collection for one in shown if one.when.is_known}
    seen = {
        one if one.when.is_known else replace(one, speaks=not dated)
        for one in seen
        if one.when.is_known or one.content.collection not in dated
    }
    found: list[Event] = [*seen, *_lacked(evidence, addresses, seen, after)]
    found += (one for address in addresses for one in evidence.reread(address))
    return sorted(found, key=lambda event: event.order)


def _lacked(
    evidence: Evidence, addresses: Class, seen: Iterable[Seen], after: int
) -> Iterator[Lacked]:
    moments: Mapping[int, list[When]] = defaultdict(list)
    for one in seen:
        moments[one.content.collection].append(one.when)
    for collection, whens in moments.items():
        listings = evidence.dated.get(collection, [])
        yield from lacking(listings, addresses, sorted(whens), after)


def _joined(evidence: Evidence, addresses: Class) -> Iterator[Change]:
    """Two that had been taken for two documents until a joining was found."""
    found: dict[Class, str] = {}
    for one in evidence.joinings:
        pair, at = frozenset((one.one, one.other)), evidence.moment(one.run, one.at)
        by = evidence.found(one)
        seen = pair <= addresses and _were_seen(evidence, pair, by)
        if seen and not _took_over(evidence, pair, by):
            found[pair] = min(found.get(pair, at), at)
    for pair in sorted(found, key=sorted):
        kept = name(pair, evidence.first_seen)
        for lost in pair - {kept}:
            yield Change(found[pair], Kind.JOINED, None, "id", lost.id, kept.id)


def _took_over(evidence: Evidence, pair: Class, by: When) -> bool:
    """Whether one address had taken the other's place and words by then: that is told as `renamed`
    already. What comes later changes nothing of this."""
    one, other = (_shown(evidence, each, by) for each in sorted(pair))
    if not one or not other or not all(seen.when.is_known for seen in (*one, *other)):
        return False
    before, after = (one, other) if one[-1].when < other[0].when else (other, one)
    last, now = before[-1], after[0]
    return last.when < now.when and (
        last.statement.address.rank == now.statement.address.rank
        and last.statement.summary is not None
        and (last.statement.date_text, last.statement.summary)
        == (now.statement.date_text, now.statement.summary)
    )


def _shown(evidence: Evidence, address: Address, by: When) -> list[Seen]:
    """The pages on which a document stood at an address by some moment, in order."""
    seen = (one for one in evidence.seen(address) if one.when <= by and not one.statement.withdraws)
    return sorted(seen, key=lambda one: one.order)


def _were_seen(evidence: Evidence, addresses: Iterable[Address], by: When) -> bool:
    whens = map(evidence.first_seen, addresses)
    return all(when is not None and when <= by for when in whens)


Like = tuple[int | None, str, str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with the rows of one document: nothing, if all is empty."""

    move: dict[int, Change] = field(default_factory=dict)
    drop: list[int] = field(default_factory=list)
    add: list[Change] = field(default_factory=list)


def reconcile(stored: Mapping[int, Change], wanted: Sequence[Change]) -> Plan:
    """Which stored rows, by number, become which of the wanted changes, given in their order.

    History moves when older facts become known: a change turns out to be earlier, or to be two. A
    change that was told already keeps its row, since feeds know it by its number, and the run that
    found it out. Only what is new gets another row. A row that is as wanted stays. Of the others,
    one for the same thing (collection, kind and field) is moved: it gets another moment, or other
    values.
    """
    plan, left = Plan(), dict(sorted(stored.items()))
    missing = []
    for change in wanted:
        same = next((number for number, row in left.items() if row == change), None)
        if same is None:
            missing.append(change)
        else:
            del left[same]
    alike: dict[Like, list[int]] = defaultdict(list)
    for number in sorted(left, key=lambda number: (left[number].at, number), reverse=True):
        alike[_like(left[number])].append(number)
    for change in missing:
        if rows := alike[_like(change)]:
            plan.move[rows.pop()] = change
        else:
            plan.add.append(change)
    plan.drop.extend(sorted(number for rows in alike.values() for number in rows))
    return plan


def _like(change: Change) -> Like:
    return change.collection, change.kind, change.field
