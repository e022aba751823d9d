"""A server for strangers, tried as strangers try one."""

import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

import pytest
from archive import Archive, japan
from filled import real_records
from harvests import harvest, scrapy
from pytest_httpserver import HTTPServer
from reading_room import Answer, get, opened
from scans import pdf, slug
from warcio.archiveiterator import ArchiveIterator

from harvester.datasette import plugin, public
from harvester.datasette.downloads import FORMATS
from harvester.datasette.public import told

SCAN = pdf("a scan")
DOCUMENT = real_records()[0].document
SECRETS = (
    b"SQLite format",
    b"WARC/1.",
    b"\x1f\x8b",
    b"root:",
    b"HARVEST_",
    b"/files/",
    b"Traceback",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A harvest with all that stands beside one: recordings, scans, a lock, a log."""
    folder = tmp_path_factory.mktemp("public")
    with HTTPServer(port=0) as server:
        archive = Archive(server)
        places = {"DB": "harvest.db", "WARC": "warc", "FEEDS": "feeds"}
        settings = {f"HARVEST_{name}": folder / place for name, place in places.items()}
        assert harvest("-a", f"url={archive.url}", **settings).code == 0
    (folder / "files").mkdir()
    (folder / "files" / "scan.pdf").write_bytes(SCAN)
    for name in ("harvest.db.lock", "run.log", "collections.toml"):
        (folder / name).write_text("HARVEST_CONTACT")
    with closing(sqlite3.connect(folder / "harvest.db")) as db, db:
        db.execute(
            "INSERT INTO files (document, url, path, sha256, size, media_type, fetched, run)"
            " VALUES (1, 'https://example.org/scan', 'scan.pdf', ?, ?, 'application/pdf', '', 1)",
            [sha256(SCAN).hexdigest(), len(SCAN)],
        )
        place = folder / "captures" / "x y.warc.gz"
        for source, reason in (
            (str(place), f"x y.warc.gz in {place} is damaged."),
            (str(place), f"The page in '{place}' can't be read: see ~/notes"),
            ("live", "http://example.org/a/b could not be fetched: try again later."),
        ):
            db.execute(
                "INSERT INTO runs (collection, source, started, finished, outcome, reason, pid)"
                " VALUES (1, ?, '2026-12-01T00:00:00Z', '2026-12-01T00:00:01Z', 'incomplete',"
                " ?, 98765)",
                [source, reason],
            )
        db.execute(
            "INSERT INTO failures (run, url, reason, detail, attempts)"
            " VALUES (2, 'http://example.org/', 'bug', ?, 1)",
            [f"[Errno 13] Permission denied: {place}"],
        )
    return folder


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[str]:
    with opened(folder / "harvest.db", "--public", f"-sHARVEST_FEEDS={folder / 'feeds'}") as url:
        yield url


def test_strangers_read_what_is_meant_for_them(room: str) -> None:
    for path in ("/", "/documents?q=kono", "/documents.ris?q=kono", "/data", "/robots.txt"):
        assert get(f"{room}{path}").status == 200, path
    scan = get(f"{room}/scans/{sha256(SCAN).hexdigest()}")
    assert (scan.status, scan.body) == (200, SCAN)
    assert scan.headers["access-control-allow-origin"] == "*"


SQL = (
    "/harvest?sql=select+1",
    "/harvest.json?sql=select+*+from+pages",
    "/harvest.csv?sql=select+1&_stream=1",
    "/harvest/records?_where=1",
    "/harvest/records.json?_where=1=1+union+select+1",
    "/_memory?sql=select+1",
    "/_internal?sql=select+1",
)


@pytest.mark.parametrize("path", SQL)
def test_strangers_ask_no_sql(path: str, room: str) -> None:
    answer = get(f"{room}{path}")
    assert answer.status in (400, 403, 404)
    assert answer.status != 400 or "sql" not in answer.text


FILES = (
    *("/harvest.db", "/harvest.db.lock", "/run.log", "/harvest.db-wal", "/collections.toml"),
    *("/warc/", "/warc", "/files/scan.pdf", "/scans/scan.pdf", "/data/harvest.db"),
    *("/static/../server.py", "/static/..%2f..%2fserver.py", "/static/%2e%2e/server.py"),
    *("/-/reading-room/../../server.py", "/-/static/../../../../etc/passwd"),
    *("/-/static-plugins/harvester.datasette/../server.py", "/etc/passwd", "//etc/passwd"),
    *("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/.git/config"),
    *("/scans/..%2f..%2fharvest.db", "/documents/..%2f..", "/documents/../../harvest.db"),
    *("/recordings/1.txt", "/recordings/1.warc.gz", "/recordings/../warc", "/recordings/0"),
    *("/feeds/../harvest.db", "/a/b/c/d/e/f/g", "/-/..;/x", "/harvest/..%00", "/%00"),
)


@pytest.mark.parametrize("path", FILES)
def test_strangers_reach_no_file(path: str, room: str) -> None:
    answer = followed(room, path)
    assert answer.status in (400, 403, 404)
    assert not [secret for secret in SECRETS if secret in answer.body]


def followed(room: str, path: str) -> Answer:
    """What is behind an address, after redirects within the server."""
    for _ in range(5):
        answer = get(f"{room}{path}")
        if answer.status not in (301, 302):
            return answer
        path = answer.headers["location"]
        assert path.startswith("/") and not path.startswith("//")
    raise AssertionError(f"{path} goes in a circle")


TOLD = (
    *("/-/databases", "/-/databases.json", "/-/metadata", "/-/metadata.json", "/-/settings.json"),
    *("/-/versions.json", "/-/plugins.json", "/-/threads.json", "/-/actor.json", "/-/config.json"),
    *("/-/permissions", "/-/allow-debug", "/-/messages", "/-/patterns", "/-/auth-token?token=x"),
    *("/-/logout", "/-/asgi-scope", "/-/nothing", "/-/"),
)


@pytest.mark.parametrize("path", TOLD)
def test_strangers_hear_nothing_of_the_server(path: str, room: str, folder: Path) -> None:
    answer = followed(room, path)
    assert answer.status == 404
    assert str(folder) not in answer.text


OWN = f"/documents/wilson-center/{slug(japan()[0]['href'])}"
ANSWERED = {
    **dict.fromkeys(("/", "/documents", "/timeline", "/names", "/news", "/harvests", "/data"), 200),
    **{f"{path}.{ending}": 200 for path in ("/documents", OWN) for ending in FORMATS},
    **dict.fromkeys(
        (OWN, f"{OWN}/manifest.json", "/recordings/1", f"/scans/{sha256(SCAN).hexdigest()}"), 200
    ),
    **dict.fromkeys(("/unapi", "/robots.txt", "/feeds/all.atom"), 200),
    **{f"/-/reading-room/{name}": 200 for name in ("room.css", "data.css", "copy.js")},
    **dict.fromkeys(("/jobs", "/recordings/1.txt", "/recordings/1.warc.gz", "/-/versions"), 404),
}
"""What a stranger gets of each route of ours."""


@pytest.mark.parametrize("path", ANSWERED)
def test_no_route_tells_of_the_machine(path: str, room: str, folder: Path) -> None:
    answer = get(f"{room}{path}")
    assert answer.status == ANSWERED[path]
    for secret in (str(folder), "98765", "x y.warc", "~/notes", "HARVEST_"):
        assert secret.encode() not in answer.body


def test_every_route_is_tried() -> None:
    patterns = [pattern for pattern, _ in (*plugin.ROUTES, *public.routes(None))]
    assert [one for one in patterns if not any(re.match(one, path) for path in ANSWERED)] == []


ABOUT_RUNS = (
    *("/", "/harvests", "/harvest/runs", "/harvest/runs/2", "/harvest/runs.json?_shape=array"),
    *("/harvest/runs.csv", "/harvest/runs?_facet=source&_facet=reason", "/harvest/health"),
    *("/harvest/runs?_sort=source", "/harvest/runs?reason__contains=damaged", "/harvest/failures"),
    *("/harvest/failures/1.json", "/harvest/health.json?_shape=array", "/harvest/pages.json"),
    "/harvest/runs.json?source__startswith=%2F&_shape=array",
)


@pytest.mark.parametrize("path", ABOUT_RUNS)
def test_strangers_hear_nothing_of_the_machine(path: str, room: str, folder: Path) -> None:
    answer = get(f"{room}{path}")
    assert answer.status == 200
    for secret in (str(folder), "98765", "x y.warc", "~/notes"):
        assert secret not in answer.text


def test_strangers_hear_why_a_harvest_lacks_something(room: str) -> None:
    assert "http://example.org/a/b could not be fetched" in get(f"{room}/harvests").text
    assert "http://example.org/a/b could not be fetched" in get(f"{room}/").text


def test_owner_hears_all_of_it(folder: Path) -> None:
    with opened(folder / "harvest.db") as url:
        for path in ("/harvests", "/harvest/runs", "/harvest/failures.json"):
            assert str(folder / "captures") in get(f"{url}{path}").text


PLACES = {
    "/home/me/x.warc is damaged.": "",
    "It is in (/srv/data): see there.": "",
    "See '~/x' for it.": "",
    "C:\\captures\\x.warc is damaged.": "",
    "Name another with HARVEST_DB.": "",
    "https://example.org/a/b can't be read: 1/2 of it is there.": None,
    "http://127.0.0.1:80/search?q=a/b, or //elsewhere, is no listing.": None,
    "10 of 15 documents were found.": None,
}


@pytest.mark.parametrize("reason", PLACES)
def test_reason_that_names_a_place_is_not_told(reason: str) -> None:
    expected = PLACES[reason]
    assert told(reason) == (reason if expected is None else expected)


MADE_UP = ("~~~", "1,a~~b", "-", "9" * 999, "%00", "'")


@pytest.mark.parametrize("made_up", MADE_UP)
def test_made_up_page_is_no_failure_of_the_server(made_up: str, room: str) -> None:
    for path in ("/harvest/records", "/harvest/records.json", "/harvest/runs"):
        assert get(f"{room}{path}?_next={made_up}").status in (200, 400)


NO_QUESTIONS = (
    *("/documents?from=1962-13", "/timeline?year=62", "/news?since=yesterday"),
    *("/harvest/records?_facet=%00", "/harvest/records.json?_facet={0}", "/harvest/runs?_sort=%ff"),
)


@pytest.mark.parametrize("path", NO_QUESTIONS)
def test_what_is_no_question_gets_a_sentence(path: str, room: str) -> None:
    answer = get(f"{room}{path}")
    assert answer.status == 400
    assert b"written where this server runs" not in answer.body


@pytest.mark.parametrize("path", ["/scans/no-sum", "/recordings/-1", "/index.php"])
def test_address_of_nothing_is_no_page(path: str, room: str) -> None:
    answer = get(f"{room}{path}")
    assert answer.status == 404
    assert b"There is no such page." in answer.body and b"atabase" not in answer.body


def test_cookie_that_is_no_text_gets_a_sentence(room: str) -> None:
    answer = get(room, cookie="a=\xff")
    assert (answer.status, answer.body) == (400, b"The browser sent a cookie that is no text.")


ODD = ("nothing", "{}", "[1]", "1e400", "9" * 40, "{{ 7 * 7 }}")
VALUES_OF = (
    "_facet",
    "_facet_array",
    "_facet_date",
    "_through",
    "_timelimit",
    "_size",
    "rowid__gt",
)


@pytest.mark.parametrize("name", VALUES_OF)
def test_odd_value_is_no_failure_of_the_server(name: str, room: str) -> None:
    for odd in ODD:
        assert get(f"{room}/harvest/records.json?{name}={quote(odd)}").status in (200, 400), odd


BIG = (
    "/documents?q=" + "a*+" * 90,
    "/documents?q=" + "x" * 100_000,
    "/documents?" + "&".join(f"place=p{n}" for n in range(500)),
    "/documents?page=999999999999",
    "/documents.ris?" + "author=x&" * 1000,
    "/harvest/records?_facet_size=max&_size=max&" + "&".join(f"_facet=c{n}" for n in range(200)),
    "/harvest/records.json?_size=1000000",
    "/harvest/records.csv?_stream=1&_size=max",
    "/harvest/records?_sort=nothing",
    "/harvest/records?_next=" + "~" * 3000,
    "/unapi?id=" + "a/" * 3000 + "&format=ris",
)


@pytest.mark.parametrize("path", BIG, ids=lambda path: path[:30])
def test_big_questions_get_a_small_answer(path: str, room: str) -> None:
    """Some make Datasette's own pages fail: they say so in a sentence, and others are answered."""
    answer = get(f"{room}{path}")
    assert answer.status in (200, 400, 404, 414, 503, 500 if "_next" in path else 400)
    assert "Traceback" not in answer.text
    assert get(f"{room}/documents?q=kono").status == 200


def test_question_longer_than_anybody_asks_is_not_repeated_in_each_link(room: str) -> None:
    answer = get(f"{room}/harvest/records?_search=" + "*" * 20_000)
    assert (answer.status, "ask for less" in answer.text) == (414, True)
    assert get(f"{room}/harvest/records?_search=" + "x" * 300).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/documents", "/harvest/documents", "/harvest/-/insert"])
def test_strangers_write_nothing(path: str, method: str, room: str, folder: Path) -> None:
    before = (folder / "harvest.db").read_bytes()
    assert get(f"{room}{path}", method).status == 405
    assert (folder / "harvest.db").read_bytes() == before


def test_robots_are_told_what_to_leave(room: str) -> None:
    robots = RobotFileParser()
    robots.parse(get(f"{room}/robots.txt").text.splitlines())
    may = {path: robots.can_fetch("Any", f"{room}{path}") for path in ROBOTS}
    assert may == ROBOTS
    assert robots.crawl_delay("Any")


ROBOTS = {
    "/": True,
    f"/documents/wilson-center/{DOCUMENT}": True,
    "/documents?q=kono": False,
    "/documents.ris": False,
    "/harvest/records": False,
    "/-/dashboards": False,
    "/recordings/1": False,
}


def test_recording_of_a_page_is_named_and_not_given(room: str, folder: Path) -> None:
    answer = get(f"{room}/recordings/1")
    (warc,) = (path.name for path in (folder / "warc").iterdir())
    assert (answer.status, warc in answer.text) == (200, True)
    assert "/recordings/1." not in answer.text


def test_keeper_reads_what_strangers_do_not(folder: Path) -> None:
    """Without --public the same server gives recordings, SQL and what Datasette says of itself."""
    with opened(folder / "harvest.db") as url:
        assert get(f"{url}/harvest.json?sql=select+1+as+one").status == 200
        assert json.loads(get(f"{url}/-/settings.json").body)["default_allow_sql"] is True
        assert get(f"{url}/robots.txt").status == 404
        page = get(f"{url}/recordings/1")
        assert "/recordings/1.warc.gz" in page.text
        text = get(f"{url}/recordings/1.txt")
        assert text.headers["content-type"] == "text/plain; charset=utf-8"
        assert text.headers["x-content-type-options"] == "nosniff"
        assert text.headers["content-security-policy"] == "sandbox"
        assert "<html" in text.text
        warc = get(f"{url}/recordings/1.warc.gz")
    assert warc.headers["content-disposition"].startswith("attachment; ")
    assert alone(warc.body) == [("response", address(folder))]


def alone(warc: bytes) -> list[tuple[str, str]]:
    """The records of a WARC, as another program reads them."""
    found = []
    for record in ArchiveIterator(io.BytesIO(warc), check_digests="raise"):
        record.content_stream().read()
        found.append((record.rec_type, record.rec_headers["WARC-Target-URI"]))
    return found


def address(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "harvest.db")) as db:
        return str(db.execute("SELECT url FROM pages WHERE id = 1").fetchone()[0])


def test_scans_are_not_shown_if_no_folder_is_named(folder: Path) -> None:
    with opened(folder / "harvest.db", "--public", "-s", "HARVEST_FILES=") as url:
        assert get(f"{url}/scans/{sha256(SCAN).hexdigest()}").status == 404
        page = get(f"{url}/documents").text
        (leads, *_) = re.findall(r'href="(/documents/[^"?.]+/[^"?.]+)[?"]', page)
        for ending in ("", ".ris"):
            assert get(f"{url}{leads}{ending}").status == 200
        assert "/scans/" not in get(f"{url}{leads}").text
        assert get(f"{url}{leads}/manifest.json").status == 404


def test_others_are_let_in_only_if_that_is_meant(folder: Path) -> None:
    done = scrapy("serve", "--host", "0.0.0.0", "-s", f"HARVEST_DB={folder / 'harvest.db'}")
    assert done.returncode == 64
    assert "--public" in done.stderr and len(done.stderr.splitlines()) == 1
