"""RIS, which Zotero, EndNote and Mendeley import.

Tags follow Reference Manager's "RIS Format Specifications" (2001-2004) and Zotero's RIS translator:
the type is MANSCPT, DB the archive, DP its keeper, AN the place of the original, CR the rights. No
tag is for contributors to a manuscript; A2, the secondary authors, is the one that no program takes
for editors or translators.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import rispy

from harvester.exports.citation_parts import SEASONS, Dating, one_line
from harvester.exports.records import Details, Record


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """Ends lines as the specification asks, and omits numbers before records."""

    NEWLINE = "\r\n"
    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {**rispy.TAG_KEY_MAPPING, "CR": "rights"}

    def set_header(self, count: int) -> str:
        """No header above a record."""
        return ""


def pieces(records: Iterable[Record]) -> Iterator[bytes]:
    """A reference for each document, and an empty line after it."""
    for record in records:
        yield f"{rispy.dumps([_reference(record)], implementation=_Writer)}\r\n".encode()


def _reference(record: Record) -> dict[str, Any]:
    """The tags that have a value, under rispy's names."""
    date = record.dating
    tags: dict[str, Any] = {
        "type_of_reference": "MANSCPT",
        "id": record.key,
        "title": record.title,
        "date": _date(date) if date else None,
        "year": date and date.year and f"{date.year:04}",
        "abstract": record.summary,
        "name_of_database": record.archive,
        "urls": [record.url],
        "access_date": record.harvested and f"{record.harvested.replace('-', '/')}/",
        "notes": [_note(date)] if date and not date.is_plain else [],
    }
    if record.details:
        tags |= _details(record.details)
        tags |= {"database_provider": record.keeper, "notes": tags["notes"] + record.details.notes}
    return {name: _one_line(value) for name, value in tags.items() if value}


def _details(details: Details) -> dict[str, Any]:
    """Keeps names as catalogues write them, which is the form of RIS as well."""
    return {
        "authors": [_name(name) for name in details.names("author")],
        "secondary_authors": [_name(name) for name in details.contributing],
        "type_of_work": "; ".join(details.names("type")),
        "accession_number": details.source,
        "language": "; ".join(details.names("language")),
        "rights": details.rights,
        "keywords": details.keywords,
    }


def _name(name: str) -> str:
    """A name for EndNote, which takes the last word of a name without a comma for a family name.

    Its manual ("Author and Editor Names") wants a comma after a body's name; Zotero drops it and
    has the name in one field. A body with a comma within its name stays as it is: with another
    comma behind, Zotero would show that one, too.
    """
    return name if "," in name else f"{name},"


def _one_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else [one_line(one) for one in value]


def _date(date: Dating) -> str | None:
    """The specification's "YYYY/MM/DD/other info", of which any part may be empty.

    The other info is letters only, as in its example "1998///Spring". A span or a decade has no
    such form: programs show a text without slashes unchanged, but misread one with slashes.
    """
    if len(date.points) == 1:
        year, month, day = (*date.points[0], None, None)[:3]
        return f"{year:04}/{_two(month)}/{_two(day)}/{_other_info(date)}"
    return date.text if "/" not in date.text else None


def _two(number: int | None) -> str:
    return "" if number is None else f"{number:02}"


def _other_info(date: Dating) -> str:
    said = (("circa", date.circa), ("uncertain", date.uncertain), (_season(date), date.season))
    return " ".join(word for word, holds in said if holds)


def _season(date: Dating) -> str:
    return SEASONS[date.season] if date.season else ""


def _note(date: Dating) -> str:
    return f"Date as written: {date.text}"
