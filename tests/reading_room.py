"""The reading room as a process of its own, and what it answers."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from harvests import DIES_WITH_US, PATIENCE, PROJECT


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
    server = subprocess.Popen(
        [*DIES_WITH_US, sys.executable, "-m", "harvester", "serve", "--port", "0", *options],
        cwd=PROJECT,
        env={**os.environ, **beside, "HARVEST_DB": str(db)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        said = (re.search(r"http://[\d.]+:\d+", line) for line in server.stderr)
        yield next(one[0] for one in said if one)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=PATIENCE)


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
