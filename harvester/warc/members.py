"""Reading a compressed WARC or ARC: gzip, or zstd, with or without a dictionary for all records.

https://iipc.github.io/warc-specifications/specifications/warc-zstd/ describes the dictionary.
"""

import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from harvester.warc.stream import (
    CHUNK,
    GZIP,
    GZIP_WINDOW,
    LONGEST_LINE,
    Archive,
    BadRecord,
    Damaged,
    Plain,
    Torn,
    beginning,
    begins_in_arc,
    begins_record,
    check_expansion,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED = 16 * 1024
"""Bytes of a compressed file that are read at a time: most records are shorter."""
ZSTD = b"\x28\xb5\x2f\xfd"
DICTIONARY, TRAINED = b"\x5d\x2a\x4d\x18", b"\x37\xa4\x30\xec"
"""How the frame begins that holds the dictionary, and how a trained dictionary does."""
LARGEST_DICTIONARY = 16 << 20
MOST_SEARCHES = 1000
"""Tries in a file to find a record behind a broken one."""
BROKEN = (zlib.error, zstd.ZstdError)
Dictionary = zstd.ZstdDict | None


class _Gunzip:
    """Unpacks a member of gzip, with the interface of the other unpackers in Python."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(GZIP_WINDOW)

    @property
    def eof(self) -> bool:
        return self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflater.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inflater.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Unpacks more, so many bytes at the most."""
        return self._inflater.decompress(self._inflater.unconsumed_tail + data, max_length)


_Unpacker = _Gunzip | zstd.ZstdDecompressor


@dataclass(frozen=True, slots=True)
class _Packing:
    """How the members of a file are packed, how each begins, and what unpacks them all at once."""

    name: str
    magic: bytes
    unpacker: Callable[[], _Unpacker]
    remedy: str


def archive(file: io.BufferedReader, dictionary: Dictionary = None) -> Archive:
    """The WARC or ARC in a file, from its position on: the beginning or the place of a record."""
    begins = file.peek(len(ZSTD))
    if begins.startswith(GZIP):
        return _Packed(file, _Packing("gzip", GZIP + b"\x08", _Gunzip, "warcio recompress"))
    if begins.startswith((ZSTD, DICTIONARY)):

        def unpacker() -> _Unpacker:
            return zstd.ZstdDecompressor(dictionary)

        return _Packed(file, _Packing("zstd", ZSTD, unpacker, "zstd --decompress"))
    return Plain(file)


def read_dictionary(file: io.BufferedReader) -> Dictionary:
    """The dictionary at the beginning of a file, if there is one. Raises Damaged for a broken one.

    It leaves the file at its beginning.
    """
    if not file.peek(len(DICTIONARY)).startswith(DICTIONARY):
        return None
    size = int.from_bytes(file.read(8)[len(DICTIONARY) :], "little")
    try:
        content = file.read(min(size, LARGEST_DICTIONARY))
        if content.startswith(ZSTD):
            content = zstd.ZstdDecompressor().decompress(content, LARGEST_DICTIONARY)
        return zstd.ZstdDict(content, is_raw=not content.startswith(TRAINED))
    except (zstd.ZstdError, ValueError) as error:
        raise Damaged(f"has a dictionary that is broken ({error})") from None
    finally:
        file.seek(0)


class _Packed:
    """Records that are each one member of a file, or several. A frame of zstd is a member, too."""

    def __init__(self, file: io.BufferedReader, packing: _Packing) -> None:
        self._members = _Members(file, packing)
        self._remedy = packing.remedy
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
        self._begun = _is_beginning(self.stream.peek(1))
        if self._begun:
            raise BadRecord("holds a record that is shorter than it says")
        return True

    def end(self) -> None:
        left = self.stream.read(CHUNK).lstrip(b"\r\n")
        if left and _is_beginning(left):
            remedy = f"`{self._remedy}` makes it readable here"
            raise BadRecord(f"is compressed as a whole, not record by record ({remedy})")
        if left:
            raise BadRecord("holds a record that is longer than it says")


class _Members(io.RawIOBase):
    """What is packed in a file: a stream that ends with each member until the next is begun."""

    def __init__(self, file: io.BufferedReader, packing: _Packing) -> None:
        self._file = file
        self._packing = packing
        self._start = file.tell()
        self._unpacker = packing.unpacker()
        self._packed = b""
        self._size = 0
        self._searches = 0
        self._broken: BadRecord | None = None
        self.place = 0

    def begin(self) -> bool:
        """Begins the next member, at `place`; False if there is none.

        After a broken member, it begins the next one that holds the beginning of a record.
        """
        self._packed = self._unpacker.unused_data
        if self._broken:
            self._packed, self._broken = b"", None
            self._search(self.place + 1)
        self._packed = self._packed or self._file.read(PACKED)
        self._unpacker = self._packing.unpacker()
        self.place = self._file.tell() - len(self._packed)
        return bool(self._packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Reads. Raises Torn, Damaged, or BadRecord for a broken member."""
        if self._broken:
            raise self._broken
        data = self._unpacked(len(buffer))
        buffer[: len(data)] = data
        self._size += len(data)
        return len(data)

    def _unpacked(self, size: int) -> bytes:
        while not self._unpacker.eof:
            try:
                data = self._unpacker.decompress(self._read(), size)
            except BROKEN as error:
                self._broken = BadRecord(f"holds broken {self._packing.name} ({error})")
                raise self._broken from None
            if data:
                check_expansion(self._size, self._file.tell() - self._start + CHUNK)
                return data
        return b""

    def _read(self) -> bytes:
        if not self._unpacker.needs_input:
            return b""
        packed = self._packed or self._file.read(PACKED)
        self._packed = b""
        if not packed:
            raise Torn
        return packed

    def _search(self, place: int) -> None:
        """Moves to the next member that begins a record, or to the end of the file."""
        while (place := self._find(place)) >= 0:
            self._searches += 1
            if self._searches > MOST_SEARCHES:
                raise Damaged(f"holds too much broken {self._packing.name}")
            self._file.seek(place)
            if self._begins_record(self._file.read(PACKED)):
                self._file.seek(place)
                return
            place += 1

    def _find(self, place: int) -> int:
        """The place where the next member may begin; -1 if there is none."""
        magic = self._packing.magic
        self._file.seek(place)
        before = b""
        while data := self._file.read(CHUNK):
            data = before + data
            if (found := data.find(magic)) >= 0:
                return place + found
            before = data[1 - len(magic) :]
            place += len(data) - len(before)
        return -1

    def _begins_record(self, packed: bytes) -> bool:
        with suppress(*BROKEN):
            return _is_beginning(self._packing.unpacker().decompress(packed, LONGEST_LINE))
        return False


def _is_beginning(unpacked: bytes) -> bool:
    return beginning(unpacked) is begins_in_arc or begins_record(unpacked)
