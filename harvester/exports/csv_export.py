"""CSV that a spreadsheet opens without running anything in it.

A cell that begins with = + - @, their full-width forms, a tab or a line's end may be a formula to
a spreadsheet (OWASP, "CSV Injection"). Such a cell gets an apostrophe in front, and so does one
that begins with an apostrophe: take one from the beginning of a cell to have its value again.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from harvester.exports.records import COLUMNS as ALL
from harvester.exports.records import DETAILS, Record, Records

LEFT_OUT = ("page", "archive", "keeper")
"""Columns that would be the same in each line, or mean nothing outside the database."""
COLUMNS = tuple(name for name in ALL if name not in LEFT_OUT)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOM = "\ufeff"
"""By this Excel knows that a CSV file is in UTF-8; Python reads it as "utf-8-sig"."""


def write(records: Records, out: BinaryIO) -> None:
    """Writes a line for each document, after one of column names.

    What documents' own pages say has columns only if the database has any of it.
    """
    out.write(BOM.encode())
    if records.detailed:
        rows = ([*_row(record), *_details(record)] for record in records)
        write_rows((*COLUMNS, *DETAILS), rows, out)
    else:
        write_rows(COLUMNS, map(_row, records), out)


def write_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], out: BinaryIO) -> None:
    """Writes rows as RFC 4180 has them, in UTF-8; None is an empty cell."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(names)
    for row in rows:
        lines.writerow([guarded(value) for value in row])
    text.detach()


def guarded(value: Any) -> Any:
    """The value as a cell that is no formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def unguarded(cell: str) -> str:
    """The value of a cell."""
    return cell.removeprefix("'")


def _row(record: Record) -> list[str | None]:
    """The collections are "fishing-japan 3; whaling 12": each with the document's position."""
    placements = (f"{one.name} {one.position}" for one in record.collections)
    values = record.columns() | {"collections": "; ".join(placements)}
    return [values[name] for name in COLUMNS]


def _details(record: Record) -> list[Any]:
    """Several names of a kind are in one cell, parted by semicolons; labels not known are JSON."""
    if record.details is None:
        return [None] * len(DETAILS)
    return [_cell(value) for value in record.details.columns().values()]


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
