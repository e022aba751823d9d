"""What fifty visitors of a public reading room wait for, one of whom is hostile.

49 people read pages and pause between them, while the fiftieth alternately does nothing and one of
ATTACKS. For each attack it prints how much longer the others' pages take than in the quiet time
before and after it: the median, and nine in ten. More than twice as long is too long.
"""

import argparse
import http.client
import multiprocessing
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from urllib.parse import quote

from benchmarks.measure import PROJECT
from benchmarks.synthetic import fill

VISITORS = 49
PAUSE = 4.0
"""Seconds between two pages of a visitor, on average."""
MOST = 2.0
"""How many times as long the others' pages may take."""
PATIENCE = 60
HOSTILE = "127.0.0.2"
"""Visitors have addresses of their own, as a web server in front says them; this is the one's."""
PAGES = (
    *("/", "/documents", "/documents?q=minister", "/documents?decade=1960s", "/timeline"),
    *("/names", "/news", "/harvests", "/documents.ris?q=minister+archive", "/data"),
)
QUESTIONS = (
    "/documents?q=" + quote("*" * 250),
    "/documents?q=" + quote("a* OR b* OR c* OR d* OR e* " * 9),
    "/documents?q=" + quote('"a b c" ' * 30),
    "/documents?q=" + quote("e\u0301\u0323" * 80),
    "/documents?q=a*&sort=title&more=author&more=place&more=subject&more=person",
    "/timeline?q=a*",
    "/names?kind=person&q=a",
    "/harvest/records?_search=" + quote("*" * 20_000),
    "/harvest/records?_search=a*&_facet=author&_facet=subject&_sort_desc=summary",
    "/harvest/records.json?_size=max&summary__contains=a&_sort=summary",
    "/harvest/records?summary__like=" + quote("%a%b%c%d%e%f%g%h%"),
    "/harvest/records?summary__glob=" + quote("*a*b*c*d*e*f*g*h*"),
)
"""What is dear to answer."""


@dataclass
class Crowd:
    """The other visitors of a server, and how long each of their pages took."""

    port: int
    waits: list[float] = field(default_factory=list)
    failed: int = 0
    over: Event = field(default_factory=Event)

    def visit(self, number: int) -> None:
        """Reads pages until it is over."""
        chance = random.Random(number)
        while not self.over.wait(chance.uniform(0, 2 * PAUSE)):
            began = time.monotonic()
            well = asked(self.port, chance.choice(PAGES), f"127.0.1.{number + 1}") == 200
            self.waits.append(time.monotonic() - began)
            self.failed += not well


def asked(port: int, path: str, who: str) -> int:
    """The status of the answer to an address, read to its end; 0 if there is none."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=PATIENCE, source_address=(who, 0)
    )
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    return 0


def one_after_another(port: int, over: Event) -> None:
    while not over.is_set():
        for question in QUESTIONS:
            if not over.is_set():
                asked(port, question, HOSTILE)


def many_at_once(port: int, over: Event) -> None:
    threads = [Thread(target=one_after_another, args=(port, over)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def saying(data: bytes, number: int) -> Callable[[int, Event], None]:
    """Opens so many connections, says something on each, and then nothing but a letter at times."""

    def attack(port: int, over: Event) -> None:
        with ExitStack() as stack:
            held: list[socket.socket] = []
            while not over.wait(0.5):
                while len(held) < number:
                    with suppress(OSError):
                        one = socket.create_connection(("127.0.0.1", port), 1, (HOSTILE, 0))
                        held.append(stack.enter_context(one))
                        one.sendall(data)
                for one in [*held]:
                    try:
                        one.sendall(b"x" if data and not data.endswith(b"\r\n\r\n") else b"")
                        one.setblocking(False)
                        if one.recv(1 if data.endswith(b"\r\n\r\n") else 1000) == b"":
                            held.remove(one)
                    except BlockingIOError:
                        pass
                    except OSError:
                        held.remove(one)

    return attack


ATTACKS: dict[str, Callable[[int, Event], None]] = {
    "dear questions, one after another": one_after_another,
    "dear questions, twenty at once": many_at_once,
    "150 connections that say nothing": saying(b"", 150),
    "150 that never end a header": saying(b"GET / HTTP/1.1\r\nX-A: ", 150),
    "30 downloads that nobody takes": saying(b"GET /documents.csv HTTP/1.1\r\nHost: x\r\n\r\n", 30),
}


@contextmanager
def serving(database: Path) -> Iterator[int]:
    """The port at which a public reading room is."""
    command = [sys.executable, "-m", "harvester", "serve", "--public", "--port", "0"]
    process = subprocess.Popen(
        [*command, "-s", f"HARVEST_DB={database}"], cwd=PROJECT, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        found = re.search(r":(\d+) until", process.stderr.readline())
        assert found is not None, "the server has not begun"
        drain = Thread(target=process.stderr.read, daemon=True)
        drain.start()
        yield int(found[1])
    finally:
        process.terminate()
        process.wait()


@contextmanager
def visited(port: int, attack: Callable[[int, Event], None] | None) -> Iterator[Crowd]:
    """The visitors, and the hostile one at work."""
    crowd, over = Crowd(port), multiprocessing.Event()
    threads = [Thread(target=crowd.visit, args=(number,)) for number in range(VISITORS)]
    hostile = multiprocessing.Process(target=attack, args=(port, over)) if attack else None
    for one in (*threads, *filter(None, [hostile])):
        one.start()
    try:
        yield crowd
    finally:
        over.set()
        crowd.over.set()
        for one in (*threads, *filter(None, [hostile])):
            one.join()


def during(port: int, attack: Callable[[int, Event], None] | None, seconds: float) -> Crowd:
    """How it was for the visitors for so many seconds."""
    with visited(port, attack) as crowd:
        time.sleep(seconds)
    return crowd


def main() -> None:
    """Tries all attacks, and fails if the others wait too long or get no answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=15)
    asked_for = parser.parse_args()
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "harvest.db"
        fill(database, asked_for.documents)
        with serving(database) as port:
            during(port, None, 5)
            for name, attack in ATTACKS.items():
                before = during(port, None, asked_for.seconds / 2)
                hostile = during(port, attack, asked_for.seconds)
                after = during(port, None, asked_for.seconds / 2)
                quiet = quantiles(before.waits + after.waits, n=10)
                busy = quantiles(hostile.waits, n=10)
                ratios = busy[4] / quiet[4], busy[8] / quiet[8]
                lost = hostile.failed - before.failed - after.failed
                bad |= max(ratios) > MOST or lost > 0
                print(
                    f"{ratios[0]:5.2f} {ratios[1]:5.2f}  {name}: median {busy[4]:.3f} s instead of"
                    f" {quiet[4]:.3f} s, nine in ten {busy[8]:.3f} instead of {quiet[8]:.3f};"
                    f" {hostile.failed} of {len(hostile.waits)} not answered",
                    flush=True,
                )
    sys.exit(bad)


if __name__ == "__main__":
    main()
