"""What is exported, read back by parsers that are not ours; and text that tries to break out."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from lxml import etree
from pybtex.database import parse_string
from pybtex.richtext import Text
from stored import ARCHIVE, FETCHED, entry, saved_listings, store
from test_export import written
from test_snapshot import unguarded

from harvester.exports import FORMATS
from harvester.exports.bibtex import tex
from harvester.exports.csv_export import guarded, joined, names
from harvester.items import Entry

HOSTILE = [
    "Report;=cmd|' /C calc'!A0", 'a;"=1"', "a; @1\t-1|+1\n=1", "b;'=1",
    "=HYPERLINK(\"http://x.org\",\"a\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1", "-1", "\n=1", "'=1", "''", "\uff1d1",
    'He said "no", then; left',
    "a\nTY  - BOOK\nTI  - fake\nER  - \n",
    "a\r\nER  - \r\n\r\nTY  - BOOK\r\nTI  - fake",
    "a\u2028TI  - fake\x85TI  - fake\x0bTI  - fake\x1eTI  - fake",
    "},\n}\n@book{fake,\n title = {fake},\n year = 1999\n}",
    'x}", note = {fake}, y = "',
    "{", "}", "{{}", "\\", "\\}", "a\\", "%", "100 % # $ & _ ~ ^ ` `` '' -- --- ,, << >> ?` !`",
    "\\input{/etc/passwd} \\write18{rm}",
    "@comment{ @string{x = {y}} @preamble{z}",
    "</dc:title><dc:rights>fake</dc:rights><!-- ]]> &lt; &fake; <![CDATA[",
    "<script>alert(1)</script> <i>x</i>",
    "nul \x00 bell \x07 escape \x1b[31m delete \x7f c1 \x9b",
    "no characters \ufffe \uffff, one that is \U0001f600, and Ichir\u014d K\u014dno",
    "  two  spaces\tand a tab ",
]  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Entry]]:
    """All saved listings, harvested, and what they say."""
    db = tmp_path_factory.mktemp("saved") / "harvest.db"
    entries = saved_listings()
    store(db, entries)
    return db, entries


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Entry]]:
    """Documents of which every text is hostile, and so are some ids."""
    db = tmp_path_factory.mktemp("hostile") / "harvest.db"
    entries = [entry(f"h{n:02}", text, text[:70], text) for n, text in enumerate(HOSTILE)]
    entries.append(entry("h98", "A"))
    entries.append(Entry("x},y = {z} %#\\", f"{ARCHIVE}/document/x}},y={{z}} %#\\\n;", "B"))
    store(db, entries)
    return db, entries


def folded(text: str | None) -> str:
    """What a format of one line keeps of a text."""
    return re.sub(r"\s*\n\s*", " ", text or "")


def spaced(text: str) -> str:
    """What BibTeX keeps of a text: to it, spaces in a row are one."""
    return re.sub(r"\s+", " ", text)


def test_csv_reads_back(saved: tuple[Path, list[Entry]]) -> None:
    db, entries = saved
    rows = read_csv(db)
    assert [
        (row["id"], row["url"], row["title"], row["summary"], row["date_text"]) for row in rows
    ] == [
        (one.document, one.link, one.title, one.summary or "", one.date_text or "")
        for one in entries
    ]
    assert {row["fetched"] for row in rows} == {FETCHED}
    assert rows[7]["collections"] == "listing 8"


def read_csv(db: Path) -> list[dict[str, str]]:
    text = written(db, "csv").decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_has_no_formula(separator: str, hostile: tuple[Path, list[Entry]]) -> None:
    """Whatever the separator of lists that a spreadsheet takes for that of cells."""
    db, entries = hostile
    text = written(db, "csv").decode("utf-8-sig")
    cells = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    assert not [cell for row in cells for cell in row if re.match(FORMULA, cell)]
    texts = {one.title: one.summary for one in entries}
    assert {row["title"]: row["summary"] or None for row in read_csv(db)} == texts


FORMULA = '[ "]*[=+@\uff0b\uff0d\uff1d\uff20-]|[\t\r\n]'


def test_texts_in_csv_are_quoted(saved: tuple[Path, list[Entry]]) -> None:
    """Then a program can tell the text "1950" from a number."""
    db, _ = saved
    text = written(db, "csv").decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), quoting=csv.QUOTE_NONNUMERIC)
    assert {type(cell) for row in rows for cell in row if cell != ""} == {str}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "'",
        "''=",
        ";",
        "; =1",
        ';"=1"',
        "\t=1",
        "\n\n=1",
        "a;'=1",
        "=1;=1|@1\t-1",
        "-;--",
        ";;'",
    ],
)
def test_guard_of_csv_is_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    parts = re.split("[;|\t\r\n]", guarded(text))
    assert not [part for part in parts if re.match(FORMULA, part)]


@pytest.mark.parametrize(
    "several",
    [[], ["a"], ["a; b", "c"], ["a;", ";b"], [";;", ";"], ["Satō, Eisaku", "Arms; control; x"]],
)
def test_names_in_a_cell_are_told_apart(several: list[str]) -> None:
    assert names(joined(several)) == several


def test_jsonl_reads_back(
    saved: tuple[Path, list[Entry]], hostile: tuple[Path, list[Entry]]
) -> None:
    for db, entries in (saved, hostile):
        rows = [json.loads(line) for line in written(db, "jsonl").decode().splitlines()]
        assert {(row["id"], row["title"], row["summary"]) for row in rows} == {
            (one.document, one.title, one.summary) for one in entries
        }


def test_parquet_reads_back_typed(saved: tuple[Path, list[Entry]]) -> None:
    db, entries = saved
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(written(db, "parquet")))
    assert {name: str(table.schema.field(name).type) for name in ("date_latest", "fetched")} == {
        "date_latest": "date32[day]",
        "fetched": "timestamp[ms, tz=UTC]",
    }
    rows = table.to_pylist()
    assert [(row["title"], row["summary"]) for row in rows] == [
        (one.title, one.summary) for one in entries
    ]
    assert {row["fetched"] for row in rows} == {datetime(2026, 11, 24, 5, 6, 8, tzinfo=UTC)}
    assert rows[0]["date_earliest"] == date.fromisoformat(entries[0].date_earliest or "")
    assert rows[0]["collections"] == [{"name": "listing", "position": 1}]


def test_ris_reads_back(saved: tuple[Path, list[Entry]]) -> None:
    db, entries = saved
    references = rispy.loads(written(db, "ris").decode())
    assert [reference | {"date": None, "year": None} for reference in references] == [
        {
            "type_of_reference": "MANSCPT",
            "id": f"wilson-center/{one.document}",
            "title": one.title,
            **({"abstract": folded(one.summary)} if one.summary else {}),
            "name_of_database": "Wilson Center Digital Archive",
            "urls": [one.link],
            "access_date": "2026/11/24/",
            "date": None,
            "year": None,
        }
        for one in entries
    ]
    dates = [reference.get("date") for reference in references]
    assert dates == [ris_date(one.date_edtf) for one in entries]


def ris_date(edtf: str | None) -> str | None:
    return edtf and "{}/{}/{}/".format(*[*edtf.split("-"), "", ""][:3])


def test_bibtex_reads_back(saved: tuple[Path, list[Entry]]) -> None:
    db, entries = saved
    found = dict(parse_string(written(db, "bibtex").decode(), "bibtex").entries)
    assert [plain(one.fields) for one in found.values()] == [
        {
            "title": one.title,
            **({"date": one.date_edtf} if one.date_edtf else {}),
            "howpublished": "Wilson Center Digital Archive",
            "url": one.link,
            "urldate": "2026-11-24",
            **({"abstract": spaced(one.summary)} if one.summary else {}),
        }
        for one in entries
    ]
    assert {one.type for one in found.values()} == {"unpublished"}


def test_keys_of_bibtex_are_short_and_unique(tmp_path: Path) -> None:
    """Also for programs and disks to which capitals are small letters."""
    documents = ["a", "A", "é", "è", "名", "a" * 46, "a" * 47, f"{'a' * 46}b", "b" * 300, "B" * 300]
    store(tmp_path / "it.db", [entry(document, document) for document in documents])
    keys = parse_string(written(tmp_path / "it.db", "bibtex").decode(), "bibtex").entries.keys()
    assert len({key.lower() for key in keys}) == len(documents)
    assert [key for key in keys if not re.fullmatch("[a-z0-9:.-]{1,60}", key)] == []
    assert {"wilson-center:a", f"wilson-center:{'a' * 46}"} <= set(keys)


def plain(fields: dict[str, str]) -> dict[str, str]:
    """What TeX prints; pybtex reads all commands that these texts need, but not that of dollars."""
    texts = {name: str(Text.from_latex(value)) for name, value in fields.items()}
    return {name: text.replace("\\$", "$") for name, text in texts.items()}


def test_csl_json_reads_back(saved: tuple[Path, list[Entry]]) -> None:
    db, entries = saved
    source = CiteProcJSON(json.loads(written(db, "csl-json")))
    assert list(source) == [f"wilson-center/{one.document}" for one in entries]
    for one in entries:
        item = source[f"wilson-center/{one.document}"]
        assert (item.type, str(item.title), str(item.URL)) == ("manuscript", one.title, one.link)
        assert str(item.get("abstract", "")) == (one.summary or "")
        parts = (
            [item.issued[name] for name in ("year", "month", "day") if name in item.issued]
            if "issued" in item
            else []
        )
        assert parts == [int(part) for part in (one.date_edtf or "").split("-") if part]
        assert dict(item.accessed) == {"year": 2026, "month": 11, "day": 24, "circa": False}


def test_dublin_core_reads_back(saved: tuple[Path, list[Entry]]) -> None:
    db, entries = saved
    assert [fields for _, fields in dublin_core(db)] == [
        {
            "title": one.title,
            **({"date": one.date_edtf} if one.date_edtf else {}),
            **({"description": one.summary} if one.summary else {}),
            "identifier": one.link,
            "source": "Wilson Center Digital Archive, read on 2026-11-24",
        }
        for one in entries
    ]


def dublin_core(db: Path) -> Iterator[tuple[str | None, dict[str, str | None]]]:
    """The identifier of each record, and its elements."""
    for record in etree.fromstring(written(db, "dublin-core")):
        header, metadata = record
        fields = {etree.QName(one).localname: one.text for one in metadata[0]}
        assert len(fields) == len(metadata[0])
        yield header[0].text, fields


def test_hostile_text_adds_no_reference_to_ris(hostile: tuple[Path, list[Entry]]) -> None:
    db, entries = hostile
    references = rispy.loads(written(db, "ris").decode())
    allowed = {"type_of_reference", "id", "title", "date", "abstract", "name_of_database", "urls"}
    assert len(references) == len(entries)
    for reference in references:
        assert set(reference) <= allowed | {"access_date", "notes"}
        assert reference["type_of_reference"] == "MANSCPT"
        assert "fake" not in (reference["title"][:4], reference["id"])


def test_hostile_text_adds_no_line_to_ris(hostile: tuple[Path, list[Entry]]) -> None:
    """A reader may end a line where Unicode does, or at any control character."""
    db, _ = hostile
    tags = [line[:6] for line in written(db, "ris").decode().splitlines() if line]
    assert {tag[2:] for tag in tags} == {"  - "}
    assert "TI  - fake" not in written(db, "ris").decode().splitlines()


def test_hostile_text_is_printed_by_tex(hostile: tuple[Path, list[Entry]]) -> None:
    db, entries = hostile
    found = parse_string(written(db, "bibtex").decode(), "bibtex").entries
    assert len(found) == len(entries)
    for one, read in zip(
        sorted(entries, key=lambda one: one.document), found.values(), strict=True
    ):
        assert set(read.fields) <= {
            *("title", "note", "date", "howpublished", "url", "urldate", "abstract")
        }
        assert untex(read.fields["title"]) == f"{{{spaced(readable(one.title))}}}"


COMMANDS = {
    "\\textbackslash{}": "\\", "\\textbraceleft{}": "{", "\\textbraceright{}": "}",
    "\\textasciitilde{}": "~", "\\textasciicircum{}": "^", "\\textasciigrave{}": "`",
    "\\textless{}": "<", "\\textgreater{}": ">", "\\textbar{}": "|", "{}": "",
    "\\#": "#", "\\$": "$", "\\%": "%", "\\&": "&", "\\_": "_",
}  # fmt: skip


def untex(value: str) -> str:
    """What the LaTeX of a field prints, command by command."""
    names = "|".join(map(re.escape, COMMANDS))
    return re.sub(names, lambda found: COMMANDS[found[0]], value)


def readable(text: str) -> str:
    """The text on one line, without what can't be printed."""
    line = re.sub(r"[\s\x85\u2028\u2029]*[\n\r\t\x85\u2028\u2029]+[ \n\r\t]*", " ", text)
    bad = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
    return re.sub(bad, "\ufffd", re.sub(r" {2,}(?=TI  - )", " ", line)).strip(" ")


