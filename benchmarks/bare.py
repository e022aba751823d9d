"""The least that Scrapy can do: download every page and throw it away, with default settings."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response


class BareSpider(Spider):
    """Asks for all pages of a listing at once; its arguments are `url` and `pages`."""

    name = "bare"
    url: str
    pages: str

    async def start(self) -> AsyncIterator[Any]:
        """The requests."""
        for page in range(int(self.pages)):
            yield Request(f"{self.url}&page={page}")

    def parse(self, response: Response) -> None:
        """Nothing."""
