"""The formats that there are. Each is a module with `write`; only the one asked for is loaded."""

from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO

from harvester.exports.records import Records
from harvester.outcomes import BadUsage

Write = Callable[[Records, BinaryIO], None]

FORMATS = {
    "csv": "spreadsheet",
    "jsonl": "jsonl",
    "parquet": "parquet",
    "ris": "ris",
    "bibtex": "bibtex",
    "csl-json": "csl",
    "dublin-core": "dublin_core",
}
BINARY = {"parquet"}
WITH_TEXTS = {"jsonl"}
"""The formats that have documents' texts too; all others would only be slower to write."""


def writer(name: str | None) -> Write:
    """What writes a format. Raises BadUsage if there is no such, or if it needs to be installed."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise BadUsage(f"Say which format is wanted, as --format NAME; there are: {known}.")
    write: Write = import_module(f"harvester.exports.{FORMATS[name]}").write
    return write
