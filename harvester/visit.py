"""Pages for commands: saved ones, or those at addresses, fetched as a harvest fetches them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.robotstxt import RobotParser
from scrapy.settings import BaseSettings

from harvester.crawl.fetch import Fetcher, PageRequest, as_it_is
from harvester.crawl.response_meta import texts_of
from harvester.outcomes import BadUsage, HarvestProblem
from harvester.pages.markup import Unclear, decoded
from harvester.sources.notes import LARGEST_NOTE, noted

LARGEST = 64 * 1024 * 1024
HEAD = 4096
SCHEMES = ("http://", "https://")

Job = Callable[[Fetcher], Awaitable[None]]
"""What to do with a fetcher; raises HarvestProblem if that fails."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page: its name for the user, its address (empty if unknown), its text and bytes, and the
    headers that it came with, by lower-case names."""

    name: str
    url: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def is_address(page: str) -> bool:
    """Whether what a user has typed is an address, not a file."""
    return page.lower().startswith(SCHEMES)


def saved_page(name: str, url: str | None = None, charset: str | None = None) -> SavedPage:
    """A page in a file. Its address is `url`, or the one noted in the file or in a JSON file beside
    it, as for harvests from saved pages.

    Raises BadUsage if it can't be read, or if its encoding can't be told.
    """
    try:
        file = Path(name)
        if file.stat().st_size > LARGEST:
            raise BadUsage(f"{name} is too large for a page.")
        body = file.read_bytes()
        said = f"text/html; charset={charset}" if charset else "text/html"
        html = body.decode(charset) if charset else decoded(said, body)[1]
    except OSError as error:
        raise BadUsage(f"{name} can't be read ({error.strerror}): name a saved page.") from error
    except (LookupError, UnicodeDecodeError) as error:
        raise BadUsage(f"{name} is not in the charset {charset!r}: name another.") from error
    except Unclear as problem:
        raise BadUsage(f"{name} can't be read, since {problem}: say --charset.") from problem
    return SavedPage(name, url or _noted(file, body), html, {"content-type": said}, body)


def _noted(file: Path, body: bytes) -> str:
    """The address that is noted for a saved page; empty if there is none."""

    def look(name: str) -> bytes | None:
        beside = file.with_name(name)
        if not beside.is_file():
            return None
        with beside.open("rb") as opened:
            return opened.read(LARGEST_NOTE)

    note = noted(look, file.name, body[:HEAD])
    return note.url if note and is_address(note.url) else ""


async def fetched(fetcher: Fetcher, url: str) -> SavedPage:
    """The page at an address, as the site sends it. Raises RunProblem if it doesn't."""
    response = await fetcher.page(PageRequest(url, first=True), as_it_is)
    assert response is not None, "nothing was asked about changes"
    headers = texts_of(response.headers)
    return SavedPage(url, response.url, response.text, headers, response.body)


class PoliteSpider(Spider):
    """A spider with a fetcher. It says whom to write to, and keeps to the delay in robots.txt."""

    make_fetcher: Callable[[Crawler], Fetcher] = staticmethod(Fetcher)
    _fetcher: Fetcher

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Adds to the user agent whom to write to."""
        super().update_settings(settings)
        if contact := settings.get("HARVEST_CONTACT"):
            agent = f"{settings['USER_AGENT']} (+{contact})"
            settings.set("USER_AGENT", agent, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider, with its fetcher."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._fetcher = cls.make_fetcher(crawler)
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    def robots_parsed(self, robotparser: RobotParser) -> None:
        """The site's robots.txt was read: keep to the delay that it asks for."""
        agent = self.settings["ROBOTSTXT_USER_AGENT"]
        self._fetcher.crawl_delay = float(robotparser.crawl_delay(agent) or 0)
        if note := self.settings["HARVEST_DELAY_NOTE"]:
            Path(note).write_text(f"{self._fetcher.crawl_delay}", "ascii")


class VisitSpider(PoliteSpider):
    """Does one job with a harvest's fetcher; it yields no items and records nothing.

    `is_done` says that the job ended, `problem` why it failed.
    """

    name = "visit"
    custom_settings = {"HARVEST_WARC": ""}  # noqa: RUF012

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.problem: HarvestProblem | None = None
        self.is_done = False
        self._job = job

    async def start(self) -> AsyncIterator[Any]:
        """Does the job."""
        try:
            await self._job(self._fetcher)
            self.is_done = True
        except HarvestProblem as problem:
            self.problem = problem
        return
        yield  # makes this a generator, as Scrapy wants it
