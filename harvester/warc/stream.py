"""The bytes of a WARC, gzipped or not, in bounded pieces whatever the file says of itself."""

import io
import zlib
from collections.abc import Iterator

CHUNK = 64 * 1024
PACKED = 16 * 1024
"""So much of a gzip file is read at a time: most records are shorter."""
GZIP = b"\x1f\x8b"
GZIP_WINDOW = 16 + zlib.MAX_WBITS
FREE = 1 << 30
MOST_TIMES = 200
"""Past a GiB, data that is so many times larger than its file is taken for a bomb: pages become
some ten times smaller when they are compressed, the most that gzip can do is 1,032."""


class Damaged(Exception):
    """Raised where a file stops being what it should be; the text goes on from the file's name."""


class Torn(Damaged):
    """Raised where a file ends in the middle of a record, as after a crash."""

    def __init__(self) -> None:
        super().__init__("ends in the middle of a record")


def check_expansion(large: int, small: int) -> None:
    """Raises Damaged if so many bytes can't honestly have been compressed to so few."""
    if large > FREE and large > MOST_TIMES * small:
        raise Damaged(f"becomes more than {MOST_TIMES} times larger when it is decompressed")


def streams(file: io.BufferedReader) -> Iterator[tuple[int, io.BufferedReader]]:
    """For each record from where the file stands: its place in the file, and a stream of it.

    A stream is to be read to the end of its record before the next one is asked for. Raises
    Damaged or Torn, and a stream does when it is read.
    """
    return _members(file) if file.peek(2)[:2] == GZIP else _plain(file)


def _plain(file: io.BufferedReader) -> Iterator[tuple[int, io.BufferedReader]]:
    """Records one after another, parted by blank lines."""
    while start := file.peek(1)[:1]:
        if start in b"\r\n":
            file.read(1)
        else:
            yield file.tell(), file


def _members(file: io.BufferedReader) -> Iterator[tuple[int, io.BufferedReader]]:
    """Records each of which is a member of a gzip file."""
    start, rest, large = file.tell(), b"", 0
    while rest or file.peek(1):
        member = _Member(file, rest)
        stream: io.BufferedReader = io.BufferedReader(member, CHUNK)
        yield file.tell() - len(rest), stream
        _check_end(stream)
        rest, large = member.rest, large + member.size
        check_expansion(large, file.tell() - start)


def _check_end(stream: io.BufferedReader) -> None:
    """Raises Damaged unless only line ends are left of a member."""
    left = stream.read(CHUNK).strip(b"\r\n")
    if left.startswith(b"WARC/"):
        raise Damaged("is compressed as a whole: `warcio recompress` makes it readable here")
    if left:
        raise Damaged("holds a record that is longer than it says")


class _Member(io.RawIOBase):
    """What a member of a gzip file holds; `rest` is what was read of the file after its end."""

    def __init__(self, file: io.BufferedReader, start: bytes) -> None:
        self._file = file
        self._start = start
        self._inflater = zlib.decompressobj(GZIP_WINDOW)
        self._begin = file.tell()
        self.size = 0

    @property
    def rest(self) -> bytes:
        return self._inflater.unused_data

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """As for any stream. Raises Torn or Damaged."""
        data = self._inflate(len(buffer))
        buffer[: len(data)] = data
        self.size += len(data)
        return len(data)

    def _inflate(self, size: int) -> bytes:
        while not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._packed()
            try:
                data = self._inflater.decompress(packed, size)
            except zlib.error as error:
                raise Damaged(f"is broken gzip ({error})") from None
            if data:
                check_expansion(self.size, self._file.tell() - self._begin + CHUNK)
                return data
        return b""

    def _packed(self) -> bytes:
        packed, self._start = self._start or self._file.read(PACKED), b""
        if not packed:
            raise Torn
        return packed
