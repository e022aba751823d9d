"""What catalogues import (MARCXML, MODS, EAD3): valid by their schemas, and read back whole.

The schemas of MODS and EAD3 are in packages that the tests need, eulxml and django-ead. MARCXML has
to pass our grammar of it, pymarc's strict reading, and marc-lint's rules for each field.
"""

import io
import re
from collections.abc import Callable
from importlib.metadata import distribution
from itertools import chain
from pathlib import Path
from typing import Any

import pymarc
import pytest
from filled import real_records, store_details
from lxml import etree
from marc_lint.linter import MarcLint
from stored import ARCHIVE, entry, store
from test_citations import RIS, SPANS
from test_export import exported, written
from test_export_formats import HOSTILE
from test_exports_read_back import RECORDS, xml_by_expat, xml_by_lxml

from harvester.exports.citation_parts import one_line, printable
from harvester.exports.marcxml import coded_dates
from harvester.items import Entry
from harvester.record import Record, Term

CATALOGUES = ["marcxml", "mods", "ead3"]
MARC = "{http://www.loc.gov/MARC21/slim}"
MODS = "{http://www.loc.gov/mods/v3}"
EAD = "{http://ead3.archivists.org/schema/}"
DATES = [*RIS, *SPANS]
XML_NAMESPACE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:string"/>
</xs:schema>"""
"""As much of the namespace `xml` as the schema of MODS needs."""
Read = dict[str, dict[str, list[str]]]


def packaged(package: str, name: str) -> Path:
    """A file that a package has."""
    files = distribution(package).files or []
    return Path(str(next(one.locate() for one in files if one.name == name)))


class Imported(etree.Resolver):
    """Finds what a schema imports without asking the web for it."""

    def resolve(self, url: str, public: str, context: Any) -> Any:
        if url.endswith("xlink.xsd"):
            return self.resolve_filename(str(packaged("eulxml", "xlink.xsd")), context)
        if url.endswith("xml.xsd"):
            return self.resolve_string(XML_NAMESPACE, context)
        return None


def schema_of_mods() -> Any:
    parser = etree.XMLParser()
    parser.resolvers.add(Imported())
    return etree.XMLSchema(etree.parse(packaged("eulxml", "mods-3-4.xsd"), parser))


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    grammar = (Path(__file__).parent / "marcxml.rnc").read_text("utf-8")
    return {
        "marcxml": etree.RelaxNG.from_rnc_string(grammar),
        "mods": schema_of_mods(),
        "ead3": etree.XMLSchema(etree.parse(packaged("django-ead", "ead3.xsd"))),
    }


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sixty nasty records, real ones, and dates, titles and addresses of any kind."""
    path = tmp_path_factory.mktemp("catalogues") / "harvest.db"
    store_details(path, [*RECORDS, *real_records()])
    plain = [entry(f"zz-{number:02}", "A Note", date) for number, date in enumerate(DATES)]
    bad = [entry(f"zy-{number:02}", text, text[:70], text) for number, text in enumerate(HOSTILE)]
    odd = Entry("zx},y = {z} %#\\", f"{ARCHIVE}/document/x}},y={{z}} %#\\\n;", "B")
    store(path, [*plain, *bad, odd], "plain")
    return path


@pytest.fixture(scope="module")
def files(nasty: Path) -> dict[str, bytes]:
    return {name: written(nasty, name) for name in CATALOGUES}


@pytest.mark.parametrize("name", CATALOGUES)
def test_file_is_valid(name: str, files: dict[str, bytes], schemas: dict[str, Any]) -> None:
    assert schemas[name].validate(etree.fromstring(files[name])), schemas[name].error_log
    cut = files[name].replace(b"title>", b"titel>").replace(b"leader>", b"leda>")
    assert not schemas[name].validate(etree.fromstring(cut)), "the schema asks for something"