@pytest.mark.parametrize("text", HOSTILE)
def test_braces_of_tex_are_balanced(text: str) -> None:
    depth = 0
    for sign in tex(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def test_hostile_text_stays_text_in_xml(hostile: tuple[Path, list[Entry]]) -> None:
    db, entries = hostile
    records = dict(dublin_core(db))
    assert len(records) == len(entries)
    for fields in records.values():
        assert set(fields) <= {"title", "date", "description", "identifier", "source"}
    script = next(one for one in entries if "<script>" in one.title)
    assert records[script.link]["title"] == script.title


def test_hostile_text_stays_text_in_csl_json(hostile: tuple[Path, list[Entry]]) -> None:
    db, entries = hostile
    items = {item["id"]: item for item in json.loads(written(db, "csl-json"))}
    assert set(items) == {f"wilson-center/{one.document}" for one in entries}
    assert not [item for item in items.values() if re.search("[\x00-\x08\x1b]", str(item))]


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_is_written_the_same_twice(
    name: str, hostile: tuple[Path, list[Entry]]
) -> None:
    db, _ = hostile
    assert written(db, name) == written(db, name)


def test_sets_of_dublin_core_have_names_that_oai_pmh_has(tmp_path: Path) -> None:
    """Section 2.6: letters, digits and some signs; "A" and "a" are two, on any disk and in any
    program."""
    db, several = tmp_path / "harvest.db", ("A", "a", "ハーベスト", "naïve.name", "fishing-japan")
    for name in several:
        store(db, [entry(name, name)], name)
    root = etree.fromstring(written(db, "dublin-core"))
    sets = [one.text or "" for one in root.iter("{*}setSpec")]
    assert len({name.lower() for name in sets}) == len(several)
    assert all(re.fullmatch(r"[A-Za-z0-9\-_.!~*'()]+", name) for name in sets)
    assert "fishing-japan" in sets
