"""How a harvest can end: one list for the table of runs, the log and exit codes."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import ClassVar


class Outcome(StrEnum):
    """The outcome of a collection's run, from best to worst."""

    COMPLETE = "complete"
    WALKED = "walked"
    INCOMPLETE = "incomplete"
    INTERRUPTED = "interrupted"
    UNREACHABLE = "unreachable"
    SUSPECT = "suspect"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def exit_code(self) -> int:
        """The outcome's exit code, from BSD's sysexits.h."""
        return EXIT_CODES[self]


EXIT_CODES = {
    Outcome.COMPLETE: 0,
    Outcome.WALKED: 0,
    Outcome.INCOMPLETE: 75,
    Outcome.INTERRUPTED: 75,
    Outcome.UNREACHABLE: 69,
    Outcome.SUSPECT: 65,
    Outcome.UNREADABLE: 65,
    Outcome.REFUSED: 77,
    Outcome.FAILED: 70,
}


PROVED = (Outcome.COMPLETE, Outcome.WALKED)
"""The outcomes of a run that has seen a whole listing, by its total or by two equal walks."""


class Reason(StrEnum):
    """Why a run could not fetch or read something: the values of `failures.reason`."""

    NO_ANSWER = "no-answer"
    TIMEOUT = "timeout"
    BROKEN_OFF = "broken-off"
    TOO_LARGE = "too-large"
    TOO_COMPLEX = "too-complex"
    BUSY = "busy"
    SERVER_ERROR = "server-error"
    NOT_FOUND = "not-found"
    FORBIDDEN = "forbidden"
    ROBOTS = "robots"
    CHALLENGE = "challenge"
    REDIRECT = "redirect"
    NO_LISTING = "no-listing"
    NO_DOCUMENT = "no-document"
    NO_SCAN = "no-scan"
    FIELD_GONE = "field-gone"
    PAGER = "pager"
    MOVED = "moved"
    TOO_LONG = "too-long"
    NO_TOTAL = "no-total"
    OTHER_TOTAL = "other-total"
    CAPPED = "capped"
    PROTOCOL = "protocol"
    TOKEN = "token"
    NOT_SAVED = "not-saved"
    SUSPECT = "suspect"
    STOPPED = "stopped"
    LOST = "lost"
    BUG = "bug"


def run_exit_code(outcome: Outcome, missing: Iterable[Reason]) -> int:
    """The exit code of a run that failed to fetch documents' pages or scans for these reasons.

    The outcome concerns the listing alone, whose proof does not depend on them.
    """
    codes = (OURS if reason in (Reason.BUG, Reason.LOST) else LACKING for reason in missing)
    return worst((outcome.exit_code, *codes))


def worst(exit_codes: Iterable[int]) -> int:
    """The worst of several exit codes. Without any, nothing was done, and that is a failure."""
    return max(exit_codes, key=SEVERITY.index, default=EXIT_CODES[Outcome.FAILED])


LACKING = EXIT_CODES[Outcome.INCOMPLETE]
OURS = EXIT_CODES[Outcome.FAILED]


class HarvestProblem(Exception):
    """Base of the problems that end a harvest. Its text is one sentence: what, where, what to
    do."""

    exit_code: ClassVar[int]


class BadUsage(HarvestProblem):
    """Raised for wrong arguments, settings or collections.toml, before anything is fetched."""

    exit_code = 64


class BadDatabase(HarvestProblem):
    """Raised when the database can't be opened or written; it is left as it was."""

    exit_code = 73


def misplaced(what: str, path: Path) -> str:
    """The sentence for a file that vanished while it was written."""
    return (
        f"{what} {path} is no longer where it was: it was moved, removed or replaced meanwhile. See"
        " what became of it, and harvest again."
    )


class Misplaced(BadDatabase):
    """Raised when the database, with what the run wrote, is no longer where it was when the run
    began."""

    def __init__(self, path: Path) -> None:
        super().__init__(misplaced("The database", path))


class BadRecording(BadDatabase):
    """Raised when a page can't be recorded; nothing of it is stored."""


class BadFiles(BadDatabase):
    """Raised when a scan can't be kept in the folder; nothing of it is stored."""


class BadOutput(HarvestProblem):
    """Raised when output can't be printed or written; a file that was there stays as it was."""

    exit_code = BadDatabase.exit_code


class Busy(HarvestProblem):
    """Raised when another run is using the same database; nothing is read or written."""

    exit_code = EXIT_CODES[Outcome.INCOMPLETE]


class Failed(HarvestProblem):
    """Raised when a bug prevents the harvest of a collection."""

    exit_code = EXIT_CODES[Outcome.FAILED]


SEVERITY = tuple(dict.fromkeys((*EXIT_CODES.values(), BadUsage.exit_code, BadDatabase.exit_code)))


class RunProblem(HarvestProblem):
    """Base of the problems that end the run of one collection, but not the others.

    `why` is the reason in one word, `url` the page, `attempts` the number of tries.
    """

    outcome: ClassVar[Outcome]

    def __init__(
        self, sentence: str, why: Reason, url: str | None = None, *, attempts: int = 1
    ) -> None:
        super().__init__(sentence)
        self.why = why
        self.url = url
        self.attempts = attempts


class Incomplete(RunProblem):
    """Raised by a walk that can't prove that it is complete; earlier pages are stored."""

    outcome = Outcome.INCOMPLETE
    exit_code = outcome.exit_code


class ListingChanged(Incomplete):
    """Raised by a walk during which the listing changed: another walk may do better."""


class TokenRefused(ListingChanged):
    """Raised if a repository no longer knows the token that leads to the next page of a list."""


class Unreachable(RunProblem):
    """Raised when a page can't be fetched after all retries; earlier pages are stored."""

    outcome = Outcome.UNREACHABLE
    exit_code = outcome.exit_code


class Unreadable(RunProblem):
    """Raised for a page of the wrong kind, or one that contradicts itself; it is not stored."""

    outcome = Outcome.UNREADABLE
    exit_code = outcome.exit_code


class Suspect(RunProblem):
    """Raised at the end of a run that would change too much; nothing is marked as missing."""

    outcome = Outcome.SUSPECT
    exit_code = outcome.exit_code


class Lost(RunProblem):
    """Raised when an item vanished before it was stored; earlier items are stored."""

    outcome = Outcome.FAILED
    exit_code = outcome.exit_code

    def __init__(self, what: str, url: str | None = None, said: str = "") -> None:
        named = f"{what} {url}" if url else what
        super().__init__(
            f"{named} got lost on its way to the database{said}: see which spider middleware"
            " (SPIDER_MIDDLEWARES) or pipeline (ITEM_PIPELINES) does not pass it on.",
            Reason.LOST,
            url,
        )
        self._what = what

    def because(self, exception: BaseException) -> "Lost":
        """The problem with the exception of the pipeline that dropped the item."""
        return Lost(self._what, self.url, f", dropped by a pipeline ({exception!r})")


class Interrupted(RunProblem):
    """Raised where a signal asks the program to end; earlier pages are stored."""

    outcome = Outcome.INTERRUPTED
    exit_code = outcome.exit_code

    def __init__(self) -> None:
        sentence = "It was stopped before its end: the next run goes on from there."
        super().__init__(sentence, Reason.STOPPED)


class Refused(RunProblem):
    """Raised when the site refuses us: robots.txt, 401, 403, a bot challenge."""

    outcome = Outcome.REFUSED
    exit_code = outcome.exit_code


class LoginAsked(Refused):
    """Raised when the site asks for a password, which may be for this page alone."""
