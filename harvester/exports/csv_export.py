"""CSV that a spreadsheet can open without executing a cell.

A spreadsheet may take a cell for a formula if it begins with = + - @, their full-width forms, a tab
or a line end (OWASP, "CSV Injection"). We put an apostrophe before such a cell, and before one that
begins with an apostrophe. Remove one leading apostrophe to restore a value.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from harvester.exports.records import COLUMNS as ALL
from harvester.exports.records import DETAILS, Record, Records

LEFT_OUT = ("page", "archive", "keeper")
"""Columns that repeat the same value, or mean nothing outside the database."""
COLUMNS = tuple(name for name in ALL if name not in LEFT_OUT)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOM = "\ufeff"
"""Tells Excel that a CSV file is in UTF-8; Python reads it as "utf-8-sig"."""


def write(records: Records, out: BinaryIO) -> None:
    """Writes a header and a line for each document.

    The columns of details are there only if the database has any.
    """
    out.write(BOM.encode())
    if records.detailed:
        rows = ([*_row(record), *_details(record)] for record in records)
        write_rows((*COLUMNS, *DETAILS), rows, out)
    else:
        write_rows(COLUMNS, map(_row, records), out)


def write_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], out: BinaryIO) -> None:
    """Writes rows in UTF-8 after RFC 4180; None becomes an empty cell."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(names)
    for row in rows:
        lines.writerow([guarded(value) for value in row])
    text.detach()


def guarded(value: Any) -> Any:
    """Guards a value, so that no spreadsheet takes it for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def unguarded(cell: str) -> str:
    """Restores the value of a cell."""
    return cell.removeprefix("'")


def _row(record: Record) -> list[str | None]:
    """Collections are written with the document's position: "fishing-japan 3; whaling 12"."""
    placements = (f"{one.name} {one.position}" for one in record.collections)
    values = record.columns() | {"collections": "; ".join(placements)}
    return [values[name] for name in COLUMNS]


def _details(record: Record) -> list[Any]:
    """Semicolons separate names in one cell; values of unknown labels are JSON."""
    if record.details is None:
        return [None] * len(DETAILS)
    return [_cell(value) for value in record.details.columns().values()]


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
