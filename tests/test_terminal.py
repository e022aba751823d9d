"""Every command on a real terminal: what it says there is what it says in a pipe, below the bar."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from archive import Archive, html, japan
from harvests import FIXTURES, HASTE, checked_out, rows
from pytest_httpserver import HTTPServer
from rereading import Harvested
from terminal import Seen, elsewhere, ended, on_terminal, real, running, terminal

KINDS = {
    "usual": (80, {}),
    "dumb": (80, {"TERM": "dumb"}),
    "narrow": (40, {}),
    "narrow and dumb": (40, {"TERM": "dumb"}),
}
HURRY = [f"-s{name}={value}" for name, value in HASTE.items()]
SAVED = ["crawl", "collection", "-a", f"source={FIXTURES}", "-L", "WARNING"]
NOWHERE = "https://nowhere.invalid/search?search_api_fulltext=Japan"
FIRST = FIXTURES / "japan-boundaries-soviet-union-page-0"
NAMED = str(japan()[0]["href"]).rpartition("/")[2]
GARBLED = f"UPDATE documents SET title = 'Garbled' WHERE id = '{NAMED}'"

COMMANDS = {
    "crawl": SAVED,
    "crawl of a part": [*SAVED[:2], "-a", f"source={FIRST}", "-L", "WARNING"],
    "crawl into files": [*SAVED, "-O", "x.json", "-O", "x.csv"],
    "crawl to stdout": [*SAVED, "-o", "-:csv", "-s", "FEED_EXPORT_FIELDS=id,title"],
    "quiet crawl": [*SAVED, "--quiet"],
    "crawl whose feeds have no place": [*SAVED, "-s", "HARVEST_FEEDS=/dev/null"],
    "crawl without a network": ["crawl", "collection", "-a", f"url={NOWHERE}", "-L", "WARNING"],
    "crawl of nothing": ["crawl", "nothing"],
    "changes": ["changes"],
    "changes as JSON": ["changes", "--format", "json"],
    "runs": ["runs"],
    "export": ["export", "--format", "ris"],
    "export of what is none": ["export", "--format", "docx"],
    "snapshot": ["snapshot", "frozen"],
    "no snapshot": ["snapshot", "--verify", "."],
    "reparse": ["reparse"],
    "reparse and write": ["reparse", "--write"],
    "save-fixture": ["save-fixture", "THE_LISTING", "--to", "fixtures", "-L", "WARNING"],
    "save-fixture without a network": ["save-fixture", NOWHERE, "-L", "WARNING"],
    "save-fixture of nothing": ["save-fixture"],
}
WITHOUT_BAR = ("quiet", "nothing", "changes", "runs", "export", "snapshot", "save-fixture")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A harvest that was recorded, of which a title was misread."""
    folder = tmp_path_factory.mktemp("kept")
    harvested = Harvested(folder / "harvest.db", folder / "warc")
    with HTTPServer() as server:
        harvested.crawl(Archive(server))
    harvested.as_read_before(GARBLED)
    return folder


@pytest.fixture
def work(kept: Path, tmp_path: Path) -> Callable[[], Path]:
    """Makes the folder that a command works in, as it was."""

    def made() -> Path:
        shutil.rmtree(tmp_path / "work", ignore_errors=True)
        return shutil.copytree(kept, tmp_path / "work")

    return made


def placed(command: list[str], archive: Archive, folder: Path) -> list[str]:
    """A command with its files in a folder."""
    names = {name: str(folder / name) for name in ("x.json", "x.csv", "frozen", "fixtures")}
    names |= {"THE_LISTING": archive.url, ".": str(folder)}
    settings = [f"-sHARVEST_DB={folder / 'harvest.db'}", f"-sHARVEST_WARC={folder / 'warc'}"]
    given = [option for option in HURRY if "WARC" not in option]
    return [*(names.get(word, word) for word in command), *given, *settings]


def check_bars(name: str, seen: Seen) -> None:
    """A bar stands on one line, and above what is summed up."""
    assert len(seen.bars) == (not any(word in name for word in WITHOUT_BAR))
    assert all(bar < len(seen.rows) - 1 for bar in seen.bars)


@pytest.mark.parametrize("name", COMMANDS)
def test_terminal_shows_what_a_pipe_gets(
    name: str, archive: Archive, work: Callable[[], Path]
) -> None:
    command = placed(COMMANDS[name], archive, work())
    code, said = elsewhere(*command)
    assert said and "Traceback" not in said
    for kind, (columns, environment) in KINDS.items():
        work()
        seen = on_terminal(*command, columns=columns, **environment)
        assert seen.code == code, kind
        assert seen.printed == [row for row in seen.wrapped(said) if row], kind
        check_bars(name, seen)
