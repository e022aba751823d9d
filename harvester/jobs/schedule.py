"""The schedule: which collections there are, when each is due, and how its last harvest ended.

It is a table in PostgreSQL, beside those of procrastinate, which has the jobs. A collection that is
due gets a job once it has none; if a job is lost, the collection is still due, and gets another. So
no job ever waits for a moment to come: procrastinate would let it block all others of its host.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from harvester.jobs.statements import (
    DROP,
    DROP_PROFILES,
    DUE,
    END,
    HAS_TABLES,
    KEEP,
    LOCK,
    ONE,
    OURS,
    PROFILES,
    PUT,
    PUT_PROFILE,
    RELEASE,
    SPARE,
    SPARE_LOST,
    STATUS,
    TABLES,
    TRY_LOCK,
)
from harvester.outcomes import BadUsage, HarvestProblem, Outcome

QUEUE, TASK = "harvests", "harvest"
STATES = ("held", "again", "running", "queued", "due", "new", "done")
"""States in order of urgency: those that need a person come first."""
OLD_HOURS = 24 * 7
"""Jobs that ended so long ago are forgotten; how each collection ended stays."""
PROBLEMS = (ConnectorException, psycopg.Error, TimeoutError, OSError)
"""What is raised where the database can't be reached or has no such tables."""

Row = dict[str, Any]


class NoJobs(HarvestProblem):
    """Raised when the database of jobs can't be reached, or was never set up."""

    exit_code = Outcome.UNREACHABLE.exit_code


@dataclass(frozen=True, slots=True)
class Planned:
    """A collection as it is scheduled: `definition` is its table of collections.toml, and `due` its
    first harvest, if that is not at once."""

    name: str
    host: str
    every: str
    definition: str
    due: datetime | None = None


class Schedule:
    """The schedule in the PostgreSQL database at an address, with procrastinate's `app`."""

    def __init__(self, address: str) -> None:
        if not address:
            raise BadUsage(
                "There is no database for the jobs: name one with HARVEST_JOBS, as in"
                " postgresql://harvester@localhost/harvester."
            )
        self._address = address
        self._connector = PsycopgConnector(
            conninfo=address, min_size=1, max_size=4, timeout=10, kwargs={"connect_timeout": 5}
        )
        self.app = App(connector=self._connector)

    @asynccontextmanager
    async def opened(self, *, set_up: bool = True) -> AsyncIterator[None]:
        """The database, for as long as the block lasts; `set_up` if it must have the tables.

        Raises NoJobs.
        """
        with self.named_errors():
            async with await psycopg.AsyncConnection.connect(
                self._address, connect_timeout=5, row_factory=dict_row
            ) as db:
                is_set_up = (await (await db.execute(HAS_TABLES)).fetchone())["there"]
            if set_up and not is_set_up:
                raise NoJobs(
                    f"The database {self.name} has no jobs yet: harvester jobs init makes it ready."
                )
            async with self.app.open_async():
                yield

    @property
    def name(self) -> str:
        """The database by its name and host, without a password."""
        try:
            said = conninfo_to_dict(self._address)
        except psycopg.Error:
            return "of HARVEST_JOBS"
        return f"{said.get('dbname') or said.get('user')} on {said.get('host') or 'localhost'}"

    async def set_up(self) -> None:
        """Makes the tables, unless they are there."""
        async with self._writing() as db:
            await db.execute(LOCK)
            if not await self.app.check_connection_async():
                await self.app.schema_manager.apply_schema_async()
            await db.execute(TABLES)

    async def plan(self, some: Sequence[Planned], profiles: Mapping[str, str]) -> list[str]:
        """Makes these the collections; returns those that are no longer among them."""
        names = [one.name for one in some]
        async with self._writing() as db:
            for one in some:
                row = {name: getattr(one, name) for name in Planned.__slots__}
                await db.execute(PUT, row)
            gone = await (await db.execute(DROP, [names])).fetchall()
            await db.execute(DROP_PROFILES)
            for item in sorted(profiles.items()):
                await db.execute(PUT_PROFILE, item)
        return sorted(one["name"] for one in gone)

    async def status(self) -> list[Row]:
        """All collections, by name."""
        async with self._writing() as db:
            rows: list[Row] = await (await db.execute(STATUS)).fetchall()
        return rows

    async def release(self, names: Iterable[str] | None) -> list[str]:
        """Makes held or waiting collections due now; without names, all of them."""
        wanted = None if names is None else list(names)
        async with self._writing() as db:
            rows = await (await db.execute(RELEASE, {"names": wanted})).fetchall()
        return sorted(one["name"] for one in rows)

    async def one(self, name: str) -> tuple[Row, dict[str, str]] | None:
        """A collection and all profiles, with the seconds to `wait` until its host is free; None if
        it is not due any more."""
        async with self._writing() as db:
            row: Row | None = await (await db.execute(ONE, [name])).fetchone()
            profiles = await (await db.execute(PROFILES)).fetchall()
        return (row, {one["name"]: one["profile"] for one in profiles}) if row else None

    async def end(self, row: Row) -> bool:
        """Notes how the job of a collection ended, and that its host is left alone for its `delay`;
        False if that job is another's by now."""
        async with self._writing() as db:
            await db.execute(SPARE, row)
            return bool(await (await db.execute(END, row)).fetchone())

    async def spare(self, host: str, delay: float) -> None:
        """Notes that a host that is harvested is left alone for so many seconds each time."""
        async with self._writing() as db:
            await db.execute(SPARE, {"host": host, "delay": delay})

    async def keep(self, workers: Iterable[int], jobs: Iterable[int]) -> set[int]:
        """Notes that these workers are alive; returns which of these jobs are still theirs."""
        async with self._writing() as db:
            await db.execute(KEEP, [list(workers)])
            rows = await (await db.execute(OURS, [list(jobs)])).fetchall()
        return {one["id"] for one in rows}

    async def tend(self, lease: float) -> None:
        """Ends the jobs of workers that are gone, and creates jobs for what is due.

        A lost job is ended rather than tried again, which would fail if its collection had another
        job by now. One worker at a time does this.
        """
        async with self._writing() as db:
            if not (await (await db.execute(TRY_LOCK)).fetchone())["got"]:
                return
            manager = self.app.job_manager
            stalled = await manager.get_stalled_jobs(task_name=TASK, seconds_since_heartbeat=lease)
            await db.execute(SPARE_LOST, [[job.lock for job in stalled]])
            for job in stalled:
                await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
            due = await (await db.execute(DUE)).fetchall()
            if due:
                await manager.batch_defer_jobs_async([_job(**one) for one in due])

    async def tidy(self) -> None:
        """Deletes jobs that ended long ago."""
        kinds = {f"include_{kind}": True for kind in ("failed", "cancelled", "aborted")}
        await self.app.job_manager.delete_old_jobs(OLD_HOURS, queue=QUEUE, **kinds)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Any]:
        """A connection, in a transaction that ends with the block."""
        async with self._connector.pool.connection() as db:
            db.row_factory = dict_row
            yield db

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        """Turns what is raised where the database fails into a sentence."""
        try:
            yield
        except PROBLEMS as error:
            said = " ".join(f"{error}".split()) or type(error).__name__
            raise NoJobs(
                f"The database {self.name} of the jobs can't be used ({said}): see that PostgreSQL"
                " runs there, or correct HARVEST_JOBS."
            ) from error


def _job(name: str, host: str) -> Job:
    return Job(
        id=None,
        queue=QUEUE,
        lock=host,
        queueing_lock=name,
        task_name=TASK,
        task_kwargs={"name": name},
    )
