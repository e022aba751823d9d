"""Documents' pages that can't be got or read: named, counted, and no harm to anything else."""

import json
import re
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive, html
from archive import said as page_of
from detailed import as_stored, counts, failures, stored
from harvests import COPY, FIXTURES, HASTE, PATIENCE, Harvest, begun, rows, scrapy
from shelf import Answer, Shelf, real_records
from werkzeug import Request, Response

from harvester.settings import ITEM_PIPELINES

Crawl = Callable[..., Harvest]
TOLD = "-adetails=yes"
OTHER = FIXTURES.parent / "other"
QUICK = {"HARVEST_RETRIES": 1}


@pytest.fixture
def shelf(archive: Archive) -> Shelf:
    """The eight real documents, on a site of today."""
    shelf = Shelf(archive)
    shelf.put(real_records("today"))
    return shelf


def status(code: int) -> Answer:
    return lambda _: html(f"<h1>{code}</h1>", code)


def other(case: str) -> Answer:
    page = page_of(OTHER / case)
    body = (OTHER / case / "page.html").read_text(encoding="utf-8")
    return lambda _: Response(body, page["status"], headers=page["headers"])


def truncated(_: Request) -> Response:
    response = html("<html><body>")
    response.headers["Content-Length"] = "80000"
    response.automatically_set_content_length = False
    return response


CASES: dict[str, tuple[Answer, str]] = {
    "404": (status(404), "not-found"),
    "410": (status(410), "not-found"),
    "500": (status(500), "server-error"),
    "429": (status(429), "busy"),
    "broken off": (truncated, "broken-off"),
    "418": (status(418), "no-document"),
    "empty": (lambda _: html(""), "no-document"),
    "login page": (other("login"), "forbidden"),
    "picture": (lambda _: Response(b"\x89PNG\r\n", content_type="image/png"), "no-document"),
    "a listing": (other("popular-documents-people"), "no-document"),
    "another site": (
        lambda _: Response("", 302, headers={"Location": "http://example.invalid/document/a"}),
        "redirect",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_failure_is_named_and_the_others_are_stored(
    case: str, shelf: Shelf, crawl: Crawl
) -> None:
    second = list(shelf.records)[1]
    shelf.answers[second], reason = CASES[case]
    done = crawl(f"-aurl={shelf.archive.url}", TOLD, **QUICK)
    assert (done.code, done.run["outcome"], done.run["reason"]) == (75, "complete", None)
    assert (counts(done.db), failures(done.db)) == ((8, 7, 1), [reason])
    (complaint,) = done.complaints
    assert "1 document's page is missing: " in complaint and f"/document/{second}" in complaint
    assert "details: 7 of 8" in done.out
    assert "Traceback" not in done.err
    kept = [record for record in shelf.records.values() if record.document != second]
    assert stored(done.db) == as_stored(kept)


def test_what_is_missing_is_asked_for_again(shelf: Shelf, crawl: Crawl) -> None:
    second = list(shelf.records)[1]
    shelf.answers[second] = status(404)
    crawl(f"-aurl={shelf.archive.url}", TOLD)
    shelf.answers.clear()
    shelf.forget()
    again = crawl(f"-aurl={shelf.archive.url}", TOLD)
    assert (again.code, shelf.asked, counts(again.db)) == (0, [second], (1, 1, 0))
    assert stored(again.db) == as_stored(shelf.records.values())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (status(403), "forbidden"),
        (status(401), "forbidden"),
        (other("cloudflare-challenge"), "challenge"),
        (other("akamai-interstitial"), "challenge"),
    ],
)
def test_who_is_refused_does_not_ask_on(
    answer: Answer, reason: str, shelf: Shelf, crawl: Crawl
) -> None:
    names = list(shelf.records)
    shelf.answers[names[2]] = answer
    done = crawl(f"-aurl={shelf.archive.url}", TOLD)
    assert (done.code, done.run["outcome"]) == (75, "complete")
    assert shelf.asked == names[:3]
    assert (counts(done.db), failures(done.db)) == ((8, 2, 6), [reason, reason])
    (complaint,) = done.complaints
    assert "6 documents' pages are missing (see the table failures): 5 more" in complaint
    assert "not asked for" in complaint


@pytest.mark.parametrize("case", ["418", "empty", "login page", "picture", "another site"])
def test_site_that_shows_something_else_everywhere_is_not_asked_on(
    case: str, shelf: Shelf, crawl: Crawl
) -> None:
    names = list(shelf.records)
    answer, reason = CASES[case]
    for name in (names[0], *names[2:5]):
        shelf.answers[name] = answer
    done = crawl(f"-aurl={shelf.archive.url}", TOLD)
    assert shelf.asked == names[:5]
    assert (counts(done.db), failures(done.db)) == ((8, 1, 7), [reason] * 5)


def test_site_that_is_down_is_not_asked_on(shelf: Shelf, crawl: Crawl) -> None:
    names = list(shelf.records)
    for name in (names[0], *names[2:5]):
        shelf.answers[name] = status(503)
    done = crawl(f"-aurl={shelf.archive.url}", TOLD, HARVEST_RETRIES=0)
    assert shelf.asked == names[:5]
    assert (counts(done.db), failures(done.db)) == ((8, 1, 7), ["busy"] * 5)
    shelf.answers.clear()
    shelf.forget()
    again = crawl(f"-aurl={shelf.archive.url}", TOLD)
    assert (again.code, shelf.asked) == (0, [names[0], *names[2:]])


