"""Scrapy's feed exports (`-o`, `-O`, FEEDS) with the documents that a harvest saw.

Our storages (FEED_STORAGES) write a feed completely or not at all, into a file or to standard
output. Scrapy gets a temporary file from a storage, fills it and hands it back.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exporters import XmlItemExporter
from scrapy.extensions.feedexport import FeedExporter, FeedSlot
from w3lib.url import file_uri_to_path

from harvester.console import complain, standard_output, tell
from harvester.crawl.steps import run_begun
from harvester.exports import output
from harvester.exports.citation_parts import printable
from harvester.extensions.report import EXIT_CODE, fail
from harvester.outcomes import BadOutput, BadUsage, HarvestProblem

FAILED = "feedexport/failed_count/"
"""Begins the names of Scrapy's statistics of feeds that could not be written."""
WHOLE = ("json", "xml")
"""Formats to whose files nothing can be appended."""


class DocumentFeeds(FeedExporter):
    """Writes documents into feeds. Scrapy would write items, which here are pages.

    It writes at the end and from the database: each document once, in its last state, whether its
    page was sent again or had not changed. So a feed has what was stored, whatever the outcome.

    Scrapy (2.19) documents no hook that gives a feed anything but items, nor one that decides at
    the end whether a feed without any is written: the option `store_empty` is read at the start. So
    this extends FeedExporter, by its public parts: the receivers of signals, `feeds` and `slots`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._runs: list[int] = []
        self._is_complete = False
        for uri, options in self.feeds.items():
            if options["format"] == "csv" and _goes_on(uri, options):
                options["item_export_kwargs"] |= {"include_headers_line": False}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listens to the beginnings of runs and the ends of feeds."""
        feeds = super().from_crawler(crawler)
        crawler.signals.connect(feeds.run_begun, run_begun)
        crawler.signals.connect(feeds.feed_slot_closed, signals.feed_slot_closed)
        return feeds

    def run_begun(self, run: int) -> None:
        """Remembers a run."""
        self._runs.append(run)

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Writes nothing yet."""

    async def close_spider(self, spider: Spider) -> None:
        """Writes the feeds; if nothing was stored, a file stays as it is."""
        try:
            for document in self._documents():
                super().item_scraped(document, spider)
        except HarvestProblem as problem:
            fail(self.crawler, problem)
        except OSError as error:
            fail(self.crawler, BadOutput(f"No feed can be written ({error.strerror or error})."))
        self._is_complete = self.crawler.stats.get_value(EXIT_CODE) == 0
        for slot in self.slots:
            slot.store_empty = self._is_complete or not _is_there(slot)
            if not slot.store_empty and not slot.itemcount:
                complain(f"{slot.uri} is left as it was: nothing was stored.")
        await super().close_spider(spider)

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """Says what a feed contains, if it was written."""
        if getattr(slot.storage, "failed", False):
            return
        documents = f"{slot.itemcount:,} document{'s' if slot.itemcount != 1 else ''}"
        if not self._is_complete:
            complain(f"{slot.uri} has only what was stored: {documents}.")
        elif path_of(slot.uri) and not self.settings.getbool("HARVEST_QUIET"):
            tell(f"{documents} written to {slot.uri}")

    def _documents(self) -> Iterator[dict[str, Any]]:
        database = Path(self.settings["HARVEST_DB"])
        if not self._runs:
            return
        # Most harvests write none: they do without what it loads.
        from harvester.store.connection import reading
        from harvester.store.read.documents import seen

        with reading(database) as db:
            yield from map(dict, seen(db, self._runs))


def check_written(crawler: Crawler) -> None:
    """Complains if Scrapy could not open or store a feed."""
    wanted = crawler.settings.getdict("FEEDS")
    begun = crawler.get_extension(DocumentFeeds) is not None
    failed = [name for name in crawler.stats.get_stats() if name.startswith(FAILED)]
    if wanted and (failed or not begun):
        where = ", ".join(str(uri) for uri in wanted if path_of(str(uri)) is None)
        fail(crawler, BadOutput(f"The documents could not be written to {where}: see -L INFO."))


def _goes_on(uri: str, options: dict[str, Any]) -> bool:
    """Whether a feed is appended to a file that is not empty."""
    path = path_of(uri)
    return path is not None and not options.get("overwrite") and is_filled(path)


def _is_there(slot: FeedSlot) -> bool:
    path = path_of(slot.uri)
    return path is not None and path.exists()


class StdoutStorage:
    """Writes a feed to standard output once it is complete; `failed` if that is impossible."""

    def __init__(self, crawler: Crawler, uri: str, feed_options: Mapping[str, Any]) -> None:
        self._crawler = crawler
        self._uri = uri
        self._overwrite = bool(feed_options.get("overwrite"))
        self.failed = False

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: Mapping[str, Any] | None = None
    ) -> "StdoutStorage":
        """Makes the storage of an address."""
        return cls(crawler, uri, feed_options or {})

    def open(self, spider: Spider) -> IO[bytes]:
        """A temporary file for Scrapy to fill."""
        return tempfile.TemporaryFile()

    def store(self, file: IO[bytes]) -> None:
        """Moves the feed to its place, or says why that failed."""
        with file:
            file.seek(0)
            try:
                self._take(file)
            except HarvestProblem as problem:
                self.failed = True
                fail(self._crawler, problem)

    def _take(self, file: IO[bytes]) -> None:
        with standard_output() as out:
            shutil.copyfileobj(file, out)


class FileStorage(StdoutStorage):
    """Writes a feed into a file or appends it; on an error the file stays as it was."""

    def _take(self, file: IO[bytes]) -> None:
        path = path_of(self._uri)
        assert path is not None, "Scrapy chooses storages by the address"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, file) if self._overwrite else _append(path, file)
        except OSError as error:
            raise BadOutput(
                f"{path} can't be written ({error.strerror or error}): see that its folder may be"
                " written to, and that the disk is not full."
            ) from error


class PrintableXml(XmlItemExporter):
    """Exports XML, leaving out characters that XML forbids."""

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        """The value as text; None becomes an empty text."""
        value = super().serialize_field(field, name, value)
        return printable(value) if isinstance(value, str) else "" if value is None else value


def path_of(uri: str) -> Path | None:
    """The file at a feed's address; None if that is not on this machine."""
    if uri.startswith("file:"):
        return Path(file_uri_to_path(uri))
    return None if urlsplit(uri).scheme else Path(uri)


