"""A crawl as a child process of a worker; it dies with the worker, however that ends.

The worker holds one end of a pipe, the crawl the other. When the worker is gone, the system closes
its end; the crawl, which waits for that, ends at once. So it never asks a host that another worker
may already be harvesting.

It works at a desk: a folder for temporary files of this machine (TMPDIR) with a collection, its
site's profiles, and what the harvest writes, which is removed with its job. What a killed worker
has left, the next one removes.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import harvester

PREFIX = "harvester-job-"
LOCK = "lock"
COLLECTIONS, DELAY = "collections.toml", "delay.txt"
ARGUMENTS = (
    *("-s", "HARVEST_DB=harvest.db", "-s", "HARVEST_WARC=warc", "-s", "HARVEST_FILES=files"),
    *("-s", f"HARVEST_COLLECTIONS={COLLECTIONS}", "-s", "HARVEST_FEEDS="),
    *("-s", f"HARVEST_DELAY_NOTE={DELAY}", "-s", "HARVEST_QUIET=1"),
)
"""Where a harvest in such a folder finds and puts things, seen from there."""
PATIENCE = 10.0
"""Seconds that a crawl has to end in order; it needs eight at most."""
OURS = "harvester: "
"""How each of our sentences on standard error begins."""
ERRORS, OUTPUT = "errors.txt", "output.txt"
LEASHED = (
    "from harvester.jobs.child import die_with_parent; die_with_parent();"
    " from harvester.__main__ import main; main()"
)
PIPE = "HARVEST_JOBS_PIPE"
"""The variable that tells a crawl the number of its end of the pipe."""


@contextmanager
def desk(definition: str, profiles: Mapping[str, str]) -> Iterator[Path]:
    """A folder with a collections.toml and the profiles, for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder / f".{LOCK}", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / f".{LOCK}").rename(folder / LOCK)
        (folder / COLLECTIONS).write_text(definition, encoding="utf-8")
        for name, profile in profiles.items():
            path = folder / "sites" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(profile, encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear_desks() -> None:
    """Removes what killed workers of this user have left."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError):
            file = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
            finally:
                os.close(file)


def die_with_parent() -> None:
    """Makes this process end as soon as the holder of the pipe's other end is gone."""
    threading.Thread(target=_wait, args=[int(os.environ.pop(PIPE))], daemon=True).start()


def _wait(pipe: int) -> None:
    with suppress(OSError):
        os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGKILL)


class Child:
    """A command of this program that runs in a folder, with `code` once it has ended.

    That is negative if a signal has killed it.
    """

    def __init__(self, process: asyncio.subprocess.Process, pipe: int, folder: Path) -> None:
        self._process = process
        self._pipe = pipe
        self._folder = folder

    @classmethod
    async def begin(cls, folder: Path, arguments: Sequence[str]) -> "Child":
        """Begins a command. It is a group of its own, so that Ctrl-C reaches the worker alone."""
        theirs, ours = os.pipe()
        where = str(Path(harvester.__file__).parents[1])
        paths = filter(None, (where, os.environ.get("PYTHONPATH")))
        environment = {**os.environ, PIPE: str(theirs), "PYTHONPATH": os.pathsep.join(paths)}
        try:
            with (folder / ERRORS).open("wb") as errors, (folder / OUTPUT).open("wb") as output:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-c", LEASHED, *arguments),
                    cwd=folder,
                    env=environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=errors,
                    pass_fds=[theirs],
                    start_new_session=True,
                )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        return cls(process, ours, folder)

    async def wait(self) -> int:
        """Waits for its end; returns its code."""
        code = await self._process.wait()
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        return code

    async def end(self) -> int:
        """Asks it to end, and kills it if that takes too long; returns its code."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self.wait()), PATIENCE)
        self.kill()
        return await self.wait()

    def kill(self) -> None:
        """Kills it at once, with its children."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def delay(self) -> float:
        """The seconds between requests that robots.txt asks for, once it was read."""
        with suppress(OSError, ValueError):
            return float((self._folder / DELAY).read_text("ascii"))
        return 0.0

    @property
    def sentence(self) -> str | None:
        """Our last sentence on its standard error."""
        lines = (self._folder / ERRORS).read_text("utf-8", "replace").splitlines()
        said = [line.removeprefix(OURS) for line in lines if line.startswith(OURS)]
        return said[-1] if said else None
