"""Pages of an archive that can only be read from front to back, kept for as long as it is read."""

import tempfile
import zlib
from weakref import finalize


class Spool:
    """Compressed pages, in a file without a name that is gone with the spool or the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        finalize(self, self._file.close)

    def put(self, page: bytes) -> int:
        """Keeps a page, and returns its place."""
        packed = zlib.compress(page, 1)
        place = self._file.seek(0, 2)
        self._file.write(len(packed).to_bytes(8) + packed)
        return place

    def get(self, place: int, most: int) -> bytes:
        """The first bytes of the page at a place."""
        self._file.seek(place)
        size = int.from_bytes(self._file.read(8))
        return zlib.decompressobj().decompress(self._file.read(size), most)
