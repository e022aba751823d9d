"""Harvests of a host that no profile knows, of which a profile is learned and kept."""

import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from harvests import HASTE, Harvest, harvest, rows, scrapy
from pytest_httpserver import HTTPServer
from test_general_reading import CARDS, DOUBTFUL, SHAPES, TITLES, date, page
from test_learn import NEXT, Server, other, three
from wayback import Wayback

DATED = "<p>1 - 8 of 8</p><ul>{}</ul>".format(
    "".join(
        f'<li><time>{date(n)}</time> <a href="/papers/1{n}">{title}</a></li>'
        for n, title in enumerate(TITLES)
    )
)
WALK = ["/list", "/list?page=2", "/list?page=3"]


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Harvest]:
    """Harvests a listing of a server's, as somebody who has no profile."""

    def crawled(url: str, *arguments: str, **settings: object) -> Harvest:
        key = url.partition("//")[2].partition("/")[0]
        more = {"HARVEST_DB": tmp_path / "h.db", "HARVEST_WARC": tmp_path / "warc", **settings}
        wanted = ("-a", f"url={url}", f"-asite={key}", "-aname=papers", *arguments)
        return harvest(*wanted, HARVEST_COLLECTIONS=tmp_path / "collections.toml", **more)

    return crawled


def with_range(pages: list[str]) -> list[str]:
    return [
        html.replace("<h1>", f"<p>{n * 8 + 1} - {n * 8 + 8} of {len(pages) * 8}</p><h1>")
        for n, html in enumerate(pages)
    ]


def titles(done: Harvest) -> list[str]:
    return [row["title"] for row in done.entries()]


def test_profile_is_learned_from_two_pages_and_kept(
    httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    server = Server(httpserver, *three())
    done = crawl(server.url)
    assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "walked", 24)
    assert server.asked == WALK * 2, "no page is asked for once more because something is learned"
    assert titles(done)[:8] == list(TITLES)
    assert [row["date_text"] for row in done.entries()[:8]] == [date(n) for n in range(8)]
    said = [line for line in done.out.splitlines() if line.startswith("papers: learned: ")]
    assert [line.split(": ")[2] for line in said] == [
        *("Entries", "Titles", "Dates", "Summaries", "Pages")
    ]
    again = crawl(server.url)
    assert (again.code, "learned: " in again.out, server.asked) == (0, False, WALK * 4)
    counted = [again.run[name] for name in ("seen", "added", "changed", "missing")]
    assert counted == [24, 0, 0, 0]
    readers = rows(done.db, "SELECT DISTINCT reader FROM runs")
    assert len(readers) == 1, "the same profile reads as the same reader"
    (kept,) = rows(done.db, "SELECT site, profile FROM collections")
    assert "[listing]" in kept["profile"]
    key = f"localhost:{httpserver.port}"
    assert {row["site"] for row in rows(done.db, "SELECT site FROM documents")} == {key}


def test_recordings_are_read_again_by_the_kept_profile(
    httpserver: HTTPServer, crawl: Callable[..., Harvest], tmp_path: Path
) -> None:
    done = crawl(Server(httpserver, *three()).url)
    db, warc = f"-sHARVEST_DB={done.db}", f"-sHARVEST_WARC={tmp_path / 'warc'}"
    again = scrapy("reparse", db, warc)
    assert (again.returncode, again.stderr) == (0, "")
    assert "papers: 6 of 6 pages" in again.stdout.replace("recorded ", "")


def test_captures_are_learned_from_as_well(
    httpserver: HTTPServer, crawl: Callable[..., Harvest], tmp_path: Path
) -> None:
    """What states a range is complete; what states none is proved by no captures."""
    server = Server(httpserver, *with_range(three()))
    live = crawl(server.url)
    assert (live.code, live.run["outcome"]) == (0, "complete")
    source = ("-a", f"source={tmp_path / 'warc'}")
    captured = crawl(server.url, *source, HARVEST_DB=tmp_path / "other.db")
    assert (captured.code, captured.run["outcome"]) == (0, "complete")
    assert titles(captured) == titles(live)
    assert "papers: learned: Entries" in captured.out


