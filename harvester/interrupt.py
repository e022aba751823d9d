"""Signals that ask the program to end: Ctrl-C, SIGTERM, a terminal that was closed.

The first signal ends it in order: it gives up what it waits for, stores what it has read, and notes
the run as interrupted. A second one, or PATIENCE without an end, ends it where it is; its files
survive that like a kill.

We install no handlers of Scrapy's: they come only with the reactor, and a second signal still waits
for the end that the first one asked for (Scrapy 2.19, scrapy/crawler.py).
"""

import _thread
import atexit
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TypeVar

from harvester.outcomes import Interrupted, Outcome

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 8.0
"""Seconds that an orderly shutdown may take."""
ECHO = 0.1
"""Seconds within which a signal that repeats means the same wish: `timeout` signals its child and
then the child's group; a terminal that closes signals all its processes, and so does the shell."""
SOON = 0.01
"""Seconds after which the main thread may be interruptible again."""
AT_ONCE = "harvester: It was stopped at once: what was stored is whole.\n"
SHOW_CURSOR = "\r\n\x1b[?25h"
"""Shows the cursor that a progress bar has hidden (ECMA-48)."""

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class Interrupt:
    """Whether the program was asked to end. All code that waits or works for long must check it.

    A process has one, `interrupt` below, as signals are a process's. Until `listen` is called, as
    in tests, it hears nothing.
    """

    def __init__(self) -> None:
        self._name = ""
        self._moment = 0.0
        self._raises = False
        self._repeats = False
        self._wakes: set[Callable[[], object]] = set()

    @property
    def asked(self) -> bool:
        """Whether a signal has come."""
        return bool(self._name)

    def listen(self) -> None:
        """Handles the signals from now on.

        A program that nohup has begun goes on when its terminal is closed.
        """
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._hear)
        sys.unraisablehook = self._swallowed
        atexit.register(self.ignore)

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Raises KeyboardInterrupt in the block when a signal comes, as Python does by default."""
        try:
            self._raises = True
            self.raise_again()
            yield
        finally:
            self._raises = False

    @contextmanager
    def giving_up(self) -> Iterator[None]:
        """Leaves the block with Interrupted when a signal comes; within `raising`, with
        KeyboardInterrupt."""
        if self._raises:
            yield
            return
        try:
            with self.raising():
                yield
        except KeyboardInterrupt:
            if not self.asked:
                raise
            raise self._interrupted() from None

    def too_late(self) -> None:
        """Stops raising: the work has passed the point of no return."""
        self._raises = False

    def ignore(self) -> None:
        """Ignores signals from now on: the work is done."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Delays signals until the end of the block. A process forked inside it handles none."""
        mask, raises = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS), self._raises
        asked, self._raises = self.asked, False  # another thread may hear them for this one
        try:
            yield
        finally:
            self._raises = raises
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if not asked:
            self.raise_again()

    def check(self) -> None:
        """Raises Interrupted if a signal has come."""
        if self.asked:
            raise self._interrupted()

    def hearing(self) -> bool:
        """Lets Python handle signals during a long SQL statement, which calls this now and then.

        Otherwise a signal would wait for the statement's end. False lets the statement go on.
        """
        return False

    def raise_again(self) -> None:
        """Raises for an earlier signal, including one that SQLite swallowed during `hearing`."""
        if self.asked and self._raises:
            raise KeyboardInterrupt

    async def unless(self, work: Awaitable[Result]) -> Result:
        """Awaits some work. Raises Interrupted as soon as a signal comes."""
        import asyncio  # which commands that only read need not load

        task = asyncio.ensure_future(work)
        wake = partial(asyncio.get_running_loop().call_soon_threadsafe, task.cancel)
        self._wakes.add(wake)
        try:
            if self.asked:
                task.cancel()
            return await task
        except asyncio.CancelledError:
            if self.asked:
                raise self._interrupted() from None
            raise
        finally:
            self._wakes.discard(wake)

    def _interrupted(self) -> Interrupted:
        logger.info("Received %s: ending in order. A second one ends it at once.", self._name)
        return Interrupted()

    def _swallowed(self, about: "sys.UnraisableHookArgs") -> None:
        """Repeats a KeyboardInterrupt that Python could not pass on, as in `__del__`."""
        if about.exc_type is KeyboardInterrupt and self._raises:
            _thread.start_new_thread(self._repeat, ())
        else:
            sys.__unraisablehook__(about)

    def _repeat(self) -> None:
        time.sleep(SOON)
        self._repeats = True
        os.kill(os.getpid(), signal.SIGTERM)

    def _hear(self, number: int, _: FrameType | None) -> None:
        """Handles a signal. It may interrupt anything, so it takes no lock and logs nothing."""
        name, moment = signal.Signals(number).name, time.monotonic()
        if self._repeats:
            self._repeats = False
            self.raise_again()
            return
        if self.asked and (name != self._name or moment > self._moment + ECHO):
            end_at_once()
        if self.asked:
            return
        self._name, self._moment = name, moment
        _thread.start_new_thread(_end_late, ())
        for wake in list(self._wakes):
            wake()
        if self._raises:
            raise KeyboardInterrupt


def end_at_once() -> None:
    """Ends the process at once."""
    obeys = os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb"
    with suppress(OSError):
        os.write(2, f"{SHOW_CURSOR if obeys else ''}{AT_ONCE}".encode())
    os._exit(Outcome.INTERRUPTED.exit_code)


def _end_late() -> None:
    time.sleep(PATIENCE)
    end_at_once()


interrupt = Interrupt()
