"""MARC 21 in XML, which the catalogues of libraries import.

The Library of Congress defines the fields (https://www.loc.gov/marc/bibliographic/) and the XML
(https://www.loc.gov/standards/marcxml/). A name is a person's (100, 700) or a body's (110, 710)
only where that is certain, and otherwise uncontrolled (720), as subjects are (653).
"""

import re
from collections.abc import Iterable, Iterator

from harvester.exports.citation_parts import one_line, web_address
from harvester.exports.markup import Element, Markup
from harvester.exports.names import is_body, jurisdiction, language_code, parted
from harvester.exports.records import Details, Record
from harvester.timestamps import is_known

Subfields = list[tuple[str, str | None]]
Field = tuple[str, str, Subfields]
"""A tag, two indicators, and subfields by their codes."""
XML = Markup("http://www.loc.gov/MARC21/slim")
LEADER = "00000ntm a22000002u 4500"
"""A new record of one text that was not published, in Unicode, made without seeing the original."""
AUTHOR, CONTRIBUTOR = "aut", "ctb"
"""Codes for relators: https://www.loc.gov/marc/relators."""
_BC = re.compile(r"(?<![0-9X])-[0-9X]{4}")
_PARTS = re.compile(r"/|\.\.|,")
_YEAR = re.compile(r"[0-9]{2}[0-9X]{2}")
_MONTH = re.compile(r"[0-9]{4}-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-9]{2}))?")
_SPAN = re.compile(r"(?P<first>[^/.]+)/(?P<last>[^/.]+)")
_NO_CODE = "|"
_UNKNOWN, _NONE, _GOES_ON = "uuuu", "    ", "9999"


def pieces(records: Iterable[Record]) -> Iterator[bytes]:
    """A record for each document."""
    return XML.file("collection", map(_record, records))


def _record(record: Record) -> Element:
    fields = sorted(_fields(record), key=lambda field: field[0])
    return XML(
        "record",
        XML("leader", LEADER),
        *(XML("controlfield", said, tag=tag) for tag, said in _control(record)),
        *(_field(*field) for field in fields),
    )


def _field(tag: str, indicators: str, subfields: Subfields) -> Element | None:
    return XML(
        "datafield",
        *(XML("subfield", said and one_line(said), code=code) for code, said in subfields),
        tag=tag,
        **{f"ind{place}": indicator for place, indicator in enumerate(indicators, 1)},
    )


def _control(record: Record) -> Iterator[tuple[str, str]]:
    """The record's number, when it last changed, and what is coded of it (008)."""
    yield "001", one_line(record.key)
    if is_known(record.renewed):
        yield "005", f"{re.sub('[^0-9]', '', record.renewed)[:14]}.0"
    yield "008", fixed(record)


def fixed(record: Record) -> str:
    """Field 008 for a text that is online (008/23): when we first saw it, dates, language."""
    seen = record.first_seen
    entered = f"{seen[2:4]}{seen[5:7]}{seen[8:10]}" if is_known(seen) else _NO_CODE * 6
    codes = _languages(record.details) if record.details else []
    language = codes[0] if len(codes) == 1 else "mul" if codes else "und"
    dates = coded_dates(record.date_edtf, is_undated=record.dating is None)
    return f"{entered}{dates}xx {_NO_CODE * 5}o{_NO_CODE * 8} {_NO_CODE * 2}{language} d"


def coded_dates(edtf: str | None, *, is_undated: bool = False) -> str:
    """Characters 06 to 14 of field 008: the type of date, and two dates.

    >>> coded_dates("1956-10-09"), coded_dates("195X"), coded_dates("[1892,1893]")
    ('e19561009', 's195u    ', 'q18921893')
    """
    if edtf is None:
        return f"n{_UNKNOWN * 2}" if is_undated else _NO_CODE * 9
    if _BC.search(edtf):
        return f"b{_NONE * 2}"
    parts = _PARTS.split(edtf.strip("[]{}"))
    if len(parts) == 1:
        return _single(edtf)
    first, last = (_year(part) for part in (parts[0], parts[-1]))
    if first == last:
        return f"s{first}{_NONE}"
    if edtf.startswith("["):
        return f"q{first or _UNKNOWN}{last or _UNKNOWN}"
    return f"i{first or _UNKNOWN}{last or _GOES_ON}"


def _single(edtf: str) -> str:
    if month := _MONTH.match(edtf):
        return f"e{edtf[:4]}{month['month']}{month['day'] or '  '}"
    return f"s{_year(edtf)}{_NONE}"


def _year(text: str) -> str:
    """The year with "u" for what is not known; empty if there is none."""
    found = _YEAR.match(text)
    return found[0].replace("X", "u") if found else ""


def _fields(record: Record) -> Iterator[Field]:
    details, date = record.details, record.dating
    yield from _dates(record)
    has_main = False
    if details:
        for field in _names(details):
            has_main |= field[0].startswith("1")
            yield field
        yield from _details(details)
    yield "245", f"{int(has_main)}0", [("a", record.title)]
    yield "264", " 0", [("c", date.text if date else None)]
    yield "520", "  ", [("a", record.summary)]
    read = f", read on {record.harvested}" if record.harvested else ""
    yield "588", "  ", [("a", f"{record.archive}{read}")]
    yield "856", "40", [("u", web_address(record.url))]


def _dates(record: Record) -> Iterator[Field]:
    """Field 046: when it was made, in EDTF."""
    if edtf := record.date_edtf:
        span = _SPAN.fullmatch(edtf)
        ends: Subfields = [("k", span["first"]), ("l", span["last"])] if span else [("k", edtf)]
        yield "046", "  ", [*ends, ("2", "edtf")]


def _names(details: Details) -> Iterator[Field]:
    """The first author is the main entry if it is certain what that is."""
    for place, name in enumerate(details.names("author")):
        yield _named("1" if place == 0 else "7", name, AUTHOR)
    for name in details.contributing:
        yield _named("7", name, CONTRIBUTOR)


def _named(kind: str, name: str, role: str) -> Field:
    if parted(one_line(name)):
        return f"{kind}00", "1 ", [("a", name), ("4", role)]
    if parts := jurisdiction(name):
        return f"{kind}10", "1 ", [("a", f"{parts[0]}."), ("b", parts[1]), ("4", role)]
    if is_body(name):
        return f"{kind}10", "2 ", [("a", name), ("4", role)]
    return "720", "  ", [("a", name), ("4", role)]


def _details(details: Details) -> Iterator[Field]:
    yield "024", "8 ", [("a", details.record_id)]
    if len(codes := _languages(details)) > 1:
        yield "041", "  ", [("a", code) for code in codes]
    for name in details.names("archive"):
        yield "500", "  ", [("a", f"Original archive: {name}")]
    yield "500", "  ", [("a", details.noted("classification"))]
    yield "535", "1 ", [("a", details.source)]
    yield "540", "  ", [("a", details.rights)]
    yield "546", "  ", [("a", "; ".join(details.names("language")))]
    for kind, indicator in (("subject", "0"), ("topic", "0"), ("person", " "), ("place", "5")):
        for name in details.names(kind):
            yield "653", f" {indicator}", [("a", name)]
    for name in details.names("type"):
        yield "655", " 4", [("a", name)]


def _languages(details: Details) -> list[str]:
    """The languages' codes; none if one of them is not known."""
    codes = [language_code(name) for name in details.names("language")]
    return [] if None in codes else list(dict.fromkeys(code for code in codes if code))
