"""Sixty nasty records, as two programs that others wrote read them back, field by field.

Those that a machine lacks (Biber, pandoc, bibutils) are skipped; `make readers` sets them up.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import bibtexparser
import duckdb
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet
import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from filled import store_details
from gris.io import read_ris
from lxml import etree
from pybtex.database import parse_string
from stored import ARCHIVE
from test_export import written
from test_export_formats import HOSTILE, spaced, untex

from harvester.exports.citation_parts import one_line, printable
from harvester.exports.csv_export import names, unguarded
from harvester.record import Record, Term

BODIES = ["Japan. Foreign Ministry", "TASS, Moscow", "Arms; control", "Science and technology"]
PERSONS = ["Satō, Eisaku", "al-Assad, Hafez", "Brandt, Willy (Frahm, Herbert)", "O'Neill, Thomas"]
SUBJECTS = ["Germany--Foreign relations--Portugal", "Trade, foreign", "100% & #1", "Côte d’Ivoire"]
NASTY = HOSTILE[:30]
Row = dict[str, Any]


def nasty(number: int) -> Record:
    """A record of which the title is nasty in the first thirty, and in the others all but that."""
    text = NASTY[number % 30]
    plain = number >= 30
    about = [SUBJECTS[number % 4], *([printable(text)] if plain else [])]
    return Record(
        document=f"nasty-{number:02}",
        link=f"{ARCHIVE}/document/nasty-{number:02}",
        title=f"Plain {number}" if plain else text,
        summary=text if plain else "A summary.",
        source=f"{text} fond 80" if plain else None,
        rights=text if plain else None,
        terms=[
            Term("author", PERSONS[number % 4]),
            Term("author", BODIES[number % 4]),
            *(Term("subject", name) for name in dict.fromkeys(about)),
        ],
    )


RECORDS = [nasty(number) for number in range(60)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nasty") / "harvest.db"
    store_details(path, RECORDS)
    return path


def csv_by_python(data: bytes, _: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def csv_by_arrow(data: bytes, _: Path) -> list[Row]:
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    read: list[Row] = pyarrow.csv.read_csv(io.BytesIO(data), parse_options=options).to_pylist()
    return read


def by_duckdb(data: bytes, path: Path) -> list[Row]:
    path.write_bytes(data)
    found = duckdb.sql(f"SELECT * FROM '{path}'")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def jsonl_by_python(data: bytes, _: Path) -> list[Row]:
    return [json.loads(line) for line in data.decode().splitlines()]


def jsonl_by_arrow(data: bytes, _: Path) -> list[Row]:
    read: list[Row] = pyarrow.json.read_json(io.BytesIO(data)).to_pylist()
    return read


def parquet_by_arrow(data: bytes, _: Path) -> list[Row]:
    read: list[Row] = pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()
    return read


READ_WHOLE = {
    "csv": [csv_by_python, csv_by_arrow, by_duckdb],
    "jsonl": [jsonl_by_python, jsonl_by_arrow, by_duckdb],
    "parquet": [parquet_by_arrow, by_duckdb],
}
"""Formats that keep every character."""


@pytest.mark.parametrize(
    ("name", "read"), [(name, read) for name, some in READ_WHOLE.items() for read in some]
)
def test_tables_come_back_as_they_were(
    name: str, read: Callable[[bytes, Path], list[Row]], db: Path, tmp_path: Path
) -> None:
    found = read(written(db, name), tmp_path / f"it.{name}")
    undo = unguarded if name == "csv" else str
    for row, record in zip(found, RECORDS, strict=True):
        for field in ("title", "summary", "source", "rights"):
            assert undo(row[field] or "") == (getattr(record, field) or ""), (record, field)
        for column, kind in (("authors", "author"), ("subjects", "subject")):
            said = names(undo(row[column])) if name == "csv" else list(row[column])
            assert said == record.names(kind)


def xml_by_lxml(data: bytes) -> Any:
    return etree.fromstring(data)


def xml_by_expat(data: bytes) -> Any:
    return ElementTree.fromstring(data)


@pytest.mark.parametrize("read", [xml_by_lxml, xml_by_expat])
def test_dublin_core_comes_back(read: Callable[[bytes], Any], db: Path) -> None:
    dc = "{http://purl.org/dc/elements/1.1/}"
    found = [one for one in read(written(db, "dublin-core")).iter() if str(one.tag).endswith("}dc")]
    for one, record in zip(found, RECORDS, strict=True):
        said = {name: [part.text for part in one.findall(f"{dc}{name}")] for name in DC}
        assert said == {
            "title": [xml(record.title)],
            "creator": record.names("author"),
            "subject": list(map(xml, record.names("subject"))),
            "rights": [xml(record.rights)] if record.rights else [],
        }


DC = ("title", "creator", "subject", "rights")


def xml(text: str) -> str:
    """What XML keeps of a text as lxml writes it."""
    return printable(text)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.document)
def test_csl_json_comes_back(record: Record, csl: tuple[CiteProcJSON, dict[str, Row]]) -> None:
    source, plain = csl
    key = f"wilson-center/{record.document}"
    assert str(source[key].title) == plain[key]["title"] == printable(record.title)
    assert plain[key]["abstract"] == printable(record.summary or "")
    authors = [", ".join((one["family"], one["given"])) if "family" in one else one["literal"]
               for one in plain[key]["author"]]  # fmt: skip
    assert authors == record.names("author")
    assert len(source[key].author) == 2
    assert plain[key]["keyword"] == printable("; ".join(record.names("subject")))


@pytest.fixture(scope="module")
def csl(db: Path) -> tuple[CiteProcJSON, dict[str, Row]]:
    data = json.loads(written(db, "csl-json"))
    return CiteProcJSON(data), {one["id"]: one for one in data}


TYPESET = str.maketrans("\u2018\u2019\u201c\u201d\u202f\xa0", "''\"\"  ")


def test_csl_json_comes_back_from_pandoc(db: Path) -> None:
    """Pandoc sets quotation marks and spaces as printers do, and reads tags as what they mean."""
    said = by_program(["pandoc", "-f", "csljson", "-t", "csljson"], written(db, "csl-json"))
    found = {item["id"]: item for item in json.loads(said)}
    assert len(found) == len(RECORDS)
    for record in RECORDS:
        item = found[f"wilson-center/{record.document}"]
        for field, wanted in (("title", record.title), ("abstract", record.summary or "")):
            assert typeset(item[field]) == typeset(printable(wanted))
        assert [joined_name(name).translate(TYPESET) for name in item["author"]] == (
            record.names("author")
        )


def joined_name(name: dict[str, str]) -> str:
    """A name as catalogues write it: pandoc parts "al-" and what stands behind a second comma."""
    if "literal" in name:
        return name["literal"]
    family = f"{name.get('non-dropping-particle', '')}{name['family']}"
    return ", ".join(part for part in (family, name["given"], name.get("suffix")) if part)


def typeset(text: str) -> str:
    """The text without what pandoc changes in it."""
    plain = re.sub(r"</?[a-z][^<>]*>", "", text.translate(TYPESET))
    return re.sub(r"\s+(?=[?!])|^\s+|\s+$", "", spaced(plain))


def ris_by_rispy(data: bytes, _: Path) -> list[Row]:
    return rispy.loads(data.decode())


def ris_by_gris(data: bytes, path: Path) -> list[Row]:
    """By its tags; a tag that stands once has no list. It leaves its file to be closed."""
    path.write_bytes(data)
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        read = read_ris(path)
    tags = {"TI": "title", "AB": "abstract", "AU": "authors", "KW": "keywords"}
    rows = [{tags[tag]: said for tag, said in one.items() if tag in tags} for one in read]
    several = ("authors", "keywords")
    return [row | {k: [v] for k, v in row.items() if k in several and isinstance(v, str)}
            for row in rows]  # fmt: skip


def ris_by_bibutils(data: bytes, _: Path) -> list[Row]:
    """As MODS, in which it has one of two names that "and" joins."""
    mods = "{http://www.loc.gov/mods/v3}"
    found = etree.fromstring(by_program(["ris2xml", "-nl", "-i", "unicode"], data))
    return [
        {
            "title": one.findtext(f"{mods}titleInfo/{mods}title"),
            "abstract": one.findtext(f"{mods}abstract"),
            "keywords": [topic.text for topic in one.findall(f"{mods}subject/{mods}topic")],
        }
        for one in found
    ]


def by_program(command: list[str], data: bytes) -> bytes:
    """What a program makes of a text; it warns of types that it does not know."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, input=data, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ris_by_the_letter(data: bytes, _: Path) -> list[Row]:
    """As the specification has it: a tag, two spaces, a dash, a space, the content."""
    parts = re.split(r"^ER  - \r\n", data.decode(), flags=re.MULTILINE)[:-1]
    tags = {"TI": "title", "AB": "abstract"}
    found = []
    for part in parts:
        lines = [line.partition("  - ") for line in part.strip().split("\r\n")]
        row: Row = {tags[tag]: said for tag, _, said in lines if tag in tags}
        row["authors"] = [said for tag, _, said in lines if tag == "AU"]
        row["keywords"] = [said for tag, _, said in lines if tag == "KW"]
        found.append(row)
    return found


