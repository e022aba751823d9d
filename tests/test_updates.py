"""Asking for little: pages that have not changed, and harvests that were broken off."""

import signal
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive import Archive, html, japan
from harvests import PATIENCE, Harvest, begun, rows
from werkzeug import Request, Response

Crawl = Callable[..., Harvest]


@pytest.fixture(params=["ETag", "Last-Modified"])
def kept(request: pytest.FixtureRequest, archive: Archive) -> Archive:
    """An archive that tells what has not changed, in one of the two ways there are."""
    archive.validators = request.param
    return archive


def test_unchanged_pages_are_not_sent_again(kept: Archive, crawl: Crawl) -> None:
    first = crawl("-a", f"url={kept.url}")
    documents = rows(first.db, "SELECT * FROM documents")
    members = rows(first.db, "SELECT * FROM memberships")
    kept.answered.clear()
    for _ in range(3):
        again = crawl("-a", f"url={kept.url}")
        assert (again.code, again.run["seen"], again.run["unchanged"]) == (0, 15, 15)
        assert "15 of 15 (0 new, 0 changed, 1 undated)" in again.out
    assert kept.answered == [304] * 6
    assert rows(again.db, "SELECT * FROM documents") == documents
    assert rows(again.db, "SELECT * FROM memberships") == members
    marks = rows(again.db, "SELECT DISTINCT status, same_as FROM pages WHERE run > 1")
    assert [tuple(row.values()) for row in marks] == [(304, 1), (304, 2)]


@pytest.mark.parametrize(("age", "answered"), [(0, 200), (1, 304)])
def test_last_modified_counts_once_its_second_is_over(
    archive: Archive, crawl: Crawl, age: int, answered: int
) -> None:
    """What changes twice in a second has the same Last-Modified."""
    archive.validators = "Last-Modified"
    page, made = archive.page(0), archive.changed + timedelta(seconds=age)

    def dated(_: Request) -> Response:
        answer = html(page)
        answer.date = made
        return answer

    archive.answers[0] = dated
    crawl("-a", f"url={archive.url}")
    page = page.replace("Khrushchev", "Khruschev")
    done = crawl("-a", f"url={archive.url}")
    assert (archive.answered[-2:], done.run["changed"] > 0) == ([answered, 304], answered == 200)


def test_what_was_missing_is_back_with_a_page_that_is_as_it_was(
    archive: Archive, crawl: Crawl
) -> None:
    archive.validators = "ETag"
    crawl("-a", f"url={archive.url}")
    archive.entries = japan()[:10]
    assert crawl("-a", f"url={archive.url}").run["missing"] == 5
    archive.entries = japan()
    archive.answered.clear()
    done = crawl("-a", f"url={archive.url}")
    assert (archive.answered[-1], done.run["restored"]) == (304, 5)
    assert rows(done.db, "SELECT 1 FROM memberships WHERE missing IS NOT NULL") == []


def test_log_speaks_of_unchanged_pages_only_to_who_wants_to_know_all(
    kept: Archive, crawl: Crawl
) -> None:
    assert crawl("-a", f"url={kept.url}").err.count("stored") == 2
    again = crawl("-a", f"url={kept.url}")
    assert "stored" not in again.err and "nothing has changed at" not in again.err
    assert "Crawled (304)" not in again.err
    everything = crawl("-a", f"url={kept.url}", LOG_LEVEL="DEBUG")
    assert everything.err.count("nothing has changed at") == 2
    assert everything.err.count("Crawled (304)") == 2


def test_full_asks_for_everything(kept: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={kept.url}")
    crawl("-a", f"url={kept.url}", "-a", "full=yes")
    assert kept.answered == [200] * 4


def test_only_the_page_that_changed_is_read(kept: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={kept.url}")
    kept.entries = [*japan()[:14], {**japan()[14], "title": "Corrected"}]
    kept.answers[1] = lambda _: html(kept.page(1))
    if kept.validators == "Last-Modified":
        kept.answers[0] = lambda _: Response(status=304)
        kept.changed = datetime(2026, 2, 1, tzinfo=UTC)
    kept.answered.clear()
    done = crawl("-a", f"url={kept.url}")
    assert (kept.answered, done.run["changed"], done.run["seen"]) == ([304, 200], 1, 15)
    assert done.entries()[14]["title"] == "Corrected"


def test_entry_that_moved_between_pages_is_noticed(archive: Archive, crawl: Crawl) -> None:
    archive.validators = "ETag"
    crawl("-a", f"url={archive.url}")
    archive.entries = [archive.entries[14], *archive.entries[:14]]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["seen"], done.run["changed"]) == (0, 15, 0)
    assert [row["title"] for row in done.entries()] == [e["title"] for e in archive.entries]
    again = crawl("-a", f"url={archive.url}")
    assert (again.code, archive.answered[-2:]) == (0, [304, 304])


def test_page_that_claims_to_be_as_before_is_not_believed_for_ever(
    archive: Archive, crawl: Crawl
) -> None:
    archive.validators = "ETag"
    crawl("-a", f"url={archive.url}")
    archive.entries = japan()[1:]
    archive.answers[0] = lambda request: (
        Response(status=304) if "If-None-Match" in request.headers else html(archive.page(0))
    )
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["seen"], done.run["missing"]) == (0, 14, 1)