def test_fields_of_marc_are_as_its_rules_have_them(files: dict[str, bytes]) -> None:
    """The leader says that the record is not punctuated by ISBD. A month without a day ends in two
    blanks (008/11-14, code e)."""
    lint = MarcLint()
    for record in marc(files["marcxml"]).values():
        lint.check_record(record)
        said = {re.sub("^Record .*?: ", "", one) for one in lint.warnings()}
        month = re.fullmatch(r"e[0-9]{4}([0-9]{2}  )", record["008"].data[6:15])
        known = f"008: Invalid Date 2 '{month[1]}' at positions 11-14." if month else ""
        assert said <= {"245: Must end with . (period).", known}
        assert len(record["008"].data) == 40


def marc(data: bytes) -> dict[str, pymarc.Record]:
    found = pymarc.parse_xml_to_array(io.BytesIO(data), strict=True)
    by_number = {record["001"].data: record for record in found}
    assert len(by_number) == len(found)
    return by_number


NAMES = ("100", "110", "700", "710", "720")
TAGS = {
    **{"title": "245", "summary": "520", "source": "535", "rights": "540", "subjects": "653"},
    "url": "856",
}


def marc_by_pymarc(data: bytes) -> Read:
    return {
        number: {
            **{
                field: [one.get("a") or one["u"] for one in record.get_fields(tag)]
                for field, tag in TAGS.items()
            },
            "authors": [" ".join(one.get_subfields("a", "b")) for one in record.get_fields(*NAMES)],
        }
        for number, record in marc(data).items()
    }


def marc_by_expat(data: bytes) -> Read:
    found = {}
    for record in xml_by_expat(data):
        fields: dict[str, list[str]] = {}
        for field in record:
            parts = [one.text for one in field if one.get("code") in ("a", "b", "u")]
            fields.setdefault(field.get("tag"), []).append(" ".join(parts))
        found[record.findtext(f"{MARC}controlfield[@tag='001']")] = {
            **{name: fields.get(tag, []) for name, tag in TAGS.items()},
            "authors": [*chain.from_iterable(fields.get(tag, []) for tag in NAMES)],
        }
    return found


def all_of(one: Any, space: str, path: str) -> list[str]:
    return [part.text for part in one.findall("/".join(space + name for name in path.split("/")))]


OF_MODS = {
    "title": "titleInfo/title",
    "summary": "abstract",
    "source": "location/physicalLocation",
    "rights": "accessCondition",
    "subjects": "subject/topic",
    "url": "location/url",
}
OF_EAD = {
    "title": "did/unittitle",
    "summary": "did/abstract",
    "source": "originalsloc/p",
    "rights": "userestrict/p",
    "subjects": "controlaccess/subject/part",
}


def mods(root: Any) -> Read:
    return {
        one.findtext(f"{MODS}recordInfo/{MODS}recordIdentifier"): {
            **{field: all_of(one, MODS, path) for field, path in OF_MODS.items()},
            "authors": [
                ", ".join(all_of(name, MODS, "namePart")) for name in one.findall(f"{MODS}name")
            ],
        }
        for one in root
    }


def ead(root: Any) -> Read:
    return {
        one.findtext(f"{EAD}did/{EAD}unitid"): {
            **{field: all_of(one, EAD, path) for field, path in OF_EAD.items()},
            "authors": [name[0].text for name in one.findall(f"{EAD}did/{EAD}origination/*")],
            "url": [dao.get("href") for dao in one.iter(f"{EAD}dao")],
        }
        for one in root.iter(f"{EAD}c")
    }


READERS: dict[str, Callable[[bytes], Read]] = {
    "marcxml by pymarc": marc_by_pymarc,
    "marcxml by expat": marc_by_expat,
    "mods by lxml": lambda data: mods(xml_by_lxml(data)),
    "mods by expat": lambda data: mods(xml_by_expat(data)),
    "ead3 by lxml": lambda data: ead(xml_by_lxml(data)),
    "ead3 by expat": lambda data: ead(xml_by_expat(data)),
}