READ_RIS = [ris_by_rispy, ris_by_gris, ris_by_the_letter, ris_by_bibutils]


@pytest.mark.parametrize("read", READ_RIS)
def test_ris_comes_back(read: Callable[[bytes, Path], list[Row]], db: Path, tmp_path: Path) -> None:
    found = read(written(db, "ris"), tmp_path / "it.ris")
    for row, record in zip(found, RECORDS, strict=True):
        assert row["title"] == one_line(record.title)
        assert row["abstract"] == one_line(record.summary or "")
        authors = row.get("authors", record.names("author"))
        assert [name.removesuffix(",") for name in authors] == record.names("author")
        assert row["keywords"] == list(map(one_line, record.names("subject")))


def bibtex_by_pybtex(data: bytes, _: Path) -> dict[str, Row]:
    found = parse_string(data.decode(), "bibtex").entries
    return {
        key: {**{name: str(value) for name, value in one.fields.items()},
              "author": list(map(str, one.persons["author"]))}
        for key, one in found.items()
    }  # fmt: skip


def bibtex_by_bibtexparser(data: bytes, _: Path) -> dict[str, Row]:
    library = bibtexparser.parse_string(data.decode())
    assert not library.failed_blocks
    return {
        one.key: {field.key: field.value for field in one.fields}
        | {"author": AND.split(one.fields_dict["author"].value)}
        for one in library.entries
    }


