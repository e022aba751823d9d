"""What is recorded of a live harvest: other programs read it, and so does the next harvest."""

import gzip
import json
import random
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest
from archive import Archive, html, japan
from captured import content
from harvests import COPY, PATIENCE, Forked, Harvest, begun, harvest, rows, scrapy
from scrapy.http import Request as Asked
from scrapy.http import Response as Answered
from scrapy.settings import Settings
from shelf import Shelf, real_records
from warcio.archiveiterator import ArchiveIterator
from werkzeug import Request, Response

from harvester import __version__, settings
from harvester.items import KNOWN_SOURCE, PAGE_SOURCE, PageSource
from harvester.outcomes import BadRecording
from harvester.warc.content import read_record
from harvester.warc.files import WarcFiles
from harvester.warc.record import records
from harvester.warc.recording import RecordMiddleware
from harvester.warc.stream import Torn

Crawl = Callable[..., Harvest]

PAGES = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test's recordings go; it is not there yet."""
    return tmp_path / "data" / "warc"


def recorded(folder: Path) -> list[tuple[str, str, str, bytes]]:
    """What another program reads in a folder of WARCs: type, address, status line, content."""
    found = []
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                headers = record.rec_headers
                line = record.http_headers.statusline if record.http_headers else ""
                body = record.content_stream().read()
                found.append((record.rec_type, headers["WARC-Target-URI"] or "", line, body))
    return found


def test_live_harvest_is_recorded(archive: Archive, crawl: Crawl, folder: Path) -> None:
    crawl("-a", f"url={archive.url}", HARVEST_WARC=folder, HARVEST_CONTACT="me@example.org")
    info, *exchanges = recorded(folder)
    assert f"software: harvester {__version__}" in info[3].decode()
    assert "operator: me@example.org\r\n" in info[3].decode()
    assert "http-header-user-agent: harvester/0.1.0 (+me@example.org)" in info[3].decode()
    robots = archive.url.partition("/search")[0] + "/robots.txt"
    second = f"{archive.url}&page=1"
    assert [exchange[:3] for exchange in exchanges] == [
        (kind, url, f"{url[url.index('/', 8) :]} HTTP/1.1" if kind == "request" else "200 OK")
        for url in (robots, archive.url, second)
        for kind in ("response", "request")
    ]
    assert exchanges[2][3] == archive.page(0).encode()


def test_recording_gives_the_same_rows(archive: Archive, folder: Path, tmp_path: Path) -> None:
    collection = ["-a", f"url={archive.url}", "-a", "name=it"]
    live = harvest(*collection, HARVEST_DB=tmp_path / "live.db", HARVEST_WARC=folder)
    archive.asked.clear()
    again = harvest(*collection, "-a", f"source={folder}", HARVEST_DB=tmp_path / "again.db")
    assert (again.code, archive.asked) == (0, [])
    assert content(again.db) == content(live.db)
    said = "SELECT url, fetched, sha256, entries FROM pages ORDER BY id"
    assert rows(again.db, said) == rows(live.db, said)


def test_other_programs_take_the_recording(
    archive: Archive, crawl: Crawl, folder: Path, tmp_path: Path
) -> None:
    archive.validators = "ETag"
    for _ in range(2):
        crawl("-a", f"url={archive.url}", HARVEST_WARC=folder)
    files = sorted(map(str, folder.iterdir()))
    programs = Path(sys.executable).parent
    checked = subprocess.run([programs / "warcio", "check", "-v", *files], capture_output=True)
    assert (checked.returncode, b"fail" in checked.stdout.lower()) == (0, False)
    index = subprocess.run([programs / "cdxj-indexer", *files], capture_output=True, check=True)
    lines = [json.loads(line.split(b" ", 2)[2]) for line in index.stdout.splitlines()]
    statuses = [line["status"] for line in lines if line["url"] == archive.url]
    assert sorted(statuses) == ["200", "304"]


