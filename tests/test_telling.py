"""`scrapy changes`, `scrapy runs` and quiet harvests: what people and cron's mail get to read."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive, html, japan
from harvests import Harvest, scrapy

Crawl = Callable[..., Harvest]

NEW = {"href": "/document/new", "title": "New", "date_text": "1955", "summary": "It is new."}
FIRST = japan()[0]
FOUND = "Found by the first harvest"


def tell(command: str, db: Path, *arguments: str) -> str:
    done = scrapy(command, *arguments, f"-sHARVEST_DB={db}")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_changes_are_told_by_kind(archive: Archive, crawl: Crawl, db: Path) -> None:
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    archive.entries = [NEW, {**japan()[1], "title": "Corrected"}, *japan()[2:]]
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    assert tell("changes", db) == (
        "mine\n"
        "  New (1)\n"
        "    New (1955)\n"
        "      https://digitalarchive.wilsoncenter.org/document/new\n"
        "  Changed (1)\n"
        "    Corrected (September 14, 1961)\n"
        f"      https://digitalarchive.wilsoncenter.org{japan()[1]['href']}\n"
        '      title: "Reception by N.S. Khrushchev of Japanese Ambassador H. Yamada,'
        ' Septemb..." -> "Corrected"\n'
        "  Missing (1)\n"
        f"    {FIRST['title']} (June 10, 1991)\n"
        f"      https://digitalarchive.wilsoncenter.org{FIRST['href']}\n"
    )
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    told = tell("changes", db)
    assert told.startswith("mine\n  Removed (1)\n")
    assert len(told.splitlines()) == 4


def test_first_harvest_is_told_by_a_number_unless_all_is_asked_for(
    archive: Archive, crawl: Crawl, db: Path
) -> None:
    archive.answers[1] = lambda _: html("", 404)
    assert crawl("-a", f"url={archive.url}", "-a", "name=mine").code != 0
    archive.answers.clear()
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    told = tell("changes", db, "--since", "1")
    assert told.startswith(f"mine\n  {FOUND} (10)\n  New (5)\n    ")
    archive.entries = [NEW, *japan()]
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    told = tell("changes", db, "--since", "1")
    assert f"mine\n  {FOUND} (10)\n  New (6)\n" in told and "    New (1955)\n" in told
    every = tell("changes", db, "--since", "1", "--all")
    assert every.startswith("mine\n  New (16)\n") and FIRST["title"] in every
    assert [len(one.splitlines()) for one in (told, every)] == [3 + 6 * 2, 2 + 16 * 2]


def test_long_values_are_shown_where_they_differ(archive: Archive, crawl: Crawl, db: Path) -> None:
    crawl("-a", f"url={archive.url}")
    before, summary = FIRST["summary"], FIRST["summary"].replace("defence", "D")[:-1] + "?"
    archive.entries = [{**FIRST, "summary": summary, "date_text": "June 1991"}, *japan()[1:]]
    crawl("-a", f"url={archive.url}")
    lines = tell("changes", db).splitlines()
    (told,) = (line for line in lines if "summary:" in line)
    assert before[-10:] in told and summary[-10:] in told and before[:30] not in told
    assert '      date: "June 10, 1991" -> "June 1991"' in lines
    assert not any("read as" in line for line in lines)


def test_nothing_changed_prints_nothing(archive: Archive, crawl: Crawl, db: Path) -> None:
    crawl("-a", f"url={archive.url}")
    crawl("-a", f"url={archive.url}")
    assert tell("changes", db) == ""
    assert tell("changes", db, "--format", "json") == "[]\n"


@pytest.mark.parametrize(
    ("since", "some"),
    [
        ("1", True),
        ("2d", True),
        ("1h", True),
        ("0d", False),
        ("2026-01-01", True),
        ("2226-01-01T10:00:00+02:00", False),
        ("999999d", True),
    ],
)
def test_since(since: str, some: bool, archive: Archive, crawl: Crawl, db: Path) -> None:
    crawl("-a", f"url={archive.url}")
    with sqlite3.connect(db) as connection:
        connection.execute(
            "UPDATE changes SET at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-60 seconds')"
        )
    connection.close()
    assert (tell("changes", db, "--since", since) != "") is some


def test_changes_as_json_are_whole(archive: Archive, crawl: Crawl, db: Path) -> None:
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    archive.entries = [{**FIRST, "summary": None}, *japan()[1:]]
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    (change,) = json.loads(tell("changes", db, "--format", "json", "--collection", "mine"))
    said = (change["kind"], change["field"], change["old"], change["new"])
    assert said == ("changed", "summary", FIRST["summary"], None)


def test_text_from_the_web_can_not_command_a_terminal(
    archive: Archive, crawl: Crawl, db: Path
) -> None:
    archive.entries = [{**NEW, "title": "A \u009b31m \u202eB"}]
    crawl("-a", f"url={archive.url}")
    assert "A \ufffd31m \ufffdB" in tell("changes", db, "--all")


def test_runs_are_a_table(archive: Archive, crawl: Crawl, db: Path) -> None:
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    archive.answers[1] = lambda _: html("", 404)
    crawl("-a", f"url={archive.url}", "-a", "name=mine")
    head, last, first = (line.split() for line in tell("runs", db).splitlines())
    columns = ["run", "started", "collection", "outcome", "documents", "new", "changed", "gone"]
    assert head == [*columns, "took"]
    assert last[2:9] == ["mine", "incomplete", "10", "of", "15", "0", "0"]
    assert first[2:9] == ["mine", "complete", "15", "of", "15", "15", "0"]
    assert [row["id"] for row in json.loads(tell("runs", db, "--last=1", "--format=json"))] == [2]


def test_last_twenty_runs_are_told(archive: Archive, crawl: Crawl, db: Path) -> None:
    crawl("-a", f"url={archive.url}")
    with sqlite3.connect(db) as connection:
        connection.executemany(
            "INSERT INTO runs (id, collection, source, started, outcome)"
            " VALUES (?, 1, 'live', '2026-12-01T00:00:00Z', 'complete')",
            [[number] for number in range(2, 31)],
        )
    connection.close()
    told = [line.split()[0] for line in tell("runs", db).splitlines()[1:]]
    assert told == [str(number) for number in range(30, 10, -1)]


BAD = {
    "since": (["changes", "--since", "soon"], 64, "soon"),
    "no such run": (["changes", "--since", "3"], 64, "3"),
    "malformed setting": (["changes", "-s", "HARVEST_DB"], 64, "-s"),
    "no such day": (["changes", "--since", "2026-02-30"], 64, "2026-02-30"),
    "collection": (["changes", "--collection", "nowhere"], 64, "nowhere"),
    "runs of none": (["runs", "--collection", "nowhere"], 64, "nowhere"),
    "last": (["runs", "--last", "some"], 64, "some"),
    "format": (["runs", "--format", "xml"], 64, "xml"),
    "argument": (["changes", "mine"], 64, "mine"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_get_a_sentence(case: str, archive: Archive, crawl: Crawl, db: Path) -> None:
    arguments, code, named = BAD[case]
    crawl("-a", f"url={archive.url}")
    done = scrapy(*arguments, f"-sHARVEST_DB={db}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1)
    assert named in done.stderr


@pytest.mark.parametrize("command", ["changes", "runs"])
@pytest.mark.parametrize("kind", ["missing", "text", "foreign", "folder"])
def test_other_files_are_named_and_left_alone(kind: str, command: str, tmp_path: Path) -> None:
    path = tmp_path if kind == "folder" else tmp_path / "x.db"
    if kind == "text":
        path.write_text("This is no database. " * 99)
    elif kind == "foreign":
        sqlite3.connect(path).execute("CREATE TABLE mine (a)").connection.close()
    before = path.read_bytes() if path.is_file() else None
    done = scrapy(command, f"-sHARVEST_DB={path}")
    assert (done.returncode, len(done.stderr.splitlines())) == (73, 1)
    assert str(path) in done.stderr
    assert (path.read_bytes() if path.is_file() else None) == before


def test_quiet_harvest_speaks_only_when_there_is_something_to_say(
    archive: Archive, crawl: Crawl
) -> None:
    first = crawl("-a", f"url={archive.url}", "--quiet")
    assert (first.code, first.err, first.out.splitlines()[1]) == (0, "", f"  {FOUND} (15)")
    again = crawl("-a", f"url={archive.url}", "--quiet")
    assert (again.code, again.out, again.err) == (0, "", "")
    archive.entries = [NEW, *japan()]
    changed = crawl("-a", f"url={archive.url}", HARVEST_QUIET=1)
    assert (changed.code, changed.err, changed.out.splitlines()[1]) == (0, "", "  New (1)")
    archive.answers[0] = lambda _: html("", 404)
    failed = crawl("-a", f"url={archive.url}", "--quiet")
    assert (failed.code, failed.out, len(failed.err.splitlines())) == (65, "", 1)
    assert failed.run["reason"] in failed.err


def test_quiet_harvest_may_write_a_log(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    crawl("-a", f"url={archive.url}")
    log = tmp_path / "log"
    done = crawl("-a", f"url={archive.url}", "-a", "full=yes", "--quiet", LOG_FILE=log)
    assert (done.out, done.err) == ("", "")
    assert "stored 10 entries" in log.read_text()
