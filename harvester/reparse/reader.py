"""Reading pages again, in whichever process: from the file to what differs."""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from harvester.items import Failure
from harvester.outcomes import Outcome, Reason, RunProblem
from harvester.reparse.comparing import compare
from harvester.reparse.page import read
from harvester.reparse.recordings import Recordings
from harvester.store import recorded
from harvester.store.corrections import Reread
from harvester.store.reading import reading
from harvester.store.recorded import RecordedPage

logger = logging.getLogger(__name__)


class Reader:
    """Reads pages by their numbers, from the recordings in some places.

    Nothing is open before the first call, so that processes can be forked with a reader.
    """

    def __init__(self, database: Path, places: Sequence[Path], limit: int) -> None:
        self._database = database
        self._recordings = Recordings(places, limit)
        self._db: sqlite3.Connection | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __call__(self, numbers: Sequence[int]) -> list[Reread]:
        """What differs on each page. Raises BadDatabase."""
        if self._db is None:
            self._open.callback(self._recordings.close)
            self._db = self._open.enter_context(reading(self._database))
        db = self._db
        return [self._reread(db, page) for page in recorded.pages(db, numbers)]

    def _reread(self, db: sqlite3.Connection, page: RecordedPage) -> Reread:
        try:
            return compare(db, page, read(page, self._recordings.page(page)))
        except RunProblem as problem:
            failure = Failure(problem.url, problem.why, str(problem))
            return Reread(page, 0, outcome=problem.outcome, failure=failure)
        except sqlite3.Error:
            raise
        except Exception as bug:
            logger.exception("Reading %s again failed by a bug", page.url)
            sentence = f"Reading {page.url} again failed by a bug ({bug!r}): please report it."
            failure = Failure(page.url, Reason.BUG, sentence)
            return Reread(page, 0, outcome=Outcome.FAILED, failure=failure)
