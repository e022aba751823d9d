"""Many collections on several machines: PostgreSQL, workers, hosts on loopback, and kills.

HARVEST_FLEET is how many collections there are, on a fifth as many hosts; HARVEST_KILLS is how
many workers, crawls and servers are killed.
"""

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fleet import DELAY, LEASE, PER_PAGE, SETTINGS, Fleet, Hosts, eventually, fleet, hosts
from harvests import harvester
from postgres import Postgres, postgres

from harvester.jobs.places import Folder
from harvester.jobs.schedule import QUEUE, Planned, Schedule
from harvester.jobs.versions import DATABASE, Versions

COLLECTIONS = int(os.environ.get("HARVEST_FLEET", "8"))
KILLS = int(os.environ.get("HARVEST_KILLS", "4"))
WORKERS = 3
SAID = """
    SELECT d.site, d.id, d.url, d.title, d.date_text, d.date_edtf, d.summary, m.position,
        d.removed, m.missing, m.removed
    FROM memberships AS m JOIN documents AS d ON d.number = m.document
        JOIN collections AS c ON c.id = m.collection
    WHERE c.name = ? ORDER BY 1, 2"""
TOLD = """
    SELECT d.site, d.id, kind, field, old, new FROM changes JOIN documents AS d
        ON d.number = changes.document JOIN collections AS c ON c.id = changes.collection
    WHERE c.name = ? ORDER BY 1, 2, 3, 4"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as found:
        yield found


def said(db: Path, collection: str) -> list[tuple[Any, ...]]:
    """What a database has of a collection: its documents, and what was told of them."""
    with closing(sqlite3.connect(db)) as connection:
        return [
            row for sql in (SAID, TOLD) for row in connection.execute(sql, [collection]).fetchall()
        ]


def begin(folder: Path, server: Postgres, sites: Hosts, every: str = "week") -> Fleet:
    """A schedule of all collections, in a database of PostgreSQL that was emptied."""
    (folder / "store").mkdir()
    sites.file(folder, every)
    found = Fleet(folder, server.anew(), str(folder / "store"))
    for verb in ("init", "schedule"):
        assert found.jobs(verb).returncode == 0
    return found


def crawls(some: Fleet) -> list[int]:
    """The processes of all crawls of its workers, also of those that are gone."""
    found = subprocess.run(["pgrep", "-f", "die_with_parent"], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split() if some.store in environment(line)]


def environment(process: str) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/environ").read_text()
    return ""


def kill_something(some: Fleet, server: Postgres, chance: random.Random) -> tuple[str, float]:
    """Kills one of these; returns what, and when."""
    what, when = chance.choice(("worker", "worker", "crawl", "crawl", "server")), time.time()
    if what == "server":
        server.kill()
        time.sleep(chance.uniform(0, LEASE))
        server.start()
    elif what == "crawl" and (found := crawls(some)):
        with suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)
    else:
        alive = [worker for worker in some.workers if worker.poll() is None]
        chance.choice(alive).kill()
        some.begin()
        what = "worker"
    return what, when


def test_all_ends_as_on_one_machine_whatever_is_killed(server: Postgres, tmp_path: Path) -> None:
    chance = random.Random(os.environ.get("HARVEST_SEED", "1"))
    with hosts(COLLECTIONS, max(2, COLLECTIONS // 5)) as sites:
        some = begin(tmp_path, server, sites)
        with psycopg.connect(some.address) as db:
            db.execute(NOTE_ENDS)
        with fleet(some):
            for _ in range(WORKERS):
                some.begin("--crawls", str(CRAWLS))
            eventually(lambda: sites.asked)
            kills = []
            for _ in range(KILLS):
                time.sleep(chance.uniform(0, LEASE))
                kills.append(kill_something(some, server, chance))
            eventually(lambda: some.is_in("done"), patience=60 + COLLECTIONS * 3)
            some.end()
        assert crawls(some) == []
        assert sites.too_close() == []
        crawled = Counter(one.path for asked in sites.asked.values() for one in asked)
        assert crawled["/robots.txt"] <= check_runs(some, kills)
        alone = tmp_path / "alone"
        alone.mkdir()
        sites.file(alone)
        options = [f"-s{name}={value}" for name, value in {**SETTINGS, "DOWNLOAD_DELAY": 0}.items()]
        (alone / "data").mkdir()
        assert harvester(alone, "crawl", "collection", *options).returncode == 0
    check_versions(tmp_path, alone / "data" / "harvest.db", sites.size)
    check_merged(tmp_path, alone / "data" / "harvest.db")


def check_runs(some: Fleet, kills: list[tuple[str, float]]) -> int:
    """How many jobs were begun. Each one beyond the first of its collection has its reason: the one
    before was lost, or ended with a code that is tried again, by a kill."""
    with psycopg.connect(some.address) as db:
        begun = db.execute(BEGUN).fetchall()
        ended = db.execute(ENDED).fetchall()
    again = 0
    for (name, at), (other, later) in pairwise(begun):
        if name != other:
            continue
        codes = [code for one, code, when in ended if one == name and at <= when < later]
        killed = {what for what, when in kills if at - MOMENT <= when <= later}
        if not codes:
            assert killed & {"worker", "server"}, f"{name} was lost"
        elif codes[-1] not in AGAIN:
            assert codes[-1] == -signal.SIGKILL and killed, f"{name} ended with {codes}"
        again += 1
    names = {name for name, _ in begun}
    assert len(names) == COLLECTIONS and len(begun) == COLLECTIONS + again
    assert again <= sum(MOST_LOST[what] for what, _ in kills)
    print(f"{len(begun)} jobs, {again} of them again, after {len(kills)} kills")
    return len(begun)


CRAWLS = 2
"""Of each worker at once."""
MOMENT = 1.0
AGAIN = (75, 69)
"""Codes after which a collection is tried again."""
MOST_LOST = {"crawl": 1, "worker": CRAWLS, "server": CRAWLS * WORKERS}
"""How many jobs a kill can have done again."""
NOTE_ENDS = """
CREATE TABLE ends (name text, code integer, at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION note_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO ends (name, code) VALUES (NEW.name, NEW.code); RETURN NEW; END $$;
CREATE TRIGGER note_end AFTER UPDATE OF code ON harvest_collections
    FOR EACH ROW EXECUTE FUNCTION note_end();
"""
BEGUN = """
SELECT args ->> 'name', extract(epoch FROM at)::double precision FROM procrastinate_jobs AS j
JOIN procrastinate_events AS e ON e.job_id = j.id WHERE type = 'started' ORDER BY 1, 2"""
ENDED = "SELECT name, code, extract(epoch FROM at)::double precision FROM ends"


def check_versions(folder: Path, alone: Path, size: int) -> None:
    """What each collection's newest version has, the one machine's database has as well."""
    for number in range(COLLECTIONS):
        name = f"collection-{number}"
        versions = Versions(Folder(folder / "store"), name)
        newest = versions.take(folder / "taken" / name, only=DATABASE)
        assert newest.ended["code"] == 0
        expected = said(alone, name)
        assert len(expected) >= size
        documents = [row for row in expected if len(row) > 6]
        found = said(folder / "taken" / name / DATABASE, name)
        assert found[: len(documents)] == documents
        assert Counter(row[2] for row in found[len(documents) :]) == {"added": size}


def check_merged(folder: Path, alone: Path) -> None:
    """All of them merged are as the one machine's, in whichever order."""
    taken = [str(path) for path in sorted((folder / "taken").glob("*/*.db"))]
    chance = random.Random(1)
    for name, given in (("a", taken), ("b", taken[::-1]), ("c", chance.sample(taken, len(taken)))):
        assert harvester(folder, "merge", f"{name}.db", *given).returncode == 0
    assert harvester(folder, "merge", "d.db", "store").returncode == 0
    digests = {sha256((folder / f"{name}.db").read_bytes()).digest() for name in "abcd"}
    assert len(digests) == 1
    for number in range(COLLECTIONS):
        name = f"collection-{number}"
        assert said(folder / "a.db", name) == said(alone, name)


def test_worker_that_is_killed_loses_its_job_to_another(server: Postgres, tmp_path: Path) -> None:
    """Within twice the lease; its crawl is gone at once."""
    with hosts(1, 1, size=200) as sites:
        some = begin(tmp_path, server, sites)
        with fleet(some):
            first = some.begin()
            eventually(lambda: len(sites.asked["127.0.1.1"]) > 3)
            first.kill()
            killed = time.monotonic()
            eventually(lambda: not crawls(some), patience=LEASE / 2)
            before = len(sites.asked["127.0.1.1"])
            some.begin()
            eventually(lambda: len(sites.asked["127.0.1.1"]) > before)
            lost = sites.asked["127.0.1.1"][before].came - killed
            assert LEASE / 2 < lost < LEASE * 2 + 15  # how long a worker takes to begin
            assert some.status()["collection-0"]["state"] == "running"


def test_what_only_a_person_can_see_to_is_held(server: Postgres, tmp_path: Path) -> None:
    with hosts(2, 2) as sites:
        sites.refused.add("1")
        some = begin(tmp_path, server, sites)
        with fleet(some):
            some.begin()
            eventually(lambda: some.is_in("done", "held"))
            held = some.status()["collection-1"]
            assert (held["state"], held["code"]) == ("held", 77)
            assert "127.0.1.2" in held["sentence"] and "403" in held["sentence"]
            assert json.loads(some.jobs("status", "--json").stdout) == [*some.status().values()]
            table = some.jobs("status").stdout.splitlines()
            assert table[0] == "1 done, 1 held"
            assert table[-1] == f"  {held['sentence']}"
            sites.refused.clear()
            assert some.jobs("retry", "collection-1").stdout.startswith("1 collection")
            eventually(lambda: some.is_in("done"))
            assert some.jobs("retry", "collection-7").returncode == 64


def test_next_job_of_a_host_keeps_to_its_crawl_delay(server: Postgres, tmp_path: Path) -> None:
    """It is longer than any pause of ours, and other hosts are not kept waiting."""
    delay = 10 * DELAY
    with hosts(3, 2, size=PER_PAGE) as sites:
        sites.robots = f"User-agent: *\nCrawl-delay: {delay}\n"
        some = begin(tmp_path, server, sites)
        with fleet(some):
            some.begin("--crawls", "1")
            eventually(lambda: some.is_in("done"))
            some.end()
        first, again = (one for one in sites.asked["127.0.1.1"] if one.path == "/robots.txt")
        last = max(
            one.came for one in sites.asked["127.0.1.1"] if first.came < one.came < again.came
        )
        assert again.came - last >= delay
        assert last < sites.asked["127.0.1.2"][0].came < again.came


def test_host_of_a_lost_job_is_left_alone(server: Postgres) -> None:
    """Nobody knows when its worker asked for the last time."""
    address = server.anew()

    async def waits() -> list[float]:
        schedule = Schedule(address)
        async with schedule.opened(set_up=False):
            await schedule.set_up()
            await schedule.plan([Planned("one", "example.org", "week", "")], {})
            await schedule.tend(LEASE)
            jobs = schedule.app.job_manager
            worker = await jobs.register_worker()
            assert await jobs.fetch_job(queues=[QUEUE], worker_id=worker)
            found = []
            for sql in (NOW, LONG_AGO):
                await schedule.spare("example.org", 100.0)
                with psycopg.connect(address) as db:
                    db.execute(FREE)
                    db.execute(sql)
                await schedule.tend(LEASE)
                row, _ = await schedule.one("one") or pytest.fail("it is still due")
                found.append(row["wait"])
            return found

    assert asyncio.run(waits()) == [0.0, pytest.approx(100.0, abs=5)]


NOW, LONG_AGO = (
    f"UPDATE procrastinate_workers SET last_heartbeat = now() - interval '{seconds} s'"
    for seconds in (0, 2 * LEASE)
)
FREE = "UPDATE harvest_hosts SET free = now()"


def test_worker_that_is_asked_to_stop_stores_what_it_has(server: Postgres, tmp_path: Path) -> None:
    """The next one goes on from there, at once."""
    with hosts(1, 1, size=40) as sites:
        some = begin(tmp_path, server, sites)
        with fleet(some):
            worker = some.begin()
            eventually(lambda: len(sites.asked["127.0.1.1"]) > 3)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
            left = some.status()["collection-0"]
            assert (left["state"], left["code"], left["version"]) == ("due", 75, 1)
            some.begin()
            eventually(lambda: some.is_in("done"))
        asked = Counter(one.path for one in sites.asked["127.0.1.1"])
        again = {path for path, times in asked.items() if times > 1}
        assert "/robots.txt" in again and len(again) <= 2  # it was asking for a page just then


def test_long_crawl_lets_others_have_their_turn(server: Postgres, tmp_path: Path) -> None:
    """There is one place, and two hosts take turns."""
    with hosts(2, 2, size=30) as sites:
        some = begin(tmp_path, server, sites)
        with fleet(some):
            some.begin("--crawls", "1", HARVEST_JOBS_SLICE=2)
            eventually(lambda: some.is_in("done"))
            some.end()
        turns = [line.split(":")[0] for line in some.logs().splitlines() if "broken off" in line]
        assert {*turns[:2]} == {"collection-0", "collection-1"}
        assert turns[::2] == turns[:1] * len(turns[::2])


def test_store_that_fails_stops_the_worker(server: Postgres, tmp_path: Path) -> None:
    with hosts(1, 1) as sites:
        some = begin(tmp_path, server, sites)
        (tmp_path / "store" / "collection-0").write_text("in the way")
        with fleet(some):
            for state in ("again", "held"):
                assert some.begin().wait(60) == 73
                assert some.is_in(state, "due")
            assert "HARVEST_STORE" in some.status()["collection-0"]["sentence"]


@pytest.mark.parametrize(
    ("words", "settings", "code", "sentence"),
    [
        ([], {}, 64, "init, schedule, work, status, retry"),
        (["dance"], {}, 64, "'dance'"),
        (["status", "now"], {}, 64, "'now'"),
        (["retry"], {}, 64, "--all"),
        (["work", "--crawls", "0"], {}, 64, "--crawls '0'"),
        (["status"], {"HARVEST_JOBS": ""}, 64, "HARVEST_JOBS"),
        (["status"], {"HARVEST_JOBS": "postgresql://nobody:secret@127.0.0.1:9/no"}, 69, "no on"),
        (["status"], {"HARVEST_JOBS": "what is this"}, 69, "HARVEST_JOBS"),
        (["work"], {"HARVEST_STORE": "nowhere"}, 64, "HARVEST_STORE"),
    ],
)
def test_mistake_is_said_in_a_sentence(
    server: Postgres,
    tmp_path: Path,
    words: list[str],
    settings: dict[str, str],
    code: int,
    sentence: str,
) -> None:
    options = [f"-s{name}={value}" for name, value in settings.items()]
    done = Fleet(tmp_path, server.address, str(tmp_path)).jobs(*words, *options)
    assert done.returncode == code
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr and "secret" not in done.stderr


def test_schedule_is_what_the_file_says(server: Postgres, tmp_path: Path) -> None:
    with hosts(3, 2) as sites:
        some = begin(tmp_path, server, sites)
        assert [*some.status()] == ["collection-0", "collection-1", "collection-2"]
        file = tmp_path / "collections.toml"
        tables = file.read_text().split("\n\n")
        file.write_text("\n\n".join([tables[0].replace("week", "30 4 * * 1"), tables[1]]))
        told = some.jobs("schedule").stdout
        assert "2 collections of 2 hosts" in told and "No longer scheduled: collection-2" in told
        rows = some.status()
        assert [*rows] == ["collection-0", "collection-1"]
        assert (rows["collection-0"]["state"], rows["collection-1"]["state"]) == ("new", "due")
        file.write_text(file.read_text().replace("every", "# every"))
        assert some.jobs("schedule").returncode == 64
        assert [*some.status()] == [*rows]
