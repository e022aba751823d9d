"""The README: its two commands work as written, in a checkout with nothing in it."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import documented
import pytest
from harvests import PATIENCE, PROJECT, checked_out, raw_rows

README = (PROJECT / "README.md").read_text(encoding="utf-8")


Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files in an empty folder."""
    return checked_out(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def harvested(checkout: Path) -> Done:
    """The first `make harvest` there."""
    return run("make harvest", checkout)


def run(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    words = ["make", "-o", ".venv/harvest", "-o", ".venv/test", *shlex.split(command)[1:]]
    # These tests may be run by a make themselves, which would have this one say where it works.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, env=outside
    )


def test_make_harvest_says_what_the_readme_says(checkout: Path, harvested: Done) -> None:
    said = (harvested.returncode, harvested.stdout, harvested.stderr)
    assert said == (0, documented.blocks(README)[0], "")
    assert "15 of 15" in harvested.stdout
    assert len(raw_rows(checkout / "data" / "harvest.db", "SELECT * FROM documents")) == 15


def test_make_harvest_again_finds_nothing_new(checkout: Path, harvested: Done) -> None:
    assert "0 new, 0 changed" in run("make harvest", checkout).stdout


def test_next_step_works_as_printed(checkout: Path, harvested: Done) -> None:
    printed = harvested.stdout.splitlines()[-1]
    poor = {"PATH": "/usr/bin:/bin"}
    command = ["/bin/sh", "-c", printed.removeprefix("Next: ")]
    shown = subprocess.run(command, cwd=checkout, env=poor, capture_output=True, text=True)
    assert (shown.returncode, "Helmut Kohl" in shown.stdout) == (0, True)


def test_make_test_runs_the_tests(checkout: Path) -> None:
    done = run("make test 'TESTS=-n 0 tests/test_walk.py'", checkout)
    assert done.returncode == 0
    assert re.search(r"\d+ passed", done.stdout)


def test_rows_are_shown_as_they_are(checkout: Path, harvested: Done) -> None:
    page = (PROJECT / "docs" / "reading.md").read_text("utf-8")
    (table,) = documented.blocks(page)
    head, _, *shown = [line.strip("|").split("|") for line in table.splitlines()]
    columns = [cell.strip() for cell in head]
    cells = [[cell.strip().removesuffix("...").strip() for cell in line] for line in shown]
    sql = "SELECT * FROM documents ORDER BY number LIMIT 3"
    stored = raw_rows(checkout / "data/harvest.db", sql)
    cut = [
        [row[name][: len(cell)] for name, cell in zip(columns, line, strict=True)]
        for row, line in zip(stored, cells, strict=True)
    ]
    assert cut == cells


MOST = 150


def test_readme_is_a_screen_and_a_half() -> None:
    assert len(README.splitlines()) <= MOST
