"""What follows from facts, worked out slowly and plainly: the specification of `store.history`.

It knows no state, no step and no index. For every moment at which something happened it asks all
facts again what was known by then; what differs from the moment before has changed. It shares no
code with what it specifies, but for the facts themselves and two constants of clocks.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

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
    Statement,
)
from harvester.timestamps import EARLIEST, TOLERANCE

When = tuple[str, int]
Point = tuple[str, int, int]
"""A moment, the live run, and what comes first: 0 reading again, 1 seeing, 2 not finding."""
REREAD, SEEN, LACKED = range(3)
WORDS = ("url", "title", "summary", "date_text", "date_edtf", "date_earliest", "date_latest")


class Model:
    """The facts, and all questions to them. Each is answered by looking through all of them."""

    def __init__(self, facts: Iterable[Fact], after: int) -> None:
        self.facts = list(facts)
        self.after = after
        self.runs = {one.number: one for one in self.every(Run)}
        self.shifts = clock_shifts(list(self.every(Clock)))

    def every(self, kind: Any) -> Iterator[Any]:
        return (fact for fact in self.facts if isinstance(fact, kind))

    # When

    def moment(self, run: int, said: str) -> str:
        moment = datetime.fromisoformat(said) + timedelta(seconds=self.shifts.get(run, 0))
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)

    def when(self, page: Page) -> When:
        if self.runs[page.run].live:
            return self.moment(page.run, page.fetched), page.run * 1000 + page.walk
        live = [
            other
            for other in self.every(Page)
            if self.runs[other.run].live
            and (other.content, other.fetched) == (page.content, page.fetched)
        ]
        if live:
            return self.when(min(live, key=lambda other: (other.run, -other.walk)))
        return page.fetched, 0

    # What was read

    def read(self, content: Content, address: Address) -> list[tuple[str, str, int, Statement]]:
        """Every reading of an address in some bytes: when, by which reader, where, what."""
        found = [
            (self.moment(one.run, one.made), one.reader, entry.position, entry.statement)
            for one in self.every(Reading)
            if one.content == content
            for entry in one.observations
            if entry.statement.address == address
        ]
        return sorted(found, key=lambda one: one[:3])

    def believed(self, content: Content, address: Address, by: str) -> tuple[int, Statement]:
        """Where an address stood and what was said of it, as was thought by a moment."""
        read = self.read(content, address)
        first = read[0][0]
        made = max(one[0] for one in read if one[0] <= max(by, first))
        return next((place, said) for at, _, place, said in reversed(read) if at == made)

    def addresses_on(self, content: Content, *, newest: bool = False) -> set[Address]:
        readings = [one for one in self.every(Reading) if one.content == content]
        if newest and readings:
            readings = [max(readings, key=lambda one: (self.moment(one.run, one.made), one.reader))]
        statements = [entry.statement for one in readings for entry in one.observations]
        return {one.address for one in statements if one.title or not newest}

    # What complete runs listed

    def walks(self) -> Iterator[tuple[int, list[Page]]]:
        for one in self.every(Completion):
            pages = [
                page for page in self.every(Page) if (page.run, page.walk) == (one.run, one.walk)
            ]
            if pages:
                yield one.run, pages

    def walked(self, pages: list[Page]) -> When | None:
        whens = [self.when(page) for page in pages]
        return max(whens) if all(is_known(when) for when in whens) else None

    def complete(self, collection: int) -> dict[When, list[tuple[int, list[Page]]]]:
        """The complete walks of a collection by their moments, which are known."""
        found: dict[When, list[tuple[int, list[Page]]]] = {}
        for run, pages in self.walks():
            when = self.walked(pages)
            if self.runs[run].collection == collection and when is not None:
                found.setdefault(when, []).append((run, pages))
        return found

    def is_stated(self, collection: int, when: When) -> bool:
        """Whether the site stated a total in one of these complete walks."""
        runs = {run for run, _ in self.complete(collection)[when]}
        return any(one.stated for one in self.every(Completion) if one.run in runs)

    def listed(self, collection: int, when: When) -> set[Address]:
        pages = [page for _, pages in self.complete(collection)[when] for page in pages]
        return set().union(*(self.addresses_on(page.content) for page in pages))

    # Which addresses are one document

    def groups(self) -> list[set[Address]]:
        everything = {a for page in self.every(Page) for a in self.addresses_on(page.content)}
        for joining in self.every(Joining):
            everything |= {joining.one, joining.other}
        groups = [{address} for address in sorted(everything)]
        proofs = {(one.rule, *sorted((one.one, one.other))) for one in self.every(Joining)}
        for _, one, other in sorted(proofs):
            self.unite(groups, one, other)
        for one, other in sorted(tuple(sorted(pair)) for pair in self.renamed(groups)):
            self.unite(groups, one, other)
        return groups

    def unite(self, groups: list[set[Address]], one: Address, other: Address) -> None:
        first, second = (next(g for g in groups if address in g) for address in (one, other))
        if first is second:
            return
        for _, pages in self.walks():
            beside = set().union(*(self.addresses_on(p.content, newest=True) for p in pages))
            if beside & first and beside & second:
                return
        groups.remove(second)
        first |= second

    def renamed(self, groups: list[set[Address]]) -> set[tuple[Address, Address]]:
        found = set()
        for collection in {run.collection for run in self.runs.values()}:
            whens = sorted(self.complete(collection))
            for before, after in pairwise(whens):
                had, has = self.listed(collection, before), self.listed(collection, after)
                gone = [g for g in groups if g & had and not g & has]
                came = [g for g in groups if g & has and not g & had]
                new = [g for g in came if self.is_first_seen(g, collection, after)]
                for old in gone:
                    for words in self.alike(old, collection, before):
                        olds = [g for g in gone if words in self.alike(g, collection, before)]
                        news = [g for g in new if words in self.alike(g, collection, after)]
                        if len(olds) == len(news) == 1:
                            found.add((min(old), min(news[0])))
        return found

    def is_first_seen(self, group: set[Address], collection: int, when: When) -> bool:
        """Whether one of its addresses in a listing was seen nowhere before."""
        runs = {run for run, _ in self.complete(collection)[when]}
        for address in group & self.listed(collection, when):
            on = [
                (self.when(page), page.content.url, page.content.sha256, page.run)
                for page in self.every(Page)
                if address in self.addresses_on(page.content) and is_known(self.when(page))
            ]
            if any(one[:3] == min(on)[:3] and one[3] in runs for one in on):
                return True
        return False

    def alike(self, group: set[Address], collection: int, when: When) -> set[Any]:
        """Date and summary of what a listing has of a group, if there is a summary."""
        found = set()
        pages = [page for _, pages in self.complete(collection)[when] for page in pages]
        for address in group:
            on = [page for page in pages if address in self.addresses_on(page.content)]
            if on:
                page = min(on, key=lambda page: (self.when(page), page.content))
                _, statement = self.believed(page.content, address, "9999")
                if statement.summary is not None:
                    found.add((statement.date_text, statement.summary))
        return found

    # What was known of a document by a moment

    def sightings(self, group: set[Address]) -> list[tuple[When, Content, Address]]:
        return sorted(
            {
                (self.when(page), page.content, address)
                for page in self.every(Page)
                for address in self.addresses_on(page.content) & group
            }
        )

    def document(self, group: set[Address]) -> dict[str, Any] | None:
        sightings = self.sightings(group)
        shown = [one for one in sightings if self.shows(one)]
        if not shown:
            return None
        dated = {content.collection for when, content, _ in shown if is_known(when)}
        there = [s for s in sightings if is_known(s[0]) or s[1].collection not in dated]
        spoken = [s for s in there if (is_known(s[0]) or not dated) and self.shows(s)]
        states = [{"members": {}, "words": None, "removed": None}]
        changes: list[tuple[Any, ...]] = []
        for point in self.points(group, there):
            states.append(self.state(point, group, there, spoken, states[-1]["removed"]))
            changes += differences(states[-2], states[-1], point)
        changes += self.joined(group)
        first = min(
            (one["first_seen"] for one in states[-1]["members"].values()),
            key=lambda at: (at < "1000", at),
        )
        news = [
            at
            for at, kind, _, field, *_ in changes
            if kind in ("changed", "renamed", "reread")
            and (kind == "renamed" or field in ("title", "summary", "date_text"))
        ]
        called = self.name(group)
        return {
            "name": called,
            "aliases": sorted(group - {called}),
            "words": states[-1]["words"][0],
            "members": states[-1]["members"],
            "removed": states[-1]["removed"],
            "first_seen": first,
            "last_changed": max(news, default=first),
            "changes": sorted(changes, key=repr),
        }

    def shows(self, sighting: tuple[When, Content, Address]) -> bool:
        """Whether a document was shown then, and not said to be withdrawn."""
        when, content, address = sighting
        return bool(self.believed(content, address, when[0])[1].title)

    def points(self, group: set[Address], there: list[Any]) -> list[Point]:
        found = {(*when, SEEN) for when, _, _ in there}
        for collection in {content.collection for _, content, _ in there}:
            found |= {(*when, LACKED) for when in self.complete(collection)}
        for _, content, address in there:
            found |= {(one[0], 0, REREAD) for one in self.read(content, address)}
        return sorted(found)

    def state(
        self, point: Point, group: set[Address], there: Any, spoken: Any, removed: str | None
    ) -> dict[str, Any]:
        members = {}
        for collection in {content.collection for _, content, _ in there}:
            member = self.member(point, group, collection, there)
            if member is not None:
                members[collection] = member
        all_removed = members and all(one["removed"] for one in members.values())
        return {
            "members": members,
            "words": self.words(point, spoken, group, there),
            "removed": (removed or point[0]) if all_removed else None,
        }

    def member(
        self, point: Point, group: set[Address], collection: int, there: Any
    ) -> dict[str, Any] | None:
        seen = [
            (when, content, address)
            for when, content, address in there
            if content.collection == collection and (*when, SEEN) <= point
        ]
        shown = [one for one in seen if self.shows(one)]
        if not shown:
            return None
        last, latest = max(shown)[0], max(seen)[0]
        withdrawn = min((one[0] for one in seen if one[0] > last), default=None)
        without = [
            when
            for when in sorted(self.complete(collection))
            if when > last and (*when, LACKED) <= point
            if withdrawn is None or when < withdrawn
            if not self.listed(collection, when) & group
        ]
        needed = [
            number
            for number, when in enumerate(without, 1)
            if number >= self.after + (not self.is_stated(collection, when))
        ]
        missed_by = without[: min(needed, default=len(without))]
        at_last = [one for one in (shown if latest == last else seen) if one[0] == latest]
        _, content, address = self.first(at_last)
        removed = [missed_by[-1]] if needed else [withdrawn] if withdrawn else []
        missing = missed_by[:1] or removed
        return {
            "first_seen": min(when for when, _, _ in shown)[0],
            "position": self.believed(content, address, latest[0])[0],
            "missed": len(missed_by),
            "missing": missing[0][0] if missing else None,
            "removed": removed[0][0] if removed else None,
        }

    def words(self, point: Point, spoken: Any, group: set[Address], there: Any) -> Any:
        """What is said by a point, at which address, in which bytes, and whether that is dated."""
        by_then = sorted((one for one in spoken if (*one[0], SEEN) <= point), key=self.order)
        heard: Any = None
        for one in by_then:
            if heard is None or not (
                one[0] == heard[0]
                or self.rank(one) > self.rank(heard)
                or self.echoes(one, heard, by_then, group, there)
            ):
                heard = one
        if heard is None:
            return None
        when, content, address = heard
        statement = self.believed(content, address, point[0])[1]
        return statement, content, is_known(when)

    def echoes(self, one: Any, heard: Any, by_then: Any, group: set[Address], there: Any) -> bool:
        """Whether a collection says what it said before, while another that has the document still
        was heard last."""
        when, content, address = one
        own = [
            other
            for other in by_then
            if other[1].collection == content.collection and self.order(other) < self.order(one)
        ]
        speaker = heard[1].collection
        if speaker == content.collection or not own:
            return False
        member = self.member((*when, REREAD), group, speaker, there)
        if member is None or member["removed"]:
            return False
        last = max(other[0] for other in own)
        _, before, at = self.first([other for other in own if other[0] == last])
        said, now = (
            self.believed(*where, when[0])[1] for where in ((before, at), (content, address))
        )
        return said.address == now.address and not said.differences(now)

    def first(self, sightings: Any) -> Any:
        return min(sightings, key=self.order)

    def order(self, sighting: tuple[When, Content, Address]) -> Any:
        when, content, address = sighting
        place, _ = self.believed(content, address, when[0])
        page = (content.url, content.sha256, content.collection)
        return when, self.rank(sighting), page, place, address.id, address.site

    def rank(self, sighting: tuple[When, Content, Address]) -> int:
        """An earlier site's words count less than today's, and a mere address less than both."""
        when, content, address = sighting
        _, said = self.believed(content, address, when[0])
        return address.rank + 5 * (said.title == said.url)

    # Names and joinings

    def first_seen(self, address: Address) -> tuple[int, When]:
        whens = [one[0] for one in self.sightings({address}) if self.shows(one)]
        dated = [when for when in whens if is_known(when)]
        if dated:
            return 0, min(dated)
        return (1, min(whens)) if whens else (2, ("", 0))

    def name(self, group: set[Address]) -> Address:
        return min(group, key=lambda one: (one.rank, self.first_seen(one), one))

    def joined(self, group: set[Address]) -> Iterator[tuple[Any, ...]]:
        pairs = {frozenset((one.one, one.other)) for one in self.every(Joining)}
        for pair in pairs:
            found = []
            for one in self.every(Joining):
                at = self.moment(one.run, one.at)
                by = (at, one.run * 1000 + 998)
                seen = [self.first_seen(address) for address in pair]
                known = all(how < 2 and when <= by for how, when in seen)
                if {one.one, one.other} == pair and known and not self.took_over(pair, by):
                    found.append(at)
            if found and pair <= group:
                kept = self.name(set(pair))
                (lost,) = pair - {kept}
                yield min(found), "joined", None, "id", lost.id, kept.id

    def took_over(self, pair: frozenset[Address], by: When) -> bool:
        """Whether one had come by then when the other was gone, of one kind, and said the same."""
        seen = {
            one: sorted(
                (when, content.url, content.sha256, content.collection, content)
                for when, content, _ in filter(self.shows, self.sightings({one}))
                if when <= by
            )
            for one in pair
        }
        if not all(seen.values()):
            return False
        gone, come = sorted(pair, key=lambda one: seen[one][0])
        (last, *_, before), (first, *_, now) = seen[gone][-1], seen[come][0]
        if not all(is_known(when) for some in seen.values() for when, *_ in some):
            return False
        _, was = self.believed(before, gone, last[0])
        _, says = self.believed(now, come, first[0])
        alike = (was.date_text, was.summary) == (says.date_text, says.summary)
        return last < first and gone.rank == come.rank and was.summary is not None and alike


def history(facts: Iterable[Fact], after: int) -> dict[Address, dict[str, Any]]:
    """Every document by its name."""
    model = Model(facts, after)
    documents = (model.document(group) for group in model.groups())
    return {one["name"]: one for one in documents if one is not None}


def is_known(when: When) -> bool:
    return not when[0].startswith("0001-01-01T")


def differences(
    before: dict[str, Any], now: dict[str, Any], point: Point
) -> Iterator[tuple[Any, ...]]:
    at = point[0]
    for collection, member in now["members"].items():
        old = before["members"].get(collection)
        if old is None:
            yield at, "added", collection, None, None, None
            continue
        for field in ("missing", "removed"):
            yield from turn(at, collection, field, old[field], member[field])
    yield from turn(at, None, "removed", before["removed"], now["removed"])
    if before["words"] is not None:
        yield from wording(before["words"], now["words"], point)


def turn(
    at: str, collection: int | None, field: str, old: str | None, new: str | None
) -> Iterator[tuple[Any, ...]]:
    if old == new:
        return
    yield at, "restored" if new is None else field, collection, field, old, new


def wording(before: Any, now: Any, point: Point) -> Iterator[tuple[Any, ...]]:
    (was, in_bytes, _), (says, by_bytes, is_dated) = before, now
    if not is_dated and point[2] == SEEN:
        return  # which of two was said first is not known
    kind = "reread" if in_bytes == by_bytes else "changed"
    if was.address != says.address:
        kind = "renamed"
    for field in WORDS:
        old, new = getattr(was, field), getattr(says, field)
        if old != new:
            yield point[0], kind, by_bytes.collection, field, old, new


# Clocks


def clock_shifts(clocks: list[Clock]) -> dict[int, int]:
    """By how much the moments of each run are moved: every choice of believed clocks is tried."""
    clocks = sorted(clocks, key=lambda clock: clock.run)
    moved = {}
    end = None
    believed = best_choice(clocks)
    for place, clock in enumerate(clocks):
        start = clock.first if place in believed else guessed(clocks, believed, place, end)
        for bound in (end, clock.after):
            if bound is not None and (start < bound or (start == bound and place not in believed)):
                start = bound + 1
        moved[clock.run] = start - clock.first
        end = start + clock.last - clock.first
    return moved


def program() -> int:
    return round(datetime.fromisoformat(EARLIEST).timestamp())


def best_choice(clocks: list[Clock]) -> tuple[int, ...]:
    possible = [place for place, clock in enumerate(clocks) if clock.first >= program()]
    choices = [c for n in range(len(possible) + 1) for c in combinations(possible, n)]
    return max((c for c in choices if in_order(clocks, c)), key=lambda c: worth(clocks, c))


def in_order(clocks: list[Clock], choice: tuple[int, ...]) -> bool:
    return all(
        clocks[one].last - TOLERANCE <= clocks[other].first for one, other in pairwise(choice)
    )


def worth(clocks: list[Clock], choice: tuple[int, ...]) -> Any:
    """Most that the site agrees with, then most of which it says nothing, then most of all, then
    the latest."""
    aheads = [clocks[place].ahead for place in choice]
    agreeing = [a for a in aheads if a is not None and abs(a) <= TOLERANCE]
    return len(agreeing), aheads.count(None), len(choice), choice


def by_site(clock: Clock) -> int | None:
    if clock.ahead is None or abs(clock.ahead) <= TOLERANCE:
        return None
    right = clock.first - clock.ahead
    return right if right >= program() else None


def guessed(clocks: list[Clock], believed: tuple[int, ...], place: int, end: int | None) -> int:
    says = by_site(clocks[place])
    start = clocks[place].first if says is None else says
    start = max(start, program(), program() if end is None else end + 1)
    room = 0
    for later in range(place + 1, len(clocks)):
        before = clocks[later - 1]
        room += before.last - before.first + 1
        known = clocks[later].first if later in believed else by_site(clocks[later])
        if known is not None:
            start = min(start, known - room)
    return start
