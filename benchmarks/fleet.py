"""How far a fleet gets: 10,000 collections on 2,000 hosts, simulated with 1 to 64 workers.

What a harvest costs is measured first, and so is PostgreSQL with all these collections. Then the
simulation is checked against real workers that harvest 200 collections of 40 hosts on loopback. It
has to foretell how long they take, all in all and to the middle, to 15 %.
"""

import argparse
import asyncio
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from math import inf
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import mean, median
from urllib.parse import parse_qs, urlsplit

import psycopg
from fleet import PER_PAGE, TAKES, Fleet, Hosts, eventually, fleet, hosts
from postgres import Postgres, postgres
from procrastinate.jobs import Status

from benchmarks.measure import Cost
from benchmarks.simulated import POLL, Collection, Costs, Simulation, Terms
from harvester.defaults import HARVEST_JOBS_LEASE as LEASE
from harvester.jobs.schedule import QUEUE, Planned, Schedule
from harvester.jobs.worker import BEATS

COLLECTIONS, HOSTS = 10_000, 2_000
WORKERS = (1, 2, 4, 8, 16, 32, 64)
DAY = 24 * 3600.0
PERIODS = {"weekly": (7 * DAY, 28), "daily": (DAY, 28), "hourly": (DAY / 24, 7)}
"""How often collections are due, and how many days are simulated."""
DELAY = 2.0
MEDIAN_PAGES, SPREAD, MOST_PAGES = 40, 1.2, 2_000
"""Listings are short, but for a few: of so many pages, times e to the power of some spread."""
REAL, REAL_HOSTS, REAL_WORKERS = 200, 40, 3
REAL_PAGES = 3, 17
"""Each real collection has so many pages, from the one to the other."""
REAL_TERMS = {"HARVEST_JOBS_LEASE": LEASE, "HARVEST_JOBS_WAIT": 5}
PATIENCE = 3600.0
"""Seconds in which real workers have to be done."""
JOBS = 300
"""So many jobs are timed in PostgreSQL."""
MOST_OFF = 0.15
SHORT, LONG = 1, 41
"""Pages of collections whose harvests are timed."""
DEFINITION = """["Fishing in Japan"]
url = "https://archive.example.org/search?search_api_fulltext=Fishing--Japan"
details = false
files = false
"""
BEFORE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status)
SELECT %s, 'harvest', 'host-' || n %% 2000, '{}', 'succeeded' FROM generate_series(1, 70000) AS n
"""


def main() -> None:
    """Measures, checks and simulates. Exits with 1 if the simulation is too far off."""
    options = _options()
    with postgres() as server:
        measured = [crawl_costs(server)]
        took = [] if options.no_real else real_times(server)
        measured += [] if options.no_real else [crawl_costs(server)]
        cpu, clock = (middle(same) for same in zip(*measured, strict=True))
        for what, one in (("CPU", cpu), ("by the clock", clock)):
            print(f"A harvest: {one.job:.2f} s, {one.page * 1e3:.1f} ms a page, {what}", flush=True)
        is_right = not took or is_foretold(took, cpu, clock)
        costs = schedule_costs(server, cpu)
    print(
        f"PostgreSQL, {COLLECTIONS:,} collections: {costs.row * 1e3:.1f} ms a job,"
        f" {costs.tend * 1e3:.1f} to tend, {costs.alive * 1e3:.1f} a second of a worker"
    )
    for name, (every, days) in PERIODS.items():
        print(f"\n{COLLECTIONS:,} collections of {HOSTS:,} hosts, each due {name}\n{HEAD}")
        for workers in WORKERS:
            terms = Terms(workers, options.crawls, delay=DELAY)
            print(line(simulated(costs, terms, every, days)), flush=True)
    print(f"\n{os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    sys.exit(not is_right)


def made(seed: int = 1) -> list[Collection]:
    """Made-up collections: a few hosts have many, and a few collections are long."""
    chance = random.Random(seed)
    return [
        Collection(
            int(HOSTS * chance.random() ** 2),
            min(MOST_PAGES, max(1, round(MEDIAN_PAGES * chance.lognormvariate(0, SPREAD)))),
        )
        for _ in range(COLLECTIONS)
    ]


def simulated(costs: Costs, terms: Terms, every: float, days: int) -> Simulation:
    """Some days of a fleet."""
    found = Simulation(made(), terms, costs, every)
    found.run(days * DAY)
    return found


HEAD = f"{'workers':>7}{'pages a day':>14}{'oldest, hours':>15}  limit"


def line(one: Simulation) -> str:
    """What a fleet does, in a line of the table."""
    limits = sorted(one.shares.items(), key=lambda item: -item[1])
    shares = ", ".join(f"{name} {share:.0%}" for name, share in limits)
    pages = round(one.pages / (one.now / DAY), -3)
    return f"{one.terms.workers:7}{pages:14,.0f}{one.oldest / 3600:15.1f}  {shares}"


def crawl_costs(server: Postgres) -> tuple[Costs, Costs]:
    """What real harvests cost, one after the other: in seconds of CPU, and of the wall clock, which
    are more where a machine has other things to do."""
    few, many, long = (timed_crawls(server, *one) for one in ((4, SHORT), (12, SHORT), (4, LONG)))
    pages = LONG - SHORT
    page = (long.cpu - few.cpu) / 4 / pages
    seconds = (long.wall - many.wall) / pages
    return (
        Costs((many.cpu - few.cpu) / 8 - SHORT * page, page),
        Costs(many.wall - (SHORT + 1) * seconds, seconds - TAKES),
    )


def timed_crawls(server: Postgres, number: int, pages: int) -> Cost:
    """What so many crawls of so many pages cost: CPU in all, and seconds from one to the next."""
    before = sum(getrusage(RUSAGE_CHILDREN)[:2])
    first, _ = real(server, [pages] * number, number, 1, "--crawls", "1", DOWNLOAD_DELAY=0)
    begun = sorted(first.values())
    wall = median(later - earlier for earlier, later in pairwise(begun))
    return Cost(sum(getrusage(RUSAGE_CHILDREN)[:2]) - before, wall, 0)


def middle(same: Sequence[Costs]) -> Costs:
    """What was measured before and after, in the middle."""
    return Costs(mean(one.job for one in same), mean(one.page for one in same))


def real_sizes() -> list[int]:
    """How many pages each real collection has."""
    chance = random.Random(1)
    return [chance.randint(*REAL_PAGES) for _ in range(REAL)]


def real_times(server: Postgres) -> list[float]:
    """When real workers had harvested one collection, two, ..."""
    _, last = real(server, real_sizes(), REAL_HOSTS, REAL_WORKERS, DOWNLOAD_DELAY=DELAY)
    return sorted(last.values())


def is_foretold(took: Sequence[float], cpu: Costs, clock: Costs) -> bool:
    """Whether real workers took as long as simulated ones, a quarter, half and all of the way.

    All share this machine with whatever else it does. That makes each harvest slower by the clock,
    but not the machine smaller.
    """
    cores = round((os.cpu_count() or 1) * max(1.0, clock.job / cpu.job))
    by_name = sorted(enumerate(real_sizes()), key=lambda one: f"collection-{one[0]}")
    some = [Collection(number % REAL_HOSTS, pages) for number, pages in by_name]
    terms = Terms(REAL_WORKERS, machines=1, cores=cores, delay=DELAY)
    Simulation(some, terms, clock, inf).run(PATIENCE)
    foretold = sorted(one.ended[0] - POLL / 2 - clock.job for one in some)
    print(f"{REAL} collections of {REAL_HOSTS} hosts, {REAL_WORKERS} workers, harvested after")
    off = []
    for name, place in (("a quarter", REAL // 4), ("half", REAL // 2), ("all", REAL)):
        said, was = foretold[place - 1], took[place - 1]
        off.append(said / was - 1)
        print(f"{name:>12}{was:8.0f} s, foretold {said:.0f} s ({off[-1]:+.0%})", flush=True)
    return max(map(abs, off)) <= MOST_OFF


def real(
    server: Postgres, sizes: Sequence[int], number: int, workers: int, *words: str, **terms: float
) -> tuple[dict[int, float], dict[int, float]]:
    """Real workers harvest collections with so many pages each.

    Returns when each collection's first page was asked for, and when its last page was answered, in
    seconds since the first request.
    """
    with tempfile.TemporaryDirectory() as name, hosts(len(sizes), number) as sites:
        sites.sizes = [pages * PER_PAGE for pages in sizes]
        folder = Path(name)
        (folder / "store").mkdir()
        sites.file(folder)
        some = Fleet(folder, server.anew(), str(folder / "store"))
        for verb in ("init", "schedule"):
            assert some.jobs(verb).returncode == 0
        with fleet(some):
            for _ in range(workers):
                some.begin(*words, **{**REAL_TERMS, **terms})
            eventually(lambda: some.is_in("done"), patience=PATIENCE)
            some.end()
        return seen(sites)


def seen(sites: Hosts) -> tuple[dict[int, float], dict[int, float]]:
    """When each collection was first asked for and last answered, as its host has noted."""
    first, last = dict[int, float](), dict[int, float]()
    asked = sorted((one.came, one) for some in sites.asked.values() for one in some)
    begun = asked[0][0]
    for came, one in asked:
        for name in parse_qs(urlsplit(one.path).query).get("search_api_fulltext", []):
            first.setdefault(int(name), came - begun)
            last[int(name)] = one.answered - begun
    return first, last


def schedule_costs(server: Postgres, costs: Costs) -> Costs:
    """What jobs cost PostgreSQL, with all collections, and with the jobs of a week behind them."""
    return asyncio.run(_schedule_costs(Schedule(server.anew()), server.address, costs))


async def _schedule_costs(schedule: Schedule, address: str, costs: Costs) -> Costs:
    jobs = schedule.app.job_manager
    some = [
        Planned(f"collection-{n}", f"host-{one.host}.example.org", "day", DEFINITION)
        for n, one in enumerate(made())
    ]
    async with schedule.opened(set_up=False):
        await schedule.set_up()
        await schedule.plan(some, {})
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as db:
            await db.execute(BEFORE, [QUEUE])
            await db.execute("ANALYZE")
        await schedule.tend(LEASE)
        worker = await jobs.register_worker()
        rows, tends, alive = [], [], []
        for number in range(JOBS):
            begun = time.perf_counter()
            job = await jobs.fetch_job(queues=[QUEUE], worker_id=worker)
            assert job is not None and job.id is not None
            found = await schedule.one(job.task_kwargs["name"])
            assert found is not None
            said = {
                **found[0],
                "due": found[0]["now"] + timedelta(days=1),
                "job": job.id,
                "delay": DELAY,
            }
            assert await schedule.end(said)
            await jobs.finish_job(job, Status.SUCCEEDED, delete_job=False)
            rows.append(time.perf_counter() - begun)
            tends.append(await timed(schedule.tend(LEASE)))
            kept = await timed(schedule.keep([worker], [number]))
            alive.append((kept + tends[-1]) * BEATS / LEASE)
    return replace(costs, row=median(rows), tend=median(tends), alive=median(alive))


async def timed(done: Awaitable[object]) -> float:
    """The seconds that something takes."""
    begun = time.perf_counter()
    await done
    return time.perf_counter() - begun


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    parser.add_argument("--crawls", type=int, default=4, help="of each worker at once")
    parser.add_argument("--no-real", action="store_true", help="without the real workers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
