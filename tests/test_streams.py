"""Standard streams that are closed or full: the exit code says all the same how it ended."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from first_harvests import first_harvest
from harvests import FIXTURES, HASTE, PROJECT, forked, rows

CLOSED, FULL = "-", "/dev/full"
BROKEN = {
    "2>&-": {"err": CLOSED},
    "2>/dev/full": {"err": FULL},
    ">&-": {"out": CLOSED},
    ">/dev/full": {"out": FULL},
    "<&- >&- 2>&-": {"in": CLOSED, "out": CLOSED, "err": CLOSED},
    ">/dev/full 2>/dev/full": {"out": FULL, "err": FULL},
}
PAGE = str(FIXTURES / "fishing-japan" / "page.html")
HURRY = [f"-s{name}={value}" for name, value in HASTE.items()]
CRAWL = ["crawl", "collection", *HURRY, "-sHARVEST_DB=FOLDER/new.db"]
DEAD = "http://127.0.0.1:9/search"
COMMANDS = {
    "crawl": ([*CRAWL, "-a", f"source={FIXTURES}"], 0),
    "crawl of what is dead": ([*CRAWL, "-a", f"url={DEAD}", "-sHARVEST_RETRIES=0"], 69),
    "quiet crawl": ([*CRAWL, "-a", f"source={FIXTURES}", "--quiet", "-L", "ERROR"], 0),
    "changes": (["changes"], 0),
    "export": (["export", "--format", "csv"], 0),
    "inspect": (["inspect", PAGE], 0),
    "inspect what is dead": (["inspect", DEAD, "-sHARVEST_RETRIES=0"], 69),
    "reparse": (["reparse"], 0),
    "snapshot": (["snapshot", "FOLDER/frozen"], 0),
    "dates": (["dates", "1955"], 0),
    "version": (["--version"], 0),
    "list of commands": (["--help"], 0),
    "no command": (["nothing"], 64),
    "wrong option": (["changes", "--format", "x"], 64),
    "option without value": (["changes", "--since"], 64),
}
IN_ALL_WAYS, USUAL = ("crawl", "inspect"), ("2>&-", "<&- >&- 2>&-")
CASES = [
    (name, streams)
    for name in COMMANDS
    for streams in BROKEN
    if name in IN_ALL_WAYS or streams in USUAL
]
TELLS_ON_ERROR_ALONE = ("inspect what is dead",)
READS = ("changes", "export", "reparse", "snapshot")
UNTOLD = 73
"""The code of what could not be told."""


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a harvest."""
    db = tmp_path_factory.mktemp("harvested") / "harvest.db"
    assert first_harvest(None, db, ["-a", f"source={FIXTURES}"]).code == 0
    return db


@pytest.mark.parametrize(("name", "streams"), CASES)
def test_exit_code_is_true(name: str, streams: str, harvested: Path, tmp_path: Path) -> None:
    command, code = COMMANDS[name]
    shutil.copy(harvested, tmp_path / "harvest.db")
    if command[0] in READS:
        command = [*command, "-sHARVEST_DB=FOLDER/harvest.db"]
    told = "out" in BROKEN[streams] and code != 64 and name not in TELLS_ON_ERROR_ALONE
    words = [word.replace("FOLDER", str(tmp_path)) for word in command]
    with forked(words, program="harvester", **BROKEN[streams]) as process:
        assert process.wait() == (UNTOLD if told else code)
    if name == "crawl":
        (run,) = rows(tmp_path / "new.db", "SELECT outcome FROM runs")
        assert run["outcome"] == "complete"


OPENED = """
import os, sys
from harvester.console import keep_numbers
keep_numbers()
with open(sys.argv[1], "wb") as file:
    file.write(str(file.fileno()).encode())
"""


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-", "<&-"])
def test_no_file_gets_the_number_of_a_closed_stream(closed: str, tmp_path: Path) -> None:
    file = tmp_path / "opened"
    words = [sys.executable, "-c", OPENED, str(file)]
    subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *words], cwd=PROJECT, check=True, timeout=60
    )
    assert int(file.read_text()) > 2
