"""`--since` means the same to every command that takes it."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harvests import scrapy
from stored import entry, store

NOW = datetime.now(UTC)
AGES = {"old": timedelta(days=20), "middle": timedelta(days=5), "new": timedelta(hours=2)}

ADDED = """
    INSERT INTO changes (run, collection, document, kind, at)
    SELECT runs.id, collection, number, 'added', :at FROM runs, documents
    WHERE documents.id = :document ORDER BY runs.id DESC LIMIT 1"""


@pytest.fixture
def aged(db: Path) -> Path:
    """Three documents, each from a run of its own, so long ago."""
    for name, age in AGES.items():
        moment = (NOW - age).strftime("%Y-%m-%dT%H:%M:%SZ")
        store(db, [entry(name, name)], name, moment)
        with closing(sqlite3.connect(db)) as connection:
            connection.execute(ADDED, {"document": name, "at": moment})
            connection.commit()
    return db


def day(ago: timedelta) -> str:
    return (NOW - ago).strftime("%Y-%m-%d")


SINCE = {
    "1w": ["middle", "new"],
    "3w": ["middle", "new", "old"],
    "7d": ["middle", "new"],
    "12h": ["new"],
    "1h": [],
    day(timedelta(days=6)): ["middle", "new"],
    day(timedelta(days=6)).replace("-", ""): ["middle", "new"],
    f"{day(timedelta(days=6))}T10:00:00+02:00": ["middle", "new"],
    f"{day(timedelta(days=6))} 10:00": ["middle", "new"],
    "2020-01": ["middle", "new", "old"],
    "1": ["middle", "new", "old"],
    "2": ["middle", "new"],
    "3": ["new"],
    "999999d": ["middle", "new", "old"],
}


@pytest.mark.parametrize("since", SINCE)
def test_changes_and_exports_agree(since: str, aged: Path) -> None:
    told = scrapy("changes", "--since", since, "--format", "json", f"-sHARVEST_DB={aged}")
    taken = scrapy("export", "--since", since, "--format", "jsonl", f"-sHARVEST_DB={aged}")
    assert (told.returncode, taken.returncode, told.stderr, taken.stderr) == (0, 0, "", "")
    assert [name for name in SINCE[since] if f'"document": "{name}"' in told.stdout] == SINCE[since]
    assert told.stdout.count('"kind": "added"') == len(SINCE[since])
    assert [json.loads(line)["id"] for line in taken.stdout.splitlines()] == SINCE[since]


@pytest.mark.parametrize("since", ["", "soon", "7", "4", "2026-02-30", "20260230", "999999w", "7m"])
@pytest.mark.parametrize("command", [["changes"], ["export", "--format", "jsonl"]])
def test_what_is_no_time_gets_a_sentence(since: str, command: list[str], aged: Path) -> None:
    done = scrapy(*command, "--since", since, f"-sHARVEST_DB={aged}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (64, "", 1)
