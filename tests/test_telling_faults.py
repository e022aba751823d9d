"""Telling goes wrong only in a sentence, leaves nothing behind, and leaves nothing out."""

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archive import Archive
from bad_databases import earlier
from harvests import FIXTURES, HASTE, Harvest, forked, harvest, rows, scrapy
from stored import entry, store
from terminal import ended, forked_on, terminal

from harvester.settings import ITEM_PIPELINES

Crawl = Callable[..., Harvest]
SAVED = f"source={FIXTURES}"
FIRST = "  Found by the first harvest (15)"

BROKEN = """
class Pipeline:
    runs = 0

    def process_item(self, item):
        if item.listing.first == 1:
            self.runs += 1
            assert self.runs < LIMIT
        return item

class Unmade(Pipeline):
    @classmethod
    def from_crawler(cls, crawler):
        assert False
"""


def told(
    *command: str, db: Path, out: str, read: int | None = None, **environment: str
) -> tuple[int, str, bytes]:
    """How a command ends, what it says on standard error, and what was read of standard output: so
    many bytes if `out` is a pipe, which is closed then."""
    given = {**os.environ, "HARVEST_DB": str(db), **environment}
    with forked(command, given, out=out) as process:
        begin = b""
        if read is not None:
            with open(out, "rb", buffering=0) as reader:
                begin = reader.read(read)
        code = process.wait()
        return code, process.err.read_text(), begin


@pytest.fixture
def pipe(tmp_path: Path) -> str:
    os.mkfifo(path := tmp_path / "pipe")
    return str(path)


@pytest.mark.parametrize("command", ["changes", "runs"])
def test_reading_leaves_nothing_behind(command: str, crawl: Crawl, db: Path) -> None:
    crawl("-a", SAVED, "--quiet")
    before = {path: path.read_bytes() for path in db.parent.iterdir()}
    assert list(before) == [db]
    done = scrapy(command, HARVEST_DB=str(db))
    assert (done.returncode, done.stderr) == (0, "")
    assert {path: path.read_bytes() for path in db.parent.iterdir()} == before


def test_reading_works_where_nothing_may_be_written(crawl: Crawl, db: Path) -> None:
    crawl("-a", SAVED)
    db.chmod(0o444)
    db.parent.chmod(0o555)
    try:
        done = scrapy("runs", HARVEST_DB=str(db))
    finally:
        db.parent.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert "15 of 15" in done.stdout


@pytest.mark.parametrize("command", ["changes", "runs", "export --format csv", "snapshot x"])
def test_database_of_an_earlier_development_version_is_named(command: str, db: Path) -> None:
    store(db, [entry("a", "A title")])
    earlier(db, db)
    done = scrapy(*command.split(), HARVEST_DB=str(db))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (73, "", 1)
    assert "earlier development version" in done.stderr


def test_reader_who_has_read_enough_is_no_error(crawl: Crawl, db: Path, pipe: str) -> None:
    crawl("-a", SAVED)
    with closing(sqlite3.connect(db)) as connection, connection:  # more than a pipe holds
        connection.execute("UPDATE documents SET title = hex(zeroblob(100000))")
    assert told("changes", "--all", db=db, out=pipe, read=5) == (0, "", b"japan")


def test_reader_who_has_read_enough_of_a_harvest_is_no_error(db: Path, pipe: str) -> None:
    command = ("crawl", "collection", "-a", SAVED, "-L", "WARNING")
    assert told(*command, db=db, out=pipe, read=0) == (0, "", b"")
    assert [run["outcome"] for run in rows(db, "SELECT outcome FROM runs")] == ["complete"]


def test_full_disk_gets_a_sentence_of_a_harvest(db: Path) -> None:
    command = ("crawl", "collection", "-a", SAVED, "-L", "WARNING")
    code, said, _ = told(*command, db=db, out="/dev/full")
    assert (code, len(said.splitlines())) == (73, 1)
    assert said.startswith("harvester: Standard output can't be written")


def test_full_disk_gets_a_sentence(crawl: Crawl, db: Path) -> None:
    crawl("-a", SAVED)
    code, said, _ = told("changes", db=db, out="/dev/full")
    assert (code, len(said.splitlines())) == (73, 1)
    assert said.startswith("harvester: Standard output can't be written")


