"""Events, which are facts as one document meets them, the state that is all they leave, and the
changes that they are.

Events are in the order of moments; within a second, in that of live runs, captures before them.
Then what was read otherwise comes first, what was seen follows, and last what a complete run did
not find. Ties are broken by what was seen, never by the order in which it became known.

A state does not grow with the runs that were: a few values, and a membership for each collection.
It is what the rows of `documents` and `memberships` hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from harvester.store.history.facts import Content, Statement
from harvester.timestamps import earliest, is_known

MOST_WALKS = 1000
"""No run walks through a listing so often."""
WITHDRAWS = 10
"""More than the rank of any words."""


def seq(run: int, walk: int) -> int:
    """The place of a walk of a live run among all such walks, which follow each other."""
    return run * MOST_WALKS + walk


class When(NamedTuple):
    """A moment, and the place (`seq`) of the live walk that saw something then, 0 for a capture."""

    moment: str
    seq: int = 0

    @property
    def is_known(self) -> bool:
        """Whether it is no stand-in for a moment that nobody knows."""
        return is_known(self.moment)


class Order(NamedTuple):
    """Where an event stands among all of a document's."""

    when: When
    phase: int
    rank: int = 0
    url: str = ""
    sha256: str = ""
    collection: int = 0
    position: int = 0
    id: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Reread:
    """Bytes that the document once stood in were read again."""

    when: When
    content: Content
    statement: Statement

    @property
    def order(self) -> Order:
        """Its place."""
        return _place(self.when, 0, self.content, self.statement, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """The document stood on a page, at this place, and this was said of it.

    It `speaks` unless its words don't count: nobody knows when they were said, while other words
    have a known moment.
    """

    when: When
    content: Content
    position: int
    statement: Statement
    speaks: bool = True

    @property
    def order(self) -> Order:
        """Its place."""
        return _place(self.when, 1, self.content, self.statement, self.position)


@dataclass(frozen=True, slots=True)
class Lacked:
    """A complete run did not find the document in a collection; `when` is its newest page's.
    `stated` is as in a Completion."""

    when: When
    collection: int
    stated: bool = True

    @property
    def order(self) -> Order:
        """Its place."""
        return Order(self.when, 2, collection=self.collection)


Event = Reread | Seen | Lacked


def _place(when: When, phase: int, content: Content, statement: Statement, position: int) -> Order:
    """What shows a document comes before what withdraws it, so that it counts first."""
    address = statement.address
    page = (content.url, content.sha256, content.collection)
    rank = statement.rank + WITHDRAWS * statement.withdraws
    return Order(when, phase, rank, *page, position, address.id, address.site)


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

    It was last seen at `position` of the page `content`. Since then, `missed` complete runs in a
    row did not find it; it is `missing` since the first of them, `removed` since the last one that
    it takes. `said` is what the collection said of it last, and in which bytes.
    """

    first_seen: str
    seen: When
    content: Content
    position: int
    missed: int = 0
    missing: str | None = None
    removed: str | None = None
    said: tuple[Statement, Content] | None = None


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
