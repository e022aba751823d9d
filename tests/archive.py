"""An archive on loopback: a listing of documents on pages, in any of the markups."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from harvests import PATIENCE
from markup import Listing, render
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

LISTINGS = Path(__file__).with_name("listings")
FIXTURES = Path(__file__).parents[1] / "fixtures" / "listing"
PER_PAGE = 10

Entry = Mapping[str, Any]
Answer = Callable[[Request], Response]
Shown = Callable[[], tuple[object, ...] | None]
"""What decides how documents are shown; None where that is not known."""


def japan() -> list[Entry]:
    """The fifteen documents of the mission's collection, as the fixtures have them."""
    pages = (FIXTURES / f"japan-boundaries-soviet-union-page-{page}" for page in (0, 1))
    return [entry for page in pages for entry in said(page)["entries"]]


def said(fixture: Path) -> dict[str, Any]:
    """What a fixture's page.json says."""
    data: dict[str, Any] = json.loads((fixture / "page.json").read_text(encoding="utf-8"))
    return data


class Gate:
    """Holds answers back until the test opens it; `asked` is set when one of them is asked for."""

    def __init__(self) -> None:
        self.asked = Event()
        self._opened = Event()

    def hold(self, answer: Answer) -> Answer:
        """The same answer, behind the gate."""

        def held(request: Request) -> Response:
            self.asked.set()
            assert self._opened.wait(PATIENCE), "nobody opened the gate"
            return answer(request)

        return held

    def wait(self) -> None:
        """Waits until an answer is asked for."""
        assert self.asked.wait(PATIENCE), "nobody asked"

    def open(self) -> None:
        """Lets all answers through, from now on."""
        self._opened.set()


class Archive:
    """A site that shows `entries` in a markup, `per_page` on each page; `answers` replaces single
    pages, by their number.

    `asked` lists the pages that were asked for, `headers` how, `answered` the statuses of the
    answers; `logs` has these lists, and those of what shows documents. With `validators` "ETag" or
    "Last-Modified", it tells what has not changed.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.entries: Sequence[Entry] = japan()
        self.per_page = PER_PAGE
        self.markup = "today"
        self.answers: dict[int, Answer] = {}
        self.changes: dict[int, dict[str, Any]] = {}
        self.robots: str | Response = ""
        self.changed = datetime(2026, 1, 1, tzinfo=UTC)
        self.validators = ""
        self.asked: list[int] = []
        self.answered: list[int] = []
        self.headers: list[Mapping[str, str]] = []
        self.logs: list[list[Any]] = [self.asked, self.answered, self.headers]
        self.url = server.url_for("/search?search_api_fulltext=Japan")
        self._server = server
        self._documents: Shown = lambda: ()
        server.expect_request("/search").respond_with_handler(self._answer)
        server.expect_request("/robots.txt").respond_with_handler(lambda _: self._robots())
        self._handlers = len(server.handlers)

    def page(self, number: int) -> str:
        """The HTML of a page, counted from 0."""
        start = number * self.per_page
        page = Listing(
            url=self.url + (f"&page={number}" if number else ""),
            entries=self.entries[start : start + self.per_page],
            first=start + 1,
            total=len(self.entries),
            range_form="{first} - {last} of {total}",
        )
        return render(self.markup, Listing(**{**vars(page), **self.changes.get(number, {})}))

    def shows_documents(self) -> None:
        """Gives the site's documents pages of their own, too."""
        self.serve_documents(lambda _: html("<html><h1>A document</h1></html>"), lambda: (1,))

    def serve_documents(self, answer: Answer, shown: Shown = lambda: None) -> None:
        """Has something else answer what is asked of documents; `shown` says what that shows."""
        self._server.expect_request(re.compile(r"/document/.*")).respond_with_handler(answer)
        self._handlers += 1
        self._documents = shown

    def shown(self) -> tuple[object, ...] | None:
        """All that decides what it answers; None if a test has answers of its own."""
        documents = self._documents()
        of_its_own = self.answers or self.changes or len(self._server.handlers) != self._handlers
        if of_its_own or documents is None:
            return None
        said = (self.per_page, self.markup, self.robots, self.changed, self.validators, *documents)
        return self.url, repr(self.entries), *said

    def _robots(self) -> Response:
        return self.robots if isinstance(self.robots, Response) else Response(self.robots)

    def _answer(self, request: Request) -> Response:
        number = int(request.args.get("page", 0))
        self.asked.append(number)
        self.headers.append(dict(request.headers))
        answer = self.answers.get(number, lambda _: html(self.page(number)))(request)
        if self.validators == "ETag":
            answer.add_etag()
        elif self.validators == "Last-Modified":
            answer.last_modified = self.changed
        answer.make_conditional(request)
        self.answered.append(answer.status_code)
        return answer


@contextmanager
def archive_on(server: HTTPServer) -> Iterator[Archive]:
    """An archive that has a server to itself, while something is made that tests share."""
    server.clear()
    yield Archive(server)
    server.clear()


def html(text: str, status: int = 200, **headers: str) -> Response:
    """A page, with headers whose names have underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(text, status, headers=named, content_type="text/html; charset=UTF-8")