def test_poor_encoding_loses_nothing(crawl: Crawl, db: Path, tmp_path: Path) -> None:
    crawl("-a", SAVED)
    out = tmp_path / "said"
    code, said, _ = told("changes", "--all", db=db, out=str(out), PYTHONIOENCODING="latin-1")
    assert (code, said) == (0, "")
    assert b"N.S. Khrushchev\\u2019s Note" in out.read_bytes()


def test_what_was_broken_off_is_told_with_what_follows(crawl: Crawl, db: Path) -> None:
    crawl("-a", SAVED)
    with closing(sqlite3.connect(db)) as connection, connection:  # as a kill leaves it
        connection.execute("UPDATE runs SET finished = NULL, outcome = NULL")
    assert FIRST in crawl("-a", SAVED, "--quiet").out
    assert [row["outcome"] for row in rows(db, "SELECT outcome FROM runs ORDER BY id")] == [
        "interrupted",
        "complete",
    ]
    assert FIRST in scrapy("changes", HARVEST_DB=str(db)).stdout
    assert crawl("-a", SAVED, "--quiet").out == ""


def test_values_that_only_look_alike_are_told_apart(archive: Archive, crawl: Crawl) -> None:
    said = {"href": "/document/a", "title": "A", "date_text": None}
    archive.entries = [{**said, "summary": "One. Two."}]
    db = crawl("-a", f"url={archive.url}").db
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE documents SET summary = 'One.' || char(10, 10) || 'Two.'")
    done = crawl("-a", f"url={archive.url}", "-a", "full=yes", "--quiet")
    assert r'summary: "One.\n\nTwo." -> "One. Two."' in done.out


def pipelines(name: str) -> str:
    """The setting that puts one before ours."""
    return f"-sITEM_PIPELINES={json.dumps({name: 1, **ITEM_PIPELINES})}"


PROBLEMS = {
    "no folder": (["-a", "source=/nowhere"], 64),
    "no database": (["-a", SAVED, "-sHARVEST_DB=/nowhere/x.db"], 73),
    "no log": (["-a", SAVED, "--logfile", "/nowhere/x.log"], 64),
    "no such part": (["-a", SAVED, pipelines("no.where")], 64),
    "bug before it begins": (["-a", SAVED, pipelines("first.Unmade")], 70),
    "bug at its beginning": (["-a", SAVED, pipelines("first.Pipeline")], 70),
}


def quiet(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return scrapy("crawl", "collection", "--quiet", *arguments, **environment)


@pytest.mark.parametrize("case", PROBLEMS)
def test_quiet_is_not_silent(case: str, tmp_path: Path, db: Path) -> None:
    arguments, code = PROBLEMS[case]
    tmp_path.joinpath("first.py").write_text(BROKEN.replace("LIMIT", "1"))
    done = quiet(*arguments, HARVEST_DB=str(db), PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("harvester: ")
    assert "stopped" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_bug_with_one_collection_is_not_hidden_by_another(
    archive: Archive, tmp_path: Path, db: Path
) -> None:
    tmp_path.joinpath("second.py").write_text(BROKEN.replace("LIMIT", "2"))
    file = tmp_path / "collections.toml"
    file.write_text(f'[one]\nurl = "{archive.url}"\n[two]\nurl = "{archive.url}&two"\n')
    settings = {"HARVEST_COLLECTIONS": file, **HASTE}
    options = [f"-s{name}={value}" for name, value in settings.items()]
    options.append(pipelines("second.Pipeline"))
    done = quiet(*options, HARVEST_DB=str(db), PYTHONPATH=str(tmp_path))
    assert (done.returncode, len(done.stderr.splitlines())) == (70, 1)
    assert done.stderr.startswith("harvester: two: It failed by a bug")
    assert f"one\n{FIRST}" in done.stdout


def test_quiet_is_quiet_on_a_terminal_too(db: Path) -> None:
    harvest("-a", SAVED, HARVEST_DB=db)
    command = ("crawl", "collection", "--quiet", "-a", SAVED, f"-sHARVEST_DB={db}")
    with terminal() as screen, forked_on(screen, *command) as process:
        seen = ended(screen, process)
    assert (seen.code, screen.written) == (0, "")
