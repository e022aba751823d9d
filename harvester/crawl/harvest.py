"""The runs of a crawl: begins and ends them, recalls what is known, stores items."""

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
    """The database that the spider and the pipelines share, with one run at a time.

    The spider calls it to begin and end runs and to recall pages. It hands items to Scrapy as the
    `steps` of the harvest, and the pipelines store them here. Extensions hear signals. `problems`
    are those that prevented the harvest of a whole collection.

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
        """Begins a run. Raises BadUsage if the collection's name belongs to another listing."""
        run = self._store.start_run(start)
        self._tell(run_begun, collection=start.collection, run=run)

    def profile(self, collection: str) -> str | None:
        """The profile that was learned for a collection; empty if its pages are read without one,
        None if none was read yet."""
        return self._store.collections.profile(collection)

    def address(self, collection: str) -> str | None:
        """The address that a collection has in the database; None if it is not in it."""
        return self._store.collections.address(collection)

    def last_position(self, collection: str) -> int:
        """The largest position in a collection; 0 if it has no documents."""
        return self._store.collections.last_position(collection)

    def last_answer(self, collection: str) -> str | None:
        """When the site answered the first request of the last live run that saw all which it
        asked for; None if there was no such run."""
        return self._store.collections.last_answer(collection)

    def is_contradicted(self, collection: str) -> bool:
        """Whether the last run of a collection found another total than its pages state."""
        return self._store.collections.is_contradicted(collection)

    def recall(self, url: str) -> KnownPage | None:
        """The known page at an address; None if it was not stored completely."""
        return self._store.recall(url)

    def end_run(self, end: RunEnd) -> RunSummary:
        """Ends the run and returns its summary; the store may call the run suspect there.

        Raises BadRecording if the recording is no longer where it was.
        """
        self._check_recording()
        ended = self._store.end_run(end)
        self._tell(run_ended, ended=ended)
        return ended

    def begin_details(self, start: DetailsStart) -> list[WantedPage]:
        """Begins the phase of details; returns the wanted pages in the order of the listing."""
        wanted = self._store.start_details(start)
        self._begin_phase(start.collection, Phase.DETAILS, len(wanted))
        return wanted

    def begin_scans(self, start: ScansStart) -> WantedScans:
        """Begins the phase of scans; returns the scans to fetch, in the order of the listing."""
        scans = self._store.start_scans(start)
        self._begin_phase(start.collection, Phase.SCANS, len(scans.wanted))
        return scans

    def fail(self, phase: Phase, failure: Failure, number: int = 1) -> None:
        """Notes that `number` fetches failed in a phase."""
        self._store.fail(phase, failure, number)
        self._tell(phase_failed, number=number)

    def end_phase(
        self, phase: Phase, failures: Sequence[Failure], given_up: Failure | None
    ) -> None:
        """Ends a phase once everything in it was fetched or has failed. Raises as `end_run`."""
        self._check_recording()
        ended = self._store.end_phase(phase, failures, given_up)
        self._tell(phase_ended, ended=ended)

    def new_entries(self, page: PageItem) -> list[Entry]:
        """The entries of a page that the walk has not seen before."""
        return self._store.new_entries(page)

    def store(self, item: Item) -> None:
        """Stores an item in one transaction. Raises Unreadable if it is implausible."""
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
        """Ends a crawl that Scrapy has closed early, noting its run as interrupted, and closes the
        database."""
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
        """Raises BadRecording unless the recording is where it was."""
        recording = self._crawler.get_downloader_middleware(RecordMiddleware)
        if recording:
            recording.check_place()

    def _tell(self, signal: object, **said: Any) -> None:
        self._crawler.signals.send_catch_log(signal, **said)
