"""The report at the end of a harvest: its results, its failures, and the next step."""

from importlib.util import find_spec
from pathlib import Path

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from harvester.console import command, complain, note, program, shown, tell
from harvester.crawl.steps import phase_begun, phase_ended, run_ended
from harvester.defaults import DATABASE
from harvester.interrupt import interrupt
from harvester.middlewares import ASKED_AGAIN, READ_AGAIN
from harvester.outcomes import (
    HarvestProblem,
    Interrupted,
    Misplaced,
    Outcome,
    run_exit_code,
    worst,
)
from harvester.runs import Counts, Phase, PhaseSummary, RunSummary
from harvester.store.read.changes import history
from harvester.text_report import changes_as_text

EXIT_CODE = "harvest/exit_code"
"""The statistic with the exit code of the harvest."""

TO_THE_END = ("finished", "start_error")
"""Scrapy's reasons for an end that no signal or extension has caused."""


class Report:
    """Prints a line for each collection on stdout, and a sentence for each failure on stderr."""

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
        """Listens to the ends of runs and of the harvest."""
        report = cls(crawler)
        for receiver, signal in (
            (report.run_ended, run_ended),
            (report.phase_begun, phase_begun),
            (report.phase_ended, phase_ended),
            (report.spider_closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)
        return report

    def run_ended(self, ended: RunSummary) -> None:
        """Says what a run did."""
        self._exit_codes.append(ended.outcome.exit_code)
        stopped = ended.outcome is Outcome.INTERRUPTED
        if not stopped:  # the next run tells what a stopped one saw
            self._runs.append(ended.run)
        if not self._quiet:
            self._say(summary(ended))
        reasons = [ended.reason] if ended.reason and not stopped else []
        for sentence in (*reasons, *ended.warnings):
            complain(f"{ended.collection}: {sentence}")

    def phase_begun(self, what: Phase) -> None:
        """Puts off the changes of a run that goes on with documents' pages."""
        if what is Phase.DETAILS:
            self._runs = self._runs[:-1]

    def phase_ended(self, ended: PhaseSummary) -> None:
        """Says what a phase after the listing did."""
        if ended.what is Phase.DETAILS and ended.fetched + ended.failed == ended.wanted:
            self._runs.append(ended.run)
        if ended.wanted and not self._quiet:
            self._say(f"{ended.collection}: {ended.what}: {ended.fetched:,} of {ended.wanted:,}")
        if ended.failures:
            complain(f"{ended.collection}: {missing(ended)}")
            reasons = (failure.reason for failure in ended.failures)
            self._exit_codes.append(run_exit_code(Outcome.COMPLETE, reasons))

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Says what went wrong, where the database is or what has changed; sets the exit code."""
        harvest = getattr(spider, "harvest", None)
        problems: list[HarvestProblem] = harvest.problems if harvest else []
        if reason not in TO_THE_END and not any(isinstance(one, Interrupted) for one in problems):
            problems = [Interrupted(), *problems]
        for problem in problems:
            self._fail(problem)
        if not self._quiet and (said := reread(self._crawler.stats)):
            self._say(said)
        if any(isinstance(problem, Misplaced) for problem in problems):
            pass  # nothing can be told of what is there now
        elif self._runs and not Path(self._database).is_file():
            self._fail(Misplaced(Path(self._database)))
        elif self._quiet:
            self._tell_changes()
        elif Outcome.COMPLETE.exit_code in self._exit_codes:
            self._say(next_steps(self._database))
        self._crawler.stats.set_value(EXIT_CODE, worst(self._exit_codes))

    def _tell_changes(self) -> None:
        if not self._runs:
            return
        try:
            with history(Path(self._database)) as past:
                self._say(*changes_as_text(past.groups_of_runs(self._runs)))
        except HarvestProblem as problem:
            self._fail(problem)

    def _say(self, *lines: str) -> None:
        """Prints lines. A terminal whose closing stopped the harvest is no further failure."""
        if self._is_unheard:
            return
        try:
            if self._stdout_is_taken:
                note("\n".join(lines))
            else:
                tell("\n".join(lines))
        except HarvestProblem as problem:
            self._is_unheard = True
            if not interrupt.asked:
                self._fail(problem)

    def _fail(self, problem: HarvestProblem) -> None:
        complain(str(problem))
        self._exit_codes.append(problem.exit_code)


def fail(crawler: Crawler, problem: HarvestProblem) -> None:
    """Reports a problem after the report, and worsens the exit code accordingly."""
    complain(str(problem))
    codes = (crawler.stats.get_value(EXIT_CODE), problem.exit_code)
    crawler.stats.set_value(EXIT_CODE, worst(code for code in codes if code is not None))


def summary(ended: RunSummary) -> str:
    """A line on a run: how many documents of how many, and how many new, changed, undated."""
    counts = ended.counts
    total = "an unstated number" if ended.stated_total is None else f"{ended.stated_total:,}"
    said = f"{counts.added:,} new, {counts.changed:,} changed, {counts.undated:,} undated"
    ending = f"{ended.outcome}, {counts.seen:,} of {total}"
    ending += f" since {ended.since}" if ended.since else ""
    return f"{ended.collection}: {ending} ({said}{_rarer(counts)})"


REREAD = {
    READ_AGAIN: "read again from the recording",
    ASKED_AGAIN: "asked for again",
}
MISSING = {
    "details": ("document's page is", "documents' pages are"),
    "scans": ("scan is", "scans are"),
}


def missing(ended: PhaseSummary) -> str:
    """A sentence on the pages or scans that are missing, and why: the reason for giving up, or the
    first failure."""
    one, several = MISSING[ended.what]
    others = "" if ended.failed == 1 else " (see the table failures)"
    why = ended.given_up or ended.failures[0]
    return f"{ended.failed:,} {one if ended.failed == 1 else several} missing{others}: {why.detail}"


def reread(stats: StatsCollector) -> str:
    """A sentence on the pages that another reader had read before; empty if there are none."""
    counts = {how: stats.get_value(name, 0) for name, how in REREAD.items()}
    said = ", ".join(f"{number:,} {how}" for how, number in counts.items() if number)
    return f"What reads pages has changed: {said}." if said else ""


def next_steps(database: str) -> str:
    """Where the database is, and the command that shows its rows."""
    path = shown(Path(database))
    return f"The database is {path}\nNext: {_look(path)}"


def _look(path: str) -> str:
    """A command that shows what is in the database, of the programs that are installed."""
    if program() == "harvester" and find_spec("datasette"):
        setting = () if path == DATABASE else ("-s", f"HARVEST_DB={path}")
        return command("harvester", "serve", *setting)
    return command("sqlite-utils", "rows", path, "documents", "--limit", "3")


def _rarer(counts: Counts) -> str:
    """The counts that are mentioned only if they are not 0."""
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