def test_documents_that_robots_may_not_read_are_not_asked_for(shelf: Shelf, crawl: Crawl) -> None:
    shelf.archive.robots = "User-agent: *\nDisallow: /document/"
    done = crawl(f"-aurl={shelf.archive.url}", TOLD)
    assert (done.code, shelf.asked, done.run["outcome"]) == (75, [], "complete")
    assert (counts(done.db), set(failures(done.db))) == ((8, 0, 8), {"robots"})


def test_listing_decides_whether_documents_are_asked_for(shelf: Shelf, crawl: Crawl) -> None:
    crawl(f"-aurl={shelf.archive.url}")
    shelf.archive.changes[0] = {"total": 9}
    incomplete = crawl(f"-aurl={shelf.archive.url}", TOLD, "-afull=yes")
    assert (incomplete.code, incomplete.run["outcome"]) == (75, "incomplete")
    assert counts(incomplete.db) == (8, 8, 0)
    shelf.forget()
    for answer in (status(403), status(500), status(404)):
        shelf.archive.answers[0] = answer
        done = crawl(f"-aurl={shelf.archive.url}", TOLD, "-afull=yes", **QUICK)
        assert (shelf.asked, counts(done.db)) == ([], (0, 0, 0))


def test_quiet_harvest_says_what_is_missing(shelf: Shelf, crawl: Crawl) -> None:
    shelf.answers[next(iter(shelf.records))] = status(404)
    crawl(f"-aurl={shelf.archive.url}", TOLD)
    done = crawl(f"-aurl={shelf.archive.url}", TOLD, "--quiet")
    assert (done.code, done.out, len(done.complaints)) == (75, "", 1)


def test_runs_tell_of_details(shelf: Shelf, crawl: Crawl, db: Path) -> None:
    crawl(f"-aurl={shelf.archive.url}")
    assert "details" not in scrapy("runs", f"-sHARVEST_DB={db}").stdout
    shelf.answers[next(iter(shelf.records))] = status(404)
    crawl(f"-aurl={shelf.archive.url}", TOLD)
    told = scrapy("runs", f"-sHARVEST_DB={db}")
    assert told.stderr == ""
    head, last, before = (re.split(" {2,}", line.strip()) for line in told.stdout.splitlines())
    assert (head[-2:], last[-2:]) == (["details", "exit"], ["7 of 8", "75"])
    assert not before[-1].endswith("of 8")


@pytest.mark.parametrize(
    ("by", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 75), (signal.SIGTERM, 75)]
)
def test_details_that_were_broken_off_are_taken_up(
    by: signal.Signals, code: int, shelf: Shelf, crawl: Crawl, db: Path
) -> None:
    shelf.validators = True
    names = list(shelf.records)
    asked, answer = threading.Event(), threading.Event()

    def hold(_: Request) -> Response:
        asked.set()
        answer.wait(PATIENCE)
        return html(shelf.page(names[3]))

    shelf.answers[names[3]] = hold
    with begun(f"-aurl={shelf.archive.url}", TOLD, "--quiet", HARVEST_DB=db) as process:
        assert asked.wait(PATIENCE)
        process.signal(by)
        if by is not signal.SIGKILL:
            answer.set()
        done = process()
    answer.set()
    assert (done.returncode, "Traceback" in done.stderr, done.stdout) == (code, False, "")
    shelf.answers.clear()
    got = len(stored(db))
    assert got in (3, 4)
    assert counts(db) == (8, got, 0)
    shelf.forget()
    done = crawl(f"-aurl={shelf.archive.url}", TOLD, "--quiet")
    assert (done.code, shelf.asked, counts(db)) == (0, names[got:], (8 - got, 8 - got, 0))
    assert stored(db) == as_stored(shelf.records.values())
    assert "Found by the first harvest (8)" in done.out
    shelf.forget()
    crawl(f"-aurl={shelf.archive.url}", TOLD)
    assert shelf.answered == [304] * 8


def test_pages_of_a_broken_off_harvest_grow_old(shelf: Shelf, crawl: Crawl, db: Path) -> None:
    shelf.validators = True
    crawl(f"-aurl={shelf.archive.url}", TOLD)
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE runs SET details_fetched = 5")
    connection.close()
    shelf.forget()
    crawl(f"-aurl={shelf.archive.url}", TOLD, HARVEST_RESUME_HOURS=0)
    assert len(shelf.asked) == 8
    assert rows(db, "PRAGMA foreign_key_check") == []


BROKEN = """
from harvester.items import DetailsItem

class Pipeline:
    def process_item(self, item):
        if isinstance(item, DetailsItem) and item.document == NAME:
            raise ZeroDivisionError("a bug")
        return item
"""


def test_bug_is_told_and_keeps_nothing_else_from_being_read(
    shelf: Shelf, db: Path, tmp_path: Path
) -> None:
    second = list(shelf.records)[1]
    tmp_path.joinpath("broken.py").write_text(BROKEN.replace("NAME", repr(second)))
    pipelines = json.dumps({**ITEM_PIPELINES, "broken.Pipeline": 350})
    options = {"HARVEST_DB": db, **HASTE, "ITEM_PIPELINES": pipelines}
    done = scrapy(
        *("crawl", "collection", f"-aurl={shelf.archive.url}", TOLD, *COPY, "--quiet"),
        *(f"-s{name}={value}" for name, value in options.items()),
        PYTHONPATH=str(tmp_path),
    )
    assert (done.returncode, done.stdout.splitlines()[1]) == (
        70,
        "  Found by the first harvest (8)",
    )
    assert "ZeroDivisionError('a bug')" in done.stderr and len(done.stderr.splitlines()) == 1
    assert (counts(db), failures(db)) == ((8, 7, 1), ["bug"])
    assert second not in {record.document for record in stored(db)}
