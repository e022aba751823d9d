"""What was read in the same bytes, from the first reading on."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from harvester.store.history.facts import Address, Observation, Statement

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

    def __len__(self) -> int:
        return len(self._read)

    @property
    def made(self) -> str:
        """When the newest was made."""
        return max(made for made, *_ in self._read)

    @property
    def addresses(self) -> Iterable[Address]:
        """All that any reading has found."""
        return self._by_address.keys()

    @property
    def newest(self) -> set[Address]:
        """What the newest reading has found."""
        *_, observations = max(self._read, key=lambda one: one[:2], default=("", "", ()))
        return {one.statement.address for one in observations}

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
