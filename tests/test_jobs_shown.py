"""The page of jobs in the reading room: real rows of PostgreSQL, and what to do without it."""

import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parsel import Selector
from postgres import Postgres, postgres
from stored import entry, store

from harvester.datasette.pages import MOST_JOBS
from harvester.datasette.server import served
from harvester.datasette.serving import Served
from harvester.jobs.schedule import Planned, Schedule

SAID = "https://one.example.org answers <b>403</b>: ask its keeper."
STATES = {
    "seen-to": "UPDATE harvest_collections SET held = true, code = 77, sentence = %s,"
    " ended = now(), worker = 'mill', version = 3 WHERE name = 'seen-to'",
    "done": "UPDATE harvest_collections SET code = 0, ended = now(), due = now() + '1 day',"
    " worker = 'mill', version = 1 WHERE name = 'done' AND %s <> ''",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as found:
        yield found


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jobs") / "harvest.db"
    store(path, [entry("letter", "Letter of Kono")])
    return path


def plan(address: str, names: list[str]) -> None:
    """Sets up a schedule of some collections."""

    async def planned() -> None:
        schedule = Schedule(address)
        async with schedule.opened(set_up=False):
            await schedule.set_up()
            await schedule.plan([Planned(one, "example.org", "week", "") for one in names], {})

    asyncio.run(planned())


def asked(db: Path, path: str, **how: Any) -> tuple[int, Selector]:
    """What is answered to an address by a reading room that is served so."""
    answer = asyncio.run(served(db, how=Served(**how)).client.get(path))
    return answer.status_code, Selector(answer.text)


def text(page: Selector, css: str) -> str:
    return str(page.css(css).xpath("normalize-space()").get(""))


def test_jobs_are_shown_with_what_went_wrong_first(server: Postgres, db: Path) -> None:
    address = server.anew()
    plan(address, ["done", "first", "seen-to"])
    with psycopg.connect(address) as connection:
        for sql in STATES.values():
            connection.execute(sql, [SAID])
    status, page = asked(db, "/jobs", jobs=address)
    assert status == 200
    assert text(page, ".lede") == "1 held, 1 due, 1 done"
    assert page.css("li strong::text").getall() == ["seen-to", "first", "done"]
    assert text(page, "li .why") == SAID
    told = text(page, "li")
    assert "every week" in told and re.search(r"exit code 77, version 3, by mill", told)
    _, held = asked(db, "/jobs?state=held", jobs=address)
    assert held.css("li strong::text").getall() == ["seen-to"]
    _, home = asked(db, "/", jobs=address)
    assert "/jobs" in home.css("nav a::attr(href)").getall()


def test_many_jobs_are_not_all_on_the_page(server: Postgres, db: Path) -> None:
    address = server.anew()
    plan(address, [f"collection-{number}" for number in range(MOST_JOBS + 2)])
    _, page = asked(db, "/jobs", jobs=address)
    assert len(page.css("ul.runs > li")) == MOST_JOBS
    assert "2 more are not shown" in text(page, "main")
    assert text(page, ".lede") == f"{MOST_JOBS + 2} due"


def test_strangers_are_shown_no_jobs(server: Postgres, db: Path) -> None:
    """Nor is anybody where no database of jobs is named."""
    address = server.anew()
    plan(address, ["first"])
    for how in ({"jobs": address, "public": True}, {"jobs": ""}):
        status, _ = asked(db, "/jobs", **how)
        _, home = asked(db, "/", **how)
        assert status == 404
        assert "/jobs" not in home.css("nav a::attr(href)").getall()


def nobody() -> str:
    """A port at which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"postgresql://nobody:secret@{nobody()}/none", "see that PostgreSQL runs there"),
        ("what is this", "correct HARVEST_JOBS"),
        ("", "harvester jobs init"),
    ],
)
def test_why_no_jobs_can_be_shown_is_a_sentence(
    server: Postgres, db: Path, capfd: pytest.CaptureFixture[str], said: str, words: str
) -> None:
    status, page = asked(db, "/jobs", jobs=said or server.anew())
    assert status == 503
    told = text(page, "main p")
    assert words in told and "secret" not in told and "Traceback" not in told
    assert "Traceback" not in capfd.readouterr().err
