"""A crawl as a child process of a worker, which dies with the worker, however that ends.

A worker holds one end of a pipe, the crawl the other. When the worker is gone, the system closes
its end, and the crawl, which waits for that, ends at once. So it asks a host for nothing that
another worker may have begun to harvest.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import harvester

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


def die_with_parent() -> None:
    """Has this process end at once when whoever holds the other end of its pipe has ended."""
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
        """Has it end in order, or at once if that takes too long; returns its code."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self.wait()), PATIENCE)
        self.kill()
        return await self.wait()

    def kill(self) -> None:
        """Ends it at once, with all that it has begun."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def sentence(self) -> str | None:
        """The last of our sentences that it has said on standard error."""
        lines = (self._folder / ERRORS).read_text("utf-8", "replace").splitlines()
        said = [line.removeprefix(OURS) for line in lines if line.startswith(OURS)]
        return said[-1] if said else None