def test_same_bytes_are_recorded_once(
    archive: Archive, crawl: Crawl, db: Path, folder: Path, tmp_path: Path
) -> None:
    """The site never says that nothing has changed: each further record refers to the first."""
    for full in ("no", "no", "yes", "yes"):
        done = crawl("-a", f"url={archive.url}", "-a", f"full={full}", HARVEST_WARC=folder)
        assert (done.code, done.run["outcome"], done.run["seen"]) == (0, "complete", 15)
    assert archive.answered == [200] * 8
    first, *others = sorted(folder.iterdir())
    stored = {record["url"]: record for record in of_pages(first)}
    assert {record["type"] for record in stored.values()} == {"response"}
    for record in (record for file in others for record in of_pages(file)):
        refers = record["refers-to-target-uri"], record["refers-to-date"]
        assert (record["type"], refers) == (
            "revisit",
            (record["url"], stored[record["url"]]["date"]),
        )
        assert record["profile"].endswith("/revisit/identical-payload-digest")
        assert record["payload-digest"] == stored[record["url"]]["payload-digest"]
        assert record["body"] == b""
    places = rows(db, "SELECT url, warc, warc_offset, count(*) AS seen FROM pages GROUP BY 1, 2, 3")
    assert [(row["warc"], row["seen"]) for row in places] == [(first.name, 4)] * 2
    for source in (str(folder), str(first)):
        again = harvest(
            "-a",
            f"url={archive.url}",
            "-a",
            f"source={source}",
            HARVEST_DB=tmp_path / f"{len(source)}.db",
        )
        assert (again.code, again.run["seen"]) == (0, 15)
    first.rename(tmp_path / "elsewhere.warc.gz")
    assert crawl("-a", f"url={archive.url}", HARVEST_WARC=folder).code == 0
    newest = max(folder.iterdir())
    assert {record["type"] for record in of_pages(newest)} == {"response"}


def test_same_bytes_of_documents_are_recorded_once(
    archive: Archive, crawl: Crawl, folder: Path
) -> None:
    shelf = Shelf(archive)
    shelf.put(real_records("today")[:2])
    asked = [f"url={archive.url}", "details=yes", "full=yes"]
    for _ in range(2):
        crawl(*(f"-a{one}" for one in asked), HARVEST_WARC=folder)
    kinds = [
        [record["type"] for record in of_pages(file, "/document/")]
        for file in sorted(folder.iterdir())
    ]
    assert (shelf.answered, kinds) == ([200] * 4, [["response"] * 2, ["revisit"] * 2])


def of_pages(file: Path, part: str = "/search") -> list[dict[str, Any]]:
    """What warcio says of the records of pages in a file, by their headers' names; pages of
    listings, unless another part of their addresses is given."""
    found = []
    with file.open("rb") as opened:
        for record in ArchiveIterator(opened, check_digests="raise"):
            said = {
                name.lower().removeprefix("warc-"): value
                for name, value in record.rec_headers.headers
            }
            if record.rec_type in ("response", "revisit") and part in said["target-uri"]:
                body = record.content_stream().read()
                found.append({**said, "url": said["target-uri"], "body": body})
    return found


def test_same_bytes_add_little_to_the_database(
    archive: Archive, crawl: Crawl, db: Path, folder: Path
) -> None:
    """A row for each page of ten documents, and no text that the page before had."""
    archive.entries = [{**japan()[0], "href": f"/document/d{n}"} for n in range(60)]
    sizes = []
    for archive.validators in ("", "ETag"):
        crawl("-a", f"url={archive.url}", HARVEST_WARC=folder)
        before = taken(db)
        crawl("-a", f"url={archive.url}", HARVEST_WARC=folder)
        sizes.append((taken(db) - before) / len(archive.entries))
    assert archive.answered == [200] * 18 + [304] * 6
    assert 20 < min(sizes) <= max(sizes) <= 60


def taken(db: Path) -> int:
    """The bytes that the rows of a database take, and those of its indexes."""
    with closing(sqlite3.connect(db)) as connection:
        return int(connection.execute("SELECT sum(payload) FROM dbstat").fetchone()[0])


def test_content_is_kept_as_it_was_transferred(
    archive: Archive, crawl: Crawl, folder: Path
) -> None:
    archive.entries = japan()[:3]
    sent = gzip.compress(archive.page(0).encode(), mtime=1)
    archive.answers[0] = lambda _: Response(
        sent, content_type="text/html; charset=UTF-8", headers={"Content-Encoding": "gzip"}
    )
    crawl("-a", f"url={archive.url}", HARVEST_WARC=folder)
    (path,) = folder.iterdir()
    with path.open("rb") as file:
        places = [record.place for record in records(file) if record.url == archive.url]
        file.seek(places[0])
        record, body = read_record(file, 10**6)
    assert record.http is not None
    assert (body, record.http["Content-Encoding"]) == (sent, "gzip")


