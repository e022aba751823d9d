"""The pages of the documentation that a reader follows, followed word for word."""

import random
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from harvests import DIES_WITH_US, PATIENCE, PROJECT, until

STEP = re.compile(
    r"<!-- run(?P<beside> beside)?(?:, exits with (?P<code>\d+))? -->\n"
    r"```sh\n(?P<commands>.*?)```\n"
    r"(?:\n```text\n(?P<output>.*?)```)?",
    re.S,
)
PORT = "8000"
"""Of a server on the reader's machine, as pages say it; here it is one that is free."""

NOT_GIVEN = range(20_000, 30_000)
"""Ports below those that systems give to who asks for any: RFC 6335, section 6, and Linux's
ip_local_port_range, which begins at 32768."""

Done = subprocess.CompletedProcess[str]
Harvester = Callable[..., Done]
"""Runs the program in a folder, with arguments."""


def follow(
    page: str, folder: Path, harvester: Harvester, given: Mapping[str, str] = {}
) -> list[tuple[str, str, str]]:
    """The steps of a page, as they are done in a folder: the commands, what they print, what the
    page says. What runs beside them, in another terminal, ends with them. What the page leaves to
    its readers, such as a NAME, is `given`.

    Raises AssertionError if the last command of a step does not end as the page says, or another
    one not well.
    """
    (folder / "fixtures").symlink_to(PROJECT / "fixtures")
    port = free_port()
    text = (PROJECT / "docs" / f"{page}.md").read_text("utf-8")
    text = re.sub(rf"(127\.0\.0\.1:|\s){PORT}\b", rf"\g<1>{port}", text)
    for word, meant in given.items():
        text = re.sub(rf"\b{word}\b", meant, text)
    with beside() as begin:
        found = []
        for step in STEP.finditer(text):
            *lines, last = step["commands"].splitlines()
            if step["beside"]:
                begin(last, folder, port)
                continue
            told = ""
            for line in (*lines, last):
                if line.startswith("cd "):
                    folder /= line.removeprefix("cd ")
                else:
                    code = int(step["code"] or 0) if line == last else 0
                    told += _said(line, folder, harvester, code)
            found.append((step["commands"], alike(told), alike(step["output"] or "")))
    return found


def _said(line: str, folder: Path, harvester: Harvester, code: int) -> str:
    name, *arguments = shlex.split(line, comments=True)
    done = harvester(folder, *arguments) if name == "harvester" else shell(folder, line)
    assert (done.returncode, bool(done.stderr)) == (code, code != 0), (line, done.stderr)
    return done.stdout + done.stderr


def shell(folder: Path, line: str) -> Done:
    """Runs a line in a folder."""
    command = ["/bin/sh", "-c", line]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)


@contextmanager
def beside() -> Iterator[Callable[[str, Path, int], None]]:
    """Begins servers, each with a line in a folder, and ends them; waits until one answers."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(line: str, folder: Path, port: int) -> None:
        program, *arguments = shlex.split(line)
        assert program == "python3"
        command = [*DIES_WITH_US, sys.executable, *arguments]
        quiet = subprocess.DEVNULL
        begun.append(subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet))
        until(lambda: answers(port), begun[-1])

    try:
        yield begin
    finally:
        for process in begun:
            process.terminate()
            process.wait(PATIENCE)


def free_port() -> int:
    """A port that nobody listens on, nor is given by the system to somebody who asks for any."""
    for port in random.sample(NOT_GIVEN, len(NOT_GIVEN)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("No port is free.")


def answers(port: int) -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def alike(text: str) -> str:
    """A text without what differs from time to time, and from one installation to another."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r"^(# Learned .* on )\d{4}-\d\d-\d\d", r"\1DAY", text, flags=re.M)
    text = re.sub(r"(^Next|To write it): \S*/(?=harvester)", r"\1: ", text, flags=re.M)
    text = re.sub(r" +$", "", text, flags=re.M)
    return re.sub(r" +", " ", re.sub(r"\d:\d\d:\d\d$", "TOOK", text, flags=re.M))
