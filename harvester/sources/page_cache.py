"""Pages that need not be fetched again: kept out of the memory's way, or recorded earlier."""

import logging
import tempfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from weakref import finalize

from scrapy.http import HtmlResponse, Request, TextResponse

from harvester.interrupt import interrupt
from harvester.items import PAGE_SOURCE, PageSource
from harvester.sources import warc
from harvester.sources.captures import Capture, Payload
from harvester.warc.codings import TooLarge
from harvester.warc.stream import Damaged

logger = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page's place, size and encoding, and where it comes from."""

    place: int
    size: int
    encoding: str
    source: PageSource


class KeptPages:
    """The pages that one harvest keeps."""

    def __init__(self) -> None:
        self._spool = Spool()

    def put(self, page: TextResponse, source: PageSource) -> KeptPage:
        """Keeps a page."""
        return KeptPage(self._spool.put(page.body), len(page.body), page.encoding, source)

    def get(self, page: KeptPage, url: str) -> TextResponse:
        """The page as an answer from an address."""
        body = self._spool.get(page.place, page.size)
        request = Request(url, meta={PAGE_SOURCE: page.source})
        return HtmlResponse(url, body=body, encoding=page.encoding, request=request)


class Recorded:
    """The captures of web pages that recordings in a folder hold, by the address they came from."""

    def __init__(self, folder: str, largest: int) -> None:
        self._folder = folder
        self._largest = largest

    def get(self, memento: str) -> tuple[Payload, PageSource] | None:
        """The page from an address of the Wayback Machine's, and where it is recorded."""
        capture = self._captures.get(memento)
        if capture is None:
            return None
        try:
            page = capture.read(self._largest)
        except (Damaged, TooLarge, OSError) as error:
            logger.warning("%s is fetched again: %s %s.", memento, capture.file, error)
            return None
        where = PageSource(capture.moment, capture.url, capture.file, capture.offset, page.digest)
        return page, where

    @cached_property
    def _captures(self) -> dict[str, Capture]:
        if not self._folder:
            return {}
        found: dict[str, Capture] = {}
        for path in sorted(Path(self._folder).glob("*.warc.gz")):
            for capture in warc.captures(path, path.name, logger.info):
                interrupt.check()
                if capture.memento and capture.status == 200:
                    found[capture.memento] = capture
        return found
