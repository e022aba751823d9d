"""Signals that ask the program to end: Ctrl-C, SIGTERM, a terminal that was closed.

The first one ends it in order: what is waited for is given up, what was read is stored, and the run
is noted as interrupted. A second one, or PATIENCE without an end, ends it where it is, which its
files stand as they stand a kill.

Scrapy's own handlers come only with the reactor, and their second signal still waits for the first
one's end (Scrapy 2.19, scrapy/crawler.py), so they are not installed.
"""

import _thread
import asyncio
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
"""Seconds that the end may take."""
ECHO = 0.1
"""Seconds within which the same signal is the same wish: `timeout` sends it to its child and then
to all of its group, a closed terminal to all that runs in it, as does its shell."""
SOON = 0.01
"""Seconds after which a thread may be where it can be interrupted."""
AT_ONCE = "harvester: It was stopped at once: what was stored is whole.\n"
SHOW_CURSOR = "\r\n\x1b[?25h"
"""For a terminal (ECMA-48), whose cursor a progress bar has hidden."""

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class Interrupt:
    """Whether the program was asked to end, which whoever waits or works for long has to heed.

    A process has one, for signals are the process's: `interrupt` below. As long as nobody has it
    listen, as in tests, nothing is ever asked.
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
        """Handles the signals from now on; whoever waits, or works for long, asks what has come.

        A program that was begun by nohup goes on when its terminal is closed.
        """
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._hear)
        sys.unraisablehook = self._swallowed
        atexit.register(self.ignore)

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Raises KeyboardInterrupt wherever the block is when a signal comes, as Python does."""
        try:
            self._raises = True
            self.raise_again()
            yield
        finally:
            self._raises = False

    def too_late(self) -> None:
        """Raises nothing from now on: what is being done can't be undone any more."""
        self._raises = False

    def ignore(self) -> None:
        """All is done: a signal comes too late to change anything."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Signals that come in the block are heard after it; a process forked in it hears none."""
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
        """Lets Python handle signals; for SQLite to call in the middle of a long statement.

        Without that a signal waits for the end of it. False lets the statement go on.
        """
        return False

    def raise_again(self) -> None:
        """Raises for what came before the block, or within `hearing`, where SQLite swallows it."""
        if self.asked and self._raises:
            raise KeyboardInterrupt

    async def unless(self, work: Awaitable[Result]) -> Result:
        """Waits for some work. Raises Interrupted as soon as a signal comes."""
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
        logger.info("Received %s: it ends. Another one ends it at once.", self._name)
        return Interrupted()

    def _swallowed(self, about: "sys.UnraisableHookArgs") -> None:
        """Raises once more what Python could not pass on, as in `__del__`."""
        if about.exc_type is KeyboardInterrupt and self._raises:
            _thread.start_new_thread(self._repeat, ())
        else:
            sys.__unraisablehook__(about)

    def _repeat(self) -> None:
        time.sleep(SOON)
        self._repeats = True
        os.kill(os.getpid(), signal.SIGTERM)

    def _hear(self, number: int, _: FrameType | None) -> None:
        """This may interrupt anything: so it takes no lock, and logs nothing."""
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
    """Ends the process where it is."""
    obeys = os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb"
    with suppress(OSError):
        os.write(2, f"{SHOW_CURSOR if obeys else ''}{AT_ONCE}".encode())
    os._exit(Outcome.INTERRUPTED.exit_code)


def _end_late() -> None:
    time.sleep(PATIENCE)
    end_at_once()


interrupt = Interrupt()
