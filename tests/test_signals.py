"""A program that is asked to end does so in order, whatever it is at, and the next run completes.

Signals at random moments are in test_kills.py.
"""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from archive import Archive, Gate, html
from databases import python
from harvests import (
    COPY,
    HASTE,
    PATIENCE,
    PROJECT,
    Forked,
    Harvest,
    begun,
    forked,
    harvest,
    in_a_hurry,
    rows,
)
from pytest_httpserver import HTTPServer
from stopped import LONGEST
from werkzeug import Request, Response
from works import entry

from harvester.settings import ITEM_PIPELINES

STOPPED = "It was stopped before its end: the next run goes on from there."

Crawl = Callable[..., Harvest]


class Site(Gate):
    """An archive of which one page, or robots.txt, is held back."""

    def __init__(self, archive: Archive, server: HTTPServer) -> None:
        super().__init__()
        self.archive = archive
        self._server = server

    def tell(self, answer: Response) -> Callable[[Request], Response]:
        def told(_: Request) -> Response:
            self.asked.set()
            return answer

        return told

    def never_answers(self) -> None:
        self.archive.answers[1] = self.hold(lambda _: html(self.archive.page(1)))

    def never_tells_its_robots(self) -> None:
        self._server.clear()
        self._server.expect_request("/robots.txt").respond_with_handler(
            self.hold(lambda _: Response(""))
        )

    def asks_to_come_later(self) -> None:
        self.archive.answers[1] = self.tell(Response("", 503, headers={"Retry-After": "200"}))

    def asks_to_go_slowly(self) -> None:
        self.archive.robots = "User-agent: *\nCrawl-delay: 200"
        self.archive.answers[0] = self.tell(html(self.archive.page(0)))

    def is_asked_slowly(self) -> None:
        self.archive.answers[0] = self.tell(html(self.archive.page(0)))


@pytest.fixture
def site(archive: Archive, httpserver: HTTPServer) -> Iterator[Site]:
    held = Site(archive, httpserver)
    yield held
    held.open()


WAITS: dict[str, tuple[Callable[[Site], None], dict[str, object], int]] = {
    "for an answer": (Site.never_answers, {"DOWNLOAD_TIMEOUT": 600}, 10),
    "for robots.txt": (Site.never_tells_its_robots, {"DOWNLOAD_TIMEOUT": 600}, 0),
    "for Retry-After": (Site.asks_to_come_later, {}, 10),
    "for a crawl delay": (Site.asks_to_go_slowly, {}, 10),
    "for politeness": (Site.is_asked_slowly, {"DOWNLOAD_DELAY": 200}, 10),
    "for another try": (
        lambda site: site.archive.answers.update({1: site.tell(Response("", 500))}),
        {"HARVEST_RETRY_WAIT": 200},
        10,
    ),
}


@pytest.mark.parametrize(
    ("wait", "by"),
    [
        *((wait, signal.SIGTERM) for wait in WAITS),
        ("for an answer", signal.SIGINT),
        ("for an answer", signal.SIGHUP),
    ],
)
def test_no_wait_outlasts_a_signal(
    wait: str, by: signal.Signals, site: Site, db: Path, crawl: Crawl
) -> None:
    begins, settings, seen = WAITS[wait]
    robots, answers = site.archive.robots, dict(site.archive.answers)
    begins(site)
    # A delay of downloads would put off the first page, too: robots.txt is fetched before it.
    settings = {**settings, "ROBOTSTXT_OBEY": "DOWNLOAD_DELAY" not in settings}
    arguments = ("-a", f"url={site.archive.url}", "-a", "name=it")
    with begun(*arguments, HARVEST_DB=db, **settings) as process:
        site.wait()
        until_stored(db, seen)
        done = stopped(process, by)
    assert (done.returncode, "Traceback" in done.stderr) == (75, False)
    assert [line for line in done.stderr.splitlines() if line.startswith("harvester:")] == [
        f"harvester: {STOPPED}"
    ]
    total = "15" if seen else "an unstated number"
    assert done.stdout == f"it: interrupted, {seen} of {total} ({seen} new, 0 changed, 0 undated)\n"
    (run,) = rows(db, "SELECT outcome, reason, seen, finished FROM runs")
    assert (run["outcome"], run["reason"], run["seen"]) == ("interrupted", STOPPED, seen)
    assert run["finished"] is not None and not db.with_name("harvest.db.lock").exists()
    if wait == "for robots.txt":
        return
    site.archive.robots, site.archive.answers = robots, answers
    site.open()
    site.archive.asked.clear()
    again = crawl(*arguments)
    assert (again.code, site.archive.asked, again.run["seen"]) == (0, [1], 15)


