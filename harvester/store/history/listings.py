"""What complete runs saw: all of a collection at a moment, and what was not there."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from harvester.store.history.classes import Class
from harvester.store.history.facts import Address, Content, Statement
from harvester.store.history.state import Lacked, Membership, When


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a listing: the page that it stood on, and what is read there today."""

    when: When
    content: Content
    statement: Statement

    def place(self) -> tuple[When, Content]:
        """Of several in one listing, the first by this counts."""
        return self.when, self.content


@dataclass(frozen=True, slots=True)
class Listing:
    """All that complete runs with one moment saw of a collection; `when` is None if not known.

    `entries` are what any reading of their pages found, `newest` what the newest readings find.
    """

    collection: int
    runs: frozenset[int]
    when: When | None
    entries: Mapping[Address, Listed]
    newest: frozenset[Address]
    stated: bool = True

    def has(self, addresses: Iterable[Address]) -> bool:
        """Whether one of them is listed."""
        return any(address in self.entries for address in addresses)


class Complete(Protocol):
    """What is asked of complete runs of a moment."""

    @property
    def collection(self) -> int:
        """Their collection."""

    @property
    def when(self) -> When | None:
        """Their moment."""

    @property
    def stated(self) -> bool:
        """Whether the site stated a total in one of them."""

    def has(self, addresses: Collection[Address]) -> bool:
        """Whether one of these is listed."""


class Following(Protocol):
    """The complete runs of a collection, to be looked up."""

    def since(self, when: When) -> Iterator[Complete]:
        """Those later than a moment, in their order."""


Dated = Sequence[Listing] | Following
"""The complete runs of a collection of which is known when they were, in their order."""


def merged(listings: Iterable[Listing]) -> dict[int, list[Listing]]:
    """Dated listings by collection, in their order; those of one moment are one, which has what
    any of them has: the same captures may have been read by several runs."""
    found: dict[int, dict[When, Listing]] = defaultdict(dict)
    for one in listings:
        if one.when is not None:
            same = found[one.collection].get(one.when)
            found[one.collection][one.when] = _both(same, one) if same else one
    return {
        collection: [listings[when] for when in sorted(listings)]
        for collection, listings in found.items()
    }


def absent(memberships: Mapping[Class, Membership], listing: Listing) -> list[Class]:
    """The documents that are gone and not removed yet: those a new complete run has to tell of.

    `memberships` are those of its collection. A database says it as one difference of sets: those
    that are not removed, but for those on the run's pages.
    """
    return [
        document
        for document, one in memberships.items()
        if one.removed is None and not listing.has(document)
    ]


def lacking(
    listings: Dated, addresses: Collection[Address], seen: Iterable[When], after: int
) -> Iterator[Lacked]:
    """The complete runs of a collection that did not find a document where they had to.

    `seen` are the moments at which it was, in their order. Between two of them (and since the last)
    only the first `after` matter: then it is removed, and stays so. So this costs what the document
    has to tell, however many runs there were without it.
    """
    moments = [*dict.fromkeys(seen)]
    for since, until in zip(moments, [*moments[1:], None], strict=True):
        missed, removed = 0, False
        for one in _since(listings, since):
            if removed or (until is not None and _when(one) >= until):
                break
            if not one.has(addresses):
                missed += 1
                removed = missed >= after + (not one.stated)
                yield Lacked(_when(one), one.collection, one.stated)


def _since(listings: Dated, when: When) -> Iterator[Complete]:
    if not isinstance(listings, Sequence):
        return listings.since(when)
    place = bisect_right(listings, when, key=_when)
    return (listings[number] for number in range(place, len(listings)))


def _when(listing: Complete) -> When:
    assert listing.when is not None
    return listing.when


def _both(one: Listing, other: Listing) -> Listing:
    entries = dict(one.entries)
    for address, entry in other.entries.items():
        entries[address] = min(entries.get(address, entry), entry, key=Listed.place)
    runs, newest = one.runs | other.runs, one.newest | other.newest
    stated = one.stated or other.stated
    return Listing(one.collection, runs, one.when, entries, newest, stated)
