"""Events: facts as one document meets them, in the order in which they happened.

The order is that of moments; within a second, that of live runs, captures before them. Then what
was read otherwise comes first, what was seen follows, and last what a complete run did not find.
Ties are broken by what was seen, never by the order in which it became known.
"""

from dataclasses import dataclass
from typing import NamedTuple

from harvester.store.history.facts import Content, Statement
from harvester.timestamps import is_known

MOST_WALKS = 1000
"""No run walks through a listing so often."""


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

    It `speaks` unless what it says does not count: nobody knows when that was said, and of what
    else was said of the document it is known.
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
    address = statement.address
    page = (content.url, content.sha256, content.collection)
    return Order(when, phase, address.rank, *page, position, address.id, address.site)
