"""Downloads of the reading room: all that was found, whole or broken off, and nobody waits."""

import asyncio
import csv
import html
import http.client
import io
import json
import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import rispy
from datasette.utils.asgi import Request
from filled import real_records, store_details
from harvests import PATIENCE, until
from reading_room import get, opened
from stored import entry, store
from test_export import written

from harvester.datasette import downloads
from harvester.datasette.downloads import AT_ONCE, FORMATS, Send
from harvester.datasette.room import Room
from harvester.datasette.server import served

FOUND = 15_049
OTHERS = 51
MANY = f"""
    INSERT INTO documents (site, id, url, title, summary, date_text, first_seen, last_changed, page)
    WITH numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {FOUND + OTHERS})
    SELECT site, 'n' || n, url || n, CASE WHEN n <= {FOUND} THEN 'Fish ' ELSE 'Whale ' END || n,
        summary, date_text, first_seen, last_changed, page
    FROM numbers, (SELECT * FROM documents LIMIT 1)"""
Ids = Callable[[bytes], list[str]]
IDS: dict[str, Ids] = {
    "ris": lambda body: [one["id"] for one in rispy.loads(body.decode())],
    "json": lambda body: [one["id"] for one in json.loads(body)],
    "csv": lambda body: [
        f"{row['site']}/{row['id']}"
        for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    ],
    "bib": lambda body: re.findall(r"^@unpublished\{(.+),$", body.decode().replace(":", "/"), re.M),
    "marc.xml": lambda body: re.findall(r' tag="001">(.+)<', body.decode()),
    "mods.xml": lambda body: re.findall(r"<recordIdentifier>(.+)<", body.decode()),
}
"""The ids in a download, in its order."""
EXPORTS = {ending: one.export for ending, one in FORMATS.items()}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One document of a whale, and many more."""
    path = tmp_path_factory.mktemp("many") / "harvest.db"
    store(path, [entry("first", "Whale", "1956", "A summary")])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(MANY)
    return path


@pytest.fixture(scope="module")
def room(db: Path) -> Iterator[str]:
    with opened(db) as url:
        yield url


def found(db: Path, order: str) -> list[str]:
    asked = f"SELECT site || '/' || id FROM documents WHERE title LIKE 'Fish%' ORDER BY {order}"
    with closing(sqlite3.connect(db)) as connection:
        return [name for (name,) in connection.execute(asked)]


@pytest.mark.parametrize("ending", ["ris", "json", "csv"])
def test_download_has_all_that_was_found(ending: str, room: str, db: Path) -> None:
    answer = get(f"{room}/documents.{ending}?q=fish&sort=newest&page=7")
    ids = IDS[ending](answer.body)
    assert len(ids) == FOUND
    assert ids == found(db, "first_seen DESC, number")
    assert answer.headers["content-type"] == FORMATS[ending].media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="fish.{ending}"'
    assert answer.headers["transfer-encoding"] == "chunked"


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_found_is_an_empty_file(ending: str, room: str) -> None:
    answer = get(f"{room}/documents.{ending}?q=squirrel")
    assert (answer.status, IDS[ending](answer.body)) == (200, [])


def test_head_sends_no_documents(room: str) -> None:
    answer = get(f"{room}/documents.ris", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-disposition"] == 'attachment; filename="documents.ris"'


NAMES = {
    "q=": "documents.csv",
    "q=Kono+%22peace%22": "kono-peace.csv",
    "q=..%2F..%2Fetc%2Fpasswd": "etc-passwd.csv",
    "q=a%0D%0ASet-Cookie:+x": "a-set-cookie-x.csv",
    "q=%E6%97%A5%E3%82%BD": "document.csv",
}


@pytest.mark.parametrize("query", NAMES)
def test_name_of_a_download_is_safe(query: str, room: str) -> None:
    answer = get(f"{room}/documents.csv?{query}", "HEAD")
    assert answer.headers["content-disposition"] == f'attachment; filename="{NAMES[query]}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


def test_question_that_nobody_asks_is_refused(room: str) -> None:
    answer = get(f"{room}/documents.ris?q={'fish+' * 100}")
    assert answer.status == 400
    assert "characters" in answer.text


def begun(url: str) -> socket.socket:
    """A connection that has asked for an address, and reads nothing of the answer."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
    connection.sendall(line.encode())
    return connection


def test_nobody_waits_for_those_who_download(room: str) -> None:
    """Readers that take nothing keep no thread from others; one more is asked to come again."""
    with ExitStack() as stack:
        for _ in range(AT_ONCE):
            slow = stack.enter_context(begun(f"{room}/documents.csv?q=fish"))
            assert slow.recv(12) == b"HTTP/1.1 200"
        page = get(f"{room}/documents?q=whale")
        assert (page.status, str(OTHERS + 1) in page.text) == (200, True)
        refused = get(f"{room}/documents.csv?q=fish")
        assert refused.status == 503
        assert "try again" in refused.text
    until(lambda: get(f"{room}/documents.csv?q=whale").status == 200)


def test_download_is_of_one_moment(room: str, db: Path) -> None:
    """What a harvest writes while it is sent is not in it."""
    with asked(f"{room}/documents.csv?q=fish") as answer:
        first = answer.read(1000)
        with closing(sqlite3.connect(db)) as connection, connection:
            connection.execute("UPDATE documents SET summary = 'Something else'")
        body = first + answer.read()
    assert body.count(b"A summary") == FOUND
    assert b"Something else" not in body


