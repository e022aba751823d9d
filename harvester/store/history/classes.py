"""Classes of addresses that belong to one document, and the one that names it.

Joinings are transitive: if a is b and b is c, then a is c. So a joining is judged by everything it
would unite: it does not hold if any complete run lists two of these addresses side by side.
Stronger proofs come first, and equal ones in the order of their addresses, so the order in which
they became known makes no difference. Only addresses connected by joinings affect each other, so a
class can be derived by itself.

Renames come last: one address vanished, another appeared, and both say the same. They follow from
any two consecutive complete runs of a collection, whenever these were read. A capture that is found
later may lie between the two; then the question is asked again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import pairwise
from typing import NamedTuple

from harvester.store.history.evidence import Evidence
from harvester.store.history.facts import Address, Rule
from harvester.store.history.listings import Listing, merged
from harvester.store.history.state import When

Class = frozenset[Address]


class Proof(NamedTuple):
    """A joining without its moment: these two addresses are one document's, by this rule."""

    rule: Rule
    one: Address
    other: Address


class Classes:
    """Addresses, united as far as proofs go. `beside` has the complete runs that list each."""

    def __init__(self, beside: Mapping[Address, Set[int]]) -> None:
        self._beside = beside
        self._of: dict[Address, Class] = {}
        self._listed: dict[Class, Set[int]] = {}

    def of(self, address: Address) -> Class:
        """All addresses of the document with this one."""
        return self._of.get(address, frozenset({address}))

    def hear(self, proofs: Iterable[Proof]) -> None:
        """Unites what is proved, unless something refutes it."""
        for proof in sorted(proof_of(one) for one in proofs):
            one, other = self.of(proof.one), self.of(proof.other)
            if one != other and self._runs(one).isdisjoint(self._runs(other)):
                self._unite(one, other)

    def _runs(self, united: Class) -> Set[int]:
        """The complete runs that list any of these addresses; each lists at most one."""
        if len(united) == 1:
            (address,) = united
            return self._beside.get(address, frozenset())
        return self._listed[united]

    def _unite(self, one: Class, other: Class) -> None:
        both = one | other
        self._listed[both] = {*self._runs(one), *self._runs(other)}
        self._of.update(dict.fromkeys(both, both))


def proof_of(proof: Proof) -> Proof:
    """A proof in one form, whichever address was named first."""
    one, other = sorted((proof.one, proof.other))
    return Proof(proof.rule, one, other)


def name(united: Class, first_seen: Callable[[Address], When | None]) -> Address:
    """The address that names a document: one of today's site, and of these the one seen first.

    An unknown moment comes after all known ones, and an address that was never seen comes last.
    """

    def place(address: Address) -> tuple[int, int, When, Address]:
        when = first_seen(address)
        certainty = 2 if when is None else 0 if when.is_known else 1
        return address.rank, certainty, when or When(""), address

    return min(united, key=place)


Said = tuple[str | None, str]
"""A date as written and a summary, which have to be equal."""


def renames(evidence: Evidence, classes: Classes) -> Iterator[Proof]:
    """All renames that complete runs show; `classes` has the documents without renames."""
    for listings in merged(evidence.listings.values()).values():
        for before, after in pairwise(listings):
            yield from between(evidence, classes, before, after)


def between(
    evidence: Evidence, classes: Classes, before: Listing, after: Listing
) -> Iterator[Proof]:
    """The renames between two complete runs. Where several are possible, there is none."""
    gone = _by_words(before, _absent(classes, before, after))
    if not gone:
        return
    came = _absent(classes, after, before)
    new = _by_words(after, (one for one in came if _is_new(evidence, one, after)))
    for said in gone.keys() & new.keys():
        if len(gone[said]) == len(new[said]) == 1:
            (one,), (other,) = gone[said], new[said]
            yield Proof(Rule.RENAME, min(one), min(other))


def _absent(classes: Classes, listing: Listing, other: Listing) -> set[Class]:
    """The documents of one listing that another lacks."""
    found = {classes.of(one) for one in listing.entries.keys() - other.entries.keys()}
    return {one for one in found if not other.has(one)}


def _is_new(evidence: Evidence, document: Class, listing: Listing) -> bool:
    """Whether the runs that made a listing were the first that saw a document at an address, as far
    as is known when others did. It may have been known at another one, by its number, say."""
    return any(
        not evidence.runs_first(address).isdisjoint(listing.runs)
        for address in document & listing.entries.keys()
    )


def _by_words(listing: Listing, documents: Iterable[Class]) -> dict[Said, set[Class]]:
    found = defaultdict(set)
    for document in documents:
        for address in document & listing.entries.keys():
            statement = listing.entries[address].statement
            if statement.summary is not None:
                found[statement.date_text, statement.summary].add(document)
    return found
