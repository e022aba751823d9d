"""`harvester jobs`: harvests on several machines, by a schedule in PostgreSQL."""

import argparse
import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.arguments import check_settings
from harvester.collection import read_collections
from harvester.console import program, tell
from harvester.crawling_command import ScrapysCommand
from harvester.interrupt import interrupt
from harvester.jobs import is_installed
from harvester.outcomes import BadUsage

if TYPE_CHECKING:
    from harvester.jobs.schedule import Schedule
    from harvester.jobs.worker import Terms

VERBS = ("init", "schedule", "work", "status", "retry")
CRAWLS = 4
MOST = 1000


class Command(ScrapysCommand):
    """Sets up the schedule, plans collections, works, shows the status, or retries collections."""

    form = f"[options] {'|'.join(VERBS)} [COLLECTION ...]"
    summary = "Harvest many collections on several machines"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds how many crawls a worker runs, and the format of the status."""
        super().add_options(parser)
        parser.add_argument(
            "--crawls",
            metavar="N",
            default=str(CRAWLS),
            help=f"work: so many at once, of different hosts; default: {CRAWLS}",
        )
        parser.add_argument("--json", action="store_true", help="status: print it as JSON")
        parser.add_argument("--all", action="store_true", help="retry: all that are held or wait")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Does the action. Exits as docs/machines.md says, with a sentence unless it succeeds."""
        with self.telling_problems():
            verb, names = _asked(args, opts)
            if not is_installed():
                raise BadUsage(
                    "Jobs need procrastinate and psycopg, and they are not installed:"
                    ' pip install "archive-harvester[jobs]".'
                )
            from harvester.jobs.schedule import Schedule

            assert self.settings is not None
            check_settings(self.settings)
            for name in ("procrastinate", "psycopg.pool"):  # what they would say, we say
                logging.getLogger(name).setLevel(logging.CRITICAL)
            schedule = Schedule(self.settings["HARVEST_JOBS"])
            match verb:
                case "init":
                    asyncio.run(self._init(schedule))
                case "schedule":
                    asyncio.run(self._schedule(schedule))
                case "work":
                    self._work(schedule, opts)
                case "status":
                    asyncio.run(self._status(schedule, opts))
                case "retry":
                    asyncio.run(self._retry(schedule, names))

    async def _init(self, schedule: "Schedule") -> None:
        async with schedule.opened(set_up=False):
            await schedule.set_up()
        tell(f"The database {schedule.name} is ready\nNext: {program()} jobs schedule")

    async def _schedule(self, schedule: "Schedule") -> None:
        from harvester.jobs.plan import planned

        assert self.settings is not None
        file = Path(self.settings["HARVEST_COLLECTIONS"])
        collections = read_collections(file)
        some = planned(file, collections)
        texts = {
            path.relative_to(self.profiles).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(self.profiles.rglob("*.toml"))
        }
        async with schedule.opened():
            gone = await schedule.plan(some, texts)
        left = len(collections) - len(some)
        hosts = len({one.host for one in some})
        tell(
            f"{len(some)} collections of {hosts} hosts are scheduled"
            + (f", {left} have no every and are left out" if left else "")
            + (f"\nNo longer scheduled: {', '.join(gone)}" if gone else "")
        )

    def _work(self, schedule: "Schedule", opts: argparse.Namespace) -> None:
        from harvester.jobs.child import clear_desks
        from harvester.jobs.places import place
        from harvester.jobs.worker import Worker

        assert self.settings is not None
        store = place(self.settings["HARVEST_STORE"])
        clear_desks()
        interrupt.too_late()  # from now on, the worker itself listens
        asyncio.run(Worker(schedule, store, self._terms(opts)).work())

    def _terms(self, opts: argparse.Namespace) -> "Terms":
        from harvester.jobs.child import ARGUMENTS
        from harvester.jobs.worker import Terms

        assert self.settings is not None
        lease, wait, slice_ = (
            self.settings.getfloat(f"HARVEST_JOBS_{name}") for name in ("LEASE", "WAIT", "SLICE")
        )
        given = [one for said in opts.set for one in ("-s", said)]
        pause = self.settings.getfloat("DOWNLOAD_DELAY")
        patience = self.settings.getfloat("HARVEST_LONGEST_WAIT")
        arguments = (*given, *ARGUMENTS)
        return Terms(int(opts.crawls), arguments, lease, wait, slice_, pause, patience)

    async def _status(self, schedule: "Schedule", opts: argparse.Namespace) -> None:
        from harvester.jobs.plan import as_text

        async with schedule.opened():
            rows = await schedule.status()
        tell(json.dumps(rows, indent=1) if opts.json else as_text(rows))

    async def _retry(self, schedule: "Schedule", names: Sequence[str]) -> None:
        async with schedule.opened():
            released = await schedule.release(names or None)
        if unknown := sorted({*names} - {*released}):
            raise BadUsage(f"No collection {unknown[0]!r} is scheduled: see jobs status.")
        tell(f"{len(released)} collections are harvested again now")


def _asked(args: list[str], opts: argparse.Namespace) -> tuple[str, list[str]]:
    """The action and its collections. Raises BadUsage."""
    if not args or args[0] not in VERBS:
        said = f"{args[0]!r} is none of them" if args else "name one"
        raise BadUsage(f"{program()} jobs can do {', '.join(VERBS)}: {said}.")
    verb, *names = args
    if verb == "retry" and bool(names) == opts.all:
        raise BadUsage("Name the collections to harvest again, or say --all.")
    if verb != "retry" and names:
        raise BadUsage(f"{program()} jobs {verb} does not know what {names[0]!r} is.")
    is_number = opts.crawls.isascii() and opts.crawls.isdecimal() and len(opts.crawls) < 10
    if not (is_number and 1 <= int(opts.crawls) <= MOST):
        raise BadUsage(f"--crawls {opts.crawls!r} is not a number from 1 to {MOST}.")
    return verb, names
