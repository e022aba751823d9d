"""Fetching the scans of documents on their way to the store.

Of FilesPipeline, what serves is how it goes from an item to its requests, and from their results
back to the item before the next pipeline has it. What it does in between does not: it asks without
waiting for robots.txt's delay, Retry-After or a second try, holds that a file is new by its age
rather than by what the site says, writes it in place under a name with the site's own suffix, and
knows nothing of parts, types or contents that are there already. So `media_to_download`, which may
get a file in a way of its own, gets each of them.
"""

from pathlib import Path
from typing import Any, ClassVar, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Request
from scrapy.pipelines.files import FilesPipeline
from scrapy.pipelines.media import FileInfo, FileInfoOrError, MediaPipeline
from twisted.python.failure import Failure as ItemFailure

from harvester.items import Failure
from harvester.outcomes import HarvestProblem, RunProblem
from harvester.pipelines import Stopped, stopping
from harvester.scans.download import PART, Limits, download, plain
from harvester.scans.folder import Folder, named_errors
from harvester.scans.items import ScanItem
from harvester.scans.scan import Scan


class Result(FileInfo):
    """What FilesPipeline passes on of a file, and what became of the scan: one of three."""

    scan: Scan | None
    failure: Failure | None
    problem: HarvestProblem | None


class ScansPipeline(FilesPipeline):
    """Fetches the scan of a ScanItem into the folder of HARVEST_FILES.

    The folder is made and locked when the first scan comes. What the next pipeline gets has either
    a scan or a failure.
    """

    # Scrapy's own would make the folder even if no scan is wanted.
    STORE_SCHEMES: ClassVar[dict[str, Any]] = {"file": Path}

    def __init__(self, path: Path, limits: Limits, keep_parts: float, crawler: Crawler) -> None:
        super().__init__(path, crawler=crawler)
        self._path = path
        self._limits = limits
        self._keep_parts = keep_parts
        self._folder: Folder | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ScansPipeline":
        """Takes the folder and the limits from the settings, and listens to what comes in."""
        settings = crawler.settings
        limits = Limits(
            settings.getint("HARVEST_FILE_MAXSIZE"), settings.getfloat("HARVEST_FILE_TIMEOUT")
        )
        path = Path(settings["HARVEST_FILES"]).absolute()
        pipeline = cls(path, limits, 3600 * settings.getfloat("HARVEST_RESUME_HOURS"), crawler)
        for signal, receiver in (
            (signals.headers_received, pipeline.headers_received),
            (signals.bytes_received, pipeline.bytes_received),
            (signals.item_scraped, pipeline.item_scraped),
        ):
            crawler.signals.connect(receiver, signal)
        return pipeline

    def get_media_requests(self, item: Any, info: MediaPipeline.SpiderInfo) -> list[Request]:
        """The one request of a scan; none of other items."""
        return [Request(item.wanted.url)] if isinstance(item, ScanItem) else []

    async def media_to_download(  # type: ignore[override]
        self, request: Request, info: MediaPipeline.SpiderInfo, *, item: Any = None
    ) -> Result:
        """Gets the scan: Scrapy need not download anything itself."""
        result = Result(
            url=request.url,
            path="",
            checksum=None,
            status="",
            scan=None,
            failure=None,
            problem=None,
        )
        try:
            with named_errors(self._path):
                result["scan"] = await self._download(item)
        except RunProblem as problem:
            result["failure"] = Failure(problem.url, problem.why, str(problem), problem.attempts)
        except HarvestProblem as problem:
            result["problem"] = problem
        return result

    def item_completed(
        self, results: list[FileInfoOrError], item: Any, info: MediaPipeline.SpiderInfo
    ) -> Any:
        """The item with its scan or failure. Raises Stopped if there is no going on."""
        if not isinstance(item, ScanItem):
            return item
        ((_, result),) = results
        if isinstance(result, ItemFailure):
            result.raiseException()
        self._put(item, cast(Result, result))
        return item

    def headers_received(self, headers: Headers, request: Request) -> None:
        """An answer begins; if it is to the request for a scan, its part is told."""
        if part := request.meta.get(PART):
            part.begin(plain(headers))

    def bytes_received(self, data: bytes, request: Request) -> None:
        """More of an answer has come."""
        if part := request.meta.get(PART):
            part.add(data)

    def item_scraped(self, item: Any) -> None:
        """A scan is stored: nothing need be known of how it came."""
        if isinstance(item, ScanItem) and item.scan and self._folder:
            with named_errors(self._path):
                self._folder.part(item.wanted.url).discard()

    def close_spider(self) -> None:
        """Lets other runs use the folder."""
        if self._folder:
            self._folder.close()

    async def _download(self, item: ScanItem) -> Scan:
        if self._folder is None:
            self._folder = Folder(self._path, self._keep_parts)
        return await download(item.wanted, item.fetch, self._folder, self._limits)

    def _put(self, item: ScanItem, result: Result) -> None:
        if result["problem"]:
            raise Stopped(result["problem"])
        item.scan, item.failure = result["scan"], result["failure"]
        if item.scan and self._folder:
            with stopping(), named_errors(self._path):
                self._folder.attach(item.scan, item.wanted)
