"""Workers on one machine that stand for several, and hosts on loopback that note who asks when."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from harvests import HASTE, PROJECT, harvester
from markup import Listing, render
from psycopg.rows import dict_row

from harvester.jobs.statements import STATUS

PATIENCE = 90.0
MOMENT = 0.05
DELAY = 0.5
"""Seconds that a host is to be left alone between two requests."""
TAKES = 0.02
"""Seconds that a host takes to answer."""
PER_PAGE = 5
LEASE = 3.0
SETTINGS = {
    **HASTE,
    **{"DOWNLOAD_DELAY": DELAY, "RANDOMIZE_DOWNLOAD_DELAY": 0, "HARVEST_JOBS_LEASE": LEASE},
    **{"HARVEST_JOBS_WAIT": 0.5, "HARVEST_RETRIES": 1},
}
Document = Mapping[str, str]


def eventually(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    """Waits until something holds."""
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(MOMENT)


def entries(number: int, size: int) -> list[dict[str, Any]]:
    """The entries of a collection's listing, of which half are also in the next one's."""
    first = number * size // 2
    return [
        {
            "title": f"Document {n}, on Boundaries",
            "link": f"/document/document-{n}",
            "date_text": f"October {n % 28 + 1}, 19{n % 60 + 30}",
            "summary": f"What document {n} is about.",
        }
        for n in range(first, first + size)
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: what it was for, when it came and when it was answered, in seconds."""

    path: str
    came: float
    answered: float


class Hosts(ThreadingHTTPServer):
    """So many addresses of loopback with a share of so many collections each, and what each was
    `asked`. The answer to a collection in `refused` is 403; `robots` is their robots.txt."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, collections: int, hosts: int, size: int = 12) -> None:
        super().__init__(("0.0.0.0", 0), Handler)
        self.size, self.hosts, self.collections = size, hosts, collections
        self.sizes = [size] * collections
        self.asked: dict[str, list[Asked]] = defaultdict(list)
        self.refused: set[str] = set()
        self.robots = ""
        self.lock = Lock()

    def url(self, number: int) -> str:
        host = f"127.0.{number % self.hosts // 200 + 1}.{number % self.hosts % 200 + 1}"
        return f"http://{host}:{self.server_address[1]}/search?search_api_fulltext={number}"

    def file(self, folder: Path, every: str = "week") -> Path:
        """Writes the collections.toml of all."""
        tables = (
            f'[collection-{n}]\nurl = "{self.url(n)}"\nsite = "wilson-center"\nevery = "{every}"\n'
            for n in range(self.collections)
        )
        file = folder / "collections.toml"
        file.write_text("\n".join(tables))
        return file

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients are killed."""

    def too_close(self) -> list[tuple[str, float]]:
        """The hosts that had two requests at once, or too soon after each other, and how soon.

        A request may take a moment longer than the next one to get here, so that they seem closer.
        """
        return [
            (f"{host}: {one.path}, {other.path}", other.came - one.came)
            for host, asked in self.asked.items()
            for one, other in pairwise(asked)
            if other.came < one.answered or other.came - one.came < DELAY / 2
        ]


class Handler(BaseHTTPRequestHandler):
    """Answers with a page of a collection, and notes that."""

    server: Hosts
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        came = time.monotonic()
        time.sleep(TAKES)
        status, text = self.answer(parse_qs(urlsplit(self.path).query))
        host = self.connection.getsockname()[0]
        with self.server.lock:
            self.server.asked[host].append(Asked(self.path, came, time.monotonic()))
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def answer(self, query: Mapping[str, Sequence[str]]) -> tuple[int, bytes]:
        if not self.path.startswith("/search"):
            return (200, self.server.robots.encode()) if self.server.robots else (404, b"")
        (name,), (page,) = query["search_api_fulltext"], query.get("page", ["0"])
        if name in self.server.refused:
            return 403, b""
        some, start = entries(int(name), self.server.sizes[int(name)]), int(page) * PER_PAGE
        url = self.server.url(int(name)) + (f"&page={page}" if int(page) else "")
        listing = Listing(
            url=url,
            entries=some[start : start + PER_PAGE],
            first=start + 1,
            total=len(some),
            range_form="{first} - {last} of {total}",
        )
        return 200, render("today", listing).encode()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hosts(collections: int, number: int, size: int = 12) -> Iterator[Hosts]:
    """Hosts that answer until the end of the block."""
    with Hosts(collections, number, size) as server:
        Thread(target=server.serve_forever, args=[MOMENT], daemon=True).start()
        yield server
        server.shutdown()


class Fleet:
    """Workers of one schedule and store, begun in a folder with a collections.toml."""

    def __init__(self, folder: Path, address: str, store: str) -> None:
        self.folder, self.address, self.store = folder, address, store
        self.workers: list[subprocess.Popen[bytes]] = []

    def jobs(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Runs `harvester jobs`."""
        given = [f"-sHARVEST_JOBS={self.address}", f"-sHARVEST_STORE={self.store}"]
        return harvester(self.folder, "jobs", *given, *words)

    def status(self) -> dict[str, Any]:
        """The schedule by collection; nothing while PostgreSQL is down."""
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(self.address, connect_timeout=2, row_factory=dict_row) as db,
        ):
            return {row["name"]: row for row in db.execute(STATUS)}
        return {}

    def is_in(self, *states: str) -> bool:
        """Whether all collections are in one of these states."""
        rows = self.status().values()
        return bool(rows) and all(row["state"] in states for row in rows)

    def begin(self, *words: str, **settings: object) -> "subprocess.Popen[bytes]":
        """Begins a worker."""
        options = [f"-s{name}={value}" for name, value in {**SETTINGS, **settings}.items()]
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        with log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "harvester", "jobs", "work", *words, *options],
                cwd=self.folder,
                env={
                    **os.environ,
                    **{"HARVEST_JOBS": self.address, "HARVEST_STORE": self.store},
                    "PYTHONPATH": str(PROJECT),
                },
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def end(self) -> None:
        """Ends all workers in order, or at once if they don't."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        for worker in self.workers:
            worker.wait(PATIENCE)

    def logs(self) -> str:
        """What all workers have said."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


@contextmanager
def fleet(some: Fleet) -> Iterator[Fleet]:
    """A fleet whose workers are gone at the end of the block."""
    try:
        yield some
    finally:
        for worker in some.workers:
            worker.kill()
            worker.wait()
