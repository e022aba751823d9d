"""What a robots.txt means that can't be had as a file in UTF-8 (RFC 9309, 2.3.1).

Scrapy's own middleware allows everything if robots.txt can't be had, and takes an error's page for
the file.
"""

import codecs

from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse
from scrapy.statscollectors import StatsCollector

FORBIDS = b"User-agent: *\nDisallow: /\n"
UNREAD = "robotstxt/unread"
"""The statistic that says why robots.txt could not be read."""
FORBIDDING = "forbidding"
"""The flag of an answer that was made so."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class RobotsMiddleware:
    """Gives Scrapy's middleware the robots.txt that an answer stands for.

    An error of the server forbids everything; any other status than 200 forbids nothing.
    """

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        """Tells the crawler's statistics why robots.txt could not be read."""
        assert crawler.stats is not None
        return cls(crawler.stats)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer with a body in UTF-8, if robots.txt was asked for."""
        if not is_robots(request) or FORBIDDING in response.flags:
            return response
        if response.status >= 500:
            self._stats.set_value(UNREAD, f"the site answers {response.status}")
            return forbidding(response)
        body = _in_utf_8(response.body) if response.status == 200 else b""
        return TextResponse(response.url, status=response.status, body=body, request=request)


def is_robots(request: Request) -> bool:
    """Whether a request is Scrapy's own for robots.txt."""
    return bool(request.meta.get("dont_obey_robotstxt"))


def forbidding(response: Response) -> Response:
    """An answer that forbids everything."""
    return TextResponse(response.url, status=response.status, body=FORBIDS, flags=[FORBIDDING])


def _in_utf_8(body: bytes) -> bytes:
    if not body.startswith(UTF_16):
        return body
    return body.decode("utf-16", "replace").encode()
