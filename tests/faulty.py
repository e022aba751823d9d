"""A site on loopback that lies, stalls and breaks off, byte by byte as a test wants it."""

import gzip
import socket
import socketserver
import ssl
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from archive import japan
from markup import Listing, render

LIMIT = 200_000
"""Bytes: the DOWNLOAD_MAXSIZE that the tests set."""


class Site(socketserver.ThreadingTCPServer):
    """Answers /search?search_api_fulltext=CASE with a page, after so many `faults` as FAULTS says.

    `asked` counts the requests of each case; `done` is set when the server ends.
    """

    daemon_threads = True
    request_queue_size = 50

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: Counter[str] = Counter()
        self.faults: float = 0
        self.done = Event()

    def url(self, case: str) -> str:
        """The address of a case's listing."""
        root = f"http://127.0.0.1:{self.server_address[1]}"
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
        if not path.startswith("/search"):
            return self.send(head(b"", "404 Not Found"))
        self.server.asked[case] += 1
        page = listing(self.server.url(case)).encode()
        if self.server.asked[case] <= self.server.faults:
            FAULTS[case](self, page)
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


Fault = Callable[[Handler, bytes], None]


def says(status: str, *fields: str) -> Fault:
    return lambda to, page: to.send(answer(b"<h1>No</h1>", status, *fields))


def encoded(name: str, encode: Callable[[bytes], bytes]) -> Fault:
    return lambda to, page: to.send(answer(encode(page), "200 OK", f"Content-Encoding: {name}"))


def typed(kind: str, encode: Callable[[bytes], bytes] = bytes) -> Fault:
    return lambda to, page: to.send(answer(encode(page), "200 OK", f"Content-Type: {kind}"))


def to_place(place: str) -> Fault:
    return says("302 Found", f"Location: {place}")


def silent(to: Handler, _: bytes) -> None:
    to.stall()


def stalls_in_head(to: Handler, page: bytes) -> None:
    to.send(head(page)[:40])
    to.stall()


def stalls_in_body(to: Handler, page: bytes) -> None:
    to.send(answer(page)[:3000])
    to.stall()


def drips(to: Handler, page: bytes) -> None:
    to.send(head(page))
    while not to.server.done.wait(0.05):
        to.send(b" ")


def resets_at_once(to: Handler, _: bytes) -> None:
    to.reset()


def resets_in_head(to: Handler, page: bytes) -> None:
    to.send(head(page)[:40])
    to.reset()


def resets_in_body(to: Handler, page: bytes) -> None:
    to.send(answer(page)[:3000])
    to.reset()


def closes_at_once(to: Handler, _: bytes) -> None:
    pass


def length_too_long(to: Handler, page: bytes) -> None:
    to.send(answer(page, length=len(page) + 1))


def length_too_short(to: Handler, page: bytes) -> None:
    to.send(answer(page, length=3000))


def length_absurd(to: Handler, page: bytes) -> None:
    to.send(answer(page, length=10**30))


def length_no_number(to: Handler, page: bytes) -> None:
    to.send(answer(page).replace(b"Content-Length: ", b"Content-Length: many"))


def chunks(to: Handler, page: bytes) -> None:
    to.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n")
    to.send(b"%x\r\n%b\r\n" % (len(page), page))


def chunks_of_garbage(to: Handler, page: bytes) -> None:
    chunks(to, page)
    to.send(b"no number\r\n")


def too_long(to: Handler, page: bytes) -> None:
    to.send(answer(page + b" " * LIMIT))


def endless(to: Handler, page: bytes) -> None:
    to.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        to.send(b" " * 10_000)


def garbage(to: Handler, _: bytes) -> None:
    to.send(b"\x00\xff SSH-2.0-OpenSSH\r\n\r\n" * 9)


def http_1_0(to: Handler, page: bytes) -> None:
    to.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page)