def stopped(process: Forked, *signals: signal.Signals) -> "subprocess.CompletedProcess[str]":
    """How a process ended that was asked to, in time."""
    for number in signals:
        os.kill(process.pid, number)
    asked = time.monotonic()
    done = process()
    assert time.monotonic() - asked < LONGEST
    return done


def until_stored(db: Path, documents: int) -> None:
    """Waits until so many documents are in a database."""
    until(lambda: not documents or (db.exists() and seen(db) >= documents))


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def seen(db: Path) -> int:
    try:
        return len(rows(db, "SELECT id FROM documents"))
    except sqlite3.OperationalError:  # its tables are not made yet
        return 0


def test_wait_for_a_lock_does_not_outlast_a_signal(site: Site, db: Path, crawl: Crawl) -> None:
    site.never_answers()
    arguments = ("-a", f"url={site.archive.url}")
    with begun(*arguments, HARVEST_DB=db, HARVEST_LOCK_WAIT=600) as process:
        site.wait()
        with closing(sqlite3.connect(db)) as other:
            other.execute("BEGIN IMMEDIATE")
            site.open()
            until(lambda: len(site.archive.answered) == 2)
            done = stopped(process, signal.SIGTERM)
            assert (done.returncode, "Traceback" in done.stderr) == (75, False)
            assert STOPPED in done.stderr
            other.rollback()
    site.archive.answers.clear()
    assert crawl("-a", f"url={site.archive.url}").code == 0
    outcomes = rows(db, "SELECT outcome FROM runs ORDER BY id")
    assert [row["outcome"] for row in outcomes] == ["interrupted", "complete"]


AT_ONCE = "harvester: It was stopped at once: what was stored is whole."
STUCK = """
import asyncio

class Pipeline:
    async def process_item(self, item):
        print("it is stuck", flush=True)
        await asyncio.Event().wait()
"""


@pytest.fixture
def stuck(archive: Archive, db: Path, tmp_path: Path) -> Iterator[Forked]:
    """A harvest with a pipeline of somebody's own that never ends."""
    (tmp_path / "stuck.py").write_text(STUCK)
    pipelines = json.dumps({"stuck.Pipeline": 50, **ITEM_PIPELINES})
    command = in_a_hurry(f"-aurl={archive.url}", HARVEST_DB=db, ITEM_PIPELINES=pipelines)
    with forked(command, {**os.environ, "PYTHONPATH": str(tmp_path)}) as process:
        until(lambda: "it is stuck" in process.out.read_text())
        yield process


def test_second_signal_ends_it_at_once(stuck: Forked) -> None:
    began = time.monotonic()
    stuck.signal(signal.SIGINT)
    time.sleep(0.2)  # a person's: within a tenth of a second they are one
    done = stopped(stuck, signal.SIGINT)
    assert time.monotonic() - began < 6  # before the first one would have ended it
    assert (done.returncode, "Traceback" in done.stderr) == (75, False)
    assert done.stderr.splitlines()[-1] == AT_ONCE


def test_what_does_not_end_is_ended(stuck: Forked) -> None:
    done = stopped(stuck, signal.SIGTERM)
    assert (done.returncode, "Traceback" in done.stderr) == (75, False)
    assert done.stderr.splitlines()[-1] == AT_ONCE


