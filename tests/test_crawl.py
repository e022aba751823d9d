"""The whole job, on the command line, against a real server: what it stores and how it ends."""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from archive import Archive, html, japan, said
from harvests import COPY, FIXTURES, HASTE, Harvest, dump, harvest, rows, scrapy
from markup import MARKUPS
from werkzeug import Request, Response

from harvester.crawl.details import PATIENCE

OTHER = FIXTURES.parent / "other"

Crawl = Callable[..., Harvest]


def texts(documents: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(row["title"], row["date_text"], row["summary"]) for row in documents]


@pytest.mark.parametrize("markup", MARKUPS)
def test_same_rows_from_every_markup(markup: str, archive: Archive, crawl: Crawl) -> None:
    archive.markup = markup
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.complaints) == (0, [])
    assert texts(done.entries()) == texts([dict(entry) for entry in japan()])
    assert [row["id"] for row in done.entries()] == [
        str(entry["href"]).removeprefix("/document/") for entry in japan()
    ]
    assert archive.asked == [0, 1]


def test_second_run_changes_nothing(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}")
    before = crawl("-a", f"url={archive.url}")
    documents = rows(before.db, "SELECT * FROM documents ORDER BY id")
    after = crawl("-a", f"url={archive.url}")
    assert "0 new, 0 changed" in after.out
    assert {key: after.run[key] for key in ("added", "changed", "unchanged", "seen")} == {
        "added": 0,
        "changed": 0,
        "unchanged": 15,
        "seen": 15,
    }
    assert rows(after.db, "SELECT * FROM documents ORDER BY id") == documents


def test_log_counts_each_page_once(archive: Archive, crawl: Crawl) -> None:
    """As a user compares it: with what the site was asked, robots.txt included."""
    archive.shows_documents()
    done = crawl("-a", f"url={archive.url}", "-a", "details=yes", LOG_LEVEL="DEBUG")
    counts = dict(re.findall(r"'(response_received_count|item_scraped_count)': (\d+)", done.err))
    answers = len(archive.answered) + PATIENCE + len(["robots.txt"])
    assert done.run["details_failed"] > PATIENCE
    assert counts == {
        "response_received_count": str(answers),
        "item_scraped_count": str(done.run["pages"]),
    }
    assert done.err.count("Crawled (") == answers
    assert not re.search("about:|scheduler/", done.err)


def test_changed_title_is_the_same_document_changed(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}")
    archive.entries = [{**japan()[0], "title": "Corrected"}, *japan()[1:]]
    done = crawl("-a", f"url={archive.url}")
    assert (done.run["added"], done.run["changed"], done.run["unchanged"]) == (0, 1, 14)
    assert done.entries()[0]["title"] == "Corrected"


def test_every_row_can_be_traced_to_its_page_and_run(archive: Archive, crawl: Crawl) -> None:
    done = crawl("-a", f"url={archive.url}", "-a", "name=mine")
    traced = rows(
        done.db,
        "SELECT pages.url, first, last, fetched, runs.id AS run, name FROM memberships"
        " JOIN pages ON pages.id = page JOIN runs ON runs.id = run"
        " JOIN collections ON collections.id = memberships.collection ORDER BY position",
    )
    assert [(row["first"], row["last"]) for row in traced] == [(1, 10)] * 10 + [(11, 15)] * 5
    assert {row["name"] for row in traced} == {"mine"}
    assert traced[-1]["url"] == archive.url + "&page=1"
    assert all(row["fetched"].endswith("Z") for row in traced)


def test_document_in_two_collections_is_one(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}", "-a", "name=one")
    archive.entries = japan()[:3]
    done = crawl("-a", f"url={archive.url}&f%5B0%5D=people%3A1", "-a", "name=two")
    assert rows(done.db, "SELECT count(*) AS n FROM documents") == [{"n": 15}]
    assert rows(done.db, "SELECT count(*) AS n FROM memberships") == [{"n": 18}]


def test_blank_fields_are_null(archive: Archive, crawl: Crawl) -> None:
    archive.entries = [{"href": "/document/bare", "title": "T", "date_text": None, "summary": None}]
    done = crawl("-a", f"url={archive.url}")
    (row,) = done.entries()
    assert [row[name] for name in ("summary", "date_text", "date_edtf")] == [None] * 3
    assert "1 undated" in done.out


