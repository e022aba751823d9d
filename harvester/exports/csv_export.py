"""CSV that a spreadsheet can open without executing a cell.

A spreadsheet may take a cell for a formula if it begins with = + - @, their full-width forms, a tab
or a line end (OWASP, "CSV Injection"). One whose list separator is not the comma makes more cells
of ours: "Report;=1+1" becomes two where it is the semicolon, whether it is quoted or not. So we put
an apostrophe before such a sign at the start of a text, and at the start of whatever follows a
semicolon, a tab, a bar or a line end in it. An apostrophe that stands there already gets another
one: `unguarded` restores every text.

All texts are quoted, numbers are not. "; " separates several names in a cell, and a semicolon
within a name is doubled: `names` parts them again.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from harvester.exports.records import COLUMNS as ALL
from harvester.exports.records import DETAILS, Record, Records

LEFT_OUT = ("page", "archive", "keeper")
"""Columns that repeat the same value, or mean nothing outside the database."""
COLUMNS = tuple(name for name in ALL if name not in LEFT_OUT)
_SIGNS = r"(?=[=+@'\uff1d\uff0b\uff0d\uff20-])"
_FIRST = re.compile(rf"[ \"]*+{_SIGNS}|(?=[\t\r\n])")
_LATER = re.compile(rf"[;|\t\r\n][ \"]*+{_SIGNS}")
"""Where a spreadsheet's cell may start: spaces and quotation marks may stand before its text."""
_GUARD = re.compile(r"(^|[;|\t\r\n])([ \"]*)'")
_SEPARATOR = "; "
_NAME = re.compile(r"((?:[^;]|;;)*)(?:; |$)")
BOM = "\ufeff"
"""Tells Excel that a CSV file is in UTF-8; Python reads it as "utf-8-sig"."""


def pieces(records: Records) -> Iterator[bytes]:
    """A header and a line for each document.

    The columns of details are there only if the database has any.
    """
    yield BOM.encode()
    if records.detailed:
        rows = ([*_row(record), *_details(record)] for record in records)
        yield from lines((*COLUMNS, *DETAILS), rows)
    else:
        yield from lines(COLUMNS, map(_row, records))


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Rows in UTF-8 after RFC 4180; None becomes an empty cell, without quotes."""
    for row in chain([header], rows):
        yield f"{','.join(map(_quoted, row))}\r\n".encode()


def guarded(text: str) -> str:
    """Guards a text, so that no spreadsheet takes a part of it for a formula."""
    text = _LATER.sub(r"\g<0>'", text)
    first = _FIRST.match(text)
    return f"{first[0]}'{text[first.end() :]}" if first else text


def unguarded(text: str) -> str:
    """Restores the text of a cell.

    >>> unguarded("Report;'=1+1")
    'Report;=1+1'
    """
    return _GUARD.sub(r"\1\2", text)


def names(cell: str) -> list[str]:
    """The names in an unguarded cell.

    >>> names("Arms;; control; Trade")
    ['Arms; control', 'Trade']
    """
    return [name.replace(";;", ";") for name in _NAME.findall(cell)[:-1]] if cell else []


def joined(several: Iterable[str]) -> str:
    """One cell of several names."""
    return _SEPARATOR.join(name.replace(";", ";;") for name in several)


def _quoted(value: Any) -> str:
    """A cell: not every CSV writer of Python 3.11 quotes texts and leaves None empty."""
    if isinstance(value, str):
        return '"{}"'.format(guarded(value).replace('"', '""'))
    return "" if value is None else str(value)


def _row(record: Record) -> list[Any]:
    """Collections are written with the document's position: "fishing-japan 3; whaling 12"."""
    placements = (f"{one.name} {one.position}" for one in record.collections)
    values = record.columns() | {"collections": joined(placements)}
    return [_cell(values[name]) for name in COLUMNS]


def _details(record: Record) -> list[Any]:
    """Several names are in one cell; values of unknown labels are JSON."""
    if record.details is None:
        return [None] * len(DETAILS)
    return [_cell(value) for value in record.details.columns().values()]


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return joined(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