def test_failures_and_redirects_are_recorded(archive: Archive, crawl: Crawl, folder: Path) -> None:
    def recovers(request: Request) -> Response:
        if "again" in request.args:
            return html(archive.page(0))
        if len(archive.asked) == 1:
            return html("busy", 503)
        return Response("", 302, headers={"Location": request.url + "&again=1"})

    archive.entries = japan()[:3]
    archive.answers[0] = recovers
    assert crawl("-a", f"url={archive.url}", HARVEST_WARC=folder).code == 0
    answers = [line for kind, _, line, _ in recorded(folder) if kind == "response"]
    assert answers == ["200 OK", "503 Service Unavailable", "302 Found", "200 OK"]
    source = ["-a", f"url={archive.url}", "-a", f"source={folder}"]
    assert crawl(*source).code == 0


def test_recording_can_be_turned_off(archive: Archive, tmp_path: Path) -> None:
    done = harvest("-a", f"url={archive.url}", HARVEST_DB=tmp_path / "x.db", HARVEST_WARC="")
    assert (done.code, [path.suffix for path in tmp_path.iterdir()]) == (0, [".db"])


def test_recording_is_on_unless_turned_off(archive: Archive, tmp_path: Path) -> None:
    assert Path(settings.HARVEST_WARC).parts[-2:] == ("data", "warc")
    options = ["-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0", f"-sHARVEST_DB={tmp_path}/x.db"]
    done = scrapy(
        *("crawl", "collection", "-a", f"url={archive.url}", *COPY, *options),
        HARVEST_WARC=str(tmp_path / "warc"),
    )
    assert (done.returncode, len(recorded(tmp_path / "warc"))) == (0, 7)


def test_files_grow_no_larger_than_they_may(archive: Archive, crawl: Crawl, folder: Path) -> None:
    crawl("-a", f"url={archive.url}", HARVEST_WARC=folder, HARVEST_WARC_SIZE=1000)
    kinds = [recorded_in(file) for file in sorted(folder.iterdir())]
    assert kinds == [["warcinfo", "response", "request"]] * 3
    assert crawl("-a", f"url={archive.url}", "-a", f"source={folder}").code == 0


def recorded_in(file: Path) -> list[str]:
    with file.open("rb") as stream:
        return [record.kind for record in records(stream)]


def test_harvests_at_the_same_time_share_a_folder(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    def into(name: str) -> AbstractContextManager[Forked]:
        return begun(f"-aurl={archive.url}", HARVEST_DB=tmp_path / name, HARVEST_WARC=folder)

    with into("one.db") as one, into("other.db") as other:
        assert [one.wait(), other.wait()] == [0, 0]
    assert [len(recorded_in(file)) for file in folder.iterdir()] == [7, 7]


def test_folder_that_can_not_be_written_gets_a_sentence(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    (taken := tmp_path / "taken").write_text("I am no folder.")
    done = crawl("-a", f"url={archive.url}", HARVEST_WARC=taken)
    assert (done.code, len(done.complaints)) == (73, 1)
    assert str(taken) in done.complaints[0]
    assert ("Traceback" in done.err, done.entries()) == (False, [])


def test_full_disk_leaves_whole_records(folder: Path) -> None:
    files = WarcFiles(folder, 10**9, lambda name: gzip.compress(name.encode()))
    files.end()
    files.add(b"whole")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    (path,) = folder.iterdir()
    before = path.read_bytes()
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 3, limits[1]))
    try:
        with pytest.raises(BadRecording, match=str(folder)):
            files.add(b"cut off")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert files.end() == (path.name, len(before))
    files.close()


def middleware(folder: Path) -> RecordMiddleware:
    values = {"HARVEST_WARC": str(folder), "HARVEST_CONTACT": "", "HARVEST_WARC_SIZE": 10**9}
    return RecordMiddleware(Settings(values))