def test_date_that_is_long_is_kept_and_not_read(archive: Archive, crawl: Crawl) -> None:
    date = "December 1st, 1985 (year is approximate, month is uncertain, and day is uncertain, too)"
    archive.entries = [*japan()[:4], {**japan()[4], "date_text": date}]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"], len(date) > 80) == (0, "complete", True)
    assert (done.entries()[4]["date_text"], done.entries()[4]["date_edtf"]) == (date, None)
    assert done.run["not_understood"] == 1


def test_empty_listing_is_complete(archive: Archive, crawl: Crawl) -> None:
    archive.entries = []
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"], done.run["stated_total"]) == (0, "complete", 0)


def fixed(body: str) -> Callable[[Request], Response]:
    return lambda _: html(body)


def other(case: str) -> Callable[[Request], Response]:
    page = said(OTHER / case)
    body = (OTHER / case / "page.html").read_text(encoding="utf-8")
    return lambda _: Response(body, page["status"], headers=page["headers"])


def truncated(_: Request) -> Response:
    response = html("<html><body>1 - 10 of")
    response.headers["Content-Length"] = "80000"
    response.automatically_set_content_length = False
    return response


def redirect(place: str) -> Callable[[Request], Response]:
    return lambda _: Response("", 302, headers={"Location": place})


def status(code: int) -> Callable[[Request], Response]:
    return lambda _: html(f"<h1>{code}</h1>", code)


FAILURES = {
    "empty page": (1, fixed(""), "unreadable", 65),
    "blank page": (1, fixed("<html><body></body></html>"), "unreadable", 65),
    "login page": (0, other("login"), "refused", 77),
    "popular documents": (0, other("popular-documents-people"), "unreadable", 65),
    "cloudflare": (1, other("cloudflare-challenge"), "refused", 77),
    "akamai": (1, other("akamai-interstitial"), "refused", 77),
    "truncated body": (1, truncated, "unreachable", 69),
    "401": (0, status(401), "refused", 77),
    "403": (1, status(403), "refused", 77),
    "404 at first": (0, status(404), "unreadable", 65),
    "404 on page 2": (1, status(404), "incomplete", 75),
    "500": (1, status(500), "unreachable", 69),
    "429": (1, status(429), "unreachable", 69),
    "other site": (1, redirect("http://example.invalid/search"), "unreadable", 65),
    "file": (1, redirect("file:///etc/passwd"), "unreadable", 65),
    "no results on page 2": (1, other("no-results"), "incomplete", 75),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure_is_named_and_stores_nothing_wrong(
    case: str, archive: Archive, crawl: Crawl
) -> None:
    page, answer, outcome, code = FAILURES[case]
    archive.answers[page] = answer
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"]) == (code, outcome)
    assert [done.run["reason"]] == [line.partition(": ")[2] for line in done.complaints]
    assert archive.url.split("?")[0] in done.run["reason"]
    assert "Traceback" not in done.err
    assert texts(done.entries()) == texts([dict(entry) for entry in japan()[: 10 * page]])


def test_failure_leaves_earlier_data_as_it_was(archive: Archive, crawl: Crawl) -> None:
    first = crawl("-a", f"url={archive.url}")
    before = [line for line in dump(first.db) if "documents" in line]
    archive.answers[0] = other("login")
    crawl("-a", f"url={archive.url}")
    assert [line for line in dump(first.db) if "documents" in line] == before


def broken_entry(page: str) -> str:
    """The page with the link of its third entry gone."""
    link = str(japan()[2]["href"])
    return page.replace(f'href="{link}"', 'href="/gone"')


@pytest.mark.parametrize("markup", MARKUPS)
def test_broken_entry_fails_its_page(markup: str, archive: Archive, crawl: Crawl) -> None:
    archive.markup = markup
    archive.answers[0] = fixed(broken_entry(archive.page(0)))
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"]) == (65, "unreadable")
    assert done.entries() == []


LOOPS = {
    "next leads to the page itself": {0: {"next_href": "?search_api_fulltext=Japan"}},
    "next leads back": {1: {"next_href": "?search_api_fulltext=Japan", "total": 25}},
    "range stands still": {1: {"first": 1, "last": 5}},
    "range skips": {1: {"first": 12, "last": 16, "total": 16}},
}


@pytest.mark.parametrize("case", LOOPS)
def test_looping_pager_ends_loudly(case: str, archive: Archive, crawl: Crawl) -> None:
    archive.changes = LOOPS[case]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"]) == (65, "unreadable")
    assert len(archive.asked) <= 3


def test_missing_pager_does_not_end_the_walk(archive: Archive, crawl: Crawl) -> None:
    archive.changes = {0: {"pager": False}}
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, len(done.entries())) == (0, 15)


