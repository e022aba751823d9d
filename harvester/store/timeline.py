"""What was when: how a document's past reads, made of all that was seen of it, in any order.

No database here. Moments are texts in UTC, as everywhere, which sort as what they mean.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from harvester.store.changes import Kind


class Event(NamedTuple):
    """A document stood in a collection's listing at a moment, or a complete run did not find it."""

    at: str
    seen: bool
    collection: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A change as `changes` has it, but for the run and the document."""

    collection: int | None
    kind: str
    field: str | None
    old: str | None
    new: str | None
    at: str


def filled_in(
    turns: Sequence[Turn], present: str | None, seen: Turn, following: str | None, *, first: bool
) -> list[Turn]:
    """The turns of a field once it is known that at `seen.at` it was `seen.new`.

    `turns` are those that are known, in order, after which the field is `present`; `following` is
    when it was seen next, None if that was never; `first` says that it was not seen before.
    """
    later = [turn for turn in turns if turn.at > seen.at]
    earlier = list(turns[: len(turns) - len(later)])
    before = later[0].old if later else present
    if seen.new == before:
        return list(turns)
    here = [] if first else [replace(seen, old=before)]
    if following is None:
        return [*earlier, *here]
    back = replace(seen, old=seen.new, new=before, at=following)
    if not first and later and later[0].at == following:
        back = replace(later.pop(0), old=seen.new)
    if back.new == seen.new:
        return [*earlier, replace(back, old=before, at=seen.at), *later]
    return [*earlier, *here, back, *later]


@dataclass(slots=True)
class Standing:
    """How a document stands with a collection: the columns of `memberships` of these names."""

    first_seen: str
    missed: int = 0
    missing: str | None = None
    removed: str | None = None


@dataclass(slots=True)
class Presence:
    """Where a document was found and where not: as event after event tells.

    `after` so many complete runs in a row without it, it is removed from a collection.
    """

    after: int
    standings: dict[int, Standing] = field(default_factory=dict)
    removed: str | None = None
    turns: list[Turn] = field(default_factory=list)

    def take(self, events: Iterable[Event]) -> None:
        """Goes on by all events that there are, in the order of time."""
        for event in sorted(events):
            standing = self.standings.get(event.collection)
            if event.seen:
                self._see(event, standing)
            elif standing is not None and standing.removed is None:
                self._miss(event, standing)

    def _see(self, event: Event, before: Standing | None) -> None:
        if before is None:
            self._tell(event, Kind.ADDED)
        for name in ("removed", "missing"):
            if value := getattr(before, name, None):
                self._tell(event, Kind.RESTORED, name, old=value)
        first_seen = before.first_seen if before else event.at
        self.standings[event.collection] = Standing(first_seen)
        if self.removed:
            self.turns.append(Turn(None, Kind.RESTORED, "removed", self.removed, None, event.at))
            self.removed = None

    def _miss(self, event: Event, standing: Standing) -> None:
        standing.missed += 1
        if standing.missing is None:
            standing.missing = event.at
            self._tell(event, Kind.MISSING, "missing", new=event.at)
        if standing.missed >= self.after:
            standing.removed = event.at
            self._tell(event, Kind.REMOVED, "removed", new=event.at)
            if self.removed is None and all(one.removed for one in self.standings.values()):
                self.removed = event.at
                self.turns.append(Turn(None, Kind.REMOVED, "removed", None, event.at, event.at))

    def _tell(
        self,
        event: Event,
        kind: Kind,
        field: str | None = None,
        *,
        old: str | None = None,
        new: str | None = None,
    ) -> None:
        self.turns.append(Turn(event.collection, kind, field, old, new, event.at))
