"""Documents whose address changed: one vanished and one came, and they say the same.

That follows from any two complete runs of a collection between which there is no other, whenever
they were read: a capture that is found later may lie between, and then it is asked anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from harvester.store.history.classes import Class, Classes, Proof
from harvester.store.history.evidence import Evidence
from harvester.store.history.facts import Rule
from harvester.store.history.listings import Listing, merged

Said = tuple[str | None, str]
"""A date as written and a summary: what has to be alike."""


def renames(evidence: Evidence, classes: Classes) -> Iterator[Proof]:
    """All renames that complete runs show; `classes` are the documents without these."""
    for listings in merged(evidence.listings.values()).values():
        for before, after in pairwise(listings):
            yield from between(evidence, classes, before, after)


def between(
    evidence: Evidence, classes: Classes, before: Listing, after: Listing
) -> Iterator[Proof]:
    """The renames between two complete runs. Where more than one could be meant, none is."""
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
    """The documents that a listing has, and another has not."""
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
