"""Lines of the log for items: an item is a page, which would fill a screen."""

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

TOLD = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.extensions.feedexport")
"""Who logs an error, with a traceback, of which the report or a command has a sentence: that
robots.txt can't be had, when the site's pages can't either; that a feed can't be written."""


class OneLinePerPage(LogFormatter):
    """Logs a line for each page that was stored; of other items the report speaks.

    Of pages that are as they were, it speaks to those who want to know all (DEBUG).
    """

    def __init__(self, shows_all: bool = False) -> None:
        self._shows_all = shows_all

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "OneLinePerPage":
        """Lines that nobody reads, for LOG_LEVEL is higher than DEBUG, are not even made."""
        settings = crawler.settings
        level = logging.getLevelNamesMapping()[settings["LOG_LEVEL"]]
        return cls(settings.getbool("LOG_ENABLED") and level <= logging.DEBUG)

    def crawled(self, request: Request, response: Response, spider: Spider) -> Any:
        """Scrapy's line for an answer of a site."""
        is_shown = self._shows_all and request.url != STEP
        return super().crawled(request, response, spider) if is_shown else None

    def scraped(self, item: Any, response: Any, spider: Spider) -> Any:
        """A line for what was stored."""
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
        """Nothing: why an item was dropped is why the run ended, which the report says."""
        return None

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> Any:
        """The kind of item in whose processing a bug showed."""
        return LogFormatterResult(
            level=logging.ERROR, msg="Error processing a %(kind)s", args={"kind": type(item)}
        )


@contextmanager
def told_once() -> Iterator[None]:
    """Keeps the log of the block from calling those an error, too."""
    loggers = [logging.getLogger(name) for name in TOLD]
    for one in loggers:
        one.addFilter(_demoted)
    try:
        yield
    finally:
        for one in loggers:
            one.removeFilter(_demoted)


def _demoted(record: logging.LogRecord) -> bool:
    """Lets the record pass, but without its traceback, and not as an error."""
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
