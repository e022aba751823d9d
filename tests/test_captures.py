"""Captures as other programs write them: each is read as the site has it, or named."""

import base64
import gzip
import hashlib
import html as markup
import io
import json
import os
import plistlib
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from archive import Archive, japan
from captured import content, reader, record, zstd
from harvests import Harvest, harvest, rows, scrapy
from scrapy import Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler
from warcio.archiveiterator import ArchiveIterator
from werkzeug import Response as Answer

from harvester.interfaces import read_listing
from harvester.items import PAGE_SOURCE
from harvester.middlewares import GzipMiddleware, SameSiteRedirectMiddleware
from harvester.outcomes import RunProblem
from harvester.sites import site_of
from harvester.sources.browsers import LARGEST
from harvester.sources.captured import MOST_TRIED
from harvester.sources.warc import NO_PAGES, captures
from harvester.warc.headers import digest
from harvester.warc.stream import Damaged

Crawl = Callable[..., Harvest]
Page = tuple[str, bytes]

DATE = "2020-01-02T03:04:05Z"
LATER = "2021-01-02T03:04:05Z"
SHARED = Path(__file__).parents[2] / "shared" / "cases" / "sources"


@dataclass(frozen=True)
class Found:
    """What a source holds of a listing: its documents, and the moments of its captures."""

    documents: list[str]
    titles: list[str]
    moments: set[str | None]


def listing(source: Path | str, url: str) -> Found:
    """Reads a listing to its end, as a harvest from a source does. Raises what would end that."""
    documents: list[str] = []
    titles: list[str] = []
    moments = set()
    ask, next_url = reader(source), url
    while next_url:
        response = ask(next_url)
        page = read_listing(response.text, next_url, site_of(next_url), {})
        documents += [entry.document for entry in page.entries]
        titles += [entry.title for entry in page.entries]
        moments.add(response.meta[PAGE_SOURCE].captured)
        next_url = page.next_url or ""
    return Found(documents, titles, moments)


@pytest.fixture
def pages(archive: Archive) -> list[Page]:
    """The two pages of a listing."""
    return [
        (archive.url, archive.page(0).encode()),
        (f"{archive.url}&page=1", archive.page(1).encode()),
    ]


def put(path: Path, content: bytes) -> Path:
    """Writes a file, in folders that it makes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def plain(
    url: str, block: bytes, kind: str = "response", date: str = DATE, **headers: str
) -> bytes:
    """A record of a WARC, with any block."""
    own = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": date}
    own |= {name.replace("_", "-"): value for name, value in headers.items()}
    said = "".join(f"{name}: {value}\r\n" for name, value in own.items() if value)
    return f"WARC/1.0\r\n{said}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def http(page: bytes, *headers: str, line: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([line, "Content-Type: text/html", *headers, "", ""]).encode() + page


def warc(make: Callable[[str, bytes], bytes], name: str = "x.warc") -> "Make":
    """What writes a record of each page into a WARC."""
    return lambda pages, folder: put(folder / name, b"".join(make(*page) for page in pages))


def headed(**other: str) -> "Make":
    return warc(lambda url, page: plain(url, http(page), **other))


def answered(line: str, *headers: str) -> "Make":
    return warc(lambda url, page: plain(url, http(page, *headers, line=line)))


def typed(kind: str) -> "Make":
    page_as = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\n\r\n"
    return warc(lambda url, page: plain(url, page_as.format(kind).encode() + page))


Make = Callable[[list[Page], Path], Path]


def arc(version: int) -> Make:
    between = {1: "", 2: " 200 sum - 0 x.arc"}[version]

    def make(pages: list[Page], folder: Path) -> Path:
        about = f"{version} 0 Somebody\nURL IP-address Archive-date Content-type\n".encode()
        records = [("filedesc://x.arc 0.0.0.0 20200102030405 text/plain", about)]
        records += [
            (f"{url} 127.0.0.1 20200102030405 text/html", http(page)) for url, page in pages
        ]
        lines = [f"{head}{between} {len(block)}\n".encode() + block for head, block in records]
        return put(
            folder / "in" / "x.arc.gz", b"".join(gzip.compress(line + b"\n") for line in lines)
        ).parent

    return make


def zst(pages: list[Page], *, dictionary: bool) -> bytes:
    """Each record in a frame of its own, after one with the dictionary."""
    records = [plain(url, http(page)) for url, page in pages]
    if not dictionary:
        return b"".join(map(zstd.compress, records))
    known = zstd.train_dict(
        [record[place : place + 300] for record in records for place in range(0, 9000, 100)], 2000
    )
    packed = zstd.compress(known.dict_content)
    frame = b"\x5d\x2a\x4d\x18" + len(packed).to_bytes(4, "little") + packed
    return frame + b"".join(zstd.compress(one, zstd_dict=known) for one in records)


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def packed_warc(pages: list[Page]) -> bytes:
    return b"".join(record(url, page, date=DATE) for url, page in pages)


def har(pages: list[Page], folder: Path) -> Path:
    entries = [
        {
            "startedDateTime": "2020-01-02T05:04:05.000+02:00",
            "request": {"method": "GET", "url": url},
            "response": {
                "status": 200,
                "headers": [{"name": "content-encoding", "value": "br"}],
                "content": {"mimeType": "text/html; charset=iso-8859-1", "size": 9, **content},
            },
        }
        for (url, page), content in zip(
            pages,
            (
                {"text": pages[0][1].decode().replace("utf-8", "iso-8859-1")},
                {"text": base64.b64encode(pages[1][1]).decode(), "encoding": "base64"},
            ),
            strict=True,
        )
    ]
    return put(
        folder / "x.har", json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()
    )


def mhtml(pages: list[Page], folder: Path) -> Path:
    for number, (url, page) in enumerate(pages):
        message = EmailMessage()
        message["From"] = "<Saved by Blink>"
        message["Snapshot-Content-Location"] = url
        message["Date"] = "Thu, 2 Jan 2020 03:04:05 -0000"
        message.add_related(page.decode(), subtype="html", cte="quoted-printable")
        put(folder / "in" / f"{number}.mhtml", message.as_bytes())
    return folder / "in"


def webarchive(form: plistlib.PlistFormat, pack: Callable[[bytes], bytes] = bytes) -> Make:
    """What Safari saves: property lists, whose files have the time; the first has a frame, too."""

    def make(pages: list[Page], folder: Path) -> Path:
        for number, (url, page) in enumerate(pages):
            frame = {"WebMainResource": resource("http://ad.example/", b"<html>ad</html>")}
            saved = {"WebMainResource": resource(url, page), "WebSubframeArchives": [frame]}
            content = pack(plistlib.dumps(saved, fmt=form))
            file = put(folder / "in" / f"{number}.webarchive", content)
            os.utime(file, (1_577_934_245, 1_577_934_245))
        return folder / "in"

    return make


def resource(url: str, page: bytes) -> dict[str, object]:
    said = {"URL": url, "MIMEType": "text/html", "TextEncodingName": "UTF-8", "Data": page}
    return {f"WebResource{name}": value for name, value in said.items()}


def packed_har(pages: list[Page], folder: Path) -> Path:
    return put(folder / "x.har.gz", gzip.compress(har(pages, folder).read_bytes()))


def maff(pages: list[Page], folder: Path) -> Path:
    """A zip as Firefox's extension made it, with a note beside each page."""
    members = {}
    for number, (url, page) in enumerate(pages):
        said = {
            "originalurl": markup.escape(url),
            "archivetime": "Thu, 02 Jan 2020 05:04:05 +0200",
            "indexfilename": "index.html",
        }
        rdf = "".join(f'<MAF:{name} RDF:resource="{value}"/>' for name, value in said.items())
        members |= {f"{number}/index.html": page, f"{number}/index.rdf": f"<x>{rdf}</x>".encode()}
    return put(folder / "in" / "x.maff", zipped(**members)).parent


