"""A stand-in for the Wayback Machine on loopback: its index of captures, and the captures."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

FIELDS = ("timestamp", "original", "statuscode", "digest")
MEMENTO = re.compile(r"/web/(\d{14})id_/(.+)")


def _is_asked(original: str, asked: Mapping[str, str]) -> bool:
    if asked.get("matchType") == "prefix":
        return original.startswith(asked["url"])
    return original == asked["url"]


@dataclass
class Snapshot:
    """A capture: when, of what, and what the site answered."""

    timestamp: str
    original: str
    body: str | bytes
    statuscode: str = "200"
    location: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        return f"D{hash((self.body, self.location)) % 10**9}"


class Wayback:
    """The service at `url`. `asked` lists what was asked for; `answers` replaces an answer to
    what is in a request's address, once for each that it has."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.snapshots: list[Snapshot] = []
        self.asked: list[str] = []
        self.answers: dict[str, list[Callable[[Request], Response]]] = {}
        server.expect_request("/cdx/search/cdx").respond_with_handler(self._index)
        server.expect_request(re.compile("/web/.*")).respond_with_handler(self._memento)

    def add(self, timestamp: str, original: str, body: str | bytes, **other: Any) -> None:
        """Adds a capture."""
        self.snapshots.append(Snapshot(timestamp, original, body, **other))

    @property
    def captures_asked_for(self) -> list[str]:
        """The times of the captures that were asked for."""
        found = map(MEMENTO.search, self.asked)
        return [match[1] for match in found if match]

    def _index(self, request: Request) -> Response:
        if answer := self._instead(request):
            return answer
        asked, statuses = request.args, request.args["filter"].partition(":")[2]
        found = [
            [getattr(one, name) for name in asked["fl"].split(",")]
            for one in sorted(self.snapshots, key=lambda one: one.timestamp)
            if _is_asked(one.original, asked)
            and re.fullmatch(statuses, one.statuscode)
            and one.timestamp <= asked.get("to", "9")
        ]
        head = [asked["fl"].split(",")] if found else []
        return Response(
            json.dumps(head + found[int(asked["limit"]) :]), mimetype="application/json"
        )

    def _memento(self, request: Request) -> Response:
        if answer := self._instead(request):
            return answer
        found = MEMENTO.fullmatch(request.environ["REQUEST_URI"])
        assert found is not None
        for one in self.snapshots:
            if [one.timestamp, one.original] == [found[1], found[2]]:
                there = {"Location": self.url + one.location} if one.location else {}
                there |= {"Memento-Datetime": "Wed, 01 Jan 2020 00:00:00 GMT", **dict(one.headers)}
                status = 200 if one.statuscode == "-" else int(one.statuscode)
                return Response(one.body, status, there, content_type="text/html; charset=UTF-8")
        return Response("Not captured", 404)

    def _instead(self, request: Request) -> Response | None:
        uri = request.environ["REQUEST_URI"]
        self.asked.append(uri)
        for part, answers in self.answers.items():
            if part in uri and answers:
                return answers.pop(0)(request)
        return None