def bibtex_by_biber(data: bytes, path: Path) -> dict[str, Row]:
    """What Biber has read, as it writes it again."""
    if shutil.which("biber") is None:
        pytest.skip("Biber is not installed")
    path.write_bytes(data)
    again = path.with_name("again.bib")
    done = subprocess.run(
        ["biber", "--tool", "--nolog", "--quiet", f"--output-file={again}", str(path)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    read = {}
    for one in bibtexparser.parse_string(again.read_text("utf-8")).entries:
        row: Row = {field.key.lower(): field.value for field in one.fields}
        read[one.key] = row | {"author": AND.split(row["author"])}
    return read


@pytest.mark.parametrize("read", [bibtex_by_pybtex, bibtex_by_bibtexparser, bibtex_by_biber])
def test_bibtex_comes_back(
    read: Callable[[bytes, Path], dict[str, Row]], db: Path, tmp_path: Path
) -> None:
    found = read(written(db, "bibtex"), tmp_path / "it.bib")
    assert len(found) == len(RECORDS)
    for record in RECORDS:
        row = found[f"wilson-center:{record.document}"]
        assert spaced(untex(unbraced(row["title"]))) == spaced(one_line(record.title))
        assert spaced(untex(row["abstract"])) == spaced(one_line(record.summary or ""))
        keywords = [spaced(untex(name)) for name in re.split(r"\s*,\s*", row["keywords"])]
        low = str.maketrans(",;", "\u201a\u201a")
        assert keywords == [
            spaced(one_line(name).translate(low)) for name in record.names("subject")
        ]
        assert len(row["author"]) == len(record.names("author"))


AND = re.compile(r"\s+and\s+(?![^{}]*})")
"""Parts names, but within braces."""


def unbraced(title: str) -> str:
    return title[1:-1] if title.startswith("{") and title.endswith("}") else title
