"""A real terminal: commands run on it, and what a person then sees."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyte
from harvests import PROJECT, Forked, forked

LINES = 1000
BAR = re.compile(r" \d+/(\d+|\?)( \d+ pages)?( [\d:-]+)?$")
"""How a line of the progress bar ends."""
SIZE = ("COLUMNS", "LINES")
LONGEST = 60
"""Seconds that a command may take, or what is waited for on a terminal."""

Command = list[str]


@dataclass(frozen=True)
class Seen:
    """How a command ended, and what its terminal shows then, row by row."""

    code: int
    rows: list[str]
    columns: int

    @property
    def printed(self) -> list[str]:
        """The rows without those of progress bars."""
        return [row for row in self.rows if not BAR.search(row)]

    @property
    def bars(self) -> list[int]:
        """Which rows are progress bars."""
        return [number for number, row in enumerate(self.rows) if BAR.search(row)]

    def wrapped(self, text: str) -> list[str]:
        """The rows that a text takes here."""
        size = self.columns
        starts = (
            (line, start) for line in text.splitlines() for start in range(0, len(line), size)
        )
        return [line[start : start + size].rstrip() for line, start in starts]


class Screen:
    """A terminal that a test reads; nothing is lost of what is written on it."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self.ours, self.its = pty.openpty()
        size = struct.pack("HHHH", LINES, columns, 0, 0)
        fcntl.ioctl(self.its, termios.TIOCSWINSZ, size)
        self._written = bytearray()

    @property
    def name(self) -> str:
        """Its path."""
        return os.ttyname(self.its)

    @property
    def written(self) -> str:
        """All that was written on it so far."""
        return self._written.decode(errors="replace")

    def type(self, keys: bytes) -> None:
        """Types on its keyboard."""
        os.write(self.ours, keys)

    def read_until(self, done: Callable[[], bool]) -> None:
        """Reads what is written until something is true."""
        end = time.monotonic() + LONGEST
        while not done():
            assert time.monotonic() < end, self.written
            if select.select([self.ours], [], [], 0.05)[0]:
                self._written += os.read(self.ours, 65536)

    def rest(self) -> None:
        """Reads what is left when nobody writes any more."""
        while select.select([self.ours], [], [], 0)[0]:
            self._written += os.read(self.ours, 65536)

    def seen(self, code: int) -> Seen:
        """What a person sees."""
        wrapped = len(self._written) // self._columns  # at most so often
        lines = min(LINES, self._written.count(b"\n") + wrapped + 1)  # to show all takes long
        shown = pyte.Screen(self._columns, lines)
        pyte.ByteStream(shown).feed(bytes(self._written))
        rows = [row.rstrip() for row in shown.display]
        return Seen(code, [row for row in rows if row], self._columns)


@contextmanager
def terminal(columns: int = 80) -> Iterator[Screen]:
    """A terminal, until the end of the block."""
    screen = Screen(columns)
    try:
        yield screen
    finally:
        os.close(screen.ours)
        os.close(screen.its)


def on_terminal(*command: str, columns: int = 80, **environment: str) -> Seen:
    """Runs a command of `scrapy` with all three streams on one terminal, its own."""
    with terminal(columns) as screen, forked_on(screen, *command, **environment) as process:
        return ended(screen, process)


def forked_on(
    screen: Screen, *command: str, to: Path | None = None, **environment: str
) -> AbstractContextManager[Forked]:
    """A command of `scrapy` whose own terminal this is; standard output may go to a file."""
    streams = {"in": screen.name, "out": str(to or screen.name), "err": screen.name}
    return forked(command, known(environment), **streams)


@contextmanager
def running(
    screen: Screen, command: Command, **environment: str
) -> "Iterator[subprocess.Popen[bytes]]":
    """A command whose terminal this is."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=known(environment),
        stdin=screen.its,
        stdout=screen.its,
        stderr=screen.its,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ended(screen: Screen, process: "subprocess.Popen[bytes] | Forked") -> Seen:
    """What is seen when a command has ended."""
    screen.read_until(lambda: process.poll() is not None)
    screen.rest()
    assert process.returncode is not None
    return screen.seen(process.returncode)


def known(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment as a shell there has it: whoever runs the tests may have set a size."""
    outside = {name: value for name, value in os.environ.items() if name not in SIZE}
    return {**outside, "TERM": "xterm", **environment}


def real(*command: str) -> Command:
    """A command of `scrapy` in a process of its own that begins anew."""
    return [sys.executable, "-m", "scrapy", *command]


def elsewhere(*command: str) -> tuple[int, str]:
    """Its exit code, and what it says on both streams, where there is no terminal."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
        with forked(command, out=file.name, err=file.name) as process:
            code = process.wait()
        return code, file.read()