def is_filled(path: Path) -> bool:
    """Whether a file is there and not empty."""
    return path.is_file() and path.stat().st_size > 0


def check_feeds(feeds: Mapping[str | Path, Mapping[str, Any]]) -> None:
    """Raises BadUsage or BadOutput for a feed that certainly can't be written."""
    for uri, options in feeds.items():
        if not options.get("format"):
            raise BadUsage(f"FEEDS does not say which format {uri} is to have: json, csv ...")
        path = path_of(str(uri))
        if path is not None and "%(" not in str(uri):  # else its name is made of the time, say
            _check_place(path)
            if options["format"] in WHOLE and not options.get("overwrite") and is_filled(path):
                raise BadUsage(
                    f"{path} is there already, and {options['format']} can't be added to: take -O"
                    " to write it anew, or jsonl or csv."
                )


def _check_place(path: Path) -> None:
    """Raises BadOutput if no file can be written there."""
    if path.is_dir():
        raise BadOutput(f"{path} is a folder: name a file for the documents.")
    place = next(one for one in (path, *path.absolute().parents) if one.exists())
    if not os.access(place, os.W_OK) or (place != path and not place.is_dir()):
        raise BadOutput(f"{path} can't be written: see that its folder may be written to.")


def _replace(path: Path, file: IO[bytes]) -> None:
    with output(path) as out:
        shutil.copyfileobj(file, out)


def _append(path: Path, file: IO[bytes]) -> None:
    """Appends a file's content completely or not at all."""
    with path.open("ab", buffering=0) as out:
        before = os.fstat(out.fileno())
        try:
            shutil.copyfileobj(file, out)
        except OSError:
            if stat.S_ISREG(before.st_mode):
                os.ftruncate(out.fileno(), before.st_size)
            raise