def scrapbook(pages: list[Page], folder: Path) -> Path:
    """Pages of the extension WebScrapBook, which notes the time in UTC, with milliseconds."""
    for number, (url, page) in enumerate(pages):
        said = f'data-scrapbook-source="{markup.escape(url)}"'
        said += ' data-scrapbook-create="20200102030405678"'
        page = re.sub(rb"<html\b", f"<html {said}".encode(), page, count=1)
        put(folder / "in" / f"{number}.htz", zipped(**{"index.html": page}))
    return folder / "in"


def comment(text: str, *, date: str = "") -> Make:
    """Saved pages with a comment of where they are from."""

    def make(pages: list[Page], folder: Path) -> Path:
        for number, (url, page) in enumerate(pages):
            note = text.format(url=url, length=f"{len(url):04}").encode()
            put(
                folder / "in" / f"Search ({number}).html",
                page.replace(b"<head>", note + b"<head>", 1),
            )
        return folder / "in"

    return make


def replayed(pages: list[Page], folder: Path) -> Path:
    """Pages of the Wayback Machine that a browser saved, with its toolbar and its links."""
    begin, end = (f"<!-- {word} WAYBACK TOOLBAR INSERT -->".encode() for word in ("BEGIN", "END"))
    bar = begin + b"<h3 class='title'>x</h3>" + end
    archive = "https://web.archive.org/web/20200102030405"
    for number, (url, page) in enumerate(pages):
        host = url.partition("/search")[0]
        page = page.replace(b'href="/', f'href="/web/20200102030405/{host}/'.encode())
        page = page.replace(b'href="?', f'href="{archive}/{host}/search?'.encode())
        note = f"<!-- saved from url=({len(url) + 43:04}){archive}/{url} -->\n".encode()
        put(folder / "in" / f"{number}.html", note + page.replace(b"<body", bar + b"<body", 1))
    return folder / "in"


def replayed_in(make: Make) -> Make:
    """The same pages of the Wayback Machine in another form."""

    def made(pages: list[Page], folder: Path) -> Path:
        shown = replayed(pages, folder / "shown")
        archive = "https://web.archive.org/web/20200102030405if_"
        found = [
            (f"{archive}/{url}", (shown / f"{number}.html").read_bytes())
            for number, (url, _) in enumerate(pages)
        ]
        return make(found, folder)

    return made


def mirror(path: str, pack: Callable[[bytes], bytes] = bytes) -> Make:
    """A folder of files that are named for their addresses, as by a pattern."""

    def make(pages: list[Page], folder: Path) -> Path:
        for url, page in pages:
            at = urlsplit(url)
            windows = quote(f"{at.path}?{at.query}", safe="/").lstrip("/").replace("%3F", "%3f")
            names = {
                "host": at.netloc,
                "name": f"{at.path.lstrip('/')}?{at.query}",
                "windows": windows,
            }
            file = put(folder / "in" / path.format(**names), pack(page))
            os.utime(file, (1_577_934_245, 1_577_934_245))
        return folder / "in"

    return make