def test_total_that_changes_is_incomplete(archive: Archive, crawl: Crawl) -> None:
    archive.changes = {0: {"total": 16}}
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"]) == (75, "incomplete")
    assert "from 16 to 15" in done.complaints[0]


def test_entry_met_twice_is_counted_not_stored_twice(archive: Archive, crawl: Crawl) -> None:
    archive.entries = [*japan()[:14], japan()[0]]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["duplicates"], len(done.entries())) == (75, 1, 14)


def test_retry_after_is_honoured(archive: Archive, crawl: Crawl) -> None:
    def recovers(_: Request) -> Response:
        if archive.asked.count(1) == 1:
            return html("busy", 503, Retry_After="1")
        return html(archive.page(1))

    archive.answers[1] = recovers
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, archive.asked, len(done.entries())) == (0, [0, 1, 1], 15)
    assert "Asking again in 1 s" in done.err


def test_longest_wait_is_granted(archive: Archive, crawl: Crawl) -> None:
    archive.answers[0] = lambda _: (
        html("busy", 503, Retry_After="1") if archive.asked == [0] else html(archive.page(0))
    )
    assert crawl("-a", f"url={archive.url}", HARVEST_LONGEST_WAIT=1).code == 0


def test_each_wait_is_twice_as_long(archive: Archive, crawl: Crawl) -> None:
    archive.answers[0] = status(500)
    done = crawl("-a", f"url={archive.url}", HARVEST_RETRY_WAIT=0.25, HARVEST_RETRIES=3)
    assert (done.code, archive.asked) == (69, [0] * 4)
    waits = re.findall(r"Asking again in (\d+) s", done.err)
    assert waits == [f"{wait:.0f}" for wait in (0.25, 0.5, 1)]


PASSING = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)


def test_what_passes_is_asked_for_again(archive: Archive, crawl: Crawl) -> None:
    """What servers, and the networks in front of them, answer when they are overburdened."""
    archive.entries = [{**japan()[0], "href": f"/document/{n}"} for n in range(10 * len(PASSING))]
    for number, code in enumerate(PASSING):
        archive.answers[number] = lambda _, number=number, code=code: (
            html("", code) if archive.asked.count(number) == 1 else html(archive.page(number))
        )
    done = crawl("-a", f"url={archive.url}", HARVEST_RETRIES=1)
    assert done.code == 0
    assert archive.asked == [number for page in range(len(PASSING)) for number in (page, page)]


@pytest.mark.parametrize("code", [400, 418, 451, 501, 505])
def test_what_does_not_pass_is_not(code: int, archive: Archive, crawl: Crawl) -> None:
    archive.answers[0] = status(code)
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, archive.asked, f"answers {code}" in done.complaints[0]) == (65, [0], True)


def test_too_long_a_wait_ends_the_run(archive: Archive, crawl: Crawl) -> None:
    archive.answers[0] = lambda _: html("busy", 503, Retry_After="86400")
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, archive.asked) == (69, [0])


def test_slow_site_is_asked_more_slowly(archive: Archive, db: Path) -> None:
    """By Scrapy's AutoThrottle, which tells of each answer how long it waits now."""
    hasty = ("-sDOWNLOAD_DELAY=0.01", "-sAUTOTHROTTLE_START_DELAY=0.01", "-sHARVEST_WARC=")
    told = ("-sAUTOTHROTTLE_DEBUG=1", f"-sHARVEST_DB={db}")
    done = scrapy("crawl", "collection", f"-aurl={archive.url}", *COPY, *hasty, *told)
    assert (done.returncode, archive.asked) == (0, [0, 1])
    assert done.stderr.count("delay:") >= len(archive.asked)


def test_dead_port_is_unreachable(crawl: Crawl) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    done = crawl("-a", f"url=http://127.0.0.1:{port}/search?search_api_fulltext=Japan")
    assert (done.code, done.run["outcome"]) == (69, "unreachable")
    assert "Traceback" not in done.err
    assert len(done.complaints) == 1


def test_robots_txt_is_obeyed(archive: Archive, crawl: Crawl) -> None:
    archive.robots = "User-agent: *\nDisallow: /search"
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, done.run["outcome"], archive.asked) == (77, "refused", [])