def stopped(archive: Archive, db: Path, by: signal.Signals) -> int:
    """Stops a harvest by a signal while it waits for its second page; returns its exit code."""
    asked, answer = threading.Event(), threading.Event()

    def hold(_: Request) -> Response:
        asked.set()
        answer.wait(PATIENCE)
        return html(archive.page(1))

    archive.answers[1] = hold
    with begun("-a", f"url={archive.url}", HARVEST_DB=db) as process:
        assert asked.wait(PATIENCE)
        process.signal(by)
        if by is not signal.SIGKILL:
            process.until_said("Received SIG")
            answer.set()
        done = process()
    answer.set()
    assert "Traceback" not in done.stderr
    archive.answers.clear()
    archive.asked.clear()
    return done.returncode


@pytest.mark.parametrize(
    ("by", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 75), (signal.SIGTERM, 75)]
)
def test_harvest_that_was_broken_off_is_taken_up(
    by: signal.Signals, code: int, archive: Archive, crawl: Crawl, db: Path
) -> None:
    assert stopped(archive, db, by) == code
    assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert len(rows(db, "SELECT * FROM documents")) == 10
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, archive.asked, done.run["seen"]) == (0, [1], 15)
    outcomes = [row["outcome"] for row in rows(db, "SELECT outcome FROM runs ORDER BY id")]
    assert outcomes == ["interrupted", "complete"]
    assert rows(db, "SELECT finished FROM runs WHERE finished IS NULL") == []


def test_pages_of_an_earlier_walk_are_not_taken_over(
    archive: Archive, crawl: Crawl, db: Path
) -> None:
    """The listing moved, was walked anew, and that was broken off before the second page."""
    archive.entries = many = [{**japan()[0], "href": f"/document/{n}"} for n in range(25)]

    def second(_: Request) -> Response:
        if archive.asked.count(1) > 1:
            process.signal(signal.SIGKILL)
        return html(archive.page(1))

    def third(_: Request) -> Response:
        archive.entries = many[:24]
        return html(archive.page(2))

    archive.answers.update({1: second, 2: third})
    with begun("-a", f"url={archive.url}", HARVEST_DB=db) as process:
        process()
    assert archive.asked == [0, 1, 2, 0, 1]
    archive.answers.clear()
    archive.asked.clear()
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, archive.asked, done.run["seen"]) == (0, [1, 2], 24)


@pytest.mark.parametrize(("column", "answers"), [("reader", [200, 200]), ("version", [304, 304])])
def test_pages_are_asked_for_anew_by_another_reader_not_by_another_version(
    column: str, answers: list[int], kept: Archive, crawl: Crawl, db: Path
) -> None:
    crawl("-a", f"url={kept.url}")
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(f"UPDATE runs SET {column} = 'another'")
    kept.answered.clear()
    assert crawl("-a", f"url={kept.url}").code == 0
    assert kept.answered == answers


def test_second_signal_stops_a_harvest_at_once(archive: Archive, crawl: Crawl, db: Path) -> None:
    asked, answer = threading.Event(), threading.Event()
    archive.answers[1] = lambda _: (asked.set(), answer.wait(PATIENCE), html(archive.page(1)))[-1]
    with begun("-a", f"url={archive.url}", HARVEST_DB=db) as process:
        assert asked.wait(PATIENCE)
        process.signal(signal.SIGINT)
        process.until_said("Received SIG")
        process.signal(signal.SIGINT)
        done = process()
    answer.set()
    assert (done.returncode, "Traceback" in done.stderr) == (75, False)
    archive.answers.clear()
    assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert crawl("-a", f"url={archive.url}").code == 0


@pytest.mark.parametrize("setting", ["-sHARVEST_RESUME_HOURS=0", "-afull=yes"])
def test_old_pages_are_not_taken_over(
    setting: str, archive: Archive, crawl: Crawl, db: Path
) -> None:
    stopped(archive, db, signal.SIGKILL)
    crawl("-a", f"url={archive.url}", setting)
    assert archive.asked == [0, 1]
