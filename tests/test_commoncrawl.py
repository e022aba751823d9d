"""Harvests from Common Crawl, played by a stand-in of its indexes and its files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive import Archive, html, japan
from captured import content
from commoncrawl import CommonCrawl
from harvests import Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from warcio.archiveiterator import ArchiveIterator
from werkzeug import Request, Response

from harvester.outcomes import Unreadable
from harvester.sources.capture_sets import FIRST_PAGES
from harvester.sources.commoncrawl import NEWEST
from harvester.sources.crawl_index import Crawl, crawls
from harvester.sources.crawl_index import rows as rows_in

SITE = "https://archive.example/search?search_api_fulltext=Japan"
SECOND = f"{SITE}&page=1"
NEW, OLD, OLDEST = "CC-MAIN-2024-10", "CC-MAIN-2023-50", "CC-MAIN-2013-20"
OTHER = Path(__file__).parents[1] / "fixtures" / "other"

UNCHANGED = {
    "kind": "revisit",
    "body": "",
    "status": "304 Not Modified",
    "row": {"mime": "warc/revisit", "digest": "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"},
    "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
}
DETAILS = "-adetails=yes"

Ask = Callable[..., Harvest]
Answer = Callable[[Request], Response]


@pytest.fixture
def service(httpserver: HTTPServer) -> CommonCrawl:
    """The service with three crawls, which have captured nothing yet."""
    service = CommonCrawl(httpserver)
    service.crawl(NEW, "2024-02-20T00:00:00", "2024-03-05T00:00:00")
    service.crawl(OLD, "2023-11-28T00:00:00", "2023-12-12T00:00:00")
    service.crawl(OLDEST, "2013-05-18T00:00:00", "2013-06-01T00:00:00")
    return service


@pytest.fixture
def ask(service: CommonCrawl, db: Path) -> Ask:
    """Harvests the listing from the service."""

    def run(crawl: str = "", *arguments: str, **settings: object) -> Harvest:
        source = f"source=commoncrawl:{crawl}" if crawl else "source=commoncrawl"
        settings = {"HARVEST_DB": db, **service.settings, **settings}
        return harvest("-a", f"url={SITE}", "-a", "name=it", "-a", source, *arguments, **settings)

    return run


def titled(archive: Archive, word: str, number: int, entries: int = 15) -> str:
    """A page of the listing in which all titles begin with a word."""
    archive.entries = [{**one, "title": f"{word} {one['title']}"} for one in japan()][:entries]
    page = archive.page(number)
    return page.replace(archive.url.partition("/search")[0], "https://archive.example")


def add_set(
    service: CommonCrawl, archive: Archive, crawl: str, day: str, entries: int = 15
) -> None:
    """Both pages of the listing, captured in a crawl a minute apart."""
    service.add(crawl, f"{day}000000", SITE, titled(archive, crawl, 0, entries))
    service.add(crawl, f"{day}000100", SECOND, titled(archive, crawl, 1, entries))


def fetched(done: Harvest) -> list[str]:
    return [row["fetched"] for row in rows(done.db, "SELECT fetched FROM pages ORDER BY id")]


def words(done: Harvest) -> set[str]:
    return {str(row["title"]).partition(" ")[0] for row in done.entries()}


def test_pages_are_got_by_their_ranges_alone(
    archive: Archive, service: CommonCrawl, ask: Ask, tmp_path: Path
) -> None:
    live = harvest("-a", f"url={archive.url}", "-a", "name=it", HARVEST_DB=tmp_path / "live.db")
    service.add(NEW, "20240221000000", SITE, archive.page(0))
    service.add(NEW, "20240222000000", SECOND, archive.page(1))
    done = ask()
    assert (done.code, done.complaints) == (0, [])
    assert content(done.db) == content(live.db)
    assert fetched(done) == ["2024-02-21T00:00:00Z", "2024-02-22T00:00:00Z"]
    expected = [
        f"bytes={row['offset']}-{int(row['offset']) + int(row['length']) - 1}"
        for row in service.rows[NEW]
    ]
    assert service.parts == expected
    assert sum("collinfo" in one for one in service.asked) == 1


@pytest.mark.parametrize(
    ("crawl", "before", "taken"),
    [
        ("", "", NEW),
        ("2023-50", "", OLD),
        ("", "2024-02-20T23:59:59Z", OLD),
    ],
)
def test_latest_whole_set_is_taken(
    crawl: str, before: str, taken: str, archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    add_set(service, archive, NEW, "20240221")
    add_set(service, archive, OLD, "20231201")
    done = ask(crawl, HARVEST_CAPTURED_BEFORE=before)
    assert (done.code, done.complaints, words(done)) == (0, [], {taken})


def test_page_that_a_crawl_lacks_is_looked_for_in_its_neighbours(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0))
    service.add(OLD, "20231201000000", SECOND, titled(archive, "B", 1))
    done = ask()
    assert (done.code, words(done)) == (0, {"A", "B"})
    assert fetched(done) == ["2024-02-21T00:00:00Z", "2023-12-01T00:00:00Z"]


def test_older_whole_set_is_taken_and_said(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0, 14))
    add_set(service, archive, OLD, "20231201")
    done = ask()
    assert (done.code, words(done)) == (0, {OLD})
    assert "The captures since 2023-12-01T00:00:00Z are no whole listing" in done.err


def test_gap_is_named_and_what_there_is_is_stored(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0))
    done = ask()
    assert (done.code, done.run["outcome"], done.run["seen"]) == (75, "incomplete", 10)
    said = f"{SECOND} was not captured, as far as {OLDEST} to {NEW} at {service.url} know."
    assert said in done.complaints[0]
    assert said not in ask(NEW).complaints[0]
    assert f"as far as {NEW} at {service.url} knows." in ask("2024-10").complaints[0]


@pytest.mark.parametrize(("more", "told"), [(0, False), (1, True)])
def test_so_many_crawls_are_looked_at_and_that_is_told(
    more: int, told: bool, service: CommonCrawl, ask: Ask
) -> None:
    service.info.clear()
    names = [f"CC-MAIN-2020-{50 - n}" for n in range(NEWEST + more)]
    for name in names:
        service.crawl(name, "2020-01-01T00:00:00", "2020-01-14T00:00:00")
    done = ask()
    assert done.code == 75
    assert ("name an older one, as in source=commoncrawl:" in done.complaints[0]) == told
    assert (names[-1] in done.complaints[0]) and len(done.complaints) == 1
    looked_at = {one.split("/")[2].split("-index")[0] for one in service.asked if "-index" in one}
    assert looked_at == {*names[:NEWEST]}


def test_crawl_that_is_not_there_is_named(service: CommonCrawl, ask: Ask) -> None:
    done = ask("2024-99")
    assert (done.code, len(service.asked)) == (75, 1)
    assert (
        f"no crawl CC-MAIN-2024-99 at {service.url}; the newest are {NEW}, " in done.complaints[0]
    )


@pytest.mark.parametrize("said", ["last", "CC-MAIN-x", "../2024-10", "CC-MAIN-2024-10-index?"])
def test_name_that_no_crawl_has_gets_a_sentence(said: str, ask: Ask) -> None:
    done = ask(said)
    assert (done.code, repr(said) in done.complaints[0]) == (64, True)


def part(said: str, body: bytes = b"0123456789") -> Answer:
    return lambda _: Response(body, 206, {"Content-Range": said})


UNREAD: dict[str, tuple[dict[str, Any], str, Answer | None]] = {
    "cut, by the index": (
        {"row": {"truncated": "length"}},
        "only its beginning was captured (length).",
        None,
    ),
    "cut, by the record": (
        {"WARC_Truncated": "time"},
        "the beginning of it (WARC-Truncated: time)",
        None,
    ),
    "an error": ({"status": "503 No", "row": {"status": "200"}}, "the site answered 503.", None),
    "empty": ({"body": ""}, "is empty or no text", None),
    "no document": ({"body": "<p>Out of order</p>"}, "can't be read as a document", None),
    "an older page, not there": (
        {**UNCHANGED, "WARC_Refers_To_Date": "2013-05-20T00:00:00Z"},
        "it says only that the page had not changed since 2013-05-20T00:00:00Z",
        None,
    ),
    "a redirect to another site": (
        {"status": "301 Moved", "body": "", "http": {"Location": "https://else.example/x"}},
        "it leads to another site, https://else.example/x.",
        None,
    ),
    "a redirect to nowhere": (
        {"status": "301 Moved", "body": "", "http": {"Location": "/gone"}},
        "it leads to https://archive.example/gone, which was not captured.",
        None,
    ),
    "too long a record": (
        {"row": {"length": "99999999"}},
        "has 99,999,999 bytes, more than DOWNLOAD_MAXSIZE.",
        None,
    ),
    "a file that is not there": (
        {"row": {"filename": "x.warc.gz"}},
        "x.warc.gz at byte",
        lambda _: Response("<Error/>", 404),
    ),
    "a file without its range": ({}, "the service answers 200.", lambda _: Response(b"0123")),
    "more than the range": (
        {},
        "is sent with more than was asked for.",
        lambda _: Response(bytes(999_999)),
    ),
    "another range": ({}, "is not what the service sends (bytes 0-9/99).", part("bytes 0-9/99")),
    "half of a record": ({"row": {"length": "90"}}, "ends in the middle of a record.", None),
}


def test_captures_of_documents_that_cannot_be_read_are_named_with_the_reason(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0, len(UNREAD)))
    if len(UNREAD) > 10:
        service.add(NEW, "20240221000000", SECOND, titled(archive, "A", 1, len(UNREAD)))
    links = [f"https://archive.example{one['href']}" for one in japan()[: len(UNREAD)]]
    for (about, _, answer), link in zip(UNREAD.values(), links, strict=True):
        service.add(NEW, "20240222000000", link, **{"body": "Out of order", **about})
        if answer:
            service.answers[f"bytes={service.rows[NEW][-1]['offset']}-"] = [answer]
    done = ask(NEW, DETAILS)
    assert (done.code, done.run["outcome"]) == (75, "complete")
    failed = {row["url"]: row["detail"] for row in rows(done.db, "SELECT * FROM failures")}
    assert [*failed] == links
    for (case, (_, said, _)), (link, detail) in zip(UNREAD.items(), failed.items(), strict=True):
        begins = f"{link} was captured at 2024-02-22T00:00:00Z, but that can't be read: "
        assert detail.startswith(begins), case
        assert said in detail, case
    assert "Traceback" not in done.err


def test_revisit_gets_its_page_from_the_crawl_of_then(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    service.add(OLD, "20231201000000", SITE, titled(archive, "A", 0, 3))
    service.add(
        *(NEW, "20240221000000", SITE),
        **{**UNCHANGED, "WARC_Refers_To_Date": "2023-12-01T00:00:00Z"},
    )
    done = ask(NEW)
    assert (done.code, words(done)) == (0, {"A"})
    assert fetched(done) == ["2024-02-21T00:00:00Z"]


def test_revisit_is_known_by_its_digest(archive: Archive, service: CommonCrawl, ask: Ask) -> None:
    page = titled(archive, "A", 0, 3)
    service.add(NEW, "20240221000000", SITE, page)
    of_page = service.rows[NEW][0]["digest"]
    service.rows[NEW].append(
        {**service.rows[NEW][0], "timestamp": "20240222000000", "mime": "warc/revisit"}
    )
    assert service.rows[NEW][1]["digest"] == of_page
    assert fetched(ask(NEW)) == ["2024-02-22T00:00:00Z"]
    assert len(service.parts) == 1


def test_redirect_within_the_site_is_followed(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    there = "https://www.archive.example/find?search_api_fulltext=Japan"
    moved = {"status": "301 Moved", "http": {"Location": there}}
    service.add(NEW, "20240221000000", SITE, "", **moved)
    service.add(NEW, "20240221000005", there, titled(archive, "A", 0, 3))
    done = ask(NEW)
    assert (done.code, words(done)) == (0, {"A"})
    assert fetched(done) == ["2024-02-21T00:00:05Z"]


def test_redirects_in_a_circle_end(service: CommonCrawl, ask: Ask) -> None:
    for one, two in (("a", "b"), ("b", "a"), ("search?search_api_fulltext=Japan", "a")):
        moved = {"status": "302 Found", "http": {"Location": f"/{two}"}}
        service.add(NEW, "20240221000000", f"https://archive.example/{one}", "", **moved)
    assert ask(NEW).code == 75


def test_same_content_is_asked_for_once(archive: Archive, service: CommonCrawl, ask: Ask) -> None:
    page = titled(archive, "A", 0)
    for day in ("20240221", "20240222"):
        service.add(NEW, f"{day}000000", SITE, page)
    service.add(OLD, "20231201000000", SITE, page)
    assert (ask().code, len(service.parts)) == (75, 1)


def test_record_that_is_damaged_is_taken_from_another_capture(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    page = titled(archive, "A", 0, 3)
    service.add(NEW, "20240222000000", SITE, page, row={"length": "99"})
    service.add(NEW, "20240221000000", SITE, page)
    assert fetched(ask(NEW)) == ["2024-02-21T00:00:00Z"]


def test_check_for_robots_is_passed_over(archive: Archive, service: CommonCrawl, ask: Ask) -> None:
    check = (OTHER / "akamai-interstitial" / "page.html").read_text(encoding="utf-8")
    service.add(NEW, "20240222000000", SITE, check)
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0, 3))
    done = ask(NEW)
    assert (done.code, words(done)) == (0, {"A"})


def test_limits_are_honoured(archive: Archive, service: CommonCrawl, ask: Ask) -> None:
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0, 3))
    slower = "Please reduce your request rate."
    service.answers = {
        "collinfo": [lambda _: html(slower, 503)],
        "-index": [lambda _: html(slower, 403, Retry_After="1")],
        "/data/": [
            lambda _: html(slower, 503, Retry_After="1"),
            lambda _: html(slower, 429, Retry_After="1"),
        ],
    }
    done = ask(HARVEST_RETRY_WAIT=1)
    assert (done.code, done.err.count("Asking again in 1 s")) == (0, 4)


@pytest.mark.parametrize("where", ["-index", "/data/"])
def test_service_that_shuts_us_out_is_left_alone_at_once(
    where: str, archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    add_set(service, archive, NEW, "20240221")
    service.answers = {where: [lambda _: html("Blocked", 403)] * 9}
    done = ask()
    assert (done.code, done.run["outcome"]) == (77, "refused")
    assert where in service.asked[-1] and sum(where in one for one in service.asked) == 1
    assert "leave it alone for a day" in done.complaints[0]


def test_no_further_document_is_asked_for_once_it_has_shut_us_out(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0, 5))
    service.answers = {"2Fdocument": [lambda _: html("Blocked", 403)] * 9}
    done = ask(NEW, DETAILS)
    assert (done.code, done.run["outcome"]) == (75, "complete")
    assert sum("2Fdocument" in one for one in service.asked) == 1
    assert "4 more documents' pages were not asked for" in done.err


def test_bound_of_tries_is_told(archive: Archive, service: CommonCrawl, ask: Ask) -> None:
    for number in range(FIRST_PAGES + 1):
        page = titled(archive, str(number), 0, 14)
        service.add(NEW, f"20240221{number:06}", SITE, page)
    done = ask(NEW)
    assert (done.code, len(service.parts)) == (75, FIRST_PAGES)
    assert f"The latest {FIRST_PAGES} captures were looked at" in done.complaints[0]


def test_what_was_recorded_is_not_asked_for_again(
    archive: Archive, service: CommonCrawl, ask: Ask, tmp_path: Path
) -> None:
    add_set(service, archive, NEW, "20240221")
    second = service.rows[NEW][1]["offset"]
    service.answers = {f"bytes={second}-": [lambda _: html("", 500)] * 2}
    assert ask(HARVEST_WARC=tmp_path / "warc", HARVEST_RETRIES=1).code == 69
    service.asked.clear()
    done = ask(HARVEST_WARC=tmp_path / "warc")
    assert (done.code, len(service.parts)) == (0, 1)
    assert fetched(done) == ["2024-02-21T00:00:00Z", "2024-02-21T00:01:00Z"]


def test_its_recording_is_a_source_and_is_read_again(
    archive: Archive, service: CommonCrawl, ask: Ask, tmp_path: Path
) -> None:
    add_set(service, archive, NEW, "20240221")
    folder = tmp_path / "warc"
    done = ask(HARVEST_WARC=folder)
    again = harvest(
        *("-a", f"url={SITE}", "-a", "name=it", "-a", f"source={folder}"),
        HARVEST_DB=tmp_path / "again.db",
    )
    assert (done.code, again.code, content(again.db)) == (0, 0, content(done.db))
    assert fetched(again) == fetched(done)
    reread = scrapy("reparse", f"-sHARVEST_DB={done.db}", f"-sHARVEST_WARC={folder}")
    assert (reread.returncode, reread.stderr) == (0, "")
    assert "2 of 2 recorded pages read again (0 read otherwise, 0 new)" in reread.stdout


def test_recording_has_the_very_records_and_where_they_are_from(
    archive: Archive, service: CommonCrawl, ask: Ask, tmp_path: Path
) -> None:
    add_set(service, archive, NEW, "20240221")
    ask(HARVEST_WARC=tmp_path)
    (file,) = tmp_path.glob("*.warc.gz")
    whole = file.read_bytes()
    row = service.rows[NEW][1]
    begin, end = int(row["offset"]), int(row["offset"]) + int(row["length"])
    assert service.files[row["filename"]][begin:end] in whole
    with file.open("rb") as stream:
        found = [
            (one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read().decode())
            for one in ArchiveIterator(stream)
            if one.rec_type == "metadata"
        ]
    assert found[1] == (
        SECOND,
        f"WARC-Source-URI: {service.data}/{row['filename']}\r\n"
        f"WARC-Source-Range: bytes={begin}-{end - 1}\r\n",
    )


def test_without_a_recording_its_own_file_is_noted(
    archive: Archive, service: CommonCrawl, ask: Ask
) -> None:
    service.add(NEW, "20240221000000", SITE, titled(archive, "A", 0, 3))
    done = ask()
    row = service.rows[NEW][0]
    said = rows(done.db, "SELECT warc, warc_offset, source FROM pages, runs")
    assert said == [
        {"warc": row["filename"], "warc_offset": int(row["offset"]), "source": "commoncrawl"}
    ]


NO_INDEX = ("<html>", "null", "[1]", "{}", '{"timestamp": "2024"}', "[" * 99999)


@pytest.mark.parametrize("text", NO_INDEX)
def test_what_is_no_index_is_named(text: str) -> None:
    with pytest.raises(Unreadable, match="service"):
        rows_in(text, Crawl(NEW), "https://service")


@pytest.mark.parametrize("text", ["<html>", "null", "5", '[{"name": "x"}]', "[" * 99999])
def test_what_is_no_list_of_crawls_is_named(text: str) -> None:
    with pytest.raises(Unreadable, match="service"):
        crawls(text, "https://service")


def test_crawls_are_in_order_and_their_names_are_names() -> None:
    said = [{"id": one} for one in (OLDEST, "CC-MAIN-2012", NEW, "../x", "CC-MAIN-2008-2009", OLD)]
    found = [one.name for one in crawls(json.dumps(said), "https://service")]
    assert found == [NEW, OLD, OLDEST, "CC-MAIN-2012", "CC-MAIN-2008-2009"]


GOOD = {
    "timestamp": "20240221000000",
    "url": SITE,
    "status": "200",
    "filename": "crawl-data/x.warc.gz",
    "offset": "1",
    "length": "2",
}
ODD: tuple[dict[str, Any], ...] = (
    {"filename": "../../etc/passwd"},
    {"filename": "/x.warc.gz"},
    {"filename": "https://else.example/x"},
    {"filename": "a//b"},
    {"filename": None},
    {"offset": "-1"},
    {"offset": float("inf")},
    {"length": "0"},
    {"length": "x"},
    {"timestamp": "2024"},
    {"timestamp": None},
    {"url": "ftp://x"},
    {"url": 5},
    {"timestamp": 20240221000000.5},
)


@pytest.mark.parametrize("odd", ODD)
def test_odd_line_of_the_index_costs_that_line(odd: dict[str, Any]) -> None:
    text = "\n".join([json.dumps({**GOOD, **odd}), "x", json.dumps(GOOD), "[]"])
    assert [one.offset for one in rows_in(text, Crawl(NEW), "https://service")] == [1]
