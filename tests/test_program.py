"""The program `harvester`: Scrapy's commands with our settings, from any folder."""

import argparse
import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import make_commands
import pytest
from databases import first_schema
from harvests import FIXTURES, PROJECT, harvester, raw_rows

from harvester import __version__
from harvester.command import COMMON

COMMANDS = sorted(path.stem for path in (PROJECT / "harvester/commands").glob("[!_]*.py"))


def test_version_and_help(tmp_path: Path) -> None:
    assert harvester(tmp_path, "--version").stdout == f"harvester {__version__}\n"
    for asked in ([], ["--help"], ["-h"]):
        done = harvester(tmp_path, *asked)
        assert re.findall(r"^  ([\w-]+) +\S", done.stdout, re.M) == COMMANDS
        assert (done.returncode, done.stderr) == (0, "")


ONLY_READING = {
    "the version": ["--version"],
    "runs": ["runs"],
    "changes": ["changes", "--since", "1"],
    "dates": ["dates", "May 1962"],
    "an export": ["export", "--format", "csv"],
    "a snapshot": ["snapshot", "{folder}/frozen"],
    "a snapshot's check": ["snapshot", "--verify", "{folder}/frozen"],
}
LOADS = {*("scrapy", "twisted", "lxml", "parsel", "asyncio", "sqlite_utils", "rich", "OpenSSL")}
"""What takes most of a second to load, and is of no use to what only reads a database."""


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a harvest."""
    folder = tmp_path_factory.mktemp("read-only")
    (folder / "data").mkdir()
    first_schema(folder / "data" / "harvest.db")
    return folder


@pytest.mark.parametrize("case", ONLY_READING)
def test_what_only_reads_starts_without_the_crawler(case: str, read_only: Path) -> None:
    words = [word.format(folder=read_only) for word in ONLY_READING[case]]
    begun = [sys.executable, "-X", "importtime", "-m", "harvester", *words]
    here = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(begun, cwd=read_only, env=here, capture_output=True, text=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert (done.returncode, bool(done.stdout), "argparse" in loaded) == (0, True, True)
    assert {name.partition(".")[0] for name in loaded} & LOADS == set()


def test_commands_that_start_without_scrapy_have_its_common_options() -> None:
    parser = argparse.ArgumentParser()
    for names, how in COMMON.items():
        parser.add_argument(*names, **how)
    found, scrapys = (
        [(one.option_strings, one.dest, one.metavar, one.help, one.default) for one in options]
        for options in map(make_commands.options, (parser, make_commands.Shared().parser))
    )
    assert found == scrapys


WRONG = {
    "a setting": (["-s", "HARVEST_DB"], "'HARVEST_DB'"),
    "a level of the log": (["-L", "LOUD"], "'LOUD'"),
    "a level of the log, set": (["-s", "LOG_LEVEL=LOUD"], "'LOUD'"),
    "a file for the process": (["--pidfile", "/nowhere/pid"], "/nowhere/pid"),
    "an option": (["--nonsense"], "'--nonsense'"),
    "a database": (["-s", "HARVEST_DB=other.db"], "other.db"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_only_reads_gets_one_sentence_for_what_is_wrong(case: str, read_only: Path) -> None:
    words, named = WRONG[case]
    done = harvester(read_only, "runs", *words)
    code = 73 if case == "a database" else 64
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1)
    assert named in done.stderr


def test_profile_of_what_starts_without_scrapy(read_only: Path) -> None:
    assert harvester(read_only, "runs", "--profile", "profile").returncode == 0
    assert (read_only / "profile").stat().st_size > 0


@pytest.mark.parametrize("asked", ["startproject", "genspider", "nothing", "--nothing"])
def test_what_is_no_command_gets_one_sentence(asked: str, tmp_path: Path) -> None:
    done = harvester(tmp_path, asked)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (64, "", 1)
    assert repr(asked) in done.stderr


def test_from_an_empty_folder_to_an_export(tmp_path: Path) -> None:
    """All paths are seen from the working folder; a foreign project there changes nothing."""
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = nothing.settings\n")
    begun = harvester(tmp_path, "init", "mine")
    assert (begun.returncode, begun.stderr) == (0, "")
    next_step = shlex.split(begun.stdout.splitlines()[-1].removeprefix("Next: "))
    assert next_step == ["cd", "mine", "&&", "harvester", "crawl", "collection"]
    mine = tmp_path / "mine"
    source = f"source={FIXTURES}"
    done = harvester(mine, *next_step[4:], "-a", source, "-L", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "The database is data/harvest.db"
    assert len(raw_rows(mine / "data/harvest.db", "SELECT * FROM documents")) == 15
    exported = harvester(mine, "export", "--format", "ris", "-o", "all.ris")
    assert (exported.returncode, exported.stderr) == (0, "")
    assert (mine / "all.ris").read_text().count("TY  - ") == 15
    assert sorted(path.name for path in mine.iterdir()) == ["all.ris", "collections.toml", "data"]


def test_init_leaves_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "collections.toml"
    file.write_text("mine")
    done = harvester(tmp_path, "init")
    assert (done.returncode, len(done.stderr.splitlines())) == (64, 1)
    assert (file.read_text(), list(tmp_path.iterdir())) == ("mine", [file])


@pytest.mark.parametrize("arguments", [("a", "b"), ("--nonsense",)])
def test_wrong_init_gets_one_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = harvester(tmp_path, "init", *arguments)
    assert (done.returncode, len(done.stderr.splitlines())) == (64, 1)
    assert list(tmp_path.iterdir()) == []


def test_init_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = harvester(tmp_path, "init", "file/mine")
    assert (done.returncode, len(done.stderr.splitlines())) == (73, 1)


def test_example_is_the_one_of_the_checkout() -> None:
    name = "collections.toml"
    assert (PROJECT / name).read_text() == (PROJECT / "harvester" / name).read_text()


def test_sentences_name_the_program_as_it_was_called(tmp_path: Path) -> None:
    """In a checkout that is scrapy (test_usage.py)."""
    for command in ("crawl", "inspect", "snapshot", "save-fixture"):
        assert f": harvester {command}" in harvester(tmp_path, command).stderr
    assert "  harvester runs [options]" in harvester(tmp_path, "runs", "--help").stdout


SERVE = {
    "no harvest": ((), 73, "harvester crawl collection makes one"),
    "no number": (("--port", "http"), 64, "'http'"),
    "no port": (("--port", "65536"), 64, "'65536'"),
    "an argument": (("data",), 64, "'data'"),
    "another's file": (("-s", f"HARVEST_DB={__file__}"), 73, Path(__file__).name),
}


@pytest.mark.parametrize("case", SERVE)
def test_serve_that_cannot_be_gets_one_sentence(case: str, tmp_path: Path) -> None:
    arguments, code, said = SERVE[case]
    done = harvester(tmp_path, "serve", *arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1)
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_serve_at_a_port_that_is_taken(tmp_path: Path) -> None:
    source = f"source={FIXTURES}"
    assert harvester(tmp_path, "crawl", "collection", "-aname=x", "-a", source).returncode == 64
    harvester(tmp_path, "init")
    assert harvester(tmp_path, "crawl", "collection", "-a", source).returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = harvester(tmp_path, "serve", "--port", port)
    assert (done.returncode, len(done.stderr.splitlines())) == (64, 1)
    assert f"Port {port}" in done.stderr
