"""robots.txt, as RFC 9309 has it.

Scrapy's own middleware allows everything if robots.txt can't be had, takes an error's page for the
file, and reads it whatever its size.
"""

import codecs

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured, NotSupported, StopDownload
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler, load_object

from harvester.crawl.failures import FAILURES, RetryLater, is_distrusted, told

LARGEST = 500 * 1024
"""Bytes of robots.txt that are read, as many as every crawler must (RFC 9309, 2.5)."""
URGENT = 1000
"""The priority of a request that others wait for."""
OF_ROBOTS = {"dont_obey_robotstxt": True, "download_maxsize": 0, "download_warnsize": 0}
RECEIVED = "robots_received"
"""Key in a request's meta: the number of bytes received."""
UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotForRobots(IgnoreRequest):
    """Raised for an address that robots.txt forbids; `unread` says why it can't be read, which
    forbids everything."""

    def __init__(self, unread: str | None = None) -> None:
        super().__init__("robots.txt forbids it")
        self.unread = unread


class RobotsMiddleware:
    """Fetches each host's robots.txt before anything else, and obeys it.

    Where it is not there or not for us (4xx), everything is allowed. Where it can't be read (5xx,
    redirects elsewhere, unknown codings), nothing is: NotForRobots. Where it can't be fetched, a
    request fails like one that can't be fetched itself, and the next try asks again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._parser: type[RobotParser] = load_object(crawler.settings["ROBOTSTXT_PARSER"])
        self._rules: dict[str, RobotParser] = {}
        self._unread: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        """Raises NotConfigured if ROBOTSTXT_OBEY is off."""
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        middleware = cls(crawler)
        crawler.signals.connect(middleware.bytes_received, signals.bytes_received)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Raises NotForRobots, RetryLater, or the failure of a host that can't be trusted."""
        if is_robots(request):
            return
        url = urlparse_cached(request)
        root = f"{url.scheme}://{url.netloc}"
        if root not in self._rules and root not in self._unread:
            await self._ask(root, request)
        if root in self._unread:
            raise NotForRobots(self._unread[root])
        if not self._rules[root].allowed(request.url, self._agent):
            raise NotForRobots()

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stops a robots.txt at the size that counts."""
        if is_robots(request):
            request.meta[RECEIVED] = request.meta.get(RECEIVED, 0) + len(data)
            if request.meta[RECEIVED] > LARGEST:
                raise StopDownload(fail=False)

    async def _ask(self, root: str, request: Request) -> None:
        try:
            response = await self._fetched(f"{root}/robots.txt")
        except (IgnoreRequest, NotSupported) as refusal:
            self._unread[root] = str(refusal)
            return
        if response.status >= 500:
            self._unread[root] = f"the site answers {response.status}"
            return
        text = rules_in(response.body) if response.status == 200 else b""
        rules = build_from_crawler(self._parser, self._crawler, text)
        self._rules[root] = rules
        await self._crawler.signals.send_catch_log_async(
            signals.robots_parsed, robotparser=rules, request=request
        )

    async def _fetched(self, url: str) -> Response:
        asked = Request(url, priority=URGENT, meta={**OF_ROBOTS}, callback=NO_CALLBACK)
        assert self._crawler.engine is not None
        try:
            return await self._crawler.engine.download_async(asked)
        except tuple(FAILURES) as failure:
            if is_distrusted(failure):
                raise
            what, reason = told(failure)
            raise RetryLater(f"{what}, when robots.txt was asked for", reason) from failure


def is_robots(request: Request) -> bool:
    """Whether a request is for robots.txt."""
    return bool(request.meta.get("dont_obey_robotstxt"))


def rules_in(body: bytes) -> bytes:
    """The rules in a robots.txt, in UTF-8: whole lines of as much as counts."""
    text = _in_utf_8(body[:LARGEST])
    if len(body) < LARGEST:
        return text
    return text[: max(text.rfind(b"\n"), text.rfind(b"\r")) + 1]


def _in_utf_8(body: bytes) -> bytes:
    """Text of other encodings by its mark, or by the zeros that UTF-16 has where there is ASCII."""
    if body.startswith(UTF_32):
        return body.decode("utf-32", "replace").encode()
    if body.startswith(UTF_16):
        return body.decode("utf-16", "replace").encode()
    zeros = body[:2].find(0)
    if zeros < 0:
        return body
    return body.decode("utf-16-be" if zeros == 0 else "utf-16-le", "replace").encode()
