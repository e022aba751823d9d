"""Pages that were fetched and are not read for good yet, out of the memory's way."""

from dataclasses import dataclass

from scrapy.http import HtmlResponse, Request, TextResponse

from harvester.items import PAGE_SOURCE, PageSource
from harvester.sources.spool import Spool


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page's place, size and encoding, and where it comes from."""

    place: int
    size: int
    encoding: str
    source: PageSource


class KeptPages:
    """The pages that one harvest keeps."""

    def __init__(self) -> None:
        self._spool = Spool()

    def put(self, page: TextResponse, source: PageSource) -> KeptPage:
        """Keeps a page."""
        return KeptPage(self._spool.put(page.body), len(page.body), page.encoding, source)

    def get(self, page: KeptPage, url: str) -> TextResponse:
        """The page as an answer from an address."""
        body = self._spool.get(page.place, page.size)
        request = Request(url, meta={PAGE_SOURCE: page.source})
        return HtmlResponse(url, body=body, encoding=page.encoding, request=request)
