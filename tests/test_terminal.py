"""Every command on a real terminal: what it says there is what it says in a pipe, below the bar."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archive import Archive, Gate, html, japan
from harvests import COPY, FIXTURES, HASTE, PROJECT, checked_out, forked, rows
from pytest_httpserver import HTTPServer
from rereading import Harvested
from shelf import Shelf, real_records
from stored import store
from terminal import (
    Screen,
    Seen,
    elsewhere,
    ended,
    forked_on,
    known,
    on_terminal,
    real,
    running,
    terminal,
)

README = (PROJECT / "README.md").read_text(encoding="utf-8")
LOGGED = re.compile(
    r"\d{4}-\d\d-\d\d [\d:]+ \[scrapy.core.scraper\] INFO: \S+: stored .* of \d+\) from \S+"
)
CTRL_C = b"\x03"
CLOSED = "-"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
WITHOUT_MAKE = dict.fromkeys(("MAKEFLAGS", "MAKELEVEL", "MFLAGS"), "")
"""These tests may be run by a make themselves, which would speak in this one."""

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
SUMMED = ("japan-boundaries-soviet-union: ", "japan: ", "it: ")
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
    """A command with its files in a folder; a crawl has a database of its own."""
    names = {name: str(folder / name) for name in ("x.json", "x.csv", "frozen", "fixtures")}
    names |= {"THE_LISTING": archive.url, ".": str(folder)}
    database = folder / ("new.db" if command[0] == "crawl" else "harvest.db")
    settings = [f"-sHARVEST_DB={database}", f"-sHARVEST_WARC={folder / 'warc'}"]
    given = [option for option in HURRY if "WARC" not in option]
    return [*(names.get(word, word) for word in command), *given, *settings]


def check_bars(name: str, seen: Seen) -> None:
    """A bar stands on one line, and right above what is summed up."""
    if any(word in name for word in WITHOUT_BAR):
        assert seen.bars == []
    else:
        (bar,) = seen.bars
        assert seen.rows[bar + 1].startswith(SUMMED)
        assert bar == 0 or name.startswith("reparse")


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


def test_log_stands_above_the_bar(db: Path) -> None:
    settings = (f"-sHARVEST_DB={db}", "-L", "INFO")
    seen = on_terminal(*SAVED[:-2], *settings, columns=250)
    (bar,) = seen.bars
    stored = [number for number, row in enumerate(seen.rows) if "stored" in row]
    assert [bool(LOGGED.fullmatch(seen.rows[number])) for number in stored] == [True, True]
    assert max(stored) < bar < seen.rows.index(f"The database is {db}")


def test_every_phase_has_its_bar(archive: Archive, db: Path) -> None:
    shelf = Shelf(archive)
    shelf.put(real_records("today"))
    given = (
        "-a",
        f"url={archive.url}",
        "-a",
        "name=it",
        "-a",
        "details=yes",
        *COPY,
        "-L",
        "WARNING",
    )
    seen = on_terminal("crawl", "collection", *given, *HURRY, f"-sHARVEST_DB={db}")
    told = [re.sub(r"[\u2501 ]{3,}", " ", row).removesuffix(" 0:00:00") for row in seen.rows]
    pages = len(shelf.records)
    assert (seen.code, seen.bars) == (0, [0, 2])
    assert told[0] == f"it {pages}/{pages} 1 pages"
    assert told[1].startswith(f"it: complete, {pages} of {pages} (")
    assert told[2:4] == [f"it: details {pages}/{pages}", f"it: details: {pages} of {pages}"]


def test_log_of_all_does_not_break_the_bar(db: Path) -> None:
    """Also when others than ours log, and from where a bar was drawn already."""
    seen = on_terminal(*SAVED[:-2], f"-sHARVEST_DB={db}", "-L", "DEBUG", columns=250)
    assert (seen.code, len(seen.bars)) == (0, 1)


@pytest.mark.parametrize("name", ["crawl", "changes", "export"])
def test_poor_encodings_lose_nothing(name: str, archive: Archive, work: Callable[[], Path]) -> None:
    """What an encoding lacks is escaped; what it is told by is not the terminal."""
    command = placed(COMMANDS[name], archive, work())
    code, said = elsewhere(*command)
    work()
    seen = on_terminal(*command, PYTHONIOENCODING="ascii")
    work()
    with terminal() as screen, running(screen, real(*command), LC_ALL="C") as process:
        seen_in_c = ended(screen, process)
    assert (seen.code, seen_in_c.code, code, "Traceback" in screen.written) == (0, 0, 0, False)
    assert seen_in_c.printed == [row for row in seen.wrapped(said) if row]
    if name != "export":  # which is in UTF-8 in any case
        said = said.encode("ascii", "backslashreplace").decode()
    assert seen.printed == [row for row in seen.wrapped(said) if row]


@pytest.mark.parametrize("name", ["crawl", "changes", "runs", "export", "snapshot", "reparse"])
def test_reader_that_has_enough_ends_nothing(
    name: str, archive: Archive, work: Callable[[], Path], tmp_path: Path
) -> None:
    command = placed(COMMANDS[name], archive, work())
    code, said = elsewhere(*command)
    work()
    os.mkfifo(pipe := tmp_path / "pipe")
    with terminal() as screen, forked_on(screen, *command, to=pipe) as process:
        head = subprocess.run(["head", "-1", pipe], capture_output=True, text=True)
        seen = ended(screen, process)
    assert (seen.code, seen.printed) == (code, [])
    assert head.stdout and head.stdout.splitlines()[0] in said.splitlines()


def test_bytes_are_not_for_a_terminal(work: Callable[[], Path]) -> None:
    seen = on_terminal("export", "--format", "parquet", f"-sHARVEST_DB={work()}/harvest.db")
    assert (seen.code, len(seen.rows)) == (64, 1)
    assert seen.rows[0].startswith("harvester: parquet") and "-o FILE" in seen.rows[0]


def stopped(screen: Screen, command: list[str], busy: Callable[[], bool]) -> Seen:
    """What is seen when somebody presses Ctrl-C as soon as a command is busy."""
    with forked_on(screen, *command) as process:
        screen.read_until(busy)
        screen.type(CTRL_C)
        return ended(screen, process)


def test_stopped_harvest_says_so_below_its_bar(archive: Archive, db: Path) -> None:
    gate = Gate()
    archive.answers[1] = gate.hold(lambda _: html(archive.page(1)))
    wanted = ("-a", f"url={archive.url}", *COPY)
    command = ["crawl", "collection", *wanted, *HURRY, f"-sHARVEST_DB={db}"]
    with terminal(100) as screen, forked_on(screen, *command, "-L", "INFO") as process:
        screen.read_until(gate.asked.is_set)
        screen.type(CTRL_C)
        screen.read_until(lambda: "SIGINT" in screen.written or process.poll() is not None)
        gate.open()
        seen = ended(screen, process)
    gate.open()
    assert (seen.code, "Traceback" in screen.written) == (75, False)
    told = [number for number, row in enumerate(seen.rows) if row.startswith("harvester: ")]
    assert told and min(told) > max(seen.bars)
    assert [row["outcome"] for row in rows(db, "SELECT outcome FROM runs")] == ["interrupted"]
    assert screen.written.rindex(SHOW_CURSOR) > screen.written.rindex(HIDE_CURSOR)


def test_stopped_save_fixture_says_so(archive: Archive, tmp_path: Path) -> None:
    gate = Gate()
    archive.answers[0] = gate.hold(lambda _: html(archive.page(0)))
    command = ["save-fixture", archive.url, "--to", str(tmp_path), *HURRY, "-L", "INFO"]
    with terminal(100) as screen, forked_on(screen, *command) as process:
        screen.read_until(gate.asked.is_set)
        screen.type(CTRL_C)
        screen.read_until(lambda: "SIGINT" in screen.written or process.poll() is not None)
        gate.open()
        seen = ended(screen, process)
    gate.open()
    assert (seen.code, "Traceback" in screen.written) == (75, False)
    assert seen.rows[-1].startswith("harvester: ")


@pytest.mark.parametrize("name", ["changes", "export", "runs"])
def test_stopped_printing_says_so(name: str, work: Callable[[], Path]) -> None:
    """A terminal takes some thousand signs that nobody has read, and then has a program wait."""
    database = work() / "harvest.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE documents SET title = ?", ["long " * 100_000])
        db.execute("UPDATE runs SET reason = ?", ["long " * 100_000])
        db.commit()
    command = [*COMMANDS[name], *([] if name == "export" else ["--format", "json"])]
    with terminal() as screen:
        seen = stopped(
            screen, [*command, f"-sHARVEST_DB={database}"], lambda: "long" in screen.written
        )
    assert (seen.code, "Traceback" in screen.written) == (75, False)
    assert seen.rows[-1] == "harvester: It was stopped before its end."


def test_stopped_reparse_says_so(work: Callable[[], Path]) -> None:
    folder = work()
    settings = (f"-sHARVEST_DB={folder / 'harvest.db'}", f"-sHARVEST_WARC={folder}/warc")
    with closing(sqlite3.connect(folder / "harvest.db")) as db:
        db.execute("UPDATE documents SET title = ?", ["long " * 100_000])
        db.commit()
    with terminal() as screen:
        seen = stopped(screen, ["reparse", *settings], lambda: "->" in screen.written)
    assert "Traceback" not in screen.written
    assert seen.code in (0, 75)


@pytest.mark.parametrize("command", ["crawl without a network", "save-fixture without a network"])
def test_no_network_is_one_sentence(command: str, archive: Archive, tmp_path: Path) -> None:
    seen = on_terminal(*placed(COMMANDS[command], archive, tmp_path), columns=200)
    said = [row for row in seen.printed if not row.startswith("japan: ")]
    assert (seen.code, len(said)) == (69, 1)
    assert said[0].startswith("harvester: ") and "host name can't be resolved" in said[0]


@pytest.mark.parametrize(
    ("closed", "name"),
    [
        ("in", "crawl"),
        *(("out", name) for name in ("crawl", "runs", "export")),
        *(("err", name) for name in ("crawl", "runs")),
    ],
)
def test_closed_streams_are_no_bug(
    closed: str, name: str, archive: Archive, work: Callable[[], Path]
) -> None:
    """What can't be told is told by the exit code."""
    command = placed(COMMANDS[name], archive, work())
    with terminal(200) as screen:
        streams = dict.fromkeys(("in", "out", "err"), screen.name) | {closed: CLOSED}
        with forked(command, known({}), **streams) as process:
            seen = ended(screen, process)
    told = [row for row in seen.rows if row.startswith("harvester: ")]
    assert (seen.code, len(told)) == ((73, 1) if closed == "out" else (0, 0))
    assert "Traceback" not in screen.written


def test_make_read_ends_when_told_to(tmp_path: Path) -> None:
    checkout = checked_out(tmp_path)
    store(checkout / "data" / "harvest.db", [])
    setup = ["-o", ".venv/harvest", "-o", ".venv/read"]
    make = ["make", "-C", str(checkout), "--no-print-directory", *setup, "read", "PORT=0"]
    with terminal(100) as screen, running(screen, make, **WITHOUT_MAKE) as process:
        screen.read_until(lambda: "Ctrl-C" in screen.written)
        screen.type(CTRL_C)
        ended(screen, process)
    assert "Traceback" not in screen.written


def test_make_harvest_ends_with_the_lines_of_the_readme(tmp_path: Path) -> None:
    checkout = checked_out(tmp_path)
    make = ["make", "-C", str(checkout), "--no-print-directory", "-o", ".venv/harvest", "harvest"]
    with terminal(100) as screen, running(screen, make, **WITHOUT_MAKE) as process:
        seen = ended(screen, process)
    told = re.search(r"`make harvest` ends with:\n\n```\n(.*?)```", README, re.DOTALL)
    assert told is not None
    assert (seen.code, seen.rows[-3:]) == (0, told[1].splitlines())
    assert seen.bars == [0]
