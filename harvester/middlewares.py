"""What stands between the walk and the network."""

from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

DEFAULT_PORTS = {"http": 80, "https": 443}


class SameSiteRedirectMiddleware(RedirectMiddleware):
    """Follows redirects as Scrapy does, but only on the site that was asked.

    Raises IgnoreRequest for a redirect to another site or another scheme.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The response itself, or the request that it redirects to."""
        answer = super().process_response(request, response)
        if isinstance(answer, Request) and not same_site(request.url, answer.url):
            raise IgnoreRequest(f"it redirects to another site, {answer.url}")
        return answer


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one site: hosts equal or one a subdomain of the other.

    Moving from http to https is allowed, any other change of port or scheme is not.
    """
    one, two = urlsplit(url), urlsplit(other)
    if two.scheme not in DEFAULT_PORTS or (one.scheme, two.scheme) == ("https", "http"):
        return False
    return _same_port(url, other) and _same_host(one.hostname or "", two.hostname or "")


def _same_host(one: str, two: str) -> bool:
    return one == two or one.endswith("." + two) or two.endswith("." + one)


def _same_port(url: str, other: str) -> bool:
    ports = []
    for parts in (urlsplit(url), urlsplit(other)):
        usual = DEFAULT_PORTS.get(parts.scheme)
        ports.append(None if parts.port in (None, usual) else parts.port)
    return ports[0] == ports[1]
