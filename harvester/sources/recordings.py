"""Re-reading recordings: a page by its place in the database, or by another key."""

import io
import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from harvester.interrupt import interrupt
from harvester.items import PageSource
from harvester.outcomes import Incomplete, Reason
from harvester.sources.captures import Capture, Payload
from harvester.sources.warc import BROKEN, captures, read_payload
from harvester.sources.zips import open_member
from harvester.warc.codings import TooLarge
from harvester.warc.members import Dictionary, read_dictionary

logger = logging.getLogger(__name__)


class Missing(Incomplete):
    """Raised when the file with a page's recording is missing."""


class Recordings:
    """The recordings in some places: folders or single files.

    The last file stays open, so that reading pages in the order of a file is quick.
    """

    def __init__(self, places: Sequence[Path], limit: int) -> None:
        self._places = places
        self._limit = limit
        self._name = ""
        self._file: io.BufferedReader | None = None
        self._dictionary: Dictionary = None

    def page(self, page: PageSource) -> Payload:
        """Reads the page at a place in a recording.

        Raises Missing or Incomplete, with a sentence, if it is no longer there or differs.
        """
        try:
            file = self._at(page)
            payload = read_payload(file, self._limit, check=False, dictionary=self._dictionary)
        except TooLarge:
            raise _unusable(page, "has more bytes than DOWNLOAD_MAXSIZE allows") from None
        except BROKEN as error:
            raise _unusable(page, f"can't be read ({page.file} {error})") from None
        # What the database knows of the page says more than the record's own digest.
        if payload.digest != page.digest:
            raise _unusable(page, f"is another than {page.file} has at byte {page.offset}")
        return payload

    def warc(self, page: PageSource) -> bytes:
        """A compressed WARC that has the page's record alone, for programs that replay such files.

        Raises as `page` does.
        """
        self.page(page)
        record = next(ArchiveIterator(self._at(page), no_record_parse=True))
        out = io.BytesIO()
        WARCWriter(out, gzip=True).write_record(record)
        return out.getvalue()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()

    def _at(self, page: PageSource) -> io.BufferedReader:
        """Opens the file of a page's record at the record's place."""
        assert page.file is not None and page.offset is not None
        if self._file is None or self._name != page.file:
            self.close()
            self._file, self._name = self._opened(page.file), page.file
            self._dictionary = read_dictionary(self._file)
        self._file.seek(page.offset)
        return self._file

    def _opened(self, name: str) -> io.BufferedReader:
        for place in self._places:
            if file := _opened_in(place, PurePosixPath(name)):
                return file
        where = ", ".join(map(str, self._places)) or "no folder"
        raise Missing(
            f"{name} is not in {where}: name the folder that has it as HARVEST_WARC, or by"
            " --source.",
            Reason.NOT_SAVED,
        )


def _opened_in(place: Path, name: PurePosixPath) -> io.BufferedReader | None:
    """Opens a file in a folder, or the place itself; the recording may be within a WACZ."""
    if name.is_absolute() or ".." in name.parts:
        return None
    if not place.is_dir() and name.parts[0] != place.name:
        return None
    folder = place if place.is_dir() else place.parent
    for part in (name, *name.parents):
        if (path := folder / part).is_file():
            inner = name.relative_to(part).as_posix()
            return path.open("rb") if part == name else open_member(path, inner)
    return None


def _unusable(page: PageSource, why: str) -> Incomplete:
    sentence = f"What was recorded of {page.url} at {page.captured} {why}: it is left as it is."
    return Incomplete(sentence, Reason.NOT_SAVED, page.url)


class Recorded:
    """The pages from other archives that a folder's recordings hold, by what `key` gives for each;
    those without a key are left out."""

    def __init__(self, folder: str, largest: int, key: Callable[[Capture], str | None]) -> None:
        self._folder = folder
        self._largest = largest
        self._key = key

    def get(self, key: str) -> tuple[Payload, PageSource] | None:
        """The page with a key, and where it is recorded; None if it is not, or broken."""
        capture = self._captures.get(key)
        if capture is None:
            return None
        try:
            page = capture.read(self._largest)
        except (TooLarge, *BROKEN) as error:
            logger.warning("%s is fetched again: %s %s.", key, capture.file, error)
            return None
        where = PageSource(capture.moment, capture.url, capture.file, capture.offset, page.digest)
        return page, where

    @cached_property
    def _captures(self) -> dict[str, Capture]:
        if not self._folder:
            return {}
        found: dict[str, Capture] = {}
        for path in sorted(Path(self._folder).glob("*.warc.gz")):
            for capture in captures(path, path.name, logger.info):
                interrupt.check()
                if capture.status == 200 and (key := self._key(capture)):
                    found[key] = capture
        return found
