"""The README: its two commands work as written, and it leaves out nothing a user can meet."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import documented
import pytest
from conftest import SLOW
from harvests import PATIENCE, PROJECT, checked_out, raw_rows, scrapy

from harvester import settings
from harvester.datasette.metadata import tables_text
from harvester.outcomes import EXIT_CODES, BadDatabase, BadUsage, Busy, Reason
from harvester.store.database import open_database

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


def blocks(kind: str = "") -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for its_kind, text in found if its_kind == kind]


def test_make_harvest_says_what_the_readme_says(checkout: Path, harvested: Done) -> None:
    said = (harvested.returncode, harvested.stdout, harvested.stderr)
    assert said == (0, blocks()[0], "")
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


def test_readme_shows_rows_as_they_are(checkout: Path, harvested: Done) -> None:
    head, _, *shown = [line.strip("|").split("|") for line in blocks()[1].splitlines()]
    columns = [cell.strip() for cell in head]
    cells = [[cell.strip().removesuffix("...").strip() for cell in line] for line in shown]
    sql = "SELECT * FROM documents ORDER BY number LIMIT 3"
    stored = raw_rows(checkout / "data/harvest.db", sql)
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
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.M))
    assert told >= {"DOWNLOAD_DELAY", "DOWNLOAD_MAXSIZE", "DOWNLOAD_TIMEOUT"}
    ours = {
        name: value
        for name, value in vars(settings).items()
        if name.startswith("HARVEST_") or name in told
    }
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
        assert re.search(rf"(?:scrapy|harvester) {module.stem}\b", README)
        assert scrapy(module.stem, "--help").returncode == 0


NO_PATHS = {f"harvest/{name}" for name in ("exit_code", "retries", "read_again", "asked_again")}
MADE = {
    *(".venv/bin", ".venv/bin/activate", ".venv/bin/pip", ".venv/bin/scrapy"),
    *("data/harvest.db", "data/warc", "data/warc/", "other.db"),
    *(
        "data/files",
        "data/files/",
        "data/feeds",
        "all.atom",
        "datapackage.json",
        "benchmarks/results.json",
    ),
    "3f/record-of-soviet-japanese-talks-9-october-1973-3fa9c2d1e0b74a51.pdf",
    *(
        "sites/NAME.toml",
        "sites/NAME/",
        ".mutants_cache/",
        "page.html",
        "page.json",
        "pl.toml",
        "harvester.timer",
    ),
}
"""What the README names and no checkout has: our commands make it, or those who use it do."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The columns of each table and view that people may read, as a new database has them."""
    db = tmp_path_factory.mktemp("schema") / "harvest.db"
    open_database(db).close()
    found = raw_rows(
        db,
        "SELECT m.name AS of, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
        " WHERE m.type IN ('table', 'view') AND substr(m.name, 1, 1) <> '_'"
        " AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '%_fts%'",
    )
    return {row["of"]: {one["name"] for one in found if one["of"] == row["of"]} for row in found}


def test_every_column_is_where_the_readme_says(schema: dict[str, set[str]]) -> None:
    assert "](docs/tables.md)" in README
    text = (PROJECT / "docs" / "tables.md").read_text("utf-8")
    assert documented.columns(text) == schema
    assert text == tables_text(), "say make metadata"


def test_readme_has_every_table_and_view(schema: dict[str, set[str]]) -> None:
    listed = set(re.findall(r"^\| `(\w+)` \| (?:an? |one )", README, re.M))
    views = set(re.findall(r"view\s+`(\w+)`", README))
    assert listed | views == set(schema)


def test_column_that_is_not_told_of_is_noticed(schema: dict[str, set[str]]) -> None:
    text = tables_text()
    for line in ("| `missed` |", "| `duplicates` |"):
        start = text.index(line)
        without = text[:start] + text[text.index("\n", start) + 1 :]
        assert documented.columns(without) != schema
    assert documented.columns(text.replace("`slug`", "`slog`")) != schema
    assert documented.columns(text.replace("| `old` | What", "| `old` | \nWhat")) != schema


def test_paths_in_the_readme_exist() -> None:
    roots = (PROJECT, PROJECT / "harvester")
    assert documented.missing(README, roots, MADE | NO_PATHS) == set()
    assert documented.paths(README) >= MADE | NO_PATHS, "not in the README any more"


BAD_PATHS = {
    "See `harvester/nowhere.py`.": "harvester/nowhere.py",
    "See `nowhere.py`.": "nowhere.py",
    "In `store/nowhere/`, so": "store/nowhere/",
    "With `scrapy crawl x -s HARVEST_DB=data/nowhere.db`": "data/nowhere.db",
    "A [link](docs/nowhere.md).": "docs/nowhere.md",
    "A [part](docs/nowhere.md#part).": "docs/nowhere.md",
    "![A picture](docs/nowhere.png)": "docs/nowhere.png",
    "A span that is\n`cat\ndocs/nowhere.txt`": "docs/nowhere.txt",
    "```sh\nmake x   # writes fixtures/nowhere, too\n```": "fixtures/nowhere",
}


@pytest.mark.parametrize("text", BAD_PATHS)
def test_path_that_is_not_there_is_noticed(text: str) -> None:
    roots = (PROJECT, PROJECT / "harvester")
    assert documented.missing(text, roots, MADE) == {BAD_PATHS[text]}


def test_what_make_quick_leaves_out_is_there() -> None:
    assert [name for name in SLOW if not [*Path(__file__).parent.glob(f"test_{name}.py")]] == []
