"""Recording each exchange with a site, as it comes from the network, as WARC records."""

import io
import zlib
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Request, Response
from scrapy.settings import BaseSettings
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harvester import __version__
from harvester.items import CACHED, ENCLOSED, KNOWN_SOURCE, PAGE_SOURCE, PageSource
from harvester.timestamps import utc_now
from harvester.warc.files import WarcFiles
from harvester.warc.record import Record, only_record
from harvester.warc.stream import GZIP_WINDOW

NOTED = ("DOWNLOAD_DELAY", "DOWNLOAD_MAXSIZE", "DOWNLOAD_TIMEOUT", "HARVEST_RETRIES")
FIDELITY = (
    "Contents are as they were transferred, content codings included. What is around them is as"
    " Scrapy gives it: transfer codings are taken off, header names have their usual case, headers"
    " of one name stand together, a status has its usual phrase, non-ASCII header values are"
    " percent-encoded, and requests lack their Connection header. Exchanges that broke off are not"
    " recorded."
)
VERSION = "WARC/1.1"
CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SAME_BYTES = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
DIGEST = "WARC-Payload-Digest"
build = RecordBuilder(warc_version=VERSION)


class RecordMiddleware:
    """Writes each exchange into a WARC in the folder of HARVEST_WARC.

    A record of another archive (`items.ENCLOSED`) is written as it is, and after it one that says
    where it comes from.

    It puts the place of the record into the request's meta, as `items.PAGE_SOURCE`. A 304 refers to
    the page in `items.KNOWN_SOURCE` there, if it is known. So does an answer with the very bytes of
    that page, whose place then stays the earlier record's: it alone has the bytes.
    """

    def __init__(self, settings: BaseSettings) -> None:
        folder, largest = Path(settings["HARVEST_WARC"]), settings.getint("HARVEST_WARC_SIZE")
        self._folder = folder
        self._files = WarcFiles(folder, largest, self._begin)
        self._about = _about(settings)
        self._info = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RecordMiddleware":
        """Raises NotConfigured if HARVEST_WARC is empty."""
        if not crawler.settings["HARVEST_WARC"]:
            raise NotConfigured
        middleware = cls(crawler.settings)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    def process_response(self, request: Request, response: Response) -> Response:
        """Records a response from the web and passes it on. Raises BadRecording if that fails."""
        if not request.url.startswith("http") or CACHED in response.flags:
            return response  # a step of the harvest, or what is recorded already
        known: PageSource | None = request.meta.get(KNOWN_SOURCE)
        file, place = self._files.end()
        moment = utc_now()
        enclosed = only_record(response.body) if request.meta.get(ENCLOSED) else None
        if enclosed and response.status == 206:
            about = source_record(request, enclosed, moment, self._info)
            self._files.add(response.body + packed(about) + packed(request_record(request, about)))
            request.meta[PAGE_SOURCE] = PageSource(moment, enclosed.url, file, place, "")
            return response
        said = response, request.url, moment, self._info
        is_known = response.status == 304
        answer = revisit_record(*said, known) if is_known else response_record(*said)
        found = PageSource(moment, request.url, file, place, digest_of(answer))
        if known and response.status == 200 and self._has(known, found.digest):
            answer = revisit_record(*said, known, SAME_BYTES)
            found = replace(known, captured=moment)
        self._files.add(packed(answer) + packed(request_record(request, answer)))
        request.meta[PAGE_SOURCE] = found
        return response

    def _has(self, known: PageSource, digest: str) -> bool:
        """Whether a page of this digest is recorded at a place in our folder."""
        if known.offset is None or known.file is None or known.digest != digest:
            return False
        return (self._folder / known.file).is_file()

    def check_place(self) -> None:
        """Raises BadRecording if the recording is no longer where it was."""
        self._files.check_place()

    def spider_closed(self) -> None:
        """Closes the files."""
        self._files.close()

    def _begin(self, file: str) -> bytes:
        record = info_record(file, self._about)
        self._info = id_of(record)
        return packed(record)


def _about(settings: BaseSettings) -> dict[str, str]:
    """The fields of the standard's warcinfo record: the program, its operator, its settings."""
    programs = ", ".join(f"{name} {version(name)}" for name in ("Scrapy", "warcio"))
    return {
        "software": f"harvester {__version__} ({programs})",
        "operator": settings["HARVEST_CONTACT"],
        "http-header-user-agent": settings["USER_AGENT"],
        "robots": "classic" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "settings": ", ".join(f"{name}={settings[name]}" for name in NOTED),
        "description": FIDELITY,
    }


