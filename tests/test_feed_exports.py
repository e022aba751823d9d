"""`scrapy crawl -o` and `-O`: Scrapy's own way to get items gives documents."""

import csv
import json
import marshal
import pickle
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from archive import PER_PAGE, Archive, Gate, html, japan
from harvests import FIXTURES, Harvest, begun, rows
from lxml import etree
from werkzeug import Request, Response

from harvester.store.read.documents import OF_LISTING

Crawl = Callable[..., Harvest]
Documents = list[dict[str, Any]]
ALL = len(japan())

SAVED = ("-a", f"source={FIXTURES}")
CONTROL = {"href": "/document/c", "title": "A \u0085 B", "date_text": "1955", "summary": "=1+1"}


def loaded(path: Path, load: Callable[[Any], Any]) -> Iterator[Any]:
    """What was written one after another."""
    with path.open("rb") as file:
        while True:
            try:
                yield load(file)
            except EOFError:
                return


def of_csv(path: Path) -> Documents:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_lines(path: Path) -> Documents:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def of_xml(path: Path) -> Documents:
    root = etree.fromstring(path.read_bytes())
    return [{field.tag: field.text for field in item} for item in root]


READ: dict[str, Callable[[Path], Documents]] = {
    "json": lambda path: json.loads(path.read_bytes()),
    "jsonl": of_lines,
    "jl": of_lines,
    "jsonlines": of_lines,
    "csv": of_csv,
    "xml": of_xml,
    "pickle": lambda path: list(loaded(path, pickle.load)),
    "marshal": lambda path: list(loaded(path, marshal.load)),
}
WITHOUT_NULL = ("csv", "xml")
"""Formats in which what there is not is an empty text."""


def stored(db: Path, *, nulls: bool = True) -> Documents:
    """What the database has, in the order of the listing."""
    found = rows(
        db,
        f"SELECT {', '.join(f'documents.{name}' for name in OF_LISTING)} FROM documents"
        " JOIN memberships ON document = id ORDER BY position",
    )
    empty = None if nulls else ""
    return [{name: empty if row[name] is None else row[name] for name in row} for row in found]


def without_null(documents: Documents) -> Documents:
    return [{name: value or "" for name, value in one.items()} for one in documents]


@pytest.mark.parametrize("name", READ)
def test_every_format_has_the_documents(name: str, crawl: Crawl, db: Path, tmp_path: Path) -> None:
    file = tmp_path / f"x.{name}"
    done = crawl(*SAVED, "-O", str(file))
    assert (done.code, len(rows(db, "SELECT * FROM documents"))) == (0, ALL)
    got = READ[name](file)
    assert (without_null(got) if name in WITHOUT_NULL else got) == stored(
        db, nulls=name not in WITHOUT_NULL
    )
    assert f"{ALL} documents written to {file}" in done.out


def test_what_has_not_changed_is_there_as_well(
    archive: Archive, crawl: Crawl, db: Path, tmp_path: Path
) -> None:
    archive.validators = "ETag"
    crawl("-a", f"url={archive.url}")
    again = crawl("-a", f"url={archive.url}", "-O", str(tmp_path / "x.json"))
    assert archive.answered[-2:] == [304, 304]
    assert again.code == 0
    assert READ["json"](tmp_path / "x.json") == stored(db)


def test_document_of_two_walks_and_two_collections_is_there_once(
    archive: Archive, crawl: Crawl, db: Path, tmp_path: Path
) -> None:
    """The listing grows while it is walked, and is walked again."""

    def growing(_: Request) -> Response:
        archive.answers.clear()
        archive.entries = [CONTROL, *japan()]
        return html(archive.page(1))

    archive.answers[1] = growing
    file = tmp_path / "x.csv"
    done = crawl("-a", f"url={archive.url}", "-O", str(file))
    assert (done.code, done.run["seen"]) == (0, ALL + 1)
    assert of_csv(file) and sorted(one["id"] for one in of_csv(file)) == sorted(
        one["id"] for one in stored(db)
    )


