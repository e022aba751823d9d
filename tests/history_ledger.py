"""A store in memory, which hears of facts one after the other: how a database's is to go about it.

A page or the end of a run that is later than all that is known of its documents is one step for
each. Whatever else is heard, the documents that it concerns are folded again, and no others.
"""

from collections.abc import Iterable, Mapping, Sequence

from harvester.store.history.classes import Class, name
from harvester.store.history.evidence import Evidence
from harvester.store.history.facts import (
    Address,
    Completion,
    Content,
    Fact,
    Joining,
    Page,
    Reading,
)
from harvester.store.history.fold import Document, classes, document
from harvester.store.history.listings import Listing
from harvester.store.history.state import Change, Event, Lacked, Membership, Seen, State
from harvester.store.history.step import step


class Ledger:
    """Facts, and what follows of them: a state and changes for each class of addresses."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.facts: set[Fact] = set()
        self.evidence = Evidence(())
        self.classes = classes(self.evidence)
        self.states: dict[Class, State] = {}
        self.changes: dict[Class, list[Change]] = {}
        self.stepped = 0
        self.folded = 0
        self.reclassified = 0

    def hear(self, unit: Sequence[Fact]) -> None:
        """Takes the facts of one transaction."""
        before = self.evidence
        self.facts.update(unit)
        self.evidence = Evidence(self.facts)
        if any(self.evidence.shifts[run] != by for run, by in before.shifts.items()):
            self.everything()
        for fact in unit:
            match fact:
                case Page():
                    self.page(fact, before)
                case Reading() if any(one.content == fact.content for one in before.pages):
                    self.settle(fact.content)
                case Completion():
                    self.complete(fact)
                case Joining():
                    self.classify()
                    self.again([self.classes.of(fact.one)])

    def page(self, page: Page, before: Evidence) -> None:
        """The documents that stand on it go on by a step, unless it is of the past."""
        seen = self.seen_on(page)
        if any(self.evidence.when(one) != before.when(one) for one in before.pages):
            self.everything()  # what was captured is a live run's own page
        elif self.is_past(page, seen):
            self.settle(page.content)
        else:
            for one in seen:
                self.step(self.classes.of(one.statement.address), one)

    def is_past(self, page: Page, seen: Sequence[Seen]) -> bool:
        """Whether something later is known: a complete run of the collection, another reading of
        the page, a joining, or something else of one of its documents."""
        complete = self.evidence.dated.get(page.content.collection)
        when = self.evidence.when(page)
        return bool(
            (complete and when < (complete[-1].when or when))
            or self.reread_since(page)
            or any(self.joined_since(one) for one in seen)
            or not all(self.state(one.statement.address).is_next(one) for one in seen)
        )

    def seen_on(self, page: Page) -> list[Seen]:
        """What a page shows: every document that any reading of it has found."""
        when, readings = self.evidence.when(page), self.evidence.readings.get(page.content)
        if readings is None:
            return []
        read = (readings.of(address).by(when.moment) for address in readings.addresses)
        seen = (Seen(when, page.content, *one) for one in read)
        return sorted(seen, key=lambda one: one.order)

    def reread_since(self, page: Page) -> bool:
        """Whether its bytes were read again later than they were met there."""
        made = [
            self.evidence.moment(one.run, one.made)
            for one in self.facts
            if isinstance(one, Reading) and one.content == page.content
        ]
        return len(made) > 1 and max(made) > self.evidence.when(page).moment

    def joined_since(self, seen: Seen) -> bool:
        """Whether a joining of an address was found when it was seen there, or later."""
        address = seen.statement.address
        return any(
            self.evidence.found(one) >= seen.when
            for one in self.evidence.joinings
            if address in (one.one, one.other)
        )

    def settle(self, content: Content) -> None:
        """All that stands on a page of the past, or on one that was read again, is folded."""
        self.classify()
        readings = self.evidence.readings.get(content)
        self.again([self.classes.of(one) for one in readings.addresses] if readings else [])

    def complete(self, completion: Completion) -> None:
        """What has gone and is not removed yet goes on by a step; what a run of the past did not
        find is folded again."""
        self.classify()
        listing = self.evidence.listings.get(completion)
        if listing is None or listing.when is None:
            return
        members = {
            one: state.memberships[listing.collection]
            for one, state in self.states.items()
            if listing.collection in state.memberships
        }
        *_, newest = self.evidence.dated[listing.collection]
        if newest.runs == listing.runs:
            for one in absent(members, listing):
                self.step(one, Lacked(listing.when, listing.collection, completion.stated))
        else:
            self.again(members)

    def everything(self) -> None:
        self.classify()
        self.again(list(self.states))

    def classify(self) -> None:
        """Finds out anew which addresses are one document's; those that are not as before are
        folded."""
        self.classes = classes(self.evidence)
        seen = {address for one in self.states for address in one}
        wanted = {self.classes.of(address) for address in seen}
        for one in self.states.keys() - wanted:
            del self.states[one], self.changes[one]
        self.reclassified += len(wanted - self.states.keys())
        self.again(wanted - self.states.keys())

    def state(self, address: Address) -> State:
        return self.states.get(self.classes.of(address), State())

    def step(self, one: Class, event: Event) -> None:
        state = self.states.get(one, State())
        if not state.is_next(event):
            self.again([one])
            return
        state, more = step(state, event, self.after)
        if state.words is None:
            return  # it is said to be withdrawn, and was never seen
        self.states[one] = state
        self.changes.setdefault(one, []).extend(more)
        self.stepped += 1

    def again(self, some: Iterable[Class]) -> None:
        for one in set(some):
            found = document(self.evidence, one, self.after)
            if found is not None:
                self.states[one], self.changes[one] = found.state, list(found.changes)
                self.folded += 1

    @property
    def documents(self) -> dict[Address, Document]:
        """Everything that is known, as `fold` has it."""
        made = {}
        for one, state in self.states.items():
            called = name(one, self.evidence.first_seen)
            made[called] = Document(called, one - {called}, state, tuple(self.changes[one]))
        return made


def absent(memberships: Mapping[Class, Membership], listing: Listing) -> list[Class]:
    """The documents that are gone and not removed yet: those a new complete run has to tell of.
    `memberships` are those of its collection."""
    return [
        document
        for document, one in memberships.items()
        if one.removed is None and not listing.has(document)
    ]
