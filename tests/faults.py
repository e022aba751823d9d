"""What can be wrong with an answer."""

import gzip
import zlib
from collections.abc import Callable

from faulty import Fault, Handler, answer, head

LIMIT = 200_000
"""Bytes: the DOWNLOAD_MAXSIZE that the tests set."""


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