def test_nothing_is_said_of_it_where_only_what_went_wrong_is_wanted(
    httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    done = crawl(Server(httpserver, *three()).url, "--quiet")
    assert (done.code, "learned: " in done.out) == (0, False)


def test_host_that_is_read_without_a_profile_is_read_so(
    httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    """A date before each title and a range are certain on any page."""
    server = Server(httpserver, page(DATED))
    done = crawl(server.url)
    assert (done.code, done.run["outcome"], "learned: " in done.out) == (0, "complete", False)
    assert server.asked == ["/list"]
    assert rows(done.db, "SELECT profile FROM collections") == [{"profile": None}]


REFUSED = {
    "two readings are as good": lambda: [
        page(DOUBTFUL["two parts of an entry could be its title"])
    ],
    "the second page has another layout": lambda: [
        page(CARDS, NEXT),
        other(page(SHAPES["a table with headers"])),
    ],
    "the second page has the same entries": lambda: [page(CARDS, NEXT), page(CARDS)],
    "nothing says that a single page is all": lambda: [page(CARDS)],
    "the next page is followed by a script": lambda: [page(CARDS, NEXT.replace("?page=2", "#"))],
    "the next page is elsewhere": lambda: [page(CARDS, NEXT.replace("?", "http://x.example/?"))],
}


@pytest.mark.parametrize("case", REFUSED)
def test_without_proof_nothing_is_stored(
    case: str, httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    server = Server(httpserver, *REFUSED[case]())
    done = crawl(server.url)
    assert (done.code, done.run["outcome"]) == (65, "unreadable")
    assert rows(done.db, "SELECT * FROM documents") == []
    assert len(server.asked) <= 2
    assert "Reading 1, of 8 entries" in done.err
    (sentence,) = done.complaints
    assert "and no profile is learned: " in sentence
    if case == "two readings are as good":
        assert re.search(r"To choose reading 2: \S+ learn http\S+ --choose 2", sentence)


def test_single_page_that_states_that_it_is_all_needs_no_other(
    httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    server = Server(httpserver, *with_range([page(CARDS)]))
    done = crawl(server.url)
    assert (done.code, done.run["outcome"], server.asked) == (0, "complete", ["/list"])
    assert titles(done) == list(TITLES)


def test_layout_that_changes_later_is_refused_and_touches_nothing(
    httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    server = Server(httpserver, *three())
    before = crawl(server.url)
    server.pages = tuple(html.replace('class="card"', 'class="tile"') for html in server.pages)
    done = crawl(server.url)
    assert (done.code, done.run["outcome"]) == (65, "unreadable")
    assert titles(done) == titles(before)
    assert rows(done.db, "SELECT * FROM memberships WHERE missing IS NOT NULL") == []


@pytest.mark.parametrize("hosts", [("x.example",), ("x.example", "hdl.example", "")])
def test_entries_on_other_hosts_are_known_by_their_whole_addresses(
    hosts: tuple[str, ...], httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    """No other host is asked for anything, even if documents' own pages are wanted."""
    at = cycle(f'href="http://{host}/' if host else 'href="/' for host in hosts)
    pages = [re.sub(r'href="/(?=papers)', lambda _: next(at), html) for html in three()]
    server = Server(httpserver, *pages)
    done = crawl(server.url, "-adetails=yes")
    assert (done.run["outcome"], done.run["seen"]) == ("walked", 24)
    found = [row["id"] for row in done.entries()]
    own = f"localhost:{httpserver.port}"
    assert {urlsplit(one).netloc for one in found} == {host or own for host in hosts}
    assert all(one.startswith("http://") and "/papers/" in one for one in found)
    assert [row["url"] for row in done.entries()] == found
    assert {row["site"] for row in done.entries()} == {own}
    asked = [path for path in server.asked if not path.startswith("/list")]
    assert len(asked) == sum(urlsplit(one).netloc == own for one in found)


@pytest.mark.parametrize("named", ["papers", "its site"])
def test_kept_profile_is_repaired_where_it_is_kept(
    named: str, httpserver: HTTPServer, crawl: Callable[..., Harvest], tmp_path: Path
) -> None:
    server = Server(httpserver, *three())
    before = crawl(server.url)
    server.pages = tuple(html.replace('class="card"', 'class="tile"') for html in server.pages)
    said = f"localhost:{httpserver.port}" if named == "its site" else named
    db = [f"-s{name}={value}" for name, value in {**HASTE, "HARVEST_DB": before.db}.items()]
    repair = ("learn", "--repair", said, *db, f"-sHARVEST_COLLECTIONS={tmp_path / 'c.toml'}")
    shown = scrapy(*repair)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert '-entry = "div.card"\n+entry = "div.tile"' in shown.stdout
    assert f"learn --repair {said} {server.url} --write" in shown.stdout
    assert crawl(server.url).run["outcome"] == "unreadable", "nothing was written"
    assert scrapy(*repair, "--write").stdout.endswith("It is written.\n")
    done = crawl(server.url)
    counted = [done.run[name] for name in ("outcome", "added", "changed", "missing")]
    assert (done.code, counted) == (0, ["walked", 0, 0, 0])
    assert not (tmp_path / "sites").exists()
    (kept,) = rows(done.db, "SELECT profile FROM collections")
    assert "div.tile" in kept["profile"]


def test_collection_without_a_profile_needs_no_repair(
    httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    done = crawl(Server(httpserver, page(DATED)).url)
    said = scrapy("learn", "--repair", "papers", f"-sHARVEST_DB={done.db}")
    assert (said.returncode, "read without a profile" in said.stderr) == (64, True)


def test_older_captures_of_a_service_are_read_by_the_kept_profile(
    httpserver: HTTPServer, crawl: Callable[..., Harvest]
) -> None:
    wayback = Wayback(httpserver)
    server = Server(httpserver, *with_range(three()))
    now = crawl(server.url)
    for path, html in zip(WALK, server.pages, strict=True):
        wayback.add("20200101000000", httpserver.url_for(path), html)
    source = ("-a", "source=wayback")
    past = crawl(server.url, *source, HARVEST_WAYBACK=wayback.url)
    assert (past.code, past.run["outcome"], past.run["seen"]) == (0, "complete", 24)
    assert titles(past) == titles(now)
