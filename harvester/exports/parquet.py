"""Parquet, with typed days and UTC times; needs pyarrow."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from importlib import import_module
from itertools import islice
from typing import Any, BinaryIO

from harvester.exports.records import COLUMNS, DETAILS, NAMES, Details, Record, Records
from harvester.outcomes import BadUsage

ROWS = 5_000
"""Rows of a row group, which is in memory as a whole."""

DAYS = ("date_earliest", "date_latest")
TIMES = ("first_seen", "last_changed", "removed", "fetched")


def load(module: str) -> Any:
    """A module of pyarrow's. Raises BadUsage if that is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise BadUsage(
            "Parquet needs pyarrow, which is not installed:"
            ' pip install "archive-harvester[parquet]".'
        ) from None


pa, pq = load("pyarrow"), load("pyarrow.parquet")


def write(records: Records, out: BinaryIO) -> None:
    """Writes a row for each document, some thousands at a time.

    The columns of details are there only if the database has any.
    """
    rows, schema = map(_row, records), _schema(records.detailed)
    with pq.ParquetWriter(out, schema, compression="zstd") as table:
        for group in _groups(rows):
            table.write_batch(pa.RecordBatch.from_pylist(group, schema=schema))


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, ROWS)):
        yield group


def _schema(detailed: bool) -> Any:
    text, day, time = pa.string(), pa.date32(), pa.timestamp("ms", tz="UTC")
    placement = pa.struct([("name", text), ("position", pa.int64())])
    types = dict.fromkeys(COLUMNS, text)
    types |= dict.fromkeys(DAYS, day) | dict.fromkeys(TIMES, time)
    types |= {"page": pa.int64(), "collections": pa.list_(placement)}
    if detailed:
        types |= dict.fromkeys(DETAILS, text) | dict.fromkeys(NAMES, pa.list_(text))
        types |= {"node": pa.int64(), "details": pa.int64(), "details_fetched": time}
    return pa.schema(list(types.items()))


def _row(record: Record) -> dict[str, Any]:
    row = record.columns() | {"collections": [asdict(one) for one in record.collections]}
    row["listed_other"] = _json(row["listed_other"])
    for name in DAYS:
        row[name] = _day(row[name])
    for name in TIMES:
        row[name] = row[name] and datetime.fromisoformat(row[name])
    return row | (_details(record.details) if record.details else {})


def _day(day: str | None) -> date | None:
    """None for a day BC, which Python's dates don't have; the EDTF says it."""
    return date.fromisoformat(day) if day and not day.startswith("-") else None


def _details(details: Details) -> dict[str, Any]:
    """The columns of the details; values of unknown labels are JSON."""
    return details.columns() | {
        "other": _json(details.other),
        "details_fetched": datetime.fromisoformat(details.details_fetched),
    }


def _json(said: dict[str, list[str]] | None) -> str | None:
    return json.dumps(said, ensure_ascii=False) if said else None
