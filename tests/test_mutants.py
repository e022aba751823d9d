"""`make mutants`: which mistakes it makes, and that it lists those that no test notices."""

import importlib
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from harvests import PATIENCE, PROJECT

from mutants.related import RELATED, related

MODULE = '''
"""Whether 5 < 6."""

MOST = 5


def fits(number: int) -> bool:
    """Whether a number is less than MOST."""
    return number < MOST
'''
LOOSE = "from harvester.crawl.walk import fits\n\n\ndef test_fits():\n    assert fits(4)\n"
STRICT = f"{LOOSE}    assert not fits(5)\n"
THRESHOLD = "-MOST = 5\n+MOST = 6\n"
COMPARISON = "-    return number < MOST\n+    return number <= MOST\n"


FEW_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin"}
"""What pytest needs for such a project; it is begun often here."""


@cache
def program() -> Any:
    """What is tested, which no other process of these tests need import: that takes long."""
    return importlib.import_module("mutants.__main__")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module and its test."""
    for name, text in {
        "harvester/crawl/walk.py": MODULE,
        "harvester/__init__.py": "",
        "tests/test_walk.py": LOOSE,
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = "-q"\n',
        ".gitignore": ".*_cache/\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def mutants(project: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """What `make mutants` says, and how it ends."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch.dict(os.environ, FEW_PLUGINS):
        try:
            code = program().main(["--project", str(project), *options])
        except SystemExit as end:
            code = 1
            print(end, file=err)
    return subprocess.CompletedProcess(options, code, out.getvalue(), err.getvalue())


def test_what_no_test_notices_is_listed_with_its_place(project: Path) -> None:
    done = mutants(project)
    assert (done.returncode, done.stderr) == (1, "")
    assert "harvester/crawl/walk.py:4: not noticed\n" in done.stdout and THRESHOLD in done.stdout
    assert "harvester/crawl/walk.py:9: not noticed\n" in done.stdout and COMPARISON in done.stdout
    assert "0 of 2 changes were noticed (0.0%)" in done.stdout
    assert (project / "harvester/crawl/walk.py").read_text() == MODULE


def test_better_tests_notice_it_and_it_is_not_tried_again(project: Path) -> None:
    mutants(project)
    (project / "tests/test_walk.py").write_text(STRICT)
    done = mutants(project)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stdout.startswith("2 of 2 changes were noticed (100.0%)")
    (project / "harvester/__init__.py").write_text("assert False")
    assert mutants(project).stdout == done.stdout


def test_stopped_run_goes_on_from_there(project: Path) -> None:
    (project / "tests/test_walk.py").write_text(STRICT)
    assert "1 of 1 changes" in mutants(project, "--sample", "1").stdout
    results = project / ".mutants_cache" / "results.jsonl"
    (line,) = results.read_text().splitlines()
    with results.open("a") as file:
        file.write('{"id": "torn')
    assert "2 of 2 changes" in mutants(project, "--processes", "2").stdout
    assert results.read_text().count("\n") == 2 and results.read_text().startswith(line)


def test_tests_can_ask_git_what_belongs_to_the_project(project: Path) -> None:
    asks = "import subprocess\n\ndef test_files():\n    listed = subprocess.check_output(COMMAND)\n"
    asks += "    assert b'harvester/crawl/walk.py' in listed\n"
    asks = asks.replace("COMMAND", "['git', 'ls-files', '--others', '--exclude-standard']")
    (project / "tests/test_walk.py").write_text(asks)
    done = mutants(project)
    assert done.stderr == "" and "0 of 2 changes were noticed" in done.stdout


def test_tests_hear_hangups_though_nohup_began_them(project: Path) -> None:
    heard = "    assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL\n"
    (project / "tests/test_walk.py").write_text(f"import signal\n\n{STRICT}{heard}")
    command = ["nohup", sys.executable, "-m", "mutants", "--project", project]
    given = {**os.environ, **FEW_PLUGINS}
    done = subprocess.run(
        command, cwd=PROJECT, env=given, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, "2 of 2 changes were noticed (100.0%)" in done.stdout) == (0, True)


