"""A machine's clock that is wrong: what is told of it, and what the next right run makes of it."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from archive import Archive, Entry, html, japan
from captured import write_warc
from harvests import Harvest, begun, harvest, rows, scrapy
from shelf import Shelf, real_records
from werkzeug import Request, Response

from harvester.store.history.clock import PROGRAM, shifts
from harvester.store.history.facts import Clock as Reading

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
YEAR = 365 * DAY
SHOWN = japan()
FIRST = SHOWN[0]


@dataclass(frozen=True)
class Clock:
    """The clock of the processes that a test starts, as far as it is ahead; and when 1970 was."""

    path: Path

    def set(self, ahead: float) -> None:
        """Sets it so many seconds ahead of what is right."""
        new = self.path.with_suffix(".new")
        new.write_text(str(ahead))
        new.replace(self.path)

    def set_to_1970(self) -> None:
        """Sets it to where it is on a machine that has not heard of the time yet."""
        self.set(HOUR - datetime.now(UTC).timestamp())


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    folder = tmp_path / "clock"
    folder.mkdir()
    monkeypatch.setenv("WRONG_CLOCK", str(folder / "ahead"))
    clock = Clock(folder / "ahead")
    clock.set(0)
    return clock


@dataclass
class Site:
    """An archive of three documents, and harvests of it."""

    archive: Archive
    db: Path
    clock: Clock

    def shows(self, title: str, *more: Entry) -> None:
        """Shows the first document under a title, the second, and more."""
        self.archive.entries = [{**FIRST, "title": title}, SHOWN[1], *more]

    def harvest(self, *arguments: str, **settings: object) -> Harvest:
        url = ["-a", f"url={self.archive.url}", "-a", "name=it"]
        return harvest(*url, *arguments, HARVEST_DB=self.db, **settings)

    def says_when(self, date: Callable[[], dict[str, str]]) -> None:
        """Sends headers with every page."""

        def answer(number: int) -> Response:
            response = html(self.archive.page(number))
            response.headers.update(date())
            return response

        for number in (0, 1):
            self.archive.answers[number] = lambda _, number=number: answer(number)


@pytest.fixture
def site(archive: Archive, db: Path, clock: Clock) -> Site:
    return Site(archive, db, clock)


def dated(**ago: float) -> Callable[[], dict[str, str]]:
    """A Date that is so long ago."""
    return lambda: {"Date": format_datetime(datetime.now(UTC) - timedelta(**ago), usegmt=True)}


def told(done: Harvest) -> list[tuple[str, str | None, str | None]]:
    """What changed, in the order in which it did."""
    found = rows(
        done.db,
        "SELECT kind, old, new FROM changes"
        " WHERE kind <> 'added' AND collection IS NOT NULL ORDER BY at, id",
    )
    return [
        (row["kind"], *(row[name] if row["kind"] == "changed" else None for name in ("old", "new")))
        for row in found
    ]


def now(ahead: int = 0) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=ahead)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def check_nothing_is_to_come(db: Path, ahead: int = 0) -> None:
    moments = rows(
        db,
        "SELECT at FROM changes UNION SELECT fetched FROM pages UNION SELECT started FROM runs"
        " UNION SELECT finished FROM runs UNION SELECT captured FROM runs"
        " UNION SELECT first_seen FROM documents UNION SELECT last_changed FROM documents"
        " UNION SELECT first_seen FROM memberships UNION SELECT missing FROM memberships"
        " UNION SELECT new FROM changes WHERE field = 'missing'",
    )
    known = [row["at"] for row in moments if row["at"]]
    assert max(known) <= now(ahead)
    assert min(known) >= "2026-11-01"


WRONG_CLOCKS: dict[str, Callable[[Clock], None]] = {
    "73 years ahead": lambda clock: clock.set(73 * YEAR),
    "two days ahead": lambda clock: clock.set(2 * DAY),
    "two days behind": lambda clock: clock.set(-2 * DAY),
    "ten years behind": lambda clock: clock.set(-10 * YEAR),
    "1970": Clock.set_to_1970,
}


@pytest.mark.parametrize(
    ("kind", "number"), [*((kind, 1) for kind in WRONG_CLOCKS), ("73 years ahead", 0), ("1970", 0)]
)
def test_run_with_a_wrong_clock_leaves_no_harm(kind: str, number: int, site: Site) -> None:
    """Be it the first or the second of three; what it lacks is missing, what it changes stands."""
    for turn, (title, more) in enumerate([("One", SHOWN[2:3]), ("Two", []), ("Three", [])]):
        site.clock.set((turn - 2) * MINUTE)  # right, and room between them
        if turn == number:
            WRONG_CLOCKS[kind](site.clock)
        site.shows(title, *more)
        done = site.harvest()
        assert (done.code, "complete" in done.out) == (0, True)
        if turn <= number:
            assert len(done.complaints) == (turn == number)
        assert done.entries()[0]["title"] == title
    assert told(done) == [
        ("changed", "One", "Two"),
        ("missing", None, None),
        ("changed", "Two", "Three"),
        ("removed", None, None),
    ]
    check_nothing_is_to_come(done.db)


def test_two_wrong_runs_in_a_row_and_captures_among_them(site: Site, tmp_path: Path) -> None:
    site.shows("First")
    first = site.harvest()
    for ahead in (20 * YEAR, 10 * YEAR):
        site.clock.set(ahead)
        site.shows(f"{ahead}", SHOWN[2])
        site.harvest()
    site.clock.set(5 * MINUTE)  # not wrong, and room for the two between
    site.shows("Old")
    old = write_warc(
        tmp_path / "old.warc", [(site.archive.url, site.archive.page(0))], "2015-01-02T03:04:05Z"
    )
    site.harvest("-a", f"source={old}")
    site.shows("Present")
    done = site.harvest()
    assert done.entries()[0]["title"] == "Present"
    assert [turn for turn in told(done) if turn[0] == "changed"] == [
        ("changed", "Old", "First"),
        ("changed", "First", f"{20 * YEAR}"),
        ("changed", f"{20 * YEAR}", f"{10 * YEAR}"),
        ("changed", f"{10 * YEAR}", "Present"),
    ]
    assert first.code == done.code == 0
    assert rows(done.db, "SELECT max(fetched) <= ? AS past FROM pages", now(5 * MINUTE)) == [
        {"past": 1}
    ]


def test_wrong_clock_is_told_and_kept(site: Site) -> None:
    site.clock.set(3 * DAY)
    done = site.harvest()
    (sentence,) = done.complaints
    assert sentence.startswith("it: This machine's clock was 3 days ahead")
    assert abs(done.run["clock_ahead"] - 3 * DAY) < MINUTE
    assert done.run["clock_moved"] == 0
    site.clock.set(0)
    done = site.harvest()
    assert done.complaints == ["it: The clock was wrong in earlier runs (1): they are dated anew."]
    moved = [row["clock_moved"] for row in rows(site.db, "SELECT * FROM runs ORDER BY id")]
    assert (abs(moved[0] + 3 * DAY) < MINUTE, moved[1]) == (True, 0)
    runs = scrapy("runs", f"-sHARVEST_DB={site.db}").stdout.splitlines()
    assert [line.endswith("3 days ahead, put right") for line in runs] == [False, False, True]
    assert site.harvest().complaints == []


@pytest.mark.parametrize(
    ("ahead", "is_told"), [(9 * MINUTE, False), (-9 * MINUTE, False), (11 * MINUTE, True)]
)
def test_small_differences_are_not_told(ahead: int, is_told: bool, site: Site) -> None:
    site.clock.set(ahead)
    done = site.harvest()
    assert (len(done.complaints), done.code) == (is_told, 0)


CACHED: dict[str, tuple[Callable[[], dict[str, str]], bool]] = {
    "a cache that says so": (lambda: {**dated(days=3)(), "Age": str(3 * DAY)}, False),
    "a cache that does not": (dated(days=3), True),
    "an Age that is none": (lambda: {**dated(days=3)(), "Age": "9" * 5000}, True),
    "a Date that is none": (lambda: {"Date": "yesterday"}, False),
    "a site that is ahead": (dated(days=-3), True),
}


@pytest.mark.parametrize("kind", CACHED)
def test_the_sites_clock_alone_moves_nothing(kind: str, site: Site) -> None:
    headers, is_told = CACHED[kind]
    site.says_when(headers)
    began = now()
    done = site.harvest()
    assert (done.code, len(done.complaints)) == (0, is_told)
    assert began <= done.run["started"] <= done.run["captured"] <= now()
    assert done.run["clock_moved"] == 0


def test_site_with_a_wrong_clock_does_not_disturb_right_ones(site: Site) -> None:
    site.says_when(dated(days=400))
    for title in ("One", "Two", "Three"):
        site.shows(title)
        done = site.harvest()
    assert [change[2] for change in told(done)] == ["Two", "Three"]
    assert {row["clock_moved"] for row in rows(done.db, "SELECT clock_moved FROM runs")} == {0}


@pytest.mark.parametrize("ahead", [2 * DAY, -2 * DAY])
def test_clock_that_is_set_right_in_the_middle_of_a_run(ahead: int, site: Site) -> None:
    def set_right(_: Request) -> Response:
        site.clock.set(0)
        return html(site.archive.page(1))

    site.clock.set(ahead)
    site.archive.answers[1] = set_right
    done = site.harvest()
    assert done.code == 0
    fetched = [row["fetched"] for row in rows(done.db, "SELECT fetched FROM pages ORDER BY id")]
    run = done.run
    assert [run["started"], *fetched] == sorted([run["started"], *fetched])
    assert fetched[-1] <= run["finished"]
    took = [datetime.fromisoformat(run[name]) for name in ("started", "finished")]
    assert took[1] - took[0] < timedelta(hours=1)
    del site.archive.answers[1]
    site.archive.entries = SHOWN[1:]
    done = site.harvest()
    assert (done.code, told(done)) == (0, [("missing", None, None)])


def test_interrupted_run_with_a_wrong_clock_is_not_taken_for_fresh(site: Site) -> None:
    def stop(_: Request) -> Response:
        os.kill(process.pid, signal.SIGTERM)
        return html(site.archive.page(1))

    site.clock.set(10 * YEAR)
    site.archive.answers[1] = stop
    url = ["-a", f"url={site.archive.url}", "-a", "name=it"]
    with begun(*url, HARVEST_DB=site.db) as process:
        process()
    del site.archive.answers[1]
    site.clock.set(0)
    site.archive.asked.clear()
    site.archive.entries = [{**FIRST, "title": "Meanwhile"}, *SHOWN[1:]]
    done = site.harvest()
    assert (done.code, site.archive.asked) == (0, [0, 1])
    assert done.entries()[0]["title"] == "Meanwhile"
    check_nothing_is_to_come(done.db)


@pytest.mark.parametrize("ahead", [10 * YEAR, -10 * YEAR])
@pytest.mark.parametrize("by", ["a clock that is right again", "a clock that is wrong still"])
def test_own_recording_of_a_wrong_run_changes_nothing(
    by: str, ahead: int, site: Site, tmp_path: Path
) -> None:
    recordings = tmp_path / "warc"
    site.clock.set(ahead)
    site.shows("Wrongly dated", SHOWN[2])
    site.harvest(HARVEST_WARC=recordings)
    if by == "a clock that is wrong still":
        site.harvest("-a", f"source={recordings}")
    site.clock.set(MINUTE)  # right, and room between them
    site.shows("Present")
    site.harvest()
    check_nothing_is_to_come(site.db, MINUTE)
    tables = ("documents", "memberships", "changes", "collections")
    before = [rows(site.db, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
    done = site.harvest("-a", f"source={recordings}")
    assert done.code == 0
    assert [rows(site.db, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before


def test_documents_own_pages_after_a_wrong_run(site: Site) -> None:
    shelf = Shelf(site.archive)
    shelf.put(real_records("today")[:2])
    site.clock.set(10 * YEAR)
    assert site.harvest("-a", "details=yes").run["details_fetched"] == 2
    site.clock.set(0)
    shelf.change(next(iter(shelf.records)), credit="Meanwhile")
    done = site.harvest("-a", "details=yes", "-a", "full=yes")
    assert (done.code, done.run["details_fetched"]) == (0, 2)
    changed = rows(done.db, "SELECT field, new, at <= ? AS past FROM changes WHERE run = 2", now())
    assert changed == [{"field": "credit", "new": "Meanwhile", "past": 1}]
    check_nothing_is_to_come(done.db)
    assert site.harvest("-a", "details=yes", HARVEST_RECHECK_DAYS=1).run["details_wanted"] == 0


def test_changes_and_feeds_after_a_wrong_run(site: Site, tmp_path: Path) -> None:
    site.clock.set(10 * YEAR)
    site.harvest()
    site.clock.set(0)
    site.harvest(HARVEST_FEEDS=tmp_path / "feeds")
    feed = (tmp_path / "feeds" / "all.atom").read_text()
    assert f"<updated>{now()[:4]}" in feed
    assert f"<updated>{int(now()[:4]) + 10}" not in feed
    ahead = (datetime.now(UTC) + timedelta(days=1)).date()
    assert scrapy("changes", "--since", str(ahead), f"-sHARVEST_DB={site.db}").stdout == ""


def test_when_documents_were_joined_is_put_right_with_the_run_that_did_it(site: Site) -> None:
    """One is listed by its number first, and by its name when the clock is wrong.

    Their own pages, read after the listing, tell it: so a run joins them before the next begins.
    """
    today, earlier = (real_records(markup)[:2] for markup in ("today", "earlier"))
    shelf = Shelf(site.archive, "earlier")
    site.archive.markup = "earlier"
    shelf.put(earlier)
    site.harvest("-a", "details=yes")
    site.clock.set(10 * YEAR)
    shelf.markup = site.archive.markup = "today"
    shelf.put(today)
    site.harvest("-a", "details=yes", "-a", "accept=yes")
    site.clock.set(MINUTE)
    done = site.harvest()
    joined = rows(
        done.db,
        "SELECT at BETWEEN this.started AND next.started AS within FROM joinings"
        " JOIN runs AS this ON this.id = run JOIN runs AS next ON next.id = run + 1",
    )
    assert joined == 2 * [{"within": 1}]
    check_nothing_is_to_come(done.db, MINUTE)


P = PROGRAM
SHIFTS: dict[str, tuple[list[Reading], list[int]]] = {
    "in order": ([Reading(1, P, P + 5), Reading(2, P + 5, P + 9)], [0, 0]),
    "minutes are no contradiction": (
        [Reading(1, P + 1_000, P + 2_000), Reading(2, P + 1_400, P + 1_500)],
        [0, 601],
    ),
    "more minutes are": (
        [Reading(1, P + 1_000, P + 2_000), Reading(2, P + 1_399, P + 1_500)],
        [-602, 0],
    ),
    "the site's clock alone": ([Reading(1, P, P + 5, 9000), Reading(2, P + 5, P + 9)], [0, 0]),
    "one ahead, by the site's clock": (
        [Reading(1, P + 99_000, P + 99_005, 98_000), Reading(2, P + 5_000, P + 5_005, 0)],
        [-98_000, 0],
    ),
    "one ahead, by the site's clock of the program's first day": (
        [Reading(1, P + 9_000, P + 9_005, 9_000), Reading(2, P + 50, P + 55, 0)],
        [-9_000, 0],
    ),
    "one behind, by the site's clock": (
        [Reading(1, P + 99_000, P + 99_005, 0), Reading(2, P + 5_000, P + 5_005, -95_000)],
        [0, 95_000],
    ),
    "the latest is believed": (
        [Reading(1, P, P), Reading(2, P + 900, P + 905), Reading(3, P + 50, P + 55)],
        [0, -856, 0],
    ),
    "most are believed": (
        [Reading(1, P + 900, P + 905), Reading(2, P + 906, P + 910), Reading(3, P + 5, P + 9)],
        [0, 0, 906],
    ),
    "one that the site's clock agrees with outweighs many": (
        [Reading(1, P + 900, P + 900), Reading(2, P + 910, P + 910), Reading(3, P + 5, P + 9, 600)],
        [-897, -906, 0],
    ),
    "one that nothing is known of outweighs those that it contradicts": (
        [
            Reading(1, P + 9_000, P + 9_000, 601),
            Reading(2, P + 9_100, P + 9_100, 601),
            Reading(3, P + 5, P + 9),
        ],
        [3 - 9_000, 4 - 9_100, 0],
    ),
    "before this program": ([Reading(1, P - 99, P - 90)], [99]),
    "before this program, by the site's clock": ([Reading(1, P - 9_000, P - 90, -9_500)], [9_500]),
    "later than what was captured": ([Reading(1, P, P, None, P + 50)], [51]),
    "whole runs are moved": (
        [Reading(1, P, P + 3_000), Reading(2, P + 20, P + 30), Reading(3, P + 40, P + 50)],
        [-3_000 + 19, 0, 0],
    ),
}


@pytest.mark.parametrize("kind", SHIFTS)
def test_which_clocks_were_wrong(kind: str) -> None:
    readings, expected = SHIFTS[kind]
    assert list(shifts(readings).values()) == expected
