"""What changed: each thing that was otherwise than before, and since when; and stored rows of it,
made those that are right with as little as can be.

History moves when older facts become known: a change turns out to be earlier, or to be two. What
was told already keeps its row, by whose number feeds know it, and the run that found it out; only
what is new gets another.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """All that `changes.kind` can be."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    MISSING = "missing"
    REMOVED = "removed"
    RESTORED = "restored"
    JOINED = "joined"
    REREAD = "reread"
    """The source says what it said; it was read wrongly before."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of `changes`, but for its number, its document and the run that found it out.

    The removal and the return of the document itself have no collection.
    """

    at: str
    kind: Kind
    collection: int | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None


Like = tuple[int | None, str, str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with the rows of one document: nothing, if all is empty."""

    move: dict[int, Change] = field(default_factory=dict)
    drop: list[int] = field(default_factory=list)
    add: list[Change] = field(default_factory=list)


def reconcile(stored: Mapping[int, Change], wanted: Sequence[Change]) -> Plan:
    """How rows, by their numbers, become the changes that are wanted, which are in their order.

    A row that is as wanted stays. Of those left, one for the same thing (collection, kind and
    field) is moved: it gets another moment, or other values.
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