def test_request_tells_where_its_answer_is(folder: Path) -> None:
    recorder, request = middleware(folder), Asked("https://x.example/search?a=b")
    recorder.process_response(request, Answered(request.url, body=b"It"))
    source = request.meta[PAGE_SOURCE]
    with (folder / source.file).open("rb") as file:
        file.seek(source.offset)
        record, body = read_record(file, 100)
    recorder.spider_closed()
    assert (record.url, body, record.header("WARC-Date")) == (source.url, b"It", source.captured)
    assert record.header("WARC-Payload-Digest") == source.digest


def test_unchanged_page_refers_to_what_is_known(folder: Path) -> None:
    recorder, request = middleware(folder), Asked("https://x.example/search?a=b")
    known = PageSource("2020-01-02T03:04:05Z", "https://x.example/search?a=b", "f", 1, "sha1:ABC")
    request.meta[KNOWN_SOURCE] = known
    recorder.process_response(request, Answered(request.url, status=304))
    recorder.spider_closed()
    (path,) = folder.iterdir()
    with path.open("rb") as file:
        _, revisit, _ = records(file)
    assert revisit.kind == "revisit"
    names = ("Profile", "Refers-To-Target-URI", "Refers-To-Date", "Payload-Digest")
    assert [revisit.header(f"WARC-{name}") for name in names] == [
        "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        known.url,
        known.captured,
        known.digest,
    ]


def test_killed_harvest_leaves_whole_records(archive: Archive, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    archive.entries = [
        {"href": f"/document/d{n}", "title": f"T{n}", "date_text": "1955", "summary": None}
        for n in range(10 * PAGES)
    ]
    pages = [archive.page(number) for number in range(PAGES)]
    folder, db = tmp_path / "warc", tmp_path / "killed.db"
    kill(archive, pages, chance, db, folder)
    (left,) = folder.iterdir()
    read, cut = whole_records(left)
    assert read >= 2, f"seed {seed}"
    if not cut:
        check_torn(left, tmp_path / "torn.warc.gz", chance)
    stored = len(rows(db, "SELECT id FROM pages"))
    archive.answers = {n: fixed(page) for n, page in enumerate(pages)}
    archive.asked.clear()
    url = ["-a", f"url={archive.url}"]
    done = harvest(*url, HARVEST_DB=db, HARVEST_WARC=folder)
    assert (done.code, done.run["seen"]) == (0, 10 * PAGES), f"seed {seed}"
    assert archive.asked == list(range(stored, PAGES)), f"seed {seed}"
    (new,) = {*folder.iterdir()} - {left}
    assert whole_records(new) == (3 + 2 * len(archive.asked), 0), f"seed {seed}"
    again = tmp_path / "again.db"
    replayed = harvest(*url, "-a", f"source={folder}", HARVEST_DB=again)
    assert (replayed.code, content(again)) == (0, content(db)), f"seed {seed}"


def kill(archive: Archive, pages: list[str], chance: random.Random, db: Path, folder: Path) -> None:
    """Kills a harvest at some moment after it has asked for some page."""
    reached = threading.Event()
    last = chance.randrange(PAGES // 2)
    archive.answers = {n: fixed(page) for n, page in enumerate(pages)}
    archive.answers[last] = lambda _: (reached.set(), html(pages[last]))[1]
    with begun("-a", f"url={archive.url}", HARVEST_DB=db, HARVEST_WARC=folder):
        assert reached.wait(PATIENCE)
        time.sleep(chance.uniform(0, 0.03))


def fixed(page: str) -> Callable[[Request], Response]:
    return lambda _: html(page)


def whole_records(file: Path) -> tuple[int, int]:
    """How many records of a file are whole, which another program must find as they are too, and
    how many are torn."""
    found, torn = [], 0
    with file.open("rb") as stream:
        try:
            for record in records(stream):
                found.append((record.kind, record.url))
        except Torn:
            torn = 1
    with file.open("rb") as stream:
        for what, other in zip(found, ArchiveIterator(stream, check_digests="raise"), strict=False):
            other.content_stream().read()
            assert (other.rec_type, other.rec_headers["WARC-Target-URI"] or "") == what
    return len(found), torn


def check_torn(file: Path, copy: Path, chance: random.Random) -> None:
    """Asserts that all but the last record are read if that is cut anywhere, as a kill may."""
    with file.open("rb") as stream:
        places = [record.place for record in records(stream)]
    copy.write_bytes(file.read_bytes()[: chance.randrange(places[-1] + 1, file.stat().st_size)])
    assert whole_records(copy) == (len(places) - 1, 1)
