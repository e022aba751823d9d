"""Reading a WARC, gzipped or not, in bounded pieces whatever the file claims.

No library bears this load. Cut at any of the 3,746 bytes of a small .warc.gz, warcio 1.8.1 gives a
shortened page without a word 2,814 times, FastWARC 2.0.1 3,481 times. A header line of 1.5 GiB,
1.5 MB in gzip, has warcio take all memory there is. FastWARC takes an empty gzip member for the end
of the file, and gives up a file at its first broken record, or has no word for it (`quirks_mode`).
"""

import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

CHUNK = 64 * 1024
LONGEST_LINE = 64 * 1024
GZIP = b"\x1f\x8b"
GZIP_WINDOW = 16 + zlib.MAX_WBITS
VERSION = b"WARC/"
ARC_FIELDS = (5, 10)
"""Fields in the one line of headers that a record has in an ARC, the format before WARC, in its two
versions (https://archive.org/web/researcher/ArcFileFormat.php)."""
ARC_URL, ARC_IP = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:"), re.compile(rb"[0-9A-Fa-f.:]+")
ARC_DATE, ARC_LENGTH = re.compile(rb"[0-9]{14}"), re.compile(rb"[0-9]{1,18}")
MOST_TWICE, FREE_TWICE = 20, 64 << 20
"""How often what was read of a file is read again, at most, to find the records behind wrong
lengths; and so many bytes besides."""
FREE = 1 << 30
MOST_TIMES = 200
"""Past a GiB, data that is so many times larger than its file counts as a bomb: compression makes
pages some ten times smaller, and gzip at best makes data 1,032 times smaller."""


class Damaged(Exception):
    """Raised where a file is damaged; the text follows the file's name in a sentence."""


class Torn(Damaged):
    """Raised where a file ends within a record, as after a crash."""

    def __init__(self) -> None:
        super().__init__("ends in the middle of a record")


class BadRecord(Damaged):
    """Raised for a record that is unusable, though those after it may be fine."""


class Archive(Protocol):
    """A WARC from the file's position on, read record by record.

    Every method raises Damaged or Torn where the file can't be read on.
    """

    stream: io.BufferedReader
    """Begins after the first line of a record."""

    def places(self) -> Iterator[int]:
        """The place of each record in the file, also of those after a bad one."""

    def first_line(self) -> bytes:
        """Reads the first line at that place."""

    def goes_on(self) -> bool:
        """Whether a record goes on though the stream has ended; then the stream goes on as well.

        Raises BadRecord if the next record begins instead.
        """

    def end(self) -> None:
        """Reads past the end of a record. Raises BadRecord if the end is not there."""


def check_expansion(large: int, small: int) -> None:
    """Raises Damaged if so many bytes from so few must be a bomb."""
    if large > FREE and large > MOST_TIMES * small:
        raise Damaged(f"becomes more than {MOST_TIMES} times larger when it is decompressed")


Begins = Callable[[bytes], bool]


def begins_record(line: bytes) -> bool:
    """Whether a line begins a record of a WARC; the file may end within the line."""
    return line != b"" and VERSION.startswith(line[: len(VERSION)])


def arc_headers(line: bytes) -> dict[str, str] | None:
    """What the line of headers in an ARC would be in a WARC; None if it is none."""
    for count in ARC_FIELDS:
        url, *others = line.strip().rsplit(b" ", count - 1)
        if len(others) != count - 1 or not ARC_URL.match(url):
            continue
        ip, date, length = others[0], others[1], others[-1]
        if ARC_IP.fullmatch(ip) and ARC_DATE.fullmatch(date) and ARC_LENGTH.fullmatch(length):
            return {
                "warc-type": "response",
                "warc-target-uri": url.decode("latin-1"),
                "warc-date": date.decode("ascii"),
                "content-length": length.decode("ascii"),
            }
    return None


def begins_in_arc(line: bytes) -> bool:
    """Whether a line begins a record of an ARC."""
    return arc_headers(line) is not None


def beginning(first: bytes) -> Begins:
    """How to tell the beginnings of records, from the first bytes of one."""
    return begins_in_arc if begins_in_arc(first.partition(b"\n")[0]) else begins_record


class Plain:
    """Records with blank lines between them."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.stream = file
        self._begins = beginning(file.peek(LONGEST_LINE))
        self._place = 0
        self._line = b""
        self._after = 0
        self._read_twice = 0
        self._farthest = 0

    def places(self) -> Iterator[int]:
        self._read_line()
        while self._line:
            yield self._place
            self._next()

    def first_line(self) -> bytes:
        line, self._line = self._line, b""
        self._after = self.stream.tell()
        return line

    def goes_on(self) -> bool:
        if self._back():
            raise BadRecord("holds a record that is shorter than it says")
        return False

    def end(self) -> None:
        while self._read_line() and not self._line.strip(b"\r\n"):
            pass
        if self._line and not self._begins(self._line):
            at = self._place
            wrong = "shorter" if self._back() and self._place < at else "longer"
            raise BadRecord(f"holds a record that is {wrong} than it says")

    def _next(self) -> None:
        while not self._begins(self._line) and self._read_line():
            pass

    def _back(self) -> bool:
        """Goes to the first record that begins after the first line of this one, if there is one.

        So a length that is too large costs only its own record.
        """
        self._read_twice += self.stream.tell() - self._after
        self._farthest = max(self._farthest, self.stream.tell())
        if self._read_twice > FREE_TWICE + MOST_TWICE * self._farthest:
            raise Damaged("holds too many records of wrong lengths")
        self.stream.seek(self._after)
        self._read_line()
        self._next()
        return bool(self._line)

    def _read_line(self) -> bool:
        self._place = self.stream.tell()
        self._line = self.stream.readline(LONGEST_LINE)
        return bool(self._line)


class Block(io.RawIOBase):
    """The block of a record: the next so many bytes."""

    def __init__(self, warc: Archive, length: int) -> None:
        self._warc = warc
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Reads. Raises Torn, or BadRecord, if the file has fewer bytes."""
        wanted = min(len(buffer), self._left)
        data = self._warc.stream.read(wanted)
        while wanted and not data:
            if not self._warc.goes_on():
                raise Torn
            data = self._warc.stream.read(wanted)
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)