@pytest.mark.parametrize("reader", READERS)
def test_nasty_records_come_back(reader: str, files: dict[str, bytes]) -> None:
    """A field of MARC is one line, and its names are in the order of their tags."""
    name = reader.split()[0]
    kept = one_line if name == "marcxml" else printable
    found = READERS[reader](files[name])
    assert len(found) == len(RECORDS) + len(real_records()) + len(DATES) + len(HOSTILE) + 1
    for record in RECORDS:
        said = {
            "title": [record.title],
            "summary": [record.summary],
            "source": [record.source] if record.source else [],
            "rights": [record.rights] if record.rights else [],
            "subjects": record.names("subject"),
            "url": [record.link],
        }
        row = found[f"wilson-center/{record.document}"]
        authors = row.pop("authors")
        assert (sorted(authors) if name == "marcxml" else authors) == (
            sorted(record.names("author")) if name == "marcxml" else record.names("author")
        )
        assert row == {field: list(map(kept, values)) for field, values in said.items()}


CODED = {
    None: "|||||||||",
    "1956-10-09": "e19561009",
    "1956-10": "e195610  ",
    "1956": "s1956    ",
    "1950~": "s1950    ",
    "1962-21": "s1962    ",
    "195X": "s195u    ",
    "19XX": "s19uu    ",
    "1985-04-XX": "e198504  ",
    "1958/1961": "i19581961",
    "1945~/1947~": "i19451947",
    "1956-09-24/1956-09-26": "s1956    ",
    "1961-12/1962-02": "i19611962",
    "195X/197X": "i195u197u",
    "1930/..": "i19309999",
    "../1950": "iuuuu1950",
    "[..1949]": "quuuu1949",
    "[1951..]": "q1951uuuu",
    "[1892,1893]": "q18921893",
    "[1667,1668,1670..1672]": "q16671672",
    "{1975,2002}": "i19752002",
    "-0043": "b        ",
    "-00XX": "b        ",
    "-0043/0003": "b        ",
}
"""Dates in EDTF and as field 008 has them in its characters 06 to 14."""


@pytest.mark.parametrize("edtf", CODED, ids=str)
def test_date_in_field_008(edtf: str | None) -> None:
    assert coded_dates(edtf) == CODED[edtf]
    assert coded_dates(None, is_undated=True) == "nuuuuuuuu"


SINGLE, SPAN, SET = "datesingle", "daterange", "dateset"
STRUCTURED: dict[str, tuple[str, list[dict[str, str]]] | None] = {
    "October 9, 1956": (SINGLE, [{"standarddate": "1956-10-09"}]),
    "c. 1950": (SINGLE, [{"standarddate": "1950"}]),
    "1950s": (SINGLE, [{"notbefore": "1950", "notafter": "1959"}]),
    "Spring 1962": (SINGLE, [{"notbefore": "1962-03-01", "notafter": "1962-05-31"}]),
    "before 1950": (SINGLE, [{"notafter": "1949-12-31"}]),
    "1892 or 1893": (SINGLE, [{"notbefore": "1892-01-01", "notafter": "1893-12-31"}]),
    "44 BC": (SINGLE, [{"standarddate": "-0043"}]),
    "1st century BC": (SINGLE, [{"notbefore": "-0099", "notafter": "0000"}]),
    "1958-1961": (SPAN, [{"standarddate": "1958"}, {"standarddate": "1961"}]),
    "since 1930": (SPAN, [{"standarddate": "1930"}]),
    "until 1950": (SPAN, [{"standarddate": "1950"}]),
    "1975, 2002": (SET, [{"standarddate": "1975"}, {"standarddate": "2002"}]),
    "1827, 1952-1978": (SET, [{"standarddate": "1827"}, {}]),
    "first week of May": None,
}
"""Dates as written, and as EAD3 has them: the element, and the attributes of what is in it."""


@pytest.mark.parametrize("text", STRUCTURED)
def test_date_in_ead3(text: str, files: dict[str, bytes]) -> None:
    number = f"wilson-center/zz-{DATES.index(text):02}"
    (did,) = (
        one
        for one in xml_by_lxml(files["ead3"]).iter(f"{EAD}did")
        if one.findtext(f"{EAD}unitid") == number
    )
    assert did.findtext(f"{EAD}unitdate") == text
    found = did.find(f"{EAD}unitdatestructured")
    wanted = STRUCTURED[text]
    if wanted is None:
        assert found is None
        return
    (date,) = found
    assert etree.QName(date).localname == wanted[0]
    parts = [date] if wanted[0] == SINGLE else list(date)
    assert [dict(one.attrib) for one in parts] == wanted[1]
    assert found.get("certainty") == ("approximate" if text.startswith("c.") else None)