def httrack(pages: list[Page], folder: Path) -> Path:
    """As HTTrack 3.49 names files, and leads from one to the other, seen by running it."""
    names = [f"search{number}aa9.html" for number, _ in enumerate(pages)]
    for name, (url, page) in zip(names, pages, strict=True):
        by = "HTTrack Website Copier/3.x [XR&CO'2014], Thu, 02 Jan 2020 03:04:05 GMT"
        note = f"\n<!-- Mirrored from {url.removeprefix('http://')} by {by} -->\n"
        page = page.replace(b"<head>", note.encode() + b"<head>", 1)
        for other, (there, _) in zip(names, pages, strict=True):
            query = markup.escape(urlsplit(there).query)
            page = page.replace(f'href="?{query}"'.encode(), f'href="{other}?{query}"'.encode())
        put(folder / "in" / "127.0.0.1_80" / name, page)
    put(folder / "in" / "hts-cache" / "new.zip", zipped(a=b"x"))
    return folder / "in"


def singlefile(pages: list[Page], folder: Path) -> Path:
    for number, (url, page) in enumerate(pages):
        said = {
            "originalUrl": url,
            "archiveTime": "2020-01-02T03:04:05.678Z",
            "indexFilename": "index.html",
        }
        content = zipped(**{"1_0/index.html": page, "1_0/manifest.json": json.dumps(said).encode()})
        shell = (
            b"<!doctype html><html data-sfz><meta charset=utf-8><body hidden><!--"
            if number
            else b""
        )
        put(folder / "in" / f"{number}.{'u.zip.html' if number else 'zip'}", shell + content)
    return folder / "in"


def tar_of_mirror(pages: list[Page], folder: Path) -> Path:
    tree = mirror("{host}/{name}", gzip.compress)(pages, folder)
    with tarfile.open(folder / "x.tar", "w") as tar:
        tar.add(tree, ".")
    return folder / "x.tar"


def zip_of_mirror(pages: list[Page], folder: Path) -> Path:
    with zipfile.ZipFile(folder / "x.zip", "w") as file:
        for url, page in pages:
            info = zipfile.ZipInfo(url.removeprefix("http://"))
            info.extra = b"UT\x05\x00\x01" + (1_577_934_245).to_bytes(4, "little")
            file.writestr(info, page)
    return folder / "x.zip"


def conversions(pages: list[Page], folder: Path) -> Path:
    made = [plain(url, page, "conversion", LATER, Content_Type="text/html") for url, page in pages]
    older = [plain(url, http(page)) for url, page in pages]
    return put(folder / "x.warc", b"".join(made + older))


def two_in_one(pages: list[Page], folder: Path) -> Path:
    inner = zipped(**{"archive/data.warc.gz": packed_warc(pages[:1])})
    other = zipped(**{"archive/data.warc.zst": zst(pages[1:], dictionary=False)})
    package = json.dumps({"profile": "multi-wacz-package"}).encode()
    return put(
        folder / "x.wacz", zipped(**{"datapackage.json": package, "a.wacz": inner, "b.wacz": other})
    )