def info_record(file: str, about: dict[str, str]) -> ArcWarcRecord:
    """The first record of a file, which says who wrote it and how."""
    fields = {"format": "WARC File Format 1.1", "conformsTo": CONFORMS_TO, **about}
    return build.create_warcinfo_record(file, fields)


def response_record(response: Response, url: str, moment: str, info: str) -> ArcWarcRecord:
    """The record of an answer, with its content as it was transferred."""
    headers = {"WARC-Date": moment, "WARC-Warcinfo-ID": info, **_address(response)}
    return _record(url, "response", response.body, _status(response), headers)


def revisit_record(
    response: Response,
    url: str,
    moment: str,
    info: str,
    known: PageSource | None,
    profile: str = NOT_MODIFIED,
) -> ArcWarcRecord:
    """The record of a page that is as it was, with the place of that if it is known."""
    headers = {"WARC-Date": moment, "WARC-Warcinfo-ID": info, **_address(response)}
    headers["WARC-Profile"] = profile
    if known and known.captured:
        headers["WARC-Refers-To-Target-URI"] = known.url
        headers["WARC-Refers-To-Date"] = known.captured
    if known and known.digest:
        headers[DIGEST] = known.digest
    return _record(url, "revisit", b"", _status(response), headers)


def source_record(request: Request, enclosed: Record, moment: str, info: str) -> ArcWarcRecord:
    """The record that says from where and when another archive's record was fetched."""
    headers = {"WARC-Date": moment, "WARC-Warcinfo-ID": info}
    headers["WARC-Refers-To"] = enclosed.header("WARC-Record-ID")
    part = (request.headers.get("Range") or b"").decode("latin-1")
    said = f"WARC-Source-URI: {request.url}\r\nWARC-Source-Range: {part}\r\n".encode()
    return build.create_warc_record(
        enclosed.url,
        "metadata",
        io.BytesIO(said),
        len(said),
        warc_content_type="application/warc-fields",
        warc_headers_dict=headers,
    )


def request_record(request: Request, answer: ArcWarcRecord) -> ArcWarcRecord:
    """The record of the request for an answer."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [("Host", parts.netloc), *_pairs(request.headers)]
    line = StatusAndHeaders(f"{target} HTTP/1.1", headers, protocol=request.method)
    own = {name: _own(answer, name) for name in ("WARC-Date", "WARC-Warcinfo-ID")}
    own["WARC-Concurrent-To"] = _own(answer, "WARC-Record-ID")
    return _record(request.url, "request", request.body, line, own)


def digest_of(record: ArcWarcRecord) -> str:
    """The digest of an answer's content; empty if it has none."""
    return _own(record, DIGEST)


def id_of(record: ArcWarcRecord) -> str:
    """The id of a record, to which others refer."""
    return _own(record, "WARC-Record-ID")


def packed(record: ArcWarcRecord) -> bytes:
    """A record in the form of the file: a gzip member of its own.

    An answer that came compressed would not shrink, and is only wrapped.
    """
    out = io.BytesIO()
    WARCWriter(out, gzip=False, warc_version=VERSION).write_record(record)
    http = record.http_headers
    came_packed = http is not None and http.get_header("Content-Encoding")
    return zlib.compress(out.getvalue(), 0 if came_packed else -1, GZIP_WINDOW)


def _record(
    url: str, kind: str, body: bytes, http: StatusAndHeaders, headers: dict[str, str]
) -> ArcWarcRecord:
    return build.create_warc_record(
        url, kind, io.BytesIO(body), len(body), http_headers=http, warc_headers_dict=headers
    )


def _status(response: Response) -> StatusAndHeaders:
    """The status line with the usual phrase, as Scrapy does not keep the site's."""
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = "Unknown"
    line = f"{response.status} {phrase}"
    return StatusAndHeaders(
        line, _pairs(response.headers), protocol=response.protocol or "HTTP/1.1"
    )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    values: Iterable[tuple[bytes, list[bytes]]] = headers.items()
    return [
        (name.decode("latin-1"), one.decode("latin-1")) for name, all_ in values for one in all_
    ]


def _address(response: Response) -> dict[str, str]:
    return {"WARC-IP-Address": str(response.ip_address)} if response.ip_address else {}


def _own(record: ArcWarcRecord, name: str) -> str:
    return record.rec_headers.get_header(name) or ""