def test_xml_has_no_characters_that_it_can_not_have(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    archive.entries = [{**CONTROL, "title": "A \u0001 B \ufffe C"}]
    assert crawl("-a", f"url={archive.url}", "-O", str(tmp_path / "x.xml")).code == 0
    (document,) = of_xml(tmp_path / "x.xml")
    assert document["id"] == "c" and document["title"].startswith("A ")


@pytest.mark.parametrize("name", ["jsonl", "csv", "pickle", "marshal"])
def test_small_o_adds_and_capital_o_begins_anew(name: str, crawl: Crawl, tmp_path: Path) -> None:
    file = tmp_path / f"x.{name}"
    sizes = []
    for option in ("-o", "-o", "-O"):
        assert crawl(*SAVED, option, str(file)).code == 0
        sizes.append(len(READ[name](file)))
    assert sizes == [ALL, 2 * ALL, ALL]


@pytest.mark.parametrize("name", ["json", "xml"])
def test_nothing_is_added_to_what_is_one_whole(
    name: str, crawl: Crawl, db: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"x.{name}"
    assert crawl(*SAVED, "-o", str(file)).code == 0
    before = file.read_bytes()
    again = crawl(*SAVED, "-o", str(file))
    assert (again.code, again.out, len(again.err.splitlines())) == (64, "", 1)
    assert "-O" in again.complaints[0]
    assert file.read_bytes() == before and len(rows(db, "SELECT * FROM runs")) == 1


def test_standard_output_has_the_documents_alone(crawl: Crawl, db: Path) -> None:
    done = crawl(*SAVED, "-o", "-:jsonl")
    assert [json.loads(line) for line in done.out.splitlines()] == stored(db)
    assert f"complete, {ALL} of {ALL}" in done.err


def test_failed_harvest_leaves_what_was_stored_and_says_so(
    archive: Archive, crawl: Crawl, db: Path, tmp_path: Path
) -> None:
    archive.answers[1] = lambda _: html("", 404)
    file = tmp_path / "x.csv"
    done = crawl("-a", f"url={archive.url}", "-O", str(file))
    assert (done.code, len(of_csv(file))) == (75, PER_PAGE)
    assert without_null(of_csv(file)) == stored(db, nulls=False)
    assert f"{file} has only what was stored: {PER_PAGE} documents." in done.complaints


def test_interrupted_harvest_leaves_what_was_stored_and_says_so(
    archive: Archive, db: Path, tmp_path: Path
) -> None:
    gate = Gate()
    archive.answers[1] = gate.hold(lambda _: html("", 404))
    file = tmp_path / "x.json"
    with begun("-a", f"url={archive.url}", "-O", str(file), HARVEST_DB=db) as process:
        gate.wait()
        process.signal(signal.SIGINT)
        process.until_said("SIGINT")
        gate.open()
        done = process()
    assert done.returncode == 75
    assert READ["json"](file) == stored(db) and len(stored(db)) == PER_PAGE
    said = done.stderr.splitlines()
    assert f"harvester: {file} has only what was stored: {PER_PAGE} documents." in said


def test_harvest_that_stores_nothing_leaves_a_file_as_it_was(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    file, other = tmp_path / "x.json", tmp_path / "other.json"
    crawl("-a", f"url={archive.url}", "-O", str(file))
    before = file.read_bytes()
    archive.answers[0] = lambda _: html("<h1>All is new here</h1>")
    done = crawl("-a", f"url={archive.url}", "-O", str(file), "-O", str(other))
    assert (done.code, file.read_bytes(), READ["json"](other)) == (65, before, [])
    assert f"{file} is left as it was: nothing was stored." in done.complaints


def test_file_that_can_not_be_written_is_named(crawl: Crawl, db: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (str(tmp_path), f"{tmp_path}/file/x"):
        done = crawl(*SAVED, "-O", f"{place}:json")
        assert (done.code, done.out, len(done.err.splitlines())) == (73, "", 1)
        assert place in done.complaints[0]
    assert not db.exists(), "nothing was harvested"


def test_full_disk_is_named_when_all_is_stored(crawl: Crawl, db: Path) -> None:
    done = crawl(*SAVED, "-o", "/dev/full:jsonl")
    assert (done.code, "Traceback" in done.err, len(stored(db))) == (73, False, ALL)
    assert any("/dev/full can't be written" in line for line in done.complaints)
    assert "written to" not in done.out


def test_unknown_format_is_refused_before_anything(crawl: Crawl, tmp_path: Path) -> None:
    done = crawl(*SAVED, "-o", str(tmp_path / "x.docx"))
    assert (done.code, len(done.err.splitlines()), list(tmp_path.iterdir())) == (64, 1, [])
    assert "docx" in done.err and "jsonl" in done.err


@pytest.mark.parametrize("place", ["ftp://127.0.0.1:9/x.json", "nosuch://x/x.json"])
def test_other_places_that_fail_are_named(place: str, crawl: Crawl, db: Path) -> None:
    done = crawl(*SAVED, "-O", place)
    assert (done.code, "Traceback" in done.err, len(stored(db))) == (73, False, ALL)
    assert any(place in line for line in done.complaints)
