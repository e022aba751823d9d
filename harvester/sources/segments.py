"""Records of a WARC that a crawler cut into segments, which may be in several files.

https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/, "Record
segmentation": the first is a record as any other, but has the number 1. Each further one is a
`continuation` that names the first, and the last says how long they are together.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from harvester.sources.captures import Skip
from harvester.warc.codings import TooLarge
from harvester.warc.record import Record
from harvester.warc.stream import BadRecord

FIRST = "1"
Read = Callable[[int], bytes]
"""Reads a block of at most so many bytes. Raises TooLarge or Damaged."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A continuation, in the file of a source; `total` is the length of all, of the last one."""

    file: str
    total: str
    read: Read


class Segments:
    """The continuations in the files of a source, which may be found before their beginnings."""

    def __init__(self) -> None:
        self._parts: defaultdict[str, dict[int, Segment]] = defaultdict(dict)
        self._begun: set[str] = set()
        self._before = ("", "", "", 0)

    def add(self, record: Record, file: str, read: Read) -> None:
        """Takes note of the next record of a file; of those that are whole nothing is kept.

        Some crawlers name another beginning than theirs. One that goes on where the record before
        it ends, by its address and its number, is a part of that.
        """
        said = record.header("WARC-Segment-Number")
        number = int(said) if said.isdecimal() and len(said) < 10 else 0
        origin = record.header("WARC-Record-ID")
        if record.kind == "continuation":
            origin = record.header("WARC-Segment-Origin-ID")
            if origin not in self._begun and self._before[:2] == (file, record.url):
                goes_on = self._before[3] == number - 1
                origin = self._before[2] if goes_on else origin
            total = record.header("WARC-Segment-Total-Length")
            self._parts[origin].setdefault(number, Segment(file, total, read))
        elif said:
            self._begun.add(origin)
        self._before = (file, record.url, origin, number) if number else ("", "", "", 0)

    def rest(self, first: Record, limit: int) -> bytes:
        """The blocks that follow the first one, of at most so many bytes.

        Raises BadRecord if not all are there, TooLarge, or Damaged.
        """
        parts = self._parts.get(first.header("WARC-Record-ID"), {})
        last = next((number for number in sorted(parts) if parts[number].total), None)
        if first.header("WARC-Segment-Number") != FIRST or last is None:
            raise BadRecord("holds it in segments, of which the last is missing: add its file")
        read = bytearray()
        for number in range(2, last + 1):
            if number not in parts:
                raise BadRecord(f"holds it in segments, of which {number} is missing: add its file")
            read += parts[number].read(limit - len(read))
            if len(read) > limit:
                raise TooLarge
        if parts[last].total != str(first.length + len(read)):
            raise BadRecord("holds it in segments that are not as long together as the last says")
        return bytes(read)

    def end(self, skip: Skip) -> None:
        """Reports continuations of which no file has the beginning."""
        for origin in self._parts.keys() - self._begun:
            file = next(iter(self._parts[origin].values())).file
            skip(f"{file} holds segments of a record that begins in no file: they are left out")
