"""A fleet simulated, event by event: workers that harvest hosts' collections when these are due.

It does what `harvester.jobs` does: a host has one harvest at a time, and one more that waits for
its turn. Free workers take those that have waited longest. A harvest that takes longer than its
slice is broken off, and goes on when others have had their turn.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, heapreplace

POLL = 2.0
"""Seconds after which a worker that has found nothing to do looks again."""
BUSIEST = 0.95
"""So much of a machine pages can take from what begins: the rest of them has to wait."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What harvests cost, in seconds: of a core, to begin and end one, and for a page; of
    PostgreSQL, for a job, to tend the schedule, and a second of each worker's signs of life."""

    job: float
    page: float
    row: float = 0.0
    tend: float = 0.0
    alive: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How a fleet works: so many workers with so many crawls each, on machines with so many cores;
    a host's delay, and the longest slice of a harvest, in seconds."""

    workers: int
    crawls: int = 4
    machines: int = 0
    cores: int = 2
    delay: float = 2.0
    slice: float = 3600.0


@dataclass(slots=True)
class Collection:
    """A collection of so many pages, at a host; when it is due, what is left of its harvest, and
    how often that was broken off; when its harvests ended."""

    host: int
    pages: int
    due: float = 0.0
    left: int = 0
    slices: int = 0
    ended: list[float] = field(default_factory=list)


class Simulation:
    """A fleet at work, from the moment 0. `busy` are the seconds that each host was harvested,
    `pages` those that were read; `cpu` and `sql` are seconds of cores and of PostgreSQL."""

    def __init__(
        self, collections: Sequence[Collection], terms: Terms, costs: Costs, every: float
    ) -> None:
        self.collections, self.terms, self.costs, self.every = collections, terms, costs, every
        self.now, self.pages, self.cpu, self.slots = 0.0, 0, 0.0, 0.0
        self.sql = 0.0
        self.busy: dict[int, float] = defaultdict(float)
        machines = range(terms.machines or terms.workers)
        self._cores = [[0.0] * terms.cores for _ in machines]
        self._running = [0 for _ in machines]
        self._events: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._free = [n % len(machines) for n in range(terms.workers * terms.crawls)]
        self._due: dict[int, list[tuple[float, int]]] = defaultdict(list)
        self._queued: dict[int, tuple[int, int]] = {}
        self._harvested: set[int] = set()
        self._rested: dict[int, float] = defaultdict(float)
        self._turns: list[tuple[int, int]] = []
        self._numbers = iter(range(1 << 62))
        self._database, self._tended = 0.0, 0.0

    def run(self, until: float) -> None:
        """Works until so many seconds have gone, or all is done."""
        for number, one in enumerate(self.collections):
            self._due[one.host].append((one.due, number))
        for host, some in self._due.items():
            heapify(some)
            self._queue(host)
        while self._events and self._events[0][0] <= until:
            self.now, _, do, given = heappop(self._events)
            do(*given)
        self.now = until if self._events else self.now

    def _at(self, moment: float, do: Callable[..., None], *given: object) -> None:
        heappush(self._events, (moment, next(self._numbers), do, given))

    def _queue(self, host: int) -> None:
        """Gives a host a job that waits for its turn, of the collection that is due longest."""
        if host in self._queued or not self._due[host]:
            return
        due, number = self._due[host][0]
        if due > self.now:
            self._at(due, self._queue, host)
            return
        heappop(self._due[host])
        self._queued[host] = turn = next(self._numbers), number
        if host not in self._harvested:
            self._offer(turn)

    def _offer(self, turn: tuple[int, int]) -> None:
        heappush(self._turns, turn)
        if self._free:
            self._at(self.now + POLL / 2, self._take, self._free.pop(0))

    def _take(self, machine: int) -> None:
        """A worker looks for a job."""
        if not self._turns:
            self._free.append(machine)
            return
        _, number = heappop(self._turns)
        one = self.collections[number]
        del self._queued[one.host]
        self._harvested.add(one.host)
        self._queue(one.host)
        begun = max(self._ask(self.costs.row), self._rested[one.host])
        ready = self._compute(machine, begun)
        self._running[machine] += 1
        pace = max(self.terms.delay, self._load(machine) * self.terms.delay)
        left = one.left or one.pages
        some = min(left, max(1, int(self.terms.slice * 2**one.slices / pace)))
        self._at(ready + some * pace, self._crawled, number, machine, some, begun)

    def _crawled(self, number: int, machine: int, some: int, begun: float) -> None:
        one = self.collections[number]
        self._running[machine] -= 1
        self.pages += some
        self.cpu += some * self.costs.page
        one.left = (one.left or one.pages) - some
        one.slices = one.slices + 1 if one.left else 0
        if not one.left:
            one.ended.append(self.now)
            one.due += self.every * ((self.now - one.due) // self.every + 1)
        else:
            one.due = self.now
        self._leave(number, machine, begun)

    def _leave(self, number: int, machine: int, begun: float) -> None:
        """The worker leaves a host alone, tends the schedule, and looks for another job."""
        host = self.collections[number].host
        self._rested[host] = self.now + self.terms.delay
        self.busy[host] += self._rested[host] - begun
        self.slots += self.now - begun
        if self._tended <= self.now:
            self._tended = self._ask(self.costs.tend)
        self._harvested.remove(host)
        heappush(self._due[host], (self.collections[number].due, number))
        if host in self._queued:
            self._offer(self._queued[host])
        else:
            self._queue(host)
        self._take(machine)

    def _load(self, machine: int) -> float:
        """The share of a machine that the pages of its crawls take; more than 1 if it can't."""
        return self._running[machine] * self.costs.page / self.terms.delay / self.terms.cores

    def _compute(self, machine: int, begun: float) -> float:
        """When a core of a machine is ready that begins a crawl, beside the pages of others."""
        cores = self._cores[machine]
        self.cpu += self.costs.job
        ready = max(begun, cores[0]) + self.costs.job / (1 - min(self._load(machine), BUSIEST))
        heapreplace(cores, ready)
        return ready

    def _ask(self, cost: float) -> float:
        """When PostgreSQL has answered, which does one thing at a time."""
        self.sql += cost
        alive = min(self.terms.workers * self.costs.alive, BUSIEST)
        self._database = max(self.now, self._database) + cost / (1 - alive)
        return self._database

    @property
    def oldest(self) -> float:
        """The longest time, in seconds, that a collection was without a new harvest."""
        return max(
            later - earlier
            for one in self.collections
            for earlier, later in zip([0.0, *one.ended], [*one.ended, self.now], strict=True)
        )

    @property
    def shares(self) -> dict[str, float]:
        """How busy each is that may be the limit: 1 is all of the time."""
        terms = self.terms
        machines = len(self._cores)
        return {
            "a host's politeness": max(self.busy.values(), default=0.0) / self.now,
            "workers' places": self.slots / self.now / (terms.workers * terms.crawls),
            "workers' processors": self.cpu / self.now / (machines * terms.cores),
            "PostgreSQL": self.sql / self.now + terms.workers * self.costs.alive,
        }
