"""Fetches pages as a harvest does. Usage: fetching.py URL...; a line of JSON says how each went."""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import TextResponse
from scrapy.utils.project import get_project_settings
from sites import WILSON

from harvester.crawl.fetch import Fetcher, PageRequest
from harvester.items import Listing
from harvester.outcomes import RunProblem
from harvester.pages import read_listing


def _read(page: TextResponse) -> Listing:
    return read_listing(page.text, page.url, WILSON)


class Fetching(Spider):
    """Fetches pages one after another."""

    name = "fetching"

    async def start(self) -> AsyncIterator[Any]:
        fetcher = Fetcher(self.crawler)
        for url in sys.argv[1:]:
            try:
                await fetcher.page(PageRequest(url, first=True), _read)
                said: tuple[object, ...] = ("fetched",)
            except RunProblem as problem:
                said = (problem.outcome, problem.why, problem.attempts, str(problem))
            print(json.dumps(said), flush=True)
        return
        yield


if __name__ == "__main__":
    settings = get_project_settings()
    settings.setdict(json.loads(sys.argv.pop(1)), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(Fetching)
    process.start()
