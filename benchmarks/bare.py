"""The least that Scrapy can do: download every page and throw it away, with default settings."""

import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(Spider):
    """Asks for all pages of a listing at once."""

    name = "bare"

    async def start(self) -> AsyncIterator[Any]:
        """The requests."""
        url, pages = sys.argv[1], int(sys.argv[2])
        for page in range(pages):
            yield Request(f"{url}&page={page}")

    def parse(self, response: Response) -> None:
        """Nothing."""


if __name__ == "__main__":
    process = CrawlerProcess({"LOG_LEVEL": "WARNING"})
    process.crawl(BareSpider)
    process.start()
