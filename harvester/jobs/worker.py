"""A worker: it takes jobs from the schedule, harvests each collection, and reports how that ended.

Its crawls are child processes. While it has jobs, it regularly tells the database that it is alive.
If it can't for two thirds of a lease, it kills its crawls: after a whole lease, another worker may
harvest their hosts.
"""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext

from harvester.console import complain, tell
from harvester.interrupt import interrupt
from harvester.jobs.child import Child, desk
from harvester.jobs.following import Ended, Stopped, failed, following, told
from harvester.jobs.places import Place
from harvester.jobs.schedule import PROBLEMS, QUEUE, TASK, NoJobs, Row, Schedule
from harvester.jobs.versions import DATABASE, Versions
from harvester.outcomes import HarvestProblem, Interrupted

AGAIN = 2.0
"""Seconds after which a worker looks for another job, or for its database again."""
BEATS = 6
"""How often in a lease a worker reports that it is alive."""
MOMENT = 0.2
DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How a worker works: how many crawls at once, with which arguments, and the settings of the
    same names; `pause` is how long a host is left alone after a crawl, and `patience` at most, if
    it asks for more in its robots.txt."""

    crawls: int
    arguments: Sequence[str]
    lease: float
    wait: float
    slice: float
    pause: float
    patience: float


class Worker:
    """Works until it is asked to stop, or has to."""

    def __init__(self, schedule: Schedule, place: Place, terms: Terms) -> None:
        self._schedule = schedule
        self._place = place
        self._terms = terms
        self._name = socket.gethostname()
        self._stopping = asyncio.Event()
        self._problem: HarvestProblem | None = None
        self._children: dict[int, tuple[int, Child]] = {}
        self._hosts: dict[int, str] = {}
        self._heard = monotonic()
        schedule.app.task(name=TASK, queue=QUEUE, pass_context=True)(self._harvest)

    async def work(self) -> None:
        """Works. Raises the HarvestProblem that stops it, if one does."""
        others = [self._listen(), self._guard()]
        tasks = [asyncio.create_task(one) for one in others]
        try:
            while not self._stopping.is_set():
                await self._work_while_it_can()
        finally:
            for task in tasks:
                task.cancel()
        if self._problem is not None:
            raise self._problem

    async def _work_while_it_can(self) -> None:
        """Works until its database fails, or it is to stop."""
        try:
            async with self._schedule.opened():
                self._heard = monotonic()
                worker = asyncio.create_task(self._fetch())
                tending = asyncio.create_task(self._tend())
                stopping = asyncio.create_task(self._stopping.wait())
                ends = {worker, tending, stopping}
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                if tending.done():
                    tending.result()  # it never ends but by a bug, and others would take its jobs
                worker.cancel()
                with suppress(asyncio.CancelledError):
                    await worker
                for task in (tending, stopping):
                    task.cancel()
        except (NoJobs, *PROBLEMS) as problem:
            for _, child in self._children.values():
                child.kill()
            complain(str(problem))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), AGAIN)

    async def _fetch(self) -> None:
        """Takes jobs. Cancelled, it waits for those that it has."""
        lease = self._terms.lease
        await self._schedule.app.run_worker_async(
            queues=[QUEUE],
            name=self._name,
            concurrency=self._terms.crawls,
            listen_notify=False,
            fetch_job_polling_interval=min(AGAIN, lease / BEATS),
            update_heartbeat_interval=lease / BEATS,
            stalled_worker_timeout=lease,
            install_signal_handlers=False,
        )

    async def _listen(self) -> None:
        """Stops when a signal asks for that."""
        with suppress(Interrupted):
            await interrupt.unless(asyncio.Event().wait())
        self._stopping.set()

    async def _tend(self) -> None:
        """Reports that this worker is alive, and tends the jobs of all workers."""
        tidied = monotonic()
        while True:
            begun = monotonic()
            with suppress(*PROBLEMS):
                async with asyncio.timeout(self._terms.lease / 3):
                    await self._keep(begun)
                    await self._schedule.tend(self._terms.lease)
                    if begun > tidied + DAY:
                        await self._schedule.tidy()
                        tidied = begun
            await asyncio.sleep(self._terms.lease / BEATS)

    async def _keep(self, begun: float) -> None:
        running, hosts = dict(self._children), dict(self._hosts)
        workers = {worker for worker, _ in running.values()}
        kept = await self._schedule.keep(workers, running)
        self._heard = begun
        for job in running.keys() - kept:
            running[job][1].kill()
        for job in kept & hosts.keys():
            await self._schedule.spare(hosts[job], self._delay(running[job][1]))

    async def _guard(self) -> None:
        """Kills the crawls in time if the database can't be told that the worker is alive."""
        while True:
            await asyncio.sleep(MOMENT)
            if monotonic() > self._heard + self._terms.lease * 2 / 3:
                for _, child in self._children.values():
                    child.kill()

    async def _harvest(self, context: JobContext, name: str) -> None:
        """Does a job: takes the collection, crawls it, puts it, and reports the end."""
        found = await self._schedule.one(name)
        if found is None or self._stopping.is_set():
            return
        row, profiles = found
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), row["wait"])
            return
        try:
            with desk(row["definition"], profiles) as folder:
                await self._at_desk(context, row, folder)
        except (ConnectorException, psycopg.Error):
            raise
        except Exception as error:
            await self._end(context, row, row["version"], failed(error))
        with suppress(*PROBLEMS):
            await self._schedule.tend(self._terms.lease)

    async def _at_desk(self, context: JobContext, row: Row, folder: Path) -> None:
        versions = Versions(self._place, row["name"])
        taken = await asyncio.to_thread(versions.take, folder)
        if taken.number > row["version"]:  # its worker could put it, but not say so
            ended = Ended(**taken.ended)
            await self._end(context, row, taken.number, ended)
            return
        ended = await self._crawl(context, row, folder)
        number = taken.number
        if ended.can_be_put and (folder / DATABASE).exists():
            said = {name: getattr(ended, name) for name in Ended.__slots__}
            put = partial(versions.put, folder, taken, said)
            number = (await asyncio.to_thread(put)).number
        await self._end(context, row, number, ended)

    async def _crawl(self, context: JobContext, row: Row, folder: Path) -> Ended:
        child = await Child.begin(folder, ["crawl", "collection", *self._terms.arguments])
        job, worker = context.job.id, context.job.worker_id
        assert job is not None and worker is not None
        self._children[job] = worker, child
        self._hosts[job] = row["host"]
        try:
            return await self._watched(child, row)
        finally:
            child.kill()
            row["delay"] = self._delay(child)
            del self._children[job], self._hosts[job]

    def _delay(self, child: Child) -> float:
        """How long the host of a crawl is left alone after it."""
        return max(self._terms.pause, min(child.delay, self._terms.patience))

    async def _watched(self, child: Child, row: Row) -> Ended:
        """How a crawl ends: by itself, or because its time is over or its worker has to stop.

        One that was broken off before may take twice as long, or it might never come to its end.
        """
        ending = asyncio.create_task(child.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        patience = self._terms.slice * 2 ** min(row["slices"], 20)
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait({ending, stopping}, timeout=patience, return_when=first)
        broken_off = not ending.done()
        code = await (child.end() if broken_off else ending)
        stopping.cancel()
        return Ended(code, child.sentence, broken_off)

    async def _end(self, context: JobContext, row: Row, number: int, ended: Ended) -> None:
        """Reports the end of a job, and stops if that is a reason to.

        The database is asked for as long as the job can't be another worker's.
        """
        follows = following(row, ended, self._terms.wait)
        said: dict[str, Any] = {
            **{"name": row["name"], "job": context.job.id, "worker": self._name},
            **{"host": row["host"], "delay": row.get("delay", self._terms.pause)},
            **{"version": number, "code": ended.code, "sentence": ended.sentence, **follows},
        }
        if ended.stops_worker:
            self._problem = Stopped(row["name"], ended)
            self._stopping.set()
        until = monotonic() + self._terms.lease
        while True:
            try:
                is_ours = await self._schedule.end(said)
                break
            except PROBLEMS:
                if monotonic() > until:
                    raise
                await asyncio.sleep(MOMENT)
        tell(told(row["name"], ended) if is_ours else f"{row['name']}: another worker has it")
