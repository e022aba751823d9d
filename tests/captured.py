"""What people have of a site that is gone: crawls, mirrors and saved pages, made by real tools."""

import asyncio
import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import brotli
from archive import Archive
from harvests import PATIENCE, rows
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harvester.sources import settings_for
from harvester.sources.handler import SourceHandler

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WANTED = r"/search\?search_api_fulltext=Japan(&page=[0-9])?$"
QUIET = ("--no-verbose", "--execute=robots=off", "--tries=1", f"--accept-regex={WANTED}")


def wget(url: str, folder: Path, *options: str) -> Path:
    """What `wget --mirror` makes of a listing, in a folder that it makes."""
    folder.mkdir()
    command = ["wget", "--mirror", *QUIET, *options, url]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
    return folder


def wget_warc(archive: Archive, tmp: Path) -> Path:
    folder = wget(archive.url, tmp / "wget", "--warc-file=crawl", "--delete-after")
    return folder / "crawl.warc.gz"


def mirror(archive: Archive, tmp: Path) -> Path:
    return wget(archive.url, tmp / "mirror")


def wacz(archive: Archive, tmp: Path) -> Path:
    path = tmp / "crawl.wacz"
    made = Path(sys.executable).with_name("wacz")
    command = [made, "create", "-o", path, wget_warc(archive, tmp)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return path


def tar_zst(archive: Archive, tmp: Path) -> Path:
    path = tmp / "pages.tar.zst"
    with zstd.open(path, "wb") as file, tarfile.open(fileobj=file, mode="w|") as tar:
        tar.add(mirror(archive, tmp), "mirror")
    return path


def tar_gz(archive: Archive, tmp: Path) -> Path:
    path = tmp / "pages.tgz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(saved(archive, tmp), ".")
    return path


def saved(archive: Archive, tmp: Path) -> Path:
    """A folder of pages as a browser saves them, with the address in a comment."""
    folder = tmp / "saved"
    folder.mkdir()
    for number in (0, 1):
        url = archive.url + (f"&page={number}" if number else "")
        page = f"<!-- saved from url=({len(url):04}){url} -->\n{archive.page(number)}"
        (folder / f"Search ({number}).html").write_text(page, encoding="utf-8")
    return folder


def folder_of_all(archive: Archive, tmp: Path) -> Path:
    """A folder in which one page is in a WARC, the other a file of a mirror."""
    folder = tmp / "both"
    (folder / "web").mkdir(parents=True)
    pages = [(archive.url, archive.page(0))]
    write_warc(folder / "first.warc", pages)
    (host := folder / "web" / urlsplit(archive.url).netloc).mkdir()
    (host / "search?search_api_fulltext=Japan&page=1").write_text(archive.page(1))
    return folder


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
Make = Callable[[Archive, Path], Path]
KINDS: dict[str, Make] = {
    "warc of wget's": wget_warc,
    "mirror": mirror,
    "wacz": wacz,
    "tar.zst of a mirror": tar_zst,
    "tar.gz of saved pages": tar_gz,
    "saved pages": saved,
    "folder of several kinds": folder_of_all,
}


def reader(source: Path | str) -> Callable[[str], Response]:
    """What a harvest from a source gets for an address. Raises what ends the harvest, if so."""
    settings = {"HARVEST_CAPTURED_BEFORE": "", "DOWNLOAD_MAXSIZE": 16 << 20}
    crawler = Crawler(Spider, {**settings, **settings_for(str(source), Settings(settings))})
    handler = SourceHandler(crawler)
    return lambda url: asyncio.run(handler.download_request(Request(url)))


def answer(source: Path, url: str) -> Response:
    """What a harvest from a source gets for one address."""
    return reader(source)(url)


def write_warc(
    path: Path, pages: list[tuple[str, str]], date: str = "2020-01-02T03:04:05Z"
) -> Path:
    """A WARC of pages that were captured at one moment."""
    with path.open("wb") as file:
        for url, page in pages:
            file.write(record(url, page.encode(), date=date, packed=path.suffix == ".gz"))
    return path


def record(
    url: str,
    body: bytes,
    *,
    status: str = "200 OK",
    kind: str = "response",
    packed: bool = True,
    date: str = "2020-01-02T03:04:05Z",
    http: dict[str, str] | None = None,
    **headers: str,
) -> bytes:
    """A record of a WARC; its own headers' names have underscores for dashes."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    answer = {"Content-Type": "text/html; charset=UTF-8", **(http or {})}
    said = StatusAndHeaders(status, list(answer.items()), protocol="HTTP/1.1")
    own = {"WARC-Date": date, **{name.replace("_", "-"): value for name, value in headers.items()}}
    made = writer.create_warc_record(
        url,
        kind,
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=said,
        warc_headers_dict=own,
    )
    writer.write_record(made)
    return gzip.compress(out.getvalue(), mtime=0) if packed else out.getvalue()


def content(db: Path) -> str:
    """A hash of all documents and memberships, however and whenever they were harvested."""
    documents = rows(
        db,
        "SELECT id, title, summary, date_text, date_edtf, date_earliest, date_latest, url"
        " FROM documents ORDER BY id",
    )
    members = rows(
        db,
        "SELECT name, document, position FROM memberships"
        " JOIN collections ON collections.id = collection ORDER BY name, position",
    )
    return hashlib.sha256(repr((documents, members)).encode()).hexdigest()
