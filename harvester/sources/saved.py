"""A folder of saved pages, read as if they came from the site."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response

from harvester.outcomes import Incomplete, Reason

PAGE_NAMES = ("*.html", "*.htm")
SAVED_FROM = re.compile(rb"<!--\s*saved from url=(?:\(\d+\))?(https?://\S+)", re.IGNORECASE)
HEAD = 4096

Address = tuple[str, tuple[tuple[str, str], ...]]


class SavedPagesHandler(BaseDownloadHandler):
    """Answers requests with pages saved in the folder of the setting HARVEST_SOURCE.

    The address of a page is read from a JSON file beside it ("page.html", "page.json") or from the
    comment "saved from url=" that browsers write. Hosts are not compared.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._folder = Path(crawler.settings["HARVEST_SOURCE"])
        self._files = saved_pages(self._folder)

    async def download_request(self, request: Request) -> Response:
        """The saved page. Raises Incomplete if there is none, or more than one."""
        files = self._files.get(address(request.url), [])
        if not files:
            sentence = f"{request.url} is not among the pages saved in {self._folder}."
            raise Incomplete(sentence, Reason.NOT_SAVED, request.url)
        if len(files) > 1:
            names = " and ".join(str(file) for file in files)
            sentence = f"{request.url} is saved more than once, as {names}: take one away."
            raise Incomplete(sentence, Reason.NOT_SAVED, request.url)
        said = _said_beside(files[0])
        return HtmlResponse(
            request.url,
            status=said.get("status", 200),
            headers=said.get("headers"),
            body=files[0].read_bytes(),
            request=request,
        )


def saved_pages(folder: Path) -> dict[Address, list[Path]]:
    """The saved pages in a folder and all below it, by what they were saved from."""
    pages: dict[Address, list[Path]] = {}
    for file in sorted(file for name in PAGE_NAMES for file in folder.rglob(name)):
        if url := saved_from(file):
            pages.setdefault(address(url), []).append(file)
    return pages


def saved_from(file: Path) -> str | None:
    """The address that a page was saved from, if that is known."""
    if url := _said_beside(file).get("url"):
        return str(url)
    with file.open("rb") as page:
        found = SAVED_FROM.search(page.read(HEAD))
    return found and found[1].decode("ascii", "replace")


def address(url: str) -> Address:
    """What tells one page from another: its path and query, a first page's number left out."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return parts.path.rstrip("/"), tuple(sorted(pair for pair in query if pair != ("page", "0")))


def _said_beside(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.with_suffix(".json").read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
