"""What was recorded of the Wayback Machine before, so that it need not be asked for again."""

import logging
from functools import cached_property
from pathlib import Path

from harvester.interrupt import interrupt
from harvester.items import PageSource
from harvester.sources import warc
from harvester.sources.capture import Capture, Payload
from harvester.warc.codings import TooLarge
from harvester.warc.stream import Damaged

logger = logging.getLogger(__name__)


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
