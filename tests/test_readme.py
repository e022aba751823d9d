"""The README: its two commands work as written, and it leaves out nothing a user can meet."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from harvests import PROJECT, checked_out, rows, scrapy

from harvester import __version__, settings
from harvester.outcomes import EXIT_CODES, BadDatabase, BadUsage, Busy, Reason

README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project's files in an empty folder."""
    return checked_out(tmp_path)


def run(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    words = ["make", "-o", ".venv/harvest", "-o", ".venv/test", *command.split()[1:]]
    # These tests may be run by a make themselves, which would have this one say where it works.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=120, env=outside
    )


def blocks(kind: str = "") -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for its_kind, text in found if its_kind == kind]


def test_make_harvest_says_what_the_readme_says(checkout: Path) -> None:
    done = run("make harvest", checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, blocks()[0], "")
    assert "15 of 15" in done.stdout
    assert len(rows(checkout / "data" / "harvest.db", "SELECT * FROM documents")) == 15


def test_make_harvest_again_finds_nothing_new(checkout: Path) -> None:
    run("make harvest", checkout)
    assert "0 new, 0 changed" in run("make harvest", checkout).stdout


def test_next_step_works_as_printed(checkout: Path) -> None:
    printed = run("make harvest", checkout).stdout.splitlines()[-1]
    poor = {"PATH": "/usr/bin:/bin"}
    command = ["/bin/sh", "-c", printed.removeprefix("Next: ")]
    shown = subprocess.run(command, cwd=checkout, env=poor, capture_output=True, text=True)
    assert (shown.returncode, "Helmut Kohl" in shown.stdout) == (0, True)


def test_make_test_runs_the_tests(checkout: Path) -> None:
    done = run("make test TESTS=tests/test_walk.py", checkout)
    assert done.returncode == 0
    assert re.search(r"\d+ passed", done.stdout)


def test_readme_shows_rows_as_they_are(checkout: Path) -> None:
    run("make harvest", checkout)
    head, _, *shown = [line.strip("|").split("|") for line in blocks()[1].splitlines()]
    columns = [cell.strip() for cell in head]
    cells = [[cell.strip().removesuffix("...").strip() for cell in line] for line in shown]
    stored = rows(checkout / "data/harvest.db", "SELECT * FROM documents ORDER BY rowid LIMIT 3")
    cut = [
        [row[name][: len(cell)] for name, cell in zip(columns, line, strict=True)]
        for row, line in zip(stored, cells, strict=True)
    ]
    assert cut == cells


def test_readme_has_every_exit_code_and_outcome() -> None:
    for outcome, code in EXIT_CODES.items():
        assert f"| {code} | `{outcome}` |" in README
    for problem in (BadUsage, BadDatabase, Busy):
        assert f"| {problem.exit_code} | (no run" in README


def test_readme_has_every_reason_and_no_other() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| [A-Z]", README, re.M)
    assert told == list(Reason)


def test_readme_has_every_statistic() -> None:
    code = "".join(file.read_text() for file in (PROJECT / "harvester").rglob("*.py"))
    ours = set(re.findall(r'"(harvest/\w+)"', code))
    assert ours == set(re.findall(r"`(harvest/\w+)`", README))


def test_readme_has_every_setting_and_its_default() -> None:
    ours = {name: value for name, value in vars(settings).items() if name.startswith("HARVEST_")}
    for name, value in ours.items():
        row = next(line for line in README.splitlines() if line.startswith(f"| `{name}`"))
        assert shown(value) in row


def shown(value: object) -> str:
    """A setting as the README writes it."""
    if isinstance(value, bool):
        return f"| {value:d} |"
    if isinstance(value, str):
        return Path(value).name or "none"
    return f"| {value:g} |" if isinstance(value, float) else f"| {value} |"


def test_readme_has_every_command_of_ours() -> None:
    for module in (PROJECT / "harvester" / "commands").glob("[!_]*.py"):
        assert f"scrapy {module.stem}" in README
        assert scrapy(module.stem, "--help").returncode == 0


def test_readme_has_every_table_and_column(checkout: Path) -> None:
    run("make harvest", checkout)
    tables = rows(
        checkout / "data" / "harvest.db",
        "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 1) <> '_'"
        " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_fts%'",
    )
    assert {row["name"] for row in tables} == set(
        re.findall(r"^\| `(\w+)` \| an? ", README, re.M)
    ) | {"runs"}


def test_links_of_the_readme_inside_the_project_exist() -> None:
    for path in re.findall(r"`(harvester/[\w/.]+)`", README):
        assert (PROJECT / path).exists()


def test_version_is_one() -> None:
    assert f'version = "{__version__}"' in (PROJECT / "pyproject.toml").read_text()