def test_date_in_mods_and_in_field_046(files: dict[str, bytes]) -> None:
    """In EDTF, and in MODS as written besides, unless that is the same."""
    number = DATES.index("c. 1950"), DATES.index("1956"), DATES.index("first week of May")
    keys = [f"wilson-center/zz-{place:02}" for place in number]
    found = {
        one.findtext(f"{MODS}recordInfo/{MODS}recordIdentifier"): [
            (date.get("encoding"), date.text) for date in one.iter(f"{MODS}dateCreated")
        ]
        for one in xml_by_lxml(files["mods"])
    }
    assert [found[key] for key in keys] == [
        [("edtf", "1950~"), (None, "c. 1950")],
        [("edtf", "1956")],
        [(None, "first week of May")],
    ]
    coded = [marc(files["marcxml"])[key].get_fields("046") for key in keys]
    said = [[(one["k"], one["2"]) for one in fields] for fields in coded]
    assert said == [[("1950~", "edtf")], [("1956", "edtf")], []]


FIELD_OF_NAME = {
    "Satō, Eisaku": ("100", "1 ", ["Satō, Eisaku"]),
    "Japan. Foreign Ministry": ("110", "1 ", ["Japan.", "Foreign Ministry"]),
    "Ministry of Foreign Affairs": ("110", "2 ", ["Ministry of Foreign Affairs"]),
    "TASS, Moscow": ("720", "  ", ["TASS, Moscow"]),
    "Willy Brandt": ("720", "  ", ["Willy Brandt"]),
    "Le Duan, Secretary of the Party": ("720", "  ", ["Le Duan, Secretary of the Party"]),
    "Cross, Charles": ("720", "  ", ["Cross, Charles"]),
}
KIND = {"100": "personal", "110": "corporate", "720": None}
ELEMENT = {"100": "persname", "110": "corpname", "720": "name"}
LANGUAGES = {"Russian": "rus", "Deutsch": "ger", "français": "fre", "zh-CN": "chi", "Elvish": None}
LAST = [
    *(Term("language", "Russian"), Term("language", "German"), Term("author", "Brandt, Willy")),
    *(Term("participant", "Wehner, Herbert"), Term("place", "Bonn"), Term("type", "Memo")),
]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A document of each author and of each language, in this order, and one of more than that."""
    path = tmp_path_factory.mktemp("names") / "harvest.db"
    some = [[Term("author", name)] for name in FIELD_OF_NAME]
    some += [[Term("language", name)] for name in LANGUAGES]
    made = [
        Record(
            document=f"n{place:02}",
            link=f"{ARCHIVE}/document/n{place:02}",
            title="A Note",
            record_id="117",
            terms=terms,
        )
        for place, terms in enumerate([*some, LAST])
    ]
    store_details(path, made)
    return {name: written(path, name) for name in CATALOGUES}


def test_name_is_a_persons_or_a_bodys_where_that_is_certain(named: dict[str, bytes]) -> None:
    for (tag, indicators, parts), record, one, item in zip(
        FIELD_OF_NAME.values(),
        marc(named["marcxml"]).values(),
        xml_by_lxml(named["mods"]),
        xml_by_lxml(named["ead3"]).iter(f"{EAD}c"),
        strict=False,
    ):
        (field,) = record.get_fields(*NAMES)
        assert (field.tag, "".join(field.indicators)) == (tag, indicators)
        assert (field.get_subfields("a", "b"), field["4"]) == (parts, "aut")
        assert record["245"].indicators[0] == str(int(tag != "720"))
        assert one.find(f"{MODS}name").get("type") == KIND[tag]
        (name,) = item.find(f"{EAD}did/{EAD}origination")
        assert etree.QName(name).localname == ELEMENT[tag]


def test_language_has_its_code_where_it_is_known(named: dict[str, bytes]) -> None:
    ours = slice(len(FIELD_OF_NAME), -1)
    records = [*marc(named["marcxml"]).values()]
    codes = [one["008"].data[35:38] for one in records[ours]]
    assert codes == [code or "und" for code in LANGUAGES.values()]
    assert [one["546"]["a"] for one in records[ours]] == [*LANGUAGES]
    assert (records[-1]["008"].data[35:38], records[-1]["546"]["a"]) == ("mul", "Russian; German")
    assert records[-1]["041"].get_subfields("a") == ["rus", "ger"]
    terms = [
        {term.get("type"): term.text for term in one.iter(f"{MODS}languageTerm")}
        for one in [*xml_by_lxml(named["mods"])][ours]
    ]
    assert terms == [
        {"text": name} | ({"code": code} if code else {}) for name, code in LANGUAGES.items()
    ]
    items = [*xml_by_lxml(named["ead3"]).iter(f"{EAD}c")][ours]
    found = [one.find(f"{EAD}did/{EAD}langmaterial/{EAD}language") for one in items]
    assert [(one.text, one.get("langcode")) for one in found] == [*LANGUAGES.items()]


def test_everything_else_has_its_place(named: dict[str, bytes]) -> None:
    record = [*marc(named["marcxml"]).values()][-1]
    said = {one.tag: one.get_subfields("a", "4") for one in record if not one.is_control_field()}
    assert (said["100"], said["700"]) == (["Brandt, Willy", "aut"], ["Wehner, Herbert", "ctb"])
    assert (said["024"], said["653"], said["655"]) == (["117"], ["Bonn"], ["Memo"])
    assert record["653"].indicators[1] == "5"
    assert said["588"] == ["Wilson Center Digital Archive, read on 2026-11-24"]
    assert (record["001"].data, record["005"].data) == ("wilson-center/n12", "20261124050608.0")
    one = xml_by_lxml(named["mods"])[-1]
    assert all_of(one, MODS, "subject/geographic") == ["Bonn"]
    assert all_of(one, MODS, "genre") == ["Memo"]
    assert all_of(one, MODS, "relatedItem/titleInfo/title") == ["Wilson Center Digital Archive"]
    ids = [(part.get("type"), part.text) for part in one.findall(f"{MODS}identifier")]
    assert ids == [("local", "117"), ("uri", f"{ARCHIVE}/document/n12")]
    item = [*xml_by_lxml(named["ead3"]).iter(f"{EAD}c")][-1]
    assert all_of(item, EAD, "did/unitid") == ["wilson-center/n12", "117"]
    assert all_of(item, EAD, "controlaccess/geogname/part") == ["Bonn"]
    assert all_of(item, EAD, "controlaccess/genreform/part") == ["Memo"]


@pytest.mark.parametrize("names", [["detailed", "plain"], ["plain"]])
def test_finding_aid_is_of_what_is_exported(names: list[str], nasty: Path) -> None:
    options = [] if len(names) > 1 else ["--collection", *names]
    found = etree.fromstring(exported(nasty, "ead3", *options).encode())
    described = found.find(f"{EAD}archdesc/{EAD}did")
    title = "; ".join(names)
    assert described.findtext(f"{EAD}unittitle") == title
    assert found.findtext(f"{EAD}control/{EAD}recordid") == title
    keeper = described.findtext(f"{EAD}repository/{EAD}corpname/{EAD}part")
    assert keeper == "Woodrow Wilson International Center for Scholars"
    sources = [one.text for one in found.iter(f"{EAD}sourceentry")]
    assert [source.rpartition("=")[2] for source in sources] == names


def test_finding_aid_of_nothing_is_valid(nasty: Path, schemas: dict[str, Any]) -> None:
    empty = etree.fromstring(written(nasty, "ead3", since="2100-01-01"))
    assert schemas["ead3"].validate(empty), schemas["ead3"].error_log
    assert empty.find(f".//{EAD}c") is None
