"""How a harvest can end: one closed list for the run table, the log and the exit code alike."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import ClassVar


class Outcome(StrEnum):
    """How the harvest of one collection ended, from the best to the worst."""

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
        """The exit code that says so, from BSD's sysexits.h."""
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
"""How a run ends that has seen all of a listing: by its total, or by two walks that agree."""


class Reason(StrEnum):
    """Why a run could not get or read something: all that `failures.reason` can be."""

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
    NOT_SAVED = "not-saved"
    SUSPECT = "suspect"
    STOPPED = "stopped"
    LOST = "lost"
    BUG = "bug"


def run_exit_code(outcome: Outcome, missing: Iterable[Reason]) -> int:
    """The exit code of a run that lacks documents' pages or scans for these reasons.

    How its listing fared is the outcome: that is proved whatever else is missing.
    """
    codes = (OURS if reason in (Reason.BUG, Reason.LOST) else LACKING for reason in missing)
    return worst((outcome.exit_code, *codes))


def worst(exit_codes: Iterable[int]) -> int:
    """The exit code that counts when there are several; none at all means that nothing was done."""
    return max(exit_codes, key=SEVERITY.index, default=EXIT_CODES[Outcome.FAILED])


LACKING = EXIT_CODES[Outcome.INCOMPLETE]
OURS = EXIT_CODES[Outcome.FAILED]


class HarvestProblem(Exception):
    """Base of all that ends a harvest. Its text is one sentence: what, where, what to do."""

    exit_code: ClassVar[int]


class BadUsage(HarvestProblem):
    """Raised for wrong arguments, settings or collections.toml, before anything is fetched."""

    exit_code = 64


class BadDatabase(HarvestProblem):
    """Raised when the database can't be opened or written; it is left as it was."""

    exit_code = 73


def misplaced(what: str, path: Path) -> str:
    """That something is not there any more by the end of what was written to it."""
    return (
        f"{what} {path} is no longer where it was: it was moved, removed or replaced meanwhile. See"
        " what became of it, and harvest again."
    )


class Misplaced(BadDatabase):
    """Raised when the database is not where it was when a run began; what was written since is
    wherever it is now, if anywhere."""

    def __init__(self, path: Path) -> None:
        super().__init__(misplaced("The database", path))


class BadRecording(BadDatabase):
    """Raised when what a harvest fetches can't be recorded; nothing of that page is stored."""


class BadFiles(BadDatabase):
    """Raised when scans can't be kept in their folder; nothing of the scan is stored."""


class BadOutput(HarvestProblem):
    """Raised when what is printed or exported can't be written; a file that was there stays as it
    was."""

    exit_code = BadDatabase.exit_code


class Busy(HarvestProblem):
    """Raised when another run is going on in the same database; nothing is read or written."""

    exit_code = EXIT_CODES[Outcome.INCOMPLETE]


class Failed(HarvestProblem):
    """Raised when a bug keeps a collection from being harvested at all."""

    exit_code = EXIT_CODES[Outcome.FAILED]


SEVERITY = tuple(dict.fromkeys((*EXIT_CODES.values(), BadUsage.exit_code, BadDatabase.exit_code)))


class RunProblem(HarvestProblem):
    """Base of what ends the run of one collection; the others are still harvested.

    `why` is one word for it, `url` the page it is about, `attempts` how often that was asked for.
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
    """Raised by a walk that can't prove that it has all; the pages before are stored."""

    outcome = Outcome.INCOMPLETE
    exit_code = outcome.exit_code


class ListingChanged(Incomplete):
    """Raised by a walk that sees the listing change meanwhile: another walk may do better."""


class Unreachable(RunProblem):
    """Raised when a page can't be fetched after all retries; the pages before are stored."""

    outcome = Outcome.UNREACHABLE
    exit_code = outcome.exit_code


class Unreadable(RunProblem):
    """Raised when a page is no listing or no document's, or doesn't add up; it is not stored."""

    outcome = Outcome.UNREADABLE
    exit_code = outcome.exit_code


class Suspect(RunProblem):
    """Raised by the store at the end of a run that would change too much; nothing is missing."""

    outcome = Outcome.SUSPECT
    exit_code = outcome.exit_code


class Lost(RunProblem):
    """Raised when an item was not stored, and nobody has said why; the items before are."""

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
        """The same, with what was said by who dropped the item."""
        return Lost(self._what, self.url, f", dropped by a pipeline ({exception!r})")


class Interrupted(RunProblem):
    """Raised where a signal asks the program to end; what was read before is stored."""

    outcome = Outcome.INTERRUPTED
    exit_code = outcome.exit_code

    def __init__(self) -> None:
        sentence = "It was stopped before its end: the next run goes on from there."
        super().__init__(sentence, Reason.STOPPED)


class Refused(RunProblem):
    """Raised when the site does not want us: robots.txt, 401, 403, a bot challenge."""

    outcome = Outcome.REFUSED
    exit_code = outcome.exit_code
