"""The current run: its rows, and what it has done so far."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from operator import attrgetter

from harvester import __version__
from harvester.items import PageItem
from harvester.outcomes import Outcome
from harvester.reader_digest import reader_digest
from harvester.runs import Counts, Failure, RunEnd, RunStart
from harvester.sites import site_read_by
from harvester.sites.identity import Identity
from harvester.store.collections import put_collection, put_stated_total
from harvester.store.history.state import seq
from harvester.store.schema import REPARSE
from harvester.timestamps import BEFORE_THE_WEB, is_known

NEARLY_ALL = 0.95
"""Share of entries from which on a field counts as usual in a collection."""

PUT_RUN = """
    INSERT INTO runs (collection, source, started, version, reader, pid, since)
    VALUES (:collection, :source, :started, :version, :reader, :pid, :since)"""
CLOSE_RUNS = f"""
    UPDATE runs SET outcome = :outcome, stated_total = coalesce(stated_total,
        (SELECT total FROM pages WHERE run = runs.id ORDER BY id DESC LIMIT 1)),
        captured = (SELECT max(fetched) FROM pages
            WHERE run = runs.id AND document IS NULL AND fetched >= '{BEFORE_THE_WEB}'),
        finished = max(started, CASE source WHEN 'live' THEN coalesce(
            (SELECT max(fetched) FROM pages WHERE run = runs.id), '') ELSE '' END),
        reason = 'It was broken off (process ' || coalesce(pid, 'unknown') || ').'
    WHERE finished IS NULL"""
LAST_READER = "SELECT reader FROM runs WHERE collection = ? ORDER BY id DESC LIMIT 1"

LAST_RUN = f"""
    SELECT id, outcome FROM runs WHERE collection = ? AND source <> '{REPARSE}'
    ORDER BY id DESC LIMIT 1"""
LAST_WALK = "SELECT max(walk) FROM pages WHERE run = ?"
LAST_COMPLETE = f"""
    SELECT seen, with_date, with_summary FROM runs
    WHERE collection = :collection AND outcome IN ('complete', 'walked') AND seen > 0
        AND since IS NULL AND source <> '{REPARSE}' AND captured < coalesce(:moment, '9999')
    ORDER BY captured DESC, id DESC LIMIT 1"""
NEWEST = "SELECT max(captured) FROM runs"
END_RUN = """
    UPDATE runs SET finished = :finished, outcome = :outcome, reason = :reason,
        stated_total = coalesce(:stated_total, stated_total), captured = :captured
    WHERE id = :run"""
PUT_FAILURE = """
    INSERT INTO failures (run, url, reason, detail, attempts)
    VALUES (:run, :url, :reason, :detail, :attempts)"""
COUNTED = tuple(asdict(Counts()))
PUT_COUNTS = f"""
    UPDATE runs SET {", ".join(f"{name} = ?" for name in COUNTED)} WHERE id = ?"""
OF_COUNTS = attrgetter(*COUNTED)


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of a complete run's entries with a date and with a summary, 0 to 1."""

    date_text: float
    summary: float

    @property
    def usual(self) -> list[str]:
        """The fields that nearly every entry of the last complete run had."""
        return [name for name, share in asdict(self).items() if share >= NEARLY_ALL]


@dataclass(slots=True)
class Run:
    """The run that is going on: of a collection of the `site` with that key, with pages read by the
    `reader` with that digest.

    `before` are the shares of the last complete run, if any. `resumes` is the number and the last
    walk of the run before, if that was interrupted. `newest` is when the newest page of other runs
    was captured, `captured` the same of this run. A run is `undated` once a page of its listing has
    no known time.

    Its clock is `ahead` of the site's by so many seconds, if that is known. It `is_doubtful` if it
    contradicts what is known, and that may be `settled` already: then `moved` seconds are added to
    what it says, and the moments of the runs in `put_right` were moved. See `clocks`.

    `identity` is how the site writes addresses. The present walk has `met` these ids; all walks of
    the run have met the `known` ones. What is listed is told apart `by_records` if a repository
    lists it; only what has changed `since` a moment, if that is given.
    """

    id: int
    collection: int
    site: str
    reader: str
    accept: bool
    before: Shares | None
    resumes: tuple[int, int] | None
    live: bool
    newest: str
    started: str
    identity: Identity
    captured: str = ""
    undated: bool = False
    moved: int = 0
    ahead: int | None = None
    is_doubtful: bool = False
    is_settled: bool = False
    put_right: set[int] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    by_records: bool = False
    since: str | None = None
    walk: int = 1
    counts: Counts = field(default_factory=Counts)

    def go_on_to(self, walk: int) -> None:
        """Resets what the walk has met, if this is a new walk."""
        if walk != self.walk:
            kept = {name: getattr(self.counts, name) for name in KEPT}
            self.walk, self.counts, self.met = walk, Counts(**kept), set()

    def count(self, page: PageItem) -> None:
        """Adds the counts of a page."""
        if is_known(page.fetched):
            self.captured = max(self.captured, page.fetched)
        else:
            self.undated = True
        self.counts.pages += 1
        self.counts.seen += page.read - page.duplicates
        for name in ON_PAGES:
            setattr(self.counts, name, getattr(self.counts, name) + getattr(page, name))

    def is_past(self, moment: str) -> bool:
        """Whether something newer is known than what was captured then, or the very same. What a
        live run finds is later than all that is known."""
        return not self.live and moment <= self.newest

    @property
    def moment(self) -> str | None:
        """The moment of the listing that the run has seen; None if unknown."""
        return None if self.undated else self.captured or None

    @property
    def seq(self) -> int:
        """The place of its walk among live ones, by which what these saw within a second is in
        order; 0 if what it reads was captured."""
        return seq(self.id, self.walk) if self.live else 0

    def meet(self, ids: Collection[str]) -> None:
        """Notes that the walk has met these ids."""
        self.met.update(ids)
        self.known.update(ids)

    def shares(self) -> Shares | None:
        """The shares of this run; None if it has seen nothing."""
        return _shares(self.counts.seen, self.counts.with_date, self.counts.with_summary)


