"""Harvests as their users run them: whole processes, their output, their databases."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from signal import SIGKILL
from typing import Any

PROJECT = Path(__file__).parents[1]
PATIENCE = 12
"""Seconds that anything is waited for: so long only on a machine that has much else to do."""
FIXTURES = PROJECT / "fixtures" / "listing"
AS_PLAIN_USER = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
)
"""What a command needs before it so that permissions count for root too."""
DIES_WITH_US = ["setpriv", "--pdeathsig", "TERM"]
"""What a server's command needs before it so that it ends when we do, however that is."""
HASTE = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "HARVEST_RETRY_WAIT": 0.01,
    "HARVEST_WARC": "",
    "LOG_VERSIONS": "",  # of the packages, which are looked up each time
}

COPY = ("-a", "site=wilson-center")
"""Says that a host nobody knows, such as a server on loopback, shows a copy of the first site."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Harvest:
    """What a harvest left behind: its exit code, what it said, its database."""

    code: int
    out: str
    err: str
    db: Path

    @property
    def complaints(self) -> list[str]:
        """The sentences on stderr that are ours."""
        lines = self.err.splitlines()
        return [line.removeprefix("harvester: ") for line in lines if line.startswith("harvester:")]

    @property
    def run(self) -> Row:
        """The row of the last run."""
        return rows(self.db, "SELECT * FROM runs ORDER BY id DESC LIMIT 1")[0]

    def entries(self) -> list[Row]:
        """The documents in the order of the listing."""
        return rows(
            self.db,
            "SELECT documents.*, position FROM memberships JOIN documents ON id = document"
            " ORDER BY collection, position",
        )


def harvest(*arguments: str, **settings: object) -> Harvest:
    """Runs `scrapy crawl collection` in a hurry, with arguments and settings."""
    done = scrapy(*in_a_hurry(*arguments, **settings))
    return Harvest(done.returncode, done.stdout, done.stderr, Path(str(settings["HARVEST_DB"])))


def in_a_hurry(*arguments: str, **settings: object) -> list[str]:
    """What follows `scrapy` in the command line of such a harvest.

    Unless it is said otherwise, what is harvested is a copy of the first site.
    """
    if not any(argument.removeprefix("-a").startswith("site=") for argument in arguments):
        arguments += COPY
    options = [f"-s{name}={value}" for name, value in {**HASTE, **settings}.items()]
    return ["crawl", "collection", *arguments, *options]


def scrapy(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command of the project's, in a process of its own (tests/forks.py)."""
    with forked(arguments, {**os.environ, **environment}) as ended:
        return ended()