def test_signal_that_comes_twice_is_one(site: Site, db: Path) -> None:
    """As `timeout` sends it: to its child, and to the group that the child is in."""
    site.never_answers()
    with begun("-a", f"url={site.archive.url}", HARVEST_DB=db) as process:
        site.wait()
        done = stopped(process, signal.SIGTERM, signal.SIGTERM)
    assert (done.returncode, STOPPED in done.stderr) == (75, True)
    assert [row["outcome"] for row in rows(db, "SELECT outcome FROM runs")] == ["interrupted"]


FINALIZING = """
import os, signal, time
from harvester.interrupt import interrupt

class Closing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

interrupt.listen()
try:
    with interrupt.raising():
        Closing()
        time.sleep(60)
except KeyboardInterrupt:
    print("stopped")
"""


def test_signal_is_not_lost_where_python_can_raise_nothing() -> None:
    with python(FINALIZING, stderr=subprocess.PIPE) as process:
        assert process.communicate(timeout=PATIENCE) == ("stopped\n", "")


def test_closed_terminal_ends_it_in_order(site: Site, db: Path, crawl: Crawl) -> None:
    site.never_answers()
    settings = {**HASTE, "HARVEST_DB": db}
    options = [f"-s{name}={value}" for name, value in settings.items()]
    command = ["-m", "scrapy", "crawl", "collection", f"-aurl={site.archive.url}", *COPY, *options]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(PROJECT)
        os.execv(sys.executable, [sys.executable, *command])
    site.wait()
    os.close(terminal)
    assert ended(child) == 75
    assert [row["outcome"] for row in rows(db, "SELECT outcome FROM runs")] == ["interrupted"]
    site.open()
    site.archive.answers.clear()
    assert crawl("-a", f"url={site.archive.url}").code == 0


def ended(child: int) -> int:
    """The exit code of a child that ends in time."""
    deadline = time.monotonic() + LONGEST
    while (found := os.waitpid(child, os.WNOHANG))[0] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return os.waitstatus_to_exitcode(found[1])


def test_harvest_that_nohup_began_outlives_its_terminal(
    site: Site, db: Path, tmp_path: Path
) -> None:
    site.never_answers()
    ignores = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"  # as nohup has it
    (tmp_path / "sitecustomize.py").write_text(ignores)
    command = in_a_hurry("-a", f"url={site.archive.url}", HARVEST_DB=db)
    with forked(command, {**os.environ, "PYTHONPATH": str(tmp_path)}) as process:
        site.wait()
        process.signal(signal.SIGHUP)
        site.open()
        assert process.wait() == 0


CLOSED = {
    "by items": {"CLOSESPIDER_ITEMCOUNT": 3},
    "by pages": {"CLOSESPIDER_PAGECOUNT": 2},
    "by time": {"CLOSESPIDER_TIMEOUT": 0.5, "DOWNLOAD_DELAY": 0.5},
}


@pytest.mark.parametrize("how", CLOSED)
def test_harvest_that_an_extension_closes_ends_in_order(
    how: str, archive: Archive, crawl: Crawl
) -> None:
    archive.entries = [entry(number) for number in range(40)]
    done = crawl("-a", f"url={archive.url}", **CLOSED[how])
    assert (done.code, done.complaints, done.run["outcome"]) == (75, [STOPPED], "interrupted")
    assert crawl("-a", f"url={archive.url}").run["seen"] == 40


def test_other_collections_are_left_for_the_next_run(site: Site, db: Path, tmp_path: Path) -> None:
    site.never_answers()
    file = tmp_path / "collections.toml"
    file.write_text("\n".join(f'[{name}]\nurl = "{site.archive.url}&x={name}"' for name in "ab"))
    with begun(HARVEST_DB=db, HARVEST_COLLECTIONS=file) as process:
        site.wait()
        done = stopped(process, signal.SIGINT)
    assert (done.returncode, done.stderr.count(STOPPED), done.stdout.count("\n")) == (75, 1, 1)
    site.archive.answers.clear()
    site.open()
    assert harvest(HARVEST_DB=db, HARVEST_COLLECTIONS=file).code == 0
