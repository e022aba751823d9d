"""The state of a document: all that has to be kept of its past so that history can go on.

It does not grow with the runs that were: a few values, and a membership for each collection. It is
what the rows of `documents` and `memberships` hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harvester.store.history.events import Event, Order, Seen, When
from harvester.store.history.facts import Content, Statement
from harvester.timestamps import earliest


@dataclass(frozen=True, slots=True)
class Words:
    """What a document says: as which bytes said it last, and when that was.

    `changed` is when the source, or our reading of it, last said something else; None if never.
    `read` is where all that it says now was read first: in which bytes, and of when.
    """

    statement: Statement
    content: Content
    when: When
    read: tuple[Content, When]
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """How a document stands with a collection.

    It was last seen at the place `position` of the page `content`. So many complete runs in a row
    have `missed` it since; it is `missing` since the first of them, `removed` since the last one
    that it takes.
    """

    first_seen: str
    seen: When
    content: Content
    position: int
    missed: int = 0
    missing: str | None = None
    removed: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A document after all events up to `last`. One that has not been seen is the empty state."""

    words: Words | None = None
    memberships: Mapping[int, Membership] = field(default_factory=lambda: MappingProxyType({}))
    removed: str | None = None
    last: Order | None = None

    @property
    def first_seen(self) -> str:
        """The first moment at which it is known to have been seen."""
        return earliest(one.first_seen for one in self.memberships.values())

    @property
    def last_changed(self) -> str:
        """When it last became news."""
        return (self.words and self.words.changed) or self.first_seen

    def is_next(self, event: Event) -> bool:
        """Whether history can go on by this event, in one step. Otherwise it is of the past, or
        dates what was not dated, and the document has to be folded again."""
        if self.last is None:
            return True
        return self.last < event.order and not (isinstance(event, Seen) and self._dates(event))

    def _dates(self, event: Seen) -> bool:
        """Whether it is the first known time of a document or of a membership."""
        member = self.memberships.get(event.content.collection)
        undated = [one.when for one in (self.words,) if one]
        undated += [member.seen] if member else []
        return event.when.is_known and not all(when.is_known for when in undated)
