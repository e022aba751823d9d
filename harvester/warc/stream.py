"""Reading a WARC, gzipped or not, in bounded pieces whatever the file claims.

No library bears this load. Cut at any of the 3,746 bytes of a small .warc.gz, warcio 1.8.1 gives a
shortened page without a word 2,814 times, FastWARC 2.0.1 3,481 times. A header line of 1.5 GiB,
1.5 MB in gzip, has warcio take all memory there is. FastWARC takes an empty gzip member for the end
of the file, and gives up a file at its first broken record, or has no word for it (`quirks_mode`).
"""

import io
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

CHUNK = 64 * 1024
PACKED = 16 * 1024
"""Bytes of a gzip file that are read at a time: most records are shorter."""
LONGEST_LINE = 64 * 1024
GZIP = b"\x1f\x8b"
DEFLATED = GZIP + b"\x08"
GZIP_WINDOW = 16 + zlib.MAX_WBITS
VERSION = b"WARC/"
MOST_SEARCHES = 1000
"""Tries in a file to find a record behind broken gzip."""
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


def begins_record(line: bytes) -> bool:
    """Whether a line begins a record; the file may end within the line."""
    return line != b"" and VERSION.startswith(line[: len(VERSION)])


def archive(file: io.BufferedReader) -> Archive:
    """The WARC in a file, from its position on: the beginning or the place of a record."""
    return _Gzipped(file) if file.peek(2)[:2] == GZIP else _Plain(file)


class _Plain:
    """Records with blank lines between them."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.stream = file
        self._place = 0
        self._line = b""

    def places(self) -> Iterator[int]:
        self._read_line()
        while self._line:
            yield self._place
            while not begins_record(self._line) and self._read_line():
                pass

    def first_line(self) -> bytes:
        line, self._line = self._line, b""
        return line

    def goes_on(self) -> bool:
        return False

    def end(self) -> None:
        while self._read_line() and not self._line.strip(b"\r\n"):
            pass
        if self._line and not begins_record(self._line):
            raise BadRecord("holds a record that is longer than it says")

    def _read_line(self) -> bool:
        self._place = self.stream.tell()
        self._line = self.stream.readline(LONGEST_LINE)
        return bool(self._line)


class _Gzipped:
    """Records that are each one member of a gzip file, or several."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._members = _Members(file)
        self._begun = False
        self.stream: io.BufferedReader = io.BufferedReader(self._members, CHUNK)

    def places(self) -> Iterator[int]:
        while self._begun or self._members.begin():
            self._begun = False
            if not self._is_empty():
                yield self._members.place
            with suppress(BadRecord):
                while not self._begun and self.stream.read(CHUNK):
                    pass

    def _is_empty(self) -> bool:
        """Whether a member is empty. A broken one is not, as it has to be reported."""
        try:
            return not self.stream.peek(1)
        except BadRecord:
            return False

    def first_line(self) -> bytes:
        return self.stream.readline(LONGEST_LINE)

    def goes_on(self) -> bool:
        if not self._members.begin():
            return False
        self._begun = self.stream.peek(len(VERSION)).startswith(VERSION)
        if self._begun:
            raise BadRecord("holds a record that is shorter than it says")
        return True

    def end(self) -> None:
        left = self.stream.read(CHUNK).lstrip(b"\r\n")
        if left.startswith(VERSION):
            raise Damaged("is compressed as a whole: `warcio recompress` makes it readable here")
        if left:
            raise BadRecord("holds a record that is longer than it says")


class _Members(io.RawIOBase):
    """The content of a gzip file: a stream that ends with each member until the next is begun."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self._start = file.tell()
        self._inflater = zlib.decompressobj(GZIP_WINDOW)
        self._packed = b""
        self._size = 0
        self._searches = 0
        self._broken: BadRecord | None = None
        self.place = 0

    def begin(self) -> bool:
        """Begins the next member, at `place`; False if there is none.

        After a broken member, it begins the next one that holds the beginning of a record.
        """
        self._packed = self._inflater.unused_data
        if self._broken:
            self._packed, self._broken = b"", None
            self._search(self.place + 1)
        self._packed = self._packed or self._file.read(PACKED)
        self._inflater = zlib.decompressobj(GZIP_WINDOW)
        self.place = self._file.tell() - len(self._packed)
        return bool(self._packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Reads. Raises Torn, Damaged, or BadRecord for a broken member."""
        if self._broken:
            raise self._broken
        data = self._inflate(len(buffer))
        buffer[: len(data)] = data
        self._size += len(data)
        return len(data)

    def _inflate(self, size: int) -> bytes:
        while not self._inflater.eof:
            try:
                data = self._inflater.decompress(self._read(), size)
            except zlib.error as error:
                self._broken = BadRecord(f"holds broken gzip ({error})")
                raise self._broken from None
            if data:
                check_expansion(self._size, self._file.tell() - self._start + CHUNK)
                return data
        return b""

    def _read(self) -> bytes:
        packed = self._inflater.unconsumed_tail or self._packed or self._file.read(PACKED)
        self._packed = b""
        if not packed:
            raise Torn
        return packed

    def _search(self, place: int) -> None:
        """Moves to the next member that begins a record, or to the end of the file."""
        while (place := self._find(place)) >= 0:
            self._searches += 1
            if self._searches > MOST_SEARCHES:
                raise Damaged("holds too much broken gzip")
            self._file.seek(place)
            if _begins_record(self._file.read(PACKED)):
                self._file.seek(place)
                return
            place += 1

    def _find(self, place: int) -> int:
        """The place where the next gzip member may begin; -1 if there is none."""
        self._file.seek(place)
        before = b""
        while data := self._file.read(CHUNK):
            data = before + data
            if (found := data.find(DEFLATED)) >= 0:
                return place + found
            before = data[1 - len(DEFLATED) :]
            place += len(data) - len(before)
        return -1


def _begins_record(packed: bytes) -> bool:
    with suppress(zlib.error):
        return zlib.decompressobj(GZIP_WINDOW).decompress(packed, len(VERSION)) == VERSION
    return False
