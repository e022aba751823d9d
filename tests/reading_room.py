"""The reading room as a process of its own, and what it answers."""

import http.client
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from harvests import PATIENCE, forked

SERVER = "harvester.datasette.server"


@dataclass(frozen=True)
class Answer:
    """An answer: its status, its headers by their names in small letters, its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@contextmanager
def opened(db: Path, *options: str) -> Iterator[str]:
    """The address at which `harvester serve` serves a database, with what stands beside it."""
    folders = {"HARVEST_FILES": "files", "HARVEST_WARC": "warc"}
    beside = {name: str(db.with_name(folder)) for name, folder in folders.items()}
    command, environment = ("serve", "--port", "0", *options), {**os.environ, **beside}
    forks = forked(
        command, {**environment, "HARVEST_DB": str(db)}, SERVER, program="harvester", longest=0
    )
    with forks as server:
        server.until_said("until Ctrl-C.")
        said = re.search(r"http://[\d.]+:\d+", server.err.read_text())
        assert said is not None
        yield said[0]
        server.signal(signal.SIGINT)
        server.wait()


def get(url: str, method: str = "GET", **headers: str) -> Answer:
    """What a server answers to an address, which is sent as it is written."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, url.removeprefix(f"http://{parts.netloc}") or "/", headers=named)
        answer = connection.getresponse()
        said = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, said, answer.read())
    finally:
        connection.close()
