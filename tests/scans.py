"""Scans on loopback: documents' pages that lead to them, and PDFs that break off, lie or change."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from archive import Archive, html
from harvests import Harvest, Row, rows
from markup_documents import Document, render
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from harvester.record import Record, ScanLink

RIGHTS = "The History and Public Policy Program welcomes reuse of Digital Archive materials."
Answer = Callable[[Request], Response]


def pdf(text: str, size: int = 2_000) -> bytes:
    """A PDF as far as its beginning and end show, of about so many bytes that nothing repeats."""
    blocks = (hashlib.sha256(f"{text}{n}".encode()).digest() for n in range(size // 32))
    return b"%PDF-1.4\n" + b"".join(blocks).replace(b"%", b"/") + b"\n%%EOF\n"


class Scans:
    """The scans of the first `count` documents of an archive, one each: /document/NODE/scan.pdf.

    `contents` are their bytes by their path, `answers` replaces single ones, `asked` lists what was
    asked for with its Range, `pages` the pages of documents that were sent.
    """

    def __init__(self, archive: Archive, server: HTTPServer, count: int) -> None:
        archive.entries = archive.entries[:count]
        self.archive = archive
        self.contents = {path(n): pdf(f"scan {n}") for n in range(len(archive.entries))}
        self.links = {slug(entry["href"]): [path(n)] for n, entry in enumerate(archive.entries)}
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.answered: list[int] = []
        self.validators = True
        self.edition = ""
        self.label = "Original Scan"
        self._server = server
        archive.logs += [self.asked, self.answered]
        archive.serve_documents(self._answer, self._shown)

    def url(self, address: str) -> str:
        """A path as an address."""
        return self._server.url_for(address)

    def file(self, request: Request) -> Response:
        """The scan that a request asks for, or the part of it."""
        content = self.contents.get(request.path)
        if content is None:
            return html("<h1>Not found</h1>", 404)
        answer = Response(content, content_type="application/pdf")
        answer.headers["Content-Disposition"] = 'attachment; filename="../../../evil.pdf"'
        if not self.validators:
            return answer
        answer.add_etag()
        try:
            return answer.make_conditional(request, True, len(content))
        except RequestedRangeNotSatisfiable as error:
            return Response(status=416, headers={"Content-Range": f"bytes */{error.length}"})

    def _shown(self) -> tuple[object, ...] | None:
        """All that decides how scans and their pages are shown; None if a test has answers."""
        said = repr(self.contents), repr(self.links), self.validators, self.edition, self.label
        return None if self.answers else said

    def _answer(self, request: Request) -> Response:
        return (self._page if request.path.count("/") == 2 else self._scan)(request)

    def _scan(self, request: Request) -> Response:
        self.asked.append((request.path, request.headers.get("Range", "")))
        answer = self.answers.get(request.path, self.file)(request)
        self.answered.append(answer.status_code)
        return answer

    def _page(self, request: Request) -> Response:
        name = slug(request.path)
        entry = next(one for one in self.archive.entries if slug(one["href"]) == name)
        record = Record(
            document=name,
            link=request.base_url,
            title=entry["title"],
            date_text=entry["date_text"],
            summary=entry["summary"],
            source="RGANI, fond 80",
            rights=RIGHTS + self.edition,
            files=[ScanLink(self.url(link), self.label) for link in self.links[name]],
        )
        answer = html(render("today", Document(request.base_url, record)))
        answer.add_etag()
        return answer.make_conditional(request)


def path(number: int) -> str:
    """Where a scan is."""
    return f"/document/{99000 + number}/scan.pdf"


def slug(url: str) -> str:
    """The last part of an address."""
    return urlsplit(url).path.rpartition("/")[2]


def breaks_off(content: bytes, after: int) -> Answer:
    """An answer that promises all, and ends after so many bytes."""

    def answer(_: Request) -> Response:
        def begin() -> Iterator[bytes]:
            yield content[:after]

        reply = Response(begin(), content_type="application/pdf")
        reply.headers["Content-Length"] = str(len(content))
        reply.set_etag(hashlib.sha1(content).hexdigest())
        return reply

    return answer


def kept(folder: Path) -> dict[str, bytes]:
    """The scans in a folder, by their names."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*.pdf"))}


def left(folder: Path) -> Sequence[str]:
    """What is in the folder of parts."""
    return sorted(one.name for one in (folder / ".parts").iterdir() if one.name != "lock")


def files(db: Path) -> list[Row]:
    """The table of scans, in the order of the listing."""
    return rows(db, "SELECT * FROM files ORDER BY url")


def counts(done: Harvest) -> tuple[int, int, int]:
    """How many scans the last run wanted, fetched, failed to get."""
    run = done.run
    return run["files_wanted"], run["files_fetched"], run["files_failed"]


def failures(done: Harvest) -> list[Row]:
    """What the last run could not get."""
    return rows(
        done.db, "SELECT * FROM failures WHERE run = (SELECT max(id) FROM runs) ORDER BY id"
    )


def getter(
    scans: Scans, crawl: Callable[..., Harvest], folder: Path, **usual: object
) -> Callable[..., Harvest]:
    """What harvests an archive with its scans."""

    def run(*arguments: str, **settings: object) -> Harvest:
        said = ("-a", f"url={scans.archive.url}", "-a", "files=yes", *arguments)
        return crawl(*said, **{"HARVEST_FILES": folder, **usual, **settings})

    return run
