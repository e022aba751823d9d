"""Texts and files that can be made as long as wanted, beside the pages of `benchmarks.made_growth`.

Each is given by what makes so much of it, and returns what reads that, and how many pieces the
largest has.
"""

import io
import json
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from harvester.dates import read_date, says_undated
from harvester.dates.phrases import find_date
from harvester.interfaces.json_listing import read_json
from harvester.search.letters import composed, fold, nfc
from harvester.search.marks import marked
from harvester.search.query import parse
from harvester.search.words import indexed
from harvester.sites import known_sites
from harvester.sites.profile import profile_in
from harvester.sources.archives import captures
from harvester.sources.captures import Captures, address
from harvester.sources.mirrors import Mirror
from harvester.sources.replay import without_replay
from harvester.sources.zips import BROKEN
from harvester.warc.codings import TooLarge, decoded, unchunked
from harvester.warc.stream import Damaged

LIMIT = 16 * 1024 * 1024
Run = Callable[[], object]
Made = Callable[[int], Run]
HTML = b"<!DOCTYPE html><html><body>Fish</body></html>"
ADDRESS = "https://fish.example/fish"
JSON_LISTING = """
name = "Fish"
home = "https://fish.example"
[documents]
address = "/fish/{id}"
[listing]
format = "json"
addresses = [{ path = "/list" }]
entry = "entries"
title = "title"
id = "id"
date = "date"
"""


def _of(read: Callable[[str], object], piece: str, before: str = "", after: str = "") -> Made:
    """What reads a text that has a piece many times."""

    def made(number: int) -> Run:
        text = before + "".join(piece.replace("%d", str(one)) for one in range(number)) + after
        return partial(read, text)

    return made


def _read_json(text: str) -> object:
    site = profile_in("fish", JSON_LISTING).at(f"{ADDRESS}/list")
    assert site.json is not None
    return read_json(text, "https://fish.example/list", site, site.json, {})


def _listed(number: int) -> Run:
    entries = [{"id": one, "title": f"Fish {one}", "date": "1960"} for one in range(number)]
    return partial(_read_json, json.dumps({"entries": entries}))


def _searched(text: str) -> None:
    for read in (fold, composed, nfc, indexed, parse):
        read(text)
    marked(text, "fish eel")


def _dated(text: str) -> None:
    for read in (read_date, says_undated, find_date):
        read(text)


def _addressed(url: str) -> None:
    site = known_sites()["wilson-center"]
    address(url)
    site.page_url(url, 7)
    site.page_number(url)
    site.identity.document(url)
    site.identity.linked(ADDRESS, url)


def _body(read: Callable[[bytes], object], piece: bytes) -> Made:
    return lambda number: partial(read, piece * number)


