"""The CPU time that a page may take to be read, and signals meanwhile.

Readers take time in proportion to a page's size (`make growth`). What that misses must not hold up
a harvest for hours. So a timer of the system counts the CPU time of the process while a page is
read, and its signal raises an exception in Python, wherever reading is by then. Reading changes
nothing but its own objects, so it can be given up at any place. A signal that asks the program to
end is heard in the same way, and does not wait for the end of the page.

Two things are not covered. Python hears no signal within a call into C, such as one regular
expression or lxml's parser: these have bounds of their own. And it hears signals in the main thread
alone: in another thread of somebody's program, or beside a profiler that has the timer, a page may
take any time.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from harvester.interrupt import interrupt
from harvester.outcomes import Reason, Unreadable

SECONDS = 20.0
"""Seconds of CPU time for one page; real pages take some hundredths of a second."""
AGAIN = 0.5
"""Seconds of CPU time after which the signal is repeated, if Python swallowed the exception."""

Read = TypeVar("Read")


class _Spent(BaseException):
    """Raised by the timer's signal. Readers that fall back on another way must not catch it."""


class _Timer:
    """The timer of this process, and whether it is ours now."""

    def __init__(self) -> None:
        self._runs = False

    def begin(self, seconds: float) -> bool:
        """Starts it; False if it runs already, is another's, or can't be heard here."""
        is_main = threading.current_thread() is threading.main_thread()
        if not is_main or any(signal.getitimer(signal.ITIMER_PROF)):
            return False
        if signal.getsignal(signal.SIGPROF) != self._spend:
            signal.signal(signal.SIGPROF, self._spend)
        self._runs = True
        signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
        return True

    def end(self) -> None:
        """Stops it. A signal that is still pending raises nothing."""
        self._runs = False
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _spend(self, _: int, __: FrameType | None) -> None:
        if self._runs:
            raise _Spent


_timer = _Timer()


def bounded(read: Callable[[], Read], what: str, seconds: float | None = None) -> Read:
    """Calls a function that reads `what`, a page's address or name, within the budget.

    Raises Unreadable when it has taken so many seconds of CPU time, SECONDS if none are given, and
    Interrupted when a signal asks the program to end. A call within another one has the rest of its
    time.
    """
    most = SECONDS if seconds is None else seconds
    if not _timer.begin(most):
        return read()
    try:
        try:
            with interrupt.giving_up():
                return read()
        finally:
            _timer.end()
    except _Spent:  # it may have come before the timer had ended
        _timer.end()
        raise Unreadable(
            f"{what} can't be read: it would take more than {most:g} s of CPU time.",
            Reason.TOO_COMPLEX,
            what,
        ) from None