def http_1_0_cut(to: Handler, page: bytes) -> None:
    http_1_0(to, page[: len(page) // 2])


def to_itself(to: Handler, _: bytes) -> None:
    to.send(answer(b"", "302 Found", "Location: ?search_api_fulltext=redirect+loop"))


def to_ever_more(to: Handler, _: bytes) -> None:
    number = to.server.asked["redirect chain"]
    place = f"?search_api_fulltext=redirect+chain&n={number}"
    to.send(answer(b"", "301 Moved Permanently", f"Location: {place}"))


def cut_gzip(page: bytes) -> bytes:
    return gzip.compress(page)[:-200]


def wrong_sum_gzip(page: bytes) -> bytes:
    return gzip.compress(page)[:-8] + b"\0" * 8


def garbled_gzip(page: bytes) -> bytes:
    whole = gzip.compress(page)
    return whole[:400] + b"\xff" * 400 + whole[800:]


def bomb(_: bytes) -> bytes:
    return gzip.compress(b" " * LIMIT * 100)


def in_latin_1(page: bytes) -> bytes:
    page = page.replace(b"<title>", "<title>é ".encode())
    return page.decode().encode("latin-1", "xmlcharrefreplace")


FAULTS: dict[str, Fault] = {
    "silent": silent,
    "stalls in head": stalls_in_head,
    "stalls in body": stalls_in_body,
    "drips": drips,
    "resets at once": resets_at_once,
    "resets in head": resets_in_head,
    "resets in body": resets_in_body,
    "closes at once": closes_at_once,
    "length too long": length_too_long,
    "length too short": length_too_short,
    "length absurd": length_absurd,
    "length no number": length_no_number,
    "chunks without end": chunks,
    "chunks of garbage": chunks_of_garbage,
    "too long": too_long,
    "endless": endless,
    "garbage": garbage,
    "http 1.0": http_1_0,
    "http 1.0 cut": http_1_0_cut,
    "gzip cut": encoded("gzip", cut_gzip),
    "gzip wrong sum": encoded("gzip", wrong_sum_gzip),
    "gzip garbled": encoded("gzip", garbled_gzip),
    "gzip lie": encoded("gzip", bytes),
    "gzip bomb": encoded("gzip", bomb),
    "gzip": encoded("gzip", gzip.compress),
    "deflate": encoded("deflate", zlib.compress),
    "deflate lie": encoded("deflate", bytes),
    "unknown encoding": encoded("snappy", bytes),
    "latin-1 said, utf-8 meant": typed("text/html; charset=ISO-8859-1"),
    "no charset, utf-8 meant": typed("text/html"),
    "unknown charset": typed("text/html; charset=klingon"),
    "latin-1 said and meant": typed("text/html; charset=ISO-8859-1", in_latin_1),
    "utf-8 said, latin-1 meant": typed("text/html; charset=UTF-8", in_latin_1),
    "utf-16 said": typed("text/html; charset=UTF-16"),
    "no text": typed("image/png", lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "408": says("408 Request Timeout"),
    "500": says("500 Internal Server Error"),
    "429": says("429 Too Many Requests"),
    "429, wait 0": says("429 Too Many Requests", "Retry-After: 0"),
    "503, wait garbage": says("503 Service Unavailable", "Retry-After: soon"),
    "503, wait past": says("503 Service Unavailable", "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"),
    "503, wait long": says("503 Service Unavailable", "Retry-After: 86400"),
    "503, wait absurd": says("503 Service Unavailable", "Retry-After: " + "9" * 500),
    "503, wait for years": says(
        "503 Service Unavailable", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"
    ),
    "503, no such date": says(
        "503 Service Unavailable", "Retry-After: Fri, 99 Dec 99999 23:59:59 +9999999"
    ),
    "redirect loop": to_itself,
    "redirect chain": to_ever_more,
    "redirect to host": to_place("http://example.invalid/search"),
    "redirect to port": to_place("http://127.0.0.1:1/search"),
    "redirect to no port": to_place("http://127.0.0.1:99999/search"),
    "redirect to scheme": to_place("ftp://127.0.0.1/search"),
    "redirect to file": to_place("file:///etc/passwd"),
    "redirect to nonsense": to_place("http://[::1/search"),
    "redirect to nowhere": says("302 Found"),
    "not modified": says("304 Not Modified"),
}