COOKIES = [f"Set-Cookie: a{number}=1" for number in range(120)]
READ: dict[str, Make] = {
    "more than 100 headers": answered("HTTP/1.1 200 OK", *COOKIES),
    "status line in lower case": answered("http/1.1 200 OK"),
    "status line of an old server": answered("HTTP/1.0 200 Document follows"),
    "status line without a version": answered("HTTP 200 OK"),
    "status line of a radio's server": answered("ICY 200 OK"),
    "status 0": answered("HTTP/1.1 0 OK"),
    "record of the type message/http": headed(Content_Type="message/http"),
    "record of the type application/http; a list": headed(
        Content_Type="application/http;x=y;msgtype=response"
    ),
    "record without a type": headed(),
    "response without HTTP": warc(lambda url, page: plain(url, page, Content_Type="text/html")),
    "resource records": warc(
        lambda url, page: plain(url, page, "resource", Content_Type="text/html")
    ),
    "resource records without a type": warc(lambda url, page: plain(url, page, "resource")),
    "records as in a crawl from files": warc(
        lambda url, page: plain(
            url.replace("?", "%3f").replace("=", "%3d").replace("&", "%26"), page, "resource"
        )
    ),
    "conversion records beside the pages": conversions,
    "pages of no usual type": typed("application/octet-stream"),
    "pages of a type of their own": typed("application/vnd.archive.page"),
    "pages in XML": typed("text/xml; charset=UTF-8"),
    "addresses in upper case": warc(
        lambda url, page: plain(url.replace("http", "HTTP"), http(page))
    ),
    "date with an offset": headed(date="2020-01-02T05:04:05+02:00"),
    "a file that is still written": warc(
        lambda url, page: record(url, page, date=DATE), "in/x.warc.gz.open"
    ),
    "ARC": arc(1),
    "ARC of the second version": arc(2),
    "zstd": lambda pages, folder: put(folder / "x.warc.zst", zst(pages, dictionary=False)),
    "zstd with a dictionary": lambda pages, folder: (
        put(folder / "in" / "x.warc.zst", zst(pages, dictionary=True)).parent
    ),
    "WACZ with zstd": lambda pages, folder: put(
        folder / "x.wacz", zipped(**{"archive/x.warc.zst": zst(pages, dictionary=True)})
    ),
    "WACZ in a folder of a zip": lambda pages, folder: put(
        folder / "x.wacz",
        zipped(
            **{"c/archive/x.warc.gz": packed_warc(pages), "__MACOSX/c/archive/._x.warc.gz": b"x"}
        ),
    ),
    "several WACZ in one": two_in_one,
    "HAR": har,
    "HAR that was gzipped": packed_har,
    "MHTML": mhtml,
    "Safari's webarchive": webarchive(plistlib.FMT_BINARY),
    "Safari's webarchive, in XML": webarchive(plistlib.FMT_XML),
    "Safari's webarchive, with zstd": webarchive(plistlib.FMT_BINARY, zstd.compress),
    "MAFF": maff,
    "WebScrapBook's zips": scrapbook,
    "monolith": comment("<!-- Saved from {url} at 2020-01-02T03:04:05Z using monolith v2.8.1 -->"),
    "SingleFile of 2018": comment(
        "<!--\n Archive processed by SingleFile \n url: {url} \n"
        " saved date: Thu Jan 02 2020 05:04:05 GMT+0200 -->"
    ),
    "SingleFileZ": comment(
        "<!--\n Page saved with SingleFileZ \n url: {url} \n"
        " saved date: Thu Jan 02 2020 03:04:05 GMT+0000 (x)\n-->"
    ),
    "SingleFile's zips": singlefile,
    "pages of the Wayback Machine, saved": replayed,
    "pages of the Wayback Machine, in MHTML": replayed_in(mhtml),
    "pages of the Wayback Machine, in a WARC": replayed_in(headed(date=LATER)),
    "mirror of HTTrack's": httrack,
    "mirror of gzipped files": mirror("{host}/{name}", gzip.compress),
    "mirror that was gzipped": mirror("{host}/{name}.gz", gzip.compress),
    "mirror of wayback-machine-downloader's": mirror("websites/{host}/{name}/index.html"),
    "mirror of wayback-machine-downloader's, with times": mirror(
        "websites/{host}/20200102030405/{name}"
    ),
    "mirror of wayback-machine-downloader's, on Windows": mirror("websites/{host}/{windows}"),
    "mirror of waybackpack's": mirror("20200102030405/{host}/{name}"),
    "mirror of the Wayback Machine": mirror(
        "web.archive.org/web/20200102030405id_/http:/{host}/{name}"
    ),
    "tar of gzipped files": tar_of_mirror,
    "zip of a mirror": zip_of_mirror,
}


@pytest.mark.parametrize("case", READ)
def test_it_is_read_as_the_site_has_it(case: str, pages: list[Page], tmp_path: Path) -> None:
    found = listing(READ[case](pages, tmp_path), pages[0][0])
    assert found.documents == [str(entry["href"]).lstrip("/") for entry in japan()]
    assert found.titles == [entry["title"] for entry in japan()]
    assert found.moments == {DATE}


def hexadecimal(content: bytes) -> str:
    return f"SHA-1:{hashlib.sha1(content).hexdigest().upper()}"


def test_revisits_are_resolved_by_digest_in_any_file_and_at_any_address(
    pages: list[Page], tmp_path: Path
) -> None:
    originals = [record(f"{url}&utm=1", page, date=DATE) for url, page in pages]
    revisits = [
        plain(url, b"", "revisit", LATER, WARC_Payload_Digest=said(page))
        for said, (url, page) in zip((digest, hexadecimal), pages, strict=True)
    ]
    put(tmp_path / "in" / "a.warc", b"".join(revisits))
    put(tmp_path / "in" / "b.warc.gz", b"".join(originals))
    found = listing(tmp_path / "in", pages[0][0])
    assert (len(found.documents), found.moments) == (15, {LATER})


def test_revisit_that_names_its_original_needs_no_digest(pages: list[Page], tmp_path: Path) -> None:
    made = b""
    for url, page in pages:
        other = url.replace("Japan", "Nippon")
        names = {"WARC_Refers_To_Target_URI": other, "WARC_Refers_To_Date": DATE}
        made += plain(other, http(page)) + plain(url, b"", "revisit", LATER, **names)
    found = listing(put(tmp_path / "x.warc", made), pages[0][0])
    assert (len(found.documents), found.moments) == (15, {LATER})


