"""The store: runs and pages, each page in one transaction; nothing known is written twice."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from harvester.items import DetailsItem, Entry, PageItem, UnchangedPages
from harvester.outcomes import PROVED, Interrupted, Misplaced, Outcome, Reason
from harvester.runs import (
    DetailsStart,
    Failure,
    KnownPage,
    Phase,
    PhaseSummary,
    RunEnd,
    RunStart,
    RunSummary,
    WantedPage,
)
from harvester.scans.scan import ScanItem, ScansStart, WantedScans
from harvester.store import clocks, details, entries, queue, scans
from harvester.store import run as runs
from harvester.store.collections import KnownCollections
from harvester.store.connection import LOCK_WAIT, named_errors
from harvester.store.database import open_database
from harvester.store.index import expect_new
from harvester.store.migrating import (
    has_documents,
    make_index,
    make_indexes,
    missing_indexes,
    put_off_indexes,
)
from harvester.store.missing import note
from harvester.store.pages import recall
from harvester.store.run import Run
from harvester.timestamps import ago, shifted, utc_now

UNSEARCHED = 100
"""Most pages of a new database that searches do not find yet."""


@dataclass(frozen=True, slots=True)
class Rules:
    """When to believe what, and how long to wait: see the settings of the same names."""

    removed_after: int = 2
    most_missing: float = 0.2
    resume_hours: float = 24
    recheck_days: float = 0
    lock_wait: float = LOCK_WAIT


class Store:
    """The database of harvests, with at most one run going on in it.

    What is known of its `collections` can be asked at any time.
    Every method raises BadDatabase if the database can't be read or written; what a method was
    about to write is then not there at all.
    """

    def __init__(self, path: str, rules: Rules) -> None:
        self._path = Path(path)
        self._rules = rules
        self._after = rules.removed_after
        self._database = open_database(self._path, rules.lock_wait)
        self._db = self._database.conn
        self._run: Run | None = None
        self._ended: Run | None = None
        self._collection = ""
        self._all_new = False
        self.collections = KnownCollections(self._db, self._path)

    def start_run(self, start: RunStart) -> int:
        """Notes that a run has begun; returns its number.

        Raises BadUsage if the collection's name belongs to another listing already.
        """
        with named_errors(self._path):
            is_new = not has_documents(self._db)
        if not is_new:
            self._put_indexes()
        with self._database.writing():
            self._all_new = put_off_indexes(self._db)
            self._run = runs.start_run(self._db, start)
            clocks.begin(self._db, self._run, start.started, after=self._after)
        self._collection = start.collection
        return self._run.id

    def recall(self, url: str) -> KnownPage | None:
        """What is known of the page at an address, if it was stored before and is complete."""
        if self._all_new:
            return None
        since = self._ago(self._going_on, hours=self._rules.resume_hours)
        with named_errors(self._path):
            return recall(self._db, self._going_on, url, since=since)

    def new_entries(self, page: PageItem) -> list[Entry]:
        """The entries of a page that its walk has not met before."""
        run = self._going_on
        run.go_on_to(page.walk)
        with named_errors(self._path):
            return entries.unmet(self._db, run, page.listing.entries, all_new=self._all_new)

    def store_page(self, page: PageItem) -> None:
        """Writes a page, its documents and their memberships, and how far the run has got.

        Raises Unreadable if a field that nearly all entries had is gone from the page.
        """
        run = self._going_on
        ids = {one.document for one in page.listing.entries}
        ids |= {one.alias for one in page.listing.entries if one.alias}
        if self._all_new and not ids.isdisjoint(run.known):
            self._put_indexes()
        with self._database.writing():
            run.go_on_to(page.walk)
            page = clocks.dated(self._db, run, page, after=self._after)
            if run.is_past(page.fetched):
                self._need_indexes()
            entries.put(self._db, run, page, after=self._after, all_new=self._all_new)
            run.count(page)
            runs.put_counts(self._db, run)
            if self._all_new and run.counts.pages % UNSEARCHED == 0:
                expect_new(self._db)
        run.meet(ids)

    def store_same(self, same: UnchangedPages) -> None:
        """Writes that pages have not changed, and what the run has done so far."""
        run = self._going_on
        with self._database.writing():
            met = entries.put_unchanged(self._db, run, same.pages, after=self._after)
            runs.put_counts(self._db, run)
        run.meet(met)

    def end_run(self, end: RunEnd) -> RunSummary:
        """Notes how the run ended; returns its summary.

        What a complete run has not found is marked missing. If that is not credible, it is not
        marked, and the run is suspect.
        """
        if self._all_new:
            with suppress(Misplaced):  # which is raised again once the end is written
                self._put_indexes()
        with self._database.writing():
            self._need_indexes()
            run = self._going_on
            if run.live:
                clocks.see(self._db, run, end.clock_ahead, after=self._after)
            end = replace(end, finished=shifted(end.finished, run.moved))
            if end.outcome in PROVED and run.since is None:
                most_missing = self._rules.most_missing
                end = note(self._db, run, end, after=self._after, most_missing=most_missing)
            runs.end_run(self._db, run, end)
        self._ended, self._run = run, None
        ended = end.collection, end.outcome, end.stated_total, end.reason
        return RunSummary(run.id, *ended, run.counts, clocks.warnings(run), run.since)

    def start_details(self, start: DetailsStart) -> list[WantedPage]:
        """The documents' own pages to fetch after the listing."""
        resume = self._ago(self._last, hours=self._rules.resume_hours)
        recheck = self._ago(self._last, days=self._rules.recheck_days)
        with self._database.writing():
            return queue.start_details(self._db, self._last, start, resume=resume, recheck=recheck)

    def store_details(self, item: DetailsItem) -> None:
        """Writes a document's own page and what is new in it, and counts it.

        Raises Unreadable if it is another document's, or lacks most of what it said before.
        """
        with self._database.writing():
            details.put_details(self._db, self._last, item, after=self._after)

    def start_scans(self, start: ScansStart) -> WantedScans:
        """The scans to fetch after the documents' own pages."""
        with self._database.writing():
            return scans.start_scans(self._db, self._last, start)

    def store_scan(self, item: ScanItem) -> None:
        """Writes what became of a scan, and counts it."""
        with self._database.writing():
            scans.put_scan(self._db, self._last, item)

    def fail(self, phase: Phase, failure: Failure, number: int = 1) -> None:
        """Notes that `number` fetches failed in a phase."""
        with self._database.writing():
            queue.fail(self._db, self._last, phase, failure, number)

    def end_phase(
        self, phase: Phase, failures: Sequence[Failure] = (), given_up: Failure | None = None
    ) -> PhaseSummary:
        """Ends a phase; returns what was fetched in it."""
        run = self._last
        with named_errors(self._path):
            counts = queue.counts(self._db, run, phase)
        self._database.check_place()
        said = list(failures), given_up
        return PhaseSummary(run.id, self._collection, phase, *counts, *said)

    def close(self) -> None:
        """Closes the database; a run that is still going on is noted as interrupted."""
        try:
            if self._run is not None:
                why = str(Interrupted())
                failures = [Failure(None, Reason.STOPPED, why)]
                end = RunEnd("", Outcome.INTERRUPTED, utc_now(), reason=why, failures=failures)
                self.end_run(end)
        finally:
            with named_errors(self._path):
                self._database.close()

    @property
    def _going_on(self) -> Run:
        assert self._run is not None, "a run is started before its pages are stored"
        return self._run

    @property
    def _last(self) -> Run:
        assert self._ended is not None, "details are read after a run"
        return self._ended

    def _ago(self, run: Run, **span: float) -> str:
        return shifted(ago(timedelta(**span)), run.moved)

    def _need_indexes(self) -> None:
        """Makes the indexes that are missing within a transaction."""
        if self._all_new:
            make_indexes(self._db)
            self._all_new = False

    def _put_indexes(self) -> None:
        """Makes the indexes that are missing, each in a transaction of its own: all that one writes
        is in the journal until it ends."""
        with named_errors(self._path):
            missing = missing_indexes(self._db)
        for name in missing:
            with self._database.writing():
                make_index(self._db, name)
        self._all_new = False