ON_PAGES = ("undated", "not_understood", "duplicates", "with_date", "with_summary")
KEPT = ("pages", "added", "changed", "restored")


def start_run(db: sqlite3.Connection, start: RunStart) -> Run:
    """Notes that a run has begun, and ends others that were left open.

    Raises BadUsage if the collection's name belongs to another listing already.
    """
    collection = put_collection(db, start)
    site = site_read_by(start.url, start.site, start.profile)
    reader = reader_digest(site)
    db.execute(CLOSE_RUNS, {"outcome": Outcome.INTERRUPTED})
    resumes = _interrupted(db, collection)
    before = shares_before(db, collection)
    newest = db.execute(NEWEST).fetchone()[0] or ""
    row = {
        "collection": collection,
        "source": start.source,
        "started": start.started,
        "version": __version__,
        "reader": reader,
        "pid": start.pid,
        "since": start.since,
    }
    run = db.execute(PUT_RUN, row).lastrowid
    assert run is not None
    live = start.source == "live"
    asked = run, collection, start.site, reader, start.accept
    found = Run(*asked, before, resumes, live, newest, start.started, site.identity)
    return replace(found, by_records=site.oai, since=start.since)


def shares_before(
    db: sqlite3.Connection, collection: int, moment: str | None = None
) -> Shares | None:
    """The shares of a collection's newest complete run, captured before a moment if one is given,
    whenever it was read."""
    names = {"collection": collection, "moment": moment}
    found = db.execute(LAST_COMPLETE, names).fetchone()
    return _shares(*found) if found else None


def as_of(db: sqlite3.Connection, run: Run, moment: str) -> Run:
    """The run, to be judged by what was complete before a moment."""
    return replace(run, before=shares_before(db, run.collection, moment))


def is_read_by_another(db: sqlite3.Connection, collection: int, reader: str) -> bool:
    """Whether another reader made the last run of a collection."""
    found = db.execute(LAST_READER, [collection]).fetchone()
    return found is not None and found[0] != reader


def put_counts(db: sqlite3.Connection, run: Run) -> None:
    """Writes the counts of a run so far."""
    counts = run.counts
    counts.unchanged = max(0, counts.seen - counts.added - counts.changed)
    db.execute(PUT_COUNTS, [*OF_COUNTS(counts), run.id])


def end_run(db: sqlite3.Connection, run: Run, end: RunEnd) -> None:
    """Notes how a run ended and what it failed to fetch."""
    put_counts(db, run)
    row = {name: getattr(end, name) for name in ("finished", "outcome", "reason", "stated_total")}
    row = {**row, "run": run.id, "collection": run.collection, "captured": run.moment}
    db.execute(END_RUN, row)
    live = run.id if run.live else 0
    if run.since is None:
        put_stated_total(db, run.collection, run.moment, live, end.stated_total)
    put_failures(db, run, end.failures)


def put_failures(db: sqlite3.Connection, run: Run, failures: Iterable[Failure]) -> None:
    """Writes what a run could not fetch or read."""
    rows = ({**asdict(failure), "run": run.id} for failure in failures)
    db.executemany(PUT_FAILURE, rows)


def _interrupted(db: sqlite3.Connection, collection: int) -> tuple[int, int] | None:
    """The number and the last walk of the collection's last run, if that was interrupted."""
    last = db.execute(LAST_RUN, [collection]).fetchone()
    if last is None or last[1] != Outcome.INTERRUPTED:
        return None
    (walk,) = db.execute(LAST_WALK, [last[0]]).fetchone()
    return int(last[0]), int(walk or 1)


def _shares(seen: int, with_date: int, with_summary: int) -> Shares | None:
    return Shares(with_date / seen, with_summary / seen) if seen else None
