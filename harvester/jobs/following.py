"""What follows from the end of a job: when its collection is due again, or that a person has to
look.

Pure functions, without a clock or a database.
"""

import logging
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from croniter import CroniterBadDateError, croniter

from harvester.outcomes import (
    EXIT_CODES,
    BadDatabase,
    BadOutput,
    BadUsage,
    Failed,
    HarvestProblem,
    Outcome,
)

DONE = EXIT_CODES[Outcome.COMPLETE]
HELD = (EXIT_CODES[Outcome.UNREADABLE], EXIT_CODES[Outcome.REFUSED], BadUsage.exit_code)
"""Exit codes that need a person."""
STOPPING = (EXIT_CODES[Outcome.FAILED], BadDatabase.exit_code)
"""What may be wrong with the worker's machine: it stops, and the collection goes to another. One
that stops two workers in a row is held, or it would stop all."""
LONGEST_WAIT = timedelta(days=1)
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a crawl ended: its exit code, which is negative if a signal killed it, and what it said.

    `broken_off` if that was by its worker, which had to stop or to let others have their turn.
    """

    code: int
    sentence: str | None = None
    broken_off: bool = False

    @property
    def stops_worker(self) -> bool:
        """Whether the worker that ran it has to stop."""
        return self.code in STOPPING

    @property
    def can_be_put(self) -> bool:
        """Whether its files are complete: it was neither killed nor hindered."""
        return self.code >= 0 and self.code not in (BadUsage.exit_code, BadDatabase.exit_code)


class Stopped(HarvestProblem):
    """Raised by a worker that stops, as something may be wrong with its machine."""

    exit_code = Failed.exit_code

    def __init__(self, collection: str, ended: Ended) -> None:
        super().__init__(
            f"This worker stops, as {collection} ended with exit code {ended.code}"
            f" ({ended.sentence or 'without a word'}): see to this machine, and begin it again."
        )
        self.exit_code = ended.code  # type: ignore[misc]


def failed(error: Exception) -> Ended:
    """The end of a job that failed outside its crawl."""
    if isinstance(error, HarvestProblem):
        return Ended(error.exit_code, str(error))
    if isinstance(error, OSError):
        sentence = f"The folder for temporary files can't be written ({error}): see to its disk."
        return Ended(BadOutput.exit_code, sentence)
    logger.exception("A job failed by a bug")
    return Ended(Failed.exit_code, f"It failed by a bug ({error!r}): please report it.")


def told(name: str, ended: Ended) -> str:
    """One line on how the job of a collection ended."""
    end = "broken off, to go on later" if ended.broken_off else f"exit code {ended.code}"
    return f"{name}: {end}{f' ({ended.sentence})' if ended.sentence else ''}"


def following(row: dict[str, Any], ended: Ended, wait: float) -> dict[str, Any]:
    """When a collection is due, how often it has failed in a row, whether a person has to see to
    it, and how often it was broken off, after its `row` of the schedule and how it ended now.

    The first wait after a failure is so many seconds, and each further one twice as long.
    """
    now, tries = row["now"], row["tries"] + 1
    same = {"due": now, "tries": row["tries"], "held": False, "slices": 0}
    if ended.broken_off and (ended.code < 0 or ended.code == EXIT_CODES[Outcome.INTERRUPTED]):
        return {**same, "slices": row["slices"] + 1}
    if ended.code == DONE:
        return {**same, "due": next_due(row["every"], row["due"], now), "tries": 0}
    if ended.code in HELD or (ended.stops_worker and row["code"] in STOPPING):
        return {**same, "tries": tries, "held": True}
    pause = min(timedelta(seconds=wait * 2 ** min(tries - 1, 20)), LONGEST_WAIT)
    return {**same, "due": now + pause, "tries": tries}


def next_due(every: str, due: datetime, now: datetime) -> datetime:
    """The next moment after now: so many whole periods after the last, or the cron expression's."""
    if every in PERIODS:
        return due + PERIODS[every] * ((now - due) // PERIODS[every] + 1)
    if every == "month":
        months = 1
        while (found := _months_later(due, months)) <= now:
            months += 1
        return found
    moment: datetime = croniter(every, now).get_next(datetime)
    return moment


def first_due(every: str, now: datetime) -> datetime | None:
    """When a new collection is due: by a cron expression, or else at once. Raises BadUsage if that
    moment never comes."""
    if every in (*PERIODS, "month"):
        return None
    try:
        return next_due(every, now, now)
    except CroniterBadDateError:
        raise BadUsage(f"No moment is ever as every = {every!r} says: correct it.") from None


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.month - 1 + months, 12)
    year += moment.year
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
