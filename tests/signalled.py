"""Commands that write, asked to end by a signal at some moment of their work."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from archive import Archive, Entry
from detailed import all_said
from harvests import COPY, HASTE, PROJECT, forked, rows, runs, scrapy, status
from pytest_httpserver import HTTPServer
from scans import Scans, kept

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST = 10.0
"""Seconds within which a program ends that was asked to."""
DOCUMENTS, PER_PAGE = 3, 2
HISTORY = "SELECT document, kind, field, old, new FROM changes ORDER BY document, kind, field, new"
FILES = "SELECT document, url, sha256, size FROM files ORDER BY document, url"
GOING_ON = "SELECT id FROM runs WHERE finished IS NULL"
GARBLE = "UPDATE documents SET title = 'Garbled ' || id"
STOPPED = "harvester: It was stopped"


def entry(number: int) -> Entry:
    return {
        "href": f"/document/d{number}",
        "title": f"Title {number}",
        "date_text": "June 10, 1991",
        "summary": f"Summary {number}",
    }


def scanned(archive: Archive, server: HTTPServer) -> Scans:
    """A site of so many documents, each with a page of its own and a scan."""
    archive.entries = [entry(number) for number in range(DOCUMENTS)]
    archive.per_page = PER_PAGE
    return Scans(archive, server, DOCUMENTS)


@dataclass(frozen=True)
class Work:
    """A command, in a folder of its own that is a copy of `base`; `{}` in an argument is there.

    `state` is what it leaves there, but for times and numbers of rows.
    """

    name: str
    arguments: Sequence[str]
    base: Path
    state: Callable[[Path], object]

    def command(self, folder: Path) -> list[str]:
        """What follows `scrapy`."""
        settings = {
            **HASTE,
            "HARVEST_DB": folder / "harvest.db",
            "HARVEST_FILES": folder / "scans",
            "HARVEST_WARC": folder / "warc",
        }
        options = [f"-s{name}={value}" for name, value in settings.items()]
        return [argument.replace("{}", str(folder)) for argument in self.arguments] + options

    def whole(self, folder: Path) -> object:
        """What is left by the command when nothing disturbs it."""
        done = scrapy(*self.command(folder))
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), (self, done)
        return self.state(folder)


def harvested(folder: Path) -> object:
    """All that is in a database of harvests, and the scans."""
    db = folder / "harvest.db"
    assert rows(db, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert rows(db, "PRAGMA foreign_key_check") == []
    assert rows(db, GOING_ON) == []
    scans = kept(folder / "scans") if (folder / "scans").is_dir() else {}
    return [*all_said(db), rows(db, HISTORY), rows(db, FILES), scans]


def written(folder: Path) -> object:
    """The files of an export, a snapshot or a fixture; nothing else is left in the folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted((folder / "out").rglob("*"))
        if path.is_file() and path.name != "page.json"
    }


def works(scans: Scans, folder: Path) -> list[Work]:
    """The commands that write, each with what it begins with."""
    url = (*COPY, "-a", f"url={scans.archive.url}")
    empty, base, garbled = (folder / name for name in ("empty", "base", "garbled"))
    for one in (empty, base):
        one.mkdir(parents=True)
    everything = ("crawl", "collection", *url, "-a", "files=yes", "-a", "name=it")
    Work("harvest", everything, empty, harvested).whole(base)
    shutil.copytree(base, garbled)
    with closing(sqlite3.connect(garbled / "harvest.db")) as db:
        db.execute(GARBLE)
        db.commit()
    offline = ("crawl", "collection", *url, "-a", f"source={base / 'warc'}")
    reparse = ("reparse", "--write", "--processes")
    page = scans.url("/document/d1")
    return [
        Work("listing", everything[:6], empty, harvested),
        Work("harvest", everything, empty, harvested),
        Work("recording", (*offline, "-a", "details=yes"), empty, harvested),
        Work("reparse", (*reparse, "1"), garbled, harvested),
        Work("reparse with processes", (*reparse, "2"), garbled, harvested),
        Work("snapshot", ("snapshot", "{}/out"), base, written),
        Work("export", ("export", "--format", "jsonl", "-o", "{}/out/x.jsonl"), base, written),
        Work("fixture", ("save-fixture", page, f"--{COPY[1]}", "--to", "{}/out"), empty, written),
    ]


class Trial:
    """Signals a work at a moment that chance decides, then does it again undisturbed."""

    def __init__(self, work: Work, folder: Path) -> None:
        self._work = work
        self._folder = folder
        folder = self._new()
        with forked(work.command(folder)) as process:
            until_it_listens(process.pid)
            began = time.monotonic()
            done = process()
        self._duration = time.monotonic() - began
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), (work, done)
        self._expected = work.state(folder)
        self.outcomes = Counter[str]()

    def run(self, chance: random.Random) -> None:
        """One signal; one of ten comes while the program is being loaded."""
        folder = self._new()
        number, moment = chance.choice(SIGNALS), chance.uniform(0, 1)
        if chance.random() > 0.1:
            done = signalled(self._work.command(folder), self._duration * moment, number)
        else:
            done = signalled_early(self._work.command(folder), moment, number)
        how = self._checked(folder, done.returncode, number, done.stderr)
        self.outcomes[how] += 1
        left = (self._work.state if how == "done" else self._work.whole)(folder)
        assert left == self._expected, (self._work.name, how, left, self._expected)
        shutil.rmtree(folder)

    def _new(self) -> Path:
        folder = self._folder / self._work.name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._work.base, folder)
        (folder / "out").mkdir()
        return folder

    def _checked(self, folder: Path, code: int, number: int, err: str) -> str:
        """How it ended; all that is there is sound."""
        left = [path.name for path in folder.iterdir()]
        assert not any(name.endswith((".part", ".lock")) for name in left), left
        if code == -number:  # it had not begun to listen
            assert left == [path.name for path in self._begun()], left
            return "not begun"
        assert "Traceback" not in err, err
        if (folder / "harvest.db").exists():
            harvested(folder)
        assert (code, STOPPED in err) in ((0, False), (75, True)), (code, err)
        return "interrupted" if code else "done"

    def _begun(self) -> list[Path]:
        return [*self._work.base.iterdir(), Path("out")]


def signalled(
    command: Sequence[str], moment: float, number: int
) -> "subprocess.CompletedProcess[str]":
    """A command that gets a signal so many seconds after it has begun to listen."""
    with forked(command) as process:
        until_it_listens(process.pid)
        time.sleep(moment)
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
        deadline = time.monotonic() + LONGEST
        while (running := runs(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.01)
        if running:
            os.kill(process.pid, signal.SIGKILL)
        return process()


def signalled_early(
    command: Sequence[str], moment: float, number: int
) -> "subprocess.CompletedProcess[str]":
    """A command that gets a signal so many seconds after its process has begun.

    What a shell begins in the background does not hear SIGINT, nor what that begins.
    """
    process = subprocess.Popen(
        ["env", "--default-signal=INT", sys.executable, "-m", "scrapy", *command],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        time.sleep(moment)
        process.send_signal(number)
        _, err = process.communicate(timeout=LONGEST)
    finally:
        process.kill()
        process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, "", err)


def until_it_listens(pid: int) -> None:
    """Waits until a process handles signals itself, or is not there any more."""
    while runs(pid) and not catches(pid, signal.SIGTERM):
        time.sleep(0.002)


def catches(pid: int, number: int) -> bool:
    """Whether a process handles a signal itself."""
    return bool(int(status(pid).get("SigCgt", "0"), 16) >> (number - 1) & 1)
