"""`harvester reparse --parquet`: what recordings say, a Parquet each, without a database."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet
import pytest
from archive import japan
from bulk import address, damage, page, recorded, some
from captured import record
from harvests import PROJECT, forked, harvester, raw_rows

from harvester.descriptions import FACTS
from harvester.exports import facts
from harvester.exports.bulk import Done, Wanted, read
from harvester.exports.facts import ROWS, Sum
from harvester.outcomes import BadUsage
from harvester.record import KINDS
from harvester.reparse.facts import databases as of_recordings
from harvester.runs import RunStart
from harvester.sources.storage import Recording, recordings
from harvester.store.store import Rules, Store
from harvester.store.uniting import unite
from harvester.warc.headers import digest

LIMIT = 1 << 20
KOHL = PROJECT / "fixtures" / "document" / "kohl-and-guterres-1997"
UNKNOWN = "https://archive.example/"


def made(path: Path, folder: Path, **wanted: Any) -> Done:
    """What becomes of a recording."""
    wanted = {"limit": LIMIT, **wanted}
    return read(Recording(str(path), path.name, 0), Wanted(str(folder), **wanted))


def rows(path: Path, folder: Path, **wanted: Any) -> list[dict[str, Any]]:
    """The rows that come of a recording."""
    assert made(path, folder, **wanted).about
    return list(facts.read(folder / f"{path.name}.parquet"))


def hashed(folder: Path) -> str:
    """The hash of what is in the files of a folder, in the other order."""
    total = Sum()
    for file in sorted(folder.rglob("*.parquet"), reverse=True):
        for row in reversed(list(facts.read(file))):
            total.add(facts.in_json(row))
    return total.digest


def test_listing_becomes_a_row_for_each_entry(tmp_path: Path) -> None:
    found = rows(recorded(tmp_path / "x.warc.gz", 0), tmp_path)
    assert [row["position"] for row in found] == list(range(1, 21))
    assert {(row["page"], row["first"], row["last"]) for row in found} == {
        (address(0), 1, 10),
        (address(1), 11, 20),
    }
    assert {row["listing"] for row in found} == {address(0)}
    assert {row["kind"] for row in found} == {"listing"}
    assert {row["total"] for row in found} == {20}
    shown, row = japan()[4], found[4]
    for name in ("date_text", "summary"):
        assert row[name] == shown[name]
    assert row["document"] == "number-0-0-4" and row["title"].startswith("Document 4 of page 0")
    assert (row["site"], row["fetched"]) == ("wilson-center", "2026-11-01T00:00:00Z")
    assert row["date_earliest"] <= row["date_latest"]


def test_own_page_becomes_a_row(tmp_path: Path) -> None:
    said = json.loads((KOHL / "page.json").read_text(encoding="utf-8"))
    body = (KOHL / "page.html").read_bytes()
    (tmp_path / "x.warc").write_bytes(record(said["url"], body, packed=False))
    (row,) = rows(tmp_path / "x.warc", tmp_path)
    expected = said["record"]
    same = ("document", "link", "title", "date_text", "summary", "source", "citation", "node")
    assert {name: row[name] for name in same} == {name: expected[name] for name in same}
    terms = [[kind, name] for kind, of in KINDS.items() for name in row.get(of.plural, ())]
    assert sorted(terms) == sorted(expected["terms"])
    assert (row["kind"], row["date_earliest"]) == ("document", "1997-10-22")
    assert [one["text"] for one in row["texts"]] == [one["text"] for one in expected["transcripts"]]


CHECK = b"<html><title>Just a moment...</title><script>window._cf_chl_opt={};</script></html>"
KINDS_OF_ROWS: dict[str, tuple[list[bytes], dict[str, Any], int]] = {
    "a listing of nothing": (
        [record(address(0), b"<html><body><main>No results found.</main></body></html>")],
        {"kind": "listing", "total": 0, "page": address(0)},
        0,
    ),
    "an error at a listing's address": (
        [record(address(0), b"<html><body><p>Sorry, something broke.</p></body></html>")],
        {"kind": "refused", "reason": "no-listing"},
        65,
    ),
    "a check for robots": ([record(address(0), CHECK)], {"reason": "challenge"}, 65),
    "too large": ([record(address(0), b"x" * (LIMIT + 1))], {"reason": "too-large"}, 65),
    "not what its digest says": (
        [record(address(0), page(0, 1), packed=False).replace(b"Document 3", b"Document 9")],
        {"kind": "refused", "reason": "broken-off"},
        65,
    ),
    "any page of an unknown host": (
        [record(UNKNOWN, b"<html><body><h1>Welcome</h1><p>We are open.</p></body></html>")],
        {"kind": "refused", "reason": "no-listing", "site": "archive.example"},
        0,
    ),
    "as it was before": (
        [record(address(0), b"", kind="revisit", WARC_Refers_To_Date="2020-01-02T03:04:05Z")],
        {"kind": "revisit", "revisits": "2020-01-02T03:04:05Z"},
        0,
    ),
    "in no charset": (
        [record(UNKNOWN, b"<html><body><p>\xff\xfe\xff</p></body></html>")],
        {"kind": "refused"},
        0,
    ),
}


@pytest.mark.parametrize("case", KINDS_OF_ROWS)
def test_page_without_entries_is_one_row(case: str, tmp_path: Path) -> None:
    records, expected, code = KINDS_OF_ROWS[case]
    path = tmp_path / ("x.warc" if records[0][:6] == b"WARC/1" else "x.warc.gz")
    path.write_bytes(b"".join(records))
    done = made(path, tmp_path)
    (row,) = facts.read(tmp_path / f"{path.name}.parquet")
    assert done.code == code and bool(done.sentence) == bool(code)
    assert {name: row[name] for name in expected} == expected
    assert bool(row.get("problem")) == (row["kind"] == "refused")


def test_what_is_no_page_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(
        record("https://digitalarchive.wilsoncenter.org/robots.txt", b"User-agent: *")
        + record(address(0), b"gone", status="404 Not Found")
        + record(UNKNOWN + "a.css", b"p {}", http={"Content-Type": "text/css"})
        + record(UNKNOWN + "a.pdf", b"%PDF-1.7")
        + record("https://[half", b"<html></html>")
    )
    about = made(path, tmp_path).about
    assert about is not None and (about["others"], about["rows"], about["unread"]) == (5, 0, 0)


def test_copy_of_a_site_is_read_by_its_profile(tmp_path: Path) -> None:
    body = page(0, 1).replace(b"https://digitalarchive.wilsoncenter.org", b"http://127.0.0.1:8000")
    path = tmp_path / "x.warc.gz"
    path.write_bytes(record("http://127.0.0.1:8000/search?search_api_fulltext=Japan", body))
    found = rows(path, tmp_path, site="wilson-center")
    assert len(found) == 10 and found[0]["document"] == "number-0-0-0"


def test_columns_have_types_and_meanings(tmp_path: Path) -> None:
    made(recorded(tmp_path / "x.warc.gz", 0), tmp_path)
    table = pyarrow.parquet.read_table(tmp_path / "x.warc.gz.parquet")
    assert table.column_names == list(FACTS)
    types = {name: str(table.schema.field(name).type) for name in FACTS}
    assert types["fetched"] == "timestamp[ms, tz=UTC]" and types["position"] == "int64"
    assert types["authors"].startswith("list<") and types["texts"].startswith("list<")
    about = facts.said_about(tmp_path / "x.warc.gz.parquet")
    assert about is not None and about["schema"] == facts.SCHEMA and about["rows"] == len(table)


def test_half_characters_become_question_marks(tmp_path: Path) -> None:
    with (tmp_path / "x.parquet").open("wb") as file:
        facts.write([{"page": "a\udcffb", "authors": ["\ud800"]}], file, dict)
    assert list(facts.read(tmp_path / "x.parquet")) == [{"page": "a?b", "authors": ["?"]}]


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_groups_are_bounded(size: int, tmp_path: Path) -> None:
    """What is in memory at once is neither many rows nor many bytes."""
    count = 2 * ROWS + 1 if size == 1 else 40
    out = tmp_path / "x.parquet"
    with out.open("wb") as file:
        facts.write(({"summary": "x" * size} for _ in range(count)), file, dict)
    written = pyarrow.parquet.ParquetFile(out)
    groups = [written.metadata.row_group(n).num_rows for n in range(written.num_row_groups)]
    assert sum(groups) == count and max(groups) <= min(ROWS, 1 + facts.BYTES // size)


def as_it_is(_: Path, __: Path) -> None:
    """Nothing happens."""


def grown(path: Path, _: Path) -> None:
    with path.open("ab") as file:
        file.write(record(address(2), page(2, 3)))


AGAIN: dict[str, tuple[Callable[[Path, Path], object], dict[str, Any], bool]] = {
    "finished": (as_it_is, {}, True),
    "grown": (grown, {}, False),
    "another limit": (as_it_is, {"limit": LIMIT * 2}, False),
    "as a copy of a site": (as_it_is, {"site": "wilson-center"}, False),
}


@pytest.mark.parametrize("case", AGAIN)
def test_what_is_finished_is_not_done_again(case: str, tmp_path: Path) -> None:
    change, wanted, is_finished = AGAIN[case]
    path = recorded(tmp_path / "x.warc.gz", 0)
    first = made(path, tmp_path)
    before = (tmp_path / "x.warc.gz.parquet").stat()
    change(path, tmp_path)
    again = made(path, tmp_path, **wanted)
    after = (tmp_path / "x.warc.gz.parquet").stat()
    assert not first.finished and again.finished == is_finished
    assert (before.st_ino == after.st_ino) == is_finished
    assert again.about and first.about
    assert (again.about["rows"] > first.about["rows"]) == (case == "grown")


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "another recording": (lambda path: recorded(path, 1), "of another recording"),
    "somebody's file": (
        lambda path: Path(f"{path}.parquet").write_bytes(b"mine"),
        "no file of facts",
    ),
    "cut": (damage, "in the middle of a record"),
    "empty": (lambda path: path.write_bytes(b""), "another recording"),
    "gone": (lambda path: path.unlink(), "No such file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_goes_wrong_is_named_and_leaves_what_is_there(case: str, tmp_path: Path) -> None:
    change, said = WRONG[case]
    path = recorded(tmp_path / "x.warc.gz", 0, pages=8)
    made(path, tmp_path)
    change(path)
    file = tmp_path / "x.warc.gz.parquet"
    before = file.read_bytes()
    done = made(path, tmp_path)
    assert done.code in (64, 75) and said in done.sentence and "x.warc.gz" in done.sentence
    assert done.about is None and file.read_bytes() == before
    assert len(list(tmp_path.glob("*x*"))) <= 2


def test_sources_are_looked_through(tmp_path: Path) -> None:
    some(tmp_path / "a", 2)
    some(tmp_path / "b", 1)
    (tmp_path / "a" / "deep").mkdir()
    recorded(tmp_path / "a" / "deep" / "x.warc.gz", 3, pages=3)
    (tmp_path / "a" / "notes.txt").write_text("notes")
    (tmp_path / "a" / "torn.warc.gz").write_bytes(b"")
    found, others = recordings([str(tmp_path / "a")])
    names = [one.name for one in found]
    assert (names[0], names[-1]) == ("deep/x.warc.gz", "torn.warc.gz"), "the largest comes first"
    assert sorted(names[1:-1]) == ["0000.warc.gz", "0001.warc.gz"]
    assert others == 1
    for sources, said in (
        (("a", "b"), "both become 0000.warc.gz.parquet"),
        (("c",), "no file or folder"),
        (("a/notes.txt/..",), "no file or folder"),
    ):
        with pytest.raises(BadUsage, match=said):
            recordings([str(tmp_path / source) for source in sources])


def test_damaged_one_is_named_after_all_others_are_done(tmp_path: Path) -> None:
    damage(some(tmp_path / "warc", 10)[3])
    ends = []
    for processes in ("1", "2"):
        out = tmp_path / processes
        done = harvester(
            tmp_path, "reparse", "--parquet", str(out), "warc", "--processes", processes
        )
        assert done.returncode == 75 and "9 of 10 recordings: 18 pages, 180" in done.stdout
        assert re.findall(r"\d{4}\.warc\.gz is damaged", done.stderr) == ["0003.warc.gz is damaged"]
        assert len(done.stderr.splitlines()) == 1
        assert f"The hash of the rows is {hashed(out)}\n" in done.stdout
        ends.append(done.stdout.splitlines()[-1])
        assert [one.name for one in sorted(out.iterdir())] == [
            f"{n:04}.warc.gz.parquet" for n in range(10) if n != 3
        ]
    assert ends[0] == ends[1]


def test_killed_it_goes_on_and_no_half_file_has_a_name(tmp_path: Path) -> None:
    some(tmp_path / "warc", 12, pages=4)
    words = ["reparse", "--parquet", str(tmp_path / "out"), str(tmp_path / "warc")]
    with forked([*words, "--processes", "2"], program="harvester") as process:
        while not list((tmp_path / "out").glob("*.parquet")):
            assert process.poll() is None, "it has ended without a file"
        process.signal(signal.SIGKILL)
    for file in (tmp_path / "out").glob("*.parquet"):
        assert len(list(facts.read(file))) == 40
    done = harvester(tmp_path, *words)
    assert done.returncode == 0 and "12 of 12" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(hashed(tmp_path / "out"))


SAID = """
    SELECT d.site, d.id, d.url, d.title, d.date_text, d.date_edtf, d.date_earliest, d.date_latest,
        d.summary, m.position, m.first_seen, p.url AS page, p.fetched
    FROM memberships AS m JOIN documents AS d ON d.number = m.document
    JOIN pages AS p ON p.id = m.page ORDER BY 1, 2"""


def merged(folder: Path, out: str, files: list[str], *databases: str) -> tuple[bytes, str]:
    """What a merge of Parquet and of databases makes, and what it leaves out."""
    others = [folder / name for name in databases]
    with TemporaryDirectory() as name:
        made, left = of_recordings([folder / file for file in files], others, Path(name))
        unite(folder / out, [*others, *made])
    return (folder / out).read_bytes(), left


def test_merge_knows_what_a_harvest_of_the_recording_knows(tmp_path: Path) -> None:
    recorded(tmp_path / "x.warc.gz", 0)
    made(tmp_path / "x.warc.gz", tmp_path / "facts")
    words = ("-a", f"url={address(0)}", "-a", "name=japan", "-a", "source=x.warc.gz")
    harvester(tmp_path, "crawl", "collection", *words, "-s", "HARVEST_DB=harvest.db")
    done = harvester(tmp_path, "merge", "new.db", "facts")
    assert (done.returncode, done.stderr) == (0, "")
    assert raw_rows(tmp_path / "new.db", SAID) == raw_rows(tmp_path / "harvest.db", SAID)
    assert len(raw_rows(tmp_path / "new.db", SAID)) == 20
    (run,) = raw_rows(tmp_path / "new.db", "SELECT outcome, seen FROM runs")
    assert (run["outcome"], run["seen"]) == ("incomplete", 20)


def test_merge_has_the_same_bytes_in_any_order_and_again(tmp_path: Path) -> None:
    for number, path in enumerate(some(tmp_path / "warc", 3)):
        made(path, tmp_path / f"facts-{number}")
    store = Store(str(tmp_path / "old.db"), Rules())
    store.start_run(RunStart("japan", address(0), "2026-11-01T00:00:00Z", site="wilson-center"))
    store.close()
    files = [f"facts-{number}/{number:04}.warc.gz.parquet" for number in range(3)]
    one = merged(tmp_path, "one.db", files, "old.db")
    assert merged(tmp_path, "two.db", files[::-1], "old.db") == one
    assert merged(tmp_path, "one.db", files[:2], "one.db") == one
    names = raw_rows(tmp_path / "one.db", "SELECT name, count(*) AS runs FROM collections, runs")
    assert [tuple(row.values()) for row in names] == [("japan", 4)]
    assert one[1] == ""


def test_revisit_is_the_page_that_it_refers_to(tmp_path: Path) -> None:
    """The page was A, became B, and was A again: only the third capture says so, and without it."""
    a, b = page(0, 1, 0), page(0, 1, 0).replace(b"Document 3 of", b"Document 3 (corrected) of")
    (tmp_path / "a.warc.gz").write_bytes(record(address(0), a, date="2026-11-02T00:00:00Z"))
    (tmp_path / "b.warc.gz").write_bytes(
        record(address(0), b, date="2026-11-09T00:00:00Z")
        + record(
            *(address(0), b""),
            kind="revisit",
            date="2026-11-16T00:00:00Z",
            WARC_Payload_Digest=digest(a),
            WARC_Refers_To_Date="2026-11-02T00:00:00Z",
        )
    )
    for name in ("a", "b"):
        made(tmp_path / f"{name}.warc.gz", tmp_path / name)
    files = [f"{name}/{name}.warc.gz.parquet" for name in ("b", "a")]
    assert merged(tmp_path, "both.db", files)[1] == ""
    _, left = merged(tmp_path, "one.db", files[:1])
    assert left == "captures that only refer to pages which are in none of the files (1)"
    third = "SELECT title FROM documents WHERE id = 'number-0-0-3'"
    assert "corrected" not in raw_rows(tmp_path / "both.db", third)[0]["title"]
    assert "corrected" in raw_rows(tmp_path / "one.db", third)[0]["title"]


def test_merge_names_what_it_can_not_take(tmp_path: Path) -> None:
    body = (KOHL / "page.html").read_bytes()
    url = json.loads((KOHL / "page.json").read_text(encoding="utf-8"))["url"]
    (tmp_path / "x.warc.gz").write_bytes(
        record(address(0), page(0, 2)) + record(url, body) + record(address(1), b"<html>Oh!</html>")
    )
    made(tmp_path / "x.warc.gz", tmp_path / "facts")
    done = harvester(tmp_path, "merge", "out.db", "facts")
    said = done.stderr
    assert done.returncode == 75 and "documents' own pages (1)" in said and said.count("\n") == 1
    (failure,) = raw_rows(tmp_path / "out.db", "SELECT url, reason FROM failures")
    assert failure == {"url": address(1), "reason": "no-listing"}
    (tmp_path / "mine.parquet").write_bytes(b"mine")
    done = harvester(tmp_path, "merge", "new.db", "mine.parquet")
    assert done.returncode == 64 and "mine.parquet is no Parquet of a recording" in done.stderr
    assert not (tmp_path / "new.db").exists()