SENTENCES: dict[str, tuple[Callable[[list[Page]], bytes], str]] = {
    "revisit without its original": (
        lambda pages: plain(pages[0][0], b"", "revisit", LATER, WARC_Refers_To_Date=DATE),
        "{url} can't be read: {source} only says that it had not changed; add the file with the"
        f" original, captured at {DATE}.",
    ),
    "zstd as a whole": (
        lambda pages: zstd.compress(2 * plain(pages[0][0], http(pages[0][1]))),
        "{url} is not in {source} (source is compressed as a whole, not record by record (`zstd"
        " --decompress` makes it readable here), at byte 0: it is left out).",
    ),
    "dictionary that is broken": (
        lambda pages: b"\x5d\x2a\x4d\x18" + (9).to_bytes(4, "little") + b"\x28\xb5\x2f\xfdxxxxx",
        "{url} is not in {source} (source has a dictionary that is broken (",
    ),
    "HAR without contents": (
        lambda pages: json.dumps({"log": {"entries": [har_entry(pages[0][0], size=9)]}}).encode(),
        "{url} can't be read: source holds no content of it: save the HAR with contents.",
    ),
    "HAR of other things": (
        lambda _: b'{"log": {"entries": 5}}',
        "{url} is not in {source} (source is a HAR that can't be read ('int' object is not"
        " iterable): it is left out).",
    ),
    "HAR with an entry that is none": (
        lambda _: b'{"log": {"entries": [7]}}',
        "{url} is not in {source} (source holds an entry that can't be read, number 1: it is left"
        " out).",
    ),
    "webarchive that was cut": (
        lambda pages: plistlib.dumps(
            {"WebMainResource": resource(*pages[0])}, fmt=plistlib.FMT_BINARY
        )[:-9],
        "{url} is not in {source} (source is a webarchive that can't be read (Invalid file): it is"
        " left out).",
    ),
    "webarchive without a page": (
        lambda _: plistlib.dumps({"WebMainResource": {}}, fmt=plistlib.FMT_BINARY),
        "{url} is not in {source} (source is a webarchive that can't be read ('WebResourceMIMEType'"
        "): it is left out).",
    ),
    "webarchive of one content many times": (
        lambda pages: plistlib.dumps(
            {
                "WebMainResource": (page := resource(pages[0][0], bytes(LARGEST >> 3))),
                "WebSubframeArchives": [{"WebMainResource": page}] * 8,
            },
            fmt=plistlib.FMT_BINARY,
        ),
        "{url} is not in {source} (source has more than 128 MiB: divide it: it is left out).",
    ),
    "MHTML of nowhere": (
        lambda _: b"Date: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html>",
        "{url} is not in {source} (source does not say where its page is from: it is left out).",
    ),
    "zip in a tar": (
        lambda _: tar_of(inner=zipped(a=b"x")),
        "{url} is not in {source} (inner is a ZIP within a tar: unpack that, and give the folder).",
    ),
}


def har_entry(url: str, **content: object) -> dict[str, object]:
    said = {"status": 200, "headers": [], "content": {"mimeType": "text/html", **content}}
    return {"startedDateTime": DATE, "request": {"method": "GET", "url": url}, "response": said}


def tar_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("case", SENTENCES)
def test_what_cannot_be_read_is_named_with_what_to_do(
    case: str, pages: list[Page], tmp_path: Path
) -> None:
    make, sentence = SENTENCES[case]
    source, url = put(tmp_path / "source", make(pages)), pages[0][0]
    with pytest.raises(RunProblem) as caught:
        listing(source, url)
    said = str(caught.value)
    assert said.startswith(sentence.format(url=url, source=source)), said


TEXT = '{"total": "fünf"}'.encode() * 9
CODED: dict[str, tuple[str, bytes]] = {
    "charset": ("UTF-8", TEXT),
    "charset and gzip": ("utf8, gzip", gzip.compress(TEXT)),
    "none": ("none", TEXT),
    "identity": ("identity", TEXT),
    "gzip of several members": ("gzip", gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:])),
    "gzip after a comma": (", gzip", gzip.compress(TEXT)),
    "gzip, not said": ("", gzip.compress(TEXT)),
    **{f"{said} said of plain text": (said, TEXT) for said in ("gzip", "br", "zstd", "deflate")},
}


@pytest.mark.parametrize("case", CODED)
def test_content_is_read_whatever_is_said_of_its_coding(case: str, tmp_path: Path) -> None:
    said, body = CODED[case]
    url = "https://x.example/api"
    block = http(body, f"Content-Encoding: {said}").replace(b"text/html", b"application/json")
    source = put(tmp_path / "x.warc", plain(url, block))
    assert reader(source)(url).body == TEXT


def test_chain_of_redirects_to_other_sites_names_its_hosts() -> None:
    crawler = get_crawler(Spider)
    middleware = SameSiteRedirectMiddleware.from_crawler(crawler)
    meta = {"redirect_urls": ["https://a.example/1", "https://www.a.example/2"]}
    request = Request("https://new.a.example/3", meta=meta)
    moved = Response(request.url, status=302, headers={"Location": "https://b.example/4"})
    with pytest.raises(IgnoreRequest) as caught:
        middleware.process_response(request, moved)
    assert str(caught.value) == (
        "it redirects to another site, https://b.example/4 (by way of www.a.example, new.a.example)"
    )


@pytest.mark.parametrize("case", ["charset", "none", "identity", "gzip of several members"])
def test_live_answer_is_read_as_well(case: str) -> None:
    said, body = CODED[case]
    answer = Response("https://x.example/", headers={"Content-Encoding": said}, body=body)
    found = GzipMiddleware(10**6).process_response(Request(answer.url), answer)
    assert (found.body, "Content-Encoding" in found.headers) == (TEXT, False)


