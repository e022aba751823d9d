"""What recordings say as Parquet: a file for each, with its columns, its version and its hash."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from harvester.descriptions import FACTS
from harvester.exports.parquet import load, pa, pq
from harvester.record import KINDS, Related, ScanLink, Transcript
from harvester.timestamps import in_utc

Row = dict[str, Any]
pc = load("pyarrow.compute")

SCHEMA = 1
"""The version of the columns: another one if a column goes, or comes to mean something else."""
KEY = b"harvester"
"""The key in a file's metadata of what is said about it, as JSON."""
ROWS, BYTES = 5_000, 16 << 20
"""The most rows of a group, which is in memory as a whole, and the most bytes of them as JSON."""
BITS = 256

NUMBERS = ("offset", "status", "first", "last", "total", "position", "node")
TIMES = ("fetched", "revisits")
LISTS = ("aliases", *(kind.plural for kind in KINDS.values()))
PARTS = {"texts": Transcript, "files": ScanLink, "related": Related}


def _schema() -> Any:
    text, number = pa.string(), pa.int64()
    types = dict.fromkeys(FACTS, text)
    types |= dict.fromkeys(NUMBERS, number) | dict.fromkeys(LISTS, pa.list_(text))
    types |= dict.fromkeys(TIMES, pa.timestamp("ms", tz="UTC")) | {"withdrawn": pa.bool_()}
    for name, kind in PARTS.items():
        parts = [
            (one.name, types[one.name] if one.name in NUMBERS else text) for one in fields(kind)
        ]
        types[name] = pa.list_(pa.struct(parts))
    return pa.schema(list(types.items()))


@dataclass(slots=True)
class Sum:
    """How many rows there are, and their hash, whatever their order: the sum of their SHA-256 as
    numbers, of which the last 256 bits count."""

    rows: int = 0
    number: int = 0

    @classmethod
    def of(cls, rows: int, digest: str) -> "Sum":
        """The sum that was written down."""
        return cls(rows, int(digest, 16))

    @property
    def digest(self) -> str:
        """The hash, in 64 hexadecimal digits."""
        return f"{self.number:064x}"

    def add(self, row: bytes) -> None:
        """Adds a row, as `in_json` has it."""
        self.unite(Sum(1, int.from_bytes(hashlib.sha256(row).digest())))

    def unite(self, other: "Sum") -> None:
        """Adds other rows."""
        self.rows += other.rows
        self.number = (self.number + other.number) % (1 << BITS)


def in_json(row: Row) -> bytes:
    """A row as it is hashed: JSON in UTF-8, of the columns that are not empty, by their names.

    Halves of characters, which are in no sound text, become question marks.
    """
    said = {name: value for name, value in row.items() if value is not None}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def write(rows: Iterable[Row], out: BinaryIO, about: Callable[[], Row]) -> Row:
    """Writes the file, group by group, and in the end what there is to say `about` it, which it
    returns."""
    total, schema = Sum(), _schema()
    with pq.ParquetWriter(out, schema, compression="zstd") as table:
        for group in _groups(rows):
            for row in group:
                total.add(row)
            table.write_batch(pa.RecordBatch.from_pylist(list(map(_typed, group)), schema=schema))
        said = {**about(), "rows": total.rows, "hash": total.digest}
        table.add_key_value_metadata({KEY: json.dumps(said, ensure_ascii=False, sort_keys=True)})
    return said


def _groups(rows: Iterable[Row]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    for row in map(in_json, rows):
        group.append(row)
        size += len(row)
        if len(group) >= ROWS or size >= BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _typed(said: bytes) -> Row:
    """A row with what JSON has no types for, made of what is hashed, so that it is the same."""
    row: Row = json.loads(said)
    return row | {name: datetime.fromisoformat(row[name]) for name in TIMES if name in row}


def said_about(file: Path | BinaryIO) -> Row | None:
    """What such a file says about itself; None for any other Parquet. Raises ValueError or OSError
    if it is none at all."""
    said = (pq.read_metadata(file).metadata or {}).get(KEY)
    return json.loads(said) if said else None


def read(file: Path | BinaryIO, listing: str | None = None) -> Iterator[Row]:
    """The rows of such a file, or of a listing in it, each with the columns that are not empty."""
    for batch in pq.ParquetFile(file).iter_batches(ROWS):
        if listing is not None:
            batch = batch.filter(pc.equal(batch["listing"], listing))
        for row in batch.to_pylist():
            said = {name: value for name, value in row.items() if value is not None}
            yield said | {name: in_utc(said[name]) for name in TIMES if name in said}


def moment(time: datetime | None) -> str:
    """A moment as all others have it; empty if it is not known."""
    return in_utc(time) if time else ""


def read_columns(file: Path, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The values of some columns, row by row."""
    for batch in pq.ParquetFile(file).iter_batches(ROWS, columns=list(names)):
        yield from zip(*(batch[name].to_pylist() for name in names), strict=True)
