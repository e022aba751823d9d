"""What follows from facts is written in one place, and facts are appended: by the product's SQL."""

import re

import pytest
from harvests import PROJECT

STORE = PROJECT / "harvester"
WRITES = r"\b(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE(?: OR \w+)?|DELETE FROM)\s+{}\b"
FOLLOWS = ("documents", "memberships", "changes")


def writers(pattern: str) -> set[str]:
    """The modules with SQL like this, and those that make SQL of a table's name."""
    return {
        str(path.relative_to(STORE))
        for path in STORE.rglob("*.py")
        if re.search(pattern, path.read_text("utf-8"))
    }


@pytest.mark.parametrize("table", FOLLOWS)
def test_only_one_module_writes_what_follows(table: str) -> None:
    assert writers(WRITES.format(table)) | writers(rf'_upsert\("{table}"') == {"store/current.py"}


@pytest.mark.parametrize("table", ["statements", "observations"])
def test_facts_are_appended(table: str) -> None:
    changed = WRITES.replace("INSERT(?: OR \\w+)? INTO|", "")
    assert writers(WRITES.format(table)) == {"store/observations.py"}
    assert writers(changed.format(table)) == set()
