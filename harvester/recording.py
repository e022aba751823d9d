"""Recording what a harvest fetches, as it comes from the network."""

from importlib.metadata import version
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings

from harvester import __version__
from harvester.clock import utc_now
from harvester.items import KNOWN_SOURCE, PAGE_SOURCE, PageSource
from harvester.warc.exchange import (
    digest_of,
    id_of,
    info_record,
    packed,
    request_record,
    response_record,
    revisit_record,
)
from harvester.warc.files import WarcFiles

NOTED = ("DOWNLOAD_DELAY", "DOWNLOAD_MAXSIZE", "DOWNLOAD_TIMEOUT", "HARVEST_RETRIES")
FIDELITY = (
    "Contents are as they were transferred, content codings included. What is around them is as"
    " Scrapy gives it: transfer codings are taken off, header names have their usual case, headers"
    " of one name stand together, a status has its usual phrase, non-ASCII header values are"
    " percent-encoded, and requests lack their Connection header. Exchanges that broke off are not"
    " recorded."
)


class RecordMiddleware:
    """Writes each exchange into a WARC in the folder of HARVEST_WARC.

    Where it is there is put into the request's meta, as `items.PAGE_SOURCE`. That a page has not
    changed refers to `items.KNOWN_SOURCE` there, if there is one.
    """

    def __init__(self, settings: BaseSettings) -> None:
        folder, largest = Path(settings["HARVEST_WARC"]), settings.getint("HARVEST_WARC_SIZE")
        self._files = WarcFiles(folder, largest, self._begin)
        self._about = _about(settings)
        self._info = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RecordMiddleware":
        """Raises NotConfigured if nothing is to be recorded."""
        if not crawler.settings["HARVEST_WARC"]:
            raise NotConfigured
        middleware = cls(crawler.settings)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    def process_response(self, request: Request, response: Response) -> Response:
        """The response as it is, once it is recorded if it is from the web. Raises BadRecording if
        it can't be."""
        if not request.url.startswith("http"):
            return response  # a step of the harvest
        known: PageSource | None = request.meta.get(KNOWN_SOURCE)
        file, place = self._files.end()
        moment = utc_now()
        if response.status == 304:
            answer = revisit_record(response, request.url, moment, self._info, known)
        else:
            answer = response_record(response, request.url, moment, self._info)
        self._files.add(packed(answer) + packed(request_record(request, answer)))
        found = PageSource(moment, request.url, file, place, digest_of(answer))
        request.meta[PAGE_SOURCE] = found
        return response

    def check_place(self) -> None:
        """Raises BadRecording if what was recorded is not where it was any more."""
        self._files.check_place()

    def spider_closed(self) -> None:
        """All is fetched."""
        self._files.close()

    def _begin(self, file: str) -> bytes:
        record = info_record(file, self._about)
        self._info = id_of(record)
        return packed(record)


def _about(settings: BaseSettings) -> dict[str, str]:
    """Who writes the files and how, in the words of the standard's warcinfo record."""
    programs = ", ".join(f"{name} {version(name)}" for name in ("Scrapy", "warcio"))
    return {
        "software": f"harvester {__version__} ({programs})",
        "operator": settings["HARVEST_CONTACT"],
        "http-header-user-agent": settings["USER_AGENT"],
        "robots": "classic" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "settings": ", ".join(f"{name}={settings[name]}" for name in NOTED),
        "description": FIDELITY,
    }
