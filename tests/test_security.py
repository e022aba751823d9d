"""SECURITY.md: each threat names tests that there are."""

import ast
import re

import pytest
from harvests import PROJECT

PAGE = (PROJECT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    line.strip("| \n").split(" | ")
    for line in PAGE.partition("| threat |")[2].partition("\n\n")[0].splitlines()[2:]
]


def named_in(file: str) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse((PROJECT / "tests" / f"{file}.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_threat_names_tests_that_there_are(row: list[str]) -> None:
    threat, done, tried = row
    assert threat.endswith(".") and done.endswith(".")
    named = [name.partition("::") for name in re.findall(r"`([^`]+)`", tried)]
    assert named
    for file, _, test in named:
        assert file.startswith("test_")
        assert test in named_in(file) if test else any(map(is_test, named_in(file)))


def is_test(name: str) -> bool:
    return name.startswith("test_")


def test_commands_that_try_more_are_there() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", PAGE):
        assert f"\n{target}:" in makefile
