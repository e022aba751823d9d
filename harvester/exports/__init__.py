"""Exports: the documents in the formats that other programs read, one module per format.

Only the module of the wanted format is loaded. A text format is made piece by piece, so that a file
and an answer on the web get the same bytes.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from harvester.console import standard_output
from harvester.disk import whole_file
from harvester.outcomes import BadOutput, BadUsage

if TYPE_CHECKING:
    from harvester.exports.records import Records

Write = Callable[["Records", BinaryIO], None]
Pieces = Callable[["Records"], Iterator[bytes]]
PIECEWISE = {
    "csv": "csv_export.pieces",
    "jsonl": "json_export.lines",
    "ris": "ris.pieces",
    "bibtex": "bibtex.pieces",
    "csl-json": "json_export.csl_pieces",
    "marcxml": "marcxml.pieces",
    "mods": "mods.pieces",
    "ead3": "ead3.pieces",
}
"""The module and the function that make each format of text, a document a piece."""
WRITTEN = {"parquet": "parquet.write", "dublin-core": "dublin_core.write"}
"""The module and the function that write each other format into a file."""
FORMATS = tuple(PIECEWISE | WRITTEN)
PACKED = "wacz"
"""The format of recordings, not of documents."""
BINARY = {"parquet", PACKED}
WITH_TEXTS = {"jsonl"}
"""The formats that have documents' texts too; all others would only be slower to write."""


def writer(name: str | None) -> Write:
    """The function that writes a format. Raises BadUsage if it or its library is missing."""
    if name in PIECEWISE:
        made = pieces(name)
        return lambda records, out: out.writelines(made(records))
    if name not in WRITTEN:
        wrong = f"There is no format {name!r}: name another" if name else "Name a format"
        raise BadUsage(f"{wrong} with --format: {', '.join(FORMATS)} or {PACKED}.")
    write: Write = _function(WRITTEN[name])
    return write


def pieces(name: str) -> Pieces:
    """The function that makes a format of PIECEWISE; all its pieces make a file."""
    made: Pieces = _function(PIECEWISE[name])
    return made


def _function(path: str) -> Any:
    module, function = path.split(".")
    return getattr(import_module(f"harvester.exports.{module}"), function)


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """Opens a file, or standard output, for an export. Raises BadOutput if it can't be written."""
    try:
        with standard_output() if path is None else whole_file(_named(path)) as out:
            yield out
    except OSError as error:
        raise BadOutput(
            f"{path} can't be written ({error.strerror or error}): see that its folder exists and"
            " may be written to, and that the disk is not full."
        ) from error


def _named(path: Path) -> Path:
    """Follows links to the file that is meant. Raises BadOutput if that is none."""
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise BadOutput(f"{path} is there already and is no file: name another.")
    return path
