"""The log's lines for items. An item is a page, and would fill a screen."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.spiders import Spider

from harvester.crawl.steps import STEP
from harvester.items import DetailsItem, PageItem, UnchangedPages
from harvester.scans.scan import ScanItem

TOLD = ("scrapy.extensions.feedexport",)
"""Loggers of errors with tracebacks for which the report or a command has a sentence: a feed
can't be written."""


class OneLinePerPage(LogFormatter):
    """Logs a line for each page or scan that was stored.

    Pages that have not changed get one at level DEBUG only.
    """

    def __init__(self, shows_all: bool = False) -> None:
        self._shows_all = shows_all

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "OneLinePerPage":
        """Makes no lines of level DEBUG if LOG_LEVEL hides them."""
        settings = crawler.settings
        level = logging.getLevelNamesMapping()[settings["LOG_LEVEL"]]
        return cls(settings.getbool("LOG_ENABLED") and level <= logging.DEBUG)

    def crawled(self, request: Request, response: Response, spider: Spider) -> Any:
        """Scrapy's line for an answer of a site."""
        is_shown = self._shows_all and request.url != STEP
        return super().crawled(request, response, spider) if is_shown else None

    def scraped(self, item: Any, response: Any, spider: Spider) -> Any:
        """The line for an item that was stored."""
        if isinstance(item, DetailsItem):
            return LogFormatterResult(
                level=logging.INFO,
                msg="%(collection)s: stored what %(url)s says of its document",
                args={"collection": item.collection, "url": item.url},
            )
        if isinstance(item, ScanItem):
            return _of_scan(item)
        if isinstance(item, UnchangedPages):
            return _of_unchanged(item) if self._shows_all else None
        if not isinstance(item, PageItem):
            return None
        listing = item.listing
        return LogFormatterResult(
            level=logging.INFO,
            msg="%(collection)s: stored %(entries)d entries (%(first)s - %(last)s of %(total)s)"
            " from %(url)s",
            args={
                "collection": item.collection,
                "entries": len(listing.entries),
                "first": listing.first,
                "last": listing.last,
                "total": listing.total,
                "url": listing.url,
            },
        )

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> Any:
        """No line: the report says why the run ended, which is why the item was dropped."""
        return None

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> Any:
        """The line for a bug, with the kind of item but not its content."""
        return LogFormatterResult(
            level=logging.ERROR, msg="Error processing a %(kind)s", args={"kind": type(item)}
        )


@contextmanager
def told_once() -> Iterator[None]:
    """Lowers the errors of those loggers to INFO during the block."""
    loggers = [logging.getLogger(name) for name in TOLD]
    for one in loggers:
        one.addFilter(_demoted)
    try:
        yield
    finally:
        for one in loggers:
            one.removeFilter(_demoted)


def _demoted(record: logging.LogRecord) -> bool:
    """Lowers a record to INFO and drops its traceback."""
    record.exc_info = None
    if record.levelno > logging.INFO:
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
    return True


def _of_unchanged(item: UnchangedPages) -> LogFormatterResult:
    urls = ", ".join(page.listing.url for page in item.pages)
    return LogFormatterResult(
        level=logging.DEBUG,
        msg="%(collection)s: nothing has changed at %(urls)s",
        args={"collection": item.pages[0].collection, "urls": urls},
    )


def _of_scan(item: ScanItem) -> LogFormatterResult:
    return LogFormatterResult(
        level=logging.INFO,
        msg="%(collection)s: kept %(url)s as %(path)s",
        args={"collection": item.collection, "url": item.url, "path": item.scan.path},
    )
