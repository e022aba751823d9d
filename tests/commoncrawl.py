"""A stand-in for Common Crawl on loopback: its list of crawls, their indexes, and its WARCs."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from captured import record
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harvester.warc.headers import digest

RANGE = re.compile(r"bytes=(\d+)-(\d+)")


class CommonCrawl:
    """The service, whose indexes are at `url` and whose files are at `data`.

    `asked` lists what was asked for, with the range; `answers` replaces an answer to what is in a
    request's address, once for each that it has.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.url, self.data = server.url_for("/index"), server.url_for("/data")
        self.asked: list[str] = []
        self.answers: dict[str, list[Callable[[Request], Response]]] = {}
        self.info: list[dict[str, str]] = []
        self.files: dict[str, bytes] = {}
        self.rows: dict[str, list[dict[str, str]]] = {}
        server.expect_request("/index/collinfo.json").respond_with_handler(self._info)
        server.expect_request(re.compile("/index/CC-.*")).respond_with_handler(self._index)
        server.expect_request(re.compile("/data/.*")).respond_with_handler(self._data)

    @property
    def settings(self) -> dict[str, str]:
        return {"HARVEST_COMMONCRAWL": self.url, "HARVEST_COMMONCRAWL_DATA": self.data}

    @property
    def parts(self) -> list[str]:
        """The ranges that were asked for."""
        return [one.partition(" ")[2] for one in self.asked if " bytes=" in one]

    def crawl(self, name: str, began: str, ended: str) -> str:
        """Adds a crawl, older than those before it."""
        self.info.append({"id": name, "name": name, "from": began, "to": ended})
        return name

    def add(
        self,
        crawl: str,
        timestamp: str,
        url: str,
        body: str | bytes,
        *,
        row: dict[str, Any] | None = None,
        **made: Any,
    ) -> None:
        """Adds a capture: its record to the crawl's file, and its line to the index."""
        content = body.encode() if isinstance(body, str) else body
        moment = (
            f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
            f"T{timestamp[8:10]}:{timestamp[10:12]}:{timestamp[12:]}Z"
        )
        packed = record(url, content, date=moment, **made)
        file = f"crawl-data/{crawl}/segments/1.2/warc/{crawl}-00001.warc.gz"
        before = self.files.get(file, record("https://other.example/", b"Another's page"))
        self.files[file] = before + packed
        self.rows.setdefault(crawl, []).append(
            {
                "urlkey": url,
                "timestamp": timestamp,
                "url": url,
                "mime": "text/html",
                "status": made.get("status", "200 OK")[:3],
                "digest": digest(content).removeprefix("sha1:"),
                "length": str(len(packed)),
                "offset": str(len(before)),
                "filename": file,
                **(row or {}),
            }
        )

    def _info(self, request: Request) -> Response:
        return self._instead(request) or Response(json.dumps(self.info))

    def _index(self, request: Request) -> Response:
        if answer := self._instead(request):
            return answer
        crawl, asked = request.path.removeprefix("/index/").removesuffix("-index"), request.args
        begins = asked.get("matchType") == "prefix"
        found = [
            json.dumps(one)
            for one in self.rows.get(crawl, [])
            if (
                one["url"].startswith(asked["url"])
                if begins
                else _as_index(one["url"]) == _as_index(asked["url"])
            )
        ]
        if not found:
            return Response(json.dumps({"message": f"No Captures found for: {asked['url']}"}), 404)
        return Response(
            "\n".join(found[: int(asked["limit"])]) + "\n", content_type="text/x-ndjson"
        )

    def _data(self, request: Request) -> Response:
        if answer := self._instead(request):
            return answer
        file = self.files.get(request.path.removeprefix("/data/"))
        found = RANGE.fullmatch(request.headers.get("Range", ""))
        if file is None:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        if found is None:
            return Response(file)
        begin, end = int(found[1]), int(found[2])
        said = {"Content-Range": f"bytes {begin}-{end}/{len(file)}"}
        return Response(file[begin : end + 1], 206, said, content_type="application/octet-stream")

    def _instead(self, request: Request) -> Response | None:
        uri = f"{request.environ['REQUEST_URI']} {request.headers.get('Range', '')}".strip()
        self.asked.append(uri)
        for part, answers in self.answers.items():
            if part in uri and answers:
                return answers.pop(0)(request)
        return None


def _as_index(url: str) -> object:
    """What the index knows an address by: without its scheme, "www." and the order of its query."""
    parts = urlsplit(url)
    asked = sorted(parse_qs(parts.query, keep_blank_values=True).items())
    return (parts.hostname or "").removeprefix("www."), parts.path, asked
