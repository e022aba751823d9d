"""The report at the end of a harvest: what was got, what went wrong, what to do next."""

from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from harvester.console import command, complain, note, shown, tell
from harvester.detail_items import DetailsEnd, DetailsStart
from harvester.interrupt import interrupt
from harvester.items import Counts, RunEnd
from harvester.outcomes import (
    HarvestProblem,
    Interrupted,
    Misplaced,
    Outcome,
    Reason,
    worst,
)
from harvester.scans.items import ScansEnd
from harvester.store.read.changes import history
from harvester.telling import changes_as_text

EXIT_CODE = "harvest/exit_code"
"""The statistic that holds the exit code that the harvest asks for."""

TO_THE_END = ("finished", "start_error")
"""What Scrapy says if neither a signal nor an extension has stopped it."""


class Report:
    """Prints what became of each collection: the sum on stdout, a failure's sentence on stderr."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._quiet = crawler.settings.getbool("HARVEST_QUIET")
        self._exit_codes: list[int] = []
        self._runs: list[int] = []
        self._database = crawler.settings["HARVEST_DB"]
        self._is_unheard = False
        feeds = crawler.settings.getdict("FEEDS")
        self._stdout_is_taken = any(str(uri).startswith("stdout:") for uri in feeds)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Report":
        """Listens to the ends of runs and to the end of all."""
        report = cls(crawler)
        crawler.signals.connect(report.item_scraped, signals.item_scraped)
        crawler.signals.connect(report.spider_closed, signals.spider_closed)
        return report

    def item_scraped(self, item: Any) -> None:
        """A run, or what it does after its listing, has ended and is stored: say what it did."""
        if isinstance(item, RunEnd):
            self._exit_codes.append(item.outcome.exit_code)
            stopped = item.outcome is Outcome.INTERRUPTED
            if item.run is not None and not stopped:  # the next run tells what a stopped one saw
                self._runs.append(item.run)
            if not self._quiet:
                self._say(summary(item))
            reasons = [item.reason] if item.reason and not stopped else []
            for sentence in (*reasons, *item.warnings):
                complain(f"{item.collection}: {sentence}")
        elif isinstance(item, DetailsStart):
            self._runs = self._runs[:-1]  # it tells its changes when it has seen all of them
        elif isinstance(item, DetailsEnd):
            self._end_details(item)
        elif isinstance(item, ScansEnd):
            self._end_scans(item)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """All is done: say where it is, what kept collections from being harvested, and count."""
        problems: list[HarvestProblem] = getattr(spider, "problems", [])
        if reason not in TO_THE_END and not any(isinstance(one, Interrupted) for one in problems):
            problems = [Interrupted(), *problems]
        for problem in problems:
            self._fail(problem)
        if any(isinstance(problem, Misplaced) for problem in problems):
            pass  # nothing can be told of what is there now
        elif self._runs and not Path(self._database).is_file():
            self._fail(Misplaced(Path(self._database)))
        elif self._quiet:
            self._tell_changes()
        elif Outcome.COMPLETE.exit_code in self._exit_codes:
            self._say(next_steps(self._database))
        self._crawler.stats.set_value(EXIT_CODE, worst(self._exit_codes))

    def _end_details(self, end: DetailsEnd) -> None:
        if end.run is not None and end.fetched + end.failed == end.wanted:
            self._runs.append(end.run)
        if end.wanted and not self._quiet:
            self._say(f"{end.collection}: details: {end.fetched:,} of {end.wanted:,}")
        if end.failures:
            complain(f"{end.collection}: {missing_details(end)}")
            self._exit_codes.append(Outcome.INCOMPLETE.exit_code)
        if any(failure.reason is Reason.BUG for failure in end.failures):
            self._exit_codes.append(Outcome.FAILED.exit_code)

    def _end_scans(self, end: ScansEnd) -> None:
        if end.wanted and not self._quiet:
            self._say(f"{end.collection}: scans: {end.fetched:,} of {end.wanted:,}")
        if end.failures:
            complain(f"{end.collection}: {missing_scans(end)}")
            self._exit_codes.append(Outcome.INCOMPLETE.exit_code)

    def _tell_changes(self) -> None:
        if not self._runs:
            return
        try:
            with history(Path(self._database)) as past:
                changes = past.of_runs(self._runs)
        except HarvestProblem as problem:
            self._fail(problem)
        else:
            self._say(changes_as_text(changes))

    def _say(self, text: str) -> None:
        """Prints a text; who has closed the terminal, and so stopped it, need not read it."""
        if self._is_unheard:
            return
        try:
            if self._stdout_is_taken:
                note(text)
            else:
                tell(text)
        except HarvestProblem as problem:
            self._is_unheard = True
            if not interrupt.asked:
                self._fail(problem)

    def _fail(self, problem: HarvestProblem) -> None:
        complain(str(problem))
        self._exit_codes.append(problem.exit_code)


def fail(crawler: Crawler, problem: HarvestProblem) -> None:
    """Says what went wrong when all was over already, and makes the exit code worse by it."""
    complain(str(problem))
    codes = (crawler.stats.get_value(EXIT_CODE), problem.exit_code)
    crawler.stats.set_value(EXIT_CODE, worst(code for code in codes if code is not None))


def summary(end: RunEnd) -> str:
    """One line on a run: how many of how many, and what is new, changed, undated."""
    counts = end.counts
    total = "an unstated number" if end.stated_total is None else f"{end.stated_total:,}"
    said = f"{counts.added:,} new, {counts.changed:,} changed, {counts.undated:,} undated"
    return f"{end.collection}: {end.outcome}, {counts.seen:,} of {total} ({said}{_rarer(counts)})"


def missing_details(end: DetailsEnd) -> str:
    """One sentence on what could not be got of documents' own pages, and why the first of them."""
    pages = "document's page is" if end.failed == 1 else "documents' pages are"
    why = end.given_up or end.failures[0]
    others = "" if end.failed == 1 else " (see the table failures)"
    return f"{end.failed:,} {pages} missing{others}: {why.detail}"


def missing_scans(end: ScansEnd) -> str:
    """One sentence on the scans that could not be got, and why the first of them, or the last that
    was asked for."""
    scans = "scan is" if end.failed == 1 else "scans are"
    others = "" if end.failed == 1 else " (see the table failures)"
    why = end.failures[-1 if end.left else 0]
    return f"{end.failed:,} {scans} missing{others}: {why.detail}"


def next_steps(database: str) -> str:
    """Where the database is, and what to type to look into it."""
    path = shown(Path(database))
    rows = command("sqlite-utils", "rows", path, "documents", "--limit", "3")
    return f"The database is {path}\nNext: {rows}"


def _rarer(counts: Counts) -> str:
    """What is worth a word only if there is some."""
    said = ""
    for count, what in (
        (counts.renamed, "at another address"),
        (counts.missing, "missing"),
        (counts.removed, "removed"),
        (counts.restored, "back"),
    ):
        said += f", {count:,} {what}" if count else ""
    if counts.not_understood:
        said += f", {counts.not_understood:,} with a date not understood"
    if counts.duplicates:
        said += f", {counts.duplicates:,} met twice"
    return said
