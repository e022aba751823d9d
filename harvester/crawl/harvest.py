"""The runs of a crawl: how they begin and end, what is known, and what is stored of them."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from scrapy.crawler import Crawler

from harvester.crawl.steps import (
    Item,
    Steps,
    phase_begun,
    phase_ended,
    phase_failed,
    run_begun,
    run_ended,
)
from harvester.items import DetailsItem, Entry, PageItem, UnchangedPages
from harvester.outcomes import HarvestProblem, RunProblem
from harvester.runs import (
    DetailsStart,
    Failure,
    KnownPage,
    Phase,
    RunEnd,
    RunStart,
    RunSummary,
    WantedPage,
)
from harvester.scans.scan import ScanItem, ScansStart, WantedScans
from harvester.store.store import Rules, Store
from harvester.warc.recording import RecordMiddleware


class Harvest:
    """Shared by the spider and the pipelines: the database, with one run at a time in it.

    The spider begins and ends runs by calls, and asks what is known; what it has read it hands to
    Scrapy, as the `steps` of the harvest, and the pipelines bring it here. Extensions are told by
    signals. `problems` hold what kept collections from being harvested at all.

    Every method raises BadDatabase if the database can't be read or written.
    """

    def __init__(self, crawler: Crawler, items: AsyncGenerator[Item, None]) -> None:
        settings = crawler.settings
        self.steps = Steps(crawler, items)
        self.problems: list[HarvestProblem] = []
        self._crawler = crawler
        self._path = settings["HARVEST_DB"]
        self._rules = Rules(
            removed_after=settings.getint("HARVEST_REMOVED_AFTER"),
            most_missing=settings.getfloat("HARVEST_MOST_MISSING"),
            resume_hours=settings.getfloat("HARVEST_RESUME_HOURS"),
            recheck_days=settings.getfloat("HARVEST_RECHECK_DAYS"),
            lock_wait=settings.getfloat("HARVEST_LOCK_WAIT"),
        )
        self._opened: Store | None = None

    def begin_run(self, start: RunStart) -> None:
        """Notes that a run has begun. Raises BadUsage if the collection is another listing."""
        run = self._store.start_run(start)
        self._tell(run_begun, collection=start.collection, run=run)

    def profile(self, collection: str) -> str | None:
        """The profile that was learned for a collection; empty if its pages are read without one,
        None if none was read yet."""
        return self._store.profile(collection)

    def recall(self, url: str) -> KnownPage | None:
        """Recalls the page at an address, if it was stored before and is whole."""
        return self._store.recall(url)

    def end_run(self, end: RunEnd) -> RunSummary:
        """Notes how the run has ended; returns what it did, and what the store makes of it.

        Raises BadRecording if what was recorded is not where it was.
        """
        self._check_recording()
        ended = self._store.end_run(end)
        self._tell(run_ended, ended=ended)
        return ended

    def begin_details(self, start: DetailsStart) -> list[WantedPage]:
        """The documents' own pages to ask for, in the order of the listing."""
        wanted = self._store.start_details(start)
        self._begin_phase(start.collection, Phase.DETAILS, len(wanted))
        return wanted

    def begin_scans(self, start: ScansStart) -> WantedScans:
        """The scans to ask for, in the order of the listing."""
        scans = self._store.start_scans(start)
        self._begin_phase(start.collection, Phase.SCANS, len(scans.wanted))
        return scans

    def fail(self, phase: Phase, failure: Failure, number: int = 1) -> None:
        """Notes that so many of a phase could not be got."""
        self._store.fail(phase, failure, number)
        self._tell(phase_failed, number=number)

    def end_phase(
        self, phase: Phase, failures: Sequence[Failure], given_up: Failure | None
    ) -> None:
        """All of a phase were got or have failed. Raises as `end_run`."""
        self._check_recording()
        ended = self._store.end_phase(phase, failures, given_up)
        self._tell(phase_ended, ended=ended)

    def new_entries(self, page: PageItem) -> list[Entry]:
        """The entries of a page that its walk has not met before."""
        return self._store.new_entries(page)

    def store(self, item: Item) -> None:
        """Writes an item, in one transaction. Raises Unreadable if it can't be believed."""
        match item:
            case PageItem():
                self._store.store_page(item)
            case UnchangedPages():
                self._store.store_same(item)
            case DetailsItem():
                self._store.store_details(item)
            case ScanItem():
                self._store.store_scan(item)
        self.steps.stored()

    async def close(self) -> None:
        """Ends what Scrapy has closed before its end, and closes the database; a run that nobody
        has ended is noted as interrupted."""
        try:
            await self.steps.end()
        except RunProblem as problem:
            if problem not in self.problems:
                self.problems.append(problem)
        finally:
            if self._opened is not None:
                self._opened.close()

    @property
    def _store(self) -> Store:
        if self._opened is None:
            self._opened = Store(self._path, self._rules)
        return self._opened

    def _begin_phase(self, collection: str, what: Phase, wanted: int) -> None:
        self._tell(phase_begun, collection=collection, what=what, wanted=wanted)

    def _check_recording(self) -> None:
        """No phase ends before it is seen that what it recorded is there."""
        recording = self._crawler.get_downloader_middleware(RecordMiddleware)
        if recording:
            recording.check_place()

    def _tell(self, signal: object, **said: Any) -> None:
        self._crawler.signals.send_catch_log(signal, **said)
