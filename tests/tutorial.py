"""The tutorial, followed word for word."""

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from harvests import PATIENCE, PROJECT

STEP = re.compile(r"<!-- run -->\n```sh\n(.*?)```\n(?:\n```text\n(.*?)```)?", re.S)
PAGE = PROJECT / "docs" / "tutorial.md"

Done = subprocess.CompletedProcess[str]
Harvester = Callable[..., Done]
"""Runs the program in a folder, with arguments."""


def follow(folder: Path, harvester: Harvester) -> list[tuple[str, str, str]]:
    """The steps, as they are done in a folder: the commands, what they print, what the page says.

    Raises AssertionError if a command does not end well.
    """
    (folder / "fixtures").symlink_to(PROJECT / "fixtures")
    found = []
    for commands, output in STEP.findall(PAGE.read_text("utf-8")):
        told = ""
        for line in commands.splitlines():
            if line.startswith("cd "):
                folder /= line.removeprefix("cd ")
            else:
                told += _said(line, folder, harvester)
        found.append((commands, alike(told), alike(output)))
    assert (folder / "harvest.ris").read_text().count("TY  - ") == 15
    return found


def _said(line: str, folder: Path, harvester: Harvester) -> str:
    name, *arguments = shlex.split(line)
    done = harvester(folder, *arguments) if name == "harvester" else shell(folder, line)
    assert (done.returncode, done.stderr) == (0, ""), line
    return done.stdout


def shell(folder: Path, line: str) -> Done:
    """Runs a line in a folder."""
    command = ["/bin/sh", "-c", line]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)


def alike(text: str) -> str:
    """A text without what differs from time to time, and from one installation to another."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r"^Next: \S*/(?=harvester)", "Next: ", text, flags=re.M)
    return re.sub(r" +", " ", re.sub(r"\d:\d\d:\d\d$", "TOOK", text, flags=re.M))