def test_download_that_can_not_be_read_is_broken_off(room: str, db: Path) -> None:
    """A document in its middle has no page: whoever downloads is told, and gets no short file."""
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE documents SET page = 99 WHERE title = 'Fish 9000'")
    try:
        with asked(f"{room}/documents.csv?q=fish") as answer:
            assert answer.status == 200
            with pytest.raises(http.client.IncompleteRead):
                answer.read()
        assert get(f"{room}/documents.csv?q=fish+9000").status == 500
    finally:
        with closing(sqlite3.connect(db)) as connection, connection:
            connection.execute("UPDATE documents SET page = 1 WHERE title = 'Fish 9000'")


@contextmanager
def asked(url: str) -> Iterator[http.client.HTTPResponse]:
    """The answer to an address, of which nothing but the head was read."""
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)) as connection:
        connection.request("GET", f"{parts.path}?{parts.query}")
        yield connection.getresponse()


DETAILED = "petition-opposition-coming-japan-taiwans-national-defense-minister-chiang"


@pytest.fixture(scope="module")
def detailed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("detailed") / "harvest.db"
    store_details(path, real_records())
    return path


@pytest.fixture(scope="module")
def real(detailed: Path) -> Iterator[str]:
    """The reading room of the real records."""
    with opened(detailed) as url:
        yield url


@pytest.mark.parametrize("ending", FORMATS)
def test_download_of_everything_is_the_export(ending: str, real: str, detailed: Path) -> None:
    body, export = get(f"{real}/documents.{ending}").body, written(detailed, EXPORTS[ending])
    assert sorted(IDS[ending](body)) == sorted(IDS[ending](export))
    assert sorted(body.splitlines()) == sorted(export.splitlines()) or ending == "json"


QUESTIONS = ("q=japan", "place=Japan", "decade=1960s", "from=1967-11&to=1967", "")


@pytest.mark.parametrize("question", QUESTIONS)
def test_download_has_as_many_as_the_page_says(question: str, real: str) -> None:
    page = get(f"{real}/documents?{question}").text
    (leads,) = re.findall(r'href="(/documents\.ris[^"]*)"', page)
    body = get(f"{real}{html.unescape(leads)}").body
    (said,) = re.findall(r"<h1[^>]*>\s*(\d+) documents?\b", page)
    assert len(IDS["ris"](body)) == int(said)


@pytest.mark.parametrize("ending", FORMATS)
def test_document_is_taken_along_alone(ending: str, real: str, detailed: Path) -> None:
    answer = get(f"{real}/documents/wilson-center/{DETAILED}.{ending}")
    assert [*map(last, IDS[ending](answer.body))] == [last(DETAILED)]
    lines = set(written(detailed, EXPORTS[ending]).splitlines())
    assert ending == "json" or set(answer.body.splitlines()) <= lines
    name = answer.headers["content-disposition"]
    assert re.fullmatch(rf'attachment; filename="petition-[a-z-]+\.{ending}"', name)


def last(key: str) -> str:
    """What tells a document: BibTeX's keys are cut, and begin with the site."""
    return key.removeprefix("wilson-center").strip("/-")[:20]


@pytest.mark.parametrize("ending", FORMATS)
def test_document_that_is_not_there_is_not_found(ending: str, real: str) -> None:
    for path in ("wilson-center/nothing", "nobody/nothing", "%2e%2e/%2e%2e", "~2E~2E/~2E~2E"):
        assert get(f"{real}/documents/{path}.{ending}").status == 404


async def sent(db: Path, send: Send, gone: asyncio.Event) -> None:
    """Sends a download of all fish to somebody, who leaves at some time."""

    async def receive() -> dict[str, str]:
        await gone.wait()
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "query_string": b"q=fish", "path": "/documents.csv"}
    scope |= {"headers": [], "url_route": {"kwargs": {"ending": "csv"}}}
    room = Room(served(db), Request(scope, receive), "harvest")
    await (await downloads.selection(room)).asgi_send(send)


def free_places() -> int:
    """How many downloads may begin."""
    with ExitStack() as stack:
        taken = 0
        while downloads.places.acquire(blocking=False):
            stack.callback(downloads.places.release)
            taken += 1
        return taken


def test_reader_who_takes_nothing_is_left_alone(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "SLOWEST", 0.05)
    begun = []

    async def take_nothing(message: dict[str, Any]) -> None:
        begun.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    asyncio.run(sent(db, take_nothing, asyncio.Event()))
    assert begun == ["http.response.start", "http.response.body"]  # and no end
    assert free_places() == AT_ONCE


def test_reader_who_takes_forever_is_left(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piece by piece, each in time, but not all of them."""
    monkeypatch.setattr(downloads, "WHOLE", 0.3)
    monkeypatch.setattr(downloads, "PIECE", 100)
    taken = []

    async def drip(message: dict[str, Any]) -> None:
        taken.append(message)
        await asyncio.sleep(0.01)

    asyncio.run(sent(db, drip, asyncio.Event()))
    assert 1 <= len(taken) < FOUND
    assert all(one.get("more_body", True) for one in taken)
    assert free_places() == AT_ONCE


def test_nothing_more_is_read_for_a_reader_who_left(db: Path) -> None:
    """What was sent has no end, or it would look whole to whoever still listens."""
    taken, gone = list[dict[str, Any]](), asyncio.Event()

    async def take_one(message: dict[str, Any]) -> None:
        taken.append(message)
        gone.set()
        await asyncio.sleep(0)

    asyncio.run(sent(db, take_one, gone))
    assert 0 < sum(len(one.get("body", b"")) for one in taken) < 3 * downloads.PIECE
    assert all(one["more_body"] for one in taken[1:])
    assert free_places() == AT_ONCE
