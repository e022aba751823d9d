"""Evidence: facts in an order that answers what they say about an address or a collection.

Clocks that were wrong are put right here, a capture that was met twice is one page, and bytes that
were read several times have a history of readings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from harvester.store.history import clock
from harvester.store.history.facts import (
    Address,
    Clock,
    Completion,
    Content,
    Fact,
    Joining,
    Page,
    Reading,
    Run,
)
from harvester.store.history.listings import Dated, Listed, Listing, Readings, merged
from harvester.store.history.state import MOST_WALKS, Reread, Seen, When, seq
from harvester.timestamps import shifted

F = TypeVar("F", bound=Fact)


class Evidence:
    """All facts, in any order; or only those about some documents.

    These are the pages that such a document stood on, in any reading, all readings and all pages of
    the same bytes, and its joinings. Whoever gives only these has to say what else it takes:
    `shifts` of clocks by run, and `dated`, the complete runs of each collection in their order, of
    whose entries only the documents' own are needed.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        shifts: Mapping[int, int] | None = None,
        dated: Mapping[int, Dated] | None = None,
    ) -> None:
        given = set(facts)
        self.runs = {one.number: one for one in _of(Run, given)}
        self.pages = _of(Page, given)
        self.joinings = _of(Joining, given)
        self._completions = _of(Completion, given)
        clocks = sorted(_of(Clock, given), key=lambda one: one.run)
        self.shifts = clock.shifts(clocks) if shifts is None else shifts
        self._dated = dated
        self._live = self._live_pages()
        self.readings = self._read(_of(Reading, given))

    def moment(self, run: int, said: str) -> str:
        """The corrected moment for what the clock of a run said."""
        return shifted(said, self.shifts.get(run, 0))

    def found(self, joining: Joining) -> When:
        """The moment of a joining: within a second after everything that its run listed."""
        return When(self.moment(joining.run, joining.at), seq(joining.run, MOST_WALKS - 2))

    def when(self, page: Page) -> When:
        """The moment of a page. A capture that is a live run's own page has that run's."""
        live = self._live.get((page.content, page.fetched))
        if self.runs[page.run].live:
            return When(self.moment(page.run, page.fetched), seq(page.run, page.walk))
        return When(page.fetched) if live is None else self.when(live)

    def seen(self, address: Address) -> Iterator[Seen]:
        """Every page on which a document stood at an address, and what it says there."""
        for content in self._contents.get(address, ()):
            of_address = self.readings[content].of(address)
            for when in self._sightings[content]:
                position, statement = of_address.by(when.moment)
                yield Seen(when, content, position, statement)

    def first_seen(self, address: Address) -> When | None:
        """When a document was seen at an address first, if that is known of any time that it was.
        None if it never was."""
        whens = (one.when for one in self.seen(address) if not one.statement.withdraws)
        return min(whens, key=lambda when: (not when.is_known, when), default=None)

    def reread(self, address: Address) -> Iterator[Reread]:
        """All that was read otherwise of a document at an address, in bytes that were known."""
        for content in self._contents.get(address, ()):
            for made, statement in self.readings[content].of(address).revisions():
                yield Reread(When(made), content, statement)

    @cached_property
    def addresses(self) -> list[Address]:
        """All addresses that were observed or that a joining names."""
        joined = {address for one in self.joinings for address in (one.one, one.other)}
        return sorted(joined.union(self._contents))

    def runs_first(self, address: Address) -> set[int]:
        """The runs that met the first page, of those whose time is known, that has an address."""
        seen = (one for one in self.seen(address) if one.when.is_known)
        first = min(seen, key=lambda one: one.order, default=None)
        return self._sightings[first.content][first.when] if first else set()

    @cached_property
    def listings(self) -> dict[Completion, Listing]:
        """The listings of a collection that complete walks saw."""
        of_walk = defaultdict(list)
        for page in self.pages:
            of_walk[page.run, page.walk].append(page)
        return {
            one: self._listing(one, of_walk[one.run, one.walk])
            for one in self._completions
            if of_walk[one.run, one.walk]
        }

    @cached_property
    def dated(self) -> Mapping[int, Dated]:
        """The listings with a known moment, by collection, in order."""
        return self._dated if self._dated is not None else merged(self.listings.values())

    @cached_property
    def beside(self) -> dict[Address, set[int]]:
        """The complete runs that list an address, by the latest reading of their pages."""
        found: dict[Address, set[int]] = defaultdict(set)
        for listing in self.listings.values():
            for address in listing.newest:
                found[address].update(listing.runs)
        return found

    @cached_property
    def _sightings(self) -> dict[Content, dict[When, set[int]]]:
        """When bytes were met, and by which runs they were."""
        found: dict[Content, dict[When, set[int]]] = defaultdict(lambda: defaultdict(set))
        for page in self.pages:
            found[page.content][self.when(page)].add(page.run)
        return found

    @cached_property
    def _contents(self) -> dict[Address, list[Content]]:
        found: dict[Address, list[Content]] = defaultdict(list)
        for content, readings in self.readings.items():
            if content in self._sightings:
                for address in readings.addresses:
                    found[address].append(content)
        return found

    def _live_pages(self) -> dict[tuple[Content, str], Page]:
        """The first live run's page, by what identifies a capture."""
        live = sorted(
            (page for page in self.pages if self.runs[page.run].live),
            key=lambda page: (-page.run, page.walk),
        )
        return {(page.content, page.fetched): page for page in live}

    def _read(self, readings: Iterable[Reading]) -> dict[Content, Readings]:
        found: dict[Content, Readings] = {}
        for one in readings:
            of_content = found.setdefault(one.content, Readings())
            of_content.add(self.moment(one.run, one.made), one.reader, one.observations)
        return found

    def _listing(self, completion: Completion, pages: Iterable[Page]) -> Listing:
        run = self.runs[completion.run]
        entries: dict[Address, Listed] = {}
        newest: set[Address] = set()
        whens = set()
        for page in pages:
            when, readings = self.when(page), self.readings.get(page.content, Readings())
            whens.add(when)
            newest |= readings.newest
            for address in readings.addresses:
                entry = Listed(when, page.content, readings.of(address).latest)
                entries[address] = min(entries.get(address, entry), entry, key=Listed.place)
        known = max(whens) if all(when.is_known for when in whens) else None
        runs = frozenset({run.number})
        return Listing(run.collection, runs, known, entries, frozenset(newest), completion.stated)


def _of(kind: type[F], facts: Iterable[Fact]) -> set[F]:
    return {one for one in facts if isinstance(one, kind)}
