"""Harvests from the Wayback Machine, played by a stand-in: whole listings from stray captures."""

import gzip
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
from archive import Archive, html, japan
from captured import content
from harvests import Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from wayback import Wayback
from werkzeug import Request, Response

from harvester.outcomes import Unreadable
from harvester.sources.capture_sets import FIRST_PAGES
from harvester.sources.wayback_captures import FIELDS, snapshots

OTHER = Path(__file__).parents[1] / "fixtures" / "other"
SITE = "https://archive.example/search?search_api_fulltext=Japan"
SECOND = f"{SITE}&page=1"

Ask = Callable[..., Harvest]


@pytest.fixture
def wayback(httpserver: HTTPServer) -> Wayback:
    """The service, which has captured nothing yet."""
    return Wayback(httpserver)


@pytest.fixture
def ask(wayback: Wayback, db: Path) -> Ask:
    """Harvests the listing from the service, up to a date."""

    def run(date: str = "", **settings: object) -> Harvest:
        source = f"source=wayback:{date}" if date else "source=wayback"
        settings = {"HARVEST_DB": db, "HARVEST_WAYBACK": wayback.url, **settings}
        return harvest("-a", f"url={SITE}", "-a", "name=it", "-a", source, **settings)

    return run


def titled(archive: Archive, word: str, number: int, entries: int = 15) -> str:
    """A page of the listing in which all titles begin with a word."""
    full = [{**entry, "title": f"{word} {entry['title']}"} for entry in japan()]
    archive.entries = full[:entries]
    page = archive.page(number)
    return page.replace(archive.url.partition("/search")[0], "https://archive.example")


def fetched(done: Harvest) -> list[str]:
    return [row["fetched"] for row in rows(done.db, "SELECT fetched FROM pages ORDER BY id")]


def test_same_rows_as_from_the_site(
    archive: Archive, wayback: Wayback, ask: Ask, tmp_path: Path
) -> None:
    live = harvest("-a", f"url={archive.url}", "-a", "name=it", HARVEST_DB=tmp_path / "live.db")
    wayback.add("20200101000000", SITE, archive.page(0))
    wayback.add("20200102000000", SECOND, archive.page(1))
    done = ask()
    assert (done.code, done.complaints) == (0, [])
    assert content(done.db) == content(live.db)
    assert fetched(done) == ["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"]


@pytest.fixture
def years(archive: Archive, wayback: Wayback) -> Wayback:
    """Whole sets of 2018 and 2020; of 2021 the first page only, with a total of its own."""
    for year in ("2018", "2020"):
        wayback.add(f"{year}0301000000", SITE, titled(archive, year, 0))
        wayback.add(f"{year}0301000500", SECOND, titled(archive, year, 1))
    wayback.add("20210301000000", SITE, titled(archive, "2021", 0, 14))
    return wayback


@pytest.mark.parametrize(
    ("date", "word"),
    [("", "2020"), ("2020", "2020"), ("20200301000500", "2020"), ("2019-12-31", "2018")],
)
def test_latest_whole_set_is_taken(date: str, word: str, years: Wayback, ask: Ask) -> None:
    done = ask(date)
    assert (done.code, done.complaints) == (0, [])
    assert {str(row["title"])[:4] for row in done.entries()} == {word}
    assert fetched(done) == [f"{word}-03-01T00:00:00Z", f"{word}-03-01T00:05:00Z"]


