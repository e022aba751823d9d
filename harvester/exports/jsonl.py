"""JSON Lines: one JSON object a line, with all that is known of a document.

See https://jsonlines.org.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, BinaryIO

from harvester.exports.records import Record

_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""Line ends to some readers, though not to JSON Lines."""


def write(records: Iterable[Record], out: BinaryIO) -> None:
    """Writes a line for each document."""
    for record in records:
        line = json.dumps(_values(record), ensure_ascii=False).translate(_LINE_ENDS)
        out.write(f"{line}\n".encode())


def _values(record: Record) -> dict[str, Any]:
    """What is known of the document, and what its own page says beside that."""
    values = asdict(record)
    return values | (values.pop("details") or {})
