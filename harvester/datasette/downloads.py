"""Downloads: all that a question finds, not only one page of it, in formats that other programs
read.

A selection is sent while it is read. It has a thread and a connection of its own, so nobody else's
page waits for it, and it sees the database at one moment. See
https://asgi.readthedocs.io/en/latest/specs/www.html.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from threading import BoundedSemaphore
from typing import Any, TypeVar

from datasette import Response
from datasette.utils import tilde_decode

from harvester.datasette.lanes import lanes_of
from harvester.datasette.room import Room, Within, view
from harvester.exports import Pieces, pieces
from harvester.exports.records import records_of
from harvester.scans.scan import slug
from harvester.store.connection import reading
from harvester.store.read.files import number_of
from harvester.store.read.queries import add_functions
from harvester.store.read.question import Question, Selection

PIECE = 64 * 1024
"""Bytes that are read before they are sent."""
SLOWEST = 60.0
"""Seconds within which a reader has to take a piece."""
WHOLE = 3600.0
"""Seconds that a download may take, as a harvest's files grow meanwhile."""
AT_ONCE = 4
"""Selections that are sent at the same time."""
TOO_SOON = 1.0
"""Seconds after which strangers hear that these are too many, so that nobody asks in a hurry."""
SAFE = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
T = TypeVar("T")
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its name among the exports, its name on a page, and its media type."""

    export: str
    label: str
    media_type: str


FORMATS = {
    "ris": Format("ris", "RIS (Zotero, EndNote)", "application/x-research-info-systems"),
    "bib": Format("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8"),
    "json": Format("csl-json", "CSL-JSON", "application/vnd.citationstyles.csl+json"),
    "csv": Format("csv", "CSV", "text/csv; charset=utf-8"),
    "marc.xml": Format("marcxml", "MARCXML", "application/marcxml+xml"),
    "mods.xml": Format("mods", "MODS", "application/mods+xml"),
}
"""The formats by the endings of their addresses."""
ENDING = rf"\.(?P<ending>{'|'.join(map(re.escape, FORMATS))})$"

places = BoundedSemaphore(AT_ONCE)
"""One is taken by each selection that is being sent."""


def offers(room: Room, question: Question) -> list[tuple[str, str]]:
    """The names and addresses of a selection's downloads."""
    pairs = replace(question, page=1, more="").pairs
    return [
        (one.label, room.path(f"/documents.{ending}", pairs)) for ending, one in FORMATS.items()
    ]


def offers_of(room: Room, site: str, document: str) -> list[tuple[str, str]]:
    """The names and addresses of a document's downloads."""
    address = room.document(site, document)
    return [(one.label, f"{address}.{ending}") for ending, one in FORMATS.items()]


async def selection(room: Room) -> "Download":
    """All that a question finds: /documents.ENDING?QUESTION.

    Raises TimeoutError if it takes too long to find, or if too many are being sent.
    """
    ending = room.request.url_vars["ending"]
    name = f"{slug(room.question.words) if room.question.words else 'documents'}.{ending}"
    source = Source(room.path_of_database, room.question.selection())
    if not places.acquire(blocking=False):
        if room.is_public:
            await asyncio.sleep(TOO_SOON)
        raise TimeoutError("Others are downloading just now: try again in a minute.")
    try:
        await room.in_turn(partial(source.open, pieces(FORMATS[ending].export)))
    except BaseException:
        await source.close()
        places.release()
        raise
    return Download(room, source, _headers(ending, name))


async def document(room: Room) -> Response:
    """One document: /documents/SITE/ID.ENDING."""
    ending = room.request.url_vars["ending"]
    site, name = named(room)
    body = await room.read(lambda db: one_document(db, site, name, FORMATS[ending]))
    headers = _headers(ending, f"{slug(name)}.{ending}")
    return Response(body, headers=headers, content_type=headers["content-type"])


def named(room: Room) -> tuple[str, str]:
    """The site and the id in an address."""
    site, document = (tilde_decode(room.request.url_vars[part]) for part in ("site", "document"))
    return site, document


def one_document(db: Connection, site: str, document: str, form: Format) -> bytes:
    """A document in a format. Raises NotThere."""
    records = records_of(db, [number_of(db, site, document)])
    return b"".join(pieces(form.export)(records))


def _headers(ending: str, name: str) -> dict[str, str]:
    return {
        "content-type": FORMATS[ending].media_type,
        "content-disposition": f'attachment; filename="{name}"',
        **SAFE,
    }


class Source:
    """The pieces of a selection, read in a thread of their own."""

    def __init__(self, database: Path, selection: Selection) -> None:
        self._database = database
        self._selection = selection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="download")
        self._opened = ExitStack()
        self._pieces: Iterator[bytes] = iter(())

    async def open(self, make: Pieces, within: Within) -> None:
        """Finds the documents. Raises what `within` does if that takes too long."""
        await self._run(lambda: self._open(make, within))

    async def read(self) -> bytes:
        """The next pieces; empty after the last."""
        return await self._run(self._read)

    async def close(self) -> None:
        """Closes the database and ends the thread."""
        await self._run(self._opened.close)
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self, make: Pieces, within: Within) -> None:
        self._opened.close()
        db = self._opened.enter_context(reading(self._database))
        add_functions(db)
        with within(db):
            numbers = self._selection.numbers(db)
        self._pieces = make(records_of(db, numbers))

    def _read(self) -> bytes:
        some = bytearray()
        for piece in self._pieces:
            some += piece
            if len(some) >= PIECE:
                break
        return bytes(some)


class Download:
    """An answer that is read from its source while it is sent."""

    def __init__(self, room: Room, source: Source, headers: dict[str, str]) -> None:
        self._room = room
        self._request = room.request
        self._source = source
        self._headers = headers

    async def asgi_send(self, send: Send) -> None:
        """Sends it, or breaks it off where it can't be read or nobody takes it."""
        left = asyncio.ensure_future(self._left())
        try:
            await self._send(send, left)
        finally:
            left.cancel()
            try:
                await self._source.close()
            finally:
                places.release()

    async def _send(self, send: Send, left: "asyncio.Future[None]") -> None:
        clock = asyncio.get_running_loop().time
        end = clock() + WHOLE
        some = await self._source.read()  # what can't be read must not begin well
        await send(started(200, self._headers))
        while some and self._request.method != "HEAD":
            body = {"type": "http.response.body", "body": some, "more_body": True}
            try:
                await asyncio.wait_for(send(body), min(SLOWEST, end - clock()))
            except (TimeoutError, OSError):
                return  # without an end, or it would look whole
            if left.done():
                return
            if self._room.is_public:
                await lanes_of(self._room.datasette).give_way()
            some = await self._source.read()
        await send({"type": "http.response.body", "body": b""})

    async def _left(self) -> None:
        """Waits until the reader has gone."""
        while (await self._request.receive())["type"] != "http.disconnect":
            pass


def started(status: int, headers: dict[str, str]) -> dict[str, Any]:
    """The message of ASGI that begins an answer."""
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": pairs}


ROUTES = [
    (rf"/documents{ENDING}", view(selection)),
    (rf"/documents/(?P<site>[^/.]+)/(?P<document>[^/.]+){ENDING}", view(document)),
]
