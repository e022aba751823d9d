"""Saving a page as a fixture: the page, and beside it what is read in it."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import TextResponse

from harvester.clock import utc_now
from harvester.collection import collection
from harvester.fetch import Fetcher
from harvester.items import Listing
from harvester.outcomes import RunProblem
from harvester.pages import read_listing
from harvester.sites import site_of

BULK = re.compile(rb"<(script|style|svg)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
NOTE = "Saved from the site; scripts, styles and drawings are taken out."


@dataclass(frozen=True, slots=True)
class Fixture:
    """A folder's two files: the page, and what is to be known of it."""

    kind: str
    case: str
    page: bytes
    said: dict[str, Any]

    def write(self, folder: Path) -> Path:
        """Writes the files below a folder of fixtures; returns where."""
        place = folder / self.kind / self.case
        place.mkdir(parents=True, exist_ok=True)
        place.joinpath("page.html").write_bytes(self.page)
        text = json.dumps(self.said, ensure_ascii=False, indent=1) + "\n"
        place.joinpath("page.json").write_text(text, encoding="utf-8")
        return place


class FixtureSpider(Spider):
    """Fetches one page as politely as a harvest does; `fixture` or `problem` is what came of it."""

    name = "fixture"
    custom_settings = {"HARVEST_WARC": ""}  # noqa: RUF012

    def __init__(self, url: str) -> None:
        super().__init__()
        self.fixture: Fixture | None = None
        self.problem: RunProblem | None = None
        self._url = url
        self._fetcher: Fetcher

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "FixtureSpider":
        """The spider for one address."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._fetcher = Fetcher(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Fetches the page; there are no items."""
        try:
            response = await self._fetcher.page(self._url, first=True)
            assert response is not None, "nothing was asked about changes"
            self.fixture, self.problem = fixture(response, self._url)
        except RunProblem as problem:
            self.problem = problem
        return
        yield  # makes this a generator, as Scrapy wants it


def fixture(response: TextResponse, url: str) -> tuple[Fixture, RunProblem | None]:
    """The fixture that a page makes, and why it is none of a listing, if it isn't."""
    body = BULK.sub(b"", response.body)
    trimmed = response.replace(body=body)
    case = collection(url, url, named=False).name + f"-page-{site_of(url).page_number(url)}"
    about = {"url": url, "note": NOTE, "fetched": utc_now()}
    try:
        listing = read_listing(trimmed.text, url, site_of(url))
    except RunProblem as problem:
        headers = {"Content-Type": (response.headers.get("Content-Type") or b"").decode("latin-1")}
        said = {**about, "status": response.status, "headers": headers, "problem": "not-a-listing"}
        return Fixture("other", case, body, said), problem
    return Fixture("listing", case, body, {**about, **as_data(listing)}), None


def as_data(listing: Listing) -> dict[str, Any]:
    """What a page says, as page.json has it."""
    return {
        "first": listing.first,
        "last": listing.last,
        "total": listing.total,
        "next": listing.next_url,
        "entries": [
            {
                "href": entry.link,
                "date_text": entry.date_text,
                "title": entry.title,
                "summary": entry.summary,
            }
            for entry in listing.entries
        ],
    }
