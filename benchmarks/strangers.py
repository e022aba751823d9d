"""What fifty visitors of a public reading room wait for, one of whom is hostile.

49 people read pages and pause between them, while the fiftieth does nothing and one of ATTACKS in
turns, as the machine may have other work for a while. For each attack it prints how much longer the
others' pages take than in the quiet times: the median, and nine in ten. More than twice as long is
too long. `--only WORD` chooses attacks.
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
TURNS = 4
"""Of quiet and attack, in the time that is asked for."""
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
    """The other visitors of a server, and how long each of their pages took: those that they asked
    for in a quiet time, and those in a busy one."""

    port: int
    waits: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})
    failed: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})
    busy: bool = False
    over: Event = field(default_factory=Event)

    def visit(self, number: int) -> None:
        """Reads pages until it is over."""
        chance = random.Random(number)
        while not self.over.wait(chance.uniform(0, 2 * PAUSE)):
            began, busy = time.monotonic(), self.busy
            well = asked(self.port, chance.choice(PAGES), f"127.0.1.{number + 1}") == 200
            self.waits[busy].append(time.monotonic() - began)
            self.failed[busy] += not well


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
def visited(port: int) -> Iterator[Crowd]:
    """The visitors."""
    crowd = Crowd(port)
    threads = [Thread(target=crowd.visit, args=(number,)) for number in range(VISITORS)]
    for one in threads:
        one.start()
    try:
        yield crowd
    finally:
        crowd.over.set()
        for one in threads:
            one.join()


@contextmanager
def attacked(crowd: Crowd, attack: Callable[[int, Event], None]) -> Iterator[None]:
    """The hostile one at work."""
    over = multiprocessing.Event()
    hostile = multiprocessing.Process(target=attack, args=(crowd.port, over))
    crowd.busy = True
    hostile.start()
    try:
        yield
    finally:
        over.set()
        hostile.join()
        crowd.busy = False


def tried(port: int, attack: Callable[[int, Event], None], seconds: float) -> Crowd:
    """How it was for the visitors without the hostile one and with it, for so many seconds each."""
    with visited(port) as crowd:
        time.sleep(2 * PAUSE)
        for _ in range(TURNS):
            time.sleep(seconds / TURNS)
            with attacked(crowd, attack):
                time.sleep(seconds / TURNS)
    return crowd


def main() -> None:
    """Tries all attacks, and fails if the others wait too long or get no answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=24)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "harvest.db"
        fill(database, options.documents)
        with serving(database) as port:
            for name, attack in ATTACKS.items():
                if options.only not in name:
                    continue
                crowd = tried(port, attack, options.seconds)
                quiet, busy = (quantiles(crowd.waits[one], n=10) for one in (False, True))
                ratios = busy[4] / quiet[4], busy[8] / quiet[8]
                bad |= max(ratios) > MOST or crowd.failed[True] > crowd.failed[False]
                print(
                    f"{ratios[0]:5.2f} {ratios[1]:5.2f}  {name}: median {busy[4]:.3f} s instead of"
                    f" {quiet[4]:.3f} s, nine in ten {busy[8]:.3f} instead of {quiet[8]:.3f};"
                    f" {crowd.failed[True]} of {len(crowd.waits[True])} not answered",
                    flush=True,
                )
    sys.exit(bad)


if __name__ == "__main__":
    main()
