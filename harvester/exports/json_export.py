"""JSON Lines with the whole record, and CSL-JSON for citations.

JSON Lines has one object a line (https://jsonlines.org). Pandoc, Zotero and all processors of the
Citation Style Language read CSL-JSON, here after the schema of CSL 1.0.2: `csl-data.json` in
https://github.com/citation-style-language/schema.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from harvester.exports.citation_parts import Dating, Point, one_line, printable
from harvester.exports.names import parted
from harvester.exports.records import Details, Record

_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""Characters that some readers take for line ends, though JSON Lines does not."""


def lines(records: Iterable[Record]) -> Iterator[bytes]:
    """A line for each document."""
    for record in records:
        line = json.dumps(_values(record), ensure_ascii=False).translate(_LINE_ENDS)
        yield f"{line}\n".encode()


def _values(record: Record) -> dict[str, Any]:
    """A record's fields, those of its details among them."""
    placements = [asdict(one) for one in record.collections]
    details = record.details.all() if record.details else {}
    return record.columns() | {"collections": placements} | details


def csl_pieces(records: Iterable[Record]) -> Iterator[bytes]:
    """A list with an item for each document."""
    before = "[\n"
    for record in records:
        yield f"{before}{json.dumps(_item(record), ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _item(record: Record) -> dict[str, Any]:
    """Leaves "issued" out of an undated document's item, as styles then write "n.d.".

    The author-date styles of pandoc print the literal date of a manuscript twice, that of a report
    once.
    """
    issued = record.dating and _issued(record.dating)
    item = {
        "id": record.key,
        "type": "report" if issued and "literal" in issued else "manuscript",
        "title": printable(record.title),
        "issued": issued,
        "abstract": record.summary and printable(record.summary),
        "archive": record.archive,
        "URL": record.url,
        "accessed": record.harvested and _day(record.harvested),
        "note": "\n".join(map(one_line, _notes(record))),
    }
    if record.details:
        item |= _details(record.details) | {"source": record.keeper}
    return {name: value for name, value in item.items() if value}


def _day(day: str) -> dict[str, Any]:
    return {"date-parts": [list(map(int, day.split("-")))]}


def _details(details: Details) -> dict[str, Any]:
    """Maps details as Zotero does for a manuscript."""
    return {
        "author": [_name(name) for name in details.names("author")],
        "contributor": [_name(name) for name in details.contributing],
        "genre": printable("; ".join(details.names("type"))),
        "archive_location": printable(details.source or ""),
        "language": printable("; ".join(details.names("language"))),
        "keyword": printable("; ".join(details.keywords)),
    }


def _notes(record: Record) -> Iterator[str]:
    """What CSL has no variable for, and the words of a date that it can only say as a range."""
    if record.dating and record.dating.span:
        yield f"Date as written: {record.dating.text}"
    if record.details:
        yield from record.details.notes
    if record.details and record.details.rights:
        yield f"Rights: {record.details.rights}"


def _name(name: str) -> dict[str, str]:
    if parts := parted(printable(name)):
        return dict(zip(("family", "given"), parts, strict=True))
    return {"literal": printable(name)}


def _issued(date: Dating) -> dict[str, Any]:
    """The date's parts, or the years (months, days) that it is between, or else its text.

    CSL expresses any doubt as "circa". A range that has no end ends in 0.
    """
    points = date.points or date.span
    if not points:
        return {"literal": printable(date.text)}
    parts = [_csl(point) for point in points]
    issued: dict[str, Any] = {"date-parts": [*parts, [0]] if date.is_open else parts}
    if date.season:
        issued["season"] = date.season - 20
    if date.circa or date.uncertain:
        issued["circa"] = True
    return issued


def _csl(point: Point) -> list[int]:
    """A point in CSL, which has no year 0: -1 is 1 BC."""
    year, *rest = point
    return [year if year > 0 else year - 1, *rest]
