"""A simulated fleet takes as long as one can reckon by hand, where that can be done."""

import math

import pytest

from benchmarks.simulated import POLL, Collection, Costs, Simulation, Terms

COSTS = Costs(job=1.0, page=0.01)
FIRST = POLL / 2 + COSTS.job
"""When the first crawl begins, as workers look for jobs now and then."""


def ends(
    some: list[Collection], terms: Terms, costs: Costs = COSTS, every: float = math.inf
) -> list[float]:
    """When the collections were harvested, in their order, by a fleet."""
    Simulation(some, terms, costs, every).run(1e6)
    assert all(one.ended for one in some)
    return [one.ended[0] for one in some]


@pytest.mark.parametrize("workers", [1, 2, 64])
def test_host_is_asked_no_faster_by_more_workers(workers: int) -> None:
    some = [Collection(0, 10) for _ in range(5)]
    each = COSTS.job + (10 + 1) * 2.0  # its pages, robots.txt and the pause
    found = ends(some, Terms(workers, crawls=4, delay=2.0))
    assert found == pytest.approx([FIRST + 20.0 + each * turn for turn in range(5)])


@pytest.mark.parametrize(("workers", "crawls", "rounds"), [(1, 4, 6), (2, 4, 3), (3, 8, 1)])
def test_hosts_share_the_places_of_workers(workers: int, crawls: int, rounds: int) -> None:
    some = [Collection(host, 10) for host in range(24)]
    found = ends(some, Terms(workers, crawls, cores=24, delay=2.0))
    assert max(found) == pytest.approx(FIRST + 20.0 + (rounds - 1) * (COSTS.job + 20.0), rel=1e-3)


def test_hosts_take_turns_however_many_collections_they_have() -> None:
    some = [*(Collection(0, 10) for _ in range(50)), Collection(1, 10), Collection(2, 10)]
    found = ends(some, Terms(1, crawls=1))
    assert sorted(found)[1:3] == found[-2:]


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_processors_limit_what_begins(cores: int) -> None:
    some = [Collection(host, 1) for host in range(64)]
    found = ends(some, Terms(1, crawls=64, cores=cores, delay=1e-6), Costs(job=1.0, page=0.0))
    assert max(found) == pytest.approx(POLL / 2 + 64 / cores, rel=0.01)


@pytest.mark.parametrize("row", [1.0, 3.0])
def test_postgresql_answers_one_after_the_other(row: float) -> None:
    some = [Collection(host, 1) for host in range(20)]
    simulation = Simulation(some, Terms(20, crawls=1), Costs(0.1, 0.0, row=row), math.inf)
    simulation.run(1e6)
    last = max(one.ended[0] for one in some)
    assert last == pytest.approx(POLL / 2 + 20 * row + 0.1 + 2.0)
    assert simulation.sql == pytest.approx(20 * row)


def test_long_harvest_lets_others_have_their_turn() -> None:
    some = [Collection(0, 100), Collection(1, 10)]
    found = ends(some, Terms(1, crawls=1, slice=60.0))
    assert found[1] < found[0]
    others = COSTS.job + 20.0  # the first slice has 60 s, the next one twice as many
    assert found[0] == pytest.approx(FIRST + 60 + others + COSTS.job + 120 + 2.0 + COSTS.job + 20)


@pytest.mark.parametrize("every", [3600.0, 7200.0])
def test_no_collection_is_older_than_it_has_to_be(every: float) -> None:
    some = [Collection(host, 10) for host in range(4)]
    simulation = Simulation(some, Terms(1), COSTS, every)
    simulation.run(10 * every)
    assert every <= simulation.oldest < every + 60
    assert simulation.pages == 10 * 4 * 10
    assert simulation.shares["a host's politeness"] == pytest.approx(23 / every, rel=0.05)


def test_oldest_shows_that_workers_are_too_few() -> None:
    ages = []
    for workers in (1, 4):
        simulation = Simulation(
            [Collection(host, 100) for host in range(100)], Terms(workers), COSTS, 3600.0
        )
        simulation.run(1e5)
        ages.append(simulation.oldest)
        assert simulation.shares["workers' places"] > 0.9 or workers > 1
    assert ages[0] > ages[1] * 1.3 and ages[1] < 3600 * 2