def test_sample_depends_on_its_seed_only() -> None:
    where = ["harvester/dates/__init__.py"]
    samples = [[one.id for one in program().chosen(PROJECT, where, 10, seed)] for seed in (1, 1, 2)]
    assert samples[0] == samples[1] != samples[2]
    assert len(set(samples[0])) == 10


def test_mistake_that_makes_no_difference_is_told_with_the_reason(project: Path) -> None:
    (project / "mutants").mkdir()
    (project / "mutants" / "equivalent.toml").write_text(
        '[[change]]\nfile = "harvester/crawl/walk.py"\nbefore = "MOST = 5"\nafter = "MOST = 6"\n'
        'reason = "It is so."\n'
    )
    done = mutants(project)
    assert "harvester/crawl/walk.py:4: the same program: It is so.\n" in done.stdout
    assert "0 of 1 changes were noticed (0.0%); 1 more would be the same program." in done.stdout


def test_test_that_fails_anyhow_notices_nothing(project: Path) -> None:
    (project / "tests/test_walk.py").write_text(f"{LOOSE}    assert False\n")
    done = mutants(project)
    assert done.returncode == 1
    assert "tests/test_walk.py::test_fits: fails without any change" in done.stderr


CHANGES = {
    "LEAST = 0.5": {"LEAST = 1.5"},
    "x = a and not b": {"x = a or not b", "x = a and b"},
    "x = a is None or b in c": {
        "x = a is None and b in c",
        "x = a is not None or b in c",
        "x = a is None or b not in c",
    },
    "f(a, deep=True)": {"f(a, deep=False)", "f(a, )"},
    "zip(a, b, strict=True)": set(),
    'x = "missing"': {'x = "XXmissingXX"'},
    'x = "It is missing."': set(),
    '"""Of 5 or 6."""': set(),
    "x: int | None = None": set(),
    'x = "PRAGMA foreign_keys = ON"': {
        'x = "PRAGMA foreign_keys = OFF"',
    },
    'x = "SELECT a FROM b WHERE c IS NOT 9 ORDER BY d LIMIT 1"': {
        'x = "SELECT a FROM b WHERE c IS 9 ORDER BY d LIMIT 1"',
        'x = "SELECT a FROM b WHERE c IS NOT 9 ORDER BY d DESC LIMIT 1"',
        'x = "SELECT a FROM b WHERE c IS NOT 10 ORDER BY d LIMIT 1"',
    },
    'x = "UPDATE a SET b = :b WHERE c = :c"': {'x = "UPDATE a SET b = :b WHERE c <> :c"'},
    'x = "SELECT max(a) FROM b ORDER BY c DESC"': {
        'x = "SELECT min(a) FROM b ORDER BY c DESC"',
        'x = "SELECT max(a) FROM b ORDER BY c ASC"',
    },
    'x = r"[a-z]+ [0-9]{1,4}"': {
        'x = r"[a-z]* [0-9]{1,4}"',
        'x = r"[a-z]+ [0-9]{2,4}"',
        'x = r"[a-z]+ [0-9]{1,5}"',
    },
}


@pytest.mark.parametrize("code", CHANGES)
def test_mistakes_are_small_and_not_in_words_alone(code: str, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(code)
    made = [place.change() for place in program().places(tmp_path, "x.py")]
    assert {change.code for change in made} == CHANGES[code]
    assert len(made) == len(CHANGES[code])


def test_modules_have_tests() -> None:
    modules = [path.relative_to(PROJECT).as_posix() for path in PROJECT.glob("harvester/**/*.py")]
    assert len(modules) > 100
    for module in modules:
        assert related(PROJECT, module), module
    for name in {name for names in RELATED.values() for name in names}:
        assert list(PROJECT.glob(f"tests/test_{name}.py")), name
