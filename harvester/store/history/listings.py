"""What was read in the same bytes, from the first reading on; and what complete runs saw: all of a
collection at a moment, and what was not there.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from harvester.store.history.facts import Address, Content, Observation, Statement
from harvester.store.history.state import Lacked, When

Place = tuple[int, Statement]
"""A position in the listing, and what is said there."""


class OfAddress:
    """What readings of some bytes made of one address, in the order in which they were made.

    Of several that were made at one moment, the last by the digest of its reader counts.
    """

    def __init__(self, read: Iterable[tuple[str, str, int, Statement]]) -> None:
        ordered = sorted(read, key=lambda one: one[:3])
        self._made: dict[str, Place] = {made: (place, said) for made, _, place, said in ordered}
        self._moments = list(self._made)

    def by(self, moment: str) -> Place:
        """The newest that was made by then; the first, if that was not made until later, as what
        was captured was read long after it was said."""
        place = bisect_right(self._moments, moment)
        return self._made[self._moments[max(0, place - 1)]]

    @property
    def latest(self) -> Statement:
        """What they say today."""
        return self._made[self._moments[-1]][1]

    def revisions(self) -> Iterator[tuple[str, Statement]]:
        """The readings that say something else than the one before."""
        before = None
        for made, (_, statement) in self._made.items():
            if before not in (None, statement):
                yield made, statement
            before = statement


class Readings:
    """All readings of some bytes."""

    def __init__(self) -> None:
        self._read: list[tuple[str, str, tuple[Observation, ...]]] = []

    def add(self, made: str, reader: str, observations: tuple[Observation, ...]) -> None:
        """Adds one that was `made` then."""
        self._read.append((made, reader, observations))

    @property
    def addresses(self) -> Iterable[Address]:
        """All that any reading has found."""
        return self._by_address.keys()

    @property
    def newest(self) -> set[Address]:
        """What the newest reading has found to be there."""
        *_, observations = max(self._read, key=lambda one: one[:2], default=("", "", ()))
        return {one.statement.address for one in observations if not one.statement.withdraws}

    def of(self, address: Address) -> OfAddress:
        """What was read of one address."""
        return self._by_address[address]

    @cached_property
    def _by_address(self) -> dict[Address, OfAddress]:
        found = defaultdict(list)
        for made, reader, observations in self._read:
            for one in reversed(observations):
                read = (made, reader, -one.position, one.statement)
                found[one.statement.address].append(read)
        return {
            address: OfAddress((made, reader, -place, said) for made, reader, place, said in read)
            for address, read in found.items()
        }


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