TEXTS: dict[str, tuple[Made, int]] = {
    "JSON: entries": (_listed, 5000),
    "JSON: keys": (_of(_read_json, '"k%d": 1,', '{"entries": [], ', '"k": 1}'), 20_000),
    "JSON: lists in each other": (_of(_read_json, "[", '{"entries": '), 400_000),
    "JSON: one string": (_of(_read_json, '\\"', '{"entries": "', '"}'), 200_000),
    "JSON: a string without an end": (_of(_read_json, '\\\\"', '{"entries": "'), 100_000),
    "JSON: digits": (_of(_read_json, "7", '{"entries": ', "}"), 400_000),
    "date: words": (_of(_dated, "May "), 100_000),
    "date: numbers": (_of(_dated, "1960-"), 100_000),
    "date: brackets": (_of(_dated, "[ie."), 100_000),
    "search: words": (_of(_searched, "fish %d "), 40_000),
    "search: marks": (_of(_searched, "\u0301", "a"), 100_000),
    "search: marks of two kinds": (_of(_searched, "\u0301\u0323", "a"), 50_000),
    "search: dots": (_of(_searched, "a."), 100_000),
    "search: joints": (_of(_searched, "a-"), 100_000),
    "search: signs": (_of(_searched, '"*'), 100_000),
    "search: Japanese": (_of(_searched, "\u65e5"), 100_000),
    "address: parameters": (_of(_addressed, "a%d=1&", f"{ADDRESS}?"), 20_000),
    "address: numbers of pages": (_of(_addressed, "page=1&", f"{ADDRESS}?"), 20_000),
    "address: slashes": (_of(_addressed, "a/", f"{ADDRESS}/search-results/1/"), 40_000),
    "address: percent signs": (_of(_addressed, "%25", f"{ADDRESS}/"), 40_000),
    "address: coded question marks": (_of(_addressed, "%3f", f"{ADDRESS}/"), 40_000),
    "address: dots": (_of(_addressed, "../", f"{ADDRESS}/"), 40_000),
    "mirror: names that ask": (_of(lambda said: Mirror("a", [said]).url(said), "?="), 100_000),
    "mirror: names with signs": (_of(lambda said: Mirror("a", [said]).url(said), "@"), 40_000),
    "mirror: names with codes": (_of(lambda said: Mirror("a", [said]).url(said), "%3f"), 40_000),
    "mirror: names with dots": (_of(lambda said: Mirror("a", [said]).url(said), "a."), 40_000),
    "mirror: folders": (_of(lambda said: Mirror("a", [said]).url(said), "a.b/"), 40_000),
    "mirror: links": (
        _body(partial(Mirror("a", ["b.html"]).restored, "a/c.html"), b'<a href="b.html">'),
        10_000,
    ),
    "mirror: quotes": (_body(partial(Mirror("a", ["b"]).restored, "a/c"), b"href='"), 60_000),
    "replay: links": (
        _body(
            lambda page: without_replay(
                page, "https://web.archive.org/web/20200101000000/http://a/"
            ),
            b'<a href="/web/20200101000000/http://a/">',
        ),
        10_000,
    ),
    "replay: digits": (
        _body(lambda page: without_replay(page, "https://a/20200101000000/http://a/"), b'"2020'),
        60_000,
    ),
    "coding: chunks": (
        _body(
            lambda body: unchunked(b"Transfer-Encoding: chunked", body + b"0\r\n\r\n"),
            b"1\r\na\r\n",
        ),
        60_000,
    ),
    "coding: members of gzip": (
        _body(lambda body: _tried(lambda: decoded([], body, LIMIT)), zlib.compress(b"a", wbits=31)),
        20_000,
    ),
}


def _tried(read: Run) -> None:
    """Reads what may be refused."""
    with suppress(Damaged, TooLarge, *BROKEN):
        read()


def _warc(record: bytes, length: int | None = None) -> Iterator[bytes]:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML
    size = len(answer) if length is None else length
    yield b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
    yield b"WARC-Target-URI: https://fish.example/" + record + b"\r\n"
    yield b"Content-Type: application/http; msgtype=response\r\n"
    yield b"Content-Length: %d\r\n\r\n" % size + answer + b"\r\n\r\n"


def _record(number: int, length: int | None = None) -> bytes:
    return b"".join(_warc(b"%d" % number, length))


def _in_file(name: str, content: Callable[[Path, int], None]) -> Made:
    """What reads all pages of a source that is a file."""

    def made(number: int) -> Run:
        path = Path(_folder().name) / f"{number}-{name}"
        content(path, number)
        return partial(_read_all, path)

    return made


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """Where the files are, until the process ends."""
    return tempfile.TemporaryDirectory(prefix="growth-")


def _read_all(path: Path) -> None:
    found = Captures(captures(path, lambda _: None, limit=LIMIT), None)
    for capture in [one for some in found._pages.values() for one in some]:
        _tried(partial(capture.read, LIMIT))


def _written(record: Callable[[int], bytes]) -> Callable[[Path, int], None]:
    return lambda path, number: _put(path, b"".join(map(record, range(number))))


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _zipped(name: str, content: Callable[[int], bytes]) -> Callable[[Path, int], None]:
    def write(path: Path, number: int) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for one in range(number):
                archive.writestr(name.replace("%d", str(one)), content(one))

    return write


def _overlapping(path: Path, number: int) -> None:
    """A zip of which the directory names one content many times."""
    content = b"".join(map(_record, range(number)))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a0000000.warc", content)
        info = archive.infolist()[0]
        for one in range(1, number):
            other = zipfile.ZipInfo(f"a{one:07}.warc")
            other.file_size, other.compress_size = info.file_size, info.compress_size
            other.CRC, other.header_offset = info.CRC, info.header_offset
            archive.filelist.append(other)
            archive.NameToInfo[other.filename] = other
    _put(path, written.getvalue())