def harvester(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The same of the program `harvester`, in a folder."""
    with forked(arguments, program="harvester", folder=str(folder)) as ended:
        return ended()


def scrapy_anew(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The same in a Python that has imported nothing yet."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def begun(*arguments: str, **settings: object) -> "Iterator[Forked]":
    """Begins such a harvest in a forked process."""
    with forked(in_a_hurry(*arguments, **settings)) as process:
        yield process


@contextmanager
def forked(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ, *more: str, **asked: Any
) -> "Iterator[Forked]":
    """A command of the project's in a forked process, which is killed if nobody waits for its end.

    Its streams ("in", "out" and "err") may be files of somebody's own, or "-" for closed ones; its
    `program` and its `folder` others than scrapy and this one. It may have `limits` (man 2
    setrlimit) and `longest` seconds. `more` names the modules that it shall
    find imported, instead of those of a harvest.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        out.touch()
        err.touch()
        told = {
            "arguments": arguments,
            "environment": dict(environment),
            "out": str(out),
            "err": str(err),
            **asked,
        }
        forks = server(*more)
        process = Forked(arguments, answered(forks, told), forks, out, err)
        try:
            yield process
        finally:
            process.end()


@dataclass
class Forked:
    """A process that the server of forks has begun."""

    arguments: Sequence[str]
    pid: int
    server: "subprocess.Popen[str]"
    out: Path
    err: Path
    returncode: int | None = None

    def __call__(self) -> "subprocess.CompletedProcess[str]":
        """How it ended, which is waited for, and what it said."""
        code = self.wait()
        told = self.out.read_text(), self.err.read_text()
        return subprocess.CompletedProcess(self.arguments, code, *told)

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        if self.returncode is None:
            self.returncode = answered(self.server, {"wait": self.pid})
        return self.returncode

    def poll(self) -> int | None:
        """Its exit code if it has ended."""
        return None if runs(self.pid) else self.wait()

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def until_said(self, text: str) -> None:
        """Waits until it says something on standard error."""
        until(lambda: text in self.err.read_text(), self)

    def end(self) -> None:
        """Ends it if nobody has waited for it."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                self.signal(SIGKILL)
            self.wait()


def runs(pid: int) -> bool:
    """Whether a process has not ended yet."""
    return status(pid).get("State", "Z")[0] not in "ZX"


def status(pid: int) -> dict[str, str]:
    """What the system says of a process (man 5 proc); nothing if it is not there."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: said.strip() for name, _, said in (line.partition(":") for line in lines)}


def answered(forks: "subprocess.Popen[str]", asked: Mapping[str, Any]) -> int:
    """What a server of forks answers."""
    assert forks.stdin is not None and forks.stdout is not None
    print(json.dumps(asked), file=forks.stdin, flush=True)
    return int(forks.stdout.readline())


@cache
def server(*more: str) -> "subprocess.Popen[str]":
    """Who forks for us, as a plain user, with these modules imported; it ends when we do."""
    command = [*AS_PLAIN_USER, sys.executable, str(PROJECT / "tests" / "forks.py"), *more]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(
        command,
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def until(
    is_so: Callable[[], object], process: "subprocess.Popen[Any] | Forked | None" = None
) -> None:
    """Waits until something is so. Raises AssertionError if it never is, or if a process that is to
    bring it about has ended before."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "that took too long"
        assert process is None or process.poll() is None or is_so(), "the process has ended"
        time.sleep(0.005)


def checked_out(folder: Path) -> Path:
    """The project's files in an empty folder, with the packages that are installed here.

    That the README's commands install these by themselves is seen in .ci/run, which starts with
    nothing. What Python has compiled comes along: to do so anew takes longer than a harvest.
    """
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        compiled = [cache_from_source(name)] if name.endswith(".py") else []
        for one in (name, *compiled):
            if (PROJECT / one).is_file():
                (folder / one).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / one, folder / one)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def rows(db: Path, sql: str, *parameters: object) -> list[Row]:
    """What a reader of the database sees; documents' numbers, which depend on the order in which
    they were met, are not shown: `document` is an id wherever it stands."""
    with _reading(db) as connection:
        _name_documents(connection, sql)
        return [dict(row) for row in connection.execute(sql, parameters)]


def raw_rows(db: Path, sql: str, *parameters: object) -> list[Row]:
    """The same with documents' numbers."""
    with _reading(db) as connection:
        return [dict(row) for row in connection.execute(sql, parameters)]


def dump(db: Path) -> list[str]:
    """All that is in the database, as SQL."""
    with _reading(db) as connection:
        return list(connection.iterdump())


def _name_documents(connection: sqlite3.Connection, asked: str) -> None:
    """Puts views with ids before the tables with numbers that are asked for."""
    for (table,) in connection.execute(TABLES, [asked]).fetchall():
        found = connection.execute("SELECT name FROM pragma_table_info(?, 'main')", [table])
        columns = [name for (name,) in found if name != "number"]
        if table == "documents" or "document" in columns:
            named = ", ".join(NAMED if name == "document" else f'"{name}"' for name in columns)
            view = f'CREATE TEMP VIEW "{table}" AS SELECT {named} FROM main."{table}" AS named'
            connection.execute(view)


TABLES = r"""SELECT name FROM main.sqlite_schema
    WHERE type = 'table' AND name NOT LIKE '%\_fts%' ESCAPE '\' AND instr(?, name)"""
NAMED = "(SELECT d.id FROM main.documents AS d WHERE d.number = named.document) AS document"


@contextmanager
def _reading(db: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection
