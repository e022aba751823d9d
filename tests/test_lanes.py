"""A public server: who asks what takes long waits for others who do, and nobody else does."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from datasette.app import Datasette
from stored import entry, store
from uvicorn.server import ServerState

from harvester.datasette import lanes, server
from harvester.datasette.lanes import Lanes, NotQuick, in_lanes, quickly
from harvester.datasette.server import served
from harvester.datasette.serving import Served

ENDLESS = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT max(n) FROM n"


def test_what_takes_long_is_broken_off_and_what_does_not_is_not() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        with quickly(db):
            assert db.execute("SELECT 1").fetchone() == (1,)
        began = time.thread_time()
        with pytest.raises(NotQuick), quickly(db):
            db.execute(ENDLESS)
        assert lanes.QUICK <= time.thread_time() - began < 2 * lanes.QUICK
        assert db.execute("SELECT sum(value) FROM json_each('[1, 2]')").fetchone() == (3,)


@pytest.mark.parametrize("steps", [1, 40, 400])
def test_page_that_is_broken_off_while_it_is_found_is_answered_in_its_turn(
    steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path / "harvest.db", [entry(f"n-{n}", "Kono") for n in range(200)])
    monkeypatch.setattr(lanes, "QUICK", -1)
    monkeypatch.setattr(lanes, "STEPS", steps)
    room = served(tmp_path / "harvest.db", how=Served(public=True))

    async def asked() -> list[int]:
        pages = ("/documents", "/documents?q=kono", "/documents?from=1900")
        return [(await room.client.get(page)).status_code for page in pages]

    assert asyncio.run(asked()) == [200, 200, 200]


async def turn(one: Any, log: list[str], name: str, until: asyncio.Event | None = None) -> None:
    async with one:
        log.append(f"{name} begins")
        if until:
            await until.wait()
        log.append(f"{name} ends")


async def settle() -> None:
    """Lets all tasks go on until they wait."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_what_takes_long_goes_one_at_a_time() -> None:
    async def both() -> list[str]:
        shared, log, done = Lanes(), list[str](), asyncio.Event()
        first = asyncio.create_task(turn(shared.slow(), log, "first", done))
        await settle()
        second = asyncio.create_task(turn(shared.slow(), log, "second"))
        with shared.quick():
            log.append("quick")
        await settle()
        done.set()
        await asyncio.gather(first, second)
        return log

    log = ["first begins", "quick", "first ends", "second begins", "second ends"]
    assert asyncio.run(both()) == log


def test_who_waits_too_long_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LONGEST_WAIT", 0.01)

    async def blocked() -> None:
        shared = Lanes()
        async with shared.slow():
            with pytest.raises(TimeoutError, match="try again"):
                await turn(shared.slow(), [], "another")

    asyncio.run(blocked())


@pytest.mark.parametrize(("address", "others_wait"), [("192.0.2.1", True), ("127.0.0.1", False)])
def test_visitor_has_only_so_many_turns(address: str, others_wait: bool) -> None:
    """Where all have the address of the web server in front, nobody can be told from another."""

    async def crowd() -> list[str]:
        shared, log, done = Lanes(), list[str](), asyncio.Event()
        many = [
            asyncio.create_task(turn(shared.visitor(address), log, "one", done))
            for _ in range(lanes.MOST_TURNS + 3)
        ]
        await settle()
        await turn(shared.visitor("192.0.2.2"), log, "other")
        begun = log.count("one begins")
        done.set()
        await asyncio.gather(*many)
        assert log.count("one ends") == len(many)
        return [*log[:begun], "other begins" if "other ends" in log[: begun + 2] else "late"]

    log = asyncio.run(crowd())
    expected = lanes.MOST_TURNS if others_wait else lanes.MOST_TURNS + 3
    assert log == ["one begins"] * expected + ["other begins"]


@pytest.mark.parametrize(
    ("paused", "others", "rests"),
    [
        (0.0, True, True),
        (0.0, False, False),
        (4.0, True, False),  # as many pages, but read in between
    ],
)
def test_who_asks_without_a_pause_gives_way_to_others(
    paused: float, others: bool, rests: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page takes a second. The others are never the ones that rest."""
    clock, slept = [100.0], list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    fake = SimpleNamespace(sleep=sleep, Semaphore=asyncio.Semaphore)
    monkeypatch.setattr(lanes, "asyncio", fake)
    monkeypatch.setattr(lanes, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    async def asks() -> float:
        shared = Lanes()
        for _ in range(20):
            async with shared.visitor("192.0.2.1"):
                clock[0] += 1
            clock[0] += paused
            if others:
                before = len(slept)
                async with shared.visitor("192.0.2.2"):
                    pass
                assert len(slept) == before
        return 20 / (clock[0] - 100)

    share = asyncio.run(asks())
    assert bool(slept) == rests
    assert not rests or share < 1 / 3


def test_visitors_are_not_remembered_for_ever() -> None:
    async def come() -> int:
        shared = Lanes()
        for number in range(lanes.MOST_KNOWN + 10):
            async with shared.visitor(f"2001:db8::{number:x}"):
                pass
        return len(shared.visitors)

    assert asyncio.run(come()) == lanes.MOST_KNOWN


@pytest.mark.parametrize(
    ("path", "waits"),
    [
        ("/harvest", True),
        ("/harvest/records", True),
        ("/harvest.json", True),
        ("/harvests", False),
        ("/documents", False),
        ("/", False),
    ],
)
def test_tables_are_always_on_the_slow_lane(
    path: str, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(lanes, "harvest_of", lambda _: "harvest")
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"status": 200})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def ask() -> None:
        datasette = Datasette([])
        async with lanes.lanes_of(datasette).slow():
            await in_lanes(app, datasette)({"type": "http", "path": path}, None, send)

    asyncio.run(ask())
    assert sent[0]["status"] == (503 if waits else 200)


def test_questions_that_were_not_quick_are_remembered_but_not_for_ever() -> None:
    shared = Lanes()
    for number in range(lanes.MOST_KNOWN + 1):
        shared.note_slow(number)
    assert (shared.is_slow(0), shared.is_slow(1), shared.is_slow("new")) == (False, True, False)


def test_download_gives_way_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def count(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(lanes, "asyncio", SimpleNamespace(sleep=count, Semaphore=asyncio.Semaphore))
    shared = Lanes()
    asyncio.run(shared.give_way())
    assert pauses == []
    with shared.quick():
        asyncio.run(shared.give_way())
    assert len(pauses) == lanes.MOST_PAUSES


def test_connection_on_which_nobody_asks_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IMPATIENCE", 0.05)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.2)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def said(data: bytes) -> bytes:
        config = uvicorn.Config(answer, log_level="error")
        config.load()
        protocol = lambda: server.Impatient(config, ServerState(), {})  # noqa: E731
        listening = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        async with listening:
            reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
            writer.write(data)
            answered = await asyncio.wait_for(reader.read(12), 9)
            writer.close()
        return answered

    asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert [asyncio.run(said(data)) for data in (b"", asked[:-2], asked)] == [
        b"",
        b"",
        b"HTTP/1.1 204",
    ]