def _tarred(name: Callable[[int], str]) -> Callable[[Path, int], None]:
    def write(path: Path, number: int) -> None:
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
            for one in range(max(1, number)):
                info = tarfile.TarInfo(name(one))
                info.size = len(HTML)
                archive.addfile(info, io.BytesIO(HTML))

    return write


def _long_name(piece: str) -> Callable[[Path, int], None]:
    def write(path: Path, number: int) -> None:
        _tarred(lambda _: piece * number)(path, 1)

    return write


def _har(path: Path, number: int) -> None:
    entries = [
        {
            "startedDateTime": "2020-01-01T00:00:00Z",
            "request": {"method": "GET", "url": f"{ADDRESS}/{one}"},
            "response": {
                "status": 200,
                "headers": [],
                "content": {"mimeType": "text/html", "text": HTML.decode()},
            },
        }
        for one in range(number)
    ]
    _put(path, json.dumps({"log": {"entries": entries}}).encode())


MHTML = (
    "From: <Saved>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n'
    "Snapshot-Content-Location: %s\r\n\r\n"
)
PART = "--b\r\nContent-Type: text/html\r\nContent-Location: https://fish.example/%d\r\n\r\nFish\r\n"


def _mhtml(path: Path, number: int) -> None:
    parts = "".join(PART.replace("%d", str(one)) for one in range(number))
    _put(path, (MHTML % ADDRESS + parts + "--b--\r\n").encode())


def _nested_mhtml(path: Path, number: int) -> None:
    begins = "".join(
        f'--b{one}\r\nContent-Type: multipart/mixed; boundary="b{one + 1}"\r\n\r\n'
        for one in range(number)
    )
    _put(path, (MHTML.replace('"b"', '"b0"') % ADDRESS + begins).encode())


def _encoded_mhtml(path: Path, number: int) -> None:
    _put(path, (MHTML % ("=?utf-8?q?a?= " * number) + PART + "--b--\r\n").encode())


FILES: dict[str, tuple[Made, int]] = {
    "WARC: records": (_in_file("a.warc", _written(_record)), 1000),
    "WARC: records in gzip": (
        _in_file("a.warc.gz", _written(lambda one: zlib.compress(_record(one), wbits=31))),
        1000,
    ),
    "WARC: lengths that are too large": (
        _in_file("b.warc", _written(lambda one: _record(one, 10**12))),
        8000,
    ),
    "WARC: lengths that are too small": (
        _in_file("c.warc", _written(lambda one: _record(one, 3))),
        1000,
    ),
    "WARC: headers": (
        _in_file("d.warc", lambda path, n: _put(path, b"WARC/1.0\r\n" + b"a: b\r\n" * n)),
        40_000,
    ),
    "WARC: broken members": (
        _in_file("e.warc.gz", _written(lambda one: zlib.compress(_record(one), wbits=31)[:-9])),
        1000,
    ),
    "WACZ: small WARCs": (_in_file("a.wacz", _zipped("archive/%d.warc", _record)), 400),
    "WACZ: overlapping entries": (_in_file("b.wacz", _overlapping), 400),
    "WACZ: WACZs in it": (_in_file("c.wacz", _zipped("%d.wacz", lambda _: _small_wacz())), 100),
    "zip: pages": (_in_file("a.zip", _zipped("fish.example/%d.html", lambda _: HTML)), 800),
    "tar: pages": (_in_file("a.tar", _tarred(lambda one: f"fish.example/{one}.html")), 800),
    "tar: a name that asks": (_in_file("b.tar", _long_name("?=")), 100_000),
    "tar: a name with signs": (_in_file("c.tar", _long_name("@")), 60_000),
    "tar: a name with codes": (_in_file("d.tar", _long_name("%3f")), 60_000),
    "tar: a name of folders": (_in_file("e.tar", _long_name("a/")), 60_000),
    "tar: names that ask": (_in_file("f.tar", _tarred(lambda one: f"?={'?=' * one}.html")), 400),
    "HAR: entries": (_in_file("a.har", _har), 1000),
    "MHTML: parts": (_in_file("a.mht", _mhtml), 2000),
    "MHTML: parts in each other": (_in_file("b.mht", _nested_mhtml), 800),
    "MHTML: an encoded address": (_in_file("c.mht", _encoded_mhtml), 4000),
}


def _small_wacz() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("archive/a.warc", _record(0))
    return written.getvalue()