FORBIDS = "User-agent: *\nDisallow: /search"
ROBOTS: dict[str, tuple[Response, str]] = {
    "503": (Response(status=503), "can't be read (the site answers 503)"),
    "redirects in a circle": (
        Response(status=302, headers={"Location": "/robots.txt"}),
        "can't be read (it redirects again and again)",
    ),
    "UTF-16": (Response(FORBIDS.encode("utf-16")), "robots.txt forbids it"),
    "br": (
        Response(brotli.compress(FORBIDS.encode()), headers={"Content-Encoding": "br"}),
        "robots.txt forbids it",
    ),
    "401": (Response(FORBIDS, 401), ""),
    "403": (Response(FORBIDS, 403), ""),
    "404": (Response(FORBIDS, 404), ""),
}
"""Answers to robots.txt, and why a harvest is refused for them, if it is (RFC 9309, 2.3.1)."""


@pytest.mark.parametrize("case", ROBOTS)
def test_robots_txt_that_is_no_plain_file_is_taken_as_the_standard_says(
    case: str, archive: Archive, crawl: Crawl
) -> None:
    archive.robots, why = ROBOTS[case]
    archive.entries = japan()[:3]
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, len(done.entries())) == ((77, 0) if why else (0, 3))
    assert [why in complaint for complaint in done.complaints] == [True] * bool(why)


def test_redirect_on_the_site_is_followed(archive: Archive, crawl: Crawl) -> None:
    archive.answers[0] = redirect("/search?search_api_fulltext=Japan&page=00")
    archive.answers[0] = lambda request: (
        redirect(request.url + "&again=1")(request)
        if "again" not in request.args
        else html(archive.page(0))
    )
    done = crawl("-a", f"url={archive.url}")
    assert (done.code, len(done.entries())) == (0, 15)


def test_harvester_says_who_it_is(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}", HARVEST_CONTACT="mailto:me@example.org")
    agents = {headers["User-Agent"] for headers in archive.headers}
    assert agents == {"harvester/0.1.0 (+mailto:me@example.org)"}
    assert not any("Cookie" in headers or "Referer" in headers for headers in archive.headers)


