"""A site on loopback that lies, stalls and breaks off, byte by byte as a test wants it."""

import socket
import socketserver
import ssl
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from archive import japan
from markup import Listing, render

Fault = Callable[["Handler", bytes], None]
"""Answers a request in some wrong way; it is given the page that would be right."""


class Site(socketserver.ThreadingTCPServer):
    """Answers /search?search_api_fulltext=CASE with a page, after so many `faults` as `cases` says.

    It has many names, 127.0.0.1 and on, each of which may have a robots.txt of its own: `robots`,
    by the last number. `asked` counts the requests of each case; `done` is set when it ends.
    """

    daemon_threads = True
    request_queue_size = 50

    def __init__(self, cases: Mapping[str, Fault], robots: Mapping[int, Fault] = {}) -> None:
        super().__init__(("0.0.0.0" if robots else "127.0.0.1", 0), Handler)
        self.cases = cases
        self.robots = robots
        self.asked: Counter[str] = Counter()
        self.faults: float = 0
        self.done = Event()

    def url(self, case: str, name: int = 1) -> str:
        """The address of a case's listing."""
        root = f"http://127.0.0.{name}:{self.server_address[1]}"
        return f"{root}/search?search_api_fulltext={quote(case)}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing if the client went away, which is what some cases are about."""
        if not isinstance(sys.exc_info()[1], OSError | ValueError):
            super().handle_error(request, client_address)


class Handler(socketserver.StreamRequestHandler):
    """One request on one connection."""

    server: Site

    def handle(self) -> None:
        _, path, _ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        case = parse_qs(urlsplit(path).query).get("search_api_fulltext", [""])[0]
        name = int(self.connection.getsockname()[0].rpartition(".")[2])
        if path == "/robots.txt" and name in self.server.robots:
            self.server.asked[f"{path} of {name}"] += 1
            return self.server.robots[name](self, b"# Nothing\n" * 1000)
        if not path.startswith("/search"):
            return self.send(head(b"", "404 Not Found"))
        self.server.asked[case] += 1
        page = listing(self.server.url(case)).encode()
        if self.server.asked[case] <= self.server.faults:
            self.server.cases[case](self, page)
        else:
            self.send(answer(page))

    def send(self, data: bytes) -> None:
        self.wfile.write(data)

    def stall(self) -> None:
        """Says no more until the tests are over."""
        self.server.done.wait()

    def reset(self) -> None:
        """Breaks the connection off, so that the client gets a reset rather than an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


@contextmanager
def serving(site: Site, context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Has a site answer, by TLS if there is a context."""
    if context:
        site.socket = context.wrap_socket(site.socket, server_side=True)
    with site:
        thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.done.set()
            site.shutdown()
            thread.join()


def listing(url: str) -> str:
    """The only page of a listing, with diacritics in it."""
    entries = japan()[:10]
    return render(
        "today", Listing(url, entries, 1, 10, 10, range_form="{first} - {last} of {total}")
    )


def head(body: bytes, status: str = "200 OK", *fields: str, length: int | None = None) -> bytes:
    """The beginning of an answer, as long as the body unless told otherwise."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    if not any(field.startswith("Content-Type") for field in fields):
        lines.append("Content-Type: text/html; charset=UTF-8")
    lines += [f"Content-Length: {len(body) if length is None else length}", *fields, "", ""]
    return "\r\n".join(lines).encode()


def answer(body: bytes, status: str = "200 OK", *fields: str, length: int | None = None) -> bytes:
    """A whole answer."""
    return head(body, status, *fields, length=length) + body