@pytest.mark.parametrize("more", [-1, 0])
def test_so_many_beginnings_are_looked_at_and_that_is_told(
    more: int, archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    """Of the newest first pages, none but the oldest has a second one that goes with it.

    Those that are checks for robots or can't be read are not counted.
    """
    wayback.add("20000301000000", SITE, titled(archive, "2000", 0))
    wayback.add("20000301000500", SECOND, titled(archive, "2000", 1))
    newer = FIRST_PAGES + more
    for day in range(1, 1 + newer):
        wayback.add(f"200104{day:02}000000", SITE, titled(archive, str(day), 0, 14))
    check = (OTHER / "akamai-interstitial" / "page.html").read_text(encoding="utf-8")
    for day in range(5):
        wayback.add(f"2001050{day + 1}000000", SITE, check + " " * day)
    done = ask()
    assert done.code == (0 if more else 75)
    if more:
        assert "2000-03-01T00:00:00Z are no whole listing (34 were tried; the latest:" in done.err
    else:
        told = f"The latest {newer + 5} of {newer + 6} captures were looked at: name an earlier"
        assert told in done.complaints[0]


UNREAD: dict[str, tuple[dict[str, Any], str]] = {
    "error that was captured": ({"statuscode": "503"}, "the site answered 503."),
    "refusal that was captured": ({"statuscode": "403"}, "the site answered 403."),
    "broken br": (
        {"headers": (("Content-Encoding", "br"),), "body": b"\x00\x01\x02" * 99},
        "it holds a page whose br is broken",
    ),
    "nothing": ({"body": ""}, "what the site sends is empty or no text."),
}


@pytest.mark.parametrize("case", UNREAD)
def test_capture_that_cannot_be_read_is_not_said_to_be_missing(
    case: str, wayback: Wayback, ask: Ask
) -> None:
    about, words = UNREAD[case]
    row = [["timestamp", "original", "statuscode", "digest"], ["20200101000000", SITE, "200", "D"]]
    wayback.answers = {"/cdx/": [lambda _: Response(json.dumps(row))]}
    wayback.add("20200101000000", SITE, **{"body": "Out of order", **about})
    done = ask(HARVEST_RETRIES=0)
    assert (done.code, len(done.complaints), len(wayback.asked)) == (75, 1, 2)
    captured = f"{SITE} was captured at 2020-01-01T00:00:00Z, but that can't be read: "
    assert captured in done.complaints[0] and words in done.complaints[0]


CODINGS = {
    "br": brotli.compress,
    ", gzip": gzip.compress,
    "": gzip.compress,
    "gzip": bytes,
}


def test_captures_are_read_whatever_is_said_of_their_coding(
    archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    """Four captures of one page, of which each is asked for, as only the oldest has a second."""
    wayback.add("20200101000000", SECOND, titled(archive, "3", 1))
    for number, (said, encode) in enumerate(CODINGS.items()):
        page = encode(titled(archive, str(number), 0, 15 if number == 3 else 14).encode())
        headers = (("Content-Encoding", said),) if said else ()
        wayback.add(f"2020010{9 - number}000000", SITE, page, headers=headers)
    done = ask()
    assert (done.code, done.complaints) == (0, [])
    assert "3 were tried" in done.err and "can't be read" not in done.err


SPELLINGS = {
    "http://archive.example/search?a=x+y&search_api_fulltext=Japan": "a=x%20y",
    "https://archive.example/search?a=x%20y&search_api_fulltext=Japan&page=0": "a=x%20y",
    "https://archive.example/search?a=x+y&search_api_fulltext=Japan&utm_source=z": "a=x+y",
    "https://archive.example/search?search_api_fulltext=Japan&a=x+y": "a=x+y",
}


@pytest.mark.parametrize("captured", SPELLINGS)
def test_page_is_found_however_its_address_was_written(
    captured: str, archive: Archive, wayback: Wayback, db: Path
) -> None:
    wayback.add("20200101000000", captured.replace("http:", "https:"), titled(archive, "A", 0, 3))
    other = captured.replace("Japan", "China").replace("http:", "https:")
    wayback.add("20210101000000", other, titled(archive, "B", 0, 2))
    url = f"https://archive.example/search?{SPELLINGS[captured]}&search_api_fulltext=Japan"
    done = harvest(f"-aurl={url}", "-asource=wayback", HARVEST_DB=db, HARVEST_WAYBACK=wayback.url)
    assert (done.code, len(done.entries())) == (0, 3)


def test_odd_row_of_the_index_costs_that_row(archive: Archive) -> None:
    good = ["20200101000000", SITE, "200", "D"]
    rows = [[*FIELDS], ["2020", SITE, "200", "D"], good, ["x"], None, 5, [None] * 4]
    assert [one.url for one in snapshots(json.dumps(rows), "https://service")] == [SITE]


def test_blocked_site_is_said_to_be_blocked(wayback: Wayback, ask: Ask) -> None:
    error = "AdministrativeAccessControlException: Blocked Site Error"
    wayback.answers = {"/cdx/": [lambda _: Response(error, 403)]}
    done = ask()
    assert (done.code, len(wayback.asked)) == (75, 1)
    assert f"{SITE} is blocked at {wayback.url}: it shows no captures" in done.complaints[0]


@pytest.mark.parametrize("text", ["", "[]"])
def test_index_without_rows_means_that_nothing_was_captured(
    text: str, wayback: Wayback, ask: Ask
) -> None:
    wayback.answers = {"/cdx/": [lambda _: Response(text)] * 9}
    done = ask()
    assert (done.code, f"{SITE} was not captured, as far as" in done.complaints[0]) == (75, True)


@pytest.mark.parametrize(("nearer", "code"), [(4, 0), (5, 75)])
def test_five_nearest_captures_are_looked_at(
    nearer: int, code: int, archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    wayback.add("20000301000000", SITE, titled(archive, "2000", 0))
    for day in range(2, 2 + nearer):
        wayback.add(f"200003{day:02}000000", SECOND, titled(archive, "2000", 1, 14))
    wayback.add("20000330000000", SECOND, titled(archive, "2000", 1))
    assert ask().code == code


def test_nothing_by_then_is_said(years: Wayback, ask: Ask) -> None:
    done = ask("2017")
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "was not captured by 2017-12-31T23:59:59Z" in done.complaints[0]


def test_gap_is_named_and_what_there_is_is_stored(
    archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    wayback.add("20200101000000", SITE, archive.page(0))
    done = ask()
    assert (done.code, done.run["seen"], len(done.complaints)) == (75, 10, 1)
    assert f"{SECOND} was not captured" in done.complaints[0]


def test_captures_of_other_times_are_not_mixed_in(
    archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    wayback.add("20210301000000", SITE, titled(archive, "2021", 0, 14))
    wayback.add("20180301000000", SECOND, titled(archive, "2018", 1))
    done = ask()
    assert (done.code, done.run["seen"]) == (75, 10)
    assert "15 entries, not 14" in done.complaints[0]


def test_errors_that_were_captured_are_passed_over(
    archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    wayback.add("20200101000000", SITE, archive.page(0))
    wayback.add("20200101000500", SECOND, archive.page(1))
    wayback.add("20200601000000", SITE, "Out of order", statuscode="503")
    wayback.add("20200601000001", SECOND, "Gone", statuscode="404")
    for day, case in enumerate(("akamai-interstitial", "login"), 1):
        page = (OTHER / case / "page.html").read_text(encoding="utf-8")
        wayback.add(f"2020070{day}000000", SITE, page + " " * day)
        wayback.add(f"202001010006{day:02}", SECOND, page + " " * day)
    done = ask()
    assert (done.code, done.complaints) == (0, [])
    assert fetched(done) == ["2020-01-01T00:00:00Z", "2020-01-01T00:05:00Z"]


def test_redirect_between_captures_is_followed(
    archive: Archive, wayback: Wayback, ask: Ask, tmp_path: Path
) -> None:
    moved = SITE.replace("https:", "http:")
    there = {"statuscode": "301", "location": f"/web/20200101000003id_/{moved}"}
    wayback.add("20200101000000", SITE, "", **there)
    wayback.add("20200101000003", moved, archive.page(0))
    wayback.add("20200101000500", SECOND, archive.page(1), statuscode="-")
    done = ask(HARVEST_WARC=tmp_path / "warc")
    assert (done.code, fetched(done)) == (0, ["2020-01-01T00:00:03Z", "2020-01-01T00:05:00Z"])


def test_redirect_to_a_capture_that_is_too_late_does_not_count(
    archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    late = f"/web/20220101000000id_/{SITE}"
    wayback.add("20200101000000", SITE, "", statuscode="302", location=late)
    wayback.add("20220101000000", SITE, archive.page(0))
    done = ask("2020")
    assert (done.code, done.entries()) == (75, [])


def busy(_: Request) -> Response:
    return html("Too many requests", 429, Retry_After="1")


def test_limits_are_honoured(archive: Archive, wayback: Wayback, ask: Ask) -> None:
    wayback.add("20200101000000", SITE, archive.page(0))
    wayback.add("20200102000000", SECOND, archive.page(1))
    wayback.answers = {"/cdx/": [busy], "/web/20200102": [busy]}
    done = ask()
    assert (done.code, done.err.count("Asking again in 1 s")) == (0, 2)


def test_service_that_goes_on_refusing_is_left_alone(
    archive: Archive, wayback: Wayback, ask: Ask
) -> None:
    wayback.answers = {"/cdx/": [busy] * 9}
    done = ask(HARVEST_RETRIES=1)
    assert (done.code, len(wayback.asked), wayback.url in done.complaints[0]) == (69, 2, True)


def test_its_limits_are_kept_to_by_default(wayback: Wayback, db: Path) -> None:
    wayback.answers = {"/cdx/": [lambda _: html("Too many requests", 429)]}
    options = [f"-sHARVEST_DB={db}", f"-sHARVEST_WAYBACK={wayback.url}", "-sHARVEST_WARC="]
    patience = ["-sHARVEST_LONGEST_WAIT=59"]
    source = ["-a", f"url={SITE}", "-a", "source=wayback"]
    done = scrapy("crawl", "collection", *source, *options, *patience)
    assert (done.returncode, len(wayback.asked)) == (69, 1)
    assert "asks for more than 59 s" in done.stderr


def test_timeout_is_tried_again(archive: Archive, wayback: Wayback, ask: Ask) -> None:
    ended = threading.Event()

    def hang(_: Request) -> Response:
        ended.wait(3)
        return html("Too late")

    wayback.add("20200101000000", SITE, titled(archive, "A", 0, 3))
    wayback.answers = {"/web/": [hang]}
    done = ask(DOWNLOAD_TIMEOUT=2, HARVEST_RETRY_WAIT=1)
    assert (done.code, "no answer in time" in done.err) == (0, True)


def test_what_was_recorded_is_not_asked_for_again(
    archive: Archive, wayback: Wayback, ask: Ask, db: Path, tmp_path: Path
) -> None:
    wayback.add("20200101000000", SITE, archive.page(0))
    wayback.add("20200102000000", SECOND, archive.page(1))
    wayback.answers = {"/web/20200102": [lambda _: html("", 500)] * 2}
    first = ask(HARVEST_WARC=tmp_path / "warc", HARVEST_RETRIES=1)
    assert first.code == 69
    wayback.asked.clear()
    done = ask(HARVEST_WARC=tmp_path / "warc")
    assert (done.code, wayback.captures_asked_for) == (0, ["20200102000000"])
    assert fetched(done) == ["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"]


def test_its_recording_is_a_source_too(
    archive: Archive, wayback: Wayback, ask: Ask, db: Path, tmp_path: Path
) -> None:
    moved = SITE.replace("https:", "http:")
    there = {"statuscode": "301", "location": f"/web/20200101000003id_/{moved}"}
    wayback.add("20200101000000", SITE, "", **there)
    wayback.add("20200101000003", moved, archive.page(0))
    wayback.add("20200102000000", SECOND, archive.page(1))
    done = ask(HARVEST_WARC=tmp_path / "warc")
    again = harvest(
        *("-a", f"url={SITE}", "-a", "name=it", "-a", f"source={tmp_path / 'warc'}"),
        HARVEST_DB=tmp_path / "again.db",
    )
    assert (done.code, again.code, content(again.db)) == (0, 0, content(db))
    assert fetched(again) == fetched(done)


def test_same_content_is_asked_for_once(archive: Archive, wayback: Wayback, ask: Ask) -> None:
    for year in range(2015, 2021):
        wayback.add(f"{year}0101000000", SITE, archive.page(0))
    done = ask()
    assert (done.code, len(wayback.captures_asked_for)) == (75, 1)


NONSENSE = ("<html>", '[["timestamp"], ["x"]]', "{}", "null", '[["a"], 5]', "[" * 99999)


@pytest.mark.parametrize("text", NONSENSE)
def test_what_is_no_index_is_named(text: str) -> None:
    with pytest.raises(Unreadable, match="service"):
        snapshots(text, "https://service")


def test_index_that_is_none_gets_a_sentence(wayback: Wayback, ask: Ask) -> None:
    wayback.answers = {"/cdx/": [lambda _: html("<html>")]}
    done = ask()
    assert (done.code, len(done.complaints)) == (65, 1)
    assert "Traceback" not in done.err


def test_nothing_but_the_service_is_asked(archive: Archive, wayback: Wayback, ask: Ask) -> None:
    away = "http://elsewhere.example/search"
    wayback.add("20200101000000", SITE, "", statuscode="302", location="@" + away[7:])
    done = ask()
    assert (done.code, [part.split("?")[0][:5] for part in wayback.asked]) == (
        75,
        ["/cdx/", "/web/"],
    )
    assert archive.asked == []


def test_date_that_is_none_gets_a_sentence(ask: Ask) -> None:
    done = ask("last year")
    assert (done.code, "last year" in done.complaints[0]) == (64, True)