def test_collections_go_on_after_one_failed(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    file = tmp_path / "collections.toml"
    gone = archive.url.replace("/search?", "/search?page=9&")
    archive.answers[0] = lambda request: (
        html("", 404) if "gone" in request.url else html(archive.page(0))
    )
    gone = archive.url + "&gone=1"
    file.write_text(f'[gone]\nurl = "{gone}"\n[there]\nurl = "{archive.url}"\n')
    done = crawl(HARVEST_COLLECTIONS=file)
    outcomes = rows(done.db, "SELECT name, outcome FROM runs JOIN collections c ON c.id=collection")
    assert [tuple(row.values()) for row in outcomes] == [
        ("gone", "unreadable"),
        ("there", "complete"),
    ]
    assert done.code == 65


BAD_ARGUMENTS = {
    "unknown name": (["-a", "name=nowhere"], "nowhere"),
    "no web address": (["-a", "url=file:///etc/passwd"], "file:///etc/passwd"),
    "no listing": (["-a", "url=https://digitalarchive.wilsoncenter.org/people/x"], "/people/x"),
    "no folder": (["-a", "source=/nowhere/at/all"], "/nowhere/at/all"),
    "unknown argument": (["-a", "sauce=live"], "sauce"),
    "malformed argument": (["-a", "sauce"], "-a"),
    "bad name": (["-a", "url=https://x.org/search?a=b", "-a", "name=../x"], "../x"),
    "a word for a number": (["-sHARVEST_WALKS=many"], "HARVEST_WALKS"),
    "too small a number": (["-sHARVEST_WALKS=0"], "HARVEST_WALKS"),
    "a word for a switch": (["-sHARVEST_QUIET=perhaps"], "HARVEST_QUIET"),
    "no answer": (["-a", "accept=perhaps"], "accept"),
    "unknown site": (["-a", "url=http://127.0.0.1/", "-a", "site=nobody"], "use wilson-center"),
    "no file": (["-sHARVEST_COLLECTIONS=/nowhere.toml"], "/nowhere.toml"),
}


@pytest.mark.parametrize("case", BAD_ARGUMENTS)
def test_bad_arguments_get_a_sentence(case: str, crawl: Crawl, db: Path) -> None:
    arguments, named = BAD_ARGUMENTS[case]
    done = crawl(*arguments)
    assert (done.code, len(done.complaints)) == (64, 1)
    assert named in done.complaints[0]
    assert "Traceback" not in done.err
    assert not db.exists()


def test_name_belongs_to_one_listing(archive: Archive, crawl: Crawl) -> None:
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    done = crawl("-a", f"url={archive.url}--Boundaries", "-a", "name=mine")
    assert (done.code, len(done.complaints)) == (64, 1)
    assert rows(done.db, "SELECT count(*) AS n FROM runs") == [{"n": 1}]


@pytest.mark.parametrize("said", ["here", "in the file"])
def test_copy_says_whose_it_is(said: str, archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    """What is read at an unknown host is the first site's only if somebody says so."""
    file = tmp_path / "collections.toml"
    line = 'site = "wilson-center"' if said == "in the file" else ""
    file.write_text(f'[it]\nurl = "{archive.url}"\n{line}\n')
    asked = ["crawl", "collection", *(COPY if said == "here" else ())]
    settings = {**HASTE, "HARVEST_COLLECTIONS": file, "HARVEST_DB": tmp_path / "x.db"}
    options = [f"-s{name}={value}" for name, value in settings.items()]
    assert scrapy(*asked, *options).returncode == 0
    urls = [row["url"] for row in rows(tmp_path / "x.db", "SELECT url FROM documents")]
    assert len(urls) == len(japan())
    assert all(url.startswith("https://digitalarchive.wilsoncenter.org/document/") for url in urls)


def test_unknown_host_is_a_site_of_its_own(archive: Archive, crawl: Crawl) -> None:
    """With ids and addresses of its own, for nothing says that its documents are another site's."""
    host = urlsplit(archive.url).netloc
    done = crawl("-a", f"url={archive.url}", "-a", f"site={host}")
    assert done.code == 0
    found = rows(done.db, "SELECT id, url FROM documents")
    assert len(found) == len(japan())
    assert all(row["url"] == f"http://{host}/{row['id']}" for row in found)
    assert all(row["id"].startswith("document/") for row in found)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('site = "nobody"', "There is no site 'nobody'"),
        ("site = 7", "a site"),
    ],
)
def test_wrong_site_in_the_file_is_named(line: str, named: str, db: Path, tmp_path: Path) -> None:
    file = tmp_path / "collections.toml"
    file.write_text(f'[it]\nurl = "http://127.0.0.1/search"\n{line}\n')
    options = (f"-sHARVEST_COLLECTIONS={file}", f"-sHARVEST_DB={db}")
    done = scrapy("crawl", "collection", *options)
    assert (done.returncode, len(done.stderr.splitlines())) == (64, 1)
    assert f"{file}: collection 'it'" in done.stderr and named in done.stderr
    assert not db.exists()


@pytest.mark.parametrize("kind", ["folder", "text", "foreign", "missing"])
def test_bad_database_is_left_as_it_was(kind: str, tmp_path: Path) -> None:
    path = {"folder": tmp_path, "missing": tmp_path / "no" / "x.db"}.get(kind, tmp_path / "x.db")
    if kind == "text":
        path.write_text("This is no database. " * 99)
    elif kind == "foreign":
        import sqlite3

        sqlite3.connect(path).execute("CREATE TABLE mine (a)").connection.close()
    before = path.read_bytes() if path.is_file() else None
    done = harvest("-a", f"source={FIXTURES}", HARVEST_DB=path)
    assert (done.code, len(done.complaints)) == (73, 1)
    assert str(path) in done.complaints[0]
    assert "Traceback" not in done.err
    assert (path.read_bytes() if path.is_file() else None) == before


def test_saved_pages_are_harvested_without_network(crawl: Crawl) -> None:
    done = crawl("-a", f"source={FIXTURES}")
    pages = [said(FIXTURES / f"japan-boundaries-soviet-union-page-{n}") for n in (0, 1)]
    entries = [entry for page in pages for entry in page["entries"]]
    assert (done.code, done.run["outcome"]) == (0, "complete")
    assert texts(done.entries()) == texts(entries)
    assert "15 of 15" in done.out


def test_saved_pages_that_are_missing_are_named(crawl: Crawl, tmp_path: Path) -> None:
    first = FIXTURES / "japan-boundaries-soviet-union-page-0"
    url = json.loads((first / "page.json").read_text())["url"]
    page = f"<!-- saved from url=({len(url):04}){url} -->\n" + (first / "page.html").read_text()
    (tmp_path / "Search.html").write_text(page)
    done = crawl("-a", f"source={tmp_path}")
    assert (done.code, done.run["outcome"], done.run["seen"]) == (75, "incomplete", 10)
    assert "page=1" in done.complaints[0]
