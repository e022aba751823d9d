"""Reads recorded pages as a harvest of today would, in this process or another."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from harvester.items import DetailsItem, PageItem
from harvester.outcomes import Interrupted, Outcome, Reason, RunProblem
from harvester.reparse.differences import compare, compare_own
from harvester.runs import Failure
from harvester.sites import site_read_by
from harvester.sites.site import Site
from harvester.sources.captures import Payload
from harvester.sources.page_items import details_item, listing_item
from harvester.sources.recordings import Recordings
from harvester.store import recorded
from harvester.store.connection import reading
from harvester.store.recorded import Alike, RecordedPage, Reread

Row = dict[str, Any]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pages to read, by number.

    `corrected` has the fields, by document, that the listing was found to say otherwise and the
    database does not have yet.
    """

    numbers: Sequence[int]
    corrected: Mapping[int, Row] = field(default_factory=dict)


class Reader:
    """Reads pages by number from the recordings in some places.

    It opens nothing before the first call, so that processes can be forked with a reader.
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

    def __call__(self, chunk: Chunk) -> list[Reread | Alike]:
        """Reads the pages and compares each. Raises BadDatabase."""
        if self._db is None:
            self._open.callback(self._recordings.close)
            self._db = self._open.enter_context(reading(self._database))
        db = self._db
        pages = recorded.pages(db, chunk.numbers)
        return list(_condensed(self._reread(db, page, chunk.corrected) for page in pages))

    def _reread(
        self, db: sqlite3.Connection, page: RecordedPage, corrected: Mapping[int, Row]
    ) -> Reread:
        try:
            payload = self._recordings.page(page.source)
            if page.document is None:
                return compare(db, page, read(page, payload))
            return compare_own(db, page, read_own(page, payload), corrected.get(page.document, {}))
        except Interrupted:
            raise
        except RunProblem as problem:
            return Reread(page, 0, outcome=problem.outcome, failure=Failure.of(problem))
        except sqlite3.Error:
            raise
        except Exception as bug:
            logger.exception("Reading %s again failed by a bug", page.url)
            sentence = f"Reading {page.url} again failed by a bug ({bug!r}): please report it."
            failure = Failure(page.url, Reason.BUG, sentence)
            return Reread(page, 0, outcome=Outcome.FAILED, failure=failure)


def _condensed(pages: Iterable[Reread]) -> Iterator[Reread | Alike]:
    """Condenses pages in a row that are alike into one object, for its way between processes."""
    for are_alike, some in groupby(pages, attrgetter("is_alike")):
        if are_alike:
            alike = Alike()
            for page in some:
                alike.add(page)
            yield alike
        else:
            yield from some


def read(page: RecordedPage, payload: Payload) -> PageItem:
    """Reads a listing's page. Raises Unreadable."""
    return listing_item(payload, page.url, _site(page), **_said(page))


def read_own(page: RecordedPage, payload: Payload) -> DetailsItem:
    """Reads a document's own page. Raises Unreadable."""
    return details_item(payload, page.url, _site(page), **_said(page))


def _site(page: RecordedPage) -> Site:
    return site_read_by(page.listing, page.site, page.profile)


def _said(page: RecordedPage) -> Row:
    return {name: getattr(page, name) for name in ("fetched", "status", "sha256")}
