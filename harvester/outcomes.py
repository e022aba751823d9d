"""How a harvest can end: one closed list for the run table, the log and the exit code alike."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar


class Outcome(StrEnum):
    """How the harvest of one collection ended, from the best to the worst."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def exit_code(self) -> int:
        """The exit code that says so, from BSD's sysexits.h."""
        return EXIT_CODES[self]


EXIT_CODES = {
    Outcome.COMPLETE: 0,
    Outcome.INCOMPLETE: 75,
    Outcome.UNREACHABLE: 69,
    Outcome.UNREADABLE: 65,
    Outcome.REFUSED: 77,
    Outcome.FAILED: 70,
}
BAD_USAGE = 64
BAD_DATABASE = 73


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The one that counts when several collections were harvested; none at all is a failure."""
    order = list(Outcome)
    return max(outcomes, key=order.index, default=Outcome.FAILED)


class HarvestProblem(Exception):
    """Base of what ends a harvest. Its text is one sentence: what, where, what to do."""

    outcome: ClassVar[Outcome] = Outcome.FAILED


class Incomplete(HarvestProblem):
    """Raised by a walk that can't prove it has all; the pages before are stored."""

    outcome = Outcome.INCOMPLETE


class Unreachable(HarvestProblem):
    """Raised when a page can't be fetched after all retries; the pages before are stored."""

    outcome = Outcome.UNREACHABLE


class Unreadable(HarvestProblem):
    """Raised when a page is no listing or its entries don't add up; nothing of it is stored."""

    outcome = Outcome.UNREADABLE


class Refused(HarvestProblem):
    """Raised when the site does not want us: robots.txt, 401, 403, a bot challenge."""

    outcome = Outcome.REFUSED


class BadUsage(Exception):
    """Raised for wrong arguments, settings or collections.toml, before anything is fetched."""


class BadDatabase(Exception):
    """Raised when the database can't be opened or written; it is left as it was."""
