"""What is known of a scan, before and after it is fetched."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from scrapy.http import Request, Response

FetchFile = Callable[[Callable[[], Request]], Awaitable[Response]]
"""Gets the answer to a request, which is made anew for each try. Raises RunProblem."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan as it is kept: its file, and what its bytes are.

    Its path begins in the folder of scans. `etag` and `last_modified` are the site's, to be asked
    whether it has changed; `fetched` is when it was fetched, in UTC.
    """

    path: str
    sha256: str
    size: int
    media_type: str
    etag: str | None
    last_modified: str | None
    fetched: str

    @property
    def validators(self) -> dict[str, str]:
        """The headers that ask for the scan only if it has changed (RFC 9110, 13.1)."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class WantedScan:
    """A scan at an address that a document's page gives, with what stays attached to it.

    `link` is the address of the document in the archive, `page` the number of its page in the
    database; `known` is the scan as it is kept already.
    """

    document: str
    url: str
    link: str
    page: int
    title: str
    rights: str | None
    known: Scan | None
