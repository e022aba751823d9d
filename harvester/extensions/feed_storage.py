"""Where Scrapy's feed exports go on this machine: into a file whole or not at all, or to stdout.

Both are storages of Scrapy's (FEED_STORAGES): they give it a file to write into, and get that back.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exporters import XmlItemExporter
from w3lib.url import file_uri_to_path

from harvester.console import standard_output
from harvester.exports.output import output
from harvester.exports.text import printable
from harvester.extensions.report import fail
from harvester.outcomes import BadOutput, BadUsage, HarvestProblem

WHOLE = ("json", "xml")
"""Formats in which a file is one whole: nothing can be added to it."""


class StdoutStorage:
    """Writes a feed to standard output, once it is whole. It has `failed` if it could not."""

    def __init__(self, crawler: Crawler, uri: str, feed_options: Mapping[str, Any]) -> None:
        self._crawler = crawler
        self._uri = uri
        self._overwrite = bool(feed_options.get("overwrite"))
        self.failed = False

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: Mapping[str, Any] | None = None
    ) -> "StdoutStorage":
        """The storage for an address."""
        return cls(crawler, uri, feed_options or {})

    def open(self, spider: Spider) -> IO[bytes]:
        """A file for the feed."""
        return tempfile.TemporaryFile()

    def store(self, file: IO[bytes]) -> None:
        """Takes the feed to where it is to be, or says why it can't."""
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
    """Writes a feed into a file, or adds it to one; if it can't, the file stays as it was."""

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
    """XML without the characters that XML can't have."""

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        """The value as it is written; an empty text for what there is not."""
        value = super().serialize_field(field, name, value)
        return printable(value) if isinstance(value, str) else "" if value is None else value


def path_of(uri: str) -> Path | None:
    """The file that an address of a feed is; None if it is no file of this machine's."""
    if uri.startswith("file:"):
        return Path(file_uri_to_path(uri))
    return None if urlsplit(uri).scheme else Path(uri)


def is_filled(path: Path) -> bool:
    """Whether there is a file with something in it."""
    return path.is_file() and path.stat().st_size > 0


def check_feeds(feeds: Mapping[str | Path, Mapping[str, Any]]) -> None:
    """Raises BadUsage or BadOutput if a feed can't be written, as far as is seen beforehand."""
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
    """Raises BadOutput if there can't be such a file."""
    if path.is_dir():
        raise BadOutput(f"{path} is a folder: name a file for the documents.")
    place = next(one for one in (path, *path.absolute().parents) if one.exists())
    if not os.access(place, os.W_OK) or (place != path and not place.is_dir()):
        raise BadOutput(f"{path} can't be written: see that its folder may be written to.")


def _replace(path: Path, file: IO[bytes]) -> None:
    with output(path) as out:
        shutil.copyfileobj(file, out)


def _append(path: Path, file: IO[bytes]) -> None:
    """Adds what is in a file, or nothing."""
    with path.open("ab", buffering=0) as out:
        before = os.fstat(out.fileno())
        try:
            shutil.copyfileobj(file, out)
        except OSError:
            if stat.S_ISREG(before.st_mode):
                os.ftruncate(out.fileno(), before.st_size)
            raise