def test_broken_frame_of_zstd_costs_its_record(
    pages: list[Page], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    torn = zstd.compress(plain("https://x.example/", http(pages[0][1])))[:-500]
    source = put(tmp_path / "x.warc.zst", torn + zst(pages, dictionary=False))
    assert len(listing(source, pages[0][0]).documents) == 15
    assert "x.warc.zst holds broken zstd (" in caplog.text


UNFIT: dict[str, tuple[str, bytes, str]] = {
    "zip of something else": (
        "scans.zip",
        zipped(a=b"x"),
        "{file} is a zip without a WARC or a saved page: it is left out.",
    ),
    "broken zip": (
        "x.wacz",
        zipped(a=b"x")[:40],
        "{file} can't be opened as a zip: File is not a zip file: it is left out.",
    ),
    "WARC of noise": (
        "x.warc",
        b"WARC/1.0\r\n\r\n",
        "x.warc holds a record with broken headers, at byte 0: it is left out.",
    ),
    "empty WARC": ("x.warc.gz", b"", "x.warc.gz is not what its name says: it is left out."),
    "HAR that is none": ("x.har", b"{}", "x.har is not what its name says: it is left out."),
    "check for robots": (
        "x.warc",
        plain(
            "http://localhost/search?search_api_fulltext=Japan",
            http(b"<title>Just a moment...</title>", "cf-mitigated: challenge"),
            date=LATER,
        ),
        "{url} in x.warc is a check for robots: an earlier capture of it is read.",
    ),
    "name that was cut": (
        f"x.example/{'search?a=' + 'x' * 227}",
        b"<html>",
        f"x.example/search?a={'x' * 227} has a name that was cut, so that its address is not known:"
        " it is left out.",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_unfit_file_in_a_folder_is_named_and_the_others_are_read(
    case: str, pages: list[Page], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name, content, sentence = UNFIT[case]
    file = put(tmp_path / "in" / name, content)
    put(tmp_path / "in" / "y.warc.gz", packed_warc(pages))
    assert len(listing(tmp_path / "in", pages[0][0]).documents) == 15
    assert sentence.format(file=file, url=pages[0][0]) in caplog.messages


@pytest.mark.parametrize(
    ("content", "why"),
    [({}, "it is empty"), ({"a/b.css": b"x", "notes.txt": b"y"}, "its first file is notes.txt")],
)
def test_folder_without_captures_is_refused_before_a_run_begins(
    content: dict[str, bytes], why: str, crawl: Crawl, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, said in content.items():
        put(folder / name, said)
    done = crawl("-aurl=http://x.example/search?q=1", f"-asource={folder}")
    assert (done.code, done.db.exists()) == (64, False)
    assert done.complaints == [
        f"{folder} is a folder without captures or saved pages ({why}): give one that has WARCs,"
        " saved pages or the like as the source."
    ]


def test_zip_of_something_else_is_refused_before_a_run_begins(crawl: Crawl, tmp_path: Path) -> None:
    path = put(tmp_path / "x.zip", zipped(a=b"x"))
    done = crawl("-aurl=http://x.example/search?q=1", f"-asource={path}")
    assert (done.code, done.db.exists()) == (64, False)
    assert done.complaints == [
        f"{path} is a zip without a WARC or a saved page: give a WACZ, or a folder of"
        " pages as the source."
    ]


LATE = {
    "empty": b"",
    "fragment": b"<div class='pager'>1 - 10 of 15</div>",
    "another page": b"<html><body><h1>We are moving house</h1></body></html>",
    "no text": b"\x89PNG\r\n\x1a\n\x00\x00",
    "broken gzip": gzip.compress(b"<html>" * 99)[:-9],
}


def test_latest_capture_that_is_the_page_counts(
    archive: Archive, pages: list[Page], crawl: Crawl, tmp_path: Path
) -> None:
    made = packed_warc(pages)
    for year, body in enumerate(LATE.values(), 2021):
        made += record(archive.url, body, date=f"{year}-01-01T00:00:00Z")
    source = put(tmp_path / "x.warc.gz", made)
    done = crawl(f"-aurl={archive.url}", f"-asource={source}")
    assert (done.code, len(done.entries())) == (0, 15)
    assert rows(done.db, "SELECT DISTINCT fetched FROM pages") == [{"fetched": DATE}]
    assert done.err.count("an earlier capture of it is read") == len(LATE)


def test_best_reason_is_said_if_no_capture_is_the_page(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    cut = record(archive.url, archive.page(0).encode(), date=DATE, WARC_Truncated="length")
    late = record(archive.url, LATE["another page"], date=LATER)
    source = put(tmp_path / "x.warc.gz", cut + late)
    done = crawl(f"-aurl={archive.url}", f"-asource={source}")
    assert (done.code, done.entries()) == (65, [])
    assert "only the beginning of it (WARC-Truncated: length)" in done.complaints[0]


JAPAN = "https://archive.example/search?search_api_fulltext=Japan"
LOCAL = JAPAN.replace("https://archive.example", "http://127.0.0.1:18080")
DAY = {DATE}
WHOLE: dict[str, tuple[str, str, set[str] | None]] = {
    "100-headers": ("x.warc", JAPAN, DAY),
    "content-encoding-utf8": ("x.warc", JAPAN, DAY),
    "damaged-latest": ("x.warc", JAPAN, DAY),
    "date-offset": ("x.warc", JAPAN, {"2020-01-02T01:04:05Z"}),
    "empty-200-later": ("x.warc", JAPAN, DAY),
    "empty-member-between": ("x.warc.gz", JAPAN, DAY),
    "har": ("x.har", JAPAN, {"2020-01-02T01:04:05Z"}),
    "hartator-windows": ("", JAPAN, None),
    "httrack-mirror": ("", LOCAL, {"2026-11-26T19:53:44Z"}),
    "length-in-characters-first": ("x.warc", JAPAN, DAY),
    "lowercase-status-line": ("x.warc", JAPAN, DAY),
    "malformed-header-before-chunked": ("power-by.warc", JAPAN, DAY),
    "message-http": ("x.warc", JAPAN, DAY),
    "mhtml": ("", JAPAN, DAY),
    "mirror-of-gzipped-files": ("", JAPAN, None),
    "mirror-with-foreign-zip": ("", LOCAL, None),
    "multi-wacz": ("coll.wacz", JAPAN, DAY),
    "record-in-two-members": ("x.warc.gz", JAPAN, DAY),
    "resource-records": ("x.warc", JAPAN, DAY),
    "saved-from-wayback": ("", JAPAN, {"2020-01-01T00:00:00Z"}),
    "singlefile-2018": ("", JAPAN, {"2018-09-13T09:30:54Z"}),
    "stale-lowercase-status": ("x.warc", JAPAN, {"2023-01-01T00:00:00Z"}),
    "stale-resource": ("x.warc", JAPAN, {"2023-01-01T00:00:00Z"}),
    "status-0": ("x.warc", JAPAN, DAY),
    "segmented": ("x.warc", JAPAN, DAY),
    "type-octet": ("x.warc", JAPAN, DAY),
    "undated-over-newer": ("2016-offset.warc", JAPAN, {"2016-01-02T02:04:05Z"}),
    "url-agnostic-revisit": ("x.warc.gz", JAPAN, {LATER}),
    "wacz-in-a-folder-in-zip": ("x.wacz", JAPAN, DAY),
    "wacz-zst": ("x.wacz", JAPAN, DAY),
    "warcit": ("out.warc.gz", JAPAN, DAY),
    "wget-dedup": ("a.warc.gz", LOCAL, None),
    "wget-malformed-header": ("crawl.warc.gz", LOCAL.replace("18080", "39841"), None),
    "zst-dictionary": ("x.warc.zst", JAPAN, DAY),
    "zst-dictionary-folder": ("in", JAPAN, DAY),
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files of others' reports are not here")
@pytest.mark.parametrize("case", WHOLE)
def test_files_of_others_reports_are_read_whole(case: str) -> None:
    name, url, moments = WHOLE[case]
    found = listing(SHARED / case / name, url)
    assert len(found.documents) == len(set(found.documents)) == 15
    assert moments is None or found.moments == moments


REFUSED = {
    "wget-dedup": (
        "b.warc.gz",
        LOCAL,
        "{url} can't be read: {source} only says that it had not changed; add the file with the"
        " original.",
    ),
    "arc-real-folder": (
        "in",
        JAPAN,
        "{url} is not in {source}, which has one other page, such as http://example.com/.",
    ),
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files of others' reports are not here")
@pytest.mark.parametrize("case", REFUSED)
def test_files_of_others_reports_are_refused_with_a_sentence(case: str) -> None:
    name, url, sentence = REFUSED[case]
    source = SHARED / case / name
    with pytest.raises(RunProblem) as caught:
        listing(source, url)
    assert str(caught.value) == sentence.format(url=url, source=source)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files of others' reports are not here")
def test_files_without_a_time_do_not_overwrite_what_has_one(crawl: Crawl) -> None:
    folder = SHARED / "undated-over-newer"
    titles = []
    for name in ("2024.warc", "2016-offset.warc", "2016-mtime0.tar"):
        done = crawl(f"-aurl={JAPAN}", "-aname=it", f"-asource={folder / name}")
        assert done.code == 0
        titles.append([row["title"] for row in done.entries()])
    assert titles[0] == titles[1] == titles[2]
    assert "what has no time only fills gaps" in done.err


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files of others' reports are not here")
def test_document_that_was_cut_is_named(crawl: Crawl) -> None:
    source = SHARED / "details-cut" / "x.warc"
    done = crawl(f"-aurl={JAPAN}", f"-asource={source}", "-adetails=yes")
    assert (done.code, done.run["outcome"]) == (75, "complete")
    assert "x.warc holds only the beginning of it (WARC-Truncated: length)" in done.complaints[0]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the files of others' reports are not here")
def test_real_arc_is_read() -> None:
    found = reader(SHARED / "arc-real-folder" / "in")("http://example.com/")
    assert b"<h1>Example Domain</h1>" in found.body


def test_recordings_that_were_packed_as_a_wacz_give_the_same_rows(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    recorded, packed = tmp_path / "warc", tmp_path / "it.wacz"
    live = crawl(f"-aurl={archive.url}", "-aname=it", HARVEST_WARC=recorded)
    (file,) = recorded.iterdir()
    put(recorded / "torn.warc.gz", file.read_bytes()[:-40])
    done = scrapy("export", "--format", "wacz", "-o", str(packed), HARVEST_WARC=str(recorded))
    assert (done.returncode, done.stdout) == (0, "")
    with zipfile.ZipFile(packed) as wacz:
        package = json.loads(wacz.read("datapackage.json"))
        for one in package["resources"]:
            said = hashlib.sha256(wacz.read(one["path"])).hexdigest()
            assert one["hash"] == f"sha256:{said}"
        listed = [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()[1:]]
    assert {archive.url, f"{archive.url}&page=1"} <= {one["url"] for one in listed}
    again = harvest(
        f"-aurl={archive.url}", "-aname=it", f"-asource={packed}", HARVEST_DB=tmp_path / "2.db"
    )
    assert (again.code, content(again.db)) == (0, content(live.db))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--collection", "it"], "leave out --collection and --since"),
        (["--since", "7d"], "leave out --collection and --since"),
        ([], "There are no recordings in nowhere to pack"),
    ],
)
def test_wacz_that_cannot_be_made_is_refused(
    options: list[str], words: str, tmp_path: Path
) -> None:
    file = tmp_path / "it.wacz"
    done = scrapy("export", "--format", "wacz", "-o", str(file), *options, HARVEST_WARC="nowhere")
    assert (done.returncode, words in done.stderr, file.exists()) == (64, True, False)


REAL = Path(os.environ.get("HARVEST_REAL_CAPTURES", "build/captures"))
"""Where the source packages of warcio, pywb and others are unpacked: `make captures` does so."""
UNLIKE = {
    # Its first chunk names no size: warcio takes six bytes for the page.
    ("bad_http_chunked_content.warc", 0): "chunks are broken",
    # "HTTPX/1.1 200 OK", and a byte less than its Content-Length.
    ("example-extra.warc", 3207): "not HTTP",
    # Made to be bad: its lengths are "-1" and "abc", and warcio takes its pages for empty.
    ("bad.arc", 134): "",
    ("bad.arc", 202): "",
    ("bad.arc", 262): "",
}
"""Pages that warcio reads and we don't, with what we say of them, if they are records at all."""


def real_captures() -> list[Path]:
    found = [path for path in REAL.rglob("*") if path.name.endswith((".warc", ".arc", "arc.gz"))]
    return sorted(found) or [REAL / "nothing"]


@pytest.mark.parametrize("path", real_captures(), ids=lambda path: str(path.name))
def test_real_captures_are_read_as_warcio_reads_them(path: Path) -> None:
    if not path.is_file():
        pytest.skip("the source packages are not here: see `make captures`")
    ours = {one.offset: one for one in captures(path, path.name, lambda _: None)}
    for place, url, body in read_by_warcio(path):
        said = UNLIKE.get((path.name, place))
        if said is None:
            assert (ours[place].url, ours[place].read(1 << 26).body) == (url, body)
        elif said:
            with pytest.raises(Damaged, match=said):
                ours[place].read(1 << 26)


def read_by_warcio(path: Path) -> Iterator[tuple[int, str, bytes]]:
    """The pages in a WARC or an ARC: their places, addresses and contents."""
    with path.open("rb") as file:
        read = ArchiveIterator(file, arc2warc=True)
        for record in read:
            url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
            http = record.http_headers
            kind = http.get_header("Content-Type") if http else record.content_type
            if record.rec_type not in ("response", "resource") or not url.startswith("http"):
                continue
            if not (kind or "").lower().startswith(NO_PAGES):
                # Its content before its place: the place is known once the record was read.
                body = record.content_stream().read()
                yield read.get_record_offset(), url, body


def test_whatever_a_live_harvest_accepts_its_recording_gives_again(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    def first(_: object) -> Answer:
        page = archive.page(0).encode()
        packed = gzip.compress(page[:5000]) + gzip.compress(page[5000:])
        answer = Answer(packed, content_type="application/octet-stream")
        answer.headers["Content-Encoding"] = "gzip"
        for number in range(120):
            answer.set_cookie(f"a{number}", "1")
        return answer

    def second(_: object) -> Answer:
        said = {"Content-Encoding": "none"}
        return Answer(archive.page(1), headers=said, content_type="text/javascript; charset=utf-8")

    archive.answers = {0: first, 1: second}
    recorded = tmp_path / "warc"
    live = crawl(f"-aurl={archive.url}", "-aname=it", HARVEST_WARC=recorded)
    again = harvest(
        f"-aurl={archive.url}", "-aname=it", f"-asource={recorded}", HARVEST_DB=tmp_path / "2.db"
    )
    assert (live.code, again.code, len(live.entries())) == (0, 0, 15)
    assert content(again.db) == content(live.db)


@pytest.mark.parametrize(("unfit", "code"), [(MOST_TRIED - 1, 0), (MOST_TRIED, 65)])
def test_so_many_captures_of_a_page_are_tried(
    unfit: int, code: int, archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    archive.entries = japan()[:3]
    made = [record(archive.url, archive.page(0).encode(), date=DATE)]
    for day in range(1, unfit + 1):
        page = f"<html><h1>Moving house, day {day}</h1></html>".encode()
        made.append(record(archive.url, page, date=f"2021-03-{day:02}T00:00:00Z"))
    source = put(tmp_path / "x.warc.gz", b"".join(made))
    done = crawl(f"-aurl={archive.url}", f"-asource={source}")
    assert (done.code, len(done.entries())) == (code, 0 if code else 3)


def test_records_of_wrong_lengths_are_not_read_again_for_ever(
    pages: list[Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.warc.stream.FREE_TWICE", 10_000)
    monkeypatch.setattr("harvester.warc.stream.MOST_TWICE", 0)
    length = re.compile(rb"(Content-Length: )\d+")
    lying = length.sub(rb"\g<1>999999", plain("https://x.example/", http(b"x" * 900)), count=1)
    told: list[str] = []
    source = put(tmp_path / "x.warc", 20 * lying)
    assert [*captures(source, source.name, told.append)] == []
    assert told[-1] == (
        "x.warc holds too many records of wrong lengths: what follows in it is left out"
    )
